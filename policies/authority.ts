import {
  formatRepository,
  parseReference,
  type Repository,
  type Requirement,
  type Signer,
  type Statement,
  type TrustMaterial,
  type Proof,
} from '../evidence/index.ts';
import { type Captures, type Glob, matchGlob, substitute } from './glob.ts';
import { type Difference, describeIdentity, difference, type Identity } from './identity.ts';

/** A signer that a policy knows: the trust material that proves it, and who it must be. */
export interface Authority {
  readonly name: string;
  readonly material: TrustMaterial;
  readonly requirement: Requirement;
  /** One must match; empty for a key, whose possession is the identity. */
  readonly identities: readonly Identity[];
  /** There where the signature must name the image's repository: other names that count as it. */
  readonly aliases?: readonly Glob[];
}

/** An image whose signature is judged: what its policy's pattern captured, and where it is pulled from. */
export interface JudgedSubject {
  readonly captures: Captures;
  readonly repository: Repository;
}

/** Undefined where the authority accepts this proven signature of the image; else the nearest miss. */
export function refusal(authority: Authority, signature: Proof, subject: JudgedSubject): Difference | undefined {
  return strangeSigner(authority, signature, subject.captures) ?? strangeRepository(authority, signature, subject);
}

function strangeSigner({ identities }: Authority, { signer }: Proof, captures: Captures): Difference | undefined {
  if (signer.kind === 'key') return undefined;
  let nearest: Difference | undefined;
  for (const identity of identities) {
    const found = difference(identity, signer, captures);
    if (found === undefined) return undefined;
    if (nearest === undefined || found.agreed > nearest.agreed) nearest = found;
  }
  // A certificate under a key's authority, or an authority without identities: nobody is welcome.
  return nearest ?? { agreed: 0, detail: 'signed with a certificate, a key is wanted' };
}

/** The same digest under another name may be a promotion, or a replay of what was meant for elsewhere: the policy says which. */
function strangeRepository(
  { aliases }: Authority,
  { statement }: Proof,
  subject: JudgedSubject,
): Difference | undefined {
  if (aliases === undefined) return undefined;
  const named = repositoriesNamed(statement);
  const own = formatRepository(subject.repository);
  const known = aliases.map((alias) => substitute(alias, subject.captures));
  if (named.some((name) => name === own || known.some((alias) => matchGlob(alias, name) !== undefined)))
    return undefined;
  const found = named.length === 0 ? 'it names no repository' : `it is for the repository "${named.join('", "')}"`;
  return { agreed: 100, detail: `${found}, and "${own}" is wanted` };
}

/** The repositories that the signer wrote into the statement, canonically; what is no reference names none. */
function repositoriesNamed(statement: Statement): string[] {
  return textsOf(statement).flatMap((text) => {
    const reference = parseReference(text);
    return 'kind' in reference ? [] : [formatRepository(reference.repository)];
  });
}

function textsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'simple-signing':
      return [statement.reference];
    case 'in-toto':
      return statement.subjects.map(({ name }) => name);
    case 'artifact':
      return [];
  }
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
export function describeAuthority({ name, material, identities }: Authority, captures: Captures): string {
  if (identities.length > 0) return identities.map((identity) => describeIdentity(identity, captures)).join(' or ');
  const shortened = material.description.replace(/ \([^()]*\)$/, '').replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, '$1');
  return `${name}, ${shortened}`;
}
