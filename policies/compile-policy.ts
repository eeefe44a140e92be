import { readAbout } from './about.ts';
import { compileAttestations, namedAuthorities, needsCaptures } from './compile-attestations.ts';
import type { Authority } from './authority.ts';
import { compileAuthorities } from './compile-authority.ts';
import type { CompileContext } from './compile.ts';
import { compileExpressions } from './compile-expressions.ts';
import { compileImages } from './compile-images.ts';
import type { FieldPath } from './document.ts';
import { type Glob, literalPrefix } from './glob.ts';
import { compileParameters, withSchema } from './compile-parameters.ts';
import { type Dialect, withParameters, workloadDialect } from './expression.ts';
import { compileMutations, mutationType } from './kubernetes/mutations.ts';
import { compileMatchConstraints } from './match-constraints.ts';
import { type CompiledPolicy, emptyPolicy } from './policy.ts';
import { present } from './present.ts';
import type { Report } from './problem.ts';
import type { Rule } from './rule.ts';
import { pinRule } from './rule/pin.ts';
import { attestationRule } from './rule/attestations.ts';
import { signaturesRule } from './rule/signatures.ts';
import type { ClusterWorkloadPolicy, WorkloadPolicy } from './schema/policy.ts';

/** Compiles our own policy document; problems are told with their field. */
export function compilePolicy(
  { kind, metadata, spec }: ClusterWorkloadPolicy | WorkloadPolicy,
  context: CompileContext,
  report: Report,
): CompiledPolicy {
  const namespace = 'namespace' in metadata ? metadata.namespace : undefined;
  const name = namespace === undefined ? metadata.name : `${namespace}/${metadata.name}`;
  const images = spec.images?.flatMap((text, index) => compileImages(text, ['spec', 'images', index], report));
  const authorities = compileAuthorities(spec.authorities ?? [], context, report);
  const { validationActions = ['Deny'], onUnavailable = 'Deny', failurePolicy = 'Fail', pin = 'Pods' } = spec;
  if (validationActions.includes('Deny') && validationActions.includes('Warn')) {
    report(
      'UNSAFE_COMBINATION',
      ['spec', 'validationActions'],
      'Deny and Warn exclude each other: a denial is shown anyway',
    );
  }
  if (onUnavailable === 'Warn') warnOnOpenHosts(images, report);
  const previouslyVerifiedMaxAge = maxAge(spec, report);
  const rules: Rule[] = [];
  if (spec.signatures !== undefined) {
    const names = everyAuthority(spec.signatures.from, authorities);
    const from = namedAuthorities(names, ['spec', 'signatures', 'from'], authorities, report);
    const threshold = spec.signatures.threshold ?? 1;
    if (threshold > names.length && names.length > 0) {
      report(
        'UNSAFE_COMBINATION',
        ['spec', 'signatures', 'threshold'],
        `${threshold} of ${names.length} authorities can never be reached`,
      );
    }
    for (const name of names) needsCaptures(name, authorities.get(name), images, report);
    rules.push(signaturesRule(name, from, threshold));
  }
  const attestations = compileAttestations(spec.attestations ?? [], { authorities, images }, report);
  for (const attestation of attestations) if (attestation.required) rules.push(attestationRule(name, attestation));
  const parameters = compileOwnParameters(spec, namespace, report);
  const dialect = { ...dialectOf(namespace), findObject: mutationType };
  const named = parameters === undefined ? dialect : withParameters(dialect);
  const { compiler, ...expressions } = compileExpressions(spec, named, report);
  const mutations = compileMutations(spec.mutations ?? [], compiler, report);
  // Whoever may write policies into a namespace may not on that account write into what others put there.
  if (namespace !== undefined && spec.mutations !== undefined)
    report(
      'UNSAFE_COMBINATION',
      ['spec', 'mutations'],
      'a policy of one namespace changes no objects; a ClusterWorkloadPolicy may',
    );
  rules.push(...expressions.rules, ...mutations.rules);
  const speaksOfImages =
    [spec.images, spec.signatures, spec.attestations, spec.pin].some((field) => field !== undefined) ||
    expressions.rules.some(({ scope }) => scope === 'image');
  // Last, so that a message begins with what is wrong with the image and not with how it is named.
  if (speaksOfImages && pin !== 'None') rules.push(pinRule(pin));
  return present({
    ...emptyPolicy,
    ...expressions,
    kind,
    name,
    about: readAbout(metadata),
    namespace,
    parameters,
    mutations: mutations.mutations,
    constraints:
      spec.matchConstraints === undefined
        ? []
        : [compileMatchConstraints(spec.matchConstraints, ['spec', 'matchConstraints'], report)],
    images,
    speaksOfImages,
    authorities: [...authorities.values()],
    attestations,
    rules,
    updates: spec.updates ?? 'Ratchet',
    enforceFrom:
      spec.enforceFrom === undefined ? undefined : instant(spec.enforceFrom, ['spec', 'enforceFrom'], report),
    ...(spec.signatures === undefined ? {} : { threshold: spec.signatures.threshold ?? 1 }),
    pin: speaksOfImages ? pin : 'None',
    onUnavailable,
    previouslyVerifiedMaxAge,
    failurePolicy,
    validationActions,
  });
}

/** What a policy of one namespace may name: not the cluster, nor what the user may do elsewhere, which its author may have no right to ask. */
function dialectOf(namespace: string | undefined): Dialect {
  if (namespace === undefined) return workloadDialect;
  const { authorizer: _, 'authorizer.requestResource': __, cluster: ___, ...variables } = workloadDialect.variables;
  return { ...workloadDialect, variables };
}

/** Parameters of a policy of one namespace lie in that namespace. */
function compileOwnParameters(
  { paramKind, paramRef, paramSchema }: ClusterWorkloadPolicy['spec'],
  namespace: string | undefined,
  report: Report,
): CompiledPolicy['parameters'] {
  if ((paramKind === undefined) !== (paramRef === undefined)) {
    const missing = paramKind === undefined ? 'paramKind' : 'paramRef';
    report('FIELD_MISSING', ['spec', missing], '"paramKind" and "paramRef" go together');
  }
  const source = compileParameters(paramKind, paramRef, report);
  if (source !== undefined && namespace !== undefined) {
    if (source.scope === 'Cluster' || (source.namespace ?? namespace) !== namespace)
      report(
        'UNSAFE_COMBINATION',
        ['spec', 'paramRef'],
        `a policy of namespace "${namespace}" reads parameters of that namespace only`,
      );
  }
  const own = source === undefined || namespace === undefined ? source : { ...source, namespace };
  const compiled = withSchema(own, paramSchema, report);
  if (compiled.source === undefined) return compiled.constant && { constant: compiled.constant };
  if (paramRef?.parameterNotFoundAction !== undefined) return compiled.source;
  // Whoever may take a parameter away must not silence the policy by that.
  return { ...compiled.source, notFound: compiled.source.fallback === undefined ? 'Deny' : 'Allow' };
}

function instant(text: string, path: FieldPath, report: Report): Date | undefined {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  report('FIELD_WRONG', path, `"${text}" is no date; "2026-11-02" or "2026-11-02T10:14:07Z" is`);
  return undefined;
}

/** Milliseconds. The age and the mode that reads it go together. */
function maxAge(
  { onUnavailable, previouslyVerifiedMaxAge: text }: ClusterWorkloadPolicy['spec'],
  report: Report,
): number | undefined {
  const previously = onUnavailable === 'AllowIfPreviouslyVerified';
  if (previously !== (text !== undefined)) {
    const [field, detail] = previously
      ? ['previouslyVerifiedMaxAge', 'say how long ago an image may have been proven, such as "24h"']
      : ['onUnavailable', 'previouslyVerifiedMaxAge is read with "AllowIfPreviouslyVerified" only'];
    report('FIELD_MISSING', ['spec', field], detail);
  }
  const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
  return text === undefined ? undefined : Number(text.slice(0, -1)) * (milliseconds[text.slice(-1)] ?? 0);
}

function warnOnOpenHosts(images: readonly Glob[] | undefined, report: Report): void {
  const why = 'a registry that anyone may name could feign an outage to us alone';
  if (images === undefined)
    report('UNSAFE_COMBINATION', ['spec', 'onUnavailable'], `Warn needs "images" with literal hosts: ${why}`);
  for (const [index, glob] of (images ?? []).entries()) {
    if (!literalPrefix(glob).includes('/'))
      report(
        'UNSAFE_COMBINATION',
        ['spec', 'images', index],
        `onUnavailable: Warn needs a literal registry host here: ${why}`,
      );
  }
}

/** `*` alone is everybody whom the policy knows. */
const everyAuthority = (from: readonly string[], authorities: ReadonlyMap<string, Authority>): readonly string[] =>
  from.length === 1 && from[0] === '*' ? [...authorities.keys()] : from;
