import { isRecord, own } from './json.ts';

/**
 * Walks a JSON value field by field and remembers the first thing that is not as expected, with its path. What cannot
 * be read reads as empty, so a decoder is straight-line code that asks {@link Cursor.problem} once at its end.
 */
export class Cursor {
  readonly #value: unknown;
  readonly #path: string;
  readonly #trouble: { first: string | undefined };

  constructor(value: unknown, path: string, trouble: { first: string | undefined } = { first: undefined }) {
    this.#value = value;
    this.#path = path;
    this.#trouble = trouble;
  }

  /** The first thing that was wrong anywhere under the cursor this one comes from. */
  get problem(): string | undefined {
    return this.#trouble.first;
  }

  /** Notes what is wrong here; only the first note of a walk is kept. */
  reject(what: string): void {
    this.#trouble.first ??= `${this.#path} ${what}`;
  }

  /** This object has no other fields: what is not understood must not be passed over (protobuf JSON mapping). */
  only(...names: readonly string[]): this {
    if (!isRecord(this.#value)) this.reject('is not an object');
    else for (const name of Object.keys(this.#value)) if (!names.includes(name)) this.#unknown(name);
    return this;
  }

  #unknown(name: string): void {
    this.reject(`has the unknown field ${JSON.stringify(name.slice(0, 64))}`);
  }

  has(name: string): boolean {
    return own(this.#value, name) !== undefined;
  }

  field(name: string): Cursor {
    return new Cursor(own(this.#value, name), `${this.#path}.${name}`, this.#trouble);
  }

  /** The elements; an absent list is an empty one. More than `most` is a problem. */
  items(most: number): readonly Cursor[] {
    if (this.#value === undefined) return [];
    if (!Array.isArray(this.#value)) {
      this.reject('is not a list');
      return [];
    }
    if (this.#value.length > most) {
      this.reject(`has ${this.#value.length} elements, more than ${most}`);
      return [];
    }
    return this.#value.map((item, index) => new Cursor(item, `${this.#path}[${index}]`, this.#trouble));
  }

  text(): string {
    if (typeof this.#value === 'string') return this.#value;
    this.reject('is not a string');
    return '';
  }

  /** Base64, standard or URL-safe, padded or not, as protobuf's JSON mapping and DSSE allow; at least one byte. */
  bytes(): Buffer<ArrayBuffer> {
    const decoded = decodeBase64(this.text());
    if (decoded === undefined || decoded.length === 0) this.reject('is not base64 of at least one byte');
    return decoded ?? Buffer.alloc(0);
  }

  /** A whole number that is not negative, written as protobuf's int64 (a string) or as a JSON number. */
  count(): string {
    const written = typeof this.#value === 'number' ? String(this.#value) : this.text();
    if (/^(0|[1-9]\d{0,18})$/.test(written)) return written;
    this.reject('is not a whole number of zero or more');
    return '0';
  }
}

/** Base64 of either alphabet; undefined where Node's own lenient decoder would have skipped over characters. */
export function decodeBase64(text: string): Buffer<ArrayBuffer> | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bare = text.slice(0, text.length - padding);
  if (bare.length % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return undefined;
  if (!/^[A-Za-z0-9+/]*$/.test(bare) && !/^[A-Za-z0-9_-]*$/.test(bare)) return undefined;
  return Buffer.from(bare, 'base64');
}
