/** Cost units that may still be spent. A share of a larger budget spends from both, so that no part takes all. */
export class Budget {
  #left: number;
  readonly #whole: Budget | undefined;

  constructor(units: number, whole?: Budget) {
    this.#left = units;
    this.#whole = whole;
  }

  get left(): number {
    return Math.max(0, Math.min(this.#left, this.#whole?.left ?? Number.POSITIVE_INFINITY));
  }

  spend(units: number): void {
    this.#left -= units;
    this.#whole?.spend(units);
  }
}
