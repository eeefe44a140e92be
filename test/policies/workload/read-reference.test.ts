import { describe, expect, it } from 'vitest';
import { limits } from '../../../policies/limits.ts';
import { readReference } from '../../../policies/workload/read-reference.ts';

describe('references that were read lately', () => {
  it('are read once under the same rules, and anew under others', () => {
    const rules = {};
    expect(readReference('ghcr.io/acme/shop:1', rules)).toBe(readReference('ghcr.io/acme/shop:1', rules));
    const qualified = { requireFullyQualified: true };
    expect(readReference('ghcr.io/acme/shop:1', qualified)).not.toBe(readReference('ghcr.io/acme/shop:1', rules));
  });

  it(`are forgotten once there are more than ${limits.rememberedReferences}`, () => {
    const rules = {};
    const first = readReference('ghcr.io/acme/shop:first', rules);
    for (let index = 1; index < limits.rememberedReferences; index += 1)
      readReference(`ghcr.io/acme/shop:${index}`, rules);
    expect(readReference('ghcr.io/acme/shop:first', rules)).toBe(first);
    readReference('ghcr.io/acme/shop:last', rules);
    const again = readReference('ghcr.io/acme/shop:first', rules);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });

  it(`are not kept where the text is longer than ${limits.rememberedReferenceCharacters} characters`, () => {
    const rules = {};
    const long = `ghcr.io/${'a'.repeat(limits.rememberedReferenceCharacters)}`;
    expect(readReference(long, rules)).not.toBe(readReference(long, rules));
    expect(readReference(long, rules)).toMatchObject({ kind: 'problem' });
  });
});
