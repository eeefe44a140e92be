import type { Requirement, Signer, TrustMaterial, Verified } from '../evidence/index.ts';
import type { Captures } from './glob.ts';
import { type Difference, describeIdentity, difference, type Identity } from './identity.ts';

/** A signer that a policy knows: the trust material that proves it, and who it must be. */
export interface Authority {
  readonly name: string;
  readonly material: TrustMaterial;
  readonly requirement: Requirement;
  /** One must match; empty for a key, whose possession is the identity. */
  readonly identities: readonly Identity[];
}

/** Undefined where the authority accepts the signer of this proven signature; else the nearest miss. */
export function refusal(authority: Authority, signature: Verified, captures: Captures): Difference | undefined {
  const { signer } = signature;
  if (signer.kind === 'key') return undefined;
  let nearest: Difference | undefined;
  for (const identity of authority.identities) {
    const found = difference(identity, signer, captures);
    if (found === undefined) return undefined;
    if (nearest === undefined || found.agreed > nearest.agreed) nearest = found;
  }
  // A certificate under a key's authority, or an authority without identities: nobody is welcome.
  return nearest ?? { agreed: 0, detail: 'signed with a certificate, a key is wanted' };
}

/** Two signatures with one signer key count as one signer: a workflow at two tags is the same workflow. */
export function signerKey(signer: Signer): string {
  if (signer.kind === 'key') return `key ${signer.fingerprint}`;
  const { kind, value } = signer.subject;
  return `${signer.issuer ?? ''} ${kind} ${kind === 'uri' ? value.replace(/@[^@]*$/, '') : value}`;
}

/** The signer in a message: whose certificate, or which key. */
export const describeSigner = (signer: Signer): string =>
  signer.kind === 'key' ? `key ${signer.fingerprint.slice(0, 19)}` : signer.subject.value;

/** What an authority wants, for the `expected` of a message. */
export function describeAuthority(authority: Authority, captures: Captures): string {
  return authority.identities.length === 0
    ? authority.material.description
    : authority.identities.map((identity) => describeIdentity(identity, captures)).join(' or ');
}
