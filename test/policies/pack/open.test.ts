import { describe, expect, it } from 'vitest';
import {
  type Document,
  type Library,
  parseDocuments,
  partSources,
  settleSource,
  valueAt,
  withPacks,
} from '../../../policies/index.ts';

const policy = (name: string, parameters: object = {}): string =>
  JSON.stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: `fruit.${name}` },
    spec: { paramSchema: { type: 'object', properties: parameters }, validations: [{ name, expression: 'true' }] },
  });

const minor = { type: 'integer', default: 99 };
const files: Readonly<Record<string, string>> = {
  'fruit/pack.yaml': JSON.stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: 'fruit' },
    spec: {
      title: 'Fruit',
      description: 'Fruit.',
      versions: { of: 'Kubernetes', parameter: 'minor', oldest: 'v1.20', newest: 'v1.30' },
      defaultProfile: 'sweet',
      profiles: [
        { name: 'sweet', title: 'Sweet', policies: ['apple', 'pear'] },
        { name: 'sour', title: 'Sour', includes: ['sweet'], policies: ['lemon'], params: { seeds: 3 } },
        { name: 'round', title: 'Round', policies: ['apple'], params: { seeds: 4 } },
        { name: 'broken', title: 'Broken', policies: ['absent'] },
      ],
    },
  }),
  'fruit/apple.yaml': policy('apple', { minor, seeds: { type: 'integer', default: 1 } }),
  'fruit/pear.yaml': policy('pear'),
  'fruit/lemon.yaml': policy('lemon', { minor }),
};
const library: Library = {
  packs: async () => ['fruit'],
  read: async (pack, file) => files[`${pack}/${file}`],
};

const open = (words: readonly string[], documents: readonly Document[] = []) =>
  withPacks(words, documents, library, (written, all) => all.find((one) => one[0] === written[0]));

const documentsOf = (value: object): readonly Document[] => parseDocuments(JSON.stringify(value), 'own.yaml').documents;

const parameters = (name: string, params: object): readonly Document[] =>
  documentsOf({ apiVersion: 'assay.dev/v1alpha1', kind: 'PolicyParameters', metadata: { name }, params });

/** Name and defaults of each policy. */
async function opened(words: readonly string[], documents: readonly Document[] = []) {
  const read = await open(words, documents);
  expect(read.lines).toEqual([]);
  return read.documents.map(({ value }) => {
    const properties = valueAt(value, ['spec', 'paramSchema', 'properties']) ?? {};
    const defaults = Object.entries(properties).map(
      ([name, schema]) => `${name}=${String(valueAt(schema, ['default']))}`,
    );
    return [String(valueAt(value, ['metadata', 'name'])), ...defaults].join(' ');
  });
}

describe('a pack', () => {
  it('brings its default profile at its newest version where neither is named', async () => {
    expect(await opened(['pack:fruit'])).toEqual(['fruit.apple minor=30 seeds=1', 'fruit.pear']);
    expect(await opened(['pack:fruit@latest'])).toEqual(['fruit.apple minor=30 seeds=1', 'fruit.pear']);
  });

  it('is of the version of Kubernetes that is meant, where its reference names none', async () => {
    const values = async (word: string, version: string) => {
      const read = await withPacks([word], [], library, undefined, version);
      return read.documents.map(({ value }) =>
        valueAt(value, ['spec', 'paramSchema', 'properties', 'minor', 'default']),
      );
    };
    expect(await values('pack:fruit', '1.22')).toEqual([22, undefined]);
    expect(await values('pack:fruit@v1.25', '1.22')).toEqual([25, undefined]);
    expect(await values('pack:fruit@latest', '1.22')).toEqual([30, undefined]);
    expect((await withPacks(['pack:fruit'], [], library, undefined, '1.40')).lines).toEqual([
      'fruit: pack "fruit" has no version "1.40"; there is v1.20 to v1.30, latest',
    ]);
  });

  it('brings what a profile includes, with the values of the profile and the version', async () => {
    const all = ['fruit.apple minor=25 seeds=3', 'fruit.pear', 'fruit.lemon minor=25'];
    expect(await opened(['pack:fruit:sour@v1.25'])).toEqual(all);
    expect(await opened(['pack:fruit:sour@1.25'])).toEqual(all);
    expect(await opened(['pack:fruit:sweet,sour@v1.25.3'])).toEqual(all);
  });

  it('may be named again where both want the same, and is refused where they do not', async () => {
    expect(await opened(['pack:fruit@v1.25', 'pack:fruit:sweet@v1.25'])).toHaveLength(2);
    expect((await open(['pack:fruit:sour', 'pack:fruit:round'])).lines).toEqual([
      'fruit:round: has other parameters for fruit/apple.yaml than fruit:sour; one of the two is meant',
    ]);
    expect((await open(['pack:fruit@v1.25', 'pack:fruit@v1.26'])).lines).toHaveLength(1);
  });

  it('says what there is where pack, profile or version is not there', async () => {
    expect((await open(['pack:frut'])).lines).toEqual([
      'frut: does not exist, and there is no pack "frut"; nearest is fruit; there is fruit',
    ]);
    expect((await open(['pack:fruit:red'])).lines).toEqual([
      'fruit:red: pack "fruit" has no profile "red"; nearest is round; there is sweet, sour, round, broken',
    ]);
    for (const version of ['v1.19', 'v1.31', 'v2.0', 'newest'])
      expect((await open([`pack:fruit@${version}`])).lines).toEqual([
        `fruit@${version}: pack "fruit" has no version "${version}"; there is v1.20 to v1.30, latest`,
      ]);
    expect((await open(['pack:fruit:broken'])).lines).toEqual([
      'fruit/pack.yaml: names "absent", and there is no fruit/absent.yaml',
    ]);
    expect((await open(['pack:../fruit'])).lines).toEqual([
      '"pack:../fruit": a pack is written NAME, NAME:PROFILE or NAME:PROFILE@VERSION',
    ]);
  });

  it('takes values from PolicyParameters, those of one policy before those of the pack', async () => {
    const both = [...parameters('fruit.apple', { seeds: 7 }), ...parameters('fruit', { seeds: 5 })];
    expect(await opened(['pack:fruit:sour@v1.25'], both)).toContain('fruit.apple minor=25 seeds=7');
    expect(await opened(['pack:fruit:sour@v1.25'], both.slice(1))).toContain('fruit.apple minor=25 seeds=5');
  });

  it('refuses values that nothing reads', async () => {
    expect((await open(['pack:fruit'], parameters('fruit', { seed: 1 }))).lines).toEqual([
      'own.yaml:1:107: params.seed: "fruit" has no parameter "seed"; nearest is seeds; there is minor, seeds (REFERENCE_UNRESOLVED)',
    ]);
    expect((await open(['pack:fruit'], parameters('fruit.lemon', { minor: 1 }))).lines[0]).toContain(
      'no pack or policy "fruit.lemon" is in force',
    );
    expect((await open([], parameters('fruit', { seeds: 1 }))).lines[0]).toContain('is in force; there is none');
    expect((await open(['pack:fruit'], parameters('Fruit', {}))).lines[0]).toContain('FIELD_WRONG');
  });

  it('leaves the other documents, without those that only stand beside policies', async () => {
    const own = documentsOf({ kind: 'ClusterWorkloadPolicy', metadata: { name: 'own' } });
    const beside = [...documentsOf({ kind: 'PolicyPack' }), ...documentsOf({ kind: 'PolicyCases' })];
    expect(await opened([], [...own, ...beside])).toEqual(['own']);
  });
});

describe('a word among policies', () => {
  it('is the file or folder that is there, else a pack, where it can be one', () => {
    const there = (path: string) => path === 'fruit' || path === '/etc/fruit';
    const settled = (word: string, path = word) => settleSource(word, path, there);
    expect(settled('fruit')).toBe('fruit');
    expect(settled('fruit', '/etc/fruit')).toBe('/etc/fruit');
    expect(settled('fruit', '/opt/fruit')).toBe('pack:fruit');
    expect(settled('fruit:sour@v1.25')).toBe('pack:fruit:sour@v1.25');
    expect(settled('pack:fruit')).toBe('pack:fruit');
    for (const path of ['./fruit', 'fruit.yaml', 'Fruit', '-', 'a/b', 'oci://x/y:z', 'fruit:', 'fruit@', ''])
      expect(settled(path)).toBe(path);
  });

  it('is parted from others at colons, unless it is a bundle or a pack with its profile', () => {
    const parted = (stated: string) => partSources(stated, (path) => path === 'there');
    expect(parted('there:fruit')).toEqual(['there', 'fruit']);
    expect(parted('a.yaml:b.yaml')).toEqual(['a.yaml', 'b.yaml']);
    expect(parted('fruit:sour@v1.25')).toEqual(['fruit:sour@v1.25']);
    expect(parted('pack:there:x')).toEqual(['pack:there:x']);
    expect(parted('oci://x/y:z')).toEqual(['oci://x/y:z']);
  });
});
