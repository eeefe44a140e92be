import type { ListNode, MapNode, Node } from './ast.ts';
import type { Checked } from './check.ts';
import { CelError } from './error.ts';
import { type CelType, dyn, formatType, sameType } from './typing.ts';

/** The first element, key or value of a literal whose type is not that of the first: the API server refuses such, dyn beside int too. */
export function unlikeElement(checked: Checked, node: ListNode | MapNode): CelError | undefined {
  if (node.kind === 'list') return unlike(checked, node.elements, (at) => node.optionals.includes(at));
  const optional = (at: number): boolean => node.entries[at]?.optional ?? false;
  return (
    unlike(
      checked,
      node.entries.map(({ key }) => key),
      () => false,
    ) ??
    unlike(
      checked,
      node.entries.map(({ value }) => value),
      optional,
    )
  );
}

/** Calls in whose arguments, at any depth, types may differ. */
export const exempt: ReadonlySet<string> = new Set(['format']);

function unlike(checked: Checked, nodes: readonly Node[], optional: (at: number) => boolean): CelError | undefined {
  let first: CelType | undefined;
  for (const [at, node] of nodes.entries()) {
    const type = typeOf(checked, node, optional(at));
    first ??= type;
    if (!sameType(first, type)) {
      return new CelError(
        'CEL_TYPE_MISMATCH',
        `expected type '${formatType(first)}' but found '${formatType(type)}'`,
        node.range,
      );
    }
  }
  return undefined;
}

function typeOf(checked: Checked, node: Node, optional: boolean): CelType {
  const type = checked.types.get(node) ?? dyn;
  return optional && type.kind === 'opaque' ? (type.parameters[0] ?? dyn) : type;
}
