import type { Signer, Source, Proof } from '../../evidence/index.ts';
import type { Decision, JudgedImage } from '../decision.ts';
import type { CompiledPolicy } from '../policy.ts';
import { distinctAuthorities } from '../rule/proofs.ts';
import { type Entity, entitiesOf, type Nearest } from './entity.ts';
import { clip, count, instant, listed, printable, quoted, shortDigests } from './printable.ts';
import { findingLines } from './sentence.ts';
import { duration, spread, type TextStyle } from './text.ts';
import { verdictOf } from './verdict.ts';

/** A decision about one image, and what the door knows beside it. */
export interface VerifiedImage {
  /** As the person wrote it. */
  readonly reference: string;
  readonly decision: Decision;
  /** `linux/amd64`; empty where the digest is no index or the registry was not asked. */
  readonly platforms: readonly string[];
  /** The policies that were asked. */
  readonly policies: readonly Pick<CompiledPolicy, 'name' | 'threshold'>[];
  readonly milliseconds: number;
  /** Requests that went to registries. */
  readonly requests: number;
}

/** What `assay verify` prints: the image, every signature with what was believed of it and why not the rest, and the verdict. */
export function renderTree(image: VerifiedImage, style: TextStyle): string {
  const [judged] = image.decision.images;
  const entities = judged === undefined ? [] : entitiesOf(judged);
  return [
    quoted(image.reference),
    ...identity(judged, image.platforms),
    ...entities.flatMap((entity) => entityLines(entity, style)),
    ...image.decision.findings.filter(({ effect }) => effect !== 'audit').flatMap(findingLines),
    summary(image, judged, style),
  ].join('\n');
}

function identity(judged: JudgedImage | undefined, platforms: readonly string[]): string[] {
  if (judged?.digest === undefined) return [];
  const what = platforms.length === 0 ? '' : `  index, ${listed(platforms.map(printable))}`;
  return [`${shortDigests(judged.digest)}${what}`];
}

const indent = ' '.repeat(14);

function entityLines(entity: Entity, { paint }: TextStyle): string[] {
  switch (entity.state) {
    case 'accepted':
      return [
        `  ${title(entity)} ${paint('good', 'accepted')}  ${listed(entity.authorities.map(printable))}: ${describeSigner(entity.signature.signer)}`,
        `${indent}${provenance(entity)}`,
        ...statements(entity.signature).map((line) => `${indent}${line}`),
      ];
    case 'notAccepted':
      return [
        `  ${title(entity)} ${paint('unsure', 'proven, not accepted')}  ${describeSigner(entity.signature.signer)}`,
        `${indent}${missText(entity.nearest)}`,
        `${indent}${provenance(entity)}`,
      ];
    case 'rejected':
      return [
        `  ${title(entity)} ${paint('bad', 'rejected')}  ${entity.rejection.code}  ${shortDigests(printable(entity.rejection.detail))}`,
        `${indent}${found(entity.source)}, under ${printable(entity.authority)}`,
      ];
  }
}

const title = ({ predicateType }: Entity): string => (predicateType === undefined ? 'signature  ' : 'attestation');

function missText({ authority, detail, revoked }: Nearest): string {
  const said = shortDigests(printable(detail));
  return revoked
    ? `named by ${printable(authority)}, and ${said}`
    : `no authority names it; nearest: ${printable(authority)} (${said})`;
}

function describeSigner(signer: Signer): string {
  if (signer.kind === 'key') return `key ${shortDigests(signer.fingerprint)} (${printable(signer.algorithm)})`;
  const issuer = signer.issuer === undefined ? '' : `, issuer ${clip(quoted(signer.issuer), 300)}`;
  return `${clip(quoted(signer.subject.value), 300)}${issuer}`;
}

function provenance({ source, signature }: Exclude<Entity, { state: 'rejected' }>): string {
  const logged = signature.logEntries.map(({ log, index, integratedTime }) => {
    const when = integratedTime === undefined ? '' : ` ${instant(integratedTime)}`;
    return `logged${when} (${printable(log)} ${index})`;
  });
  const stamped = signature.timestamps.map(({ time }) => `timestamped ${instant(time)}`);
  return [found(source), ...logged, ...stamped].join(', ');
}

const found = ({ via, manifest }: Source): string => `${ways[via]} (${shortDigests(manifest)})`;

const ways: Readonly<Record<Source['via'], string>> = {
  referrers: 'from a bundle found through the referrers API',
  'fallback-tag': 'from a bundle found through the fallback tag',
  'sig-tag': 'from the .sig tag',
  'att-tag': 'from the .att tag',
};

/** The extensions of the certificate that tell how the signature came to be. */
function statements({ signer }: Proof): string[] {
  if (signer.kind === 'key') return [];
  const { runnerEnvironment, sourceRepositoryDigest, sourceRepositoryRef, buildTrigger } = signer.extensions;
  const parts = [
    ['runner', runnerEnvironment],
    ['commit', sourceRepositoryDigest?.slice(0, 12)],
    ['ref', sourceRepositoryRef],
    ['trigger', buildTrigger],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${clip(quoted(value), 200)}`]));
  return parts.length === 0 ? [] : [parts.join(', ')];
}

function summary(
  { decision, policies, milliseconds, requests }: VerifiedImage,
  judged: JudgedImage | undefined,
  style: TextStyle,
): string {
  const judgements = (judged?.judgements ?? []).filter(({ predicateType }) => predicateType === undefined);
  const spoke = new Set([...judgements, ...decision.findings].map(({ policy }) => policy));
  const governing = policies.filter(({ name }) => spoke.size === 0 || spoke.has(name));
  const required = governing.reduce((sum, { threshold = 0 }) => sum + threshold, 0);
  const reached = governing.reduce((sum, { name, threshold = 0 }) => {
    return sum + Math.min(threshold, distinctAuthorities(judgements.filter(({ policy }) => policy === name)));
  }, 0);

  const words = {
    clean: 'admitted by',
    warned: 'admitted, with warnings, by',
    denied: 'denied by',
    undecided: 'could not be decided by',
  } as const;
  const names = governing.length === 0 ? ['configuration'] : governing.map(({ name }) => printable(name));
  const verdict = `${reached} of ${required} required signatures: ${words[verdictOf(decision)]} ${listed(names)}`;
  return spread(verdict, `${duration(milliseconds)}, ${count(requests, 'registry request')}`, style, 'faint');
}
