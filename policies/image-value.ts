import {
  type ConfigNeed,
  formatRepository,
  type ImageNeed,
  type LayerModule,
  type ManifestNeed,
  type ModulesNeed,
  type OciManifest,
  type PlatformFacts,
  type PlatformsNeed,
  type Reference,
  type Signer,
  type Proof,
} from '../evidence/index.ts';
import type { Attestation } from './attestation.ts';
import { type Authority, refusal } from './authority.ts';
import { Timestamp, toInt, Unknown, type Value } from './cel/index.ts';
import type { Captures } from './glob.ts';
import type { Known } from './known.ts';
import { present } from './present.ts';
import { type Question, questionKey } from './question.ts';
import { type Revocation, revokedBy } from './revocation.ts';
import { proofNeed } from './rule/proofs.ts';
import type { ImageUse } from './workload.ts';

/** What an image's value is made of. */
export interface ImageSource {
  readonly use: ImageUse;
  readonly captures: Captures;
  readonly known: Known;
  /** Those of the policy whose expressions see the value, and of no other. */
  readonly authorities: readonly Authority[];
  /** What `image.attestations` has, likewise. */
  readonly attestations: readonly Attestation[];
  readonly revocations: readonly Revocation[];
}

/** A value of CEL in which what is not known yet is unknown, wherever it stands. */
export type PartialValue = Value | Unknown;

/**
 * `image`: what the object writes and what has been proven of it. Only signatures that the policy's own authorities accept are ever
 * in it; one that could not be fetched leaves the whole list unknown, for a shorter list would be another fact.
 */
export function imageValue(source: ImageSource): Value {
  const { use, captures } = source;
  const { reference } = use;
  const written = { path: use.field, container: use.container ?? null, reference: use.text, captures: { ...captures } };
  if ('kind' in reference) return written;
  const value: Readonly<Record<string, PartialValue>> = {
    ...written,
    registry: reference.repository.registry,
    repository: formatRepository(reference.repository),
    tag: reference.tag ?? null,
    digest: digestValue(reference, source.known),
    platforms: platformsValue(reference, source.known),
    config: only(reference, source.known, configValue),
    manifest: only(reference, source.known, manifestValue),
    modules: only(reference, source.known, modulesValue),
    signatures: provenValue(reference, source, source.authorities, signatureValue),
    attestations: attestationsValue(reference, source),
  };
  // An unknown within a map is read as one wherever an expression comes upon it.
  return value as Value;
}

/** An unknown that one question would settle. */
export const unknownUntil = (...questions: readonly Question[]): Unknown =>
  new Unknown(questions.map((question) => ({ key: questionKey(question), question })));

/** The questions of an unknown's needs that {@link unknownUntil} put there. */
export const questionsOf = (needs: readonly { readonly key: string }[]): readonly Question[] =>
  needs.flatMap((need) => (isAsked(need) ? [need.question] : []));

const isAsked = (need: { readonly key: string }): need is { readonly key: string; readonly question: Question } =>
  'question' in need;

function digestValue(reference: Reference, known: Known): string | Unknown {
  if (reference.digest !== undefined) return reference.digest;
  const need: ImageNeed = { kind: 'image', reference };
  const read = known.image(need);
  return read?.kind === 'found' ? read.value.digest : unknownUntil(need);
}

function platformsValue(reference: Reference, known: Known): PartialValue {
  const platforms = runnableOf(reference, known);
  if (platforms instanceof Unknown) return platforms;
  const values: readonly PartialValue[] = platforms.map(({ digest, platform }) =>
    present({
      digest: String(digest),
      os: platform?.os,
      architecture: platform?.architecture,
      variant: platform?.variant,
      config: configValue({ repository: reference.repository, digest }, known) as Value,
      manifest: manifestValue({ repository: reference.repository, digest }, known) as Value,
      modules: modulesValue({ repository: reference.repository, digest }, known) as Value,
    }),
  );
  return values as readonly Value[];
}

/** Of an image for one platform; each platform of an index has its own. */
function only(
  reference: Reference,
  known: Known,
  valueOf: (digested: Digested, known: Known) => PartialValue,
): PartialValue {
  const platforms = runnableOf(reference, known);
  if (platforms instanceof Unknown) return platforms;
  const [one, ...others] = platforms;
  if (one === undefined || others.length > 0) return null;
  return valueOf({ repository: reference.repository, digest: one.digest }, known);
}

function configValue(digested: Digested, known: Known): PartialValue {
  const need: ConfigNeed = { kind: 'config', ...digested };
  const read = known.config(need);
  return read?.kind === 'found' ? (read.value.config as Value) : unknownUntil(need);
}

/** What an image is made of (OCI image-spec, manifest.md), without what its annotations say, which nobody signs for. */
function manifestValue(digested: Digested, known: Known): PartialValue {
  const need: ManifestNeed = { kind: 'manifest', ...digested };
  const read = known.manifest(need);
  if (read?.kind !== 'found') return unknownUntil(need);
  const { mediaType, artifactType, config, layers } = read.value;
  const described = ({ mediaType: type, digest, size }: Described) => ({ mediaType: type, digest, size });
  return present({ mediaType, artifactType, config: described(config), layers: layers.map(described) });
}

type Described = OciManifest['config'];

function modulesValue(digested: Digested, known: Known): PartialValue {
  const need: ModulesNeed = { kind: 'modules', ...digested };
  const read = known.modules(need);
  return read?.kind === 'found' ? read.value.modules.map(moduleValue) : unknownUntil(need);
}

const moduleValue = ({ layer, kind, depth, imports, memories, features, declared }: LayerModule): Value => ({
  layer,
  kind,
  depth,
  imports,
  memories: memories.map((memory) => ({
    ...memory,
    min: toInt(memory.min),
    max: memory.max === undefined ? null : toInt(memory.max),
  })),
  features,
  declared,
});

function runnableOf(reference: Reference, known: Known): PlatformFacts['runnable'] | Unknown {
  const need = about(reference, known, (digest): PlatformsNeed => ({ kind: 'platforms', ...digest }));
  if (need instanceof Unknown) return need;
  const read = known.platforms(need);
  return read?.kind === 'found' ? read.value.runnable : unknownUntil(need);
}

/** By the names that the policy gives them; a list for each, perhaps empty. */
function attestationsValue(reference: Reference, source: ImageSource): PartialValue {
  const lists = source.attestations.map(
    ({ name, from, predicateType }) =>
      [name, provenValue(reference, source, from, attestationValue, predicateType)] as const,
  );
  // An unknown list leaves the others known.
  return Object.fromEntries(lists) as Value;
}

/** What these authorities accept: signatures, or attestations of one type. */
function provenValue(
  reference: Reference,
  { known, captures, revocations }: ImageSource,
  authorities: readonly Authority[],
  valueOf: (authority: string, verified: Proof) => Value,
  predicateType?: string,
): PartialValue {
  const { repository } = reference;
  const lists = authorities.map((authority): readonly Value[] | Unknown => {
    const need = about(reference, known, (digested) => proofNeed(authority, present({ ...digested, predicateType })));
    if (need instanceof Unknown) return need;
    const read = known.proofs(need);
    if (read?.kind !== 'found' || read.value.missing !== undefined) return unknownUntil(need);
    return read.value.proven
      .map(({ verified }) => verified)
      .filter((verified) => predicateType !== undefined || verified.statement.role === 'signature')
      .filter((verified) => refusal(authority, verified, { captures, repository }) === undefined)
      .filter((verified) => revokedBy(revocations, verified) === undefined)
      .map((verified) => valueOf(authority.name, verified));
  });
  const unknown = lists.filter((list) => list instanceof Unknown);
  const [first, ...rest] = unknown;
  if (first !== undefined) return rest.reduce((merged, one) => merged.merge(one), first);
  return lists.flatMap((list) => (list instanceof Unknown ? [] : list));
}

type Digested = { readonly repository: Reference['repository']; readonly digest: PlatformsNeed['digest'] };

/** The need about the digest behind a reference, or the unknown that the digest itself still is. */
function about<N>(reference: Reference, known: Known, need: (digest: Digested) => N): N | Unknown {
  const { repository } = reference;
  if (reference.digest !== undefined) return need({ repository, digest: reference.digest });
  const tag: ImageNeed = { kind: 'image', reference };
  const read = known.image(tag);
  return read?.kind === 'found' ? need({ repository, digest: read.value.digest }) : unknownUntil(tag);
}

const signatureValue = (authority: string, verified: Proof): Value => ({
  authority,
  ...signerValue(verified.signer),
  ...seenValue(verified),
});

/** Who attests, and the predicate as it was signed. */
function attestationValue(authority: string, verified: Proof): Value {
  const { statement, signer } = verified;
  return {
    signer: { authority, ...signerValue(signer) },
    predicateType: statement.kind === 'in-toto' ? statement.predicateType : '',
    predicate: (statement.kind === 'in-toto' ? statement.predicate : null) as Value,
    ...seenValue(verified),
  };
}

/** Who saw it, and when. */
const seenValue = ({ logEntries, timestamps, format }: Proof): Readonly<Record<string, Value>> => ({
  format,
  logged: logEntries.map(({ index, integratedTime }) =>
    present({ index, time: integratedTime && instant(integratedTime) }),
  ),
  timestamps: timestamps.map(({ time }) => instant(time)),
});

/** The signer as an expression reads it: what the certificate says, or which key it is. */
export function signerValue(signer: Signer): Readonly<Record<string, Value>> {
  if (signer.kind === 'key') return { kind: 'key', fingerprint: signer.fingerprint, algorithm: signer.algorithm };
  const { issuer, subject, fingerprint, extensions } = signer;
  return present({
    kind: 'certificate',
    issuer,
    subject: subject.value,
    subjectKind: subject.kind,
    fingerprint: String(fingerprint),
    extensions: Object.fromEntries(Object.entries(extensions)),
  });
}

const instant = (time: Date): Timestamp =>
  new Timestamp(Math.floor(time.getTime() / 1000), (((time.getTime() % 1000) + 1000) % 1000) * 1_000_000);
