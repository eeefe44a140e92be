import { accumulatorName, type CallNode, type FoldNode, type Node, operator } from './ast.ts';
import type { Checked, Reference } from './check.ts';
import { nodeCost } from './cost.ts';
import {
  callEstimate,
  type CallEstimate,
  type CallQuestion,
  isConcatenation,
  logicCost,
  type Operand,
} from './cost-call.ts';
import { libraryEstimate } from './cost-library.ts';
import { listEstimate } from './cost-list.ts';
import { type CostRange, exactly, product, sum, union, unknownRange } from './cost-range.ts';
import { eitherEntry, Sizes } from './cost-size.ts';
import type { SizeOfPath } from './environment.ts';

/**
 * What one evaluation may cost, as the API server estimates it before it evaluates anything (cel-go, checker.Cost). Sizes are those that the
 * expression itself or `declared` gives. It overestimates, and, of what is known to be constant, knows nothing: the units that are counted may be fewer.
 */
export function estimateCost(checked: Checked, kubernetes: boolean, declared?: SizeOfPath): CostRange {
  return new Estimator(checked, kubernetes, declared).cost(checked.root);
}

const none = exactly(0);
const one = exactly(1);
/** Nothing yet: the union with anything is that. */
const nothing: CostRange = { min: unknownRange.max, max: 0n };

class Estimator {
  readonly #checked: Checked;
  readonly #kubernetes: boolean;
  readonly #sizes: Sizes;
  /** A node that macros share is estimated once. */
  readonly #known: Map<Node, CostRange> = new Map();

  constructor(checked: Checked, kubernetes: boolean, declared: SizeOfPath | undefined) {
    this.#checked = checked;
    this.#kubernetes = kubernetes;
    this.#sizes = new Sizes(checked, declared);
  }

  cost(node: Node): CostRange {
    const known = this.#known.get(node);
    if (known) return known;
    const cost = this.#cost(node);
    this.#known.set(node, cost);
    return cost;
  }

  #cost(node: Node): CostRange {
    const reference = this.#checked.references.get(node);
    switch (node.kind) {
      case 'literal':
        return none;
      case 'ident':
        this.#sizes.setPath(node, this.#pathOfName(node, reference));
        return one;
      case 'select': {
        if (reference?.kind === 'variable' || reference?.kind === 'constant') {
          this.#sizes.setPath(node, this.#pathOfName(node, reference));
          return one;
        }
        const operand = this.cost(node.operand);
        if (node.test) return this.#kubernetes ? operand : sum(operand, one);
        this.#sizes.setPath(node, this.#extended(node.operand, node.field));
        const kind = this.#sizes.typeOf(node.operand)?.kind;
        return kind === 'map' || kind === 'object' ? sum(operand, one) : operand;
      }
      case 'list': {
        const costs = node.elements.map((element) => this.cost(element));
        this.#sizes.setEntry(node, { of: 'list', key: one, value: this.#contents(node.elements) });
        return sum(...costs, exactly(nodeCost.list));
      }
      case 'map': {
        const costs = node.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
        const keys = this.#contents(node.entries.map(({ key }) => key));
        const values = this.#contents(node.entries.map(({ value }) => value));
        this.#sizes.setEntry(node, { of: 'map', key: keys, value: values });
        return sum(...costs, exactly(nodeCost.map));
      }
      case 'struct':
        return sum(...node.fields.map(({ value }) => this.cost(value)), exactly(nodeCost.struct));
      case 'fold':
        return node.macro === 'bind' ? this.#bind(node) : this.#loop(node);
      case 'call':
        return this.#call(node, reference);
    }
  }

  #pathOfName(node: Node, reference: Reference | undefined): readonly string[] {
    if (reference?.kind === 'variable') return reference.name.split('.');
    return reference?.kind === 'local' ? this.#sizes.pathOf(node) : [];
  }

  /** Only what is read of a variable has a path. */
  #extended(operand: Node, step: string): readonly string[] {
    const path = this.#sizes.pathOf(operand);
    return path.length === 0 || path[0] === accumulatorName ? [] : [...path, step];
  }

  #contents(nodes: readonly Node[]): CostRange {
    return nodes.length === 0 ? none : nodes.map((node) => this.#sizes.known(node)).reduce(union);
  }

  #bind(node: FoldNode): CostRange {
    const before = [this.cost(node.over), this.cost(node.initial)];
    return this.#sizes.bound(node.accumulator, node.initial, () => {
      const result = this.cost(node.result);
      this.#sizes.setSize(node, this.#sizes.sizeOf(node.result));
      this.#sizes.setEntry(node, this.#sizes.entryOf(node.result));
      return sum(...before, result);
    });
  }

  #loop(node: FoldNode): CostRange {
    const before = [this.cost(node.over), this.cost(node.initial)];
    const [round, result] = this.#sizes.bound(
      node.accumulator,
      node.initial,
      () =>
        [
          this.#sizes.looping(node.over, node.variable, node.secondVariable, () =>
            sum(this.cost(node.condition), this.cost(node.step)),
          ),
          this.cost(node.result),
        ] as const,
    );
    const rounds = this.#sizes.known(node.over);
    if (node.initial.kind === 'literal') this.#sizes.setSize(node, one);
    if (node.initial.kind === 'list' || node.initial.kind === 'map') {
      this.#sizes.setSize(node, rounds);
      this.#sizes.setEntry(node, this.#sizes.entryOf(node.step));
    }
    return sum(...before, result, product(rounds, round));
  }

  #call(node: CallNode, reference: Reference | undefined): CostRange {
    if (reference?.kind !== 'function') return none;
    const { name, args } = reference;
    const costs = args.map((arg) => this.cost(arg));
    const [first] = args;
    if (name === 'dyn' && first) {
      this.#sizes.setSize(node, this.#sizes.sizeOf(first));
      this.#sizes.setEntry(node, this.#sizes.entryOf(first));
      return sum(one, ...costs);
    }
    if (name === operator.optionalSelect) return sum(one, ...costs);
    const receiver = reference.overloads[0]?.receiver === true;
    const operands = args.map((arg) => this.#operand(arg));
    const target = receiver ? operands[0] : undefined;
    const question = { name, target, args: receiver ? operands.slice(1) : operands };
    let cost = nothing;
    let size: CostRange | undefined;
    for (const { id } of reference.overloads) {
      const estimate = this.#estimate({ ...question, overload: id }, node);
      cost = union(cost, estimate.cost);
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size;
      if (id === 'index_list' || id === 'index_map') {
        size = first && this.#sizes.entryOf(first)?.value;
        if (first) this.#sizes.setPath(node, this.#extended(first, id === 'index_list' ? '@items' : '@values'));
      }
      size ??= this.#sizes.sizeOf(node);
    }
    this.#sizes.setSize(node, size);
    const logic = logicCost(name, costs);
    if (logic) return logic;
    return reference.overloads.length === 0 ? none : sum(cost, ...costs);
  }

  #estimate(question: CallQuestion, node: CallNode): CallEstimate {
    const [a, b, c] = question.args;
    if (question.overload === 'conditional' && b && c) {
      this.#sizes.setEntry(node, eitherEntry(this.#sizes.entryOf(b.node), this.#sizes.entryOf(c.node)));
      return { cost: none, size: union(b.size ?? unknownRange, c.size ?? unknownRange) };
    }
    if (isConcatenation(question.overload) && a && b) {
      this.#sizes.setEntry(node, eitherEntry(this.#sizes.entryOf(a.node), this.#sizes.entryOf(b.node)));
    }
    return (
      listEstimate(question) ?? (this.#kubernetes ? libraryEstimate(question) : undefined) ?? callEstimate(question)
    );
  }

  #operand(node: Node): Operand {
    return {
      node,
      type: this.#sizes.typeOf(node) ?? { kind: 'dyn' },
      size: this.#sizes.sizeOf(node),
      elementSize: this.#sizes.declared(this.#extended(node, '@items')),
    };
  }
}
