import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '../../../evidence/image/digest.ts';
import { parseReference, type Reference } from '../../../evidence/image/reference.ts';
import type { Read } from '../../../evidence/outcome.ts';
import { createRegistryClient, type RegistryClient } from '../../../evidence/registry/client.ts';
import { anonymous } from '../../../evidence/registry/credentials.ts';
import { type Fault, pushImage, type Registry, sha256, startRegistry } from '../../support/registry/index.ts';

/** What a run of requests against a registry with faults ended in. */
export interface FaultReport {
  readonly faults: readonly string[];
  readonly requests: number;
  /** How often each outcome came: `found`, `absent`, or a code. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Outcomes that the truth and the faults do not allow, each told in a line. */
  readonly wrong: readonly string[];
  readonly slowestMilliseconds: number;
}

/** The knobs, one each, with the codes that each may cause beside a deadline. */
export const knobs: readonly { readonly fault: Fault; readonly codes: readonly string[] }[] = [
  { fault: { kind: 'latency', milliseconds: 5 }, codes: [] },
  { fault: { kind: 'status', status: 500 }, codes: ['REGISTRY_ERROR', 'REGISTRY_UNREACHABLE'] },
  { fault: { kind: 'status', status: 429, headers: { 'retry-after': '20' } }, codes: ['REGISTRY_LIMITED'] },
  { fault: { kind: 'status', status: 401 }, codes: ['ACCESS_REFUSED'] },
  { fault: { kind: 'status', status: 403 }, codes: ['ACCESS_REFUSED'] },
  // The origin's own word, which nobody can know better.
  { fault: { kind: 'status', status: 404 }, codes: ['absent'] },
  { fault: { kind: 'headers', headers: { 'content-encoding': 'gzip' } }, codes: ['REGISTRY_MISCONFIGURED'] },
  { fault: { kind: 'wrong-digest-header' }, codes: [] },
  { fault: { kind: 'wrong-bytes' }, codes: ['DIGEST_MISMATCH', 'MANIFEST_MALFORMED'] },
  { fault: { kind: 'truncated' }, codes: ['REGISTRY_ERROR', 'REGISTRY_UNREACHABLE'] },
  { fault: { kind: 'endless' }, codes: ['LIMIT_BYTES', 'DIGEST_MISMATCH'] },
  { fault: { kind: 'slow', bytesPerSecond: 200 }, codes: [] },
  // Shorter than the body: what is left over spoils the connection, or the bytes.
  {
    fault: { kind: 'content-length', value: 10 },
    codes: ['DIGEST_MISMATCH', 'MANIFEST_MALFORMED', 'REGISTRY_ERROR', 'REGISTRY_UNREACHABLE'],
  },
  {
    fault: { kind: 'content-type', value: 'text/html' },
    codes: ['MANIFEST_MALFORMED', 'MANIFEST_UNSUPPORTED', 'absent'],
  },
  { fault: { kind: 'redirect', location: 'http://169.254.169.254/' }, codes: ['REDIRECT_REFUSED', 'ADDRESS_REFUSED'] },
  { fault: { kind: 'hang' }, codes: [] },
  { fault: { kind: 'drop' }, codes: ['REGISTRY_UNREACHABLE'] },
];

interface Truth {
  readonly images: readonly { readonly byTag: Reference; readonly byDigest: Reference; readonly digest: string }[];
  readonly blobs: readonly { readonly digest: Digest; readonly size: number }[];
  /** Referrers of the first image. */
  readonly referrers: readonly string[];
  readonly missing: Reference;
}

const deadline = 150;

/** Asks a registry whose faults meet every other thing, `count` times, some at once, and compares with the truth. */
export async function run(
  faults: readonly (typeof knobs)[number][],
  count: number,
  seed: number,
  atOnce = 32,
): Promise<FaultReport> {
  await using registry = await startRegistry();
  const truth = await publish(registry);
  for (const { fault } of faults) registry.faults.add(fault, { path: /(?:[13579bdf]|tag-\d*[13579])(?:\?.*)?$/ });
  let now = Date.now();
  // Time flies here, so that a host is not left alone for the rest of the run.
  const client = createRegistryClient({
    hosts: { [registry.host]: { plainHttp: true } },
    now: () => new Date((now += 3_000)),
  });
  const allowed = new Set(['DEADLINE_EXCEEDED', ...faults.flatMap(({ codes }) => codes)]);
  const outcomes: Record<string, number> = {};
  const wrong: string[] = [];
  let slowest = 0;
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left--;
      const started = performance.now();
      const { name, read, right } = await ask(client, truth, random);
      slowest = Math.max(slowest, performance.now() - started);
      const outcome = read.kind === 'found' || read.kind === 'absent' ? read.kind : read.code;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (read.kind === 'found' ? !right : !(right && read.kind === 'absent') && !allowed.has(outcome))
        wrong.push(`${name}: ${outcome} ${'detail' in read ? read.detail : ''}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await client.close();
  return {
    faults: faults.map(({ fault }) => ('status' in fault ? `${fault.kind} ${fault.status}` : fault.kind)),
    requests: count,
    outcomes,
    wrong,
    slowestMilliseconds: Math.round(slowest),
  };
}

interface Asked {
  readonly name: string;
  readonly read: Read<unknown>;
  /** Whether what was found, or that nothing was, is the truth. */
  readonly right: boolean;
}

async function ask(client: RegistryClient, truth: Truth, random: (below: number) => number): Promise<Asked> {
  const scope = { signal: AbortSignal.timeout(deadline), keychain: anonymous };
  const image = truth.images[random(truth.images.length)]!;
  switch (random(5)) {
    case 0: {
      const known = random(2) === 1;
      const read = await client.resolve(image.byTag, {
        ...scope,
        isKnown: (digest) => known && digest === image.digest,
      });
      return { name: 'tag', read, right: read.kind === 'found' && read.value.digest === image.digest };
    }
    case 1: {
      const read = await client.resolve(image.byDigest, { ...scope, isKnown: () => false });
      const right = read.kind === 'found' && sha256(Buffer.from(read.value.bytes ?? [])) === image.digest;
      return { name: 'digest', read, right };
    }
    case 2: {
      const blob = truth.blobs[random(truth.blobs.length)]!;
      const read = await client.blob(image.byTag.repository, { ...blob, mediaType: 'text/plain' }, 1024, scope);
      return { name: 'blob', read, right: read.kind === 'found' && sha256(Buffer.from(read.value)) === blob.digest };
    }
    case 3: {
      const digest = parseDigest(truth.images[0]!.digest)!;
      const read = await client.referrers(image.byTag.repository, digest, scope);
      const listed =
        read.kind === 'found'
          ? read.value.descriptors.map(({ digest }) => digest).sort((a, b) => (a < b ? -1 : 1))
          : [];
      return { name: 'referrers', read, right: JSON.stringify(listed) === JSON.stringify(truth.referrers) };
    }
    default: {
      const read = await client.resolve(truth.missing, { ...scope, isKnown: () => false });
      return { name: 'missing', read, right: read.kind === 'absent' };
    }
  }
}

async function publish(registry: Registry): Promise<Truth> {
  const reference = (text: string): Reference => {
    const parsed = parseReference(text);
    if ('kind' in parsed) throw new Error(parsed.detail);
    return parsed;
  };
  const images = [];
  for (let at = 0; at < 8; at++) {
    const platforms = at % 2 === 0 ? {} : { platforms: ['linux/amd64', 'linux/arm64'] };
    const image = await pushImage(registry, { repository: 'acme/shop', tag: `tag-${at}`, seed: `${at}`, ...platforms });
    images.push({ byTag: reference(image.name), byDigest: reference(image.reference), digest: image.digest });
  }
  const blobs = [];
  for (let at = 0; at < 8; at++) {
    const bytes = Buffer.from(`blob ${createHash('sha256').update(`${at}`).digest('hex')}`);
    blobs.push({ digest: parseDigest(await registry.putBlob('acme/shop', bytes))!, size: bytes.length });
  }
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const referrers = [];
  for (const text of ['one', 'two', 'three']) {
    const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(Buffer.from('{}')), size: 2 };
    const subject = { mediaType: type, digest: images[0]!.digest, size: 1 };
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: type, config: empty, layers: [], subject, annotations: { text } }),
    );
    referrers.push(await registry.putManifest('acme/shop', sha256(bytes), type, bytes));
  }
  return {
    images,
    blobs,
    referrers: referrers.sort((a, b) => (a < b ? -1 : 1)),
    missing: reference(`${registry.host}/acme/none:tag-0`),
  };
}
