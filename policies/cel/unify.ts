import { type CelType, dyn, mapParts, partsOf, sameType } from './typing.ts';

/** What the type parameters of one expression stand for, found while it is checked (cel-go's mapping). */
export class Substitution {
  readonly #bound: Map<string, CelType> = new Map();
  /** What was bound before, newest last, so that a failed attempt can be undone. */
  readonly #trail: (readonly [name: string, before: CelType | undefined])[] = [];
  #fresh = 0;

  /** The signature's types with parameters of their own, so that two calls do not share them. */
  instantiate(types: readonly CelType[]): readonly CelType[] {
    const suffix = `#${++this.#fresh}`;
    return types.map((type) => rename(type, suffix));
  }

  fresh(): CelType {
    return { kind: 'param', name: `#${++this.#fresh}` };
  }

  /** Whether each of `from` may stand where the same of `to` is wanted; what that takes is remembered only if all may. */
  assignable(from: readonly CelType[], to: readonly CelType[]): boolean {
    const mark = this.#trail.length;
    if (from.length === to.length && from.every((type, at) => this.#fits(type, to[at] ?? dyn))) return true;
    while (this.#trail.length > mark) {
      const [name, before] = this.#trail.pop() ?? [''];
      if (before === undefined) this.#bound.delete(name);
      else this.#bound.set(name, before);
    }
    return false;
  }

  /** The type with its parameters replaced by what they stand for; free ones stay, or become dyn. */
  resolve(type: CelType, freeBecomesDyn = false): CelType {
    if (partsOf(type).length === 0 && type.kind !== 'param') return type;
    if (type.kind !== 'param') return mapParts(type, (part) => this.resolve(part, freeBecomesDyn));
    const bound = this.#bound.get(type.name);
    if (bound) return this.resolve(bound, freeBecomesDyn);
    return freeBecomesDyn ? dyn : type;
  }

  /** One type for both, if either may stand for the other: the more general. */
  join(a: CelType, b: CelType): CelType | undefined {
    return this.assignable([a], [b]) ? mostGeneral(a, b) : undefined;
  }

  #fits(from: CelType, to: CelType): boolean {
    if (to.kind === 'param') {
      const { valid, bound } = this.#bind(from, to);
      if (valid) return true;
      if (bound) return false;
    }
    if (from.kind === 'param') return this.#bind(to, from).valid;
    if (isWild(from) || isWild(to)) return true;
    if (from.kind === 'null') return isNullable(to);
    if (to.kind === 'null') return isNullable(from);
    if (from.kind === 'wrapper') return this.#fits(from.of, to.kind === 'wrapper' ? to.of : to);
    if (to.kind === 'wrapper') return this.#fits(from, to.of);
    if (from.kind === 'list' && to.kind === 'list') return this.#fits(from.element, to.element);
    if (from.kind === 'map' && to.kind === 'map')
      return this.#fits(from.key, to.key) && this.#fits(from.value, to.value);
    if (from.kind === 'type' && to.kind === 'type') return true;
    if (from.kind === 'opaque' && to.kind === 'opaque') {
      return (
        from.name === to.name &&
        from.parameters.length === to.parameters.length &&
        from.parameters.every((parameter, at) => this.#fits(parameter, to.parameters[at] ?? dyn))
      );
    }
    return sameType(from, to);
  }

  #bind(type: CelType, parameter: CelType & { kind: 'param' }): { readonly valid: boolean; readonly bound: boolean } {
    if (sameType(type, parameter)) return { valid: true, bound: true };
    const bound = this.#bound.get(parameter.name);
    if (!bound) {
      if (this.#mentions(type, parameter)) return { valid: false, bound: false };
      this.#set(parameter.name, type);
      return { valid: true, bound: false };
    }
    if (sameType(type, bound)) return { valid: true, bound: true };
    if (!this.#fits(type, bound)) return { valid: false, bound: true };
    const general = mostGeneral(type, bound);
    if (!this.#mentions(general, parameter)) this.#set(parameter.name, general);
    return { valid: true, bound: true };
  }

  #set(name: string, type: CelType): void {
    this.#trail.push([name, this.#bound.get(name)]);
    this.#bound.set(name, type);
  }

  #mentions(type: CelType, parameter: CelType & { kind: 'param' }): boolean {
    if (type.kind === 'param') {
      if (type.name === parameter.name) return true;
      const bound = this.#bound.get(type.name);
      return bound !== undefined && this.#mentions(bound, parameter);
    }
    return partsOf(type).some((part) => this.#mentions(part, parameter));
  }
}

/** The type parameters' names made unique to one use of a signature. */
function rename(type: CelType, suffix: string): CelType {
  return type.kind === 'param'
    ? { kind: 'param', name: type.name + suffix }
    : mapParts(type, (part) => rename(part, suffix));
}

/** Types that null may stand for: those that have an absent value of their own. */
const isNullable = (type: CelType): boolean =>
  ['null', 'timestamp', 'duration', 'wrapper', 'object', 'opaque'].includes(type.kind);

const isWild = (type: CelType): boolean => type.kind === 'dyn' || type.kind === 'error';

const mostGeneral = (a: CelType, b: CelType): CelType => (isLessSpecific(a, b) ? a : b);

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isWild(a) || a.kind === 'param') return true;
  if (isWild(b) || b.kind === 'param') return false;
  const partsOfA = partsOf(a);
  const partsOfB = partsOf(b);
  if (a.kind !== b.kind || partsOfA.length !== partsOfB.length) return a.kind === 'wrapper' || b.kind === 'null';
  if (partsOfA.length === 0) return true;
  return partsOfA.every((part, at) => isLessSpecific(part, partsOfB[at] ?? dyn));
}
