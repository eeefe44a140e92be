import type { Signer, Source, Proof } from '../../evidence/index.ts';
import type { Decision, Finding, JudgedImage } from '../decision.ts';
import { type JsonPatchOperation, renderJsonPatch } from '../version.ts';
import { type Entity, entitiesOf } from './entity.ts';
import type { Excuse } from '../exception.ts';
import { findingSentence } from './sentence.ts';

/**
 * The machine form of a Decision. Keys are only ever added. Digests are whole, times ISO 8601 in UTC; what does not apply
 * is null. Each finding stands in one list: by its kind, and a violation by its effect.
 */
export interface DecisionRecord<F = FindingRecord> {
  readonly allowed: boolean;
  /** Violations that deny. */
  readonly violations: readonly F[];
  /** What could not be found out, whatever the policy makes of it. */
  readonly gaps: readonly F[];
  /** Rules that ended in an error. */
  readonly errors: readonly F[];
  /** Violations that only warn. */
  readonly warnings: readonly F[];
  /** Violations that are only recorded. */
  readonly audits: readonly F[];
  /** RFC 6902, from the object as it arrived. */
  readonly patch: readonly JsonPatchOperation[];
  readonly images: readonly ImageRecord[];
}

export interface FindingRecord {
  readonly policy: string;
  readonly rule: string;
  readonly code: string;
  /** The field, as Kubernetes writes it; empty for the whole object. */
  readonly path: string;
  /** All fields that it is about. */
  readonly paths: readonly string[];
  /** The reference as the object writes it. */
  readonly image: string | null;
  readonly digest: string | null;
  readonly container: string | null;
  readonly effect: Finding['effect'];
  readonly found: string;
  readonly expected: string;
  readonly remedy: string | null;
  /** The exception by which it only warns; null where none does. */
  readonly excused: ExcuseRecord | null;
  /** An exception that covered it and has ended. */
  readonly expired: ExcuseRecord | null;
  /** When the policy begins to deny, where that lies ahead. */
  readonly enforcedFrom: string | null;
  /** On an UPDATE: the object before had the same finding. */
  readonly unchanged: boolean;
  /** The finding in one line, as the webhook and the terminal say it. */
  readonly message: string;
}

export interface ExcuseRecord {
  /** `namespace/name`. */
  readonly exception: string;
  readonly reason: string;
  readonly approver: string;
  readonly until: string;
}

export interface ImageRecord {
  readonly path: string;
  readonly image: string;
  readonly digest: string | null;
  readonly entities: readonly EntityRecord[];
}

export interface EntityRecord {
  readonly kind: 'signature' | 'attestation';
  /** What it attests; null of a signature. */
  readonly predicateType: string | null;
  readonly state: Entity['state'];
  /** Why it is not accepted; null where it is. */
  readonly code: string | null;
  readonly detail: string | null;
  /** Who accepts it, or came nearest, or rejects it: `policy/authority`. */
  readonly authority: string | null;
  readonly signer: SignerRecord | null;
  readonly source: SourceRecord;
  readonly nearest: { readonly authority: string; readonly difference: string } | null;
  readonly format: string | null;
  readonly log: readonly { readonly log: string; readonly index: string; readonly integratedTime: string | null }[];
  readonly timestamps: readonly string[];
}

export type SignerRecord =
  | { readonly kind: 'key'; readonly fingerprint: string; readonly algorithm: string }
  | {
      readonly kind: 'certificate';
      readonly issuer: string | null;
      readonly subject: string;
      readonly subjectKind: 'uri' | 'email' | 'other';
      readonly fingerprint: string;
      readonly certificate: string;
      readonly notBefore: string;
      readonly notAfter: string;
      readonly extensions: Readonly<Record<string, string>>;
    };

export interface SourceRecord {
  readonly via: Source['via'];
  readonly manifest: string;
}

/** A decision as plain JSON; a door that knows more of a finding adds it to the record. */
export function decisionRecord(decision: Decision): DecisionRecord;
export function decisionRecord<F>(
  decision: Decision,
  complete: (record: FindingRecord, finding: Finding) => F,
): DecisionRecord<F>;
export function decisionRecord(
  decision: Decision,
  complete: (record: FindingRecord, finding: Finding) => unknown = (record) => record,
): DecisionRecord<unknown> {
  const { findings, images, version } = decision;
  const recordOf = (finding: Finding): unknown => complete(findingRecord(finding), finding);
  const violations = (effect: Finding['effect']) =>
    findings.filter((finding) => finding.kind === 'violation' && finding.effect === effect).map(recordOf);
  return {
    allowed: decision.allowed,
    violations: violations('deny'),
    gaps: findings.filter(({ kind }) => kind === 'undecided').map(recordOf),
    errors: findings.filter(({ kind }) => kind === 'error').map(recordOf),
    warnings: violations('warn'),
    audits: violations('audit'),
    patch: renderJsonPatch(version),
    images: images.map(imageRecord),
  };
}

function findingRecord(finding: Finding): FindingRecord {
  const { policy, rule, code, field, fields, image, effect, found, expected, remedy } = finding;
  return {
    policy,
    rule,
    code,
    path: field,
    paths: fields ?? (field === '' ? [] : [field]),
    image: image?.reference ?? null,
    digest: image?.digest ?? null,
    container: image?.container ?? null,
    effect,
    found,
    expected,
    remedy: remedy ?? null,
    excused: excuseRecord(finding.excused),
    expired: excuseRecord(finding.expired),
    enforcedFrom: finding.softened?.kind === 'not-yet' ? finding.softened.from.toISOString() : null,
    unchanged: finding.softened?.kind === 'unchanged',
    message: findingSentence(finding),
  };
}

const excuseRecord = (excuse: Excuse | undefined): ExcuseRecord | null =>
  excuse === undefined ? null : { ...excuse, until: excuse.until.toISOString() };

const imageRecord = (image: JudgedImage): ImageRecord => ({
  path: image.use.field,
  image: image.use.text,
  digest: image.digest ?? null,
  entities: entitiesOf(image).map(entityRecord),
});

/** One signature as plain JSON. */
export function entityRecord(entity: Entity): EntityRecord {
  const source = { via: entity.source.via, manifest: entity.source.manifest };
  const { predicateType = null } = entity;
  const what = { kind: predicateType === null ? 'signature' : 'attestation', predicateType } as const;
  switch (entity.state) {
    case 'accepted':
      return {
        ...what,
        state: 'accepted',
        code: null,
        detail: null,
        authority: entity.authorities[0] ?? null,
        source,
        nearest: null,
        ...proof(entity.signature),
      };
    case 'notAccepted': {
      const { authority, detail, revoked } = entity.nearest;
      const nearest = { authority, difference: detail };
      return {
        ...what,
        state: 'notAccepted',
        code: revoked ? 'SIGNER_REVOKED' : 'SIGNER_NOT_ACCEPTED',
        detail,
        authority: null,
        source,
        nearest,
        ...proof(entity.signature),
      };
    }
    case 'rejected': {
      const { code, detail } = entity.rejection;
      return {
        ...what,
        state: 'rejected',
        code,
        detail,
        authority: entity.authority,
        source,
        nearest: null,
        signer: null,
        format: null,
        log: [],
        timestamps: [],
      };
    }
  }
}

const proof = ({
  signer,
  format,
  logEntries,
  timestamps,
}: Proof): Pick<EntityRecord, 'signer' | 'format' | 'log' | 'timestamps'> => ({
  signer: signerRecord(signer),
  format,
  log: logEntries.map(({ log, index, integratedTime }) => ({
    log,
    index,
    integratedTime: integratedTime?.toISOString() ?? null,
  })),
  timestamps: timestamps.map(({ time }) => time.toISOString()),
});

function signerRecord(signer: Signer): SignerRecord {
  if (signer.kind === 'key') return { kind: 'key', fingerprint: signer.fingerprint, algorithm: signer.algorithm };
  return {
    kind: 'certificate',
    issuer: signer.issuer ?? null,
    subject: signer.subject.value,
    subjectKind: signer.subject.kind,
    fingerprint: signer.fingerprint,
    certificate: signer.certificate,
    notBefore: signer.notBefore.toISOString(),
    notAfter: signer.notAfter.toISOString(),
    extensions: Object.fromEntries(
      Object.entries(signer.extensions).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
  };
}
