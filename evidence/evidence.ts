import type { Requirement } from './attestation/requirement.ts';
import { isVerified, type Verified, verify } from './attestation/verify.ts';
import { attests, claims, mayAttest } from './attesting.ts';
import { createProofCache, DiscoveryCache, proofBytes, type ProofCache } from './cache.ts';
import { ImageConfigs } from './config.ts';
import { type Discovery, discover } from './discover.ts';
import { SingleFlight } from './flight.ts';
import type { Digest } from './image/digest.ts';
import { formatRepository, type Reference, type Repository } from './image/reference.ts';
import { limits } from './limits.ts';
import { ImageContents } from './contents.ts';
import type {
  Answer,
  AttestationsNeed,
  Candidate,
  ImageFacts,
  ImageNeed,
  Need,
  PlatformFacts,
  PlatformsNeed,
  ProvenSignature,
  RejectedSignature,
  SignatureFacts,
  SignaturesNeed,
} from './need.ts';
import { found, gap, type Read, type Rejection } from './outcome.ts';
import type { Keychain } from './registry/credentials.ts';
import { memoryOfManifests } from './registry/memory.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import { type Parsed, runnableManifests } from './registry/platform.ts';
import { sharing } from './sharing.ts';
import { type Store, throughStore } from './store.ts';
import type { TrustMaterial } from './trust/material.ts';

/** Answers what rules need to know of images. It knows no policy and never fails: what it cannot learn is a gap. */
export interface Evidence {
  fulfil(needs: readonly Need[], context: FulfilContext): Promise<readonly Answer[]>;
  stats(): EvidenceStats;
  close(): Promise<void>;
}

export interface FulfilContext {
  readonly now: Date;
  /** This caller's deadline. Work that others share goes on without it. */
  readonly signal: AbortSignal;
  readonly keychain: Keychain;
}

export interface EvidenceOptions {
  /** Memory for what is proven and what was discovered, each; bytes. */
  readonly cacheBytes: number;
  /** How long what a registry listed is believed; seconds. */
  readonly discoverySeconds: number;
  /** Where replicas share the bytes that lists name. */
  readonly store?: Store;
}

/** Counts since the start. */
export interface EvidenceStats {
  readonly discoveries: number;
  readonly discoveriesFromCache: number;
  readonly proofs: number;
  readonly proofsFromCache: number;
}

export const createEvidence = (client: RegistryClient, options: EvidenceOptions): Evidence =>
  new RegistryEvidence(client, options);

class RegistryEvidence implements Evidence {
  readonly #client: RegistryClient;
  /** For what a list of the registry has named; it may come from the store. */
  readonly #listed: RegistryClient;
  readonly #configs: ImageConfigs;
  readonly #contents: ImageContents;
  readonly #proofs: ProofCache;
  readonly #discoveries: DiscoveryCache;
  readonly #images = new SingleFlight<Read<ImageFacts>>(limits.sharedWorkMilliseconds);
  readonly #rounds = new SingleFlight<Discovery>(limits.sharedWorkMilliseconds);
  /** Digests whose bytes this process has hashed, by scope and repository: a tag that names one needs no body again. */
  readonly #hashed = memoryOfManifests<ImageFacts>();
  readonly #platformReads = new SingleFlight<Read<PlatformFacts>>(limits.sharedWorkMilliseconds);
  readonly #runnable = memoryOfManifests<PlatformFacts>();
  readonly #stats = { discoveries: 0, discoveriesFromCache: 0, proofs: 0, proofsFromCache: 0 };

  constructor(client: RegistryClient, options: EvidenceOptions) {
    this.#client = client;
    this.#listed = sharing(options.store === undefined ? client : throughStore(client, options.store));
    this.#configs = new ImageConfigs(this.#listed);
    this.#contents = new ImageContents(this.#listed);
    this.#proofs = createProofCache(options.cacheBytes);
    this.#discoveries = new DiscoveryCache({ bytes: options.cacheBytes, seconds: options.discoverySeconds });
  }

  fulfil(needs: readonly Need[], context: FulfilContext): Promise<readonly Answer[]> {
    return Promise.all(
      needs.map(async (need): Promise<Answer> => {
        switch (need.kind) {
          case 'image':
            return { kind: need.kind, need, read: await this.#image(need, context) };
          case 'signatures':
            return { kind: need.kind, need, read: await this.#signatures(need, context) };
          case 'attestations':
            return { kind: need.kind, need, read: await this.#signatures(need, context) };
          case 'config':
            return { kind: need.kind, need, read: await this.#configs.read(need, context) };
          case 'manifest':
            return { kind: need.kind, need, read: await this.#contents.manifest(need, context) };
          case 'modules':
            return { kind: need.kind, need, read: await this.#contents.modules(need, context) };
          case 'platforms':
            return { kind: need.kind, need, read: await this.#platforms(need, context) };
        }
      }),
    );
  }

  stats(): EvidenceStats {
    return { ...this.#stats };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #image({ reference }: ImageNeed, { signal, keychain }: FulfilContext): Promise<Read<ImageFacts>> {
    const key = `${place(keychain, reference.repository)} ${reference.digest ?? reference.tag ?? ''}`;
    return this.#images.run(
      key,
      signal,
      (shared) => this.#resolve(reference, keychain, shared),
      () => late('the registry did not say in time what the tag names'),
    );
  }

  async #resolve(reference: Reference, keychain: Keychain, signal: AbortSignal): Promise<Read<ImageFacts>> {
    const at = place(keychain, reference.repository);
    const read = await this.#client.resolve(reference, {
      signal,
      keychain,
      isKnown: (digest) => this.#hashed.has(`${at} ${digest}`),
    });
    if (read.kind !== 'found') return read;
    const { digest, parsed } = read.value;
    const facts =
      this.#hashed.get(`${at} ${digest}`) ?? (parsed === undefined ? undefined : { digest, kind: parsed.kind });
    if (facts === undefined) return gap('REGISTRY_ERROR', 'what the registry had is forgotten already; ask again');
    this.#hashed.set(`${at} ${digest}`, facts);
    if (parsed !== undefined)
      await this.#rememberPlatforms(reference.repository, { digest, parsed }, { signal, keychain });
    return found(facts);
  }

  /** The index is at hand; what could not be read below it is asked for again by whoever needs it. */
  async #rememberPlatforms(repository: Repository, root: Parsed, scope: RequestScope): Promise<void> {
    const read = await platformsOf(this.#client, repository, root, scope);
    if (read.kind === 'found') this.#runnable.set(`${place(scope.keychain, repository)} ${root.digest}`, read.value);
  }

  /** Content-addressed, so what was once read never changes; only who may see it differs. */
  #platforms({ repository, digest }: PlatformsNeed, { signal, keychain }: FulfilContext): Promise<Read<PlatformFacts>> {
    const key = `${place(keychain, repository)} ${digest}`;
    const known = this.#runnable.get(key);
    if (known !== undefined) return Promise.resolve(found(known));
    const work = async (shared: AbortSignal): Promise<Read<PlatformFacts>> => {
      const read = await readPlatforms(this.#client, repository, digest, { signal: shared, keychain });
      if (read.kind === 'found') this.#runnable.set(key, read.value);
      return read;
    };
    return this.#platformReads.run(key, signal, work, () => late('the platforms of the image did not arrive in time'));
  }

  async #signatures(need: ProofNeed, context: FulfilContext): Promise<Read<SignatureFacts>> {
    const discovery = await this.#discover(need, context);
    if (discovery.kind !== 'discovered') return discovery;
    const facts = this.#proveAll(discovery.candidates, need, context.now);
    if (discovery.missing === undefined) return found(facts);
    const retained = this.#discoveries.retained(discoveryKey(need, context));
    const { missing } = discovery;
    if (retained === undefined) return found({ ...facts, missing });
    const { proven } = this.#proveAll(retained.candidates, need, context.now);
    return found({ ...facts, missing, retained: { at: retained.at, proven } });
  }

  #proveAll(candidates: readonly Candidate[], need: ProofNeed, now: Date): Pick<SignatureFacts, 'proven' | 'rejected'> {
    const proven: ProvenSignature[] = [];
    const rejected: RejectedSignature[] = [];
    for (const candidate of candidates) {
      const { source } = candidate;
      if (need.kind === 'attestations' && !mayAttest(candidate)) continue;
      const result = this.#prove(candidate, need, now);
      if (isVerified(result)) {
        if (need.kind === 'signatures' || attests(result, need)) proven.push({ source, verified: result });
      } else if (need.kind === 'signatures' || claims(candidate, need)) rejected.push({ source, rejection: result });
    }
    return { proven, rejected };
  }

  async #discover(need: ProofNeed, context: FulfilContext): Promise<Discovery> {
    const { repository, digest } = need;
    const { keychain, signal, now } = context;
    const key = discoveryKey(need, context);
    const known = this.#discoveries.get(key, now);
    if (known !== undefined) {
      this.#stats.discoveriesFromCache += 1;
      return { kind: 'discovered', candidates: known };
    }
    const work = async (shared: AbortSignal): Promise<Discovery> => {
      this.#stats.discoveries += 1;
      const discovery = await discover(this.#listed, repository, digest, { signal: shared, keychain }, need);
      // Only a whole answer is remembered: what is missing now may be there in a second.
      if (discovery.kind === 'discovered' && discovery.missing === undefined)
        this.#discoveries.set(key, discovery.candidates, now);
      if (discovery.kind === 'refusal') this.#discoveries.forget(key);
      return discovery;
    };
    return this.#rounds.run(key, signal, work, () => ({
      kind: 'discovered',
      candidates: [],
      missing: late(`the ${need.kind} of the image did not arrive in time`),
    }));
  }

  #prove({ entity, bytes }: Candidate, { digest, material, requirement }: ProofNeed, now: Date): Verified | Rejection {
    if (entity.kind === 'rejection') return entity;
    const key = proofKey(entity.id, digest, material, requirement);
    const known = key === undefined ? undefined : this.#proofs.get(key);
    if (known !== undefined) {
      this.#stats.proofsFromCache += 1;
      return known;
    }
    this.#stats.proofs += 1;
    const result = verify(entity, { digest }, material, requirement, { now });
    if (key !== undefined) this.#proofs.set(key, result, { size: proofBytes(result, bytes) });
    return result;
  }
}

type ProofNeed = SignaturesNeed | AttestationsNeed;

async function readPlatforms(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
): Promise<Read<PlatformFacts>> {
  const root = await client.manifest(repository, digest, scope);
  if (root.kind !== 'found') return root;
  return platformsOf(client, repository, root.value, scope);
}

async function platformsOf(
  client: RegistryClient,
  repository: Repository,
  root: Parsed,
  scope: RequestScope,
): Promise<Read<PlatformFacts>> {
  const { kind } = root.parsed;
  if (kind === 'manifest') return found({ kind, runnable: [{ digest: root.digest }] });
  const runnable = await runnableManifests(root, (below) => client.manifest(repository, below, scope));
  return runnable.kind === 'found' ? found({ kind, runnable: runnable.value }) : runnable;
}

/** What one tenant's credentials could read is not shown to another's. */
const place = (keychain: Keychain, repository: Repository): string =>
  `${keychain.scope} ${formatRepository(repository)}`;

/** No policy and no trust is in the key: what is listed is the same for all who may read it. */
function discoveryKey(need: ProofNeed, { keychain }: FulfilContext): string {
  const sought = need.kind === 'signatures' ? '' : ` ${need.predicateType}`;
  return `${place(keychain, need.repository)} ${need.digest}${sought}`;
}

/** Where time is the wall clock a proof expires by itself, so it is never kept. */
function proofKey(
  entity: Digest,
  digest: Digest,
  material: TrustMaterial,
  { log, timestamps, scts, time }: Requirement,
): string | undefined {
  return time === 'wallClock'
    ? undefined
    : `${entity} ${digest} ${material.id} ${log} ${timestamps} ${scts} ${time ?? ''}`;
}

const late = (detail: string) => gap('DEADLINE_EXCEEDED', detail);
