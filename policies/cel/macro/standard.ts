import { CelError } from '../error.ts';
import type { Macro } from '../macro.ts';
import { fold, variableNames } from './fold.ts';

/** `has(a.b)`: whether the field is there. */
const has: Macro = {
  name: 'has',
  arity: 1,
  receiver: false,
  expand({ args: [field], range }) {
    if (field?.kind !== 'select' || field.test) {
      return new CelError('CEL_MACRO_ARGUMENT', 'has() asks for a field: has(a.b)', field?.range ?? range);
    }
    return { ...field, test: true, range };
  },
};

const predicate = (macro: 'all' | 'exists' | 'existsOne', name: string): Macro => ({
  name,
  arity: 2,
  receiver: true,
  expand({ target: over, args: [variable, body], range }) {
    if (!variable || !body) return undefined;
    const variables = variableNames([variable]);
    return variables instanceof CelError ? variables : fold(macro, { range, over, variables }, body);
  },
});

const filter: Macro = {
  name: 'filter',
  arity: 2,
  receiver: true,
  expand({ target: over, args: [variable, test], range }) {
    if (!variable || !test) return undefined;
    const variables = variableNames([variable]);
    return variables instanceof CelError ? variables : fold('list', { range, over, variables }, variable, test);
  },
};

const map: Macro = {
  name: 'map',
  arity: 2,
  receiver: true,
  expand({ target: over, args: [variable, body], range }) {
    if (!variable || !body) return undefined;
    const variables = variableNames([variable]);
    return variables instanceof CelError ? variables : fold('list', { range, over, variables }, body);
  },
};

const filteredMap: Macro = {
  name: 'map',
  arity: 3,
  receiver: true,
  expand({ target: over, args: [variable, test, body], range }) {
    if (!variable || !test || !body) return undefined;
    const variables = variableNames([variable]);
    return variables instanceof CelError ? variables : fold('list', { range, over, variables }, body, test);
  },
};

/** The macros of cel-spec's language definition. */
export const standardMacros: readonly Macro[] = [
  has,
  predicate('all', 'all'),
  predicate('exists', 'exists'),
  predicate('existsOne', 'exists_one'),
  map,
  filteredMap,
  filter,
];

/** The newer name of `exists_one`, which the API server does not know. */
export const existsOneMacro: Macro = predicate('existsOne', 'existsOne');
