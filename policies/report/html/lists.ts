import type { FindingOutcome } from '../outcome.ts';
import type { Report } from '../report.ts';
import { controlsOf, namespaceOf } from './tally.ts';
import { outcomes, severities } from './words.ts';

/** What the filters offer, of all findings; a finding names its policy, namespace and controls by their place here. */
export interface Lists {
  readonly policies: readonly string[];
  readonly namespaces: readonly string[];
  readonly outcomes: readonly FindingOutcome[];
  /** Of the policies that have a finding. */
  readonly controls: readonly string[];
  /** Those that some finding has; empty where no policy states any. */
  readonly severities: readonly string[];
}

export function listsOf({ objects, policies }: Report): Lists {
  const having = objects.filter(({ findings }) => findings.length > 0);
  const all = having.flatMap(({ findings }) => findings);
  const present = new Set(all.map(({ outcome }) => outcome));
  const stated = new Set(all.map(({ severity }) => severity));
  const names = new Set(all.map(({ finding }) => finding.policy));
  return {
    policies: inOrder([...names]),
    controls: inOrder(policies.filter(({ name }) => names.has(name)).flatMap(({ about }) => controlsOf(about))),
    namespaces: inOrder(having.map(namespaceOf)),
    outcomes: (Object.keys(outcomes) as FindingOutcome[]).filter((outcome) => present.has(outcome)),
    severities: severities.filter((severity) => stated.has(severity)),
  };
}

const inOrder = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
