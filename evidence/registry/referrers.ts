import { type Digest, digestAlgorithm, digestHex } from '../image/digest.ts';
import { formatRepository } from '../image/reference.ts';
import { limits } from '../limits.ts';
import { absent, found, type Read, type Refusal, refusal } from '../outcome.ts';
import { type Descriptor, decodeManifest } from './manifest.ts';
import type { ResolvedManifest } from './client.ts';
import { memoryOfHosts, memoryOfRepositories } from './memory.ts';
import type { Endpoint, RegistryOptions } from './options.ts';
import type { RequestScope, Session } from './session.ts';
import type { Response } from './transport.ts';

/** What a registry lists as attached to a digest, without repetitions, in its order. */
export interface ReferrerList {
  readonly descriptors: readonly Descriptor[];
  readonly via: 'referrers' | 'fallback-tag';
}

type ReadTag = (endpoint: Endpoint, tag: string, scope: RequestScope) => Promise<Read<ResolvedManifest>>;

/** Lists referrers (OCI distribution-spec 1.1, "Listing Referrers"), by the fallback tag only where the API is not served. */
export class Referrers {
  readonly #options: RegistryOptions;
  readonly #session: Session;
  readonly #readTag: ReadTag;
  readonly #serving = memoryOfHosts<true>();
  /** Repositories without the API, until when that is believed; one host may have both kinds. */
  readonly #without = memoryOfRepositories<number>();

  constructor(options: RegistryOptions, session: Session, readTag: ReadTag) {
    this.#options = options;
    this.#session = session;
    this.#readTag = readTag;
  }

  /** While it is unknown whether the API is served, both are asked at once. */
  async list(endpoint: Endpoint, digest: Digest, scope: RequestScope): Promise<Read<ReferrerList>> {
    const place = `${endpoint.origin} ${formatRepository(endpoint.repository)}`;
    const tagged = (): Promise<Read<ReferrerList>> => this.#fallback(endpoint, digest, scope);
    if ((this.#without.get(place) ?? 0) > this.#options.now().getTime())
      return nothingFromMirrors(await tagged(), endpoint);
    const early = this.#serving.has(endpoint.origin) ? undefined : tagged();
    const read = await this.#pages(endpoint, digest, scope);
    if (read !== 'not-served') {
      // An outage of the API is not its absence: no gap is ever filled from the tag, which may be older.
      if (read.kind === 'found') this.#serving.set(endpoint.origin, true);
      return nothingFromMirrors(read, endpoint);
    }
    this.#serving.delete(endpoint.origin);
    this.#without.set(place, this.#options.now().getTime() + limits.referrersMemorySeconds * 1000);
    return nothingFromMirrors(await (early ?? tagged()), endpoint);
  }

  async #pages(endpoint: Endpoint, digest: Digest, scope: RequestScope): Promise<Read<ReferrerList> | 'not-served'> {
    const byDigest = new Map<Digest, Descriptor>();
    let path = `referrers/${digest}`;
    for (let page = 1; page <= limits.referrersPages; page++) {
      const answer = await this.#session.ask(
        endpoint,
        { path, method: 'GET', accept: [indexType], kind: 'referrers', maxBytes: limits.manifestBytes },
        scope,
      );
      if (answer.kind !== 'response') return answer;
      if (page === 1 && !isServed(answer)) return 'not-served';
      if (!isServed(answer))
        return refusal(
          'MANIFEST_MALFORMED',
          `${endpoint.host} answers ${answer.status} to page ${page} of the referrers`,
        );
      const decoded = decodeManifest(answer.bytes, indexType);
      if (decoded.kind !== 'found') return counted(decoded, endpoint);
      if (decoded.value.kind !== 'index')
        return refusal('MANIFEST_MALFORMED', `${endpoint.host} lists referrers in something else than an index`);
      for (const descriptor of decoded.value.manifests) byDigest.set(descriptor.digest, descriptor);
      if (byDigest.size > limits.referrers) return tooMany(endpoint);
      const next = nextPage(answer, endpoint);
      if (next === undefined) return found({ descriptors: [...byDigest.values()], via: 'referrers' });
      if (typeof next !== 'string') return next;
      path = next;
    }
    return tooMany(endpoint);
  }

  async #fallback(endpoint: Endpoint, digest: Digest, scope: RequestScope): Promise<Read<ReferrerList>> {
    // "Referrers Tag Schema": at most 64 characters of the digest, which is the whole of a SHA-256.
    const tag = `${digestAlgorithm(digest)}-${digestHex(digest).slice(0, 64)}`;
    const read = await this.#readTag(endpoint, tag, scope);
    if (read.kind !== 'found') return counted(read, endpoint);
    const { parsed } = read.value;
    if (parsed.kind !== 'index')
      return refusal('MANIFEST_MALFORMED', 'the fallback tag of the referrers names something else than an index');
    const byDigest = new Map(parsed.manifests.map((descriptor) => [descriptor.digest, descriptor] as const));
    if (byDigest.size > limits.referrers) return tooMany(endpoint);
    return found({ descriptors: [...byDigest.values()], via: 'fallback-tag' });
  }
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/** Registries without the API answer 404 by the specification, and others of these, or a page for people, in fact. */
const isServed = ({ status, header }: Response): boolean =>
  status === 200 && header('content-type')?.split(';')[0]?.trim().toLowerCase() === indexType;

/** A mirror that lists nothing proves nothing: it may have copied the image and not what is attached to it. */
function nothingFromMirrors(read: Read<ReferrerList>, { mirrorOf }: Endpoint): Read<ReferrerList> {
  return mirrorOf !== undefined && read.kind === 'found' && read.value.descriptors.length === 0 ? absent : read;
}

/** The next page (RFC 8288), below `/v2/NAME/` of the same host: credentials go with it. */
function nextPage(answer: Response, endpoint: Endpoint): string | undefined | Refusal {
  const link = answer.header('link');
  const target = link === undefined ? undefined : nextTarget(link);
  if (target === undefined) return undefined;
  const url = URL.parse(target, answer.url.href);
  const below = `/v2/${endpoint.repository.path}/`;
  if (url === null || url.origin !== endpoint.origin || !url.pathname.startsWith(below) || url.username !== '')
    return refusal(
      'REDIRECT_REFUSED',
      `${endpoint.host} continues its list at ${JSON.stringify(target.slice(0, 200))}`,
    );
  return `${url.pathname.slice(below.length)}${url.search}`;
}

function nextTarget(link: string): string | undefined {
  for (const [, target = '', parameters = ''] of link.slice(0, 8192).matchAll(/<([^>]*)>([^<]*)/g))
    if (/;\s*rel\s*=\s*(?:"next"|next)\s*(?:[;,]|$)/i.test(parameters)) return target;
  return undefined;
}

/** An index that is too long to be read is, here, too many referrers. */
const counted = (read: Exclude<Read<never>, { kind: 'found' }>, endpoint: Endpoint): Read<never> =>
  read.kind === 'refusal' && read.code === 'LIMIT_PLATFORMS' ? tooMany(endpoint) : read;

const tooMany = ({ host }: Endpoint): Refusal =>
  refusal(
    'LIMIT_REFERRERS',
    `${host} lists more than ${limits.referrers} referrers, or more than ${limits.referrersPages} pages of them`,
  );
