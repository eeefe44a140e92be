import type { Assumed } from './assumed.ts';
import type { SignedEntity } from './attestation/entity.ts';
import type { Requirement } from './attestation/requirement.ts';
import type { Verified } from './attestation/verify.ts';
import type { Digest } from './image/digest.ts';
import { formatRepository, type Reference, type Repository } from './image/reference.ts';
import type { Gap, Read, Rejection } from './outcome.ts';
import type { OciManifest } from './registry/manifest.ts';
import type { RunnableManifest } from './registry/platform.ts';
import type { TrustMaterial } from './trust/material.ts';
import type { WasmModule } from './wasm/module.ts';

/** A question about an image that only the world can answer. */
export type Need =
  | ImageNeed
  | SignaturesNeed
  | AttestationsNeed
  | PlatformsNeed
  | ConfigNeed
  | ManifestNeed
  | ModulesNeed;

/** What does this reference name right now? */
export interface ImageNeed {
  readonly kind: 'image';
  readonly reference: Reference;
}

/** Which signatures of this digest does this trust material prove? */
export interface SignaturesNeed {
  readonly kind: 'signatures';
  readonly repository: Repository;
  readonly digest: Digest;
  readonly material: TrustMaterial;
  readonly requirement: Requirement;
}

/** Which attestations of this type about this digest does this trust material prove? */
export interface AttestationsNeed {
  readonly kind: 'attestations';
  readonly repository: Repository;
  readonly digest: Digest;
  /** Literal, as the in-toto statement must have it. */
  readonly predicateType: string;
  readonly material: TrustMaterial;
  readonly requirement: Requirement;
}

/** Which manifests could a node run of what this digest names? */
export interface PlatformsNeed {
  readonly kind: 'platforms';
  readonly repository: Repository;
  readonly digest: Digest;
}

/** What does the config of this manifest say? */
export interface ConfigNeed {
  readonly kind: 'config';
  readonly repository: Repository;
  /** Of a manifest, not of an index. */
  readonly digest: Digest;
}

/** What does this manifest name, by which types? */
export interface ManifestNeed {
  readonly kind: 'manifest';
  readonly repository: Repository;
  /** Of a manifest, not of an index. */
  readonly digest: Digest;
}

/** Which WebAssembly lies in the layers of this manifest? */
export interface ModulesNeed {
  readonly kind: 'modules';
  readonly repository: Repository;
  /** Of a manifest, not of an index. */
  readonly digest: Digest;
}

export type Answer =
  | { readonly kind: 'image'; readonly need: ImageNeed; readonly read: Read<ImageFacts> }
  | { readonly kind: 'signatures'; readonly need: SignaturesNeed; readonly read: Read<SignatureFacts> }
  | { readonly kind: 'attestations'; readonly need: AttestationsNeed; readonly read: Read<AttestationFacts> }
  | { readonly kind: 'platforms'; readonly need: PlatformsNeed; readonly read: Read<PlatformFacts> }
  | { readonly kind: 'config'; readonly need: ConfigNeed; readonly read: Read<ConfigFacts> }
  | { readonly kind: 'manifest'; readonly need: ManifestNeed; readonly read: Read<OciManifest> }
  | { readonly kind: 'modules'; readonly need: ModulesNeed; readonly read: Read<ModuleFacts> };

/** What a reference names: bytes that hash to the digest. */
export interface ImageFacts {
  readonly digest: Digest;
  readonly kind: 'manifest' | 'index';
}

/** The config of an image (OCI image-spec, "Image Configuration"), as parsed from the bytes that the manifest names. */
export interface ConfigFacts {
  readonly config: Readonly<Record<string, unknown>>;
}

/** The modules and components of the layers that are WebAssembly by their media type, in the manifest's order; none where there is no such layer. */
export interface ModuleFacts {
  readonly modules: readonly LayerModule[];
}

/** A module or component, and the layer that it is, or lies in. */
export interface LayerModule extends WasmModule {
  readonly layer: Digest;
}

/** The manifests below an index that some node could choose; of a manifest that stands alone, itself. */
export interface PlatformFacts {
  readonly kind: 'manifest' | 'index';
  readonly runnable: readonly RunnableManifest[];
}

/** Everything that claimed to be a signature of the digest, told apart by what the trust material proves. */
export interface SignatureFacts {
  readonly proven: readonly ProvenSignature[];
  readonly rejected: readonly RejectedSignature[];
  /** There may be more: part of it could not be read. */
  readonly missing?: Gap;
  /** Beside `missing`: what was there when it could last be read whole, proven again under today's trust. */
  readonly retained?: RetainedSignatures;
}

/** The same of attestations of one type. */
export type AttestationFacts = SignatureFacts;

export interface RetainedSignatures {
  readonly at: Date;
  readonly proven: readonly ProvenSignature[];
}

export interface ProvenSignature {
  readonly source: Source;
  readonly verified: Proof;
}

/** What is judged: evidence; what a case assumes in its place reaches nobody but the runner of the case. */
export type Proof = Verified | Assumed;

export interface RejectedSignature {
  readonly source: Source;
  readonly rejection: Rejection;
}

/** Where a signature was found. It is a hint for people, never evidence. */
export interface Source {
  readonly via: 'referrers' | 'fallback-tag' | 'sig-tag' | 'att-tag';
  /** The manifest that brought it. */
  readonly manifest: Digest;
}

/** A signed entity as discovery found it, or why its bytes are none. */
export interface Candidate {
  readonly source: Source;
  readonly entity: SignedEntity | Rejection;
  /** What it weighs in a cache. */
  readonly bytes: number;
}

/** Two needs with one key have one answer. */
export function needKey(need: Need): string {
  switch (need.kind) {
    case 'image':
      return `image ${formatRepository(need.reference.repository)} ${need.reference.digest ?? need.reference.tag ?? ''}`;
    case 'platforms':
      return `platforms ${formatRepository(need.repository)} ${need.digest}`;
    case 'config':
    case 'manifest':
    case 'modules':
      return `${need.kind} ${formatRepository(need.repository)} ${need.digest}`;
    case 'signatures':
      return `signatures ${provenBy(need)}`;
    case 'attestations':
      return `attestations ${provenBy(need)} ${need.predicateType}`;
  }
}

function provenBy({ repository, digest, material, requirement }: SignaturesNeed | AttestationsNeed): string {
  const { log, timestamps, scts, time } = requirement;
  return `${formatRepository(repository)} ${digest} ${material.id} ${log} ${timestamps} ${scts} ${time ?? ''}`;
}
