import type { Node } from '../../../policies/cel/ast.ts';
import type { CelErrorCode } from '../../../policies/cel/error.ts';
import type { Bindings, Result } from '../../../policies/cel/evaluation.ts';
import {
  CelError,
  type Environment,
  type Overload,
  type Program,
  Unknown,
  type Value,
} from '../../../policies/cel/index.ts';
import { Interpreter } from '../../../policies/cel/interpreter.ts';

/** What a part of an expression can come to. */
export const outcomes = ['value', 'error', 'unknown'] as const;
export type Came = (typeof outcomes)[number];

export const came = (result: Result): Came =>
  result instanceof CelError ? 'error' : result instanceof Unknown ? 'unknown' : 'value';

/** What overloads and node kinds came to in a run: `add_int64 value`, `fold all unknown`. */
export interface Observed {
  readonly overloads: Set<string>;
  readonly nodes: Set<string>;
  readonly codes: Set<string>;
}

/** The kinds of nodes, macros and presence tests apart. */
export const nodeKinds = [
  ...['literal', 'ident', 'select', 'has', 'call', 'list', 'map', 'struct'],
  ...['all', 'exists', 'existsOne', 'list', 'map', 'mapEntry', 'bind'].map((macro) => `fold ${macro}`),
] as const;

const kindOf = (node: Node): string =>
  node.kind === 'fold' ? `fold ${node.macro}` : node.kind === 'select' && node.test ? 'has' : node.kind;

/** Interprets, and notes what every node of the tree comes to. */
export class ObservingInterpreter extends Interpreter {
  readonly #observed: Observed;

  constructor(program: Program, bindings: Bindings, limit: number, observed: Observed) {
    super(program.checked, program.environment.kubernetes, bindings, limit);
    this.#observed = observed;
  }

  override evaluate(node: Node, absorbed = false): Result {
    const result = super.evaluate(node, absorbed);
    const outcome = came(result);
    this.#observed.nodes.add(`${kindOf(node)} ${outcome}`);
    const reference = this.checked.references.get(node);
    // Where run-time types choose among several, a call that came to no value chose none.
    if (reference?.kind === 'function' && reference.overloads.length === 1)
      this.#observed.overloads.add(`${reference.overloads[0]?.id} ${outcome}`);
    return result;
  }
}

/** The environment, its overloads noting what they answer when they are chosen at run time. */
export function observing(environment: Environment, { overloads }: Observed): Environment {
  return {
    ...environment,
    functions: new Map(
      [...environment.functions].map(([name, list]) => [
        name,
        list.map((overload) => ({
          ...overload,
          call: (...args: readonly Value[]) => {
            const result = overload.call(...args);
            overloads.add(`${overload.id} ${came(result)}`);
            return result;
          },
        })),
      ]),
    ),
  };
}

const byMacros = 'only macros write it, and they go around it: the rows of their folds stand for it';

/** Overload or node and outcome that no expression reaches, each with its reason. */
const unreachable: Readonly<Record<string, string>> = {
  'not_strictly_false error': byMacros,
  'not_strictly_false unknown': byMacros,
  ...Object.fromEntries(
    ['@mapInsert_map_key_value', '@mapInsert_map_map'].flatMap((id) =>
      outcomes.map((outcome) => [`${id} ${outcome}`, byMacros]),
    ),
  ),
  'int64_to_duration value': 'an int has no unit, so it is never a duration; the overload is there for the checker',
  'literal error': 'a literal is its value',
  'literal unknown': 'a literal is its value',
};

/** Why an evaluation never answers a code; undefined where it does. */
const codes: Readonly<Record<CelErrorCode, string | undefined>> = {
  CEL_SYNTAX: 'the parser refuses',
  CEL_TOO_LARGE: 'the parser refuses',
  CEL_TOO_DEEP: 'the parser refuses',
  CEL_MACRO_ARGUMENT: 'the parser refuses',
  CEL_UNDEFINED_FIELD: 'the checker refuses',
  CEL_TYPE_MISMATCH: 'the checker refuses',
  CEL_BAD_LITERAL: 'the checker refuses',
  CEL_UNDECLARED_REFERENCE: undefined,
  CEL_NO_MATCHING_OVERLOAD: undefined,
  CEL_NO_SUCH_FIELD: undefined,
  CEL_NO_SUCH_KEY: undefined,
  CEL_INDEX_OUT_OF_BOUNDS: undefined,
  CEL_OVERFLOW: undefined,
  CEL_DIVIDE_BY_ZERO: undefined,
  CEL_DUPLICATE_KEY: undefined,
  CEL_BAD_ARGUMENT: undefined,
  CEL_BAD_PATTERN: undefined,
  CEL_VALUE_TOO_LARGE: undefined,
  CEL_COST_EXCEEDED: undefined,
};

/** How much of the product was reached, what was missed without an excuse, and excuses for what was reached after all. */
export interface Gaps {
  readonly missed: readonly string[];
  readonly wronglyExcused: readonly string[];
  readonly summary: string;
}

export function gapsOf(observed: Observed, all: readonly Overload[]): Gaps {
  const ids = [...new Set(all.map(({ id }) => id))];
  const overloads = ids.flatMap((id) => outcomes.map((outcome) => `${id} ${outcome}`));
  const nodes = nodeKinds.flatMap((kind) => outcomes.map((outcome) => `${kind} ${outcome}`));
  // A function that takes nothing has no argument that could be an error or unknown.
  const constants = new Set(all.filter(({ parameters }) => parameters.length === 0).map(({ id }) => id));
  const excuses = [...Object.keys(unreachable), ...[...constants].flatMap((id) => [`${id} error`, `${id} unknown`])];
  const excused = (each: string): boolean => excuses.includes(each);
  const wanted = Object.entries(codes).flatMap(([code, reason]) => (reason === undefined ? [code] : []));
  const part = (what: string, all: readonly string[], found: ReadonlySet<string>): string =>
    `${what} ${all.filter((each) => found.has(each)).length} of ${all.length} (${all.filter(excused).length} excused)`;
  return {
    missed: [
      ...overloads.filter((each) => !observed.overloads.has(each) && !excused(each)),
      ...nodes.filter((each) => !observed.nodes.has(each) && !excused(each)),
      ...wanted.filter((code) => !observed.codes.has(code)),
    ],
    wronglyExcused: [
      ...excuses.filter((each) => observed.overloads.has(each) || observed.nodes.has(each)),
      ...[...observed.codes].filter((code) => !wanted.includes(code)),
    ],
    summary: [
      part('overload x outcome', overloads, observed.overloads),
      part('node x outcome', nodes, observed.nodes),
      part('codes of evaluation', wanted, observed.codes),
    ].join(', '),
  };
}
