import { generateKeyPairSync, sign, verify as verifyBare } from 'node:crypto';
import { decodeBundle } from '../../evidence/attestation/bundle.ts';
import type { SignedEntity } from '../../evidence/attestation/entity.ts';
import { decodeSignatureLayer } from '../../evidence/attestation/legacy.ts';
import { isVerified, verify } from '../../evidence/attestation/verify.ts';
import { type Digest, parseDigest } from '../../evidence/image/digest.ts';
import { parsePublicKey, type TrustMaterial } from '../../evidence/trust/material.ts';
import { parseTrustedRoot } from '../../evidence/trust/root.ts';
import { sha256 } from '../support/registry/index.ts';
import {
  bundleOf,
  cosignSignPredicate,
  createSigstore,
  generateKey,
  githubWorkflow,
  type KeyKind,
  keySigner,
  publicPem,
  type SignatureWish,
  signEnvelope,
  type Signer,
  signMessage,
  simpleSigningAnnotations,
} from '../support/sigstore/index.ts';
import type { Bench } from './bench.ts';

/** What it takes to decode and prove one signature, by kind, in bare ECDSA P-256 verifications of the same run. */
export const proofBench: Bench = {
  name: 'proof',
  run(report) {
    const bare = bareVerification();
    report.measure('one bare ECDSA P-256 verification', bare, 'ms');
    for (const { name, decode, material } of cases()) {
      const milliseconds = each(() => {
        const entity = decode();
        if (entity.kind === 'rejection') throw new Error(entity.detail);
        const proven = verify(entity, { digest: image }, material);
        if (!isVerified(proven)) throw new Error(`${name}: ${proven.detail}`);
      });
      report.judge(`${name}, in bare verifications`, milliseconds / bare);
    }
    return Promise.resolve();
  },
};

interface Case {
  readonly name: string;
  readonly decode: () => SignedEntity | { readonly kind: 'rejection'; readonly detail: string };
  readonly material: TrustMaterial;
}

const image = digest(sha256('an image'));
const sigstore = createSigstore();
const run = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' });

function cases(): readonly Case[] {
  const kinds: readonly KeyKind[] = ['p256', 'p384', 'ed25519', 'rsa'];
  const keyed = kinds.flatMap((kind): Case[] => {
    const key = generateKey(kind);
    const material = trusted(parsePublicKey(publicPem(key.publicKey)));
    const what = `key ${kind}`;
    return [
      bundle(what, keySigner(key), material),
      ...(kind === 'p256' ? [layer(what, keySigner(key), material)] : []),
    ];
  });
  const root = trusted(parseTrustedRoot(sigstore.trustedRoot, 'private'));
  const keyless = sigstore.keyless(run);
  return [
    ...keyed,
    layer('keyless, promise of the log', keyless, root),
    bundle('keyless, inclusion in the log', keyless, root),
    bundle('keyless, inclusion and a timestamp', keyless, root, { timestamp: true }),
    bundle('keyless, Rekor 2 and a timestamp', keyless, root, { rekor: 2 }),
  ];
}

function bundle(what: string, as: Signer, material: TrustMaterial, wish: SignatureWish = {}): Case {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: image.slice('sha256:'.length) } }],
    predicateType: cosignSignPredicate,
    predicate: {},
  };
  const signed = signEnvelope(Buffer.from(JSON.stringify(statement)), 'application/vnd.in-toto+json', as, wish);
  const bytes = Buffer.from(JSON.stringify(bundleOf(signed)));
  return { name: `bundle, ${what}`, decode: () => decodeBundle(bytes), material };
}

function layer(what: string, as: Signer, material: TrustMaterial): Case {
  const payload = {
    critical: {
      identity: { 'docker-reference': 'ghcr.io/acme/shop' },
      image: { 'docker-manifest-digest': image },
      type: 'cosign container image signature',
    },
    optional: null,
  };
  const signed = signMessage(Buffer.from(JSON.stringify(payload)), as);
  const annotations = simpleSigningAnnotations(signed);
  return { name: `.sig tag, ${what}`, decode: () => decodeSignatureLayer(signed.payload, annotations), material };
}

/** Milliseconds of one ECDSA P-256 verification by node:crypto, the unit of these benches. */
export function bareVerification(): number {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bytes = Buffer.alloc(1000, 'x');
  const signature = sign('sha256', bytes, privateKey);
  return each(() => void verifyBare('sha256', bytes, publicKey, signature));
}

/** Milliseconds of one of many, in the best of several rounds: others use this machine, too. */
function each(work: () => void): number {
  const times = 100;
  let best = Infinity;
  for (let round = 0; round < 10; round += 1) {
    const start = performance.now();
    for (let time = 0; time < times; time += 1) work();
    best = Math.min(best, performance.now() - start);
  }
  return best / times;
}

function trusted(material: TrustMaterial | { readonly kind: 'problem'; readonly detail: string }): TrustMaterial {
  if (material.kind === 'problem') throw new Error(material.detail);
  return material;
}

function digest(text: string): Digest {
  const parsed = parseDigest(text);
  if (parsed === undefined) throw new Error(`${text} is no digest`);
  return parsed;
}
