import type { Decision, Finding } from './decision.ts';
import type { CompiledPolicy } from './policy.ts';
import type { CaseOutcome } from './schema/cases.ts';

/** What a rule came to in a decision, and the findings that say so; the strictest where it spoke at several places. */
export interface RuleResult {
  readonly outcome: CaseOutcome;
  readonly findings: readonly Finding[];
}

/** What a rule of a policy came to. */
export function ruleResult(decision: Decision, policy: string, rule: string): RuleResult {
  const findings = decision.findings.filter((finding) => finding.policy === policy && isOf(finding, rule));
  const passed = decision.passed?.().some((one) => one.policy === policy && one.rule === rule) === true;
  const outcomes = [...findings.map(outcomeOf), ...(passed ? (['pass'] as const) : [])];
  const [strictest = 'skip'] = outcomes.toSorted((a, b) => strictness.indexOf(a) - strictness.indexOf(b));
  return { outcome: strictest, findings: findings.filter((finding) => outcomeOf(finding) === strictest) };
}

const strictness: readonly CaseOutcome[] = ['deny', 'error', 'unobservable', 'warn', 'audit', 'pass', 'skip'];

/** Whether a policy speaks is asked before its rules: that it could not be told is what each of them comes to. */
const isOf = (finding: Finding, rule: string): boolean => finding.rule === rule || finding.rule === 'match';

function outcomeOf({ kind, code, effect }: Finding): CaseOutcome {
  if (kind === 'violation') return effect;
  return kind === 'undecided' || unobservable.has(code) ? 'unobservable' : 'error';
}

/** Nobody said: outside of admission, or of the cluster. */
const unobservable: ReadonlySet<string> = new Set(['NOT_OBSERVABLE', 'LOOKUP_UNAVAILABLE']);

/** The rule that a case names: `RULE`, or `POLICY/RULE`. A text says why there is none. */
export function ruleNamed(
  name: string,
  policies: readonly CompiledPolicy[],
): { readonly policy: CompiledPolicy; readonly rule: string } | string {
  const matches = policies.flatMap((policy) =>
    policy.rules
      .filter((rule) => rule.name === name || `${policy.name}/${rule.name}` === name)
      .map((rule) => ({ policy, rule: rule.name })),
  );
  // The generated policies of one document have its name.
  const distinct = new Map(matches.map((one) => [`${one.policy.name}/${one.rule}`, one]));
  const [only, other] = distinct.values();
  if (only === undefined) {
    const known = policies.flatMap((policy) => policy.rules.map((rule) => rule.name));
    return `no rule "${name}"; there is ${[...new Set(known)].join(', ') || 'none'}`;
  }
  return other === undefined
    ? only
    : `several policies have a rule "${name}"; write ${only.policy.name}/${only.rule} or ${other.policy.name}/${other.rule}`;
}
