/** A repeatable source of numbers (mulberry32): the same seed, the same run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

export type Random = ReturnType<typeof randomFrom>;

/** Bytes made wrong: flipped, cut, doubled, spliced with another input, or with a length field blown up. */
export function mutate(seed: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(seed);
  for (let rounds = 1 + random(4); rounds > 0 && bytes.length > 0; rounds--) bytes = once(bytes, others, random);
  return bytes;
}

function once(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const at = random(bytes.length);
  const to = at + random(Math.min(64, bytes.length - at));
  switch (random(8)) {
    case 0:
      bytes[at] = random(256);
      return bytes;
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 5: {
      const other = others[random(others.length)] ?? bytes;
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length))]);
    }
    case 6:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(interesting[random(interesting.length)] ?? ''),
        bytes.subarray(at),
      ]);
    default:
      bytes[at] = [0x80, 0x84, 0xff, 0x00, 0x7f, 0x30][random(6)] ?? 0;
      return bytes;
  }
}

const interesting = [
  '{',
  '[[[[[[[[[[[[[[[[[[[[',
  '"',
  '\\',
  '\\u0000',
  ',"__proto__":{"a":1}',
  '"mediaType":',
  'null',
  '1e999',
  '-0',
  '\u2028',
  '\uFEFF',
  '=',
  '\n\n',
  '\u2014 ',
  '0\u0080',
];
