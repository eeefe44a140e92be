/** What the text of an IP address says. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
  /** What follows `%`, empty where nothing does. */
  readonly zone: string;
}

/** Reads an address as net/netip does; a string says what is wrong. */
export const parseAddress = (text: string): Address | string => {
  const first = /[.:%]/.exec(text)?.[0];
  if (first === '.') return parseFour(text);
  if (first === ':') return parseSix(text);
  return first === '%' ? 'missing IPv6 address' : 'unable to parse IP';
};

/** The canonical text of an address (RFC 5952, section 4). */
export const formatAddress = (family: 4 | 6, bits: bigint): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(112 - 16 * index)) & 0xffffn));
  const [start, length] = longestZeros(groups);
  const written = groups.map((group) => group.toString(16));
  if (length < 2) return written.join(':');
  return `${written.slice(0, start).join(':')}::${written.slice(start + length).join(':')}`;
};

const parseFour = (text: string): Address | string => {
  const bits = bitsOfFour(text);
  return typeof bits === 'string' ? bits : { family: 4, bits, zone: '' };
};

const bitsOfFour = (text: string): bigint | string => {
  // Only so much is looked at: what is longer is wrong.
  const fields = text.split('.', 5);
  if (fields.length !== 4) return 'IPv4 address must have four fields';
  let bits = 0n;
  for (const field of fields) {
    if (!/^[0-9]{1,3}$/.test(field) || Number(field) > 255) return 'IPv4 field is not a number from 0 to 255';
    if (/^0[0-9]/.test(field)) return 'IPv4 field has octet with leading zero';
    bits = (bits << 8n) | BigInt(field);
  }
  return bits;
};

const parseSix = (text: string): Address | string => {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') return 'zone must be a non-empty string';
  const address = percent < 0 ? text : text.slice(0, percent);
  const halves = address.split('::', 3);
  if (halves.length > 2) return 'multiple :: in address';
  const [head = '', tail] = halves;
  const before = groupsOf(head, tail === undefined);
  if (typeof before === 'string') return before;
  const after = tail === undefined ? [] : groupsOf(tail, true);
  if (typeof after === 'string') return after;
  const missing = 8 - before.length - after.length;
  if (tail === undefined && missing !== 0) return `found ${before.length} groups in an address, expected 8`;
  if (tail !== undefined && missing < 1) return 'the :: must expand to at least one field of zeros';
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after];
  return { family: 6, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n), zone };
};

/** Groups of 16 bits; the last two may be written as an address of version 4 at the end of the whole. */
const groupsOf = (text: string, last: boolean): readonly number[] | string => {
  if (text === '') return [];
  const fields = text.split(':', 9);
  const groups: number[] = [];
  for (const [index, field] of fields.entries()) {
    if (last && index === fields.length - 1 && field.includes('.')) {
      const four = bitsOfFour(field);
      if (typeof four === 'string') return four;
      groups.push(Number(four >> 16n), Number(four & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(field)) groups.push(Number.parseInt(field, 16));
    else return 'each colon-separated field must have one to four hexadecimal digits';
  }
  return groups.length > 8 ? 'an address has at most 8 groups' : groups;
};

const longestZeros = (groups: readonly number[]): readonly [start: number, length: number] => {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start += 1) {
    let end = start;
    while (groups[end] === 0) end += 1;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
};
