import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { Cursor } from '../attestation/cursor.ts';
import { parseJson } from '../attestation/json.ts';
import { limits } from '../limits.ts';
import { type Certificate, decodeCertificate } from './certificate.ts';
import { decodePublicKey } from './key.ts';
import {
  type Authority,
  endOfTime,
  type Log,
  type MaterialProblem,
  notAnAuthority,
  TrustMaterial,
} from './material.ts';

/**
 * Sigstore's `trusted_root.json` -> trust material (protobuf-specs, sigstore_trustroot.proto, TrustedRoot v0.1 and v0.2).
 * One bad entry makes the root bad: leaving it out could take away the very log that must have seen a signature.
 */
export function parseTrustedRoot(text: string, origin = 'trusted root'): TrustMaterial | MaterialProblem {
  if (text.length > limits.trustedRootBytes) return problem(`more than ${limits.trustedRootBytes} bytes`);
  const json = parseJson(text, { depth: limits.bundleDepth, values: limits.bundleValues });
  if (json.kind === 'problem') return problem(json.detail);
  const root = new Cursor(json.value, 'the trusted root');
  const mediaType = root.field('mediaType');
  if (!mediaTypes.has(mediaType.text())) mediaType.reject(`is not ${[...mediaTypes].join(' or ')}`);
  const most = limits.trustedInstances;
  const anchors = {
    keys: [],
    certificateAuthorities: root
      .field('certificateAuthorities')
      .items(most)
      .map((item) => authority(item, 'fulcio')),
    logs: root.field('tlogs').items(most).map(log),
    ctLogs: root.field('ctlogs').items(most).map(log),
    timestampAuthorities: root
      .field('timestampAuthorities')
      .items(most)
      .map((item) => authority(item, 'tsa')),
  };
  if (root.problem !== undefined) return problem(root.problem);
  return new TrustMaterial(origin, {
    ...anchors,
    certificateAuthorities: anchors.certificateAuthorities.filter((item) => item !== undefined),
    logs: anchors.logs.filter((item) => item !== undefined),
    ctLogs: anchors.ctLogs.filter((item) => item !== undefined),
    timestampAuthorities: anchors.timestampAuthorities.filter((item) => item !== undefined),
  });
}

/** Trust that came with the program, and the day on which it was published: keys may have been rotated since. */
export interface EmbeddedRoot {
  readonly material: TrustMaterial;
  readonly published: Date;
}

/** The public-good instance's trusted root as @sigstore/tuf embeds it; needs no network. */
export function publicGoodRoot(): EmbeddedRoot {
  const text = Buffer.from(seeds['https://tuf-repo-cdn.sigstore.dev'].targets['trusted_root.json'], 'base64');
  const material = parseTrustedRoot(text.toString('utf8'), 'public-good root');
  if (material.kind === 'problem') throw new Error(`the embedded public-good root: ${material.detail}`);
  return { material, published: publicGoodPublished };
}

/** The day @sigstore/tuf 5.0.1 was published; a test holds the two together. */
export const publicGoodPublished = new Date('2026-11-05T00:00:00Z');

const mediaTypes = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

function log(item: Cursor): Log | undefined {
  const key = item.field('publicKey');
  // Old CT logs are written in PKCS#1.
  const type = key.has('keyDetails') && key.field('keyDetails').text().startsWith('PKCS1') ? 'pkcs1' : 'spki';
  const decoded = decodePublicKey(key.field('rawBytes').bytes(), type);
  if (item.field('hashAlgorithm').text() !== 'SHA2_256') item.reject('does not hash with SHA2_256');
  if ('kind' in decoded) key.reject(`is ${decoded.detail}`);
  // A key without a beginning would vouch for times before it existed.
  if (!key.has('validFor') || !key.field('validFor').has('start')) key.reject('has no validFor.start');
  const ids = ['logId', 'checkpointKeyId']
    .filter((name) => item.has(name))
    .map((name) => item.field(name).field('keyId').bytes());
  if (ids.length === 0) item.reject('has no logId');
  const period = { start: instant(key.field('validFor').field('start')), end: end(key) };
  return 'kind' in decoded ? undefined : { baseUrl: item.field('baseUrl').text(), ids, key: decoded, ...period };
}

function authority(item: Cursor, role: 'fulcio' | 'tsa'): Authority | undefined {
  const certificates = item.field('certChain').field('certificates').items(limits.chainCertificates);
  if (certificates.length === 0) item.reject('has no certificates');
  const chain: Certificate[] = [];
  for (const [index, each] of certificates.entries()) {
    const certificate = decodeCertificate(each.field('rawBytes').bytes());
    // The first certificate of a timestamp authority signs timestamps, all others issue certificates.
    const trouble =
      'kind' in certificate
        ? certificate.detail
        : role === 'tsa' && index === 0
          ? undefined
          : notAnAuthority(certificate);
    if (trouble !== undefined) each.reject(`is ${trouble}`);
    if (!('kind' in certificate)) chain.push(certificate);
  }
  const valid = item.field('validFor');
  const start = item.has('validFor') && valid.has('start') ? instant(valid.field('start')) : chain[0]?.notBefore;
  return start === undefined ? undefined : { chain, start, end: end(item) };
}

const end = (item: Cursor): Date =>
  item.has('validFor') && item.field('validFor').has('end') ? instant(item.field('validFor').field('end')) : endOfTime;

/** RFC 3339, UTC, as protobuf writes timestamps. */
function instant(cursor: Cursor): Date {
  const text = cursor.text();
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) || Number.isNaN(date.getTime())) {
    cursor.reject('is not a time like 2026-01-31T12:00:00Z');
  }
  return date;
}

const problem = (detail: string): MaterialProblem => ({ kind: 'problem', detail });
