import type { Decision, Finding } from '../decision.ts';
import { limits } from './limits.ts';
import { clip } from './printable.ts';
import { findingLines, findingSentence } from './sentence.ts';

/** How long a denial may be. */
export interface MessageBounds {
  /** UTF-16 units. */
  readonly maxCharacters: number;
}

/**
 * The message of a denied AdmissionReview: the findings that deny, in the decision's order, spelt out while they fit,
 * the rest counted. Never longer than the bound, never empty for a denial.
 */
export function renderAdmissionMessage(
  decision: Decision,
  bounds: MessageBounds = { maxCharacters: limits.messageCharacters },
): string {
  const denying = decision.findings.filter((finding) => finding.effect === 'deny');
  const spelt: string[] = [];
  for (const finding of denying.slice(0, limits.findingsInMessage)) {
    const next = findingLines(finding)
      .map((line) => clip(line, limits.messageLineCharacters))
      .join('\n');
    const withIt = messageOf([...spelt, next], denying.length - spelt.length - 1);
    if (spelt.length > 0 && withIt.length > bounds.maxCharacters) break;
    spelt.push(next);
  }
  return clip(messageOf(spelt, denying.length - spelt.length), bounds.maxCharacters);
}

const messageOf = (spelt: readonly string[], more: number): string =>
  [...spelt, ...(more > 0 ? [`and ${more} more (run: assay check FILE)`] : [])].join('\n');

/**
 * The `warnings` of an AdmissionReview, one line for each finding that warns. kube-apiserver cuts a warning after 256
 * characters once all of them exceed 4096, so each is kept below that here, with its code at the end.
 */
export function renderWarnings(decision: Decision): readonly string[] {
  const sentences = new Set(decision.findings.filter(({ effect }) => effect === 'warn').map(warning));
  const shown = [...sentences].slice(0, limits.warningsShown);
  const more = sentences.size - shown.length;
  return more > 0 ? [...shown, `and ${more} more (run: assay check FILE)`] : shown;
}

function warning(finding: Finding): string {
  const sentence = findingSentence(finding);
  const tail = ` (${finding.code})`;
  return sentence.length <= limits.warningCharacters
    ? sentence
    : `${clip(sentence, limits.warningCharacters - tail.length)}${tail}`;
}

/**
 * What the audit log keeps of a decision, whole digests included; kube-apiserver puts the webhook's name in front of
 * each key. Findings that do not fit are counted in `findings-left-out`.
 */
export function renderAuditAnnotations(decision: Decision): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = { verdict: decision.allowed ? 'allowed' : 'denied' };
  const images = fitting(
    decision.images.map(({ use, digest }) => ({
      field: use.field,
      image: use.text,
      ...(digest === undefined ? {} : { digest }),
    })),
  );
  const findings = fitting(decision.findings.map(auditRecord));
  const own = fitting(Object.entries(decision.annotations).map(([key, value]) => ({ key, value })));
  if (own.kept > 0) annotations['policies'] = own.json;
  if (images.kept > 0) annotations['images'] = images.json;
  if (images.leftOut > 0) annotations['images-left-out'] = String(images.leftOut);
  if (findings.kept > 0) annotations['findings'] = findings.json;
  if (findings.leftOut > 0) annotations['findings-left-out'] = String(findings.leftOut);
  return annotations;
}

const auditRecord = ({ kind, effect, policy, rule, code, field, image }: Finding): object => ({
  kind,
  effect,
  policy,
  rule,
  code,
  field,
  ...(image === undefined ? {} : { image: image.reference, digest: image.digest }),
});

/** As many records as fit, from the first on, as a JSON array. */
function fitting(records: readonly object[]): { json: string; kept: number; leftOut: number } {
  const texts: string[] = [];
  let length = 2;
  for (const record of records) {
    const text = JSON.stringify(record);
    if (length + text.length + 1 > limits.auditAnnotationCharacters) break;
    texts.push(text);
    length += text.length + 1;
  }
  return { json: `[${texts.join(',')}]`, kept: texts.length, leftOut: records.length - texts.length };
}
