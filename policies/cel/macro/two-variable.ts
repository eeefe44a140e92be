import type { Node } from '../ast.ts';
import { CelError } from '../error.ts';
import type { Macro } from '../macro.ts';
import { entryName, fold, Maker, variableNames } from './fold.ts';

const predicate = (macro: 'all' | 'exists' | 'existsOne', name: string): Macro => ({
  name,
  arity: 3,
  receiver: true,
  expand({ target: over, args: [first, second, body], range }) {
    if (!first || !second || !body) return undefined;
    const variables = variableNames([first, second]);
    return variables instanceof CelError ? variables : fold(macro, { range, over, variables }, body);
  },
});

const transform = (macro: 'list' | 'map' | 'mapEntry', name: string, filtered: boolean): Macro => ({
  name,
  arity: filtered ? 4 : 3,
  receiver: true,
  expand({ target: over, args, range }) {
    const [first, second] = args;
    const written = args.at(-1);
    const filter = filtered ? args[2] : undefined;
    if (!first || !second || !written) return undefined;
    const variables = variableNames([first, second]);
    if (variables instanceof CelError) return variables;
    const body: Node = macro === 'map' ? new Maker(range).call(entryName, first, written) : written;
    return fold(macro, { range, over, variables }, body, filter);
  },
});

/** The macros over index and element, or key and value (cel-go's two-variable comprehensions). */
export const twoVariableMacros: readonly Macro[] = [
  predicate('all', 'all'),
  predicate('exists', 'exists'),
  predicate('existsOne', 'existsOne'),
  predicate('existsOne', 'exists_one'),
  transform('list', 'transformList', false),
  transform('list', 'transformList', true),
  transform('map', 'transformMap', false),
  transform('map', 'transformMap', true),
  transform('mapEntry', 'transformMapEntry', false),
  transform('mapEntry', 'transformMapEntry', true),
];
