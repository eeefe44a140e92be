import { check, type Checked } from './check.ts';
import { estimateCost } from './cost-estimate.ts';
import type { CostRange } from './cost-range.ts';
import type { Environment } from './environment.ts';
import { CelError } from './error.ts';
import { type Bindings, CostExceeded } from './evaluation.ts';
import { type FastPath, generate } from './codegen.ts';
import { readPaths } from './hints.ts';
import { Interpreter } from './interpreter.ts';
import { maxExpressionCost, maxUncountedWork } from './limits.ts';
import { parse } from './parser.ts';
import type { CelType } from './typing.ts';
import { type Need, Unknown } from './unknown.ts';
import { validateLiterals } from './validate.ts';
import type { Value } from './value.ts';
import { enterWork, leaveWork, WorkExceeded } from './work.ts';

/** A compiled expression; share it between evaluations. */
export interface Program {
  readonly text: string;
  readonly type: CelType;
  readonly checked: Checked;
  readonly environment: Environment;
  /** Units that one evaluation may cost, as the API server estimates them; 2^64 - 1 where nothing bounds them. */
  readonly cost: CostRange;
  /** What the expression may read, for prefetching: `['object', 'spec', 'containers', '*', 'image']`. */
  readonly reads: readonly (readonly string[])[];
  /** The generated function; undefined where only the interpreter runs. */
  readonly fastPath: FastPath | undefined;
}

export interface CompileOptions {
  /** Evaluate without static types: what does not fit is an error of the evaluation. */
  readonly unchecked?: boolean;
  /** Generate no code. */
  readonly interpreterOnly?: boolean;
}

/** An expression that could not be compiled, with the phase that refused it. */
export interface CompileError {
  readonly phase: 'parse' | 'check';
  readonly error: CelError;
}

/** Text -> program: parsed, checked, its literals looked at, code generated. */
export function compile(environment: Environment, text: string, options: CompileOptions = {}): Program | CompileError {
  const root = parse(text, environment.macros, environment.syntax);
  if (root instanceof CelError) return { phase: 'parse', error: root };
  const checked = check(root, environment, options.unchecked ?? false);
  if (checked instanceof CelError) return { phase: 'check', error: checked };
  const bad = options.unchecked === true ? undefined : validateLiterals(checked, environment);
  if (bad) return { phase: 'check', error: bad };
  let cost: CostRange | undefined;
  let reads: readonly (readonly string[])[] | undefined;
  return {
    text,
    type: checked.type,
    checked,
    environment,
    // Not every caller asks: found when first read.
    get cost() {
      cost ??= estimateCost(checked, environment.kubernetes, environment.sizeOfPath);
      return cost;
    },
    get reads() {
      reads ??= readPaths(checked);
      return reads;
    },
    fastPath: options.interpreterOnly === true ? undefined : generate(checked, environment.kubernetes),
  };
}

/** What an evaluation came to, and the units that it cost. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: Value; readonly cost: number }
  | { readonly kind: 'error'; readonly error: CelError; readonly cost: number }
  | { readonly kind: 'needs'; readonly needs: readonly Need[]; readonly cost: number };

/**
 * Evaluates a program; never throws for what an expression or its data do.
 * `budget` is what the caller grants, in units of cost; an expression never gets more than a million.
 */
export function evaluate(program: Program, bindings: Bindings, budget = maxExpressionCost): Evaluated {
  const limit = Math.min(budget, maxExpressionCost);
  enterWork();
  try {
    return program.fastPath?.run(bindings, limit) ?? interpret(program, bindings, limit);
  } finally {
    leaveWork();
  }
}

/** Evaluates by the interpreter alone. */
export function interpret(program: Program, bindings: Bindings, limit: number): Evaluated {
  const interpreter = new Interpreter(program.checked, program.environment.kubernetes, bindings, limit);
  try {
    const result = interpreter.evaluate(program.checked.root);
    const { cost } = interpreter.counter;
    if (result instanceof Unknown) return { kind: 'needs', needs: result.needs, cost };
    if (result instanceof CelError) return { kind: 'error', error: result, cost };
    return { kind: 'value', value: result, cost };
  } catch (thrown) {
    const { cost } = interpreter.counter;
    const range = program.checked.root.range;
    if (thrown instanceof CostExceeded) {
      const message = `the expression costs more than ${limit} units`;
      return { kind: 'error', error: new CelError('CEL_COST_EXCEEDED', message, range), cost };
    }
    if (thrown instanceof WorkExceeded || thrown instanceof RangeError) {
      const message = `the expression takes more than ${maxUncountedWork} steps of copying and comparing`;
      return { kind: 'error', error: new CelError('CEL_COST_EXCEEDED', message, range), cost };
    }
    throw thrown;
  }
}

/** Evaluates often enough for the JavaScript engine to compile what was generated, so that the first request finds it fast. */
export function warmUp(programs: readonly Program[], bindings: Bindings, times = 10): void {
  for (const program of programs) for (let time = 0; time < times; time++) evaluate(program, bindings);
}
