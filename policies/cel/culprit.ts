import { childrenOf, type FoldNode, type Node, operator } from './ast.ts';
import type { Checked } from './check.ts';
import { CelError } from './error.ts';
import { type Bindings, CostExceeded, isSpecial, type Result } from './evaluation.ts';
import { roundsOf } from './interpret-fold.ts';
import { Interpreter, type Local } from './interpreter.ts';
import type { Program } from './program.ts';
import { entriesOf, isList, isMap, Optional } from './value.ts';
import { enterWork, leaveWork, WorkExceeded } from './work.ts';

/** Keys and indexes that lead to a place within a document. */
export type Place = readonly (string | number)[];

/** What culprits are looked for in. */
export interface Scene {
  readonly bindings: Bindings;
  /** Where an object or list stands in the document; undefined for what is not of it. */
  readonly locate: (value: object) => Place | undefined;
  /** What a variable was computed by, where an expression did that. */
  readonly definition: (name: string) => Program | undefined;
  /** Units of cost that the search may spend. */
  readonly budget: number;
  /** So many places are enough. */
  readonly most: number;
}

/**
 * Where in a document an expression that came to false became false: of `pod.containers.all(c, c.tty == false)` the `tty` of each container
 * that has another. The expression is evaluated again by the interpreter, part by part. Empty where nothing can be pointed at, or the budget ran out.
 */
export function findCulprits(program: Program, scene: Scene): readonly Place[] {
  enterWork();
  try {
    return new Search(program, scene, scene.budget, 0).blame(program.checked.root, false);
  } catch (thrown) {
    if (thrown instanceof CostExceeded || thrown instanceof WorkExceeded || thrown instanceof RangeError) return [];
    throw thrown;
  } finally {
    leaveWork();
  }
}

/** Variables that are computed by variables: as deep as anybody reads. */
const maxDefinitions = 8;

type NamedPlace = readonly [name: string, place: Place | undefined];

class Search {
  readonly #checked: Checked;
  readonly #scene: Scene;
  readonly #interpreter: Interpreter;
  readonly #depth: number;
  /** Where the values of names in scope stand. */
  readonly #places: NamedPlace[] = [];

  constructor({ checked, environment }: Program, scene: Scene, budget: number, depth: number) {
    this.#checked = checked;
    this.#scene = scene;
    this.#interpreter = new Interpreter(checked, environment.kubernetes, scene.bindings, budget);
    this.#depth = depth;
  }

  /** The places because of which the node came to `value`. */
  blame(node: Node, value: boolean): readonly Place[] {
    if (node.kind === 'fold') return this.#blameFold(node, value);
    const variable = this.#variableOf(node);
    if (variable !== undefined) return this.#blameVariable(node, variable, value);
    if (node.kind !== 'call' || node.target !== undefined) return this.#candidates(node);
    const [first, second, third] = node.args;
    switch (node.name) {
      case operator.not:
        return first ? this.blame(first, !value) : [];
      case operator.and:
      case operator.or: {
        const guilty = node.args.filter((arg) => this.#interpreter.evaluate(arg) === value);
        return distinct(
          guilty.flatMap((arg) => this.blame(arg, value)),
          this.#scene.most,
        );
      }
      case operator.conditional: {
        if (first === undefined) return [];
        const chosen = this.#interpreter.evaluate(first) === true;
        const branch = chosen ? second : third;
        const found = branch ? this.blame(branch, value) : [];
        return found.length > 0 ? found : this.blame(first, chosen);
      }
      default:
        return this.#candidates(node);
    }
  }

  /** A loop is decided by the elements that decided it; one that none did, by what it goes over. */
  #blameFold(node: FoldNode, value: boolean): readonly Place[] {
    if (node.macro === 'bind') {
      const bound = { name: node.accumulator, value: this.#interpreter.later(node.initial) };
      return this.#among([bound], [[node.accumulator, this.#place(node.initial)]], () =>
        this.blame(node.result, value),
      );
    }
    const decisive = node.macro === 'all' ? false : node.macro === 'exists' ? true : undefined;
    if (value !== decisive) return this.#candidates(node.over);
    const found = this.#eachRound(node, (element) => {
      if (this.#interpreter.evaluate(node.body) !== value) return [];
      const inside = this.blame(node.body, value);
      return inside.length > 0 || element === undefined ? inside : [element];
    });
    return found.length > 0 ? found : this.#candidates(node.over);
  }

  #eachRound(node: FoldNode, look: (element: Place | undefined) => readonly Place[]): readonly Place[] {
    const over = this.#interpreter.evaluate(node.over);
    if (isSpecial(over)) return [];
    const rounds = roundsOf(over, node);
    if (rounds instanceof CelError) return [];
    const base = this.#place(node.over);
    const keys = isMap(over) ? entriesOf(over).map(([key]) => key) : undefined;
    const found: Place[] = [];
    for (const [at, locals] of rounds.entries()) {
      if (found.length >= this.#scene.most) break;
      const last = locals.at(-1);
      const key = keys === undefined ? at : keys[at];
      const step = typeof key === 'string' || typeof key === 'number' ? key : undefined;
      const place = this.#locate(last?.value) ?? (base && step !== undefined ? [...base, step] : undefined);
      const places = locals.map(({ name }): NamedPlace => [name, place]);
      found.push(...this.#among(locals, places, () => look(place)));
    }
    return distinct(found, this.#scene.most);
  }

  #among<T>(locals: readonly Local[], places: readonly NamedPlace[], run: () => T): T {
    this.#places.push(...places);
    const result = this.#interpreter.within(locals, run);
    this.#places.length -= places.length;
    return result;
  }

  #variableOf(node: Node): string | undefined {
    const reference = this.#checked.references.get(node);
    return reference?.kind === 'variable' ? reference.name : undefined;
  }

  #blameVariable(node: Node, name: string, value: boolean): readonly Place[] {
    return this.#inDefinition(name, (search, root) => search.blame(root, value)) ?? this.#candidates(node);
  }

  #inDefinition<T>(name: string, look: (search: Search, root: Node) => T): T | undefined {
    const program = this.#scene.definition(name);
    if (program === undefined || this.#depth >= maxDefinitions) return undefined;
    const { limit, cost } = this.#interpreter.counter;
    const search = new Search(program, this.#scene, limit - cost, this.#depth + 1);
    const result = look(search, program.checked.root);
    this.#interpreter.counter.charge(search.#interpreter.counter.cost);
    return result;
  }

  /** The place of a value that decides, or of what it is made of: of `size(c.ports) == 0` the ports. */
  #candidates(node: Node): readonly Place[] {
    const place = this.#place(node);
    if (place !== undefined) return [place];
    const variable = this.#variableOf(node);
    if (variable !== undefined) return this.#inDefinition(variable, (search, root) => search.#candidates(root)) ?? [];
    if (node.kind === 'fold') return this.#candidatesOfFold(node);
    if (node.kind === 'call' && node.name === operator.conditional) return this.#candidatesOfChoice(node.args);
    if (node.kind === 'call' && node.name === operator.in) {
      const [key, map] = node.args;
      const within = map && this.#place(map);
      if (within !== undefined && key?.kind === 'literal' && typeof key.value === 'string') {
        const container = map ? this.#interpreter.evaluate(map) : null;
        return [!isSpecial(container) && isMap(container) ? [...within, key.value] : within];
      }
    }
    return this.#firstOf(childrenOf(node));
  }

  /** What was chosen is the value; the condition only chose it. */
  #candidatesOfChoice([condition, yes, no]: readonly Node[]): readonly Place[] {
    const chosen = condition && this.#interpreter.evaluate(condition) === true ? yes : no;
    return this.#firstOf([chosen, condition].filter((node) => node !== undefined));
  }

  #firstOf(nodes: readonly Node[]): readonly Place[] {
    for (const node of nodes) {
      const found = this.#candidates(node);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** What a filter left, where that stands in the document; else what it went over. */
  #candidatesOfFold(node: FoldNode): readonly Place[] {
    const made = this.#interpreter.evaluate(node);
    const left = !isSpecial(made) && isList(made) ? made.slice(0, this.#scene.most) : [];
    const places = left.map((element) => this.#locate(element)).filter((place) => place !== undefined);
    return places.length > 0 ? places : this.#candidates(node.over);
  }

  /** Where the value of a node stands, or would stand if it were there. */
  #place(node: Node): Place | undefined {
    switch (node.kind) {
      case 'ident':
      case 'select': {
        const located = this.#locate(node.kind === 'select' && node.test ? null : this.#interpreter.evaluate(node));
        if (located !== undefined) return located;
        const reference = this.#checked.references.get(node);
        if (reference?.kind === 'variable')
          return this.#inDefinition(reference.name, (search, root) => search.#place(root));
        if (node.kind === 'select') return below(this.#place(node.operand), node.field);
        return this.#places.findLast(([name]) => name === node.name)?.[1];
      }
      case 'call':
        return this.#placeOfCall(node.name, node.target, node.args);
      default:
        return undefined;
    }
  }

  #placeOfCall(name: string, target: Node | undefined, args: readonly Node[]): Place | undefined {
    const [operand, key] = args;
    if (name === 'dyn' && operand !== undefined) return this.#place(operand);
    if (target !== undefined) return transparent.has(name) ? this.#place(target) : undefined;
    if (operand === undefined || key === undefined || !steps.has(name)) return undefined;
    const step = this.#interpreter.evaluate(key);
    return typeof step === 'string' || typeof step === 'number' || typeof step === 'bigint'
      ? below(this.#place(operand), typeof step === 'bigint' ? Number(step) : step)
      : undefined;
  }

  #locate(value: Result | Local['value'] | undefined): Place | undefined {
    const inner = value instanceof Optional ? value.content : value;
    return typeof inner === 'object' && inner !== null ? this.#scene.locate(inner) : undefined;
  }
}

/** Steps from a container to what is in it. */
const steps: ReadonlySet<string> = new Set([operator.index, operator.optionalIndex, operator.optionalSelect]);

/** Calls whose value is that of their target, or stands in for it. */
const transparent: ReadonlySet<string> = new Set(['orValue', 'or', 'value', 'hasValue']);

const below = (place: Place | undefined, step: string | number): Place | undefined => place && [...place, step];

function distinct(places: readonly Place[], most: number): readonly Place[] {
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()].slice(0, most);
}
