import { type Node, operator } from './ast.ts';
import type { Checked, Reference } from './check.ts';

/**
 * Whether cel-go plans a node as an attribute: a name and what is selected of it.
 * Cost depends on it: an attribute's name costs 1, and each qualifier 1.
 */
export function isAttribute(checked: Checked, node: Node): boolean {
  if (node.kind === 'ident') return checked.references.get(node)?.kind !== 'constant';
  if (node.kind === 'select') return !node.test && checked.references.get(node)?.kind !== 'constant';
  return node.kind === 'call' && attributeOperators.has(node.name);
}

/** Whether an index costs a read beside what its key costs: an attribute is read already, but for a conditional one. */
export const costsToFind = (checked: Checked, key: Node): boolean =>
  !isAttribute(checked, key) || (key.kind === 'call' && key.name === operator.conditional);

/** Whether cel-go's optimizer makes a constant of a node before evaluation, so that it costs nothing. */
export function isConstant(checked: Checked, node: Node): boolean {
  switch (node.kind) {
    case 'literal':
      return true;
    case 'list':
      return node.optionals.length === 0 && node.elements.every((element) => isConstant(checked, element));
    case 'map':
      return node.entries.every(
        (entry) => !entry.optional && isConstant(checked, entry.key) && isConstant(checked, entry.value),
      );
    case 'call': {
      const [only] = node.args;
      return (
        node.target === undefined &&
        node.args.length === 1 &&
        only !== undefined &&
        conversions.has(node.name) &&
        isConstant(checked, only)
      );
    }
    case 'ident':
    case 'select':
      return checked.references.get(node)?.kind === 'constant';
    case 'struct':
    case 'fold':
      return false;
  }
}

/** Whether a call is `optional.or(...)` or `optional.orValue(...)`, which are no functions to cel-go's planner. */
export function isAlternative(node: Node, reference: Reference | undefined): boolean {
  return (
    node.kind === 'call' &&
    node.target !== undefined &&
    (node.name === 'or' || node.name === 'orValue') &&
    reference?.kind === 'function' &&
    reference.args.length === 2 &&
    reference.name === node.name &&
    reference.overloads.length > 0
  );
}

/** The list in which nothing is, whatever is looked for: the API server does not even evaluate that. */
export const isEmptyList = (node: Node | undefined): boolean => node?.kind === 'list' && node.elements.length === 0;

/** Whether cel-go turns `in` over this list into a look-up that costs nothing: constants, none of them a container, bytes or null. */
export function isConstantSet(checked: Checked, list: Node | undefined): boolean {
  return (
    list?.kind === 'list' &&
    list.elements.every(
      (element) => element.kind === 'literal' && element.value !== null && !(element.value instanceof Uint8Array),
    ) &&
    isConstant(checked, list)
  );
}

const attributeOperators: ReadonlySet<string> = new Set([
  operator.index,
  operator.optionalIndex,
  operator.optionalSelect,
  operator.conditional,
]);

const conversions: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'type',
  'uint',
]);
