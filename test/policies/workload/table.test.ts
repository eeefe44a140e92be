import { describe, expect, it } from 'vitest';
import { imagesOf, podSpecs } from '../../../policies/workload.ts';
import type { Verb } from '../../../policies/workload/lines.ts';
import { parsePathPattern } from '../../../policies/workload/path.ts';
import { groupAliases, workloadTable } from '../../../policies/workload/table.ts';
import { specimen } from './specimen.ts';

const image = 'ghcr.io/acme/shop:1.4.2';
const container = { name: 'shop', image };
const podSpec = {
  containers: [container],
  initContainers: [{ ...container, restartPolicy: 'Always' }],
  ephemeralContainers: [container],
  volumes: [{ name: 'data', image: { reference: image } }],
};

/** What stands at a place of each verb, and which images are found there. */
const planted: Readonly<Record<Verb, { readonly value: unknown; readonly found: readonly string[] }>> = {
  podSpecs: { value: podSpec, found: ['container', 'init', 'ephemeral', 'volume'] },
  inlinePodSpecs: { value: podSpec, found: ['container', 'init', 'ephemeral', 'volume'] },
  partialPodSpecs: { value: podSpec, found: ['container', 'init', 'ephemeral', 'volume'] },
  containers: { value: container, found: ['container'] },
  volumes: { value: podSpec.volumes[0], found: ['volume'] },
  images: { value: image, found: ['reference'] },
  renamedImages: { value: `shop=${image}`, found: ['reference'] },
  locations: { value: `oci://${image}`, found: ['reference'] },
  objects: { value: { apiVersion: 'v1', kind: 'Pod', spec: { containers: [container] } }, found: ['container'] },
  objectTexts: {
    value: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: podSpec }),
    found: ['container', 'init', 'ephemeral', 'volume'],
  },
  podSpecTexts: { value: 'containers:\n- {name: shop, image: "ghcr.io/acme/shop:1.4.2"}\n', found: ['container'] },
};

const rows = workloadTable.flatMap((line) =>
  line.kinds.flatMap((kind) =>
    (Object.keys(planted) as Verb[]).flatMap((verb) => (line[verb] ?? []).map((path) => ({ line, kind, verb, path }))),
  ),
);

describe('every place of the table', () => {
  for (const { line, kind, verb, path } of rows) {
    it(`${line.group}/${kind} ${verb} ${path} is found`, () => {
      const object = specimen(line.group, kind, path, planted[verb].value);
      const { uses, unreadable, notJudged } = imagesOf(object);
      expect(unreadable).toEqual([]);
      expect(notJudged).toEqual([]);
      expect(uses.map((use) => use.kind)).toEqual(planted[verb].found);
      for (const { reference } of uses)
        expect(reference).toMatchObject({ tag: '1.4.2', repository: { path: 'acme/shop' } });
      if (/PodSpecs$|^podSpecs/.test(verb)) expect(podSpecs(object)).toHaveLength(1);
    });
  }

  it('is a path', () => {
    const paths = workloadTable.flatMap(({ composed = [], notJudged = [] }) => [
      ...composed.map(({ name }) => name),
      ...notJudged.map(({ path }) => path),
    ]);
    for (const path of [...paths, ...rows.map((row) => row.path)]) expect(parsePathPattern(path), path).toBeDefined();
  });

  it('names a kind of a group once', () => {
    const names = workloadTable.flatMap(({ group, kinds }) => kinds.map((kind) => `${group}/${kind}`));
    expect(names).toHaveLength(new Set(names).size);
    expect(names.filter((name) => Object.hasOwn(groupAliases, name.split('/')[0] ?? ''))).toEqual([]);
  });
});
