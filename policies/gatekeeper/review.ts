import type { Surroundings } from '../ask.ts';
import { judge } from '../judge.ts';
import type { AdmissionRequest, Operation, UserInfo } from '../request.ts';
import type { Review } from '../review.ts';
import { valueAt } from '../validate.ts';
import { isObject, type KubernetesObject } from '../version.ts';
import type { CompiledConstraint } from './constraint.ts';

/** The messages of a constraint's violations, or why there was nothing to review. */
export type ConstraintReview =
  | {
      readonly kind: 'reviewed';
      readonly messages: readonly string[];
      /** Rules that found something, and rules that found nothing; neither where the constraint does not speak of the object. */
      readonly bites: readonly string[];
      readonly passes: readonly string[];
    }
  | { readonly kind: 'problem'; readonly detail: string };

/**
 * Reviews an object, or the request of an AdmissionReview, as gator does: as it is written, without the defaults of an API server. What lies in
 * `inventory` tells of namespaces, and nothing else: code in CEL has no data.inventory.
 */
export async function reviewConstraint(
  { matches, enforced, policy, expressions }: CompiledConstraint,
  object: KubernetesObject,
  inventory: readonly KubernetesObject[],
  surroundings: Omit<Surroundings, 'policies'>,
): Promise<ConstraintReview> {
  const review = reviewOf(object);
  if ('kind' in review) return review;
  if (!enforced) return reviewed([]);
  const { request } = review;
  const namespace = inventory.find(
    (one) => one.apiVersion === 'v1' && one.kind === 'Namespace' && nameOf(one) === (request?.namespace ?? ''),
  );
  const sides = [review.object, review.oldObject].flatMap((side) => (side === undefined ? [] : [side]));
  let matched = false;
  for (const side of sides) {
    const fits = matches({ object: side, ...(namespace === undefined ? {} : { namespace }) });
    // Whoever cannot be told from those that are meant is one of them.
    if (typeof fits === 'string') return reviewed([unmatchable(side, fits)]);
    matched ||= fits;
    if (matched) break;
  }
  if (!matched) return reviewed([]);
  const policies = { policies: [policy], revocations: [], exceptions: [], documents: [] };
  const decision = await judge(review, { ...surroundings, policies, unmatchedImages: 'Allow' });
  const mine = decision.findings.filter((one) => one.policy === policy.name && one.effect === 'deny');
  const messages = mine.map(({ kind, rule, found }) => {
    if (kind === 'violation') return found;
    const [, condition, failed] = /^match condition "([^"]*)": ([^]*)$/.exec(found) ?? [];
    const [, index] = /^validations\[(\d+)\]$/.exec(rule) ?? [];
    const text =
      policy.matchConditions.find(({ name }) => name === condition)?.expression.text.trim() ??
      expressions[Number(index ?? -1)];
    return text === undefined ? found : `expression '${text}' resulted in error: ${plain(failed ?? found)}`;
  });
  const passed = (decision.passed?.() ?? []).filter((one) => one.policy === policy.name);
  return { kind: 'reviewed', messages, bites: mine.map(({ rule }) => rule), passes: passed.map(({ rule }) => rule) };
}

/** As cel-go says it, for a Suite may match the text: without our code, and a key without quotes. */
const plain = (found: string): string =>
  found
    .replace(/ \(CEL_[A-Z_]+(?:, at character \d+)?\)$/, '')
    .replace(/^(?:no such key: |a value of type null_type has no fields, so no )"(.*)"$/, 'no such key: $1');

/** In gatekeeper's words. */
const unmatchable = (object: KubernetesObject, detail: string): string =>
  `unable to match constraints: error matching the requested object: ${nameOf(object)} :failed to run Match criteria: ${detail}`;

const reviewed = (messages: readonly string[]): ConstraintReview => ({
  kind: 'reviewed',
  messages,
  bites: [],
  passes: [],
});

function reviewOf(object: KubernetesObject): Review | Extract<ConstraintReview, { kind: 'problem' }> {
  const isReview = object.kind === 'AdmissionReview' && String(object.apiVersion).startsWith('admission.k8s.io/');
  if (!isReview) return { phase: 'validate', operation: 'CREATE', object, request: requestOf(object) };
  const request = valueAt(object, ['request']);
  if (!isObject(request)) return problem('the AdmissionReview has no request');
  const [now, before] = ['object', 'oldObject'].map((field) => objectAt(request, field));
  const stated = textAt(request, 'operation');
  const operation = operations.find((one) => one === stated);
  if (now === undefined && before === undefined)
    return problem('the request of the AdmissionReview has neither object nor oldObject');
  if (operation === 'DELETE' && before === undefined) return problem('a DELETE has an oldObject');
  const sides = {
    ...(now === undefined || operation === 'DELETE' ? {} : { object: now }),
    ...(before === undefined ? {} : { oldObject: before }),
  };
  // Whoever says no operation asks for none; the object is looked at all the same.
  const asked = operation ?? (now === undefined ? 'DELETE' : 'CREATE');
  return { phase: 'validate', operation: asked, ...sides, request: statedRequest(request, operation ?? '') };
}

const operations: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

const problem = (detail: string): { readonly kind: 'problem'; readonly detail: string } => ({
  kind: 'problem',
  detail,
});

/** What gator makes up: the kind, and what the object is called. */
function requestOf(object: KubernetesObject): AdmissionRequest {
  const apiVersion = textAt(object, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  const groupVersion = { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1) };
  const kind = { ...groupVersion, kind: textAt(object, 'kind') };
  return statedRequest({ kind, name: nameOf(object), namespace: textAt(object, 'metadata', 'namespace') }, '');
}

function statedRequest(stated: object, operation: AdmissionRequest['operation']): AdmissionRequest {
  const texts = <const N extends string>(at: string, ...fields: readonly N[]): Record<N, string> => {
    const found: Partial<Record<N, string>> = {};
    for (const field of fields) found[field] = textAt(stated, at, field);
    return found as Record<N, string>;
  };
  const named = (field: 'name' | 'namespace' | 'subResource' | 'requestSubResource') => {
    const text = textAt(stated, field);
    return text === '' ? {} : { [field]: text };
  };
  const kind = texts('kind', 'group', 'version', 'kind');
  const resource = texts('resource', 'group', 'version', 'resource');
  const user = valueAt(stated, ['userInfo']);
  return {
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    ...named('name'),
    ...named('namespace'),
    ...named('subResource'),
    ...named('requestSubResource'),
    operation,
    userInfo: isObject(user) ? (user as UserInfo) : {},
    dryRun: valueAt(stated, ['dryRun']) === true,
    options: valueAt(stated, ['options']) ?? null,
  };
}

function objectAt(request: object, field: string): KubernetesObject | undefined {
  const found = valueAt(request, [field]);
  return isObject(found) ? found : undefined;
}

const nameOf = (object: unknown): string => textAt(object, 'metadata', 'name');

function textAt(object: unknown, ...path: readonly string[]): string {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : '';
}
