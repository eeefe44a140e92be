import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicGoodRoot } from '../../../evidence/index.ts';
import { compilePolicies, isObject, parseDocuments, renderImported } from '../../../policies/index.ts';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../../support/registry/index.ts';
import { openCorridor } from '../../support/shop/corridor.ts';
import { pod } from '../../support/shop/index.ts';
import { generateKey, keySigner, publicPem, signImage } from '../../support/sigstore/index.ts';
import { imported, signatureCheck, sources } from './source.ts';

const trustRoots = new Map([['public-good', publicGoodRoot().material]]);
/** The text as `assay policy import` writes it. */
const textOf = (source: string | object): string => {
  const one = imported(source);
  return one.documents.map((document) => renderImported(one, document)).join('\n---\n');
};

describe('what is imported', () => {
  it.each(Object.entries(sources))('of a %s compiles', (_, source) => {
    const { documents, problems } = parseDocuments(textOf(source), 'imported.yaml');
    expect(problems).toEqual([]);
    const compiled = compilePolicies(documents, { trustRoots });
    expect(compiled.problems).toEqual([]);
  });

  it('says in comments where it is from and what became of it, and nothing can end such a comment', () => {
    const text = textOf({
      ...sources.ClusterImagePolicy,
      metadata: { name: 'check' },
      spec: { ...sources.ClusterImagePolicy.spec, mode: 'warn\nkind: Evil' },
    });
    expect(text).toMatch(/^# from ClusterImagePolicy check in source\.yaml\n# lost: spec\.mode: .*\n/);
    expect(parseDocuments(text, 'x').documents[0]?.value).not.toHaveProperty('kind', 'Evil');
  });
});

describe('the verdicts of what is imported', () => {
  const key = generateKey();
  let registry: Registry;
  const images: Record<'signed' | 'unsigned' | 'stranger', PublishedImage> = {} as never;
  beforeAll(async () => {
    registry = await startRegistry();
    for (const name of ['signed', 'unsigned', 'stranger'] as const)
      images[name] = await pushImage(registry, { repository: `acme/${name}`, tag: '1', seed: name });
    const sign = ({ repository, digest }: PublishedImage, signer = key) =>
      signImage({ registry, repository, digest, as: keySigner(signer), format: 'bundle' });
    await sign(images.signed);
    await sign(images.stranger, generateKey());
  });
  afterAll(() => registry.close());

  async function verdicts(source: object): Promise<Record<string, boolean | undefined>> {
    await using corridor = openCorridor({
      configuration: `apiVersion: assay.dev/v1alpha1\nkind: Configuration\nregistries: {hosts: [{host: "${registry.host}", plainHttp: true}]}\n`,
      policies: textOf(source),
    });
    const judged = Object.entries(images).map(async ([name, { reference }]) => {
      const { findings } = await corridor.judge(pod(name, [reference]));
      return [name, findings.every(({ effect }) => effect !== 'deny')] as const;
    });
    return Object.fromEntries(await Promise.all(judged));
  }

  const cip = (authority: object, spec: object = {}) => ({
    ...sources.ClusterImagePolicy,
    spec: { images: [{ glob: `${registry.host}/acme/*` }], authorities: [authority], ...spec },
  });

  it('are those of the ClusterImagePolicy', async () => {
    const keyed = { key: { data: publicPem(key.publicKey) } };
    expect(await verdicts(cip(keyed))).toEqual({ signed: true, unsigned: false, stranger: false });
    expect(await verdicts(cip(keyed, { mode: 'warn' }))).toEqual({ signed: true, unsigned: true, stranger: true });
    expect(await verdicts(cip(keyed, { images: [{ glob: 'ghcr.io/**' }] }))).toEqual({
      signed: true,
      unsigned: true,
      stranger: true,
    });
    expect(await verdicts(cip({ static: { action: 'pass' } }))).toEqual({
      signed: true,
      unsigned: true,
      stranger: true,
    });
  });

  it('are those of the ImageValidatingPolicy', async () => {
    const attestors = [
      { name: 'k', cosign: { key: { data: publicPem(key.publicKey) }, ctlog: { insecureIgnoreTlog: true } } },
    ];
    const spec = {
      matchImageReferences: [{ glob: `${registry.host}/*` }],
      attestors,
      validations: [{ expression: signatureCheck('k') }],
    };
    expect(await verdicts({ ...sources.ImageValidatingPolicy, spec })).toEqual({
      signed: true,
      unsigned: false,
      stranger: false,
    });
  });
});

describe('the policies of kyverno-vpol', () => {
  const corpus = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'kyverno-vpol', 'best-practices-vpol');
  const files = ((): readonly string[] => {
    try {
      return readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
        (file) => file.endsWith('.yaml') && !file.includes('.kyverno-test'),
      );
    } catch {
      return [];
    }
  })();

  it.skipIf(files.length === 0 && process.env['CI'] !== 'true')(
    'judge every resource of their tests imported as they do as they are',
    async () => {
      const counts = { judged: 0, violated: 0 };
      const configuration = 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\nunmatchedImages: Allow\n';
      for (const file of files) {
        const text = readFileSync(join(corpus, file), 'utf8');
        const resources = readFileSync(join(corpus, dirname(file), '.kyverno-test', 'resource.yaml'), 'utf8');
        await using before = openCorridor({ configuration, policies: text });
        await using after = openCorridor({ configuration, policies: textOf(text) });
        for (const { value } of parseDocuments(resources, 'resource.yaml').documents) {
          if (!isObject(value)) continue;
          const [theirs, ours] = [await before.judge(value), await after.judge(value)].map(({ findings }) =>
            findings.map(({ kind, effect, found }) => `${kind} ${effect} ${found}`).sort(),
          );
          expect(ours, `${file} ${JSON.stringify(value)}`).toEqual(theirs);
          counts.judged += 1;
          if (theirs?.some((line) => line.startsWith('violation '))) counts.violated += 1;
        }
      }
      expect(counts.judged).toBeGreaterThan(50);
      expect(counts.violated).toBeGreaterThan(20);
    },
  );
});
