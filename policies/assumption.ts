import {
  type Answer,
  assume,
  type Assumption,
  type Digest,
  found,
  absent,
  formatRepository,
  gap,
  parseDigest,
  parseReference,
  type Proof,
  type Read,
  type Reference,
  type ReferenceOptions,
  refusal,
  type RunnableManifest,
  sha256,
  type SignatureFacts,
  type Signer,
} from '../evidence/index.ts';
import type { Authority } from './authority.ts';
import type { PolicySet } from './policy.ts';
import { present } from './present.ts';
import { isLookup, type Question } from './question.ts';
import { extensionNames } from './schema/authority.ts';
import { manifestOf, modulesOf } from './assumed-contents.ts';
import type { CaseAttestation, CaseContents, CaseImage, CaseSignature } from './schema/case-images.ts';

/** What a case has the world say. It answers the judge in the place of evidence, and of nothing that it does not speak of. */
export interface Assumptions {
  answer(question: Question): Answer | undefined;
}

/** The images of a case as answers; a text says what about them cannot be. */
export function assumptionsOf(
  images: readonly CaseImage[],
  { policies }: PolicySet,
  references: ReferenceOptions,
): Assumptions | string {
  const authorities = new Map(policies.flatMap((policy) => policy.authorities.map((one) => [one.name, one] as const)));
  const staged: StagedImage[] = [];
  for (const image of images) {
    const one = stage(image, authorities, references);
    if (typeof one === 'string') return `images: ${JSON.stringify(image.image)}: ${one}`;
    staged.push(one);
  }
  return {
    answer(question) {
      if (isLookup(question)) return undefined;
      for (const one of staged) {
        const answer = answerOf(one, question);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
  };
}

/** An image of a case, its defaults filled in. */
interface StagedImage {
  readonly image: CaseImage;
  readonly reference: Reference;
  readonly digest: Digest;
  readonly manifests: readonly StagedManifest[];
  /** By what they are about. */
  readonly signed: readonly { readonly about: Digest; readonly type?: string; readonly proof: Proof }[];
}

interface StagedManifest extends RunnableManifest {
  readonly config: Readonly<Record<string, unknown>> | undefined;
  readonly contents: CaseContents;
}

type Authorities = ReadonlyMap<string, Authority>;

function stage(image: CaseImage, authorities: Authorities, references: ReferenceOptions): StagedImage | string {
  const reference = parseReference(image.image, references);
  if ('kind' in reference) return reference.detail;
  const digest = reference.digest ?? digestOf(image.digest, image.image);
  if (image.digest !== undefined && image.digest !== digest) return `it names ${digest}, and "digest" another one`;
  const manifests = image.platforms?.map(({ os, architecture, variant, config, ...one }, index) => ({
    digest: digestOf(one.digest, `${image.image} ${index}`),
    platform: present({ os, architecture, variant }),
    config,
    contents: one,
  })) ?? [{ digest, config: image.config, contents: image }];
  const all: readonly Signed[] = [
    ...(image.signatures ?? []).map((signature) => ({ about: digest, signature })),
    ...(image.platforms ?? []).flatMap(({ signatures = [] }, index) =>
      signatures.map((signature) => ({ about: manifests[index]?.digest ?? digest, signature })),
    ),
    ...(image.attestations ?? []).map((attestation) => ({ about: digest, signature: attestation, attestation })),
  ];
  const signed: StagedImage['signed'][number][] = [];
  for (const one of all) {
    const authority = authorities.get(one.signature.authority);
    if (authority === undefined)
      return `no policy has an authority "${one.signature.authority}"; there is ${[...authorities.keys()].join(', ') || 'none'}`;
    const byKey = authority.material.offers.keys > 0;
    if (byKey !== (one.signature.subject === undefined))
      return `"${authority.name}" is ${byKey ? 'a key, which has no subject' : 'no key, and a subject is wanted'}`;
    signed.push({
      about: one.about,
      ...(one.attestation && { type: one.attestation.type }),
      proof: proofOf(one, authority, reference),
    });
  }
  return { image, reference, digest, manifests, signed };
}

interface Signed {
  readonly about: Digest;
  readonly signature: CaseSignature;
  readonly attestation?: CaseAttestation;
}

const digestOf = (given: string | undefined, made: string): Digest =>
  (given === undefined ? undefined : parseDigest(given)) ?? sha256(Buffer.from(made));

function proofOf(
  { about, signature, attestation }: Signed,
  { name, material }: Authority,
  reference: Reference,
): Proof {
  const repository = signature.repository ?? formatRepository(reference.repository);
  const entity = sha256(Buffer.from(JSON.stringify([about, signature, attestation])));
  const payload = { payload: entity };
  const assumption: Assumption = {
    statement:
      attestation === undefined
        ? { kind: 'simple-signing', role: 'signature', reference: repository, annotations: {}, ...payload }
        : {
            kind: 'in-toto',
            role: 'attestation',
            predicateType: attestation.type,
            predicate: attestation.predicate ?? {},
            subjects: [{ name: repository, digests: { sha256: about.slice('sha256:'.length) } }],
            ...payload,
          },
    subject: about,
    signer: signerOf(signature, name),
    logEntries: (signature.logged ?? []).map((time, index) => ({
      log: 'assumed',
      index: String(index),
      integratedTime: new Date(time),
    })),
    timestamps: (signature.timestamps ?? []).map((time) => ({ time: new Date(time), authority: entity })),
    entity,
    format: attestation === undefined ? 'cosign signature layer' : 'bundle v0.3',
    material: material.id,
  };
  return assume(assumption);
}

function signerOf(signature: CaseSignature, authority: string): Signer {
  const { subject, subjectKind, issuer } = signature;
  const fingerprint = sha256(Buffer.from(JSON.stringify([authority, subject, issuer])));
  if (subject === undefined) return { kind: 'key', fingerprint, algorithm: 'assumed' };
  const looks = /^[a-z][a-z0-9+.-]*:\/\//i.test(subject) ? 'uri' : subject.includes('@') ? 'email' : 'other';
  return present({
    kind: 'certificate' as const,
    fingerprint,
    certificate: fingerprint,
    subject: { kind: subjectKind ?? looks, value: subject },
    issuer,
    extensions: Object.fromEntries(
      extensionNames.flatMap((name) => (signature[name] === undefined ? [] : [[name, signature[name]]])),
    ),
    notBefore: new Date(0),
    notAfter: new Date(8.64e15),
  });
}

function answerOf(
  staged: StagedImage,
  need: Exclude<Question, { kind: 'namespace' | 'objects' | 'authorization' | 'request' }>,
): Answer | undefined {
  const { reference, digest, manifests, image } = staged;
  const repository = 'reference' in need ? need.reference.repository : need.repository;
  if (formatRepository(repository) !== formatRepository(reference.repository)) return undefined;
  const trouble = troubleOf(image);
  switch (need.kind) {
    case 'image': {
      if (need.reference.tag !== reference.tag || need.reference.digest !== reference.digest) return undefined;
      const kind = image.platforms === undefined ? 'manifest' : 'index';
      const read = trouble ?? (image.absent === true ? absent : found({ digest, kind } as const));
      return { kind: need.kind, need, read };
    }
    case 'platforms': {
      if (need.digest !== digest) return undefined;
      const runnable = manifests.map(({ digest: named, platform }) => present({ digest: named, platform }));
      const kind = image.platforms === undefined ? 'manifest' : 'index';
      return { kind: need.kind, need, read: trouble ?? found({ kind, runnable } as const) };
    }
    case 'config': {
      const config = manifests.find((one) => one.digest === need.digest)?.config;
      return config === undefined ? undefined : { kind: need.kind, need, read: trouble ?? found({ config }) };
    }
    case 'manifest': {
      const contents = manifests.find((one) => one.digest === need.digest)?.contents.manifest;
      return contents && { kind: need.kind, need, read: trouble ?? found(manifestOf(contents)) };
    }
    case 'modules': {
      const contents = manifests.find((one) => one.digest === need.digest)?.contents.modules;
      return contents && { kind: need.kind, need, read: trouble ?? found(modulesOf(contents)) };
    }
    case 'signatures':
    case 'attestations': {
      const about = [digest, ...manifests.map((one) => one.digest)].find((one) => one === need.digest);
      if (about === undefined) return undefined;
      const type = need.kind === 'attestations' ? need.predicateType : undefined;
      const read = trouble ?? signedUnder(staged, about, need.material.id, type);
      return need.kind === 'signatures' ? { kind: need.kind, need, read } : { kind: need.kind, need, read };
    }
  }
}

function signedUnder(
  { signed }: StagedImage,
  about: Digest,
  material: Digest,
  type: string | undefined,
): Read<SignatureFacts> {
  const proven = signed
    .filter((one) => one.about === about && one.type === type && one.proof.material === material)
    .map(({ proof }) => ({ source: { via: 'referrers', manifest: proof.entity } as const, verified: proof }));
  return found({ proven, rejected: [] });
}

function troubleOf({ unavailable, refused }: CaseImage): Exclude<Read<never>, { kind: 'found' }> | undefined {
  if (unavailable !== undefined) return gap(unavailable, 'the case has it unavailable');
  return refused === undefined ? undefined : refusal(refused, 'the case has it refused');
}
