import type { Node } from './ast.ts';
import { CheckStop, Checker } from './checker.ts';
import type { Environment, ObjectType } from './environment.ts';
import type { CelError } from './error.ts';
import type { Overload } from './function.ts';
import type { CelType } from './typing.ts';
import type { Value } from './value.ts';

/** What a name or a call in an expression was found to mean. */
export type Reference =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'struct'; readonly type: ObjectType }
  | {
      readonly kind: 'function';
      readonly name: string;
      /** The overloads that the static types leave. */
      readonly overloads: readonly Overload[];
      /** Receiver, if it is one, and arguments. */
      readonly args: readonly Node[];
    };

/** An expression with the type of each node and the meaning of each name. */
export interface Checked {
  readonly root: Node;
  readonly type: CelType;
  readonly types: ReadonlyMap<Node, CelType>;
  readonly references: ReadonlyMap<Node, Reference>;
}

/**
 * Finds types and meanings (cel-spec, Gradual type checking).
 * With `lenient` nothing is refused: declared types are not believed, and what does not fit is left to evaluation.
 */
export function check(root: Node, environment: Environment, lenient = false): Checked | CelError {
  const checker = new Checker(environment, lenient);
  try {
    checker.type(root);
  } catch (thrown) {
    if (thrown instanceof CheckStop) return thrown.error;
    throw thrown;
  }
  let types: ReadonlyMap<Node, CelType> | undefined;
  return {
    root,
    type: checker.substitution.resolve(checker.type(root), true),
    // Few expressions ask for the type of a part: found when first read.
    get types() {
      types ??= checker.resolvedTypes();
      return types;
    },
    references: checker.references,
  };
}
