import { decodeBundle } from '../../../evidence/attestation/bundle.ts';
import { decodeClaims } from '../../../evidence/attestation/fulcio.ts';
import { decodeJson } from '../../../evidence/attestation/json.ts';
import { decodeEnvelope, decodeSignatureLayer } from '../../../evidence/attestation/legacy.ts';
import { decodeStatement } from '../../../evidence/attestation/statement.ts';
import { verifyTimestamps } from '../../../evidence/attestation/timestamp.ts';
import { verify } from '../../../evidence/attestation/verify.ts';
import { decodeCertificate } from '../../../evidence/trust/certificate.ts';
import { parsePublicKey, TrustMaterial } from '../../../evidence/trust/material.ts';
import { parseTrustedRoot } from '../../../evidence/trust/root.ts';
import { envelopeOf, publicPem } from '../../support/sigstore/index.ts';
import {
  annotationsOf,
  bundleBytes,
  key,
  keyless,
  root,
  sigstore,
  simplySigned,
  stated,
  statementText,
  subject,
} from '../../evidence/attestation/world.ts';
import { mutate, type Random, randomFrom } from './mutate.ts';

/** What a run of wrong inputs came to. */
export interface FuzzReport {
  readonly inputs: number;
  /** How many each parser was given, and how many of those it still took. */
  readonly parsers: Readonly<Record<string, { readonly given: number; readonly taken: number }>>;
  readonly slowestMilliseconds: number;
}

interface Parser {
  readonly name: string;
  readonly seeds: readonly Buffer[];
  /** Takes the bytes or does not; throws only where the parser is wrong. */
  readonly take: (bytes: Buffer, random: Random) => boolean;
}

const signed = stated(keyless, { timestamp: true });
const second = stated(keyless, { rekor: 2, timestamp: true });
const layer = simplySigned(keyless);
const { timestampAuthorities } = TrustMaterial.anchors(root);

const parsers: readonly Parser[] = [
  { name: 'bundle', seeds: [bundleBytes(signed), bundleBytes(signed, '0.1'), bundleBytes(second)], take: bundle },
  {
    name: 'DSSE envelope',
    seeds: [Buffer.from(JSON.stringify(envelopeOf(signed)))],
    take: (bytes) => decodeEnvelope(bytes).kind === 'entity',
  },
  { name: 'DER certificate', seeds: signed.chain, take: certificate },
  { name: 'DER timestamp', seeds: [signed.timestamp ?? Buffer.alloc(0)], take: timestamp },
  {
    name: 'layer annotations',
    seeds: Object.values(annotationsOf(layer)).map((text) => Buffer.from(text)),
    take: annotations,
  },
  {
    name: 'statement',
    seeds: [Buffer.from(statementText()), layer.payload],
    take: (payload) =>
      decodeStatement({ kind: 'envelope', payloadType: 'application/vnd.in-toto+json', payload }, subject).kind !==
      'rejection',
  },
  { name: 'JSON', seeds: [bundleBytes(signed), Buffer.from(sigstore.trustedRoot)], take: json },
  {
    name: 'trusted root',
    seeds: [Buffer.from(sigstore.trustedRoot)],
    take: (bytes) => parseTrustedRoot(bytes.toString('utf8')).kind === 'trust',
  },
  {
    name: 'PEM key',
    seeds: [Buffer.from(publicPem(key.publicKey))],
    take: (bytes) => parsePublicKey(bytes.toString('latin1')).kind === 'trust',
  },
];

/** Gives that many wrong inputs to all parsers of proof in turn; the same seed gives the same inputs for the same seeds of input. */
export function fuzz(inputs: number, seed: number): FuzzReport {
  const random = randomFrom(seed);
  const others = parsers.flatMap(({ seeds }) => seeds);
  const counts = new Map(parsers.map(({ name }) => [name, { given: 0, taken: 0 }]));
  let slowest = 0;
  for (let done = 0; done < inputs; done++) {
    const parser = parsers[done % parsers.length];
    if (parser === undefined) continue;
    const bytes = mutate(parser.seeds[random(parser.seeds.length)] ?? Buffer.alloc(0), others, random);
    const from = performance.now();
    const taken = attempt(parser, bytes, random, seed, done);
    slowest = Math.max(slowest, performance.now() - from);
    const count = counts.get(parser.name);
    if (count) {
      count.given++;
      count.taken += taken ? 1 : 0;
    }
  }
  return { inputs, parsers: Object.fromEntries(counts), slowestMilliseconds: Math.round(slowest) };
}

function attempt({ name, take }: Parser, bytes: Buffer, random: Random, seed: number, done: number): boolean {
  try {
    return take(bytes, random);
  } catch (error) {
    throw new Error(`${name}, input ${done} of seed ${seed}: ${bytes.toString('base64').slice(0, 4000)}`, {
      cause: error,
    });
  }
}

const proven = new Set([signed, second].map(({ payload }) => payload.toString('utf8')));

/** What of a broken bundle is still verified, on one in eight, must be what was signed. */
function bundle(bytes: Buffer, random: Random): boolean {
  const entity = decodeBundle(bytes);
  if (entity.kind === 'rejection') return false;
  if (random(8) > 0) return true;
  const outcome = verify(entity, subject, root);
  if (
    outcome.kind === 'verified' &&
    entity.content.kind === 'envelope' &&
    !proven.has(entity.content.payload.toString('utf8'))
  ) {
    throw new Error('verified what nobody signed');
  }
  return true;
}

function certificate(bytes: Buffer): boolean {
  const decoded = decodeCertificate(bytes);
  return 'x509' in decoded && decodeClaims(decoded).kind === 'claims';
}

function timestamp(bytes: Buffer): boolean {
  return !('code' in verifyTimestamps([Buffer.from(bytes)], signed.signature, timestampAuthorities));
}

function annotations(bytes: Buffer, random: Random): boolean {
  const honest = annotationsOf(layer);
  const names = Object.keys(honest);
  const broken = { ...honest, [names[random(names.length)] ?? '']: bytes.toString('utf8') };
  return decodeSignatureLayer(layer.payload, broken).kind === 'entity';
}

/** Whatever the strict reader takes, JSON.parse reads alike. */
function json(bytes: Buffer): boolean {
  const strict = decodeJson(bytes, { depth: 16, values: 8192 });
  if (strict.kind === 'problem') return false;
  if (JSON.stringify(JSON.parse(bytes.toString('utf8'))) !== JSON.stringify(strict.value))
    throw new Error('read differently');
  return true;
}
