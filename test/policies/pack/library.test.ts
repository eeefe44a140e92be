import { describe, expect, it } from 'vitest';
import { readLibrary, severities, valueAt } from '../../../policies/index.ts';
import { readAbout } from '../../../policies/about.ts';
import { makes, mutates, rulesOf, tested, without, withoutMutations, wrongWith } from './cases.ts';
import { library, openPack } from './judge-pack.ts';

describe('every policy of the library', () => {
  for (const { pack, file, document, cases } of tested) {
    const rules = rulesOf(document);

    it(`${pack}/${file} says what it is for`, () => {
      const about = readAbout(valueAt(document.value, ['metadata']) as object);
      expect(valueAt(document.value, ['metadata', 'name'])).toBe(`${pack}.${file}`);
      expect(severities).toContain(about?.severity);
      for (const said of ['title', 'description', 'remediation', 'controls', 'check', 'system'] as const)
        expect(about?.[said], said).toBeTruthy();
    });

    if (mutates(document)) {
      it(`${pack}/${file} makes of objects what its cases say, and nobody takes it for nothing`, async () => {
        for (const one of cases) expect(await makes(document, one), one.name).toBe(true);
        const idle = await Promise.all(cases.map((one) => makes(withoutMutations(document), one)));
        expect(idle).toContain(false);
        expect(idle).toContain(true);
      });
    }
    if (rules.length === 0) continue;

    it(`${pack}/${file} is right about its cases`, async () => {
      expect(cases.length).toBeGreaterThan(1);
      for (const one of cases) expect(await wrongWith(document, one), one.name).toBeUndefined();
    });

    it(`${pack}/${file} has a case that bites for each of its rules`, async () => {
      for (const rule of rules) {
        const mutant = without(document, rule);
        const noticed: string[] = [];
        for (const one of cases) if ((await wrongWith(mutant, one)) !== undefined) noticed.push(one.name);
        expect(noticed.length, `nobody notices that ${rule} is switched off`).toBeGreaterThan(0);
        expect(
          cases.some(({ want }) => want[rule] === 'pass'),
          `no case passes ${rule}`,
        ).toBe(true);
      }
    });
  }
});

describe('the library', () => {
  it('has every policy in a profile, and opens every profile', async () => {
    const packs = await readLibrary(library);
    const named = packs.flatMap(({ policies }) => policies.map(({ name }) => name)).sort();
    expect(named).toEqual(tested.map(({ pack, file }) => `${pack}.${file}`).sort());
    for (const { pack } of packs)
      for (const { name } of pack.spec.profiles)
        expect((await openPack(`${pack.metadata.name}:${name}`)).policies.length, name).toBeGreaterThan(0);
  });

  it('names each check once', async () => {
    const checks = (await readLibrary(library)).flatMap(({ policies }) => policies.map(({ about }) => about.check));
    expect(new Set(checks).size).toBe(checks.length);
  });
});
