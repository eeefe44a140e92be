import type { Finding } from './decision.ts';
import { type Glob, matchGlob } from './glob.ts';
import { revocationRuleName } from './revocation.ts';
import { valueAt } from './validate.ts';
import type { KubernetesObject } from './version.ts';

/** A WorkloadException, compiled. */
export interface Exception {
  /** `namespace/name`. */
  readonly name: string;
  readonly policy: string;
  readonly rules: ReadonlySet<string>;
  readonly objects: readonly ObjectScope[];
  readonly images?: readonly Glob[];
  readonly digests?: ReadonlySet<string>;
  readonly gaps: boolean;
  readonly reason: string;
  readonly approver: string;
  readonly expires: Date;
}

export interface ObjectScope {
  readonly kind?: string;
  readonly namespace: string;
  /** Parts of the name between stars; undefined is any name. */
  readonly name?: readonly string[];
}

/** What excuses a finding, or would if it had not ended. */
export interface Excuse {
  readonly exception: string;
  readonly reason: string;
  readonly approver: string;
  readonly until: Date;
}

/**
 * The finding under the exceptions in force. One must cover it wholly, for two that each cover a part say nothing of the whole; what was
 * revoked, what nobody looked at and who may write exceptions no exception covers. An excused finding warns; an exception that has ended says so.
 */
export function excused(
  finding: Finding,
  exceptions: readonly Exception[],
  {
    object,
    namespace,
    now,
  }: { readonly object: KubernetesObject; readonly namespace: string | undefined; readonly now: Date },
): Finding {
  // Nor does one cover that it cannot be told whether an image is revoked.
  if (finding.effect !== 'deny' || unexcusable.has(finding.code) || finding.rule === revocationRuleName) return finding;
  const covering = exceptions.filter((exception) => covers(exception, finding, object, namespace));
  const inForce = covering.find(({ expires }) => now < expires);
  if (inForce !== undefined) return { ...finding, effect: 'warn', excused: excuseOf(inForce) };
  const [ended] = covering;
  return ended === undefined ? finding : { ...finding, expired: excuseOf(ended) };
}

const unexcusable: ReadonlySet<Finding['code']> = new Set([
  'REVOKED',
  'SIGNER_REVOKED',
  'LIMIT_IMAGES',
  'EXCEPTION_NOT_APPROVED',
]);

const excuseOf = ({ name, reason, approver, expires }: Exception): Excuse => ({
  exception: name,
  reason,
  approver,
  until: expires,
});

function covers(
  exception: Exception,
  finding: Finding,
  object: KubernetesObject,
  namespace: string | undefined,
): boolean {
  if (finding.policy !== exception.policy || !exception.rules.has(finding.rule)) return false;
  // An error of the policy is nobody's violation; a gap is one only where the exception says so.
  if (finding.kind === 'error' || (finding.kind === 'undecided' && !exception.gaps)) return false;
  if (!exception.objects.some((scope) => inScope(scope, object, namespace))) return false;
  return ofImages(exception, finding) && ofDigests(exception, finding);
}

function inScope(scope: ObjectScope, object: KubernetesObject, namespace: string | undefined): boolean {
  return (
    namespace === scope.namespace &&
    (scope.kind === undefined || scope.kind === object.kind) &&
    (scope.name === undefined || isNamed(scope.name, object))
  );
}

function isNamed(parts: readonly string[], object: KubernetesObject): boolean {
  const [name, beginning] = ['name', 'generateName'].map((field) => valueAt(object, ['metadata', field]));
  if (typeof name === 'string') return matchesParts(parts, name);
  // The API server will put something behind it: only what leaves the end open covers whatever that is.
  return typeof beginning === 'string' && parts.at(-1) === '' && matchesParts(parts, beginning);
}

/** Linear: each part is looked for behind the one before, the last at the end. */
function matchesParts(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest.slice(0, -1)) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  const last = rest.at(-1) ?? '';
  return text.length - last.length >= from && text.endsWith(last);
}

function ofImages({ images }: Exception, { image }: Finding): boolean {
  if (images === undefined) return true;
  const repository = image?.repository;
  return repository !== undefined && images.some((glob) => matchGlob(glob, repository) !== undefined);
}

function ofDigests({ digests }: Exception, { image }: Finding): boolean {
  return digests === undefined || (image?.digest !== undefined && digests.has(image.digest));
}
