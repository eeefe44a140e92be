import type { Finding } from '../decision.ts';
import { printable } from './printable.ts';
import type { PolicyAbout, Report, Severity } from './report.ts';
import { ruleName } from './sentence.ts';

/** A reportingDescriptor (section 3.49) of SARIF. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: Text;
  readonly fullDescription?: Text;
  readonly help: Text & { readonly markdown?: string };
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' };
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Text {
  readonly text: string;
}

/** `acme-releases/signatures`. */
export const ruleIdOf = (finding: Finding): string => ruleName(finding);

/** Every rule of every policy in force, and those that the program itself found something by; each once. */
export function sarifRules({ policies, objects }: Report): readonly SarifRule[] {
  const rules = new Map<string, SarifRule>();
  const add = (policy: string, rule: string, effect: Finding['effect'], about: PolicyAbout = {}): void => {
    const described = ruleOf(policy, rule, effect, about);
    if (!rules.has(described.id)) rules.set(described.id, described);
  };
  for (const { name, rules: own, effect, about } of policies) for (const rule of own) add(name, rule, effect, about);
  const abouts = new Map(policies.map(({ name, about }) => [name, about]));
  for (const { findings } of objects)
    for (const { finding } of findings) add(finding.policy, finding.rule, finding.effect, abouts.get(finding.policy));
  return [...rules.values()];
}

function ruleOf(policy: string, rule: string, effect: Finding['effect'], about: PolicyAbout): SarifRule {
  const { title, description, severity, remediation, controls = [], check, system } = about;
  const id = `${printable(policy)}/${rule}`;
  const short = printable(title ?? `policy ${policy}, rule ${rule}`);
  const help = [description, remediation === undefined ? undefined : `Fix: ${remediation}`]
    .flatMap((text) => (text === undefined ? [] : [printable(text)]))
    .join('\n\n');
  return {
    id,
    name: rule,
    shortDescription: { text: short },
    ...(description === undefined ? {} : { fullDescription: { text: printable(description) } }),
    help: {
      text: help === '' ? `assay explain tells about each code; policy ${printable(policy)} about the rule` : help,
    },
    defaultConfiguration: { level: levels[effect] },
    properties: {
      precision: 'very-high',
      tags: ['security', 'kubernetes', ...(system === undefined ? [] : [system]), ...controls].map(printable),
      ...(check === undefined ? {} : { check: printable(check) }),
      ...(severity === undefined ? {} : { 'security-severity': scores[severity], severity }),
    },
  };
}

const levels = { deny: 'error', warn: 'warning', audit: 'note' } as const;

/** GitHub's bounds: over 9.0 is critical, 7.0 high, 4.0 medium. */
const scores: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' };
