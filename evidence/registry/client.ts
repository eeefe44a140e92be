import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Digest, isDigestOf, parseDigest } from '../image/digest.ts';
import { formatRepository, type Reference, type Repository } from '../image/reference.ts';
import { limits } from '../limits.ts';
import { absent, found, type Gap, gap, type Read, type Refusal, refusal } from '../outcome.ts';
import { acceptedTypes, decodeManifest, type Layer, type OciIndex, type OciManifest } from './manifest.ts';
import { memoryOfTags } from './memory.ts';
import { type Endpoint, endpointsOf, type RegistryOptions } from './options.ts';
import { Referrers, type ReferrerList } from './referrers.ts';
import { type Question, type RequestScope, Session } from './session.ts';
import type { Response } from './transport.ts';

export type { RequestScope } from './session.ts';

/** Reads registries. Whatever it hands out hashes to its digest; it throws for nothing that a network can do. */
export interface RegistryClient {
  /** What a reference names now. Where the scope already knows the digest, without its bytes. */
  resolve(reference: Reference, scope: ResolveScope): Promise<Read<Resolved>>;
  manifest(repository: Repository, digest: Digest, scope: RequestScope): Promise<Read<ResolvedManifest>>;
  tagged(repository: Repository, tag: string, scope: RequestScope): Promise<Read<ResolvedManifest>>;
  /** The bytes of a blob, of exactly the size that its descriptor says; a longer one than `maxBytes` is not asked for. */
  blob(repository: Repository, blob: BlobDescriptor, maxBytes: number, scope: RequestScope): Promise<Read<Uint8Array>>;
  /** What was attached to a digest, as the referrers API or its fallback tag lists it: unproven. */
  referrers(repository: Repository, digest: Digest, scope: RequestScope): Promise<Read<ReferrerList>>;
  close(): Promise<void>;
}

export interface ResolveScope extends RequestScope {
  /** True for digests whose bytes this scope has had from here before. */
  isKnown(digest: Digest): boolean;
}

export type BlobDescriptor = Pick<Layer, 'digest' | 'size' | 'mediaType'>;

export interface Resolved {
  readonly digest: Digest;
  readonly mediaType?: string;
  readonly bytes?: Uint8Array;
  readonly parsed: OciManifest | OciIndex | undefined;
}

export interface ResolvedManifest extends Resolved {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly parsed: OciManifest | OciIndex;
}

export const createRegistryClient = (options: RegistryOptions): RegistryClient => new Client(options);

class Client implements RegistryClient {
  readonly #options: RegistryOptions;
  readonly #session: Session;
  readonly #referrers: Referrers;
  /** Tags that were resolved here before, so that a HEAD is likely to be enough. */
  readonly #resolved = memoryOfTags<true>();

  /** What tags named last, to be sent again only if they name something else. */
  readonly #tagged = new LRUCache<string, { readonly entityTag: string; readonly manifest: ResolvedManifest }>({
    maxSize: limits.taggedBytes,
    sizeCalculation: ({ manifest }) => manifest.bytes.length + 512,
  });

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#session = new Session(options);
    this.#referrers = new Referrers(options, this.#session, (endpoint, tag, scope) =>
      this.#manifestAt(endpoint, tag, scope),
    );
  }

  async resolve({ repository, digest, tag = 'latest' }: Reference, scope: ResolveScope): Promise<Read<Resolved>> {
    if (digest !== undefined) {
      return scope.isKnown(digest)
        ? found({ digest, parsed: undefined })
        : await this.manifest(repository, digest, scope);
    }
    const key = `${formatRepository(repository)}:${tag}`;
    if (!this.#resolved.has(key)) {
      const read = await this.tagged(repository, tag, scope);
      if (read.kind === 'found') this.#resolved.set(key, true);
      return read;
    }
    return this.#inTurn<Resolved>(repository, scope, async (endpoint, inner) => {
      const named = await this.#head(endpoint, tag, inner);
      if (named !== undefined && typeof named !== 'string') return named;
      if (named !== undefined && scope.isKnown(named)) return found({ digest: named, parsed: undefined });
      return this.#manifestAt(endpoint, tag, inner);
    });
  }

  manifest(repository: Repository, digest: Digest, scope: RequestScope): Promise<Read<ResolvedManifest>> {
    return this.#inTurn(repository, scope, (endpoint, inner) => this.#manifestAt(endpoint, digest, inner));
  }

  tagged(repository: Repository, tag: string, scope: RequestScope): Promise<Read<ResolvedManifest>> {
    return this.#inTurn(repository, scope, (endpoint, inner) => this.#manifestAt(endpoint, tag, inner));
  }

  async blob(
    repository: Repository,
    { digest, size }: BlobDescriptor,
    maxBytes: number,
    scope: RequestScope,
  ): Promise<Read<Uint8Array>> {
    if (size > maxBytes) return refusal('LIMIT_BYTES', `the blob has ${size} bytes; at most ${maxBytes} are read`);
    return this.#inTurn(repository, scope, async (endpoint, inner) => {
      const question: Question = { path: `blobs/${digest}`, method: 'GET', kind: 'blob', maxBytes: size };
      const answer = await this.#session.ask(endpoint, question, inner);
      const response = success(answer, endpoint);
      if (response.kind === 'refusal' && response.code === 'LIMIT_BYTES')
        return refusal('DIGEST_MISMATCH', `${response.detail}, but the descriptor says ${size}`);
      if (response.kind !== 'response') return response;
      return isDigestOf(digest, response.bytes) ? found(response.bytes) : mismatch(endpoint, digest);
    });
  }

  referrers(repository: Repository, digest: Digest, scope: RequestScope): Promise<Read<ReferrerList>> {
    return this.#inTurn(repository, scope, (endpoint, inner) => this.#referrers.list(endpoint, digest, inner));
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** Mirrors first, each for a while; only what the origin says counts as not there, refused or broken. */
  async #inTurn<T>(
    repository: Repository,
    scope: RequestScope,
    ask: (endpoint: Endpoint, scope: RequestScope) => Promise<Read<T>>,
  ): Promise<Read<T>> {
    let read: Read<T> = absent;
    for (const endpoint of endpointsOf(repository, this.#options)) {
      const signal =
        endpoint.mirrorOf === undefined
          ? scope.signal
          : AbortSignal.any([scope.signal, AbortSignal.timeout(limits.mirrorMilliseconds)]);
      read = await ask(endpoint, { signal, keychain: scope.keychain });
      if (read.kind === 'found') return read;
      if (endpoint.mirrorOf !== undefined && scope.signal.aborted)
        return gap('DEADLINE_EXCEEDED', `${endpoint.host} did not answer in time`);
    }
    return read;
  }

  async #manifestAt(endpoint: Endpoint, reference: string, scope: RequestScope): Promise<Read<ResolvedManifest>> {
    const asked = parseDigest(reference);
    const place = `${scope.keychain.scope} ${endpoint.origin} ${formatRepository(endpoint.repository)}:${reference}`;
    const before = asked === undefined ? this.#tagged.get(place) : undefined;
    const condition = before === undefined ? {} : { ifNoneMatch: before.entityTag };
    const question: Question = { ...manifestQuestion(reference), ...condition, method: 'GET' };
    const answer = await this.#session.ask(endpoint, question, scope);
    // Where a tag leads is the registry's word in either case; the bytes were hashed when they came.
    if (before !== undefined && answer.kind === 'response' && answer.status === 304) return found(before.manifest);
    const response = success(answer, endpoint);
    if (response.kind !== 'response') return response;
    const { bytes } = response;
    if (asked !== undefined && !isDigestOf(asked, bytes)) return mismatch(endpoint, asked);
    const decoded = decodeManifest(bytes, response.header('content-type'));
    if (decoded.kind !== 'found') return decoded;
    const parsed = decoded.value;
    // The registry's own word for the digest is never taken.
    const manifest: ResolvedManifest = { digest: asked ?? hash(bytes), mediaType: parsed.mediaType, bytes, parsed };
    const entityTag = response.header('etag');
    if (asked === undefined && entityTag !== undefined && /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/.test(entityTag))
      this.#tagged.set(place, { entityTag, manifest });
    return found(manifest);
  }

  /** The digest that a tag names by the registry's word, or undefined where it does not say. */
  async #head(endpoint: Endpoint, tag: string, scope: RequestScope): Promise<Digest | undefined | Gap | Refusal> {
    const answer = await this.#session.ask(endpoint, { ...manifestQuestion(tag), method: 'HEAD' }, scope);
    if (answer.kind !== 'response') return answer;
    return answer.status === 200 ? parseDigest(answer.header('docker-content-digest') ?? '') : undefined;
  }
}

const manifestQuestion = (reference: string) =>
  ({
    path: `manifests/${reference}`,
    accept: acceptedTypes,
    kind: 'manifest',
    maxBytes: limits.manifestBytes,
  }) as const;

/** 200, or what every other answer means. */
export function success(answer: Response | Gap | Refusal, { host }: Endpoint): Response | Read<never> {
  if (answer.kind !== 'response' || answer.status === 200) return answer;
  if (answer.status === 404) return absent;
  // What is asked for is chosen by whoever pushed; that it cannot be asked for is his doing, and no outage.
  if (malformedQuestion.has(answer.status))
    return refusal('MANIFEST_MALFORMED', `${host} answers ${answer.status} to what was pushed there to be read`);
  return gap('REGISTRY_MISCONFIGURED', `${host} answers ${answer.status}`);
}

/** RFC 9110: the request itself is at fault. */
const malformedQuestion: ReadonlySet<number> = new Set([400, 405, 406, 410, 414, 415, 416, 422]);

function hash(bytes: Uint8Array): Digest {
  const digest = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  if (digest === undefined) throw new TypeError('a SHA-256 in hex is a digest');
  return digest;
}

const mismatch = ({ host }: Endpoint, digest: Digest): Refusal =>
  refusal('DIGEST_MISMATCH', `${host} sends other bytes than those of ${digest.slice(0, 19)}`);
