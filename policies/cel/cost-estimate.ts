import { type FoldNode, type Node, operator } from './ast.ts';
import { isAttribute, isConstant, isConstantSet } from './attribute.ts';
import type { Checked } from './check.ts';
import { nodeCost } from './cost.ts';
import { codePoints } from './size.ts';

/** Units between which an evaluation may cost; Infinity where a size is not known. */
export interface CostRange {
  readonly min: number;
  readonly max: number;
}

/** What one evaluation may cost, sizes of what comes from outside being unknown (cel-go, checker.Cost). */
export function estimateCost(checked: Checked, kubernetes: boolean): CostRange {
  return new Estimator(checked, kubernetes).cost(checked.root);
}

const none: CostRange = { min: 0, max: 0 };
const one: CostRange = { min: 1, max: 1 };
const unbounded: CostRange = { min: 0, max: Number.POSITIVE_INFINITY };
const add = (a: CostRange, b: CostRange): CostRange => ({ min: a.min + b.min, max: a.max + b.max });
const either = (a: CostRange, b: CostRange): CostRange => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
});
/** Zero times anything is zero, an unknown number of things that cost nothing too. */
const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);
const times = (a: CostRange, b: CostRange): CostRange => ({ min: product(a.min, b.min), max: product(a.max, b.max) });
const share = (size: CostRange, factor: number): CostRange => ({
  min: Math.ceil(size.min * factor),
  max: Math.ceil(size.max * factor),
});

class Estimator {
  readonly #checked: Checked;
  readonly #kubernetes: boolean;
  readonly #known: Map<Node, CostRange> = new Map();
  /** Sizes of loop variables are those of elements: not known. Bound names have the size of what they are bound to. */
  readonly #bound: Map<string, CostRange> = new Map();

  constructor(checked: Checked, kubernetes: boolean) {
    this.#checked = checked;
    this.#kubernetes = kubernetes;
  }

  cost(node: Node): CostRange {
    const known = this.#known.get(node);
    if (known) return known;
    const cost = this.#cost(node);
    this.#known.set(node, cost);
    return cost;
  }

  #cost(node: Node): CostRange {
    if (isConstant(this.#checked, node)) return none;
    switch (node.kind) {
      case 'literal':
        return none;
      case 'ident':
        return one;
      case 'select': {
        const operand = this.#checked.references.get(node)?.kind === 'variable' ? none : this.cost(node.operand);
        return node.test && this.#kubernetes ? operand : add(operand, one);
      }
      case 'list':
        return this.#all(node.elements, nodeCost.list);
      case 'map':
        return this.#all(
          node.entries.flatMap(({ key, value }) => [key, value]),
          nodeCost.map,
        );
      case 'struct':
        return this.#all(
          node.fields.map(({ value }) => value),
          nodeCost.struct,
        );
      case 'fold':
        return this.#fold(node);
      case 'call':
        return this.#call(node);
    }
  }

  #all(nodes: readonly Node[], base: number): CostRange {
    return nodes.reduce((sum, node) => add(sum, this.cost(node)), { min: base, max: base });
  }

  #call(node: Node & { kind: 'call' }): CostRange {
    const reference = this.#checked.references.get(node);
    const args = reference?.kind === 'function' ? reference.args : node.args;
    const [first, second, third] = args;
    const costs = args.map((arg) => this.cost(arg));
    const [a = none, b = none, c = none] = costs;
    if (node.name === operator.and || node.name === operator.or) return either(a, add(a, b));
    if (node.name === operator.conditional && third) return add(a, either(b, c));
    const all = costs.reduce(add, none);
    if (steps.has(node.name)) return add(all, second && isAttribute(this.#checked, second) ? none : one);
    if (node.name === operator.in && isConstantSet(this.#checked, second)) return a;
    return add(all, this.#function(reference?.kind === 'function' ? reference.name : node.name, node, first, second));
  }

  /** Units of the call itself, by the same rules as at run time. */
  #function(name: string, node: Node, first: Node | undefined, second: Node | undefined): CostRange {
    const reference = this.#checked.references.get(node);
    const overloads = reference?.kind === 'function' ? reference.overloads : [];
    const [only] = overloads;
    const fixed = only?.cost === undefined || (overloads.length > 1 && !only.costByName);
    if (fixed) return one;
    const a = first ? this.size(first) : one;
    const b = second ? this.size(second) : one;
    switch (name) {
      case operator.equal:
      case operator.notEqual:
      case operator.less:
      case operator.lessOrEqual:
      case operator.greater:
      case operator.greaterOrEqual:
        return share({ min: Math.min(a.min, b.min), max: Math.min(a.max, b.max) }, 0.1);
      case operator.add:
        return share(add(a, b), 0.1);
      case operator.in:
        return b;
      case 'matches':
      case 'find':
      case 'findAll':
        return times(share(add(a, one), 0.1), share(b, 0.25));
      case 'contains':
        return times(share(a, 0.1), share(b, 0.1));
      case 'check':
        return { min: 350_000, max: 350_000 };
      default:
        return share(a, name === 'replace' || name === 'split' || name === 'join' ? 0.2 : 0.1);
    }
  }

  #fold(node: FoldNode): CostRange {
    if (node.macro === 'bind') {
      this.#bound.set(node.accumulator, this.size(node.initial));
      return add(this.cost(node.initial), this.cost(node.result));
    }
    const rounds = this.size(node.over);
    const round = add(this.cost(node.condition), this.cost(node.step));
    const loop = times(
      { min: node.macro === 'all' || node.macro === 'exists' ? Math.min(1, rounds.min) : rounds.min, max: rounds.max },
      round,
    );
    return add(add(this.cost(node.over), this.cost(node.initial)), add(loop, this.cost(node.result)));
  }

  /** Characters, elements or entries that a value may have; 1 for what has no size. */
  size(node: Node): CostRange {
    const exact = (size: number): CostRange => ({ min: size, max: size });
    if (node.kind === 'literal')
      return exact(
        typeof node.value === 'string'
          ? codePoints(node.value)
          : node.value instanceof Uint8Array
            ? node.value.length
            : 1,
      );
    if (node.kind === 'list') return { min: node.elements.length - node.optionals.length, max: node.elements.length };
    if (node.kind === 'map') return exact(node.entries.length);
    if (node.kind === 'ident' && this.#bound.has(node.name)) return this.#bound.get(node.name) ?? unbounded;
    if (node.kind === 'fold' && node.macro === 'list') {
      const over = this.size(node.over);
      return node.filter ? { min: 0, max: over.max } : over;
    }
    if (node.kind === 'call' && node.name === operator.add) {
      const [a, b] = node.args;
      if (a && b && sized.has(this.#checked.types.get(node)?.kind ?? 'dyn')) return add(this.size(a), this.size(b));
    }
    return sized.has(this.#checked.types.get(node)?.kind ?? 'dyn') ? unbounded : one;
  }
}

const sized: ReadonlySet<string> = new Set(['string', 'bytes', 'list', 'map', 'dyn', 'param', 'wrapper']);
const steps: ReadonlySet<string> = new Set([operator.index, operator.optionalIndex, operator.optionalSelect]);
