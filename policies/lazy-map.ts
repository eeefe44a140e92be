/** A map whose values are made when somebody first asks for them, once each. */
export class LazyMap<V> implements ReadonlyMap<string, V> {
  readonly #makers: ReadonlyMap<string, () => V>;
  readonly #made = new Map<string, V>();

  constructor(makers: ReadonlyMap<string, () => V>) {
    this.#makers = makers;
  }

  get size(): number {
    return this.#makers.size;
  }

  has(key: string): boolean {
    return this.#makers.has(key);
  }

  get(key: string): V | undefined {
    const make = this.#makers.get(key);
    if (make === undefined || this.#made.has(key)) return this.#made.get(key);
    const value = make();
    this.#made.set(key, value);
    return value;
  }

  keys(): MapIterator<string> {
    return this.#makers.keys();
  }

  values(): MapIterator<V> {
    return this.#whole().values();
  }

  entries(): MapIterator<[string, V]> {
    return this.#whole().entries();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this) each(value, key, this);
  }

  /** In the order of the keys, all of them made. */
  #whole(): Map<string, V> {
    return new Map(
      [...this.#makers.keys()].flatMap((key): readonly [string, V][] => {
        const value = this.get(key);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }
}
