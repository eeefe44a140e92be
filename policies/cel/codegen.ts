import type { Checked } from './check.ts';
import { emit } from './emit.ts';
import { Emitter, TooMuchCode } from './emitter.ts';
import { type Bindings, isSpecial } from './evaluation.ts';
import { bindingSource, factoryOf, sourceOf } from './generated.ts';
import { isReserved, reservedCount } from './reserved.ts';
import type { Meter } from './runtime.ts';
import type { Value } from './value.ts';

/** The generated function of an expression. It answers nothing in every case of an error or unknown. */
export interface FastPath {
  readonly run: (
    bindings: Bindings,
    limit: number,
  ) => { readonly kind: 'value'; readonly value: Value; readonly cost: number } | undefined;
  /** For tests: that no text of an expression is in it. */
  readonly source: string;
}

/** Generates the function; undefined where an expression can only be an error, or would need too much code. */
export function generate(checked: Checked, kubernetes: boolean): FastPath | undefined {
  const linked = generateOnce(checked, kubernetes);
  return linked && { source: linked.source, run: runner(linked, () => generateOnce(checked, kubernetes)) };
}

function generateOnce(checked: Checked, kubernetes: boolean): Linked | undefined {
  const emitter = new Emitter(checked, kubernetes);
  try {
    const result = emit(emitter, checked.root);
    emitter.refuseSpecial(result);
    emitter.flush();
    emitter.line('if (c > L) throw X;');
    emitter.line(`m.cost = c; return ${result.code};`);
  } catch (thrown) {
    if (thrown instanceof TooMuchCode || thrown instanceof RangeError) return undefined;
    throw thrown;
  }
  return link(emitter);
}

interface Linked {
  readonly generated: Generated;
  readonly source: string;
  readonly directNames: ReadonlySet<string>;
}

type Generated = (bindings: Bindings, limit: number, meter: Meter) => Value;

function link(emitter: Emitter): Linked | undefined {
  const bound = [...emitter.bindings].map(([name, code]) => bindingSource(emitter, name, code));
  const body = [`return (B, L, m) => {`, 'let c = 0;', ...bound, emitter.source, '};'];
  const generated = factoryOf<Generated>(emitter, body);
  return generated && { generated, source: sourceOf(emitter, body), directNames: emitter.directNames };
}

function runner(first: Linked, again: () => Linked | undefined): FastPath['run'] {
  const meter: Meter = { cost: 0, extra: 0 };
  let linked: Linked | undefined = first;
  let checkedAt = reservedCount();
  return (bindings, limit) => {
    if (checkedAt !== reservedCount()) {
      // A class of values has appeared since: a name read directly might find what its instances inherit.
      checkedAt = reservedCount();
      if (linked && [...linked.directNames].some(isReserved)) linked = again();
    }
    if (!linked) return undefined;
    try {
      const value = linked.generated(bindings, limit, meter);
      // A class that appeared just now may have been read from already.
      if (reservedCount() !== checkedAt) return undefined;
      return isSpecial(value) ? undefined : { kind: 'value', value, cost: meter.cost };
    } catch {
      // An error of the language, an unknown, a budget, or the stack: the interpreter finds which.
      return undefined;
    }
  };
}
