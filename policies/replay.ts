import { type Answer, type Digest, type Evidence, found, type Need, needKey, parseDigest } from '../evidence/index.ts';
import { describe, type Lookup, type LookupAnswer, lookupGap, lookupKey, unanswered } from './lookup.ts';
import { digestOf, type JudgementRecord } from './record.ts';
import type { DecisionRecord, FindingRecord } from './report/json.ts';
import { valueAt } from './validate.ts';
import { isObject } from './version.ts';

/** Reads a record, or says what is wrong with it; one whose object was changed since is refused. */
export function parseRecord(value: unknown): JudgementRecord | string {
  if (!isObject(value) || value.kind !== 'DecisionRecord' || value.apiVersion !== 'assay.dev/v1alpha1')
    return 'it is no DecisionRecord of assay.dev/v1alpha1';
  for (const field of ['review', 'inputs', 'decision'])
    if (!isObject(valueAt(value, [field]))) return `"${field}" is no object`;
  for (const field of ['policies', 'evidence', 'cluster', 'unknown', 'trust'])
    if (!Array.isArray(valueAt(value, [field]))) return `"${field}" is no list`;
  if (Number.isNaN(Date.parse(String(valueAt(value, ['time']))))) return '"time" is no time';
  for (const part of ['object', 'oldObject'])
    if (digestOf(valueAt(value, ['review', part])) !== valueAt(value, ['inputs', part]))
      return `the ${part} of the review is not the one that was judged: its digest differs`;
  return value as JudgementRecord;
}

/** Evidence for a replay: tags name what they named then; what is proven of a digest is asked anew. */
export function replayedEvidence(record: JudgementRecord, evidence: Evidence): Evidence {
  const named = new Map(
    record.evidence.flatMap(({ question, answer, digest, index }) => {
      const parsed = answer === 'found' && digest !== undefined ? parseDigest(digest) : undefined;
      return parsed === undefined ? [] : [[question, { digest: parsed, index: index === true }] as const];
    }),
  );
  const answered = (need: Need): Answer[] => {
    const then = need.kind === 'image' ? named.get(needKey(need)) : undefined;
    if (need.kind !== 'image' || then === undefined) return [];
    const kind = then.index ? ('index' as const) : ('manifest' as const);
    return [{ kind: 'image', need, read: found({ digest: then.digest, kind }) }];
  };
  return {
    ...evidence,
    fulfil: async (needs, context) => {
      const known = needs.flatMap(answered);
      const open = needs.filter((need) => answered(need).length === 0);
      return [...known, ...(open.length === 0 ? [] : await evidence.fulfil(open, context))];
    },
    stats: () => evidence.stats(),
    close: () => evidence.close(),
  };
}

/** The cluster as it answered then; what nobody asked then is unknown. */
export function replayedLookup({ cluster }: JudgementRecord): Lookup {
  const then = new Map(cluster.map((answer) => [lookupKey(answer.need), answer]));
  return {
    fulfil: async (needs) =>
      needs.map((need): LookupAnswer => {
        const gap = lookupGap('LOOKUP_UNAVAILABLE', `the record says nothing of ${describe(need)}`);
        return then.get(lookupKey(need)) ?? unanswered(need, gap);
      }),
  };
}

/** What a judgement of today says otherwise than the record. */
export interface Differences {
  readonly allowed?: { readonly recorded: boolean; readonly now: boolean };
  /** Findings of then that are no more, and new ones. */
  readonly gone: readonly FindingRecord[];
  readonly added: readonly FindingRecord[];
  /** Policies and the like that were changed, added or taken away. */
  readonly documents: readonly string[];
}

export function differencesOf(
  then: JudgementRecord,
  now: DecisionRecord,
  documents: JudgementRecord['policies'],
): Differences {
  const [before, after] = [findingsOf(then.decision), findingsOf(now)];
  const allowed =
    then.decision.allowed === now.allowed ? {} : { allowed: { recorded: then.decision.allowed, now: now.allowed } };
  return {
    ...allowed,
    gone: before.filter((finding) => !after.some((one) => key(one) === key(finding))),
    added: after.filter((finding) => !before.some((one) => key(one) === key(finding))),
    documents: changedDocuments(then.policies, documents),
  };
}

export const findingsOf = (decision: DecisionRecord): readonly FindingRecord[] =>
  [decision.violations, decision.gaps, decision.errors, decision.warnings, decision.audits].flat();

const key = ({ policy, rule, code, path, effect, digest }: FindingRecord): string =>
  JSON.stringify([policy, rule, code, path, effect, digest]);

function changedDocuments(then: JudgementRecord['policies'], now: JudgementRecord['policies']): string[] {
  const [before, after] = [then, now].map(
    (all) => new Map<string, Digest>(all.map(({ kind, name, digest }) => [`${kind} ${name}`, digest])),
  ) as [Map<string, Digest>, Map<string, Digest>];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    if (!after.has(name)) return [`${name} is gone`];
    if (!before.has(name)) return [`${name} is new`];
    return before.get(name) === after.get(name) ? [] : [`${name} was changed`];
  });
}
