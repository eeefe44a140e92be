import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createProofCache, proofBytes } from '../../evidence/cache.ts';
import { limits } from '../../evidence/limits.ts';
import { rejection } from '../../evidence/outcome.ts';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { pod, shopConfiguration } from '../support/shop/index.ts';
import { attestImage, createSigstore, generateKey, keySigner, publicPem } from '../support/sigstore/index.ts';

/** The memory for what is proven: `bounds.proofCacheBytes` of the configuration. */

const scan = 'https://example.com/scan/v1';
const scanner = generateKey();
const sigstore = createSigstore();
let registry: Registry;
let image: string;

beforeAll(async () => {
  registry = await startRegistry();
  const published = await pushImage(registry, { repository: 'acme/scanned', tag: 'v1', seed: 'proofs' });
  // Kept, an attestation is four times as large as its text: more than one MiB.
  const predicate = {
    findings: Array.from({ length: 4_000 }, (_, at) => ({ id: `finding ${at}`, text: 'x'.repeat(60) })),
  };
  await attestImage({
    ...{ registry, ...published, as: keySigner(scanner), format: 'bundle', predicateType: scan },
    predicate,
  });
  image = `${registry.host}/acme/scanned@${published.digest}`;
});
afterAll(() => registry.close());

/** How often something was proven, and how often taken from memory, when one image is judged so many times. */
async function proven(times: number, proofCacheBytes?: number) {
  const bounds = proofCacheBytes === undefined ? '' : `\nbounds: {proofCacheBytes: ${proofCacheBytes}}\n`;
  const spec = {
    authorities: [{ name: 'scanner', key: { data: publicPem(scanner.publicKey) } }],
    attestations: [{ name: 'scan', type: scan, from: ['scanner'], required: true }],
    pin: 'None',
  };
  await using corridor = openCorridor({
    configuration: `${shopConfiguration(registry.host).replace('unmatchedImages: Deny', 'unmatchedImages: Allow').trimEnd()}${bounds}`,
    policies: stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'ClusterWorkloadPolicy',
      metadata: { name: 'p' },
      spec,
    }),
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });
  for (let at = 0; at < times; at++) expect((await corridor.judge(pod('p', [image]))).allowed).toBe(true);
  const { proofs, proofsFromCache } = corridor.assembled.evidence.stats();
  return { proofs, proofsFromCache };
}

describe('the memory for what is proven', () => {
  it('keeps it where there is room', async () => {
    expect(await proven(3)).toEqual({ proofs: 1, proofsFromCache: 2 });
  });

  it('is no larger than the configuration says: what has no room in it is proven again, and decided alike', async () => {
    expect(await proven(3, 1024 * 1024)).toEqual({ proofs: 3, proofsFromCache: 0 });
  });

  it('counts eight KiB for each proof, and forgets what was not asked for longest', () => {
    const refused = rejection('SIGNATURE_WRONG', 'x');
    expect(proofBytes(refused, 1_000_000)).toBe(8 * 1024);
    const cache = createProofCache(3 * 8 * 1024);
    for (const key of ['a', 'b', 'c']) cache.set(key, refused, { size: limits.proofEntryBytes });
    expect(cache.get('a')).toBe(refused);
    cache.set('d', refused, { size: limits.proofEntryBytes });
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.has(key))).toEqual(['a', 'c', 'd']);
    expect(cache.calculatedSize).toBe(3 * 8 * 1024);
  });
});
