import { reserveClass } from './reserved.ts';
import { Special } from './special.ts';

/** What must be known before an expression can be evaluated; two needs with one key are the same need. */
export interface Need {
  readonly key: string;
}

/** A value that is not known yet, and the needs that would make it known. */
export class Unknown extends Special {
  readonly #needs: ReadonlyMap<string, Need>;

  constructor(needs: Iterable<Need>) {
    super();
    this.#needs = new Map([...needs].map((need) => [need.key, need]));
  }

  get standsFor(): 'unknown' {
    return 'unknown';
  }

  get needs(): readonly Need[] {
    return [...this.#needs.values()];
  }

  /** The unknown that needs what either needs. */
  merge(other: Unknown): Unknown {
    return this === other ? this : new Unknown([...this.needs, ...other.needs]);
  }
}

reserveClass(Unknown);
