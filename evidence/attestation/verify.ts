import { createHash } from 'node:crypto';
import { type Digest, digestAlgorithm, digestHex } from '../image/digest.ts';
import { type Rejection, rejection } from '../outcome.ts';
import { type Anchors, TrustMaterial } from '../trust/material.ts';
import { type Candidate, candidatesOf } from './candidate.ts';
import { verifyChain, verifySignedTimestamps } from './chain.ts';
import { preAuthEncoding } from './dsse.ts';
import type { EntityFormat, SignedEntity } from './entity.ts';
import { type VerifiedLogEntry, verifyLogEntries } from './log-entry.ts';
import { type Requirement, requirementOf } from './requirement.ts';
import { digestOf, type Signed, verifySignature } from './signature.ts';
import type { Signer } from './signer.ts';
import { decodeStatement, type Statement, type Subject } from './statement.ts';
import { type VerifiedTimestamp, verifyTimestamps } from './timestamp.ts';

export interface VerifyOptions {
  /** Only read where the requirement's source of time is the wall clock. */
  readonly now?: Date;
}

/**
 * Proves that somebody signed a statement about this subject, under this trust material, and says who; whether that one
 * is welcome is not asked. The steps are those of the evidence model, 4.0, each closed on failure. Step 1 (bytes by
 * digest) is the registry's and step 2 the decoders'; what they let through is still not believed.
 */
export function verify(
  entity: SignedEntity,
  subject: Subject,
  material: TrustMaterial,
  asked: Partial<Requirement> = {},
  options: VerifyOptions = {},
): Verified | Rejection {
  const anchors = TrustMaterial.anchors(material);
  const requirement = requirementOf(material, asked);

  // Step 3: one of those who may have signed did sign, over the exact bytes.
  const signed = signedBy(entity, subject);
  if ('code' in signed) return signed;
  const candidates = candidatesOf(entity, anchors);
  if ('code' in candidates) return candidates;
  const match = findSignature(entity, signed, candidates);
  if ('code' in match) return match;

  // Step 6: what others saw of it, and when.
  const observed = observe(entity, signed, match, anchors, requirement);
  if ('code' in observed) return observed;
  const times = trustedTimes(observed, requirement, options);
  const untrusted = match.candidate.certificate && certify(match.candidate, times, anchors, requirement);
  if (untrusted !== undefined) return untrusted;

  // Steps 3 to 5: only now are those same bytes read, once, and must speak of this subject.
  const statement = decodeStatement(entity.content, subject);
  if ('code' in statement) return statement;

  // Step 7, whose signatures count, and step 8, what the predicate says, are judged by policies.
  return new VerifiedStatement({
    statement,
    subject: subject.digest,
    signer: match.candidate.signer,
    logEntries: observed.logEntries,
    timestamps: observed.timestamps,
    entity: entity.id,
    format: entity.format,
    material: material.id,
  });
}

/** A statement whose signature, signer, times and subject hold. Nothing but {@link verify} makes one. */
export type Verified<S extends Statement = Statement> = VerifiedStatement<S>;

/** Was this made by {@link verify}? Asked where facts are built, whatever the types say. */
export const isVerified = (value: unknown): value is Verified => VerifiedStatement.made(value);

interface Proof<S extends Statement> {
  readonly statement: S;
  /** The digest that the statement is about. */
  readonly subject: Digest;
  readonly signer: Signer;
  readonly logEntries: readonly VerifiedLogEntry[];
  readonly timestamps: readonly VerifiedTimestamp[];
  /** {@link SignedEntity.id} */
  readonly entity: Digest;
  readonly format: EntityFormat;
  /** {@link TrustMaterial.id} */
  readonly material: Digest;
}

class VerifiedStatement<S extends Statement> implements Proof<S> {
  readonly kind = 'verified';
  readonly statement: S;
  readonly subject: Digest;
  readonly signer: Signer;
  readonly logEntries: readonly VerifiedLogEntry[];
  readonly timestamps: readonly VerifiedTimestamp[];
  readonly entity: Digest;
  readonly format: EntityFormat;
  readonly material: Digest;
  readonly #brand = true;

  constructor(proof: Proof<S>) {
    this.statement = proof.statement;
    this.subject = proof.subject;
    this.signer = proof.signer;
    this.logEntries = proof.logEntries;
    this.timestamps = proof.timestamps;
    this.entity = proof.entity;
    this.format = proof.format;
    this.material = proof.material;
    Object.freeze(this);
  }

  static made(value: unknown): value is VerifiedStatement<Statement> {
    return typeof value === 'object' && value !== null && #brand in value && value.#brand;
  }
}

/** The bytes that the signature is over, or their hash; a message is the subject itself. */
function signedBy({ content }: SignedEntity, subject: Subject): Signed | Rejection {
  const { digest, bytes } = subject;
  const algorithm = digestAlgorithm(digest);
  if (bytes !== undefined && createHash(algorithm).update(bytes).digest('hex') !== digestHex(digest)) {
    return rejection('SUBJECT_MISMATCH', 'the artifact is not what its digest says');
  }
  if (content.kind === 'envelope')
    return { kind: 'bytes', bytes: preAuthEncoding(content.payloadType, content.payload) };
  if (content.kind === 'payload') return { kind: 'bytes', bytes: content.payload };
  const signed: Signed =
    bytes === undefined
      ? { kind: 'hash', hash: algorithm, digest: Buffer.from(digestHex(digest), 'hex') }
      : { kind: 'bytes', bytes };
  const found = digestOf(signed, content.hash);
  if (found === undefined)
    return rejection('ARTIFACT_NEEDED', `signed by its ${content.hash}; given by its ${algorithm}`);
  return found.equals(content.digest)
    ? signed
    : rejection('SUBJECT_MISMATCH', `a signature of ${content.hash}:${content.digest.toString('hex').slice(0, 12)}`);
}

interface Match {
  readonly candidate: Candidate;
  readonly signature: Buffer;
}

/** Key hints and order are the attacker's: every signature is tried with every candidate (A-VER-24). */
function findSignature(entity: SignedEntity, signed: Signed, candidates: readonly Candidate[]): Match | Rejection {
  let artifactNeeded = false;
  for (const signature of entity.signatures) {
    for (const candidate of candidates) {
      const verdict = verifySignature(candidate.key, candidate.hashes, signed, signature);
      if (verdict === 'right') return { candidate, signature };
      artifactNeeded ||= verdict === 'artifact needed';
    }
  }
  if (artifactNeeded) return rejection('ARTIFACT_NEEDED', 'this kind of key signs the artifact itself, not its digest');
  const who = candidates[0]?.certificate === undefined ? 'a trusted key' : 'the key of its certificate';
  return rejection('SIGNATURE_WRONG', `the signature is not by ${who}, or not over this`);
}

interface Observed {
  readonly logEntries: readonly VerifiedLogEntry[];
  readonly timestamps: readonly VerifiedTimestamp[];
}

/** Without logs or timestamp authorities to believe, what the entity says of them is not looked at and counts nothing. */
function observe(
  entity: SignedEntity,
  signed: Signed,
  { candidate, signature }: Match,
  { logs, timestampAuthorities }: Anchors,
  requirement: Requirement,
): Observed | Rejection {
  const timestamps =
    timestampAuthorities.length === 0
      ? []
      : verifyTimestamps(entity.timestamps, entity.timestamped, timestampAuthorities);
  if ('code' in timestamps) return timestamps;
  const distinctAuthorities = new Set(timestamps.map(({ authority }) => authority)).size;
  if (distinctAuthorities < requirement.timestamps) {
    return rejection(
      'TIMESTAMP_MISSING',
      `${count(distinctAuthorities, 'timestamp authority', 'timestamp authorities')} of ${requirement.timestamps} required`,
    );
  }
  const logged = { content: entity.content, signed, signature, verifier: candidate.verifier };
  const seen = timestamps.map(({ time }) => time);
  const logEntries = logs.length === 0 ? [] : verifyLogEntries(entity.logEntries, logged, logs, seen);
  if ('code' in logEntries) return logEntries;
  const distinctLogs = new Set(logEntries.map(({ log }) => log)).size;
  if (distinctLogs < requirement.log) {
    return rejection('LOG_ENTRY_MISSING', `${count(distinctLogs, 'log', 'logs')} of ${requirement.log} required`);
  }
  return { logEntries, timestamps };
}

interface Times {
  /** Every time that is known: the certificate must have been good at each. */
  readonly known: readonly Date[];
  /** Whether one of them is of the source that is asked for. */
  readonly sufficient: boolean;
}

function trustedTimes({ logEntries, timestamps }: Observed, { time }: Requirement, { now }: VerifyOptions): Times {
  const fromLogs = logEntries.flatMap(({ integratedTime }) => integratedTime ?? []);
  const fromAuthorities = timestamps.map(({ time }) => time);
  const fromClock = time === 'wallClock' && now !== undefined ? [now] : [];
  const wanted =
    time === 'wallClock'
      ? fromClock
      : time === 'tsa'
        ? fromAuthorities
        : time === 'log'
          ? fromLogs
          : [...fromLogs, ...fromAuthorities];
  return { known: [...fromLogs, ...fromAuthorities, ...fromClock], sufficient: wanted.length > 0 };
}

/** The certificate led to a trusted authority at every known time, and CT logs have seen it. */
function certify(
  { certificate }: Candidate,
  times: Times,
  anchors: Anchors,
  requirement: Requirement,
): Rejection | undefined {
  if (certificate === undefined) return undefined;
  // Never notBefore, never integratedTime without a promise: a time that nobody vouches for is the attacker's.
  if (!times.sufficient) {
    return rejection(
      'TIMESTAMP_MISSING',
      `no trusted time of signing (${requirement.time ?? 'log or timestamp'}) for the certificate`,
    );
  }
  const chain = verifyChain(certificate, times.known, anchors.certificateAuthorities);
  if ('code' in chain) return chain;
  if (anchors.ctLogs.length === 0 && requirement.scts === 0) return undefined;
  const scts = verifySignedTimestamps(chain, anchors.ctLogs);
  if (typeof scts !== 'number') return scts;
  return scts < requirement.scts
    ? rejection('SCT_MISSING', `${count(scts, 'CT log', 'CT logs')} of ${requirement.scts} required`)
    : undefined;
}

const count = (number: number, one: string, many: string): string =>
  `seen by ${number === 0 ? 'no' : number} ${number > 1 ? many : one}`;
