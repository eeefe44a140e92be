import type { Emitter } from './emitter.ts';
import { isReserved } from './reserved.ts';
import { runtime } from './runtime.ts';

/** Source of a function of what an emitter has collected; names of the runtime and constants are in scope in `body`, which returns it. */
export const sourceOf = (emitter: Emitter, body: readonly string[]): string => {
  const constants = emitter.constants.map((_, at) => `k${at}`);
  return [
    `'use strict';`,
    `const {${Object.keys(runtime).join(', ')}} = R;`,
    constants.length === 0 ? '' : `const [${constants.join(', ')}] = K;`,
    ...body,
  ].join('\n');
};

/** The function that the source returns; undefined where a process forbids code generation: the interpreter needs none. */
export function factoryOf<F>(emitter: Emitter, body: readonly string[]): F | undefined {
  try {
    // Names in the source are generated and constants come by reference: no text of an expression is in it.
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
    const factory = new Function('R', 'K', sourceOf(emitter, body)) as (
      names: typeof runtime,
      constants: readonly unknown[],
    ) => F;
    return factory(runtime, emitter.constants);
  } catch {
    // The engine's parser has bounds of its own, too.
    return undefined;
  }
}

/** Reads a binding; as with fields, a name that nothing inherits is read directly. */
export function bindingSource(emitter: Emitter, name: string, code: string): string {
  const key = emitter.constant(name).code;
  if (isReserved(name)) return `const ${code} = bind(B, ${key});`;
  emitter.directNames.add(name);
  return `let ${code} = B[${key}]; if (${code} === undefined) ${code} = bind(B, ${key});`;
}
