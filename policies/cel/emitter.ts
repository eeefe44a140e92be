import type { Node } from './ast.ts';
import type { Checked } from './check.ts';
import { maxGeneratedSource } from './limits.ts';

/** What generated code knows of a value without looking: nothing, or its JavaScript representation. */
export type Shape = 'any' | 'bool' | 'string' | 'int' | 'null';

/** A value in generated code: the name of a variable or constant. Names are generated, never taken from an expression. */
export interface Atom {
  readonly code: string;
  readonly shape: Shape;
  /** A statement that must have run before the value is read. */
  readonly before?: string;
}

/** Ends the generation of a function that would grow too large; never leaves generate(). */
export class TooMuchCode extends Error {}

/**
 * Collects statements. Cost that is known beforehand is summed over a straight run of code and added once;
 * it is flushed wherever the run ends.
 */
export class Emitter {
  /** The expression whose statements are collected now. */
  checked: Checked;
  readonly kubernetes: boolean;
  readonly constants: unknown[] = [];
  readonly directNames: Set<string> = new Set();
  readonly #constantNames: Map<unknown, string> = new Map();
  readonly #lines: string[] = [];
  readonly #locals: { readonly name: string; readonly atom: Atom }[] = [];
  readonly #bindings: Map<string, string> = new Map();
  #length = 0;
  #cost = 0;
  #next = 0;

  constructor(checked: Checked, kubernetes: boolean) {
    this.checked = checked;
    this.kubernetes = kubernetes;
  }

  /** Names of variables that hold bindings, by what they are bound from. */
  get bindings(): ReadonlyMap<string, string> {
    return this.#bindings;
  }

  line(code: string): void {
    this.#length += code.length;
    if (this.#length > maxGeneratedSource) throw new TooMuchCode('too much code');
    this.#lines.push(code);
  }

  /** A new variable, declared and, where code is given, assigned. */
  variable(code?: string, shape: Shape = 'any'): Atom {
    const name = `v${this.#next++}`;
    this.line(code === undefined ? `let ${name};` : `const ${name} = ${code};`);
    return { code: name, shape };
  }

  /** A name that nothing else has, not declared yet. */
  fresh(): string {
    return `v${this.#next++}`;
  }

  /** The name of a constant that is handed to the generated function by reference. */
  constant(value: unknown, shape: Shape = 'any'): Atom {
    const known = this.#constantNames.get(value);
    const code = known ?? `k${this.constants.push(typeof value === 'string' ? interned(value) : value) - 1}`;
    this.#constantNames.set(value, code);
    return { code, shape };
  }

  /** The constant behind an atom, undefined where it is none. */
  valueOf({ code }: Atom): unknown {
    return code.startsWith('k') ? this.constants[Number(code.slice(1))] : undefined;
  }

  /** The variable that holds a binding, read once when the function starts. */
  binding(name: string): string {
    const known = this.#bindings.get(name);
    if (known !== undefined) return known;
    const code = `b${this.#bindings.size}`;
    this.#bindings.set(name, code);
    return code;
  }

  charge(units: number): void {
    this.#cost += units;
  }

  /** Adds the cost of the run of code so far; call it where a run ends. */
  flush(): void {
    if (this.#cost > 0) this.line(`c += ${this.#cost};`);
    this.#cost = 0;
  }

  /** Statements between braces, with a run of cost of their own. */
  block(head: string, body: () => void): void {
    this.flush();
    this.line(`${head} {`);
    body();
    this.flush();
    this.line('}');
  }

  within<T>(locals: readonly { readonly name: string; readonly atom: Atom }[], run: () => T): T {
    this.#locals.push(...locals);
    const result = run();
    this.#locals.length -= locals.length;
    return result;
  }

  local(name: string): Atom | undefined {
    return this.#locals.findLast((local) => local.name === name)?.atom;
  }

  /** Throws, in generated code, where a value stands for none. */
  refuseSpecial({ code, shape }: Atom): void {
    if (shape === 'any') this.line(`if (typeof ${code} === 'object' && ${code} instanceof S) throw X;`);
  }

  get source(): string {
    return this.#lines.join('\n');
  }
}

/** The one copy of a string that the JavaScript engine keeps for keys: it finds a field, and compares, by address. */
const interned = (text: string): string => Object.keys({ [text]: true })[0] ?? text;

/** Emits a node and answers where its value is; `absorbed` as in the interpreter. */
export type Emit = (emitter: Emitter, node: Node, absorbed?: boolean) => Atom;
