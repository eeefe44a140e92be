import {
  type CallNode,
  type ListNode,
  type MapNode,
  type Node,
  operator,
  type SelectNode,
  type StructNode,
} from './ast.ts';
import { costsToFind, isAlternative, isEmptyList, isAttribute, isConstant, isConstantSet } from './attribute.ts';
import type { Checked, Reference } from './check.ts';
import { nodeCost } from './cost.ts';
import { CelError } from './error.ts';
import { type Bindings, combine, Counter, isSpecial, Lazy, readBinding, type Result } from './evaluation.ts';
import { applyOverload, overloadCost } from './dispatch.ts';
import { evaluateFold } from './interpret-fold.ts';
import { presence, selectField, selectOfStruct, selectOptional } from './selection.ts';
import { listOf, mapFrom, structOf } from './aggregate.ts';
import { index, optionalIndex } from './library/relations.ts';
import { isList, isMap, mapKey, Optional, Struct, type Value } from './value.ts';

/** A name in scope. */
export interface Local {
  readonly name: string;
  readonly value: Result | Lazy;
}

/** The semantic reference: walks the tree, errors and unknowns are values, every unit of cost is counted. */
export class Interpreter {
  readonly checked: Checked;
  readonly kubernetes: boolean;
  readonly counter: Counter;
  readonly #bindings: Bindings;
  readonly #locals: Local[] = [];

  constructor(checked: Checked, kubernetes: boolean, bindings: Bindings, limit: number) {
    this.checked = checked;
    this.kubernetes = kubernetes;
    this.counter = new Counter(limit);
    this.#bindings = bindings;
  }

  /** `absorbed`: the node is an attribute inside another, whose own read costs nothing more. */
  evaluate(node: Node, absorbed = false): Result {
    const result = this.#evaluate(node, absorbed);
    return result instanceof CelError ? result.at(node.range) : result;
  }

  /** Evaluates with further names in scope. */
  within<T>(locals: readonly Local[], run: () => T): T {
    this.#locals.push(...locals);
    const result = run();
    this.#locals.length -= locals.length;
    return result;
  }

  /** A node's value, computed when it is first read, among the names that are in scope now. */
  later(node: Node): Lazy {
    const depth = this.#locals.length;
    return new Lazy(() => {
      const inner = this.#locals.splice(depth);
      const result = this.evaluate(node);
      this.#locals.push(...inner);
      return result;
    });
  }

  #evaluate(node: Node, absorbed: boolean): Result {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'ident':
        return this.#name(node, node.name, absorbed);
      case 'select':
        return this.#select(node, absorbed);
      case 'call':
        return this.#call(node, absorbed);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'struct':
        return this.#struct(node);
      case 'fold':
        return evaluateFold(this, node);
    }
  }

  #name(node: Node, name: string, absorbed: boolean): Result {
    const reference = this.checked.references.get(node);
    if (reference?.kind === 'constant') return reference.value;
    this.counter.charge(absorbed ? 0 : nodeCost.read);
    if (reference?.kind === 'local') {
      const local = this.#locals.findLast((each) => each.name === name);
      if (!local) return undeclared(name);
      return local.value instanceof Lazy ? local.value.read() : local.value;
    }
    return reference?.kind === 'variable' ? readBinding(this.#bindings, reference.name) : undeclared(name);
  }

  #select(node: SelectNode, absorbed: boolean): Result {
    const reference = this.checked.references.get(node);
    if (reference?.kind === 'constant') return reference.value;
    if (reference?.kind === 'variable') {
      // The API server selects from `variables`: as many reads as the name has parts.
      const reads = this.kubernetes ? reference.name.split('.').length : 1;
      this.counter.charge(reads * nodeCost.read - (absorbed ? 1 : 0));
      return readBinding(this.#bindings, reference.name);
    }
    const operand = this.#operand(node.operand, absorbed || node.test);
    if (!node.test && this.#leadsNowhere(operand)) return Optional.none;
    this.counter.charge(nodeCost.read);
    if (node.test && !this.kubernetes && !absorbed) this.counter.charge(nodeCost.read);
    if (isSpecial(operand)) return operand;
    // The API server's cel-go says of what has no fields that it has not this one; cel-spec wants an error.
    if (node.test && this.#leadsNowhere(operand, true)) return false;
    if (node.test) return presence(operand, node.field);
    if (operand instanceof Struct && this.checked.types.get(node.operand)?.kind === 'object')
      return selectOfStruct(operand, node.field);
    return selectField(operand, node.field);
  }

  /** What is selected from: what is no attribute is wrapped in one, which costs a read. */
  #operand(node: Node, absorbed: boolean): Result {
    if (isAttribute(this.checked, node)) return this.evaluate(node, absorbed);
    const result = this.evaluate(node);
    this.counter.charge(absorbed ? 0 : nodeCost.read);
    return result;
  }

  #call(node: CallNode, absorbed: boolean): Result {
    const [first, second, third] = node.args;
    if (node.target === undefined && first && second) {
      switch (node.name) {
        case operator.and:
        case operator.or:
          return this.#logical(first, second, node.name === operator.or);
        case operator.conditional:
          return third ? this.#conditional(first, second, third) : undeclared(node.name);
        case operator.index:
        case operator.optionalIndex:
          return this.#index(node, first, second, absorbed);
        case operator.optionalSelect: {
          const operand = this.#operand(first, absorbed);
          if (isSpecial(operand)) return operand;
          if (this.#leadsNowhere(operand, true)) return Optional.none;
          const field = second.kind === 'literal' ? second.value : null;
          return typeof field === 'string' ? this.#present(selectOptional(operand, field)) : noOverload(node.name);
        }
        case operator.in:
          if (this.kubernetes && isEmptyList(second)) return false;
          break;
        default:
          break;
      }
    }
    const reference = this.checked.references.get(node);
    return reference?.kind === 'function' ? this.#function(node, reference) : undeclared(node.name);
  }

  /** Decided by one side where it suffices, whatever the other is (cel-spec, Logical operators). */
  #logical(first: Node, second: Node, decisive: boolean): Result {
    const left = this.evaluate(first);
    if (left === decisive) return decisive;
    const right = this.evaluate(second);
    if (right === decisive) return decisive;
    const special = combine([left, right]);
    if (special) return special;
    if (typeof left === 'boolean' && typeof right === 'boolean') return !decisive;
    return noOverload(decisive ? operator.or : operator.and);
  }

  #conditional(condition: Node, truthy: Node, falsy: Node): Result {
    const decided = this.evaluate(condition);
    if (isSpecial(decided)) return decided;
    if (typeof decided !== 'boolean') return noOverload(operator.conditional);
    const branch = decided ? truthy : falsy;
    return this.evaluate(branch, isAttribute(this.checked, branch));
  }

  #index(node: CallNode, first: Node, second: Node, absorbed: boolean): Result {
    const operand = this.#operand(first, absorbed);
    // Nothing is looked for in nothing: the key is not evaluated.
    if (isNone(operand)) return operand;
    const key = this.evaluate(second);
    const optional = node.name === operator.optionalIndex;
    if (!isSpecial(key) && isNumberOrText(key) && this.#leadsNowhere(operand, optional)) return Optional.none;
    if (!optional && costsToFind(this.checked, second)) this.counter.charge(nodeCost.read);
    const special = combine([operand, key]);
    if (special) return special;
    if (!optional && operand instanceof Optional) return optionalIndex(operand, key as Value);
    if (!optional) return index(operand as Value, key as Value);
    const found = optionalIndex(operand as Value, key as Value);
    return isAttribute(this.checked, second) ? found : this.#present(found);
  }

  /** An optional without content; in the API server's cel-go also one whose content has neither fields nor elements, where cel-spec wants an error. */
  #leadsNowhere(operand: Result, optional = false): boolean {
    if (isSpecial(operand) || !(optional || operand instanceof Optional)) return false;
    const inner = operand instanceof Optional ? operand.content : operand;
    if (inner === undefined) return true;
    return this.kubernetes && !isList(inner) && !isMap(inner) && !(inner instanceof Struct);
  }

  /** A step that may lead nowhere costs a read only where it leads somewhere. */
  #present(found: Result): Result {
    if (found !== Optional.none) this.counter.charge(nodeCost.read);
    return found;
  }

  /** `or` and `orValue` cost nothing, and evaluate the alternative only where there is no content. */
  #alternative(node: CallNode, target: Node, alternative: Node): Result {
    const first = this.evaluate(target);
    if (isSpecial(first)) return first;
    // cel-go's planner leaves what is no optional as it is.
    if (!(first instanceof Optional)) return first;
    if (first.content !== undefined) return node.name === 'or' ? first : first.content;
    return this.evaluate(alternative);
  }

  #function(node: CallNode, reference: Reference & { kind: 'function' }): Result {
    if (node.name === operator.notStrictlyFalse) {
      const [only] = node.args;
      const value = only ? this.evaluate(only) : true;
      this.counter.charge(1);
      return value !== false;
    }
    const [target, alternative] = reference.args;
    if (isAlternative(node, reference) && target && alternative) return this.#alternative(node, target, alternative);
    const args = reference.args.map((arg) => this.evaluate(arg));
    const special = combine(args);
    if (special) {
      this.counter.charge(1);
      return special;
    }
    const values = args as readonly Value[];
    const found = applyOverload(reference, values);
    const free =
      reference.name === operator.in ? isConstantSet(this.checked, node.args[1]) : isConstant(this.checked, node);
    if (!free) {
      this.counter.charge(overloadCost(reference, found.overload, values, found.result));
    }
    return found.result;
  }

  #list(node: ListNode): Result {
    const elements = node.elements.map((element) => this.evaluate(element));
    if (!isConstant(this.checked, node)) this.counter.charge(nodeCost.list);
    return combine(elements) ?? listOf(elements as readonly Value[], node.optionals);
  }

  #map(node: MapNode): Result {
    const keys: Result[] = [];
    const values: Result[] = [];
    for (const entry of node.entries) {
      keys.push(this.evaluate(entry.key));
      values.push(this.evaluate(entry.value));
    }
    if (!isConstant(this.checked, node)) this.counter.charge(nodeCost.map);
    return combine([...keys, ...values]) ?? mapFrom(node, keys as readonly Value[], values as readonly Value[]);
  }

  #struct(node: StructNode): Result {
    const values = node.fields.map((field) => this.evaluate(field.value));
    this.counter.charge(nodeCost.struct);
    const reference = this.checked.references.get(node);
    if (reference?.kind !== 'struct') return undeclared(node.name);
    return combine(values) ?? structOf(node, reference.type, values as readonly Value[]);
  }
}

/** What cel-go takes for a qualifier. */
const isNumberOrText = (key: Value): boolean => typeof key === 'number' || mapKey(key) !== undefined;

const isNone = (result: Result): boolean => result instanceof Optional && result.content === undefined;

const undeclared = (name: string): CelError =>
  new CelError('CEL_UNDECLARED_REFERENCE', `${JSON.stringify(name)} is not declared`);

const noOverload = (name: string): CelError => new CelError('CEL_NO_MATCHING_OVERLOAD', `${name} takes bools`);
