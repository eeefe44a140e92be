import type { Finding } from '../decision.ts';
import type { Excuse } from '../exception.ts';
import { limits } from './limits.ts';
import { clip, printable, quoted, shortDigests } from './printable.ts';
import type { ReportedObject } from './report.ts';

/**
 * One finding for a person: policy and rule, place, image and digest on the first line, then what was found and what
 * was expected, then the code and what to do. The one wording of every door.
 */
export function findingLines(finding: Finding): readonly string[] {
  const body =
    finding.kind === 'violation'
      ? [`  found     ${foundText(finding)}`, `  expected  ${expectedText(finding)}`]
      : [`  ${undecidedText(finding)}`];
  const why = circumstance(finding);
  return [
    `${ruleName(finding)}: ${placeText(finding)}`,
    ...body,
    ...(why === '' ? [] : [`  ${why}`]),
    `  ${finding.code}  ${remedyText(finding)}`,
  ];
}

/** The same on one line, for warnings, events and logs. */
export function findingSentence(finding: Finding): string {
  const head = `${ruleName(finding)}: ${placeText(finding)}`;
  const why = circumstance(finding);
  const tail = why === '' ? '' : `; ${why}`;
  return finding.kind === 'violation'
    ? `${head}: found ${foundText(finding)}; expected ${expectedText(finding)} (${finding.code})${tail}`
    : `${head}: ${undecidedText(finding)}${tail}`;
}

/** Why a finding does not deny though its policy would, or would not have if an exception had not ended; empty where there is nothing to say. */
export function circumstance({ excused, expired, softened }: Finding): string {
  const told = ({ exception, reason, approver }: Excuse): string =>
    `${printable(exception)} (${printable(reason)}), approved by ${printable(approver)}`;
  if (excused !== undefined) return `excused until ${instant(excused.until)} by exception ${told(excused)}`;
  if (expired !== undefined) return `no longer excused: ended ${instant(expired.until)}: exception ${told(expired)}`;
  if (softened?.kind === 'not-yet')
    return `only a warning until ${instant(softened.from)}, when the policy begins to deny`;
  return softened?.kind === 'unchanged' ? 'only a warning: the object had this before' : '';
}

const instant = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `Deployment shop/web`; what is no name in it is not yet made printable. */
export const titleOf = ({ kind, namespace, name }: Pick<ReportedObject, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

/** `acme-releases/signatures`. */
export const ruleName = ({ policy, rule }: Finding): string => `${printable(policy)}/${rule}`;

/** `spec.containers[0].image ghcr.io/acme/shop:1.4.2 (sha256:3f2a91c07b1d...)`. */
export function placeText(finding: Finding): string {
  const image = imageText(finding);
  const field = finding.field === '' ? 'the object' : printable(finding.field);
  return image === '' ? field : `${field} ${image}`;
}

/** `ghcr.io/acme/shop:1.4.2 (sha256:3f2a91c07b1d...)`: the reference as it is written, its digest behind it. */
export function imageText({ image }: Finding): string {
  if (image === undefined) return '';
  const [name = '', written] = image.reference.split('@', 2);
  const digest = written ?? image.digest;
  const reference = name === '' ? 'no image' : clip(quoted(name), limits.referenceShown);
  return digest === undefined
    ? reference
    : `${reference} (${clip(shortDigests(printable(digest)), limits.referenceShown)})`;
}

/** What the evidence showed. */
export const foundText = (finding: Finding): string => shortDigests(printable(finding.found));

/** What the policy wanted instead. */
export const expectedText = (finding: Finding): string => shortDigests(printable(finding.expected));

/** An outage is not a fault of the image, and the sentence never says so. */
export function undecidedText(finding: Finding): string {
  const detail = `${foundText(finding)} (${finding.code})`;
  const verb = consequences[finding.effect];
  const who = finding.policy === configuration ? 'the configuration' : `policy ${printable(finding.policy)}`;
  return finding.kind === 'error'
    ? `could not be evaluated: ${detail}; ${who} ${verb} when a rule ends in an error`
    : `could not tell: ${detail}; ${who} ${verb} when evidence is unavailable`;
}

/** What a person can do about it, and where to read on. */
export function remedyText(finding: Finding): string {
  const explain = `assay explain ${finding.code}`;
  return finding.remedy === undefined ? explain : `${shortDigests(printable(finding.remedy))} (${explain})`;
}

/** What findings are called that no policy makes. */
const configuration = 'configuration';

const consequences = { deny: 'denies', warn: 'warns', audit: 'only records it' } as const;
