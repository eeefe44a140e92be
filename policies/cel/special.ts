import { reserveClass } from './reserved.ts';

/** What may stand in the place of a value but is none: an error, an unknown, a binding that is computed when it is read. */
export abstract class Special {
  constructor() {
    reserveClass(new.target);
  }

  abstract get standsFor(): 'error' | 'unknown' | 'lazy';
}
