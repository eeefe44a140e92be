import type { CallNode, Node } from './ast.ts';
import type { CelError, Range } from './error.ts';

/** A macro call as it was written, before it is expanded. */
export type MacroCall = Pick<CallNode, 'name' | 'target' | 'args'> & { readonly range: Range };

/** A call that is rewritten while it is parsed. `expand` answers undefined where the call is no use of the macro. */
export interface Macro {
  readonly name: string;
  /** How many arguments it takes; undefined: any number. */
  readonly arity: number | undefined;
  readonly receiver: boolean;
  readonly expand: (call: MacroCall & { readonly target: Node }) => Node | CelError | undefined;
}

/** The expansion of a call, undefined where no macro has its name, style and number of arguments. */
export function expandMacro(macros: readonly Macro[], call: MacroCall): Node | CelError | undefined {
  const receiver = call.target !== undefined;
  const found = macros.find(
    ({ name, arity, receiver: wanted }) =>
      name === call.name && wanted === receiver && (arity === undefined || arity === call.args.length),
  );
  // A global macro has no target; its expansion reads none.
  return found?.expand({ ...call, target: call.target ?? { kind: 'literal', value: null, range: call.range } });
}
