import { readAbout } from '../about.ts';
import { compileExpressions } from '../compile-expressions.ts';
import { compileParameters } from '../compile-parameters.ts';
import { type Document, renderPath } from '../document.ts';
import { kubernetesDialect, withParameters } from '../expression.ts';
import { compileMatchConstraints } from '../match-constraints.ts';
import { type CompiledPolicy, emptyPolicy } from '../policy.ts';
import { present } from '../present.ts';
import type { Problem, Report } from '../problem.ts';
import {
  mutatingAdmissionPolicyBindingSchema,
  mutatingAdmissionPolicySchema,
  type MutatingAdmissionPolicy,
  type MutatingAdmissionPolicyBinding,
  type ValidatingAdmissionPolicy,
  type ValidatingAdmissionPolicyBinding,
  validatingAdmissionPolicyBindingSchema,
  validatingAdmissionPolicySchema,
} from '../schema/admission.ts';
import { problemAt, validate, valueAt } from '../validate.ts';
import { isObject } from '../version.ts';
import type { PolicyWarning } from '../warning.ts';
import { checkAdmissionBinding, checkAdmissionPolicy } from './admission-faults.ts';
import { typeWarnings } from './type-check.ts';
import { compileMutations, mutationType } from './mutations.ts';

type Policy = ValidatingAdmissionPolicy | MutatingAdmissionPolicy;
type Binding = ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding;

/** Kinds that this file compiles. */
export const admissionKinds: ReadonlySet<unknown> = new Set([
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
]);

export interface AdmissionPolicies {
  readonly policies: readonly CompiledPolicy[];
  readonly problems: readonly Problem[];
  /** Looked for when asked for. */
  readonly warnings: () => readonly PolicyWarning[];
}

/**
 * Kubernetes' own policies with their bindings: each pair is one policy here. A policy that nobody binds is judged as one that denies everywhere,
 * for whoever names its file wants to see what it says; a binding whose policy is not there is a problem.
 */
export function compileAdmissionPolicies(documents: readonly Document[], minor?: number): AdmissionPolicies {
  const problems: Problem[] = [];
  const read = documents.flatMap((document) => {
    const value = readDocument(document, problems);
    if (value === undefined) return [];
    const report: Report = (code, path, detail) => problems.push(problemAt(document, code, path, detail));
    const before = problems.length;
    if (isPolicy(value)) checkAdmissionPolicy(value, report);
    else checkAdmissionBinding(value, report);
    return [{ document, value, sound: problems.length === before }];
  });
  const policies: CompiledPolicy[] = [];
  const taken = new Set<string>();
  for (const { document, value } of read) {
    if (!isPolicy(value)) continue;
    const report: Report = (code, path, detail) => problems.push(problemAt(document, code, path, detail));
    const key = `${value.kind} ${value.metadata.name}`;
    if (taken.has(key))
      report(
        'NAME_TAKEN',
        ['metadata', 'name'],
        `a document of this kind named "${value.metadata.name}" is loaded already`,
      );
    taken.add(key);
    const base = compilePolicy(value, minor, report);
    const bindings = read.filter((one) => isBindingOf(one.value, value));
    if (bindings.length === 0) policies.push(unbound(base, value, report));
    for (const binding of bindings) {
      if (isPolicy(binding.value) || !binding.sound) continue;
      const told: Report = (code, path, detail) => problems.push(problemAt(binding.document, code, path, detail));
      policies.push(bind(base, value, binding.value, told));
    }
  }
  for (const { document, value } of read) {
    if (isPolicy(value) || read.some((one) => isPolicy(one.value) && isBindingOf(value, one.value))) continue;
    const detail = `no ${value.kind.replace(/Binding$/, '')} is named "${value.spec.policyName}" here`;
    problems.push(problemAt(document, 'REFERENCE_UNRESOLVED', ['spec', 'policyName'], detail));
  }
  const warnings = (): readonly PolicyWarning[] =>
    read.flatMap(({ document, value }) => (isPolicy(value) && !isMutating(value) ? warningsOf(document, value) : []));
  return { policies, problems, warnings };
}

const warningsOf = (document: Document, { spec }: ValidatingAdmissionPolicy): readonly PolicyWarning[] =>
  typeWarnings(spec).map(({ path, kind, detail, ...rest }) =>
    present({
      ...rest,
      file: document.file,
      ...document.locate(path),
      path: renderPath(path),
      message: `${kind}: ${detail}`,
    }),
  );

/** A field that is null is absent, as the API server reads it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function readDocument(read: Document, problems: Problem[]): Policy | Binding | undefined {
  const document = { ...read, value: withoutNulls(read.value) };
  const kind = valueAt(document.value, ['kind']);
  const result =
    kind === 'ValidatingAdmissionPolicy'
      ? validate(document, validatingAdmissionPolicySchema)
      : kind === 'ValidatingAdmissionPolicyBinding'
        ? validate(document, validatingAdmissionPolicyBindingSchema)
        : kind === 'MutatingAdmissionPolicy'
          ? validate(document, mutatingAdmissionPolicySchema)
          : validate(document, mutatingAdmissionPolicyBindingSchema);
  if (result.kind === 'valid') return result.value;
  problems.push(...result.problems);
  return undefined;
}

const isPolicy = (value: Policy | Binding): value is Policy => !('policyName' in value.spec);

const isBindingOf = (value: Policy | Binding, { kind, metadata }: Policy): boolean =>
  !isPolicy(value) && value.kind === `${kind}Binding` && value.spec.policyName === metadata.name;

const isMutating = (policy: Policy): policy is MutatingAdmissionPolicy => policy.kind === 'MutatingAdmissionPolicy';

function compilePolicy(policy: Policy, minor: number | undefined, report: Report): CompiledPolicy {
  const { metadata, spec } = policy;
  const served = minor === undefined ? kubernetesDialect : { ...kubernetesDialect, kubernetesMinor: minor };
  const named = spec.paramKind === undefined ? served : withParameters(served);
  const dialect = isMutating(policy) ? { ...named, findObject: mutationType, extensions: ['patches'] as const } : named;
  const { compiler, ...expressions } = compileExpressions(spec, dialect, report);
  const mutations = isMutating(policy)
    ? compileMutations(policy.spec.mutations, compiler, report)
    : { rules: [], mutations: [] };
  return present({
    ...emptyPolicy,
    ...expressions,
    kind: policy.kind,
    name: metadata.name,
    about: readAbout(metadata),
    constraints: [compileMatchConstraints(spec.matchConstraints, ['spec', 'matchConstraints'], report)],
    rules: [...expressions.rules, ...mutations.rules],
    mutations: mutations.mutations,
    failurePolicy: spec.failurePolicy ?? 'Fail',
  });
}

/** Without a binding there is no paramRef: a policy that needs parameters says nothing sensible, and its author is told. */
function unbound(base: CompiledPolicy, { spec }: Policy, report: Report): CompiledPolicy {
  if (spec.paramKind !== undefined)
    report('REFERENCE_UNRESOLVED', ['spec', 'paramKind'], 'no binding is there to say which parameters are meant');
  return base;
}

function bind(base: CompiledPolicy, policy: Policy, { metadata, spec }: Binding, report: Report): CompiledPolicy {
  const { matchResources } = spec;
  const constraint =
    matchResources === undefined ? [] : [compileMatchConstraints(matchResources, ['spec', 'matchResources'], silent)];
  return present({
    ...base,
    binding: metadata.name,
    constraints: [...base.constraints, ...constraint],
    parameters: compileParameters(policy.spec.paramKind, spec.paramRef && named(spec.paramRef), report),
    validationActions: ('validationActions' in spec ? spec.validationActions : undefined) ?? base.validationActions,
  });
}

/** What it says was told when the binding was looked at alone. */
const silent: Report = () => undefined;

/** An empty name is none. */
function named<R extends { readonly name?: string }>({
  name,
  ...rest
}: R): Omit<R, 'name'> & { readonly name?: string } {
  return name === undefined || name === '' ? rest : { ...rest, name };
}
