import type { Static, TSchema } from 'typebox';
import { ExpressionCompiler, kubernetesDialect, type Variable, withParameters } from '../expression.ts';
import { dyn } from '../cel/index.ts';
import { type Document, type FieldPath, renderPath } from '../document.ts';
import { type CompiledPolicy, emptyPolicy } from '../policy.ts';
import { present } from '../present.ts';
import type { Problem, Report } from '../problem.ts';
import { validationRule } from '../rule/validation.ts';
import {
  constraintMatch,
  constraintSchema,
  constraintTemplateSchema,
  type NativeSource,
  nativeSource,
} from '../schema/gatekeeper.ts';
import { problemAt, validate, type Validated, valueAt } from '../validate.ts';
import { isObject } from '../version.ts';
import { compileMatch, type Matcher } from './match.ts';
import { completeParameters } from './parameters.ts';

/** A constraint with the code of its template, ready to review objects. */
export interface CompiledConstraint {
  readonly kind: 'constraint';
  readonly matches: Matcher;
  /** Whether what gator finds counts at all: `scopedEnforcementActions` may leave gator out. */
  readonly enforced: boolean;
  readonly policy: CompiledPolicy;
  /** Of each validation, in order. */
  readonly expressions: readonly string[];
}

type Outcome =
  | CompiledConstraint
  /** Something that is not judged here. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** The schema of the template does not allow the constraint. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** What a template and a constraint come to; `unsure` where part of the template's schema is not understood. */
export type ConstraintCompiled = Outcome & { readonly unsure?: string };

const engine = 'K8sNativeValidation';

/**
 * A constraint under its ConstraintTemplate, whose code is CEL (gatekeeper, pkg/drivers/k8scel): `variables.params` are its parameters,
 * `variables.anyObject` is the object, or on DELETE the old one; `namespaceObject` is null, for gator gives none.
 */
export function compileConstraint(template: Document, constraint: Document): ConstraintCompiled {
  const read = validate(template, constraintTemplateSchema);
  if (read.kind === 'problems') return read;
  const { metadata, spec } = read.value;
  const { kind } = spec.crd.spec.names;
  const problems: Problem[] = [];
  if (metadata.name !== kind.toLowerCase())
    problems.push(
      problemAt(
        template,
        'FIELD_WRONG',
        ['metadata', 'name'],
        `the name is "${kind.toLowerCase()}", the kind in lower case`,
      ),
    );
  const index = spec.targets[0]?.code?.findIndex((one) => one.engine === engine) ?? -1;
  if (index < 0)
    return { kind: 'unsupported', reason: `the template ${kind} is written in Rego; only ${engine} is judged` };
  const sourcePath: FieldPath = ['spec', 'targets', 0, 'code', index, 'source'];
  const source = part(template, sourcePath, nativeSource);
  const given = validate(constraint, constraintSchema);
  const match = part(constraint, ['spec', 'match'], constraintMatch);
  for (const one of [source, match]) if (one.kind === 'unsupported') return one;
  problems.push(...problemsOf(source), ...problemsOf(given));
  const [mismatch] = problemsOf(match);
  // The schema of every constraint has that of a match.
  if (mismatch !== undefined) return { kind: 'refused', reason: `${mismatch.path}: ${mismatch.detail}` };
  if (source.kind !== 'valid' || given.kind !== 'valid' || match.kind !== 'valid')
    return { kind: 'problems', problems };
  const { metadata: named, spec: said, ...rest } = given.value;
  if (given.value.kind !== kind)
    problems.push(problemAt(constraint, 'FIELD_WRONG', ['kind'], `the template makes constraints of kind "${kind}"`));
  const { openAPIV3Schema, legacySchema = read.value.apiVersion !== 'templates.gatekeeper.sh/v1' } =
    spec.crd.spec.validation ?? {};
  const parameters = completeParameters(said?.parameters, openAPIV3Schema, legacySchema);
  if (parameters.strange !== undefined)
    problems.push(problemAt(constraint, 'FIELD_UNKNOWN', ['spec'], parameters.strange));
  if (parameters.fault !== undefined) return { kind: 'refused', reason: `spec.parameters: ${parameters.fault}` };
  const told = (document: Document, within: FieldPath): Report => {
    return (code, path, detail) => problems.push(problemAt(document, code, [...within, ...path], detail));
  };
  const matches = compileMatch(match.value, [], told(constraint, ['spec', 'match']));
  const params = { ...rest, metadata: named, spec: { ...said, parameters: parameters.value } };
  const policy = compileSource(source.value, sourcePath, params, told(template, []));
  if (problems.length > 0) return { kind: 'problems', problems };
  return {
    kind: 'constraint',
    matches,
    enforced: isEnforced(said ?? {}),
    policy: { ...policy, kind, name: named.name },
    expressions: (source.value.validations ?? []).map(({ expression }) => expression.trim()),
    ...(parameters.unsure === undefined ? {} : { unsure: parameters.unsure }),
  };
}

/** A part of a document by its schema; a field that nobody here knows makes it one that is not judged. */
function part<S extends TSchema>(document: Document, at: FieldPath, schema: S): Part<Static<S>> {
  const value = withoutNulls(valueAt(document.value, at)) ?? {};
  const read = validate({ ...document, value, locate: (path) => document.locate([...at, ...path]) }, schema);
  if (read.kind === 'valid') return read;
  const problems = read.problems.map((one) => ({
    ...one,
    path: [renderPath(at), one.path].filter((text) => text !== '').join('.'),
  }));
  const strange = problems.find(({ code }) => code === 'FIELD_UNKNOWN');
  return strange === undefined
    ? { kind: 'problems', problems }
    : { kind: 'unsupported', reason: `${strange.path} is not judged: ${strange.detail}` };
}

type Part<T> = Validated<T> | { readonly kind: 'unsupported'; readonly reason: string };

const problemsOf = (read: Part<unknown>): readonly Problem[] => (read.kind === 'problems' ? read.problems : []);

/** A field that is null is absent, as the API server reads it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value ?? undefined;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner)]));
}

/** Under `enforcementAction: scoped` only the points that are named. */
const isEnforced = ({ enforcementAction, scopedEnforcementActions = [] }: ConstraintSpec): boolean =>
  enforcementAction !== 'scoped' ||
  scopedEnforcementActions.some(({ enforcementPoints = [] }) =>
    enforcementPoints.some(({ name }) => name === 'gator.gatekeeper.sh' || name === '*'),
  );

type ConstraintSpec = NonNullable<Static<typeof constraintSchema>['spec']>;

/** What gatekeeper puts before the variables of a template (pkg/drivers/k8scel/transform); `params` itself nobody else reads. */
const bound: readonly (readonly [name: string, expression: string])[] = [
  ['variables.anyObject', 'request.operation == "DELETE" && object == null ? oldObject : object'],
  ['variables.params', '!has(params.spec) ? null : !has(params.spec.parameters) ? null : params.spec.parameters'],
  ['namespaceObject', 'null'],
];

function compileSource(
  { validations = [], variables = [], matchCondition = [], failurePolicy = 'Fail' }: NativeSource,
  path: FieldPath,
  constraint: object,
  report: Report,
): Omit<CompiledPolicy, 'name'> {
  // Authorization is nothing that gatekeeper lets a template ask for.
  const { authorizer: _, 'authorizer.requestResource': __, ...offered } = kubernetesDialect.variables;
  const inner = new ExpressionCompiler(withParameters({ ...kubernetesDialect, variables: offered }), report);
  const own = bound.flatMap(([binding, text]): Variable[] => {
    const expression = inner.compile(text, path);
    return expression === undefined ? [] : [{ name: binding, binding, expression }];
  });
  const dialect = {
    ...kubernetesDialect,
    variables: { ...offered, 'variables.anyObject': dyn, 'variables.params': dyn },
  };
  const compiler = new ExpressionCompiler(dialect, report);
  const taken = new Set(['anyObject', 'params']);
  for (const [index, { name, expression }] of variables.entries()) {
    const at = [...path, 'variables', index];
    if (taken.has(name) || name.startsWith('gatekeeper_internal_'))
      report('NAME_TAKEN', [...at, 'name'], `a variable "${name}" is there already, or gatekeeper's own`);
    else compiler.declare(name, expression, [...at, 'expression']);
    taken.add(name);
  }
  const types = Object.fromEntries(compiler.variables.map((one) => [one.binding, one.expression.program.type]));
  const quiet = new ExpressionCompiler({ ...dialect, variables: { ...dialect.variables, ...types } }, () => undefined);
  const conditions = matchCondition.flatMap(({ name, expression }, index) => {
    const compiled = compiler.compile(expression, [...path, 'matchCondition', index, 'expression'], ['bool']);
    return compiled === undefined ? [] : [{ name, expression: compiled }];
  });
  const rules = validations.flatMap(({ expression, message, messageExpression = '' }, index) => {
    const at = [...path, 'validations', index];
    const compiled = compiler.compile(expression, [...at, 'expression'], ['bool']);
    // A message that does not compile is none to gatekeeper: `message` stands in.
    const said = messageExpression === '' ? undefined : quiet.compileMessage(messageExpression, at);
    if (compiled === undefined) return [];
    const text = message === '' ? undefined : message;
    const rule = { name: `validations[${index}]`, expression: compiled, message: text, messageExpression: said };
    return [validationRule(present(rule))];
  });
  const all = [...own, ...compiler.variables];
  return {
    ...emptyPolicy,
    // Matching is done before, and an error in it is a violation whatever the failurePolicy says.
    constraints: [{ evaluate: () => 'matched' }],
    matchConditions: conditions,
    conditionVariables: all,
    parameters: { constant: constraint },
    variables: all,
    rules,
    failurePolicy,
  };
}
