import { describe, expect, it } from 'vitest';
import type { LookupNeed } from '../../policies/lookup.ts';
import { objectLookup } from '../../policies/object-lookup.ts';

const object = (kind: string, name: string, namespace?: string) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});
const shop = object('Namespace', 'shop');
const limits = object('ConfigMap', 'limits', 'shop');
const other = object('ConfigMap', 'limits', 'other');
const unplaced = object('ConfigMap', 'unplaced');
const lookup = objectLookup([shop, limits, other, unplaced]);

const read = async (need: LookupNeed): Promise<unknown> => {
  const [answer] = await lookup.fulfil([need], { signal: new AbortController().signal });
  return answer?.read;
};
const configMaps = { kind: 'objects', apiVersion: 'v1', objectKind: 'ConfigMap' } as const;

describe('a lookup in files', () => {
  it('finds a namespace by its name', async () => {
    expect(await read({ kind: 'namespace', name: 'shop' })).toEqual({ kind: 'found', value: shop });
  });

  it('finds objects of a kind, of one namespace, and by name', async () => {
    expect(await read(configMaps)).toEqual({ kind: 'found', value: [limits, other, unplaced] });
    expect(await read({ ...configMaps, namespace: 'shop' })).toEqual({ kind: 'found', value: [limits] });
    expect(await read({ ...configMaps, namespace: 'default' })).toEqual({ kind: 'found', value: [unplaced] });
    expect(await read({ ...configMaps, name: 'limits', namespace: 'other' })).toEqual({
      kind: 'found',
      value: [other],
    });
  });

  it('takes the files for all there is of a kind that they have', async () => {
    expect(await read({ ...configMaps, name: 'absent', namespace: 'shop' })).toEqual({ kind: 'absent' });
    expect(await read({ ...configMaps, namespace: 'empty' })).toEqual({ kind: 'found', value: [] });
  });

  it('A-ADM-9: knows nothing of what no file speaks of, and does not call it absent', async () => {
    const unknown: readonly LookupNeed[] = [
      { kind: 'namespace', name: 'other' },
      { kind: 'objects', apiVersion: 'v1', objectKind: 'Secret', name: 'x' },
      { kind: 'authorization', question: { verb: 'get' } },
    ];
    for (const need of unknown) expect(await read(need)).toMatchObject({ kind: 'gap', code: 'LOOKUP_UNAVAILABLE' });
  });
});
