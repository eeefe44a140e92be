import type { Bytes } from './bytes.ts';
import type { Feature } from './feature.ts';

/** What an instruction says after its opcode: `m` a memory argument, `i` an index, `n` a number of 32 bits, `N` one of 64, `1`, `4`, `8` and `F` (16) bytes, `t` a block type, `h` a heap type,
 * `l` a list of indexes, `v` one of types, `c` one of catch clauses. */
type Immediates = string;

/** Takes a feature that something needs. */
export type Use = (feature: Feature) => void;

/** Goes over the instructions of a function body or of a constant expression (core spec, 5.4) and tells the features beyond the first version that they need. */
export function readInstructions(bytes: Bytes, use: Use, where: 'body' | 'constant'): void {
  let depth = 1;
  while (depth > 0) {
    const opcode = bytes.byte();
    if (opcode === 0x0b || opcode === 0x18) depth -= 1;
    else if (openers.has(opcode)) depth += 1;
    const [immediates, feature] = opcode >= 0xfb && opcode <= 0xfe ? prefixed(bytes, opcode) : plain(bytes, opcode);
    if (feature !== undefined) use(feature);
    if (where === 'constant' && arithmetic.has(opcode)) use('extended-const');
    for (const each of immediates) immediate(bytes, each, use);
  }
}

/** What a constant expression of the first version has not: i32 and i64 add, sub, mul. */
const arithmetic: ReadonlySet<number> = new Set([0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e]);

/** block, loop, if, try, try_table */
const openers: ReadonlySet<number> = new Set([0x02, 0x03, 0x04, 0x06, 0x1f]);

type Shape = readonly [Immediates, Feature?];

function plain(bytes: Bytes, opcode: number): Shape {
  const known = opcodes.get(opcode);
  if (known !== undefined) return known;
  if (opcode >= 0x28 && opcode <= 0x3e) return ['m'];
  if (opcode >= 0x45 && opcode <= 0xbf) return [''];
  if (opcode >= 0xc0 && opcode <= 0xc4) return ['', 'sign-ext'];
  throw bytes.wrong(`has the unknown opcode 0x${opcode.toString(16)}`);
}

const opcodes: ReadonlyMap<number, Shape> = new Map<number, Shape>([
  ...[0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].map((opcode): [number, Shape] => [opcode, ['']]),
  ...[0x02, 0x03, 0x04].map((opcode): [number, Shape] => [opcode, ['t']]),
  ...[0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24].map((opcode): [number, Shape] => [opcode, ['i']]),
  [0x06, ['t', 'exception-handling']],
  [0x07, ['i', 'exception-handling']],
  [0x08, ['i', 'exception-handling']],
  [0x09, ['i', 'exception-handling']],
  [0x0a, ['', 'exception-handling']],
  [0x0e, ['li']],
  [0x11, ['ii']],
  [0x12, ['i', 'tail-call']],
  [0x13, ['ii', 'tail-call']],
  [0x14, ['i', 'gc']],
  [0x15, ['i', 'gc']],
  [0x18, ['i', 'exception-handling']],
  [0x19, ['', 'exception-handling']],
  [0x1c, ['v', 'reference-types']],
  [0x1f, ['tc', 'exception-handling']],
  [0x25, ['i', 'reference-types']],
  [0x26, ['i', 'reference-types']],
  [0x3f, ['i']],
  [0x40, ['i']],
  [0x41, ['n']],
  [0x42, ['N']],
  [0x43, ['4']],
  [0x44, ['8']],
  [0xd0, ['h', 'reference-types']],
  [0xd1, ['', 'reference-types']],
  [0xd2, ['i', 'reference-types']],
  [0xd3, ['', 'gc']],
  [0xd4, ['', 'gc']],
  [0xd5, ['i', 'gc']],
  [0xd6, ['i', 'gc']],
]);

function prefixed(bytes: Bytes, prefix: number): Shape {
  const opcode = bytes.u32();
  const known = families.get(prefix)?.(opcode);
  if (known !== undefined) return known;
  throw bytes.wrong(`has the unknown opcode 0x${prefix.toString(16)} ${opcode}`);
}

const families: ReadonlyMap<number, (opcode: number) => Shape | undefined> = new Map([
  [0xfb, (opcode) => (opcode <= 30 ? [gcImmediates(opcode), 'gc'] : undefined)],
  [0xfc, miscellaneous],
  [0xfd, vector],
  [0xfe, atomic],
]);

function atomic(opcode: number): Shape | undefined {
  if (opcode === 3) return ['1', 'atomics'];
  return opcode < 3 || (opcode >= 0x10 && opcode <= 0x4e) ? ['m', 'atomics'] : undefined;
}

/** struct, array, ref.test, ref.cast, br_on_cast, conversions, i31 (GC proposal, "Instructions"). */
function gcImmediates(opcode: number): Immediates {
  if ([0, 1, 6, 7, 11, 12, 13, 14, 16].includes(opcode)) return 'i';
  if ([2, 3, 4, 5, 8, 9, 10, 17, 18, 19].includes(opcode)) return 'ii';
  if (opcode >= 20 && opcode <= 23) return 'h';
  if (opcode === 24 || opcode === 25) return '1ihh';
  return '';
}

function miscellaneous(opcode: number): Shape | undefined {
  if (opcode <= 7) return ['', 'nontrapping-fptoint'];
  if (opcode <= 14) return [opcode === 9 || opcode === 11 || opcode === 13 ? 'i' : 'ii', 'bulk-memory'];
  return opcode <= 17 ? ['i', 'reference-types'] : undefined;
}

function vector(opcode: number): Shape | undefined {
  if (opcode <= 11 || opcode === 92 || opcode === 93) return ['m', 'simd128'];
  if (opcode <= 13) return ['F', 'simd128'];
  if (opcode >= 21 && opcode <= 34) return ['1', 'simd128'];
  if (opcode >= 84 && opcode <= 91) return ['m1', 'simd128'];
  if (opcode <= 255) return ['', 'simd128'];
  return opcode <= 275 ? ['', 'relaxed-simd'] : undefined;
}

function immediate(bytes: Bytes, kind: string, use: Use): void {
  switch (kind) {
    case 'i':
      bytes.u32();
      return;
    case 'n':
      bytes.number(5);
      return;
    case 'N':
      bytes.number(10);
      return;
    case 'm':
      memoryArgument(bytes, use);
      return;
    case '1':
    case '4':
    case '8':
      bytes.skip(Number(kind));
      return;
    case 'F':
      bytes.skip(16);
      return;
    case 'h':
      bytes.number(5);
      return;
    case 't':
      blockType(bytes, use);
      return;
    case 'l':
      for (let left = bytes.u32(); left > 0; left -= 1) bytes.u32();
      return;
    case 'v':
      for (let left = bytes.u32(); left > 0; left -= 1) valueType(bytes, use);
      return;
    default:
      for (let left = bytes.u32(); left > 0; left -= 1) catchClause(bytes);
  }
}

/** Of try_table: a tag, where the clause has one, and a label. */
function catchClause(bytes: Bytes): void {
  if (bytes.byte() <= 1) bytes.u32();
  bytes.u32();
}

/** Alignment, with a flag for another memory than the first, and an offset. */
function memoryArgument(bytes: Bytes, use: Use): void {
  if ((bytes.u32() & 0x40) !== 0) {
    use('multimemory');
    bytes.u32();
  }
  bytes.number(10);
}

/** Nothing, a value type, or the index of a type, of which more than the first version knows has several results. */
function blockType(bytes: Bytes, use: Use): void {
  const first = bytes.peek();
  if (first === 0x40) bytes.skip(1);
  else if (first >= 0x40 && first < 0x80) valueType(bytes, use);
  else {
    use('multivalue');
    bytes.number(5);
  }
}

/** One type of a value (core spec, 5.3.4). */
export function valueType(bytes: Bytes, use: Use): void {
  const type = bytes.byte();
  if (type >= 0x7c && type <= 0x7f) return;
  if (type === 0x7b) use('simd128');
  else if (type === 0x70 || type === 0x6f) use('reference-types');
  else if (type === 0x69) use('exception-handling');
  else if (type === 0x63 || type === 0x64) {
    use('gc');
    bytes.number(5);
  } else if (type >= 0x68 && type <= 0x77) use('gc');
  else throw bytes.wrong(`has the unknown type 0x${type.toString(16)}`);
}
