import type { Decision, Finding } from '../policies/index.ts';

/** The message of a denial: every finding that denies, with what was found and expected. */
export function renderAdmissionMessage(
  { findings }: Decision,
  { maxCharacters }: { readonly maxCharacters: number },
): string {
  const text = findings.filter(({ effect }) => effect === 'deny').map(lines);
  return text.join('\n').slice(0, maxCharacters);
}

/** One line for each finding that warns. */
export const renderWarnings = ({ findings }: Decision): readonly string[] =>
  findings
    .filter(({ effect }) => effect === 'warn')
    .map((finding) => `${subject(finding)}: found ${finding.found}, expected ${finding.expected} (${finding.code})`);

/** What the audit log keeps. */
export const renderAuditAnnotations = ({ allowed, images }: Decision): Readonly<Record<string, string>> => ({
  verdict: allowed ? 'allowed' : 'denied',
  images: JSON.stringify(images.map(({ use, digest }) => ({ field: use.field, image: use.text, digest }))),
});

const subject = ({ policy, rule, field, image }: Finding): string =>
  `${policy}/${rule}: ${field}${image === undefined ? '' : ` ${image.reference}${image.digest === undefined ? '' : ` (${image.digest})`}`}`;

const lines = (finding: Finding): string =>
  `${subject(finding)}\n  found     ${finding.found}\n  expected  ${finding.expected}\n  ${finding.code}  assay explain ${finding.code}`;
