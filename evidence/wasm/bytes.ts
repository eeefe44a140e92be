/** Bytes that are no WebAssembly, and where; never leaves readModules(). */
export class NotWasm extends Error {}

/** Reads a part of a binary from its beginning; every step stays within the part, and throws {@link NotWasm} where it cannot. */
export class Bytes {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  byte(): number {
    if (this.#at >= this.#end) throw this.wrong('ends too soon');
    return this.#bytes[this.#at++] ?? 0;
  }

  /** The next byte, which stays where it is. */
  peek(): number {
    if (this.#at >= this.#end) throw this.wrong('ends too soon');
    return this.#bytes[this.#at] ?? 0;
  }

  skip(count: number): void {
    if (count > this.#end - this.#at) throw this.wrong('ends too soon');
    this.#at += count;
  }

  /** LEB128, unsigned, of at most 32 bits in at most five bytes (core spec, 5.2.2). */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) throw this.wrong('has a number of more than 32 bits');
        return value;
      }
    }
    throw this.wrong('has a number of more than five bytes');
  }

  /** The same of at most 64 bits in at most ten bytes. */
  u64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value += BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff_ffff_ffffn) throw this.wrong('has a number of more than 64 bits');
        return value;
      }
    }
    throw this.wrong('has a number of more than ten bytes');
  }

  /** Goes over a number of at most so many bytes, whatever its sign. */
  number(most: 5 | 10): void {
    for (let count = 0; count < most; count += 1) if (this.byte() < 0x80) return;
    throw this.wrong(`has a number of more than ${most} bytes`);
  }

  /** A name: its length, then UTF-8. */
  name(): string {
    const length = this.u32();
    const from = this.#at;
    this.skip(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#bytes.subarray(from, this.#at));
    } catch {
      throw this.wrong('has a name that is no UTF-8');
    }
  }

  /** A part that begins with its length, read on its own; this goes on behind it. */
  part(): Bytes {
    const length = this.u32();
    const from = this.#at;
    this.skip(length);
    return new Bytes(this.#bytes, from, this.#at);
  }

  /** Nothing may be left: what a reader does not see, another might. */
  end(what: string): void {
    if (!this.done) throw this.wrong(`has bytes left in ${what}`);
  }

  wrong(how: string): NotWasm {
    return new NotWasm(`no WebAssembly: at byte ${this.#at} it ${how}`);
  }
}
