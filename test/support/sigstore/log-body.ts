import { createHash } from 'node:crypto';
import { canonical, type Json } from './canonical-json.ts';

/** A DSSE envelope as JSON spells it. */
export interface Envelope {
  /** Base64. */
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string; readonly keyid?: string }[];
}

/** The kinds of entries that Rekor v1 keeps of signed images and attestations. */
export type EntryKind = 'hashedrekord' | 'dsse' | 'intoto';

/** Rekor's canonicalised hashedrekord 0.0.1: a digest, a signature and what verifies it (PEM). */
export const hashedRekordBody = (sha256Hex: string, signature: Buffer, verifier: string): Buffer =>
  entry('hashedrekord', '0.0.1', {
    data: { hash: { algorithm: 'sha256', value: sha256Hex } },
    signature: { content: signature.toString('base64'), publicKey: { content: base64(verifier) } },
  });

/** Rekor's canonicalised dsse 0.0.1: hashes of envelope and payload, and the signatures. */
export const dsseBody = (envelope: string, verifier: string): Buffer => {
  const { payload, signatures } = parse(envelope);
  return entry('dsse', '0.0.1', {
    envelopeHash: { algorithm: 'sha256', value: sha256(Buffer.from(envelope)) },
    payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(payload, 'base64')) },
    signatures: signatures.map(({ sig }) => ({ signature: sig, verifier: base64(verifier) })),
  });
};

/** Rekor's canonicalised intoto 0.0.2, which keeps the signatures and leaves the payload out. */
export const intotoBody = (envelope: string, verifier: string): Buffer => {
  const { payload, payloadType, signatures } = parse(envelope);
  return entry('intoto', '0.0.2', {
    content: {
      envelope: {
        payloadType,
        signatures: signatures.map(({ sig }) => ({ publicKey: base64(verifier), sig: base64(sig) })),
      },
      hash: { algorithm: 'sha256', value: sha256(Buffer.from(envelope)) },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(payload, 'base64')) },
    },
  });
};

/** Rekor's canonicalised intoto 0.0.1, which keeps hashes and the key only. */
export const intotoBody001 = (envelope: string, verifier: string): Buffer =>
  entry('intoto', '0.0.1', {
    content: {
      hash: { algorithm: 'sha256', value: sha256(Buffer.from(envelope)) },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(parse(envelope).payload, 'base64')) },
    },
    publicKey: base64(verifier),
  });

/** What verifies a signature, as Rekor v2 keeps it. */
export interface Verifier {
  /** DER of a certificate, or of a SubjectPublicKeyInfo. */
  readonly x509Certificate?: { readonly rawBytes: string };
  readonly publicKey?: { readonly rawBytes: string };
  readonly keyDetails: string;
}

/** Rekor v2's hashedrekord 0.0.2; of an envelope the digest is that of its pre-authentication encoding. */
export const hashedRekordBody2 = (digest: Buffer, signature: Buffer, verifier: Verifier): Buffer =>
  entry('hashedrekord', '0.0.2', {
    hashedRekordV002: {
      data: { algorithm: algorithmOf(digest), digest: digest.toString('base64') },
      signature: { content: signature.toString('base64'), verifier: { ...verifier } },
    },
  });

/** Rekor v2's dsse 0.0.2. */
export const dsseBody2 = (envelope: Envelope, verifier: Verifier): Buffer =>
  entry('dsse', '0.0.2', {
    dsseV002: {
      payloadHash: {
        algorithm: 'SHA2_256',
        digest: Buffer.from(sha256(Buffer.from(envelope.payload, 'base64')), 'hex').toString('base64'),
      },
      signatures: envelope.signatures.map(({ sig }) => ({ content: sig, verifier: { ...verifier } })),
    },
  });

const algorithmOf = (digest: Buffer): string => ({ 48: 'SHA2_384', 64: 'SHA2_512' })[digest.length] ?? 'SHA2_256';

/** What a client proposes to `POST /api/v2/log/entries`; throws where it is no such proposal. */
export function canonicalise2(proposal: string): Buffer {
  const { hashedRekordRequestV002: hashed, dsseRequestV002: dsse } = JSON.parse(proposal) as Proposal2;
  if (hashed) {
    const { digest, signature } = hashed;
    return hashedRekordBody2(
      Buffer.from(digest, 'base64'),
      Buffer.from(signature.content, 'base64'),
      signature.verifier,
    );
  }
  const [verifier] = dsse?.verifiers ?? [];
  if (!dsse || !verifier) throw new Error('this log keeps hashedrekord and dsse 0.0.2 only');
  return dsseBody2(dsse.envelope, verifier);
}

interface Proposal2 {
  readonly hashedRekordRequestV002?: {
    readonly digest: string;
    readonly signature: { readonly content: string; readonly verifier: Verifier };
  };
  readonly dsseRequestV002?: { readonly envelope: Envelope; readonly verifiers: readonly Verifier[] };
}

/** What a client proposes to `POST /api/v1/log/entries`, canonicalised as Rekor v1 does; throws where it is no such proposal. */
export function canonicalise(proposal: string): Buffer {
  const { kind, apiVersion, spec } = JSON.parse(proposal) as Proposal;
  const text = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('utf8');
  switch (`${kind}/${apiVersion}`) {
    case 'hashedrekord/0.0.1':
      return hashedRekordBody(
        spec.data?.hash?.value ?? '',
        Buffer.from(spec.signature?.content ?? '', 'base64'),
        text(spec.signature?.publicKey?.content),
      );
    case 'dsse/0.0.1':
      return dsseBody(spec.proposedContent?.envelope ?? '', text(spec.proposedContent?.verifiers?.[0]));
    case 'intoto/0.0.1':
      return proposedIntoto001(spec.content?.envelope, text(spec.publicKey));
    case 'intoto/0.0.2':
      return proposedIntoto(spec.content?.envelope);
    default:
      throw new Error(`this log keeps hashedrekord, dsse and intoto, not ${kind} ${apiVersion}`);
  }
}

interface Proposal {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: {
    readonly data?: { readonly hash?: { readonly value?: string } };
    readonly signature?: { readonly content?: string; readonly publicKey?: { readonly content?: string } };
    readonly proposedContent?: { readonly envelope?: string; readonly verifiers?: readonly string[] };
    readonly publicKey?: string;
    readonly content?: { readonly envelope?: string | ProposedEnvelope };
  };
}

interface ProposedEnvelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string; readonly publicKey: string }[];
}

function proposedIntoto001(proposed: string | ProposedEnvelope | undefined, verifier: string): Buffer {
  if (typeof proposed !== 'string') throw new Error('an intoto 0.0.1 proposal has its envelope as a text');
  return intotoBody001(proposed, verifier);
}

/** In a proposal payload and signatures are base64 twice: once for DSSE, once for the API. */
function proposedIntoto(proposed: string | ProposedEnvelope | undefined): Buffer {
  if (typeof proposed !== 'object') throw new Error('an intoto 0.0.2 proposal has its envelope as an object');
  const once = (twice: string): string => Buffer.from(twice, 'base64').toString('utf8');
  const envelope: Envelope = {
    payloadType: proposed.payloadType,
    payload: once(proposed.payload),
    signatures: proposed.signatures.map(({ sig }) => ({ sig: once(sig) })),
  };
  return intotoBody(JSON.stringify(envelope), once(proposed.signatures[0]?.publicKey ?? ''));
}

const entry = (kind: EntryKind, apiVersion: string, spec: Json): Buffer =>
  Buffer.from(canonical({ apiVersion, kind, spec }));

const parse = (envelope: string): Envelope => JSON.parse(envelope) as Envelope;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
