import { formatReference, parseReference } from '../../../evidence/image/reference.ts';
import { acceptedTypes, decodeManifest } from '../../../evidence/registry/manifest.ts';
import { parseChallenges } from '../../../evidence/registry/challenge.ts';
import { parseDockerConfig } from '../../../evidence/registry/credentials.ts';
import { mutate, type Random, randomFrom } from '../proof/mutate.ts';

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

const digest = `sha256:${'3f'.repeat(32)}`;
const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 7 };
const image = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  config: { ...descriptor, mediaType: 'application/vnd.oci.empty.v1+json' },
  layers: [{ ...descriptor, annotations: { 'dev.cosignproject.cosign/signature': 'MEUCIQ==' } }, descriptor],
  subject: descriptor,
  annotations: { 'org.opencontainers.image.created': '2026-11-22T12:00:00Z' },
};
const index = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: [
    { ...descriptor, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { ...descriptor, platform: { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.1' } },
    { ...descriptor, artifactType: 'application/vnd.oci.empty.v1+json', annotations: { a: 'b' } },
  ],
};
const { mediaType: _, ...untyped } = image;

const parsers: readonly Parser[] = [
  {
    name: 'manifest',
    seeds: [image, index, untyped].map((value) => Buffer.from(JSON.stringify(value))),
    take: manifest,
  },
  {
    name: 'reference',
    seeds: ['nginx', 'ghcr.io/acme/shop:1.4.2', `localhost:5000/a/b@${digest}`, `[::1]:5000/a__b/c:t@${digest}`].map(
      (text) => Buffer.from(text),
    ),
    take: reference,
  },
  {
    name: 'challenge',
    seeds: [
      Buffer.from(
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
      ),
      Buffer.from('Negotiate YIIJ==, Basic realm="a \\"quoted\\" text", Digest qop="auth", nonce=abc'),
    ],
    take: (bytes) => parseChallenges(bytes.toString('latin1')) !== undefined,
  },
  {
    name: 'docker config',
    seeds: [
      Buffer.from(
        '{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"},"ghcr.io/acme":{"identitytoken":"t"}},"credHelpers":{"a.example":"ecr"},"credsStore":"x"}',
      ),
    ],
    take: (bytes) => !('kind' in parseDockerConfig(bytes.toString('utf8'))),
  },
];

/** Gives that many wrong inputs to all parsers of reading in turn; the same seed gives the same inputs. */
export function fuzz(inputs: number, seed: number): FuzzReport {
  const random = randomFrom(seed);
  const others = parsers.flatMap(({ seeds }) => seeds);
  const counts = parsers.map(() => ({ given: 0, taken: 0 }));
  let slowest = 0;
  for (let done = 0; done < inputs; done++) {
    const at = done % parsers.length;
    const { name, seeds, take } = parsers[at]!;
    const bytes = mutate(seeds[random(seeds.length)]!, others, random);
    const from = performance.now();
    try {
      counts[at]!.taken += take(bytes, random) ? 1 : 0;
    } catch (cause) {
      throw new Error(`${name}, input ${done} of seed ${seed}: ${bytes.toString('base64').slice(0, 4000)}`, { cause });
    }
    slowest = Math.max(slowest, performance.now() - from);
    counts[at]!.given++;
  }
  const named = Object.fromEntries(parsers.map(({ name }, at) => [name, counts[at]!]));
  return { inputs, parsers: named, slowestMilliseconds: Math.round(slowest) };
}

/** What is taken is one kind only, to us and to a reader who looks at the fields. */
function manifest(bytes: Buffer, random: Random): boolean {
  const type = [...acceptedTypes, undefined][random(acceptedTypes.length + 1)];
  const read = decodeManifest(bytes, type);
  if (read.kind !== 'found') return false;
  const body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  const kinds = [Object.hasOwn(body, 'layers'), Object.hasOwn(body, 'manifests')];
  if (kinds[0] === kinds[1] || kinds[1] !== (read.value.kind === 'index')) throw new Error('taken for two kinds');
  const entries = read.value.kind === 'index' ? read.value.manifests : [read.value.config, ...read.value.layers];
  if (!entries.every((entry) => /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(entry.digest)))
    throw new Error('took a digest that is none');
  return true;
}

/** What is taken means the same when it is written out and read again. */
function reference(bytes: Buffer): boolean {
  const parsed = parseReference(bytes.toString('utf8'));
  if ('kind' in parsed) return false;
  const again = parseReference(formatReference(parsed));
  if ('kind' in again || formatReference(again) !== formatReference(parsed)) throw new Error('read in two ways');
  return true;
}
