import type { FoldNode, IdentNode, Node, SelectNode } from './ast.ts';
import type { Reference } from './check.ts';
import { typeCall } from './check-call.ts';
import { typeList, typeMap, typeStruct } from './check-aggregate.ts';
import type { Environment } from './environment.ts';
import { CelError, type CelErrorCode, type Range } from './error.ts';
import { candidateNames, objectNamed, typeNamed } from './name.ts';
import { qualifiedName } from './parse-member.ts';
import { bool, type CelType, dyn, formatType, int, optional, typeOf } from './typing.ts';
import { Substitution } from './unify.ts';
import { typeOfValue } from './value-type.ts';
import { TypeValue } from './value.ts';

/** Unwinds the checker's recursion; never leaves check(). */
export class CheckStop extends Error {
  readonly error: CelError;
  constructor(error: CelError) {
    super(error.message);
    this.error = error;
  }
}

/** One pass over a tree: cel-go's algorithm, with its rules for dyn, null and type parameters. */
export class Checker {
  readonly environment: Environment;
  readonly lenient: boolean;
  readonly substitution: Substitution = new Substitution();
  readonly references: Map<Node, Reference> = new Map();
  readonly #types: Map<Node, CelType> = new Map();
  readonly #locals: Map<string, CelType>[] = [];

  constructor(environment: Environment, lenient: boolean) {
    this.environment = environment;
    this.lenient = lenient;
  }

  /** The type of a node; a node that macros share is checked once. */
  type(node: Node): CelType {
    const known = this.#types.get(node);
    if (known) return known;
    const type = this.#typeOf(node);
    this.#types.set(node, type);
    return type;
  }

  resolvedTypes(): ReadonlyMap<Node, CelType> {
    const resolved = new Map<Node, CelType>();
    for (const [node, type] of this.#types) resolved.set(node, this.substitution.resolve(type, true));
    return resolved;
  }

  assignable(from: CelType, to: CelType): boolean {
    return this.substitution.assignable([from], [to]);
  }

  /** Refuses the expression, or, where nothing is refused, goes on with dyn. */
  refuse(code: CelErrorCode, message: string, range: Range): CelType {
    if (!this.lenient) throw new CheckStop(new CelError(code, message, range));
    return dyn;
  }

  format(type: CelType): string {
    return formatType(this.substitution.resolve(type, true));
  }

  isLocal(name: string): boolean {
    return this.#locals.some((scope) => scope.has(name));
  }

  /** The variable or type that a dotted name denotes, found in the containers. */
  lookup(node: Node, name: string): CelType | undefined {
    for (const candidate of candidateNames(this.environment.container, name)) {
      const declared = this.environment.variables.get(candidate);
      if (declared) {
        this.references.set(node, { kind: 'variable', name: candidate });
        return this.lenient ? dyn : declared;
      }
      const type = typeNamed(this.environment, candidate);
      if (type) {
        this.references.set(node, { kind: 'constant', value: new TypeValue(type) });
        return typeOf(type);
      }
    }
    return undefined;
  }

  /** The type of `field` of a value of type `of`. */
  fieldType(of: CelType, field: string, range: Range): CelType {
    const operand = this.substitution.resolve(of);
    switch (operand.kind) {
      case 'map':
        return operand.value;
      case 'object': {
        const declared = objectNamed(this.environment, operand.name);
        if (!declared) break;
        if (declared.fields === undefined) return dyn;
        const found = Object.hasOwn(declared.fields, field) ? declared.fields[field] : undefined;
        if (found) return this.lenient ? dyn : found;
        return this.refuse(
          'CEL_UNDEFINED_FIELD',
          `undefined field ${JSON.stringify(field)} of ${declared.name}`,
          range,
        );
      }
      case 'param':
        this.assignable(dyn, operand);
        return dyn;
      case 'dyn':
      case 'error':
        return dyn;
      default:
        break;
    }
    return this.refuse(
      'CEL_TYPE_MISMATCH',
      `a value of type ${this.format(operand)} has no fields, so no ${JSON.stringify(field)}`,
      range,
    );
  }

  #typeOf(node: Node): CelType {
    switch (node.kind) {
      case 'literal':
        return typeOfValue(node.value);
      case 'ident':
        return this.#ident(node);
      case 'select':
        return this.#select(node);
      case 'call':
        return typeCall(this, node);
      case 'list':
        return typeList(this, node);
      case 'map':
        return typeMap(this, node);
      case 'struct':
        return typeStruct(this, node);
      case 'fold':
        return this.#fold(node);
    }
  }

  #ident(node: IdentNode): CelType {
    const scope = this.#locals.findLast((scope) => scope.has(node.name));
    if (scope) {
      this.references.set(node, { kind: 'local', name: node.name });
      return scope.get(node.name) ?? dyn;
    }
    return (
      this.lookup(node, node.name) ??
      this.refuse(
        'CEL_UNDECLARED_REFERENCE',
        `${JSON.stringify(node.name)} is not declared${this.#where()}`,
        node.range,
      )
    );
  }

  /** A dotted name is one variable where one is declared, and selections otherwise. */
  #select(node: SelectNode): CelType {
    const name = node.test ? undefined : qualifiedName(node);
    if (name !== undefined && !this.isLocal(name.split('.')[0] ?? '')) {
      const found = this.lookup(node, name);
      if (found) return found;
    }
    const operand = this.substitution.resolve(this.type(node.operand));
    const wrapped = operand.kind === 'opaque' && operand.name === 'optional_type';
    const field = this.fieldType(wrapped ? (operand.parameters[0] ?? dyn) : operand, node.field, node.range);
    if (node.test) return bool;
    return wrapped ? optional(field) : field;
  }

  #fold(node: FoldNode): CelType {
    const over = this.substitution.resolve(this.type(node.over));
    const elements = this.#loopTypes(over, node);
    const accumulated = this.type(node.initial);
    this.#locals.push(new Map([[node.accumulator, accumulated]]));
    const loop = new Map([[node.variable, node.secondVariable === undefined ? elements.only : elements.first]]);
    if (node.secondVariable !== undefined) loop.set(node.secondVariable, elements.second);
    this.#locals.push(loop);
    const condition = this.type(node.condition);
    if (!this.assignable(condition, bool)) this.mismatch(bool, condition, node.condition.range);
    const step = this.type(node.step);
    if (!this.assignable(step, accumulated)) this.mismatch(accumulated, step, node.body.range);
    this.#locals.pop();
    const result = this.type(node.result);
    this.#locals.pop();
    return this.substitution.resolve(result);
  }

  #loopTypes(over: CelType, node: FoldNode): { only: CelType; first: CelType; second: CelType } {
    if (over.kind === 'list') return { only: over.element, first: int, second: over.element };
    if (over.kind === 'map') return { only: over.key, first: over.key, second: over.value };
    if (over.kind === 'param') this.assignable(dyn, over);
    else if (over.kind !== 'dyn' && over.kind !== 'error') {
      this.refuse(
        'CEL_TYPE_MISMATCH',
        `a macro goes over a list or a map, found ${this.format(over)}`,
        node.over.range,
      );
    }
    return { only: dyn, first: dyn, second: dyn };
  }

  mismatch(expected: CelType, found: CelType, range: Range): CelType {
    return this.refuse('CEL_TYPE_MISMATCH', `expected ${this.format(expected)}, found ${this.format(found)}`, range);
  }

  #where(): string {
    return this.environment.container === '' ? '' : ` in container ${JSON.stringify(this.environment.container)}`;
  }
}
