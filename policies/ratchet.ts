import type { Finding } from './decision.ts';
import type { EvaluatedRule } from './evaluate.ts';
import { digestOf } from './rule/digest.ts';
import type { Known } from './known.ts';
import type { ImageUse } from './workload.ts';
import { renderPath } from './document.ts';

/**
 * Whether the object before an UPDATE had the same finding: of the same policy and rule with the same code; about an image, in a container of
 * the same name and PodSpec with the same digest; about anything else, in the same words, for a rule that names what it found names what is
 * new. A tag that moved is another digest, and so is an image that could not be resolved then or now.
 */
export function unchangedSince(
  before: readonly EvaluatedRule[],
  known: Known,
): (finding: Finding, use: ImageUse | undefined) => boolean {
  const had = new Set(before.flatMap((one) => keyOf(one, known)));
  return (finding, use) => {
    const place = use === undefined ? placeKey(finding.field, finding.found) : imageKey(use, known);
    return place !== undefined && had.has(key(finding.policy, finding.rule, finding.code, place));
  };
}

function keyOf({ policy, rule, outcome, use, podSpec }: EvaluatedRule, known: Known): string[] {
  if (outcome.kind !== 'violated') return [];
  const place = use === undefined ? placeKey(renderPath(podSpec ?? []), outcome.violation.found) : imageKey(use, known);
  return place === undefined ? [] : [key(policy.name, rule, outcome.violation.code, place)];
}

const key = (policy: string, rule: string, code: string, place: string): string =>
  JSON.stringify([policy, rule, code, place]);

const placeKey = (field: string, found: string): string => JSON.stringify([field, found]);

function imageKey(use: ImageUse, known: Known): string | undefined {
  const subject = digestOf(use, known);
  if (subject.kind !== 'digest') return undefined;
  // What has no name, as the image of a SpinApp, is known by its place.
  return JSON.stringify([renderPath(use.podSpec ?? []), use.container ?? use.field, subject.digest]);
}
