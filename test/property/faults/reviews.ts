import type { Decision, Finding, KubernetesObject } from '../../../policies/index.ts';
import type { Registry } from '../../support/registry/index.ts';
import { type Corridor, openCorridor } from '../../support/shop/corridor.ts';
import { shopConfiguration } from '../../support/shop/index.ts';
import type { knobs } from '../registry/faults.ts';
import { type Case, manifestOf, type Truth } from './truth.ts';

/** What a run of reviews over a registry with faults ended in. */
export interface ReviewReport {
  readonly faults: readonly string[];
  readonly reviews: number;
  readonly allowed: number;
  /** Denied because of what was learnt, and because it could not be learnt. */
  readonly denied: number;
  readonly undecided: number;
  /** Decisions that the truth and the faults do not allow, each told in a line. */
  readonly wrong: readonly string[];
  readonly slowestMilliseconds: number;
}

/** How many reviews are under way, and the milliseconds that each has. */
export interface Pace {
  readonly atOnce?: number;
  readonly deadline?: number;
}

/** Sends `count` reviews, some at once, while faults meet a quarter of what the registry has, and compares with the truth. */
export async function review(
  { registry, truth }: { readonly registry: Registry; readonly truth: Truth },
  faults: readonly (typeof knobs)[number][],
  count: number,
  seed: number,
  { atOnce = 12, deadline = 150 }: Pace = {},
): Promise<ReviewReport> {
  for (const { fault } of faults) registry.faults.add(fault, { path: /[37bf](?:\.sig)?(?:\?.*)?$/ });
  const random = generator(seed);
  // Time flies here, so that a host is not left alone, nor a list believed, for the rest of the run.
  let now = Date.now();
  await using corridor = openCorridor({
    // A hung request holds its connection for seconds; here others must not have to wait for it.
    configuration: `${shopConfiguration(registry.host)}\nbounds: {connectionsPerHost: 256}\n`,
    policies: truth.policies,
    files: truth.files,
    clock: () => new Date((now += 3_000)),
  });
  const codes = faults.flatMap(({ fault, codes }) => [
    ...codes,
    ...(fault.kind === 'hang' || fault.kind === 'slow' ? afterSilence : []),
  ]);
  const excuses = new Set(['DEADLINE_EXCEEDED', ...codes.flatMap(consequences)]);
  const counts = { allowed: 0, denied: 0, undecided: 0 };
  const wrong: string[] = [];
  let slowest = 0;
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const asked = truth.draw(random);
      const outcome = await judgeOne(corridor, asked, random(3) === 0, deadline);
      slowest = Math.max(slowest, outcome.slowest);
      counts[outcome.verdict] += 1;
      wrong.push(...faultsOf(outcome, asked, excuses).map((line) => `${asked.names.join(' + ')}: ${line}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  registry.faults.clear();
  return {
    faults: faults.map(({ fault }) => ('status' in fault ? `${fault.kind} ${fault.status}` : fault.kind)),
    reviews: count,
    ...counts,
    wrong,
    slowestMilliseconds: Math.round(slowest),
  };
}

interface Outcome {
  readonly verdict: 'allowed' | 'denied' | 'undecided';
  readonly decision: Decision;
  /** What mutation made of the object, where it was asked. */
  readonly mutation?: Decision;
  readonly slowest: number;
}

/** As the API server does: mutation, for some, and validation of what it made. */
async function judgeOne(corridor: Corridor, asked: Case, mutate: boolean, deadline: number): Promise<Outcome> {
  let slowest = 0;
  const timed = async (object: KubernetesObject | string, phase: 'mutate' | 'validate'): Promise<Decision> => {
    const started = performance.now();
    const decision = await corridor.judge(object, { phase, signal: AbortSignal.timeout(deadline) });
    slowest = Math.max(slowest, performance.now() - started);
    return decision;
  };
  const object = manifestOf(asked);
  const mutation = mutate ? await timed(object, 'mutate') : undefined;
  const decision = await timed(mutation?.version.object ?? object, 'validate');
  const because = decision.findings.filter(({ effect }) => effect === 'deny');
  const verdict = decision.allowed ? 'allowed' : because.some(isUndecided) ? 'undecided' : 'denied';
  return { verdict, decision, slowest, ...(mutation === undefined ? {} : { mutation }) };
}

function faultsOf({ decision, mutation }: Outcome, asked: Case, excuses: ReadonlySet<string>): readonly string[] {
  const lines: string[] = [];
  if (mutation?.allowed === false) lines.push('mutation denies');
  for (const reference of mutation === undefined ? [] : imagesOf(mutation.version.object))
    if (!asked.mayBecome.has(reference)) lines.push(`mutation makes an image ${reference}`);
  if (decision.allowed && !asked.allowed) lines.push('allowed');
  if (decision.allowed) return lines;
  const reasons = decision.findings.filter(({ effect }) => effect === 'deny');
  if (reasons.length === 0) lines.push('denied without a reason');
  for (const reason of reasons)
    if (!excuses.has(reason.code) && (isUndecided(reason) || !asked.codes.has(reason.code)))
      lines.push(`${reason.kind} ${reason.code} ${reason.found}`);
  return lines;
}

const isUndecided = ({ kind }: Finding): boolean => kind !== 'violation';

/** Work goes on when a review has ended, until the host has been silent, or at it, for too long. */
const afterSilence: readonly string[] = ['REGISTRY_UNREACHABLE'];

/** What the policy makes of what a registry says: the origin's own word that nothing is there is an answer. */
const consequences = (code: string): readonly string[] =>
  code === 'absent' ? ['NO_SIGNATURE', 'TAG_NOT_FOUND'] : [code];

function imagesOf(object: unknown): readonly string[] {
  if (Array.isArray(object)) return object.flatMap(imagesOf);
  if (typeof object !== 'object' || object === null) return [];
  return Object.entries(object).flatMap(([key, value]) =>
    key === 'image' && typeof value === 'string' ? [value] : imagesOf(value),
  );
}

/** Numbers below a bound, the same for one seed. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
