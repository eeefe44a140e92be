/** What a JSON text from outside may cost before any of it is understood. */
export interface JsonBounds {
  /** Nested arrays and objects. */
  readonly depth: number;
  /** Keys and elements in all. */
  readonly values: number;
}

export type Json = { readonly kind: 'json'; readonly value: unknown } | JsonProblem;

export interface JsonProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

/**
 * UTF-8 bytes -> value, as RFC 8259 with the ambiguity taken out: a key that is written twice, a byte order mark and
 * malformed UTF-8 are problems, because two parsers would read two documents.
 */
export function decodeJson(bytes: Uint8Array, bounds: JsonBounds): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return problem('not UTF-8');
  }
  return parseJson(text, bounds);
}

/** The same for text that is already decoded. */
export function parseJson(text: string, bounds: JsonBounds): Json {
  const trouble = survey(text, bounds);
  if (trouble !== undefined) return problem(trouble);
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'json', value };
  } catch {
    return problem('not JSON');
  }
}

const problem = (detail: string): JsonProblem => ({ kind: 'problem', detail });

/**
 * One pass without recursion over text that may not even be JSON: counts what JSON.parse would build and looks for
 * repeated keys. Grammar is left to JSON.parse, which sees the text only if it is affordable.
 */
function survey(text: string, bounds: JsonBounds): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let values = 0;
  let keyNext = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        if (end === undefined) return 'not JSON';
        if (keyNext) {
          const key = unquote(text.slice(at, end + 1));
          const keys = open.at(-1);
          if (key === undefined) return 'not JSON';
          if (keys?.has(key) === true) return `the key ${JSON.stringify(key.slice(0, 64))} is written twice`;
          keys?.add(key);
          keyNext = false;
        }
        at = end;
        break;
      }
      case 0x7b: // {
        open.push(new Set());
        keyNext = true;
        values++;
        break;
      case 0x5b: // [
        open.push(undefined);
        keyNext = false;
        values++;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        keyNext = false;
        break;
      case 0x2c: // ,
        keyNext = open.at(-1) !== undefined;
        values++;
        break;
      default:
    }
    if (open.length > bounds.depth) return `nested deeper than ${bounds.depth}`;
    if (values > bounds.values) return `more than ${bounds.values} values`;
  }
  return undefined;
}

function stringEnd(text: string, start: number): number | undefined {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return undefined;
}

function unquote(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object of JSON, whose own properties alone are read. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own property of that name; absent where it is inherited or null, as protobuf's JSON mapping has it. */
export function own(value: unknown, name: string): unknown {
  if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
  return value[name] ?? undefined;
}

/** The value at the end of a path of own properties, if every step is there. */
export const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce(own, value);

/** The string at the end of a path, or an empty one, which equals nothing that is signed. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The list at the end of a path, or an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found: unknown = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
