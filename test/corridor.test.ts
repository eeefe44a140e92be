import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../policies/index.ts';
import { renderJsonPatch } from '../policies/index.ts';
import { pushImage, type Registry, sha256, startRegistry } from './support/registry/index.ts';
import {
  deployment,
  pod,
  publishShop,
  type Shop,
  type ShopImage,
  shopConfiguration,
  shopPolicies,
} from './support/shop/index.ts';
import { type Corridor, manifest, openCorridor } from './support/shop/corridor.ts';
import {
  createSigstore,
  generateKey,
  githubWorkflow,
  keySigner,
  signImage,
  type Sigstore,
} from './support/sigstore/index.ts';

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;
let corridor: Corridor;

const open = (policies = shopPolicies(registry.host, shop)): Corridor =>
  openCorridor({
    configuration: shopConfiguration(registry.host),
    policies,
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });

const codes = (decision: Decision): string[] => decision.findings.map(({ effect, code }) => `${effect} ${code}`);
const at = (image: ShopImage): string => shop.images[image].name;
const pinnedAt = (image: ShopImage): string => shop.images[image].reference;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());
beforeEach(() => {
  corridor = open();
  registry.faults.clear();
  registry.clearRequests();
});

describe('a Deployment', () => {
  const verdicts: readonly (readonly [ShopImage, readonly string[]])[] = [
    ['shop', []],
    ['api', []],
    ['billing', []],
    ['unsigned', ['deny NO_SIGNATURE']],
    ['stranger', ['deny SIGNER_NOT_ACCEPTED']],
    ['copied', ['deny SUBJECT_MISMATCH']],
    ['moved', ['deny NO_SIGNATURE']],
    ['forged', ['deny SIGNATURE_WRONG']],
  ];
  for (const [image, expected] of verdicts) {
    it(`of the image "${image}" is ${expected.length === 0 ? 'admitted' : expected.join()}`, async () => {
      const decision = await corridor.judge(deployment('web', [at(image)]));
      expect(codes(decision)).toEqual(expected);
      expect(decision.allowed).toBe(expected.length === 0);
    });
  }

  it('is denied for one bad image among good ones, at its field', async () => {
    const decision = await corridor.judge(deployment('web', [at('shop'), at('unsigned'), at('billing')]));
    expect(decision.findings).toMatchObject([
      {
        effect: 'deny',
        policy: 'acme-releases',
        rule: 'signatures',
        field: 'spec.template.spec.containers[1].image',
        image: { container: 'side-1', digest: shop.images.unsigned.digest },
      },
    ]);
  });

  it('is told whose signature came nearest and where it differs', async () => {
    const { findings } = await corridor.judge(deployment('web', [at('stranger')]));
    expect(findings[0]?.found).toContain(
      'https://github.com/mallory/stranger/.github/workflows/release.yml@refs/heads/main',
    );
    expect(findings[0]?.found).toContain('subject differs after "https://github.com/"');
    expect(findings[0]?.expected).toContain(
      'https://github.com/acme/stranger/.github/workflows/release.yml@refs/tags/*',
    );
  });

  it('with an image of a tag that is not there is denied', async () => {
    expect(codes(await corridor.judge(deployment('web', [`${registry.host}/acme/shop:none`])))).toEqual([
      'deny TAG_NOT_FOUND',
    ]);
  });

  it('with an image that no policy speaks of is what the configuration says', async () => {
    const image = await pushImage(registry, { repository: 'other/thing', tag: '1' });
    expect(codes(await corridor.judge(deployment('web', [image.name])))).toEqual(['deny IMAGE_NOT_GOVERNED']);
  });

  it('with a reference that cannot be read is denied', async () => {
    expect(codes(await corridor.judge(deployment('web', ['"gh\\u0441r.io/acme/shop"'])))).toEqual([
      'deny REFERENCE_HOST_REFUSED',
    ]);
    expect(codes(await corridor.judge(deployment('web', ['""'])))).toEqual(['deny REFERENCE_MALFORMED']);
  });

  it('is judged in init containers, ephemeral containers and image volumes too', async () => {
    const bad = at('unsigned');
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        containers: [{ name: 'a', image: pinnedAt('shop') }],
        initContainers: [{ name: 'b', image: bad }],
        ephemeralContainers: [{ name: 'c', image: bad }],
        volumes: [{ name: 'd', image: { reference: bad } }],
      },
    };
    const fields = (await corridor.judge(object)).findings
      .filter(({ rule }) => rule === 'signatures')
      .map(({ field }) => field);
    expect(fields).toEqual([
      'spec.initContainers[0].image',
      'spec.ephemeralContainers[0].image',
      'spec.volumes[0].image.reference',
    ]);
  });
});

describe('the attacks', () => {
  const release = (app: string, ref = 'refs/tags/v1') =>
    sigstore.keyless(githubWorkflow({ repository: `acme/${app}`, workflow: 'release.yml', ref }));
  const attacked = async (app: string, sign: (digest: string) => Parameters<typeof signImage>[0]) => {
    const image = await pushImage(registry, { repository: `acme/${app}`, tag: '1' });
    await signImage(sign(image.digest));
    return corridor.judge(deployment('web', [image.name]));
  };
  const bundle = (app: string, digest: string) =>
    ({ registry, repository: `acme/${app}`, digest, format: 'bundle', as: release(app) }) as const;

  const cases: readonly (readonly [string, string, (digest: string) => Parameters<typeof signImage>[0], string])[] = [
    [
      'a branch instead of a tag',
      'branch',
      (digest) => ({ ...bundle('branch', digest), as: release('branch', 'refs/heads/main') }),
      'SIGNER_NOT_ACCEPTED',
    ],
    [
      'another issuer',
      'issuer',
      (digest) => ({
        ...bundle('issuer', digest),
        as: sigstore.keyless({
          ...githubWorkflow({ repository: 'acme/issuer', workflow: 'release.yml', ref: 'refs/tags/v1' }),
          issuer: 'https://evil.example',
        }),
      }),
      'SIGNER_NOT_ACCEPTED',
    ],
    [
      'a self-hosted runner',
      'runner',
      (digest) => ({
        ...bundle('runner', digest),
        as: sigstore.keyless(
          githubWorkflow({
            repository: 'acme/runner',
            workflow: 'release.yml',
            ref: 'refs/tags/v1',
            runner: 'self-hosted',
          }),
        ),
      }),
      'SIGNER_NOT_ACCEPTED',
    ],
    [
      "another app's workflow",
      'otherapp',
      (digest) => ({ ...bundle('otherapp', digest), as: release('shop') }),
      'SIGNER_NOT_ACCEPTED',
    ],
    ['no log entry', 'nolog', (digest) => ({ ...bundle('nolog', digest), log: 'none' }), 'LOG_ENTRY_MISSING'],
    [
      'a log entry of another signature',
      'otherlog',
      (digest) => ({ ...bundle('otherlog', digest), log: 'of-another' }),
      'LOG_ENTRY_WRONG',
    ],
    [
      'an expired certificate',
      'expired',
      (digest) => ({ ...bundle('expired', digest), at: new Date(Date.now() - 7200_000), loggedAt: new Date() }),
      'TIMESTAMP_OUTSIDE_CERTIFICATE',
    ],
    [
      'a stranger’s Sigstore',
      'sigstore',
      (digest) => ({
        ...bundle('sigstore', digest),
        as: createSigstore().keyless(
          githubWorkflow({ repository: 'acme/sigstore', workflow: 'release.yml', ref: 'refs/tags/v1' }),
        ),
      }),
      'LOG_ENTRY_WRONG',
    ],
    [
      'tampered bytes',
      'tampered',
      (digest) => ({ ...bundle('tampered', digest), tamper: 'payload' }),
      'SIGNATURE_WRONG',
    ],
    [
      'a key where keyless is wanted',
      'bykey',
      (digest) => ({ ...bundle('bykey', digest), as: keySigner(generateKey()) }),
      'KEY_MISMATCH',
    ],
    [
      'a copied .sig layer',
      'copiedsig',
      (digest) => ({ ...bundle('copiedsig', digest), format: 'sig-tag', subject: shop.images.shop.digest }),
      'SUBJECT_MISMATCH',
    ],
  ];
  for (const [name, app, sign, code] of cases) {
    it(`${name} is refused with ${code}`, async () =>
      expect(codes(await attacked(app, sign))).toEqual([`deny ${code}`]));
  }

  it('A-VER-21: a signature that was removed leaves nothing', async () => {
    registry.faults.add({ kind: 'status', status: 404 }, { path: /referrers|sha256-/ });
    expect(codes(await corridor.judge(deployment('web', [at('shop')])))).toEqual(['deny NO_SIGNATURE']);
  });

  it('A-REF-3: a registry that sends other bytes is refused', async () => {
    registry.faults.add({ kind: 'wrong-bytes' }, { path: /manifests\/sha256:/ });
    expect(codes(await corridor.judge(deployment('web', [pinnedAt('shop')])))).toEqual(['deny DIGEST_MISMATCH']);
  });

  it('the signature of an index does not cover a platform manifest named by itself', async () => {
    const platform = shop.images.api.platforms['linux/amd64'];
    expect(codes(await corridor.judge(pod('p', [`${registry.host}/acme/api@${platform}`])))).toEqual([
      'deny NO_SIGNATURE',
    ]);
  });

  it('A-REF-3: a digest wins over the tag beside it', async () => {
    const pinned = `${at('moved')}@${shop.images.unsigned.digest}`;
    expect(codes(await corridor.judge(pod('p', [pinned])))).toEqual(['deny NO_SIGNATURE']);
  });

  it('A-REF-10: an index that shows a node other manifests than it shows us is refused', async () => {
    const image = await pushImage(registry, { repository: 'acme/twofold', tag: '1', platforms: ['linux/amd64'] });
    const [digest = ''] = Object.values(image.platforms);
    await signImage({ ...bundle('twofold', digest), repository: 'acme/twofold' });
    expect(codes(await corridor.judge(deployment('d', [image.name])))).toEqual([]);
    const stored = await registry.getManifest('acme/twofold', image.digest);
    const index = JSON.parse(stored!.bytes.toString()) as { manifests: object[] };
    const evil = await pushImage(registry, { repository: 'acme/twofold', seed: 'evil' });
    index.manifests = index.manifests.map((entry) => ({ ...entry, Digest: evil.digest }));
    await registry.putManifest('acme/twofold', '2', image.mediaType, Buffer.from(JSON.stringify(index)));
    expect(codes(await corridor.judge(deployment('d', [`${registry.host}/acme/twofold:2`])))).toEqual([
      'deny MANIFEST_MALFORMED',
    ]);
  });

  it('a SHA-512, for which the registry knows no .sig tag, feigns no outage', async () => {
    const { bytes, mediaType } = (await registry.getManifest('acme/unsigned', shop.images.unsigned.digest))!;
    const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    await registry.putManifest('acme/unsigned', digest, mediaType, bytes);
    registry.faults.add({ kind: 'status', status: 400 }, { path: /\.sig$/ });
    expect(codes(await corridor.judge(pod('p', [`${registry.host}/acme/unsigned@${digest}`])))).toEqual([
      'deny NO_SIGNATURE',
    ]);
  });

  it('A-VER-18: bundles that fill the memory are counted before they are fetched', async () => {
    const image = await pushImage(registry, { repository: 'acme/heavy', tag: '1' });
    const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    const size = 20 * 1024 * 1024;
    for (const seed of ['a', 'b']) {
      const manifest = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactType: type,
        config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2, digest: image.digest },
        layers: [{ mediaType: type, size, digest: `sha256:${seed.repeat(64)}` }],
        subject: { mediaType: image.mediaType, size: image.size, digest: image.digest },
      };
      const bytes = Buffer.from(JSON.stringify(manifest));
      await registry.putManifest('acme/heavy', sha256(bytes), manifest.mediaType, bytes);
    }
    expect(codes(await corridor.judge(deployment('d', [image.name])))).toEqual(['deny LIMIT_BYTES']);
    expect(registry.requests.filter(({ path }) => path.includes('/blobs/'))).toEqual([]);
  });

  it('lists without end are one finding, and cost nothing', async () => {
    for (const list of ['containers', 'initContainers', 'ephemeralContainers', 'volumes']) {
      const spec = { containers: [], [list]: Array.from({ length: 200_000 }, () => 1) };
      const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec };
      expect(codes(await corridor.judge(object))).toEqual(['deny LIMIT_IMAGES']);
      expect((await corridor.judge(object, { phase: 'mutate' })).version.patches).toEqual([]);
    }
  });

  it('an outage is told as such, and denies', async () => {
    registry.faults.add({ kind: 'status', status: 429, headers: { 'retry-after': '12' } });
    const decision = await corridor.judge(deployment('web', [at('shop')]));
    expect(decision.findings).toMatchObject([
      { kind: 'undecided', effect: 'deny', code: 'REGISTRY_LIMITED', rule: 'signatures' },
    ]);
  });

  it('an outage warns where the policy says so, and a refusal still denies', async () => {
    await using lenient = open(
      shopPolicies(registry.host, shop).replaceAll('  signatures:', '  onUnavailable: Warn\n  signatures:'),
    );
    const remove = registry.faults.add({ kind: 'status', status: 503 });
    const decision = await lenient.judge(deployment('web', [at('shop')]));
    expect(codes(decision)).toEqual(['warn REGISTRY_ERROR']);
    expect(decision.allowed).toBe(true);
    remove();
    registry.faults.add({ kind: 'status', status: 403 });
    expect(codes(await lenient.judge(deployment('web', [at('billing')])))).toEqual(['deny ACCESS_REFUSED']);
  });

  it('a pusher who makes the registry refuse a question causes no outage: Warn does not excuse it', async () => {
    await using lenient = open(
      shopPolicies(registry.host, shop).replaceAll('  signatures:', '  onUnavailable: Warn\n  signatures:'),
    );
    registry.faults.add({ kind: 'status', status: 400 }, { path: /blobs/ });
    expect(codes(await lenient.judge(deployment('web', [at('shop')])))).toEqual(['deny MANIFEST_MALFORMED']);
  });

  it('A-VER-18: a registry that hangs meets the deadline', async () => {
    registry.faults.add({ kind: 'hang' });
    const start = performance.now();
    const decision = await corridor.judge(deployment('web', [at('shop')]), { signal: AbortSignal.timeout(200) });
    expect(codes(decision)).toEqual(['deny DEADLINE_EXCEEDED']);
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

describe('an index that is not signed itself', () => {
  const sign = (app: string, digest: string) =>
    signImage({
      registry,
      repository: `acme/${app}`,
      digest,
      format: 'bundle',
      as: sigstore.keyless(githubWorkflow({ repository: `acme/${app}`, workflow: 'release.yml', ref: 'refs/tags/v1' })),
    });

  it('is admitted where every platform that a node could choose is signed', async () => {
    const image = await pushImage(registry, {
      repository: 'acme/every',
      tag: '1',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    for (const digest of Object.values(image.platforms)) await sign('every', digest);
    expect(codes(await corridor.judge(deployment('d', [image.name])))).toEqual([]);
    expect(codes(await corridor.judge(deployment('d', [image.reference])))).toEqual([]);
  });

  it('A-REF-10: is denied where one platform is not: an attacker put his own beside the signed one', async () => {
    const image = await pushImage(registry, {
      repository: 'acme/beside',
      tag: '1',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    await sign('beside', image.platforms['linux/amd64']!);
    expect(codes(await corridor.judge(deployment('d', [image.name])))).toEqual(['deny NO_SIGNATURE']);
  });

  it('is undecided, not denied as bad, where its platforms cannot be read', async () => {
    const image = await pushImage(registry, { repository: 'acme/dark', tag: '1', platforms: ['linux/amd64'] });
    registry.faults.add({ kind: 'status', status: 500 }, { path: `/v2/acme/dark/manifests/${image.digest}` });
    const { findings } = await corridor.judge(deployment('d', [image.reference]));
    expect(findings).toMatchObject([{ kind: 'undecided', code: 'REGISTRY_ERROR' }]);
  });
});

describe('the mutating phase', () => {
  it('A-REF-1: pins the tags of a Pod to what they name, and denies nothing', async () => {
    const decision = await corridor.judge(pod('p', [at('shop'), at('unsigned'), `${registry.host}/acme/shop:none`]), {
      phase: 'mutate',
    });
    expect(decision.allowed).toBe(true);
    expect(renderJsonPatch(decision.version)).toEqual([
      { op: 'replace', path: '/spec/containers/0/image', value: `${at('shop')}@${shop.images.shop.digest}` },
      { op: 'replace', path: '/spec/containers/1/image', value: `${at('unsigned')}@${shop.images.unsigned.digest}` },
    ]);
  });

  it('leaves pod templates alone unless the policy pins them', async () => {
    expect((await corridor.judge(deployment('d', [at('shop')]), { phase: 'mutate' })).version.patches).toEqual([]);
    await using templates = open(
      shopPolicies(registry.host, shop).replaceAll('  signatures:', '  pin: Templates\n  signatures:'),
    );
    expect((await templates.judge(deployment('d', [at('shop')]), { phase: 'mutate' })).version.patches).toHaveLength(1);
    expect(codes(await templates.judge(deployment('d', [at('shop')])))).toEqual(['deny NOT_PINNED']);
  });

  it('pins nothing where the policy says None', async () => {
    await using none = open(
      shopPolicies(registry.host, shop).replaceAll('  signatures:', '  pin: None\n  signatures:'),
    );
    expect((await none.judge(pod('p', [at('shop')]), { phase: 'mutate' })).version.patches).toEqual([]);
    expect((await none.judge(pod('p', [at('shop')]))).allowed).toBe(true);
  });

  it('is idempotent, and what it pinned is admitted by another process that never saw it', async () => {
    const first = await corridor.judge(pod('p', [at('shop')]), { phase: 'mutate' });
    const again = await corridor.judge(first.version.object, { phase: 'mutate' });
    expect(again.version.patches).toEqual([]);
    await using other = open();
    expect((await other.judge(first.version.object)).allowed).toBe(true);
  });

  it('does not touch the image of a running Pod that the user did not change', async () => {
    const object = pod('p', [at('shop')]);
    const unchanged = {
      operation: 'UPDATE',
      oldObject: manifest(object),
    } as const;
    expect((await corridor.judge(object, { ...unchanged, phase: 'mutate' })).version.patches).toEqual([]);
    expect(codes(await corridor.judge(object, unchanged))).toEqual([]);
    const changed = pod('p', [at('billing')]);
    expect((await corridor.judge(changed, { ...unchanged, phase: 'mutate' })).version.patches).toHaveLength(1);
    expect(codes(await corridor.judge(changed, unchanged))).toEqual(['deny NOT_PINNED']);
  });
});

describe('images that nodes pull from elsewhere', () => {
  const rewriting = (): Corridor =>
    openCorridor({
      configuration: shopConfiguration(registry.host).replace(
        'registries:',
        `registries:\n  rewrites: [{prefix: source.example, replacement: "${registry.host}"}]`,
      ),
      policies: shopPolicies(registry.host, shop),
      files: { 'trusted_root.json': sigstore.trustedRoot },
    });
  const away = (image: ShopImage): string => at(image).replace(registry.host, 'source.example');

  it('are judged as what is pulled, and written into Pods with their digest', async () => {
    await using there = rewriting();
    expect((await there.judge(deployment('d', [away('shop')]))).allowed).toBe(true);
    expect(codes(await there.judge(deployment('d', [away('unsigned')])))).toEqual(['deny NO_SIGNATURE']);
    const { version } = await there.judge(pod('p', [away('shop')]), { phase: 'mutate' });
    expect(version.patches.map(({ value }) => value)).toEqual([`${at('shop')}@${shop.images.shop.digest}`]);
    expect((await there.judge(version.object)).allowed).toBe(true);
    expect((await there.judge(version.object, { phase: 'mutate' })).version.patches).toEqual([]);
  });

  it('are denied in a Pod that still names the other place, even by digest', async () => {
    await using there = rewriting();
    const pinned = pinnedAt('shop').replace(registry.host, 'source.example');
    expect(codes(await there.judge(pod('p', [pinned])))).toEqual(['deny NOT_REWRITTEN']);
    const { version } = await there.judge(pod('p', [pinned]), { phase: 'mutate' });
    expect(version.patches.map(({ value }) => value)).toEqual([pinnedAt('shop')]);
  });
});

describe('validation', () => {
  it('denies a Pod that arrives unpinned', async () => {
    expect(codes(await corridor.judge(pod('p', [at('shop')])))).toEqual(['deny NOT_PINNED']);
  });

  it('A-REF-1: admits a pinned Pod wherever the tag points by then', async () => {
    const image = await pushImage(registry, { repository: 'acme/late', tag: 'stable', seed: 'one' });
    await signImage({
      registry,
      ...image,
      format: 'bundle',
      as: sigstore.keyless(githubWorkflow({ repository: 'acme/late', workflow: 'release.yml', ref: 'refs/tags/v1' })),
    });
    const { version } = await corridor.judge(pod('p', [image.name]), { phase: 'mutate' });
    await pushImage(registry, { repository: 'acme/late', tag: 'stable', seed: 'two' });
    expect((await corridor.judge(version.object)).allowed).toBe(true);
    expect(codes(await corridor.judge(deployment('d', [image.name])))).toEqual(['deny NO_SIGNATURE']);
  });

  it('asks nothing of a DELETE', async () => {
    const object = pod('p', [at('unsigned')]);
    const decision = await corridor.judge(object, { operation: 'DELETE', oldObject: manifest(object) });
    expect(decision.allowed).toBe(true);
  });
});

describe('what it costs the registry', () => {
  it('eight containers of one image, three reviews at once: one round of evidence', async () => {
    const object = pod(
      'p',
      Array.from({ length: 8 }, () => pinnedAt('shop')),
    );
    await Promise.all([corridor.judge(object), corridor.judge(object), corridor.judge(object)]);
    const paths = registry.requests.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.length).toBeLessThanOrEqual(5);
  });

  it('the same review again: nothing for a digest, one HEAD for a tag', async () => {
    await corridor.judge(pod('p', [pinnedAt('shop')]));
    registry.clearRequests();
    await corridor.judge(pod('p', [pinnedAt('shop')]));
    expect(registry.requests).toEqual([]);
    await corridor.judge(deployment('d', [at('shop')]));
    registry.clearRequests();
    await corridor.judge(deployment('d', [at('shop')]));
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD']);
  });

  it('A-VER-19: a signature that comes late counts within seconds', async () => {
    const image = await pushImage(registry, { repository: 'acme/slow', tag: '1' });
    expect((await corridor.judge(deployment('d', [image.name]))).allowed).toBe(false);
    await signImage({
      registry,
      ...image,
      format: 'bundle',
      as: sigstore.keyless(githubWorkflow({ repository: 'acme/slow', workflow: 'release.yml', ref: 'refs/tags/v1' })),
    });
    const later = new Date(Date.now() + 6000);
    expect((await corridor.judge(deployment('d', [image.name]), { now: later })).allowed).toBe(true);
  });
});
