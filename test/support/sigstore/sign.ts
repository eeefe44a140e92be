import { createHash, type KeyObject } from 'node:crypto';
import { certificatePem } from './certificate.ts';
import type { CertificateWish } from './fulcio.ts';
import type { Identity } from './identity.ts';
import { generateKey, keyDetails, type KeyPair, publicPem, sign, spki } from './key.ts';
import {
  dsseBody,
  dsseBody2,
  type EntryKind,
  type Envelope,
  hashedRekordBody,
  hashedRekordBody2,
  intotoBody,
  type Verifier,
} from './log-body.ts';
import type { Sigstore } from './sigstore.ts';
import { checkpoint, type LogEntry, promise, type TransparencyLog } from './transparency-log.ts';

/** Who signs: a key of one's own, perhaps logged, or an identity that gets a certificate for a key made for the occasion. */
export type Signer =
  | { readonly kind: 'key'; readonly key: KeyPair; readonly sigstore?: Sigstore }
  | { readonly kind: 'keyless'; readonly identity: Identity; readonly sigstore: Sigstore };

/** How a signature differs from what its signer would write if nobody asked for anything. */
export interface SignatureWish {
  /** When it is signed, logged and timestamped; the clock of the Sigstore by default. */
  readonly at?: Date;
  /** When it is logged, if at another time than signed. */
  readonly loggedAt?: Date;
  readonly certificate?: CertificateWish;
  /**
   * What is kept of the log. `entry`: all. `none`: nothing, and nothing is logged. `no-promise` and `no-proof`: one half.
   * `wrong-promise`, `wrong-proof`, `wrong-checkpoint`: signed by, or leading to, something else. `of-another`: the whole
   * and genuine entry of another signature. `stranger`: a whole entry of a log that nobody knows.
   */
  readonly log?: LogWish;
  /** Which generation of Rekor logs it. Version 2 promises nothing and tells no time, so a timestamp comes with it. */
  readonly rekor?: 1 | 2;
  /** The kind of log entry of an envelope; `dsse` by default. */
  readonly entryKind?: EntryKind;
  /** Adds an RFC 3161 timestamp, of this time where it is one. `wrong`: of other bytes. */
  readonly timestamp?: boolean | Date | 'wrong';
  /** The key that really signs, while key or certificate claim otherwise. */
  readonly signedBy?: KeyPair;
  /** Changes the signed bytes, or the signature, after signing and logging. */
  readonly tamper?: 'payload' | 'signature';
}

/** See {@link SignatureWish}. */
export type LogWish =
  | 'entry'
  | 'none'
  | 'no-promise'
  | 'no-proof'
  | 'wrong-promise'
  | 'wrong-proof'
  | 'wrong-checkpoint'
  | 'of-another'
  | 'stranger';

/** Signed bytes and what is known about the signature, before any format. */
export interface Signed {
  readonly signer: Signer;
  /** What the signature is over; for an envelope its payload. */
  readonly payload: Buffer;
  /** Of an envelope. */
  readonly payloadType?: string;
  readonly signature: Buffer;
  /** DER certificates, the signer's first; of a key there are none. */
  readonly chain: readonly Buffer[];
  readonly entry?: KeptEntry;
  /** A TimeStampResp. */
  readonly timestamp?: Buffer;
}

/** What is kept of a log entry. */
export interface KeptEntry {
  readonly kind: string;
  readonly version: string;
  readonly entry: LogEntry;
  readonly promised: boolean;
  readonly proven: boolean;
}

/** Signs bytes as they are, as cosign does for its `.sig` tags. */
export const signMessage = (payload: Buffer, signer: Signer, wish: SignatureWish = {}): Signed =>
  signed(payload, payload, undefined, signer, wish);

/** Signs a payload in a DSSE envelope. */
export const signEnvelope = (payload: Buffer, payloadType: string, signer: Signer, wish: SignatureWish = {}): Signed =>
  signed(payload, preAuthenticationEncoding(payloadType, payload), payloadType, signer, wish);

/** The envelope of what {@link signEnvelope} signed. */
export const envelopeOf = ({ payload, payloadType, signature }: Signed): Envelope => ({
  payload: payload.toString('base64'),
  payloadType: payloadType ?? '',
  signatures: [{ sig: signature.toString('base64') }],
});

function signed(
  payload: Buffer,
  bytes: Buffer,
  payloadType: string | undefined,
  signer: Signer,
  wish: SignatureWish,
): Signed {
  const { sigstore } = signer;
  const at = wish.at ?? sigstore?.now() ?? new Date();
  const key = signer.kind === 'key' ? signer.key : generateKey();
  const chain = signer.kind === 'key' ? [] : certify(signer, key, { notBefore: at, ...wish.certificate });
  const signature = sign(bytes, (wish.signedBy ?? key).privateKey);
  const [leaf] = chain;
  const verifier = leaf ? certificatePem(leaf) : publicPem(key.publicKey);
  const honest: Signed = {
    signer,
    payload,
    ...(payloadType === undefined ? {} : { payloadType }),
    signature,
    chain,
    ...stamped(sigstore, signature, at, wish.timestamp ?? wish.rekor === 2),
  };
  const entry = sigstore && logged(sigstore, honest, verifier, key, wish.loggedAt ?? at, wish);
  return tampered(entry ? { ...honest, entry } : honest, wish.tamper);
}

function certify(signer: Signer & { kind: 'keyless' }, key: KeyPair, wish: CertificateWish): Buffer[] {
  const { fulcio } = signer.sigstore;
  return [fulcio.issue(signer.identity, key.publicKey, wish), fulcio.intermediate.certificate, fulcio.root.certificate];
}

function stamped(
  sigstore: Sigstore | undefined,
  signature: Buffer,
  at: Date,
  wish: SignatureWish['timestamp'],
): { readonly timestamp?: Buffer } {
  if (wish === undefined || wish === false) return {};
  if (!sigstore) throw new Error('a timestamp needs a Sigstore that gives it');
  const bytes = wish === 'wrong' ? Buffer.from('something else') : signature;
  return { timestamp: sigstore.timestamps.stamp(bytes, wish instanceof Date ? wish : at) };
}

function logged(
  sigstore: Sigstore,
  signed: Signed,
  verifier: string,
  key: KeyPair,
  at: Date,
  wish: SignatureWish,
): KeptEntry | undefined {
  const how = wish.log ?? 'entry';
  if (how === 'none') return undefined;
  const known = wish.rekor === 2 ? sigstore.rekor2 : sigstore.rekor;
  const log = how === 'stranger' ? sigstore.stranger : known;
  const content = how === 'of-another' ? another(signed) : signed;
  const { kind, version, body } =
    log.generation === 1
      ? bodyOf(content, verifier, wish.entryKind ?? 'dsse')
      : bodyOf2(content, key.publicKey, wish.entryKind ?? 'hashedrekord');
  const entry = log.append(body, at);
  const promised = log.generation === 1 && how !== 'no-promise';
  return { kind, version, promised, proven: how !== 'no-proof', entry: spoiled(entry, how, log) };
}

function bodyOf(signed: Signed, verifier: string, wanted: EntryKind) {
  const { payload, payloadType, signature } = signed;
  if (payloadType === undefined || wanted === 'hashedrekord') {
    const bytes = payloadType === undefined ? payload : preAuthenticationEncoding(payloadType, payload);
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { kind: 'hashedrekord', version: '0.0.1', body: hashedRekordBody(digest, signature, verifier) };
  }
  const envelope = JSON.stringify(envelopeOf(signed));
  return wanted === 'intoto'
    ? { kind: 'intoto', version: '0.0.2', body: intotoBody(envelope, verifier) }
    : { kind: 'dsse', version: '0.0.1', body: dsseBody(envelope, verifier) };
}

function bodyOf2(signed: Signed, key: KeyObject, wanted: EntryKind) {
  const { payload, payloadType, signature, chain } = signed;
  const [leaf] = chain;
  const rawBytes = (leaf ?? spki(key)).toString('base64');
  const verifier: Verifier = {
    ...(leaf ? { x509Certificate: { rawBytes } } : { publicKey: { rawBytes } }),
    keyDetails: keyDetails(key),
  };
  if (payloadType !== undefined && wanted === 'dsse') {
    return { kind: 'dsse', version: '0.0.2', body: dsseBody2(envelopeOf(signed), verifier) };
  }
  const bytes = payloadType === undefined ? payload : preAuthenticationEncoding(payloadType, payload);
  const digest = createHash('sha256').update(bytes).digest();
  return { kind: 'hashedrekord', version: '0.0.2', body: hashedRekordBody2(digest, signature, verifier) };
}

/** A signature by the same signer on other bytes, as an attacker would find it in the log. */
function another(signed: Signed): Signed {
  const payload = Buffer.from('{"another":"payload"}');
  return { ...signed, payload, signature: sign(payload, generateKey().privateKey) };
}

function spoiled(entry: LogEntry, how: LogWish, log: TransparencyLog): LogEntry {
  const { inclusionProof } = entry;
  switch (how) {
    case 'wrong-promise':
      return { ...entry, signedEntryTimestamp: promise(entry, generateKey()) };
    case 'wrong-checkpoint': {
      const forger = generateKey(log.generation === 1 ? 'p256' : 'ed25519');
      const forged = checkpoint(log, inclusionProof.treeSize, inclusionProof.rootHash, forger);
      return { ...entry, inclusionProof: { ...inclusionProof, checkpoint: forged } };
    }
    case 'wrong-proof': {
      const hashes = [...inclusionProof.hashes, Buffer.alloc(32, 7)];
      return { ...entry, inclusionProof: { ...inclusionProof, hashes } };
    }
    case 'entry':
    case 'none':
    case 'no-promise':
    case 'no-proof':
    case 'of-another':
    case 'stranger':
      return entry;
  }
}

function tampered(signed: Signed, what: SignatureWish['tamper']): Signed {
  if (what === 'payload') return { ...signed, payload: Buffer.concat([signed.payload, Buffer.from(' ')]) };
  if (what === 'signature') return { ...signed, signature: sign(Buffer.from('x'), generateKey().privateKey) };
  return signed;
}

/** DSSE 1.0, protocol, "PAE". */
export function preAuthenticationEncoding(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
