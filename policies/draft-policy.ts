import { Document } from 'yaml';
import type { CertificateSigner } from '../evidence/index.ts';
import { compileIdentity } from './identity.ts';
import { type ExtensionName, extensionNames } from './schema/authority.ts';
import type { ClusterWorkloadPolicy } from './schema/policy.ts';

/** Somebody whom a drafted policy is to accept. */
export type DraftSigner =
  | { readonly kind: 'key'; readonly pem: string }
  | { readonly kind: 'certificate'; readonly trustRoot: string; readonly signer: CertificateSigner };

export interface Draft {
  readonly name: string;
  /** Canonical repository; absent, the policy speaks of every image. */
  readonly repository?: string;
  /** Of whom one must have signed; at least one. */
  readonly signers: readonly DraftSigner[];
  /** Lines of a comment above it. */
  readonly comment: readonly string[];
}

type Authority = NonNullable<ClusterWorkloadPolicy['spec']['authorities']>[number];
type KeylessIdentity = NonNullable<Authority['keyless']>['identities'][number];

/** A ClusterWorkloadPolicy that accepts exactly these signers, as YAML; or why one of them cannot be named literally. */
export function draftPolicy({ name, repository, signers, comment }: Draft): string | { readonly detail: string } {
  const authorities: Authority[] = [];
  for (const [index, signer] of signers.entries()) {
    const called = signers.length === 1 ? 'signer' : `signer-${index + 1}`;
    if (signer.kind === 'key') {
      authorities.push({ name: called, key: { data: signer.pem } });
      continue;
    }
    const identity = identityOf(signer.signer);
    if ('detail' in identity) return identity;
    authorities.push({ name: called, keyless: { trustRoot: signer.trustRoot, identities: [identity] } });
  }
  const policy: ClusterWorkloadPolicy = {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name },
    spec: {
      ...(repository === undefined ? {} : { images: [repository] }),
      authorities,
      signatures: { from: authorities.map((authority) => authority.name), threshold: 1 },
    },
  };
  const yaml = new Document(policy, { aliasDuplicateObjects: false });
  yaml.commentBefore = comment.map((line) => ` ${line}`).join('\n');
  return yaml.toString({ lineWidth: 0 });
}

/** What tells one build from the next of the same signer; a policy with these would accept this one image only. */
const ofOneBuild: ReadonlySet<ExtensionName> = new Set([
  'buildSignerDigest',
  'sourceRepositoryDigest',
  'buildConfigDigest',
  'runInvocationUri',
]);

/** Issuer and subject literally, and every typed extension but those of one build. */
function identityOf({ issuer, subject, extensions }: CertificateSigner): KeylessIdentity | { readonly detail: string } {
  const stated = extensionNames.flatMap((name) => {
    const value = extensions[name];
    return value === undefined || ofOneBuild.has(name) ? [] : [[name, value] as const];
  });
  if (issuer === undefined)
    return {
      detail: `the certificate of "${subject.value}" names no issuer; a policy accepts such signers by a certificateAuthority`,
    };
  const identity: KeylessIdentity = {
    issuer,
    subject: subject.value,
    ...(subject.kind === 'other' ? { subjectKind: subject.kind } : {}),
    ...Object.fromEntries(stated),
  };
  const compiled = compileIdentity(identity);
  // Leaving out what cannot be written literally would accept more than this signer.
  if ('length' in compiled)
    return { detail: `"${subject.value}": ${compiled.map(({ field, detail }) => `${field}: ${detail}`).join('; ')}` };
  return identity;
}

/** Two signatures of one signer are one authority. */
export const sameSigner = (one: DraftSigner, other: DraftSigner): boolean => keyOf(one) === keyOf(other);

function keyOf(one: DraftSigner): string {
  if (one.kind === 'key') return JSON.stringify(['key', one.pem.trim()]);
  const identity = identityOf(one.signer);
  // The first trust root that proves it is named; the same signer under another adds nothing.
  return JSON.stringify(identity);
}
