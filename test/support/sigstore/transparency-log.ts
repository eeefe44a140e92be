import { createHash } from 'node:crypto';
import { canonical } from './canonical-json.ts';
import { generateKey, keyId, type KeyPair, sign, spki } from './key.ts';

/** A log entry with everything a client may want to keep of it. */
export interface LogEntry {
  /** SHA-256 of the leaf, in hex. */
  readonly uuid: string;
  /** The canonicalised entry. */
  readonly body: Buffer;
  /** Seconds since 1970. */
  readonly integratedTime: number;
  readonly logIndex: number;
  readonly logId: Buffer;
  readonly signedEntryTimestamp: Buffer;
  readonly inclusionProof: InclusionProof;
}

/** That an entry is in a tree, and the log's signature on that tree. */
export interface InclusionProof {
  readonly logIndex: number;
  readonly treeSize: number;
  readonly rootHash: Buffer;
  readonly hashes: readonly Buffer[];
  /** A signed note (C2SP tlog-checkpoint, as Rekor v1 spells it). */
  readonly checkpoint: string;
}

/** An append-only log: a Merkle tree (RFC 6962, section 2.1) that grows with each entry, whose key signs promises and checkpoints. */
export class TransparencyLog {
  readonly key: KeyPair;
  /** The origin in its checkpoints. */
  readonly name: string;
  /** 1: P-256, promises, and integrated times. 2: Ed25519 and neither of them. */
  readonly generation: 1 | 2;
  /** What entries and trusted roots call it by. */
  readonly id: Buffer;
  readonly #bodies: Buffer[] = [];
  readonly #leaves: Buffer[] = [];
  readonly #times: number[] = [];
  readonly #full = new Map<string, Buffer>();
  readonly #byUuid = new Map<string, number>();

  constructor(name: string, generation: 1 | 2 = 1) {
    this.name = name;
    this.generation = generation;
    this.key = generateKey(generation === 1 ? 'p256' : 'ed25519');
    this.id = generation === 1 ? keyId(this.key.publicKey) : noteKeyId(name, this.key);
  }

  get size(): number {
    return this.#leaves.length;
  }

  /** Adds an entry at a time; the same entry again is the one that is there already. */
  append(body: Buffer, at: Date): LogEntry {
    const leaf = leafHash(body);
    const uuid = leaf.toString('hex');
    if (!this.#byUuid.has(uuid)) {
      this.#byUuid.set(uuid, this.#leaves.length);
      this.#bodies.push(body);
      this.#leaves.push(leaf);
      this.#times.push(this.generation === 1 ? Math.floor(at.getTime() / 1000) : 0);
    }
    return this.#entry(this.#byUuid.get(uuid) ?? 0);
  }

  has(body: Buffer): boolean {
    return this.#byUuid.has(leafHash(body).toString('hex'));
  }

  /** An entry by UUID, with or without a tree id in front, or by index. */
  find(name: string | number): LogEntry | undefined {
    const index = typeof name === 'number' ? name : this.#byUuid.get(name.slice(-64));
    return index === undefined || index >= this.#leaves.length ? undefined : this.#entry(index);
  }

  /** The signed head of the tree as it is now. */
  checkpoint(): string {
    return checkpoint(this, this.#leaves.length, this.rootHash());
  }

  rootHash(): Buffer {
    return this.#hash(0, this.#leaves.length);
  }

  // RFC 6962, section 2.1
  #hash(from: number, size: number): Buffer {
    if (size <= 1) return this.#leaves[from] ?? sha256();
    const half = split(size);
    // A tree of a power of two is full: what is appended later never changes it.
    const full = half * 2 === size;
    const name = `${from}+${size}`;
    const known = full ? this.#full.get(name) : undefined;
    if (known) return known;
    const hash = nodeHash(this.#hash(from, half), this.#hash(from + half, size - half));
    if (full) this.#full.set(name, hash);
    return hash;
  }

  // RFC 6962, section 2.1.1
  #path(index: number, from: number, size: number): Buffer[] {
    if (size <= 1) return [];
    const half = split(size);
    return index < half
      ? [...this.#path(index, from, half), this.#hash(from + half, size - half)]
      : [...this.#path(index - half, from + half, size - half), this.#hash(from, half)];
  }

  #entry(index: number): LogEntry {
    const body = this.#bodies[index] ?? Buffer.alloc(0);
    const integratedTime = this.#times[index] ?? 0;
    const logId = this.id;
    return {
      uuid: leafHash(body).toString('hex'),
      body,
      integratedTime,
      logIndex: index,
      logId,
      signedEntryTimestamp: promise({ body, integratedTime, logIndex: index, logId }, this.key),
      inclusionProof: {
        logIndex: index,
        treeSize: this.#leaves.length,
        rootHash: this.rootHash(),
        hashes: this.#path(index, 0, this.#leaves.length),
        checkpoint: this.checkpoint(),
      },
    };
  }
}

/** Rekor's Signed Entry Timestamp: a signature over the canonical JSON of what it promises. */
export function promise(entry: Pick<LogEntry, 'body' | 'integratedTime' | 'logIndex' | 'logId'>, key: KeyPair): Buffer {
  const promised = {
    body: entry.body.toString('base64'),
    integratedTime: entry.integratedTime,
    logIndex: entry.logIndex,
    logID: entry.logId.toString('hex'),
  };
  return sign(Buffer.from(canonical(promised)), key.privateKey);
}

/** A signed note on a tree of this log (C2SP signed-note, tlog-checkpoint), signed with another key where one is given. */
export function checkpoint(
  { name, generation, id, key }: Pick<TransparencyLog, 'name' | 'generation' | 'id' | 'key'>,
  size: number,
  root: Buffer,
  signWith: KeyPair = key,
): string {
  // Rekor v1 adds the number of its tree to its name.
  const origin = generation === 1 ? `${name} - 1193050959916656506` : name;
  const note = `${origin}\n${size}\n${root.toString('base64')}\n`;
  const signature = Buffer.concat([id.subarray(0, 4), sign(Buffer.from(note), signWith.privateKey)]);
  return `${note}\n\u2014 ${name} ${signature.toString('base64')}\n`;
}

/** C2SP signed-note, "Signatures": the name of an Ed25519 key, whole; the note keeps its first four bytes. */
const noteKeyId = (name: string, { publicKey }: KeyPair): Buffer =>
  sha256(Buffer.from(`${name}\n\u0001`), spki(publicKey).subarray(-32));

const sha256 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const leafHash = (body: Buffer): Buffer => sha256(Buffer.from([0]), body);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.from([1]), left, right);

/** The largest power of two that is smaller than this number of leaves. */
function split(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
