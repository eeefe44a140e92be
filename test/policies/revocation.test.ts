import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { deployment, publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import {
  createSigstore,
  githubIssuer,
  githubWorkflow,
  keyId,
  type Sigstore,
  signImage,
} from '../support/sigstore/index.ts';

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());

const document = (spec: object): string =>
  `\n---\n${stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'Revocation', metadata: { name: 'incident-7' }, spec: { reason: 'the key was stolen', ...spec } })}`;

const open = (revocation: string, policies = shopPolicies(registry.host, shop), unmatched = 'Deny') =>
  openCorridor({
    configuration: shopConfiguration(registry.host).replace('unmatchedImages: Deny', `unmatchedImages: ${unmatched}`),
    policies: policies + revocation,
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });

const judge = async (spec: object, image: string, policies?: string): Promise<string[]> => {
  await using corridor = open(document(spec), policies);
  return (await corridor.judge(deployment('d', [image]))).findings.map(({ effect, code }) => `${effect} ${code}`);
};

const problems = (spec: object): string => {
  try {
    open(document(spec));
    return '';
  } catch (error) {
    return [...String(error).matchAll(/"code":"(\w+)"/g)].map(([, code]) => code).join(' ');
  }
};

const workflow = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1.4.2' }).subject
  .value;
const hour = 3600_000;
const at = (offset: number): string => new Date(Date.now() + offset).toISOString();

describe('a revocation', () => {
  it('of nothing that is here changes nothing', async () => {
    expect(await judge({ digests: [`sha256:${'0'.repeat(64)}`] }, shop.images.shop.name)).toEqual([]);
  });

  it('of a digest denies the image by tag and by digest, even where a policy only audits', async () => {
    const digests = [shop.images.shop.digest];
    const audit = shopPolicies(registry.host, shop).replaceAll(
      '  signatures:',
      '  validationActions: [Audit]\n  signatures:',
    );
    for (const image of [shop.images.shop.name, shop.images.shop.reference]) {
      expect(await judge({ digests }, image)).toEqual(['deny REVOKED']);
      expect(await judge({ digests }, image, audit)).toEqual(['deny REVOKED']);
    }
  });

  it('of a platform manifest denies the index that offers it', async () => {
    expect(await judge({ digests: [shop.images.api.platforms['linux/arm64']] }, shop.images.api.name)).toEqual([
      'deny REVOKED',
    ]);
  });

  it('of a digest denies an image that no policy speaks of', async () => {
    const image = await pushImage(registry, { repository: 'other/revoked', tag: '1' });
    await using corridor = open(document({ digests: [image.digest] }), undefined, 'Allow');
    expect((await corridor.judge(deployment('d', [image.name]))).findings.map(({ code }) => code)).toEqual(['REVOKED']);
  });

  it('of a digest denies a tag that is refused to us, for the node may read it with credentials of its own', async () => {
    const image = await pushImage(registry, { repository: 'other/closed', tag: '1' });
    const remove = registry.faults.add({ kind: 'status', status: 403 }, { path: /other\/closed/ });
    try {
      await using corridor = open(document({ digests: [image.digest] }), undefined, 'Allow');
      const { findings } = await corridor.judge(deployment('d', [image.name]));
      expect(findings.map(({ effect, code }) => `${effect} ${code}`)).toEqual(['deny ACCESS_REFUSED']);
    } finally {
      remove();
    }
  });

  it('denies what it cannot tell', async () => {
    const remove = registry.faults.add({ kind: 'status', status: 500 });
    try {
      const codes = await judge({ digests: [shop.images.shop.digest] }, shop.images.api.reference);
      expect(codes).toEqual(['deny REGISTRY_ERROR', 'deny REGISTRY_ERROR']);
    } finally {
      remove();
    }
  });

  it('of a key takes away what the key signed', async () => {
    const key = `sha256:${keyId(shop.key.publicKey).toString('hex')}`;
    expect(await judge({ signers: [{ key }] }, shop.images.billing.name)).toEqual(['deny SIGNER_REVOKED']);
    expect(await judge({ signers: [{ key }] }, shop.images.shop.name)).toEqual([]);
  });

  it('of an identity takes away what it signed, and nothing of others', async () => {
    const signers = [{ identity: { subject: workflow } }];
    expect(await judge({ signers }, shop.images.shop.name)).toEqual(['deny SIGNER_REVOKED']);
    expect(await judge({ signers }, shop.images.api.name)).toEqual([]);
    expect(
      await judge({ signers: [{ identity: { subject: workflow }, issuer: githubIssuer }] }, shop.images.shop.name),
    ).toEqual(['deny SIGNER_REVOKED']);
    expect(
      await judge(
        { signers: [{ identity: { subject: workflow }, issuer: 'https://other.example' }] },
        shop.images.shop.name,
      ),
    ).toEqual([]);
  });

  it('of a signing window takes away what was signed within, by anybody', async () => {
    const within = [{ signedFrom: at(-hour), signedUntil: at(hour) }];
    expect(await judge({ signers: within }, shop.images.shop.name)).toEqual(['deny SIGNER_REVOKED']);
    expect(await judge({ signers: [{ signedUntil: at(-hour) }] }, shop.images.shop.name)).toEqual([]);
    expect(await judge({ signers: [{ signedFrom: at(hour) }] }, shop.images.shop.name)).toEqual([]);
  });

  it('of a signing window takes away a signature whose time nobody states', async () => {
    expect(await judge({ signers: [{ signedUntil: at(-hour) }] }, shop.images.billing.name)).toEqual([
      'deny SIGNER_REVOKED',
    ]);
  });

  it('of a signing window takes away a signature of a bare key that was logged again after it', async () => {
    const logged = {
      registry,
      repository: 'tools/relogged',
      format: 'bundle',
      as: { kind: 'key', key: shop.key, sigstore },
    } as const;
    const image = await pushImage(registry, { repository: 'tools/relogged', tag: '1' });
    await signImage({ ...logged, digest: image.digest });
    const policies = shopPolicies(registry.host, shop).replace(
      '      data: |',
      '      trustRoot: private\n      data: |',
    );
    const key = `sha256:${keyId(shop.key.publicKey).toString('hex')}`;
    expect(await judge({ signers: [{ key, signedUntil: at(-hour) }] }, image.name, policies)).toEqual([
      'deny SIGNER_REVOKED',
    ]);
    expect(await judge({ signers: [{ key, signedFrom: at(hour) }] }, image.name, policies)).toEqual([]);
  });

  it('leaves another signature of the same image its worth', async () => {
    const image = await pushImage(registry, { repository: 'acme/twice', tag: '1' });
    const run = (ref: string) => githubWorkflow({ repository: 'acme/twice', workflow: 'release.yml', ref });
    for (const ref of ['refs/tags/v1', 'refs/tags/v2'])
      await signImage({ registry, ...image, format: 'bundle', as: sigstore.keyless(run(ref)) });
    expect(
      await judge({ signers: [{ identity: { subject: run('refs/tags/v1').subject.value } }] }, image.name),
    ).toEqual([]);
  });

  it('A-VER-19: beats what is proven and cached already', async () => {
    await using before = open('');
    expect((await before.judge(deployment('d', [shop.images.billing.reference]))).allowed).toBe(true);
    const key = `sha256:${keyId(shop.key.publicKey).toString('hex')}`;
    await using after = open(document({ signers: [{ key }] }));
    expect((await after.judge(deployment('d', [shop.images.billing.reference]))).allowed).toBe(false);
    expect((await after.judge(deployment('d', [shop.images.billing.reference]))).allowed).toBe(false);
  });

  it('says why', async () => {
    await using corridor = open(document({ digests: [shop.images.shop.digest] }));
    const [finding] = (await corridor.judge(deployment('d', [shop.images.shop.name]))).findings;
    expect(finding).toMatchObject({
      policy: 'incident-7',
      rule: 'revocation',
      found: 'the image is revoked: the key was stolen',
    });
  });

  const bad: readonly (readonly [string, object, string])[] = [
    ['nothing to revoke', {}, 'FIELD_MISSING'],
    ['an empty signer', { signers: [{}] }, 'FIELD_WRONG'],
    ['a digest that is none', { digests: ['sha256:x'] }, 'FIELD_WRONG'],
    ['an issuer without an identity', { signers: [{ issuer: 'https://a.example' }] }, 'FIELD_MISSING'],
    [
      'a window that ends before it begins',
      { signers: [{ signedFrom: '2026-01-02T00:00:00Z', signedUntil: '2026-01-01T00:00:00Z' }] },
      'UNSAFE_COMBINATION',
    ],
    [
      'a window that ends as it begins',
      { signers: [{ signedFrom: '2026-01-01T00:00:00Z', signedUntil: '2026-01-01T00:00:00Z' }] },
      'UNSAFE_COMBINATION',
    ],
    ['a pattern that is none', { signers: [{ identity: { subjectRegExp: '^(a$' } }] }, 'PATTERN_WRONG'],
    ['a time without a zone', { signers: [{ signedFrom: '2026-01-02T00:00:00' }] }, 'FIELD_WRONG'],
    ['a month that is none', { signers: [{ signedFrom: '2026-13-02T00:00:00Z' }] }, 'FIELD_WRONG'],
    ['a capture', { signers: [{ identity: { subjectGlob: 'https://github.com/acme/{app}/x' } }] }, 'PATTERN_WRONG'],
  ];
  for (const [name, spec, code] of bad) it(`is refused for ${name}`, () => expect(problems(spec)).toBe(code));
});
