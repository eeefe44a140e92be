import { createHash } from 'node:crypto';
import { type Digest, digestAlgorithm, digestHex } from '../image/digest.ts';
import { limits } from '../limits.ts';
import { type Rejection, rejection } from '../outcome.ts';
import { sha256 } from '../trust/key.ts';
import type { Content } from './entity.ts';
import { at, decodeJson, isRecord, listAt, textAt } from './json.ts';

/** What a signature says, in the signer's words, about an artifact that it does name. */
export type Statement = InTotoStatement | ImageStatement | ArtifactStatement;

/** An in-toto Statement v0.1 or v1. */
export interface InTotoStatement {
  readonly kind: 'in-toto';
  /** cosign 3 signs images with a statement; every other one attests something and is no signature of the image. */
  readonly role: 'signature' | 'attestation';
  readonly predicateType: string;
  /** As parsed from the signed bytes; its shape is the predicate type's own business. */
  readonly predicate: unknown;
  readonly subjects: readonly StatementSubject[];
  /** SHA-256 of the signed payload. */
  readonly payload: Digest;
}

/** One subject as written. Names are recorded, they identify nothing. */
export interface StatementSubject {
  readonly name: string;
  readonly digests: Readonly<Record<string, string>>;
}

/** cosign's simple-signing payload. */
export interface ImageStatement {
  readonly kind: 'simple-signing';
  readonly role: 'signature';
  /** The repository it was signed under; the same digest may live under others (`bindRepository`). */
  readonly reference: string;
  /** Further claims of the signer, `cosign sign -a`. */
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly payload: Digest;
}

/** A signature over the artifact's bytes, which says nothing but itself. */
export interface ArtifactStatement {
  readonly kind: 'artifact';
  readonly role: 'signature';
}

/** The thing that must have been signed: its digest, and its bytes where they are at hand. */
export interface Subject {
  readonly digest: Digest;
  readonly bytes?: Uint8Array;
}

/** Signed content -> statement about this subject. Only for content whose signature is already proven. */
export function decodeStatement(content: Content, subject: Subject): Statement | Rejection {
  if (content.kind === 'message') return { kind: 'artifact', role: 'signature' };
  if (content.kind === 'payload') return imageStatement(content.payload, subject);
  if (content.payloadType === inTotoPayload) return inTotoStatement(content.payload, subject);
  return rejection(
    'PAYLOAD_TYPE_UNKNOWN',
    `an envelope of type ${quote(content.payloadType)}; expected ${quote(inTotoPayload)}`,
  );
}

const inTotoPayload = 'application/vnd.in-toto+json';

/** What cosign 3 signs images with. */
export const cosignSignature = 'https://sigstore.dev/cosign/sign/v1';

const statementTypes = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);

/** in-toto attestation framework, "Parsing rules"; evidence model, 4.0 steps 3 to 5. */
function inTotoStatement(payload: Buffer, subject: Subject): InTotoStatement | Rejection {
  const json = decodeJson(payload, { depth: limits.statementDepth, values: limits.statementValues });
  if (json.kind === 'problem') return malformed(`a statement that is ${json.detail}`);
  const type = textAt(json.value, '_type');
  if (!statementTypes.has(type)) return malformed(`a statement of type ${quote(type)}; expected in-toto v0.1 or v1`);
  const predicateType = textAt(json.value, 'predicateType');
  if (predicateType === '') return malformed('a statement without predicateType');
  const listed = listAt(json.value, 'subject');
  if (listed.length > limits.subjects) {
    return rejection('LIMIT_ENTITY', `a statement of ${listed.length} subjects, more than ${limits.subjects}`);
  }
  const subjects: StatementSubject[] = [];
  for (const each of listed) {
    const digests = digestsOf(at(each, 'digest'));
    if (digests === undefined) return malformed('a statement with a subject that has no digests');
    subjects.push({ name: textAt(each, 'name'), digests });
  }
  const mismatch = names(subjects, subject);
  if (mismatch !== undefined) return mismatch;
  return {
    kind: 'in-toto',
    role: predicateType === cosignSignature ? 'signature' : 'attestation',
    predicateType,
    predicate: at(json.value, 'predicate'),
    subjects,
    payload: sha256(payload),
  };
}

function digestsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  const strings = entries.flatMap(([name, hex]) => (typeof hex === 'string' ? [[name, hex] as const] : []));
  return entries.length > 0 && strings.length === entries.length ? Object.fromEntries(strings) : undefined;
}

/** The resolved digest, lower case and whole. Weaker hashes identify nothing, and a stronger one must not disagree. */
function names(subjects: readonly StatementSubject[], subject: Subject): Rejection | undefined {
  const algorithm = digestAlgorithm(subject.digest);
  const ours = subjects.filter(({ digests }) => digests[algorithm] === digestHex(subject.digest));
  if (ours.length === 0) {
    return rejection('SUBJECT_MISMATCH', `a statement about ${about(subjects)}, not ${short(subject.digest)}`);
  }
  for (const other of ['sha256', 'sha384', 'sha512']) {
    const right = other === algorithm || subject.bytes === undefined ? undefined : hex(other, subject.bytes);
    const conflict = ours.find(({ digests }) => right !== undefined && (digests[other] ?? right) !== right);
    if (conflict !== undefined) {
      return rejection('SUBJECT_MISMATCH', `a subject whose ${algorithm} is this artifact's and whose ${other} is not`);
    }
  }
  return undefined;
}

/** sigstore/pkg/signature/payload, as cosign 1 and 2 write it. */
function imageStatement(payload: Buffer, subject: Subject): ImageStatement | Rejection {
  const json = decodeJson(payload, { depth: limits.bundleDepth, values: limits.bundleValues });
  if (json.kind === 'problem') return malformed(`a simple-signing payload that is ${json.detail}`);
  const type = textAt(json.value, 'critical', 'type');
  if (!imageTypes.has(type)) return malformed(`a simple-signing payload of type ${quote(type)}`);
  const digest = textAt(json.value, 'critical', 'image', 'docker-manifest-digest');
  if (digest !== subject.digest) {
    return rejection('SUBJECT_MISMATCH', `a signature of ${quote(digest)}, not of ${short(subject.digest)}`);
  }
  const optional = at(json.value, 'optional');
  return {
    kind: 'simple-signing',
    role: 'signature',
    reference: textAt(json.value, 'critical', 'identity', 'docker-reference'),
    annotations: isRecord(optional) ? optional : {},
    payload: sha256(payload),
  };
}

const imageTypes = new Set(['cosign container image signature', cosignSignature]);

const hex = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');

function about(subjects: readonly StatementSubject[]): string {
  const [first] = subjects;
  if (first === undefined) return 'nothing';
  const [algorithm = '', value = ''] = Object.entries(first.digests)[0] ?? [];
  const more = subjects.length > 1 ? ` and ${subjects.length - 1} more` : '';
  return `${quote(`${algorithm}:${value.slice(0, 12)}`)}${more}`;
}

const short = (digest: Digest): string => `${digestAlgorithm(digest)}:${digestHex(digest).slice(0, 12)}`;

/** Text from outside for a message: bounded, and JSON's escapes keep control characters out. */
const quote = (text: string): string => JSON.stringify(text.slice(0, 128));

const malformed = (detail: string): Rejection => rejection('STATEMENT_MALFORMED', detail);
