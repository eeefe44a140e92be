import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymous } from '../../evidence/index.ts';
import {
  type Assembled,
  assemble,
  type Bundle,
  bundleFormat,
  type BundleMemory,
  type BundleProblem,
  compileBundleTrust,
  compilePolicies,
  type Configuration,
  openBundle,
  parseConfiguration,
  parseDocuments,
  rememberBundle,
  renderBundleProblem,
} from '../../policies/index.ts';
import { errorSections } from '../../generate.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import {
  attestImage,
  generateKey,
  githubIssuer,
  githubWorkflow,
  keySigner,
  publicPem,
  signImage,
  createSigstore,
} from '../support/sigstore/index.ts';
import { type BundleWish, pinPolicy, publishBundle, repository } from './bundle-shop.ts';

const sigstore = createSigstore();
const key = generateKey();
const owner = keySigner(key);
const workflow = sigstore.keyless(
  githubWorkflow({ repository: 'acme/policies', workflow: 'release.yml', ref: 'refs/tags/v1' }),
);
const created = (time: string) => ({ [bundleFormat.created]: time });

let registry: Registry;
let assembled: Assembled;
let configuration: Configuration;
let state: Map<string, string>;
let memory: BundleMemory;
beforeEach(async () => {
  registry = await startRegistry();
  configuration = configured(`
  - name: owner
    key: {data: ${JSON.stringify(publicPem(key.publicKey))}}
`);
  assembled = assembledOf(configuration);
  state = new Map();
  memory = {
    recall: (name) => Promise.resolve(state.get(name)),
    remember: async (name, text) => void state.set(name, text),
  };
});
afterEach(async () => {
  await assembled.evidence.close();
  await registry.close();
});

function configured(authorities: string, more = ''): Configuration {
  const text = `apiVersion: assay.dev/v1alpha1
kind: Configuration
registries: {hosts: [{host: "${registry.host}", plainHttp: true, allowPrivateAddresses: true}]}
trustRoots: [{name: private, file: root.json}]
policyBundles:
- repository: ${registry.host}/${repository}
  authorities:${authorities}${more}`;
  const parsed = parseConfiguration(parseDocuments(text, 'assay.yaml').documents[0]!);
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration;
}

function assembledOf(from: Configuration): Assembled {
  const machine = { texts: new Map([['root.json', sigstore.trustedRoot]]), now: () => new Date() };
  const built = assemble(from, machine, 'assay.yaml');
  if ('length' in built) throw new Error(JSON.stringify(built));
  return built;
}

const named = (suffix = ':stable') => `oci://${registry.host}/${repository}${suffix}`;

async function open(suffix?: string, revocations = ''): Promise<Bundle | BundleProblem> {
  const { trusts, problems } = compileBundleTrust(configuration, assembled, 'assay.yaml');
  expect(problems).toEqual([]);
  const documents = parseDocuments(revocations, 'revocations.yaml').documents;
  return await openBundle(named(suffix), {
    ...assembled,
    keychain: anonymous,
    trusts,
    memory,
    revocations: compilePolicies(documents, assembled).policies.revocations,
    now: new Date(),
    signal: AbortSignal.timeout(10_000),
  });
}

async function use(): Promise<void> {
  const bundle = await open();
  if (bundle.kind === 'problem') throw new Error(bundle.detail);
  expect(await rememberBundle(bundle, memory)).toBeUndefined();
}

const publish = (wish: BundleWish = {}) => publishBundle(registry, { as: owner, ...wish });
/** Asks anew, as another process would. */
async function forget(): Promise<void> {
  await assembled.evidence.close();
  assembled = assembledOf(configuration);
  registry.clearRequests();
}
const layersAsked = () => registry.requests.filter(({ path }) => path.includes('/blobs/')).length;

describe('a bundle of policies in a registry', () => {
  it('is used where its owner has signed it, and its problems name file, line and field', async () => {
    const digest = await publish({ files: { 'a.yaml': pinPolicy('a'), 'b/c.yaml': 'x: 1\nx: 2\n' } });
    const bundle = await open();
    expect(bundle).toMatchObject({ kind: 'bundle', digest, version: { digest, version: '1.0.0' } });
    if (bundle.kind === 'problem') return;
    expect(bundle.documents.map(({ file }) => file)).toEqual([`${named()}/a.yaml`]);
    expect(bundle.problems).toMatchObject([{ file: `${named()}/b/c.yaml`, line: 2, code: 'DOCUMENT_UNREADABLE' }]);
  });

  it('is used by its digest, too', async () => {
    const digest = await publish();
    expect(await open(`@${digest}`)).toMatchObject({ kind: 'bundle', digest });
    expect(await open(`:stable@${digest}`)).toMatchObject({ kind: 'bundle', digest });
  });

  it('is used where the identity has signed it that the configuration names', async () => {
    configuration = configured(`
  - name: release
    keyless:
      trustRoot: private
      identities: [{issuer: "${githubIssuer}", subjectGlob: "https://github.com/acme/policies/.github/workflows/release.yml@refs/tags/*"}]
`);
    await forget();
    await publish({ as: workflow });
    expect(await open()).toMatchObject({ kind: 'bundle' });
    await publish({
      as: sigstore.keyless(
        githubWorkflow({ repository: 'mallory/policies', workflow: 'release.yml', ref: 'refs/tags/v1' }),
      ),
      version: '2.0.0',
    });
    expect(await open()).toMatchObject({
      code: 'SIGNER_NOT_ACCEPTED',
      detail: expect.stringContaining('mallory') as string,
    });
  });

  it('needs as many signers as the threshold says', async () => {
    const second = generateKey();
    configuration = configured(
      `\n  - {name: owner, key: {data: ${JSON.stringify(publicPem(key.publicKey))}}}\n  - {name: other, key: {data: ${JSON.stringify(publicPem(second.publicKey))}}}\n`,
      '  threshold: 2\n',
    );
    await forget();
    await publish();
    expect(await open()).toMatchObject({ code: 'THRESHOLD_NOT_MET' });
    await forget();
    await publish({ as: keySigner(second) });
    expect(await open()).toMatchObject({ kind: 'bundle' });
  });
});

describe('a bundle that is bound to its repository', () => {
  it('is not used where it was signed for another one', async () => {
    const bound = `\n  - {name: owner, key: {data: ${JSON.stringify(publicPem(key.publicKey))}}, bindRepository: {}}\n`;
    configuration = configured(bound);
    await forget();
    const digest = await publishBundle(registry);
    const sign = (dockerReference: string) =>
      signImage({ registry, repository, digest, as: owner, format: 'sig-tag', dockerReference });
    await sign(`${registry.host}/acme/staging-policies`);
    expect(await open()).toMatchObject({
      code: 'SIGNER_NOT_ACCEPTED',
      detail: expect.stringContaining('acme/staging-policies') as string,
    });
    await sign(`${registry.host}/${repository}`);
    await forget();
    expect(await open()).toMatchObject({ kind: 'bundle' });
  });
});

describe('a bundle is refused', () => {
  const refused = async (wish: BundleWish, expected: { code: string; detail?: RegExp }, suffix?: string) => {
    await publish(wish);
    const bundle = await open(suffix);
    expect(bundle).toMatchObject({ kind: 'problem', code: expected.code });
    if (bundle.kind === 'problem' && expected.detail !== undefined) expect(bundle.detail).toMatch(expected.detail);
  };

  it('that nobody has signed, before any of its files is fetched', async () => {
    await publishBundle(registry);
    registry.clearRequests();
    expect(await open()).toMatchObject({
      code: 'NO_SIGNATURE',
      detail: expect.stringMatching(/^found no signature, expected 1 by owner/) as string,
    });
    expect(layersAsked()).toBe(0);
  });

  it('that somebody else has signed', () => refused({ as: keySigner(generateKey()) }, { code: 'SIGNATURE_WRONG' }));

  it('about which the owner has only attested something', async () => {
    const digest = await publishBundle(registry);
    await attestImage({
      registry,
      repository,
      digest,
      as: owner,
      format: 'bundle',
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
      declaredType: 'https://sigstore.dev/cosign/sign/v1',
    });
    expect(await open()).toMatchObject({ code: 'NO_SIGNATURE' });
  });

  it('whose digest or signer is revoked', async () => {
    const digest = await publish();
    const revocation = (what: string) =>
      `apiVersion: assay.dev/v1alpha1\nkind: Revocation\nmetadata: {name: r}\nspec: {reason: leaked, ${what}}\n`;
    expect(await open(undefined, revocation(`digests: ["${digest}"]`))).toMatchObject({ code: 'REVOKED' });
    expect(await open(undefined, revocation('signers: [{signedFrom: "2020-01-01T00:00:00Z"}]'))).toMatchObject({
      code: 'SIGNER_REVOKED',
    });
  });

  it('in a repository that policyBundles does not name', async () => {
    configuration = {
      ...configuration,
      policyBundles: [{ ...configuration.policyBundles![0]!, repository: 'ghcr.io/acme/policies' }],
    };
    await refused({}, { code: 'BUNDLE_NOT_TRUSTED', detail: /its policyBundles are ghcr\.io\/acme\/policies$/ });
  });

  it('without tag and digest, or without a host', async () => {
    await refused({}, { code: 'BUNDLE_REFERENCE_WRONG' }, '');
    expect(await open('/../x')).toMatchObject({ code: 'BUNDLE_REFERENCE_WRONG' });
  });

  it('whose name leaves out the host, even where Docker Hub is trusted', async () => {
    const hub = { ...configuration.policyBundles![0]!, repository: 'docker.io/acme/policies' };
    const { trusts, problems } = compileBundleTrust(
      { ...configuration, policyBundles: [hub] },
      assembled,
      'assay.yaml',
    );
    expect(problems).toEqual([]);
    const signal = AbortSignal.timeout(10_000);
    const world = { ...assembled, trusts, memory, revocations: [], now: new Date(), signal };
    expect(await openBundle('oci://acme/policies:stable', world)).toMatchObject({ code: 'BUNDLE_REFERENCE_WRONG' });
  });

  it('whose tag is not there', () => refused({}, { code: 'TAG_NOT_FOUND' }, ':beta'));

  it('that is an image and no bundle', () =>
    refused({ artifactType: 'application/vnd.oci.image.config.v1+json' }, { code: 'MANIFEST_UNSUPPORTED' }));

  it.each([
    '../../etc/passwd.yaml',
    '/etc/passwd',
    'a//b.yaml',
    '.hidden.yaml',
    'a/../b.yaml',
    'a\\b.yaml',
    '\u202egnp.yaml',
    '',
    'a\u001b[2J.yaml',
  ])('with a file called %j', (name) =>
    refused(
      { files: { [name]: pinPolicy('a') } },
      { code: 'BUNDLE_MALFORMED', detail: /is no relative path of plain names/ },
    ),
  );

  it('with two files of one name', () =>
    refused(
      {
        files: { 'a.yaml': pinPolicy('a'), 'b.yaml': pinPolicy('b') },
        change: ({ layers }) => {
          layers[1]!['annotations'] = layers[0]!['annotations'];
        },
      },
      { code: 'BUNDLE_MALFORMED', detail: /two files are called "a\.yaml"/ },
    ));

  it('with a layer of another type, without any, or that is not UTF-8', async () => {
    await refused(
      { fileType: 'application/vnd.oci.image.layer.v1.tar+gzip' },
      { code: 'BUNDLE_MALFORMED', detail: /tar\+gzip/ },
    );
    await refused({ files: {}, version: '2.0.0' }, { code: 'BUNDLE_MALFORMED', detail: /holds no file/ });
    await refused(
      { files: { 'a.yaml': Buffer.from([0xff, 0xfe]) }, version: '3.0.0' },
      { code: 'BUNDLE_MALFORMED', detail: /not UTF-8/ },
    );
  });

  it('with a layer that says it is too large, or all of them together, before any is fetched', async () => {
    const sized = (size: number): BundleWish => ({ change: ({ layers }) => void Object.assign(layers[0]!, { size }) });
    await refused(sized(8 * 1024 * 1024 + 1), { code: 'LIMIT_BYTES', detail: /the blob has/ });
    await refused({ ...sized(33 * 1024 * 1024), version: '2.0.0' }, { code: 'LIMIT_BYTES', detail: /together/ });
  });

  it('with a layer of other bytes than its digest, or more of them than it says', async () => {
    await publish();
    const stop = registry.faults.add({ kind: 'wrong-bytes' }, { path: /policies\/blobs/ });
    expect(await open()).toMatchObject({ code: 'DIGEST_MISMATCH' });
    stop();
    await forget();
    const layer = /policies\/blobs/;
    registry.faults.add({ kind: 'endless' }, { path: layer });
    expect(await open()).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('with a layer that the registry does not have', () =>
    refused(
      { change: ({ layers }) => void Object.assign(layers[0]!, { digest: `sha256:${'0'.repeat(64)}` }) },
      { code: 'MANIFEST_MALFORMED' },
    ));

  it('whose manifest is not that of the digest', async () => {
    const digest = await publish();
    registry.faults.add({ kind: 'wrong-bytes' }, { path: new RegExp(`manifests/${digest}`) });
    expect(await open(`@${digest}`)).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  it('where the registry answers 401, 429 or not at all, with what it said', async () => {
    await publish();
    const meets = async (status: number) => {
      await forget();
      const stop = registry.faults.add({ kind: 'status', status });
      const bundle = await open();
      stop();
      return bundle.kind === 'problem' ? bundle.code : bundle.kind;
    };
    expect([await meets(401), await meets(403), await meets(429), await meets(500)]).toEqual([
      'ACCESS_REFUSED',
      'ACCESS_REFUSED',
      'REGISTRY_LIMITED',
      'REGISTRY_ERROR',
    ]);
  });

  it('without a version, or with one that is none', async () => {
    await refused({ annotations: {} }, { code: 'BUNDLE_VERSION_MISSING' });
    await refused({ version: 'latest' }, { code: 'BUNDLE_MALFORMED', detail: /"latest" is no semantic version/ });
    await refused({ annotations: created('yesterday') }, { code: 'BUNDLE_MALFORMED', detail: /RFC 3339/ });
  });
});

describe('the version of a bundle', () => {
  const after = async (wish: BundleWish) => {
    await forget();
    await publish(wish);
    const bundle = await open();
    return bundle.kind === 'problem' ? `${bundle.code} ${bundle.detail}` : bundle.kind;
  };

  it('is trusted at first use, and then only goes up', async () => {
    await publish({ version: '1.10.0' });
    await use();
    expect(await after({ version: '1.9.0' })).toMatch(
      /^BUNDLE_ROLLED_BACK it is version 1\.9\.0, and version 1\.10\.0 \(sha256:\w{12}\) was used last$/,
    );
    expect(await after({ version: '1.10.0-rc.1' })).toMatch(/^BUNDLE_ROLLED_BACK/);
    expect(await after({ version: '1.10.1' })).toBe('bundle');
  });

  it('is not shared by two contents, whatever the build says', async () => {
    await publish({ version: '1.0.0' });
    await use();
    expect(await after({ version: '1.0.0', files: { 'b.yaml': pinPolicy('b') } })).toMatch(
      /^BUNDLE_ROLLED_BACK .*other contents have a newer version$/,
    );
    expect(await after({ version: '1.0.0+2' })).toMatch(/^BUNDLE_ROLLED_BACK/);
  });

  it('that was used last may be used again', async () => {
    await publish();
    await use();
    await forget();
    await use();
  });

  it('cannot be gone around by a tag that moves back, or by the older digest', async () => {
    const old = await publish({ version: '1.0.0' });
    await publish({ version: '2.0.0' });
    await use();
    registry.moveTag(repository, 'stable', old);
    await forget();
    expect(await open()).toMatchObject({ code: 'BUNDLE_ROLLED_BACK' });
    expect(await open(`@${old}`)).toMatchObject({ code: 'BUNDLE_ROLLED_BACK' });
  });

  it('cannot be left out later', async () => {
    await publish({ version: '1.0.0' });
    await use();
    expect(await after({ annotations: created('2030-01-01T00:00:00Z') })).toMatch(
      /^BUNDLE_ROLLED_BACK it has no "org\.opencontainers\.image\.version"/,
    );
  });

  it('is the time of making where there is no other', async () => {
    await publish({ annotations: created('2026-01-02T00:00:00Z') });
    await use();
    expect(await after({ annotations: created('2026-01-02T00:30:00+01:00') })).toMatch(/^BUNDLE_ROLLED_BACK/);
    expect(await after({ version: '1.0.0' })).toMatch(/^BUNDLE_ROLLED_BACK/);
    expect(await after({ annotations: { ...created('2026-01-03T00:00:00Z'), [bundleFormat.version]: '1.0.0' } })).toBe(
      'bundle',
    );
  });

  it('is only remembered of what was used, and what another process used meanwhile stays', async () => {
    await publish({ version: '1.0.0' });
    const first = await open();
    expect(state.size).toBe(0);
    await publish({ version: '2.0.0' });
    await forget();
    await use();
    expect(first.kind === 'bundle' && (await rememberBundle(first, memory))).toMatchObject({
      code: 'BUNDLE_ROLLED_BACK',
    });
    expect(JSON.parse([...state.values()][0]!)).toMatchObject({ version: '2.0.0' });
  });

  it('that cannot be recalled or remembered keeps every bundle out', async () => {
    await publish();
    for (const text of ['', '{}', '[]', '{"digest":"x","version":"new"}']) {
      state.set(`${registry.host}/${repository}`, text);
      expect(await open()).toMatchObject({ code: 'BUNDLE_STATE_UNREADABLE' });
    }
    memory = { ...memory, recall: () => Promise.resolve({ detail: 'the folder is gone' }) };
    expect(await open()).toMatchObject({ code: 'BUNDLE_STATE_UNREADABLE', detail: 'the folder is gone' });
    memory = { recall: () => Promise.resolve(undefined), remember: () => Promise.resolve({ detail: 'full' }) };
    const bundle = await open();
    expect(bundle.kind === 'bundle' && (await rememberBundle(bundle, memory))).toMatchObject({
      code: 'BUNDLE_STATE_UNREADABLE',
    });
  });
});

describe('policyBundles', () => {
  const problemsOf = (section: object) =>
    compileBundleTrust(
      { ...configuration, policyBundles: [section] } as Configuration,
      assembled,
      'assay.yaml',
    ).problems.map(({ code, path }) => `${code} ${path}`);
  const one = () => configuration.policyBundles![0]!;

  it('says what is wrong and where', () => {
    expect(problemsOf(one())).toEqual([]);
    expect(problemsOf({ ...one(), repository: 'ghcr.io/acme/policies:stable' })).toEqual([
      'FIELD_WRONG policyBundles[0].repository',
    ]);
    expect(problemsOf({ ...one(), repository: 'acme/policies' })).toEqual(['FIELD_WRONG policyBundles[0].repository']);
    expect(problemsOf({ ...one(), threshold: 2 })).toEqual(['UNSAFE_COMBINATION policyBundles[0].threshold']);
    expect(problemsOf({ ...one(), authorities: [{ name: 'a', key: { data: 'none' } }] })).toEqual([
      'FIELD_WRONG policyBundles[0].authorities[0].key.data',
    ]);
    const identity = { issuer: 'https://i.example', subjectGlob: 'https://github.com/acme/{app}/x' };
    expect(
      problemsOf({ ...one(), authorities: [{ name: 'a', keyless: { trustRoot: 'private', identities: [identity] } }] }),
    ).toEqual(['PATTERN_WRONG policyBundles[0].authorities[0]']);
    const twice = { ...configuration, policyBundles: [one(), one()] };
    expect(compileBundleTrust(twice, assembled, 'assay.yaml').problems).toMatchObject([
      { code: 'NAME_TAKEN', path: 'policyBundles[1].repository' },
    ]);
  });
});

describe('the examples of docs/errors.md', () => {
  const sections = errorSections(readFileSync(resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8'));
  const exampleOf = (code: string) => /^Example: `([^\n]*)`\.$/m.exec(sections.get(code) ?? '')?.[1];
  const world = () => ({
    ...assembled,
    trusts: [],
    memory,
    revocations: [],
    now: new Date(),
    signal: AbortSignal.timeout(10_000),
  });
  const detailOf = async (wish: BundleWish) => {
    await forget();
    await publish(wish);
    const bundle = await open();
    return bundle.kind === 'problem' ? bundle.detail.replace(/sha256:\w{12}/, 'sha256:3f2a91c07b1d') : '';
  };

  it('are what bundles say', async () => {
    for (const [code, reference] of [
      ['BUNDLE_REFERENCE_WRONG', 'oci://ghcr.io/acme/policies'],
      ['BUNDLE_NOT_TRUSTED', 'oci://ghcr.io/acme/policies:stable'],
    ] as const) {
      const bundle = await openBundle(reference, world());
      expect(bundle.kind === 'problem' && renderBundleProblem(reference, bundle)).toBe(exampleOf(code));
    }
    expect(await detailOf({ files: { '../../etc/passwd.yaml': '' } })).toBe(exampleOf('BUNDLE_MALFORMED'));
    expect(await detailOf({ annotations: {} })).toBe(exampleOf('BUNDLE_VERSION_MISSING'));
    await publish({ version: '1.10.0' });
    await forget();
    await use();
    expect(await detailOf({ version: '1.9.0' })).toBe(exampleOf('BUNDLE_ROLLED_BACK'));
    state.set(`${registry.host}/${repository}`, 'v1');
    expect(await detailOf({ version: '2.0.0' })).toBe(exampleOf('BUNDLE_STATE_UNREADABLE'));
  });
});
