import { compileTogether, maxExpressionCost, maxPolicyCost, mostTogether, type Together } from './cel/index.ts';
import { constrain } from './govern.ts';
import { limits } from './limits.ts';
import type { CompiledPolicy } from './policy.ts';
import { isWritten } from './review.ts';
import type { ObjectRule, PodRule } from './rule.ts';
import type { Setting } from './setting.ts';

/** Of each policy of a set, by its place in it: whether everything it has to say of an object is said already. */
export interface PlainVerdicts {
  /** Whether the policy at this place is done with: it does not speak of the object, or all of its rules passed with nothing to say. */
  done(at: number): boolean;
  /** Those whose rules passed, in the set's order. */
  passed(): readonly CompiledPolicy[];
}

/**
 * Evaluates the policies of a set that are nothing but expressions over the object or its PodSpecs, many in one function. Nearly all of them pass nearly
 * always; whatever does not is left to be evaluated by itself, which finds out why. A set is prepared when it has been used for a while, a
 * few policies at each review: most command lines never come to that.
 */
export function evaluatePlain(policies: readonly CompiledPolicy[], setting: Setting): PlainVerdicts {
  const prepared = preparedOf(policies);
  // A policy has a budget of its own, which its few expressions cannot exhaust over a few PodSpecs.
  if (prepared.parts.length === 0 || setting.podSpecs.length > mostPodSpecs) return nothingSaid;
  const states = isWritten(setting.review) ? prepared.written.slice() : prepared.unwritten.slice();
  for (const part of prepared.parts) evaluatePart(part, setting, states);
  return {
    done: (at) => states[at] !== open,
    passed: () => policies.filter((_, at) => states[at] === passing),
  };
}

const mostPodSpecs = 3;
const mostRules = Math.floor(maxPolicyCost / maxExpressionCost / mostPodSpecs);

const nothingSaid: PlainVerdicts = { done: () => false, passed: () => [] };

/** What is known of a policy: nothing, that its rules have passed so far, or that it does not speak of the object. */
const [open, passing, silent] = [0, 1, 2] as const;

interface Prepared {
  readonly parts: Part[];
  /** What is known at first of an object that is stored, and of one that is not: policies without constraints are about the former alone. */
  readonly written: Uint8Array;
  readonly unwritten: Uint8Array;
  uses: number;
  /** Policies before this place are in parts, or fit none. */
  next: number;
}

/** Some policies whose rules are functions of their own. */
interface Part {
  /** Those that say which objects they are about. */
  readonly constrained: readonly Member[];
  readonly object: Chorus | undefined;
  readonly pod: Chorus | undefined;
}

interface Member {
  readonly policy: CompiledPolicy;
  readonly at: number;
}

/** Expressions of several policies, and the place of the policy that each belongs to. */
interface Chorus {
  readonly run: Together;
  readonly places: readonly number[];
}

const preparedSets = new WeakMap<readonly CompiledPolicy[], Prepared>();

function preparedOf(policies: readonly CompiledPolicy[]): Prepared {
  let prepared = preparedSets.get(policies);
  if (prepared === undefined) {
    const { length } = policies;
    prepared = { parts: [], written: new Uint8Array(length), unwritten: new Uint8Array(length), uses: 0, next: 0 };
    preparedSets.set(policies, prepared);
  }
  prepared.uses += 1;
  if (prepared.uses > limits.usesBeforeTogether && prepared.next < policies.length) prepareMore(policies, prepared);
  return prepared;
}

/** One more part, of as many policies as fit. */
function prepareMore(policies: readonly CompiledPolicy[], prepared: Prepared): void {
  const members: Member[] = [];
  const rules = { object: [] as [number, ObjectRule][], pod: [] as [number, PodRule][] };
  for (; prepared.next < policies.length; prepared.next += 1) {
    const at = prepared.next;
    const policy = policies[at];
    const own = policy === undefined ? undefined : plainRules(policy);
    if (policy === undefined || own === undefined) continue;
    const objectRules = own.filter((rule) => rule.scope === 'object');
    const podRules = own.filter((rule) => rule.scope === 'pod');
    if (rules.object.length + objectRules.length > mostTogether || rules.pod.length + podRules.length > mostTogether)
      break;
    for (const rule of objectRules) rules.object.push([at, rule]);
    for (const rule of podRules) rules.pod.push([at, rule]);
    members.push({ policy, at });
  }
  const [object, pod] = [chorusOf(rules.object), chorusOf(rules.pod)];
  // What cannot be put into one function is evaluated as before.
  const whole = (object !== undefined || rules.object.length === 0) && (pod !== undefined || rules.pod.length === 0);
  if (!whole || members.length === 0) return;
  const constrained = members.filter(({ policy }) => policy.constraints.length > 0);
  prepared.parts.push({ constrained, object, pod });
  for (const { policy, at } of members) {
    if (policy.constraints.length > 0) continue;
    prepared.written[at] = passing;
    prepared.unwritten[at] = silent;
  }
}

/** The rules of a policy that sees what all see and has nothing but expressions to say; undefined for any other. */
function plainRules(policy: CompiledPolicy): readonly (ObjectRule | PodRule)[] | undefined {
  const { namespace, images, speaksOfImages, matchConditions, parameters, variables, authorities, attestations } =
    policy;
  const brings = [matchConditions, variables, authorities, attestations].some(({ length }) => length > 0);
  if (brings || namespace !== undefined || images !== undefined || speaksOfImages || parameters !== undefined)
    return undefined;
  const plain = policy.rules.flatMap((rule) => (rule.scope !== 'image' && rule.program?.fastPath ? [rule] : []));
  return plain.length > 0 && plain.length === policy.rules.length && plain.length <= mostRules ? plain : undefined;
}

function chorusOf(rules: readonly (readonly [number, ObjectRule | PodRule])[]): Chorus | undefined {
  const programs = rules.flatMap(([, { program }]) => (program === undefined ? [] : [program]));
  const run = compileTogether(programs);
  return run && { run, places: rules.map(([at]) => at) };
}

function evaluatePart({ constrained, object, pod }: Part, setting: Setting, states: Uint8Array): void {
  for (const { policy, at } of constrained) {
    const outcome = constrain(policy, setting, setting.known);
    if (outcome === 'matched') states[at] = passing;
    else if (outcome === 'unmatched') states[at] = silent;
  }
  if (object !== undefined) sing(object, setting.bindings, states);
  if (pod !== undefined) for (const path of setting.podSpecs) sing(pod, setting.pod(path), states);
}

/** Whoever does not pass is open again. */
function sing({ run, places }: Chorus, bindings: Setting['bindings'], states: Uint8Array): void {
  let wanted = 0;
  for (let bit = 0; bit < places.length; bit += 1) if (states[places[bit] ?? 0] === passing) wanted |= 1 << bit;
  if (wanted === 0) return;
  const missing = wanted & ~run(bindings, wanted);
  if (missing === 0) return;
  for (let bit = 0; bit < places.length; bit += 1) if ((missing & (1 << bit)) !== 0) states[places[bit] ?? 0] = open;
}
