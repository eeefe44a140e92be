/** What a load brought: a value, perhaps with parts that stay at an older version and why; or every problem, one line each. */
export type Loaded<T> =
  | { readonly kind: 'loaded'; readonly value: T; readonly stays?: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

/** A value that is loaded again when its source changes. The last good one stays in force while a newer has problems. */
export class LastGood<T> {
  readonly #load: () => Promise<Loaded<T>>;
  readonly #told: (outcome: Loaded<T>, before: T | undefined) => void;
  #current: T | undefined;
  #problems: readonly string[] = [];
  #loading: Promise<void> = Promise.resolve();

  /** `told` hears of every load; `before` is the value that was in force until then. */
  constructor(load: () => Promise<Loaded<T>>, told: (outcome: Loaded<T>, before: T | undefined) => void) {
    this.#load = load;
    this.#told = told;
  }

  get current(): T | undefined {
    return this.#current;
  }

  /** Of the last load; empty when all of that one is in force. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** One load after the other, so that an older one never overtakes a newer. */
  reload(): Promise<void> {
    this.#loading = this.#loading.then(() => this.#replace());
    return this.#loading;
  }

  async #replace(): Promise<void> {
    const before = this.#current;
    const outcome = await this.#load().catch((error: unknown): Loaded<T> => {
      return { kind: 'problems', problems: [`the load ended in an error of our own: ${String(error)}`] };
    });
    if (outcome.kind === 'loaded') this.#current = outcome.value;
    this.#problems = outcome.kind === 'loaded' ? (outcome.stays ?? []) : outcome.problems;
    this.#told(outcome, before);
  }
}
