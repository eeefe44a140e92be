import type { ListNode, MapNode, Node, StructNode } from './ast.ts';
import type { Checker } from './checker.ts';
import { candidateNames, objectNamed } from './name.ts';
import { type CelType, dyn, list, map, object, optional } from './typing.ts';

/** A list of what its elements have in common: dyn where they differ, which Kubernetes refuses later. */
export function typeList(checker: Checker, node: ListNode): CelType {
  let element: CelType | undefined;
  for (const [at, each] of node.elements.entries()) {
    const type = node.optionals.includes(at) ? unwrap(checker, each) : checker.type(each);
    element = join(checker, element, type);
  }
  return list(element ?? checker.substitution.fresh());
}

export function typeMap(checker: Checker, node: MapNode): CelType {
  let key: CelType | undefined;
  let value: CelType | undefined;
  for (const entry of node.entries) {
    key = join(checker, key, checker.type(entry.key));
    value = join(checker, value, entry.optional ? unwrap(checker, entry.value) : checker.type(entry.value));
  }
  return map(key ?? checker.substitution.fresh(), value ?? checker.substitution.fresh());
}

/** An object of a registered type, each field of its declared type. */
export function typeStruct(checker: Checker, node: StructNode): CelType {
  const { environment } = checker;
  const found = candidateNames(environment.container, node.name).map((name) => objectNamed(environment, name));
  const type = found.find((object) => object?.constructible === true);
  if (!type) {
    for (const field of node.fields) checker.type(field.value);
    return checker.refuse(
      'CEL_UNDECLARED_REFERENCE',
      `there is no object type ${JSON.stringify(node.name)}`,
      node.range,
    );
  }
  checker.references.set(node, { kind: 'struct', type });
  for (const field of node.fields) {
    const expected = checker.fieldType(object(type.name), field.name, field.value.range);
    const actual = field.optional ? unwrap(checker, field.value) : checker.type(field.value);
    if (!checker.assignable(actual, expected)) checker.mismatch(expected, actual, field.value.range);
  }
  return object(type.name);
}

function join(checker: Checker, known: CelType | undefined, next: CelType): CelType {
  return known === undefined ? next : (checker.substitution.join(known, next) ?? dyn);
}

/** The content type of an expression behind `?`, which must be an optional. */
function unwrap(checker: Checker, node: Node): CelType {
  const type = checker.substitution.resolve(checker.type(node));
  if (type.kind === 'opaque' && type.name === 'optional_type') return type.parameters[0] ?? dyn;
  return type.kind === 'dyn' ? dyn : checker.mismatch(optional(dyn), type, node.range);
}
