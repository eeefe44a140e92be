import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { anonymous, assume, type Evidence, found, isVerified, publicGoodRoot, sha256 } from '../../evidence/index.ts';
import {
  assumptionsOf,
  type CaseImage,
  compilePolicies,
  type Decision,
  judge,
  parseDocuments,
  ruleResult,
  validateDocument,
  casesSchema,
} from '../../policies/index.ts';

import { noEvidence } from './kubernetes/judge-object.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const policy = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: shop}
spec:
  images: ["ghcr.io/acme/**"]
  authorities:
  - name: release
    keyless:
      trustRoot: public-good
      identities:
      - issuer: https://token.actions.githubusercontent.com
        subject: https://github.com/acme/shop/.github/workflows/release.yaml@refs/heads/main
        sourceRepository: https://github.com/acme/shop
    bindRepository: {}
  - name: team
    key:
      data: |
${key.trimEnd().replaceAll(/^/gm, '        ')}
  signatures: {from: [release, team]}
  attestations:
  - {name: scan, type: https://acme.example/scan/v1, from: [team], required: true}
  validations:
  - name: clean
    expression: image.attestations.scan.all(a, a.predicate.critical == 0)
  - name: small
    expression: image.config.config.User != "0"
  - name: arm
    expression: image.platforms.exists(p, p.architecture == "arm64")
  - name: known
    expression: images.all(i, i.digest.startsWith("sha256:"))
  - name: recent
    expression: image.signatures.exists(s, s.timestamps.exists(t, t > timestamp("2026-01-01T00:00:00Z")) || s.logged.exists(l, l.time > timestamp("2026-01-01T00:00:00Z")))
`;
const { policies, problems } = compilePolicies(parseDocuments(policy, 'shop.yaml').documents, {
  trustRoots: new Map([['public-good', publicGoodRoot().material]]),
});

const reference = 'ghcr.io/acme/shop:1';
const byRelease = {
  authority: 'release',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/shop/.github/workflows/release.yaml@refs/heads/main',
  sourceRepository: 'https://github.com/acme/shop',
};
const scan = { type: 'https://acme.example/scan/v1', authority: 'team', predicate: { critical: 0 } };
const good: CaseImage = {
  image: reference,
  signatures: [byRelease],
  attestations: [scan],
  config: { config: { User: '1000' } },
};

async function judged(
  images: readonly CaseImage[],
  image = reference,
  evidence: Evidence = noEvidence,
): Promise<Decision> {
  const assumptions = assumptionsOf(images, policies, {});
  if (typeof assumptions === 'string') throw new Error(assumptions);
  const pod: object = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'app', image }] } };
  return await judge(
    { phase: 'validate', operation: 'CREATE', object: pod },
    {
      policies,
      references: {},
      evidence,
      assumptions,
      keychain: anonymous,
      now: new Date(),
      signal: AbortSignal.timeout(5000),
    },
  );
}

const came = async (rule: string, images: readonly CaseImage[], image?: string): Promise<string> =>
  ruleResult(await judged(images, image), 'shop', rule).outcome;

describe('what a case says of images', () => {
  it('is judged as evidence would be', async () => {
    expect(problems).toEqual([]);
    expect(await came('signatures', [good])).toBe('pass');
    expect(await came('clean', [good])).toBe('pass');
    expect(await came('small', [good])).toBe('pass');
    expect(await came('known', [good])).toBe('pass');
  });

  const denials: readonly (readonly [string, string, Partial<CaseImage>])[] = [
    ['nobody signed', 'signatures', { signatures: [] }],
    ['another workflow signed', 'signatures', { signatures: [{ ...byRelease, subject: `${byRelease.subject}-2` }] }],
    ['the subject is of another kind', 'signatures', { signatures: [{ ...byRelease, subjectKind: 'email' }] }],
    ['another issuer vouched', 'signatures', { signatures: [{ ...byRelease, issuer: 'https://gitlab.com' }] }],
    [
      'it was built of another repository',
      'signatures',
      { signatures: [{ ...byRelease, sourceRepository: 'https://github.com/acme/x' }] },
    ],
    [
      'it was signed for another repository',
      'signatures',
      { signatures: [{ ...byRelease, repository: 'ghcr.io/acme/other' }] },
    ],
    ['nobody scanned', 'attestations/scan', { attestations: [] }],
    [
      'something else is attested',
      'attestations/scan',
      { attestations: [{ ...scan, type: 'https://acme.example/scan/v2' }] },
    ],
    ['the scan found something', 'clean', { attestations: [{ ...scan, predicate: { critical: 1 } }] }],
    ['the config says so', 'small', { config: { config: { User: '0' } } }],
    ['the tag is not there', 'signatures', { absent: true }],
    ['the registry refuses', 'signatures', { refused: 'ACCESS_REFUSED' }],
    ['nobody saw it', 'recent', {}],
    ['it was seen too early', 'recent', { signatures: [{ ...byRelease, timestamps: ['2025-01-01T00:00:00Z'] }] }],
    ['it was logged too early', 'recent', { signatures: [{ ...byRelease, logged: ['2025-01-01T00:00:00Z'] }] }],
    ['it is for no such platform', 'arm', { platforms: [{ os: 'linux', architecture: 'amd64' }] }],
    [
      'one platform of an unsigned index is not signed',
      'signatures',
      {
        signatures: [],
        platforms: [
          { os: 'linux', architecture: 'amd64', signatures: [byRelease] },
          { os: 'linux', architecture: 'arm64', variant: 'v8' },
        ],
      },
    ],
  ];
  for (const [words, rule, change] of denials) {
    it(`denies where ${words}`, async () => {
      expect(await came(rule, [{ ...good, ...change }])).toBe('deny');
    });
  }

  it('passes what it changed back', async () => {
    const seen = (more: object): CaseImage => ({ ...good, signatures: [{ ...byRelease, ...more }] });
    expect(await came('recent', [seen({ timestamps: ['2026-02-01T00:00:00Z'] })])).toBe('pass');
    expect(await came('recent', [seen({ logged: ['2026-02-01T00:00:00Z'] })])).toBe('pass');
    const platforms = [
      { os: 'linux', architecture: 'amd64', signatures: [byRelease], config: { config: { User: '1' } } },
      { os: 'linux', architecture: 'arm64', signatures: [byRelease], digest: `sha256:${'b'.repeat(64)}` },
    ];
    expect(await came('arm', [{ ...good, platforms }])).toBe('pass');
    expect(await came('signatures', [{ ...good, signatures: [], platforms }])).toBe('pass');
  });

  it('is unobservable where the case has it unavailable, or says nothing of the image', async () => {
    expect(await came('signatures', [{ ...good, unavailable: 'REGISTRY_ERROR' }])).toBe('unobservable');
    expect(await came('signatures', [])).toBe('unobservable');
    expect(await came('signatures', [good], 'ghcr.io/acme/shop:2')).toBe('unobservable');
    expect(await came('signatures', [good], `ghcr.io/acme/other:1`)).toBe('unobservable');
  });

  it('is about a digest where the reference or the case names one', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(await came('signatures', [{ ...good, image: `${reference}@${digest}` }], `${reference}@${digest}`)).toBe(
      'pass',
    );
    expect((await judged([{ ...good, digest }])).images[0]?.digest).toBe(digest);
  });

  it('cannot be what nobody could find', () => {
    const said = (change: object) => assumptionsOf([{ ...good, ...change }], policies, {});
    const at = `images: "${reference}": `;
    expect(said({ signatures: [{ authority: 'nobody' }] })).toBe(
      `${at}no policy has an authority "nobody"; there is release, team`,
    );
    expect(said({ signatures: [{ authority: 'release' }] })).toBe(`${at}"release" is no key, and a subject is wanted`);
    expect(said({ signatures: [{ authority: 'team', subject: 'a@b.c' }] })).toBe(
      `${at}"team" is a key, which has no subject`,
    );
    expect(said({ image: 'UPPER' })).toMatch(/^images: "UPPER": /);
    expect(said({ image: `${reference}@sha256:${'a'.repeat(64)}`, digest: `sha256:${'b'.repeat(64)}` })).toMatch(
      /"digest" another one/,
    );
  });

  it('knows the fields of the schema, and no others', () => {
    const document = (image: object) =>
      parseDocuments(
        JSON.stringify({
          ...{ apiVersion: 'assay.dev/v1alpha1', kind: 'PolicyCases', images: [image] },
          cases: [{ name: 'a', object: {}, images: [image], want: { r: 'pass' } }],
        }),
        'a.cases.yaml',
      ).documents[0]!;
    expect(validateDocument(document(good), casesSchema).kind).toBe('valid');
    expect(validateDocument(document({ ...good, verified: true }), casesSchema).kind).toBe('problems');
    expect(validateDocument(document({ ...good, unavailable: 'NEVER' }), casesSchema).kind).toBe('problems');
    expect(validateDocument(document({ ...good, digest: 'sha256:1' }), casesSchema).kind).toBe('problems');
  });
});

describe('an assumption', () => {
  const digest = sha256(Buffer.from('a'));
  const assumed = assume({
    statement: { kind: 'artifact', role: 'signature' },
    subject: digest,
    signer: { kind: 'key', fingerprint: digest, algorithm: 'ECDSA P-256' },
    ...{ logEntries: [], timestamps: [], entity: digest, format: 'bundle v0.3', material: digest },
  });

  it('is no proof', () => {
    expect(isVerified(assumed)).toBe(false);
  });

  it('is not believed where it comes as evidence', async () => {
    const forging: Evidence = {
      ...noEvidence,
      fulfil: (needs) =>
        Promise.resolve(
          needs.flatMap((need) => {
            const source = { via: 'referrers', manifest: digest } as const;
            const read = found({ proven: [{ source, verified: assumed }], rejected: [] });
            return need.kind === 'signatures' ? [{ kind: need.kind, need, read }] : [];
          }),
        ),
    };
    await expect(judged([], `${reference}@${digest}`, forging)).rejects.toThrow(
      'evidence was given that nothing proves',
    );
  });
});
