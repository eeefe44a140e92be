import {
  bool,
  bytes,
  type CelType,
  double,
  duration,
  dyn,
  int,
  list,
  map,
  nullType,
  object,
  optional,
  param,
  string,
  timestamp,
  typeOf,
  uint,
} from './typing.ts';

/** What an overload takes and answers, from text such as `string.(int, int) -> string`. */
export interface Signature {
  readonly receiver: boolean;
  /** The receiver, if any, and the arguments. */
  readonly parameters: readonly CelType[];
  readonly result: CelType;
}

/** Reads a signature of our own function list; a mistake in one is a bug of ours, and throws. */
export function parseSignature(text: string): Signature {
  const reader = new TypeReader(text);
  const receiver = reader.peek() === '(' ? undefined : reader.type();
  if (receiver) reader.take('.');
  reader.take('(');
  const args = reader.list();
  reader.take('->');
  const result = reader.type();
  reader.end();
  return { receiver: receiver !== undefined, parameters: receiver ? [receiver, ...args] : args, result };
}

/** The type that a text such as `map(string, dyn)` spells, or the sentence why it spells none. */
export function parseType(text: string): CelType | string {
  const reader = new TypeReader(text);
  try {
    const type = reader.type();
    reader.end();
    return type;
  } catch (thrown) {
    if (thrown instanceof TypeError) return thrown.message;
    throw thrown;
  }
}

class TypeReader {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/->|[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*|\S/g) ?? [];
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(token: string): void {
    if (this.peek() !== token) this.#fail(token);
    this.#at++;
  }

  end(): void {
    if (this.peek() !== undefined) this.#fail('the end');
  }

  /** Types up to a closing parenthesis, which is taken. */
  list(): CelType[] {
    const types: CelType[] = [];
    while (this.peek() !== ')') {
      if (types.length > 0) this.take(',');
      types.push(this.type());
    }
    this.take(')');
    return types;
  }

  type(): CelType {
    const name = this.peek();
    if (name === undefined || !/^[A-Za-z_]/.test(name) || this.#at > 100) return this.#fail('a type');
    this.#at++;
    const parameters = this.peek() === '(' ? (this.take('('), this.list()) : [];
    const plain = plainTypes.get(name);
    if (plain && parameters.length === 0) return plain;
    const [first = dyn, second = dyn] = parameters;
    if (name === 'list' && parameters.length <= 1) return list(first);
    if (name === 'map' && (parameters.length === 0 || parameters.length === 2)) return map(first, second);
    if (name === 'type' && parameters.length <= 1) return typeOf(first);
    if ((name === 'optional' || name === 'optional_type') && parameters.length <= 1) return optional(first);
    if (name === 'wrapper' && parameters.length === 1) return { kind: 'wrapper', of: first };
    if (parameters.length > 0) return this.#fail('fewer parameters');
    return /^[A-Z]$/.test(name) ? param(name) : object(name);
  }

  #fail(expected: string): never {
    throw new TypeError(
      `${JSON.stringify(this.#text)} is no type: found ${this.peek() ?? 'the end'}, expected ${expected}`,
    );
  }
}

const wrapper = (of: CelType): CelType => ({ kind: 'wrapper', of });

const plainTypes: ReadonlyMap<string, CelType> = new Map([
  ['dyn', dyn],
  ['any', dyn],
  ['google.protobuf.Any', dyn],
  ['bool', bool],
  ['int', int],
  ['uint', uint],
  ['double', double],
  ['string', string],
  ['bytes', bytes],
  ['null', nullType],
  ['null_type', nullType],
  ['timestamp', timestamp],
  ['google.protobuf.Timestamp', timestamp],
  ['duration', duration],
  ['google.protobuf.Duration', duration],
  ['google.protobuf.Value', dyn],
  ['google.protobuf.Struct', map(string, dyn)],
  ['google.protobuf.ListValue', list(dyn)],
  ['google.protobuf.BoolValue', wrapper(bool)],
  ['google.protobuf.Int32Value', wrapper(int)],
  ['google.protobuf.Int64Value', wrapper(int)],
  ['google.protobuf.UInt32Value', wrapper(uint)],
  ['google.protobuf.UInt64Value', wrapper(uint)],
  ['google.protobuf.FloatValue', wrapper(double)],
  ['google.protobuf.DoubleValue', wrapper(double)],
  ['google.protobuf.StringValue', wrapper(string)],
  ['google.protobuf.BytesValue', wrapper(bytes)],
]);
