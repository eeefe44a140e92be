import { type Node, operator } from '../ast.ts';
import { CelError } from '../error.ts';
import type { Macro, MacroCall } from '../macro.ts';
import { bind, Maker, variableNames } from './fold.ts';

/** `cel.bind(name, value, expression)`. */
export const bindMacros: readonly Macro[] = [
  {
    name: 'bind',
    arity: 3,
    receiver: true,
    expand({ target, args: [variable, value, body], range }) {
      if (target.kind !== 'ident' || target.name !== 'cel' || !variable || !value || !body) return undefined;
      const names = variableNames([variable]);
      return names instanceof CelError ? names : bind(range, names[0] ?? '', value, body);
    },
  },
];

/** `optional.optMap(name, expression)` and `optFlatMap`, whose expression answers an optional itself. */
export const optionalMacros: readonly Macro[] = [
  {
    name: 'optMap',
    arity: 2,
    receiver: true,
    expand: (call) => mapOptional(call, (make, mapped) => make.method(make.ident('optional'), 'of', mapped)),
  },
  {
    name: 'optFlatMap',
    arity: 2,
    receiver: true,
    expand: (call) => mapOptional(call, (_, mapped) => mapped),
  },
];

function mapOptional(
  { target, args: [variable, body], range }: MacroCall & { readonly target: Node },
  wrap: (make: Maker, mapped: Node) => Node,
): Node | CelError | undefined {
  if (!variable || !body) return undefined;
  const names = variableNames([variable]);
  if (names instanceof CelError) return names;
  const make = new Maker(range);
  return make.call(
    operator.conditional,
    make.method(target, 'hasValue'),
    wrap(make, bind(range, names[0] ?? '', make.method(target, 'value'), body)),
    make.method(make.ident('optional'), 'none'),
  );
}

/** `math.greatest(...)` and `math.least(...)` of any number of arguments become functions of one, two or a list. */
export const mathMacros: readonly Macro[] = [variadic('greatest', 'math.@max'), variadic('least', 'math.@min')];

function variadic(name: string, becomes: string): Macro {
  return {
    name,
    arity: undefined,
    receiver: true,
    expand({ target, args, range }) {
      if (target.kind !== 'ident' || target.name !== 'math') return undefined;
      if (args.length === 0) {
        return new CelError('CEL_MACRO_ARGUMENT', `math.${name}() takes at least one argument`, range);
      }
      const wrong = args.find((arg) => !mayBeNumber(arg, args.length === 1));
      if (wrong) {
        return new CelError('CEL_MACRO_ARGUMENT', `math.${name}() compares numbers, or one list of them`, wrong.range);
      }
      const make = new Maker(range);
      return args.length > 2 ? make.call(becomes, make.list(...args)) : make.call(becomes, ...args);
    },
  };
}

/** Whether an argument is not plainly something else than a number (or a list of numbers where it stands alone). */
function mayBeNumber(node: Node, alone: boolean): boolean {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'number' || typeof node.value === 'bigint' || isNumberClass(node.value);
    case 'list':
      return alone && node.elements.length > 0 && node.elements.every((element) => mayBeNumber(element, false));
    case 'map':
    case 'struct':
      return false;
    case 'ident':
    case 'select':
    case 'call':
    case 'fold':
      return true;
  }
}

const isNumberClass = (value: unknown): boolean => value instanceof Object && ('uint' in value || 'double' in value);
