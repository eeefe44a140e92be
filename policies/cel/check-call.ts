import { type CallNode, type Node, operator } from './ast.ts';
import type { Checker } from './checker.ts';
import type { Overload } from './function.ts';
import { candidateNames } from './name.ts';
import { qualifiedName } from './parse-member.ts';
import { type CelType, dyn, optional, sameType } from './typing.ts';

/** The type of a call: `a.b(c)` is a function of that dotted name where one is declared, and a method of `a` otherwise. */
export function typeCall(checker: Checker, node: CallNode): CelType {
  if (node.name === operator.optionalSelect) return optionalSelect(checker, node);
  const { name, args, receiver } = meaning(checker, node);
  const types = args.map((arg) => checker.type(arg));
  const declared = checker.environment.functions.get(name) ?? [];
  if (declared.length === 0) {
    checker.references.set(node, { kind: 'function', name, overloads: [], args });
    return checker.refuse('CEL_UNDECLARED_REFERENCE', `there is no function ${JSON.stringify(name)} here`, node.range);
  }
  const shaped = declared.filter((each) => each.receiver === receiver && each.parameters.length === args.length);
  const matching = resolve(checker, shaped, types);
  if (matching === undefined) {
    checker.references.set(node, { kind: 'function', name, overloads: shaped, args });
    const found = types.map((type) => checker.format(type));
    const applied = receiver ? `${found[0] ?? ''}.(${found.slice(1).join(', ')})` : `(${found.join(', ')})`;
    return checker.refuse(
      'CEL_NO_MATCHING_OVERLOAD',
      `found no matching overload for '${name}' applied to '${applied}'`,
      node.range,
    );
  }
  checker.references.set(node, { kind: 'function', name, overloads: matching.overloads, args });
  return matching.result;
}

function meaning(
  checker: Checker,
  node: CallNode,
): { readonly name: string; readonly args: readonly Node[]; readonly receiver: boolean } {
  const { functions, container } = checker.environment;
  if (node.target === undefined) {
    const name = candidateNames(container, node.name).find((candidate) => functions.has(candidate)) ?? node.name;
    return { name, args: node.args, receiver: false };
  }
  const prefix = qualifiedName(node.target);
  if (prefix !== undefined && !checker.isLocal(prefix.split('.')[0] ?? '')) {
    const name = candidateNames(container, `${prefix}.${node.name}`).find((candidate) => functions.has(candidate));
    if (name !== undefined) return { name, args: node.args, receiver: false };
  }
  return { name: node.name, args: [node.target, ...node.args], receiver: true };
}

/** All overloads that the arguments may be meant for; their results differ: dyn. */
function resolve(
  checker: Checker,
  shaped: readonly Overload[],
  types: readonly CelType[],
): { readonly overloads: readonly Overload[]; readonly result: CelType } | undefined {
  const overloads: Overload[] = [];
  let result: CelType | undefined;
  for (const each of shaped) {
    const [answer = dyn, ...parameters] = each.generic
      ? checker.substitution.instantiate([each.result, ...each.parameters])
      : [each.result, ...each.parameters];
    if (!checker.substitution.assignable(types, parameters)) continue;
    overloads.push(each);
    const resolved = checker.substitution.resolve(answer);
    result = result === undefined || sameType(result, resolved) ? resolved : dyn;
  }
  return result && { overloads, result };
}

function optionalSelect(checker: Checker, node: CallNode): CelType {
  const [operand, field] = node.args;
  if (!operand || field?.kind !== 'literal' || typeof field.value !== 'string') return dyn;
  const type = checker.substitution.resolve(checker.type(operand));
  checker.type(field);
  checker.references.set(node, { kind: 'function', name: node.name, overloads: [], args: node.args });
  const content = type.kind === 'opaque' && type.name === 'optional_type' ? (type.parameters[0] ?? dyn) : type;
  return optional(checker.fieldType(content, field.value, node.range));
}
