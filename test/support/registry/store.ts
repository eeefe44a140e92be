import { createHash } from 'node:crypto';

/** A manifest or index as it was pushed. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** One repository: everything is found by digest, tags are names for manifests. */
export interface StoredRepository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
}

/** A descriptor in a list of referrers (OCI distribution-spec 1.1 "Listing Referrers"). */
export interface ReferrerDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a registry holds, by repository name. */
export class Store {
  readonly #repositories = new Map<string, StoredRepository>();

  /** The repository, made if need be. */
  open(name: string): StoredRepository {
    const known = this.#repositories.get(name);
    if (known) return known;
    const fresh: StoredRepository = { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.#repositories.set(name, fresh);
    return fresh;
  }

  find(name: string): StoredRepository | undefined {
    return this.#repositories.get(name);
  }

  names(): string[] {
    return [...this.#repositories.keys()].sort();
  }

  putBlob(repository: string, bytes: Buffer): string {
    const digest = sha256(bytes);
    this.open(repository).blobs.set(digest, bytes);
    return digest;
  }

  /** Stores a manifest under its digest and, where the reference is a tag, moves the tag to it. */
  putManifest(repository: string, reference: string, manifest: StoredManifest): string {
    const digest = reference.startsWith('sha512:') ? sha512(manifest.bytes) : sha256(manifest.bytes);
    const { manifests, tags } = this.open(repository);
    manifests.set(digest, manifest);
    if (!reference.includes(':')) tags.set(reference, digest);
    return digest;
  }

  /** The digest and manifest that a tag or digest names. */
  manifest(repository: string, reference: string): (StoredManifest & { readonly digest: string }) | undefined {
    const held = this.find(repository);
    const digest = reference.includes(':') ? reference : held?.tags.get(reference);
    const manifest = digest === undefined ? undefined : held?.manifests.get(digest);
    return manifest === undefined || digest === undefined ? undefined : { ...manifest, digest };
  }

  referrers(repository: string, subject: string, typeFrom: 'manifest' | 'config'): ReferrerDescriptor[] {
    const held = this.find(repository);
    return [...(held?.manifests ?? [])].flatMap(([digest, manifest]) => {
      const document = parse(manifest.bytes);
      if (document.subject?.digest !== subject) return [];
      const configType = document.config?.mediaType;
      const artifactType = typeFrom === 'config' ? configType : (document.artifactType ?? configType);
      return [
        {
          mediaType: manifest.mediaType,
          digest,
          size: manifest.bytes.length,
          ...(artifactType === undefined ? {} : { artifactType }),
          ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
        },
      ];
    });
  }
}

interface Document {
  readonly subject?: { readonly digest?: string };
  readonly artifactType?: string;
  readonly config?: { readonly mediaType?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

function parse(bytes: Buffer): Document {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** `sha256:` and hex. */
export const sha256 = (bytes: Buffer | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** `sha512:` and hex. */
export const sha512 = (bytes: Buffer | string): string => `sha512:${createHash('sha512').update(bytes).digest('hex')}`;

/** The subject that a manifest names, if it is one that names one. */
export const subjectOf = (bytes: Buffer): string | undefined => parse(bytes).subject?.digest;
