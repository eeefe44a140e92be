import { limits } from '../limits.ts';
import type { Bytes } from './bytes.ts';

/** Names, each once, and no more than anybody would read. */
export class Names {
  readonly #names = new Set<string>();
  readonly #bytes: Bytes;
  #characters = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get all(): readonly string[] {
    return [...this.#names];
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    this.#characters += name.length;
    if (this.#names.size === limits.moduleNames || this.#characters > limits.moduleNameCharacters)
      throw this.#bytes.wrong(`has more than ${limits.moduleNames} names of the same kind, or too long ones`);
    this.#names.add(name);
  }
}
