import { type ObjectType, dyn, Struct, string, toPlainJson, type Value } from '../cel/index.ts';
import type { FieldPath } from '../document.ts';
import type { ExpressionCompiler } from '../expression.ts';
import type { Mutation } from '../mutation.ts';
import type { Report } from '../problem.ts';
import type { Rule } from '../rule.ts';
import { mutationRule } from '../rule/mutation.ts';
import { isObject, type KubernetesObject } from '../version.ts';
import { applyConfiguration } from './apply.ts';
import { PatchFault } from './fault.ts';
import { jsonPatch } from './json-patch.ts';
import { unmergeable } from './unmergeable.ts';

/** One entry of `mutations`, as MutatingAdmissionPolicy spells it. */
export interface MutationSpec {
  readonly name?: string;
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch';
  readonly applyConfiguration?: { readonly expression: string };
  readonly jsonPatch?: { readonly expression: string };
}

/** Object types are made up as they are named: `Object.spec.template` is the type of what stands at `spec.template`. */
export function mutationType(name: string): ObjectType | undefined {
  if (name === 'Object' || name.startsWith('Object.')) return { name, fields: undefined, constructible: true };
  if (name === 'JSONPatch')
    return { name, fields: { op: string, path: string, from: string, value: dyn }, constructible: true };
  return undefined;
}

/** Compiles mutations; each is also a rule, by which validation tells that it could not be made. */
export function compileMutations(
  specs: readonly MutationSpec[],
  compiler: ExpressionCompiler,
  report: Report,
): { readonly mutations: readonly Mutation[]; readonly rules: readonly Rule[] } {
  const mutations = specs.flatMap((spec, index) => compileMutation(spec, index, compiler, report) ?? []);
  return { mutations, rules: mutations.map(mutationRule) };
}

function compileMutation(
  { name: given, patchType, applyConfiguration: configuration, jsonPatch: patch }: MutationSpec,
  index: number,
  compiler: ExpressionCompiler,
  report: Report,
): Mutation | undefined {
  const path: FieldPath = ['spec', 'mutations', index];
  const applies = patchType === 'ApplyConfiguration';
  const [wanted, other] = applies ? ['applyConfiguration', 'jsonPatch'] : ['jsonPatch', 'applyConfiguration'];
  if ((applies ? patch : configuration) !== undefined)
    report('FIELD_WRONG', [...path, other], `"patchType: ${patchType}" reads "${wanted}" only`);
  const text = (applies ? configuration : patch)?.expression;
  if (text === undefined) {
    report('FIELD_MISSING', [...path, wanted], `"patchType: ${patchType}" needs it`);
    return undefined;
  }
  const expression = compiler.compile(
    text,
    [...path, wanted, 'expression'],
    applies ? ['Object'] : ['list(JSONPatch)'],
  );
  const name = given ?? `mutations[${index}]`;
  return expression === undefined ? undefined : { name, expression, apply: applies ? apply : patchWith };
}

function apply(object: KubernetesObject, value: Value): KubernetesObject | PatchFault {
  const trouble = unmergeable(value);
  if (trouble !== undefined) return fault(trouble);
  const applied = toPlainJson(value);
  if (applied.kind === 'problem') return fault(applied.detail);
  return isObject(applied.json) ? applyConfiguration(object, applied.json) : fault('it comes to no object');
}

function patchWith(object: KubernetesObject, value: Value): KubernetesObject | PatchFault {
  const operations = Array.isArray(value) ? value : [];
  const read = operations.map((operation: unknown) =>
    operation instanceof Struct ? operationOf(operation) : 'an operation is a JSONPatch',
  );
  const problem = read.find((one) => typeof one === 'string');
  if (problem !== undefined) return fault(problem);
  return jsonPatch(
    object,
    read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
  );
}

function operationOf({ fieldValues }: Struct): { op: string; path: string; from?: string; value?: unknown } | string {
  const { op, path, from, value } = fieldValues;
  if (typeof op !== 'string' || typeof path !== 'string') return 'a JSONPatch has the fields "op" and "path"';
  const plain = value === undefined ? undefined : toPlainJson(value);
  if (plain?.kind === 'problem') return plain.detail;
  return {
    op,
    path,
    ...(typeof from === 'string' ? { from } : {}),
    ...(plain === undefined ? {} : { value: plain.json }),
  };
}

const fault = (detail: string): PatchFault => new PatchFault(detail);
