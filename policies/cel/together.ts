import { emit } from './emit.ts';
import { Emitter, TooMuchCode } from './emitter.ts';
import type { Bindings } from './evaluation.ts';
import { maxExpressionCost, maxGeneratedSource } from './limits.ts';
import type { Program } from './program.ts';
import { isReserved, reservedCount } from './reserved.ts';
import { bindingSource, factoryOf } from './generated.ts';
import type { Meter } from './runtime.ts';
import { enterWork, leaveWork } from './work.ts';

/** How many programs one function may hold: one bit of an answer each, and small enough for the engine to optimise. */
export const mostTogether = 30;

/**
 * Which of several programs over the same bindings are true with nothing else to say of them: bit n of the answer for program n, for those whose bit is
 * set in `wanted`. A bit that is not set says nothing: whoever wants to know evaluates that program by itself. None costs more than an expression may.
 */
export type Together = (bindings: Bindings, wanted: number) => number;

/** One function of up to {@link mostTogether} programs: a call, its bindings and its bookkeeping are paid for once. Undefined where that cannot be made. */
export function compileTogether(programs: readonly Program[]): Together | undefined {
  const first = generateTogether(programs);
  return first && runner(first, () => generateTogether(programs));
}

interface Linked {
  readonly generated: (bindings: Bindings, limit: number, meter: Meter, wanted: number) => number;
  readonly directNames: ReadonlySet<string>;
}

function generateTogether(programs: readonly Program[]): Linked | undefined {
  const [first, ...others] = programs;
  if (first === undefined || programs.length > mostTogether) return undefined;
  const { kubernetes } = first.environment;
  const size = programs.reduce((sum, { fastPath }) => sum + (fastPath?.source.length ?? maxGeneratedSource), 0);
  if (size > maxGeneratedSource || others.some(({ environment }) => environment.kubernetes !== kubernetes))
    return undefined;
  const emitter = new Emitter(first.checked, kubernetes);
  try {
    for (const [at, { checked }] of programs.entries()) {
      emitter.checked = checked;
      emitter.block(`if ((W & ${1 << at}) !== 0) try`, () => {
        emitter.line('let c = 0;');
        const { code } = emit(emitter, checked.root);
        emitter.flush();
        emitter.line(`if (c <= L && ${code} === true) d |= ${1 << at};`);
      });
      emitter.line('catch {}');
    }
  } catch (thrown) {
    if (thrown instanceof TooMuchCode || thrown instanceof RangeError) return undefined;
    throw thrown;
  }
  const bound = [...emitter.bindings].map(([name, code]) => bindingSource(emitter, name, code));
  const body = ['return (B, L, m, W) => {', 'let d = 0;', ...bound, emitter.source, 'return d;', '};'];
  const generated = factoryOf<Linked['generated']>(emitter, body);
  return generated && { generated, directNames: emitter.directNames };
}

function runner(first: Linked, again: () => Linked | undefined): Together {
  const meter: Meter = { cost: 0, extra: 0 };
  let linked: Linked | undefined = first;
  let checkedAt = reservedCount();
  return (bindings, wanted) => {
    if (checkedAt !== reservedCount()) {
      // As with one program: a name that is read directly may now be one that a class of values inherits.
      checkedAt = reservedCount();
      if (linked && [...linked.directNames].some(isReserved)) linked = again();
    }
    if (!linked) return 0;
    enterWork();
    try {
      const done = linked.generated(bindings, maxExpressionCost, meter, wanted);
      return reservedCount() === checkedAt ? done : 0;
    } catch {
      // A binding that cannot be read, or the stack.
      return 0;
    } finally {
      leaveWork();
    }
  };
}
