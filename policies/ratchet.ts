import { type FieldPath, renderPath } from './document.ts';
import type { EvaluatedRule } from './evaluate.ts';
import type { Known } from './known.ts';
import { limits } from './limits.ts';
import { digestOf } from './rule/digest.ts';
import type { Version } from './version.ts';
import type { ImageUse } from './workload.ts';

/**
 * Whether the object before an UPDATE had the same finding: of the same policy and rule with the same code; about an image, in a container of
 * the same name and PodSpec with the same digest; about fields, about no others and no other values, where an item of a list is known by its
 * name; about anything else, in the same words. A tag that moved is another digest, and so is an image that could not be resolved then or now.
 */
export function unchangedSince(
  before: readonly EvaluatedRule[],
  { object, oldObject }: Version,
  known: Known,
): (one: EvaluatedRule) => boolean {
  const had = new Set(before.flatMap((one) => keysOf(one, oldObject, known) ?? []));
  return (one) => keysOf(one, object, known)?.every((key) => had.has(key)) ?? false;
}

/** One for each thing that a finding is about; undefined for what cannot be compared. */
function keysOf(
  { policy, rule, outcome, use, podSpec }: EvaluatedRule,
  document: unknown,
  known: Known,
): readonly string[] | undefined {
  if (outcome.kind !== 'violated') return undefined;
  const { code, found, fields } = outcome.violation;
  const about = (place: unknown): string => JSON.stringify([policy.name, rule, code, place]);
  if (use !== undefined) {
    const place = imageKey(use, known);
    return place === undefined ? undefined : [about(place)];
  }
  const within = renderPath(podSpec ?? []);
  // Only so many are looked for: behind them may be one that is new.
  if ((fields?.length ?? 0) >= limits.culprits) return undefined;
  return fields?.map((field) => about([within, ...named(field, document)])) ?? [about([within, found])];
}

function imageKey(use: ImageUse, known: Known): string | undefined {
  const subject = digestOf(use, known);
  if (subject.kind !== 'digest') return undefined;
  // What has no name, as the image of a SpinApp, is known by its place.
  return JSON.stringify([renderPath(use.podSpec ?? []), use.container ?? use.field, subject.digest]);
}

/**
 * The path with what is known of the items that it leads through, and the value unless objects or lists lie within what it holds: who reorders
 * containers has changed none, who gives a host path another path has.
 */
function named(field: FieldPath, document: unknown): readonly unknown[] {
  let part = document;
  const steps = field.map((step) => {
    const list = part;
    part = childOf(part, step);
    return typeof step === 'number' ? identityOf(part, step, list) : step;
  });
  return [...steps, holdsParts(part) ? 'as it is' : [part]];
}

/** Of an item that holds nothing but values all of it, for the name of a mount is that of its volume; of another its name, where no other has it. */
function identityOf(item: unknown, index: number, list: unknown): unknown {
  if (isPart(item) && !Object.values(item).some(isPart)) return { item };
  const name = childOf(item, 'name');
  if (typeof name !== 'string') return index;
  const alone = Array.isArray(list) && list.filter((other) => childOf(other, 'name') === name).length === 1;
  return alone ? { name } : { name, index };
}

const isPart = (value: unknown): value is object => typeof value === 'object' && value !== null;

const holdsParts = (value: unknown): boolean =>
  isPart(value) && Object.values(value).some((one) => isPart(one) && Object.values(one).some(isPart));

const childOf = (part: unknown, step: string | number): unknown =>
  typeof part === 'object' && part !== null && Object.hasOwn(part, step)
    ? (part as Readonly<Record<string | number, unknown>>)[step]
    : undefined;
