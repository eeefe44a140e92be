import type { Digest, Verified } from '../../../evidence/index.ts';
import type {
  AcceptedSignature,
  Decision,
  Finding,
  JudgedImage,
  SignatureJudgement,
} from '../../../policies/decision.ts';
import type { ImageUse } from '../../../policies/workload.ts';

/** Decisions made by hand, for renderers that must show whatever a judge may find. */
export const shopDigest = `sha256:${'3f2a91c0'.repeat(8)}` as Digest;
export const manifestDigest = `sha256:${'9b07aa11'.repeat(8)}` as Digest;

export const finding = (given: Partial<Finding> = {}): Finding => ({
  kind: 'violation',
  effect: 'deny',
  policy: 'acme-releases',
  rule: 'signatures',
  code: 'SIGNER_NOT_ACCEPTED',
  field: 'spec.template.spec.containers[0].image',
  image: { reference: 'ghcr.io/acme/shop:1.4.2', digest: shopDigest, container: 'shop' },
  found: '1 signature, by https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main',
  expected: '1 by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*',
  ...given,
});

export const outage = (given: Partial<Finding> = {}): Finding =>
  finding({
    kind: 'undecided',
    code: 'REGISTRY_LIMITED',
    found: 'ghcr.io answered 429 twice, next try allowed in 12 s',
    expected: 'an answer',
    ...given,
  });

export const decision = (findings: readonly Finding[], images: readonly JudgedImage[] = []): Decision => ({
  allowed: findings.every(({ effect }) => effect !== 'deny'),
  version: {
    object: {},
    patches: [
      { op: 'replace', path: ['spec', 'containers', 0, 'image'], value: `ghcr.io/acme/shop:1.4.2@${shopDigest}` },
    ],
  },
  findings,
  images,
  annotations: {},
});

export const judged = (judgements: readonly SignatureJudgement[]): JudgedImage => ({
  use: {
    field: 'spec.containers[0].image',
    path: ['spec', 'containers', 0, 'image'],
    text: 'ghcr.io/acme/shop:1.4.2',
  } as unknown as ImageUse,
  digest: shopDigest,
  judgements,
});

const source = { via: 'referrers', manifest: manifestDigest } as const;

export const signature = (subject: string, entity = shopDigest): Verified =>
  ({
    entity,
    format: 'bundle v0.3',
    signer: {
      kind: 'certificate',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: { kind: 'uri', value: subject },
      fingerprint: shopDigest,
      certificate: manifestDigest,
      notBefore: new Date('2026-11-02T10:14:00Z'),
      notAfter: new Date('2026-11-02T10:24:00Z'),
      extensions: {
        runnerEnvironment: 'github-hosted',
        sourceRepositoryDigest: '4fd1c2e7'.repeat(5),
        buildTrigger: 'push',
      },
    },
    logEntries: [{ log: 'rekor.sigstore.dev', index: '184467440', integratedTime: new Date('2026-11-02T10:14:07Z') }],
    timestamps: [],
  }) as unknown as Verified;

export const accepted = (subject: string, authority = 'release'): AcceptedSignature => ({
  verdict: 'accepted',
  policy: 'acme-releases',
  authority,
  source,
  signature: signature(subject),
});

export const proven = (subject: string, authority: string, agreed: number, entity?: Digest): SignatureJudgement => ({
  verdict: 'proven',
  policy: 'acme-releases',
  authority,
  source,
  signature: signature(subject, entity),
  difference: { agreed, detail: 'subject differs after "https://github.com/"' },
});

export const rejected = (authority: string): SignatureJudgement => ({
  verdict: 'rejected',
  policy: 'acme-releases',
  authority,
  source,
  rejection: {
    kind: 'rejection',
    code: 'TIMESTAMP_OUTSIDE_CERTIFICATE',
    detail: 'signed 2026-11-02 10:31 UTC, certificate ended 10:24',
  },
});

/** Characters that forge lines, hide text or move a cursor. */
export const hostile = 'ghcr.io/a\u001B[2J\r\nacme/all-good: \u202Egpj.exe\u200B\u0085x\u2028';
