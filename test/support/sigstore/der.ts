/** DER by hand (X.690): enough to write certificates, timestamps and SCTs, wrong ones too, and to read a request. */
const tlv = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag]), length(content.length), content]);

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const hex = size.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts));

/** SET OF: its members in the order of their encodings, as DER wants. */
export const setOf = (...parts: readonly Buffer[]): Buffer =>
  tlv(0x31, Buffer.concat([...parts].sort((a, b) => Buffer.compare(a, b))));

/** A non-negative INTEGER from a number, or from big-endian bytes. */
export function integer(value: number | bigint | Buffer): Buffer {
  const hex = Buffer.isBuffer(value) ? value.toString('hex') : value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  return tlv(0x02, (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), shortest]) : shortest);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left % 128) | 0x80);
  return bytes;
}

export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.from([value ? 0xff : 0]));
export const nothing = (): Buffer => tlv(0x05, Buffer.alloc(0));
export const octets = (bytes: Buffer): Buffer => tlv(0x04, bytes);
export const bits = (bytes: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.concat([Buffer.from([unused]), bytes]));
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));

/** A constructed, context-specific wrapper around whole elements: `[tag] EXPLICIT`, or IMPLICIT around their contents. */
export const tagged = (tag: number, ...parts: readonly Buffer[]): Buffer => tlv(0xa0 | tag, Buffer.concat(parts));

/** A primitive, context-specific value: `[tag] IMPLICIT`. */
export const tag = (number: number, bytes: Buffer): Buffer => tlv(0x80 | number, bytes);

/** A Time of X.509: UTCTime until 2049, GeneralizedTime after (RFC 5280, section 4.1.2.5). */
export function time(date: Date): Buffer {
  const text = digits(date);
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050 ? tlv(0x17, Buffer.from(`${text.slice(2)}Z`)) : generalizedTime(date);
}

export const generalizedTime = (date: Date): Buffer => tlv(0x18, Buffer.from(`${digits(date)}Z`));

const digits = (date: Date): string => date.toISOString().replaceAll(/[-:T]|\..*$/g, '');

/** One element that was read: its tag, its contents, and all of its bytes. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** The elements that lie one after the other in these bytes; throws on what is cut off. */
export function read(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.readUInt8(at + 1);
    const extra = first < 0x80 ? 0 : first & 0x7f;
    const size = extra === 0 ? first : bytes.readUIntBE(at + 2, extra);
    const start = at + 2 + extra;
    if (start + size > bytes.length) throw new Error('the DER element is longer than what was sent');
    elements.push({
      tag: bytes.readUInt8(at),
      content: bytes.subarray(start, start + size),
      whole: bytes.subarray(at, start + size),
    });
    at = start + size;
  }
  return elements;
}
