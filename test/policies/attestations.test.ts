import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { limits } from '../../evidence/limits.ts';
import type { Decision, KubernetesObject } from '../../policies/index.ts';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { manifest, openCorridor } from '../support/shop/corridor.ts';
import { deployment, pod, shopConfiguration } from '../support/shop/index.ts';
import {
  attachDocument,
  attachEnvelope,
  attestImage,
  createSigstore,
  generateKey,
  githubIssuer,
  githubWorkflow,
  type ImageAttestation,
  type KeyPair,
  keyId,
  keySigner,
  publicPem,
  type Sigstore,
  signEnvelope,
  signImage,
} from '../support/sigstore/index.ts';

const scan = 'https://example.com/scan/v1';
const inToto = 'application/vnd.in-toto+json';

let registry: Registry;
let sigstore: Sigstore;
let image: PublishedImage;
const scanner: KeyPair = generateKey();
const mallory: KeyPair = generateKey();
let count = 0;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
});
afterAll(() => registry.close());
beforeEach(async () => {
  count += 1;
  image = await pushImage(registry, { repository: 'acme/scanned', tag: `v${count}`, seed: `image ${count}` });
});

type Spec = Record<string, unknown>;

const authorities = () => [
  { name: 'scanner', key: { data: publicPem(scanner.publicKey) } },
  { name: 'other', key: { data: publicPem(generateKey().publicKey) } },
];
const wanted = { name: 'scan', type: scan, from: ['scanner'], required: true };
const policy = (spec: Spec = {}): Spec => ({
  authorities: authorities(),
  attestations: [wanted],
  pin: 'None',
  ...spec,
});
const attest = (more: Partial<ImageAttestation> = {}) =>
  attestImage({
    ...{ registry, ...image, as: keySigner(scanner), format: 'bundle', predicateType: scan },
    predicate: { result: 'passed', __proto__: null, findings: [{ severity: 'low', count: 2 }] },
    ...more,
  });

async function judge(
  spec: Spec,
  object: KubernetesObject = manifest(pod('p', [`${registry.host}/acme/scanned@${image.digest}`])),
  review: Parameters<ReturnType<typeof openCorridor>['judge']>[1] = {},
): Promise<Decision> {
  await using corridor = openCorridor({
    configuration: shopConfiguration(registry.host).replace('unmatchedImages: Deny', 'unmatchedImages: Allow'),
    policies: stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'ClusterWorkloadPolicy',
      metadata: { name: 'p' },
      spec,
    }),
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  return await corridor.judge(object, review);
}

const told = ({ findings }: Decision): string[] =>
  findings.map(({ effect, rule, code, found }) => `${effect} ${rule} ${code}: ${found}`);

describe('a required attestation', () => {
  it.each(['bundle', 'att-tag'] as const)('is found as %s, proven, and satisfies', async (format) => {
    await attest({ format });
    expect(told(await judge(policy()))).toEqual([]);
  });

  it('is found through the fallback tag, and in older bundles', async () => {
    await attest({ via: 'fallback-tag', version: '0.2' });
    expect(told(await judge(policy()))).toEqual([]);
  });

  it('may be by a workflow whose identity the authority names, with the captures of the image', async () => {
    const identity = githubWorkflow({ repository: 'acme/scanned', workflow: 'scan.yml', ref: 'refs/tags/v1' });
    await attest({ as: sigstore.keyless(identity) });
    const release = (subjectGlob: string) =>
      policy({
        images: [`${registry.host}/acme/{app}`],
        authorities: [
          { name: 'scanner', keyless: { trustRoot: 'private', identities: [{ issuer: githubIssuer, subjectGlob }] } },
        ],
      });
    const own = 'https://github.com/acme/{app}/.github/workflows/scan.yml@refs/tags/*';
    expect(told(await judge(release(own)))).toEqual([]);
    expect(told(await judge(release(own.replace('scan.yml', 'release.yml'))))).toEqual([
      expect.stringMatching(/^deny attestations\/scan SIGNER_NOT_ACCEPTED: 1 attestation, by https/),
    ]);
  });

  it('that is not there is one violation, and rules that read it are not reached', async () => {
    const decision = await judge(
      policy({
        variables: [
          { name: 'passed', expression: 'image.attestations.scan.exists(a, a.predicate.result == "passed")' },
        ],
        validations: [
          { name: 'passed', expression: 'variables.passed' },
          { name: 'any', expression: 'image.attestations.all(name, image.attestations[name].size() > 0)' },
          { name: 'else', expression: 'image.tag == "other"' },
        ],
      }),
    );
    expect(told(decision)).toEqual([
      'deny attestations/scan NO_ATTESTATION: no attestation of this type',
      'deny else VALIDATION_FAILED: failed expression: image.tag == "other"',
    ]);
    expect(decision.findings[0]).toMatchObject({
      field: 'spec.containers[0].image',
      remedy: 'attest the image in its release workflow',
    });
    expect(decision.findings[0]?.expected).toMatch(
      /^1 of type "https:\/\/example.com\/scan\/v1" by scanner, key sha256:/,
    );
  });

  it('is not there where it was attested of another digest, by another key, or as another type', async () => {
    const other = await pushImage(registry, { repository: 'acme/scanned', tag: 'other', seed: 'other' });
    await attest({ subject: other.digest });
    expect(told(await judge(policy()))).toEqual([
      expect.stringMatching(
        /^deny attestations\/scan SUBJECT_MISMATCH: an attestation that does not hold: a statement about/,
      ),
    ]);
    await attest({ as: keySigner(mallory) });
    expect(told(await judge(policy()))[0]).toMatch(/^deny attestations\/scan /);
    await attest({ predicateType: `${scan}.1` });
    expect((await judge(policy())).allowed).toBe(false);
    await attest();
    expect((await judge(policy())).allowed).toBe(true);
  });

  it('is of the type that was signed, whatever the annotation beside it says', async () => {
    await attest({ predicateType: 'https://example.com/other', declaredType: scan });
    await attest({ predicateType: 'https://example.com/other', declaredType: scan, format: 'att-tag' });
    expect(told(await judge(policy()))).toEqual(['deny attestations/scan NO_ATTESTATION: no attestation of this type']);
  });

  it('is found where nothing beside it says its type', async () => {
    await attest({ declaredType: '' });
    const signed = signEnvelope(
      Buffer.from(
        JSON.stringify({
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ digest: { sha256: image.digest.slice(7) } }],
          predicateType: scan,
          predicate: {},
        }),
      ),
      inToto,
      keySigner(scanner),
    );
    expect((await judge(policy())).allowed).toBe(false);
    await attachEnvelope(registry, image, signed, scan);
    expect(told(await judge(policy()))).toEqual([]);
  });

  it('is no signature of the image, nor a signature of the image an attestation', async () => {
    await attest();
    expect(told(await judge(policy({ signatures: { from: ['scanner'] } })))).toEqual([
      'deny signatures NO_SIGNATURE: no signature',
    ]);
    await signImage({ registry, ...image, as: keySigner(scanner), format: 'bundle' });
    await signImage({ registry, ...image, as: keySigner(scanner), format: 'sig-tag' });
    expect(told(await judge(policy({ signatures: { from: ['scanner'] } })))).toEqual([]);
    const two = policy({ attestations: [{ ...wanted, type: 'https://example.com/x' }] });
    expect(told(await judge(two))).toEqual(['deny attestations/scan NO_ATTESTATION: no attestation of this type']);
  });

  it('counts beside others that cannot be read', async () => {
    await attachDocument(registry, image, Buffer.from('{"mediaType": "no bundle"}'), { predicateType: scan });
    expect(told(await judge(policy()))[0]).toMatch(
      /^deny attestations\/scan FORMAT_UNSUPPORTED: an attestation that does not hold/,
    );
    await attest({ format: 'att-tag', tamper: 'payload' });
    await attest({ format: 'att-tag' });
    expect(told(await judge(policy()))).toEqual([]);
  });

  it('is not accepted from a signer who is revoked', async () => {
    await attest();
    const revocation = {
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'Revocation',
      metadata: { name: 'lost' },
      spec: { reason: 'the key was lost', signers: [{ key: `sha256:${keyId(scanner.publicKey).toString('hex')}` }] },
    };
    await using corridor = openCorridor({
      configuration: shopConfiguration(registry.host),
      policies: `${stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'ClusterWorkloadPolicy', metadata: { name: 'p' }, spec: policy() })}---\n${stringify(revocation)}`,
      files: { 'trusted_root.json': sigstore.trustedRoot },
    });
    expect(told(await corridor.judge(pod('p', [`${registry.host}/acme/scanned@${image.digest}`])))[0]).toMatch(
      /^deny attestations\/scan SIGNER_REVOKED: 1 attestation, by key/,
    );
  });

  it('is denied where more are attached than are looked at', async () => {
    for (let at = 0; at <= limits.attestationsPerType; at++) await attest({ predicate: { at } });
    expect(told(await judge(policy()))).toEqual([
      `deny attestations/scan LIMIT_ATTESTATIONS: ${limits.attestationsPerType + 1} attestations that may be of this type are attached to this digest; at most ${limits.attestationsPerType} are looked at`,
    ]);
    // What declares another type is not in the way.
    const other = policy({ attestations: [{ ...wanted, type: 'https://example.com/other' }] });
    expect(told(await judge(other))).toEqual(['deny attestations/scan NO_ATTESTATION: no attestation of this type']);
  }, 60_000);
});

describe('image.attestations', () => {
  const says = (expression: string, more: Spec = {}) =>
    policy({ attestations: [{ ...wanted, required: false }], validations: [{ name: 'rule', expression }], ...more });

  it('holds who attests, and the predicate as it was signed', async () => {
    await attest();
    const expressions = [
      'image.attestations.scan.size() == 1',
      'image.attestations.scan.all(a, a.predicate.result == "passed" && a.predicateType == "https://example.com/scan/v1")',
      'image.attestations.scan.all(a, a.predicate.findings[0].count == 2 && !has(a.predicate.toString))',
      'image.attestations.scan.all(a, a.signer.kind == "key" && a.signer.authority == "scanner" && a.signer.fingerprint.startsWith("sha256:"))',
      'image.attestations.scan[0].format == "bundle v0.3" && image.attestations.scan[0].timestamps.size() == 0',
      '!has(image.attestations.other)',
    ];
    for (const expression of expressions)
      expect([expression, told(await judge(says(expression)))]).toEqual([expression, []]);
  });

  it('is empty, and not unknown, where none is there, and says nothing of what others attest', async () => {
    expect(told(await judge(says('image.attestations.scan == []')))).toEqual([]);
    await attest({ as: keySigner(mallory) });
    expect(told(await judge(says('image.attestations.scan == []')))).toEqual([]);
  });

  it('joins evidence and workload, and a mutation may depend on it', async () => {
    const joined = says(
      'image.attestations.scan.exists(a, a.predicate.result == "passed") || has(pod.runtimeClassName)',
    );
    const mutations = [
      {
        name: 'sandbox',
        patchType: 'JSONPatch',
        jsonPatch: {
          expression:
            'images.all(i, i.attestations.scan.size() > 0) ? [] : [JSONPatch{op: "add", path: "/spec/runtimeClassName", value: "gvisor"}]',
        },
      },
    ];
    const patched = async () => (await judge({ ...joined, mutations }, undefined, { phase: 'mutate' })).version.patches;
    expect(told(await judge(joined))).toEqual([expect.stringMatching(/^deny rule VALIDATION_FAILED/)]);
    expect(await patched()).toEqual([{ op: 'add', path: ['spec', 'runtimeClassName'], value: 'gvisor' }]);
    await attest();
    expect(told(await judge(joined))).toEqual([]);
    expect(await patched()).toEqual([]);
  });

  it('is unknown where the registry does not answer, and never shorter', async () => {
    await attest();
    const object = manifest(deployment('d', [`${registry.host}/acme/scanned@${image.digest}`]));
    const mend = registry.faults.add({ kind: 'status', status: 503 }, { path: /referrers/ });
    try {
      for (const spec of [policy(), says('image.attestations.scan == []')]) {
        const decision = await judge({ ...spec, onUnavailable: 'Deny' }, object);
        expect([decision.allowed, decision.findings.map(({ kind }) => kind)]).toEqual([false, ['undecided']]);
      }
      const before = policy({ onUnavailable: 'AllowIfPreviouslyVerified', previouslyVerifiedMaxAge: '24h' });
      expect((await judge(before, object)).allowed).toBe(false);
    } finally {
      mend();
    }
  });
});

describe('what it costs', () => {
  it('is one list for signatures and attestations, and nothing for a policy that speaks of none', async () => {
    await attest();
    await signImage({ registry, ...image, as: keySigner(scanner), format: 'bundle' });
    const requests = async (spec: Spec) => {
      const before = registry.requests.length;
      expect((await judge(spec)).allowed).toBe(true);
      return registry.requests
        .slice(before)
        .map(({ path }) => path.replace(/^.*\/acme\/scanned\//, '').replace(/sha256[:-][0-9a-f]+/, 'X'));
    };
    const signatures = { signatures: { from: ['scanner'] } };
    const both = await requests(policy(signatures));
    expect(both.filter((path) => path.startsWith('referrers'))).toHaveLength(1);
    expect(both.filter((path) => /\.(sig|att)$/.test(path)).toSorted()).toEqual(['manifests/X.att', 'manifests/X.sig']);
    const { attestations: _, ...without } = policy(signatures);
    expect((await requests(without)).filter((path) => path.endsWith('.att'))).toEqual([]);
  });
});
