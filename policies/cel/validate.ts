import { childrenOf, type LiteralNode, type Node } from './ast.ts';
import type { Checked } from './check.ts';
import type { Environment } from './environment.ts';
import { CelError } from './error.ts';
import { applyOverload } from './dispatch.ts';
import { exempt, unlikeElement } from './homogeneous.ts';
import { Failure } from './go/failure.ts';
import { format, parseFormat } from './go/format.ts';
import { patternOf } from './pattern.ts';
import { dyn } from './typing.ts';
import { Duration, Opaque, Optional, Timestamp, Uint, type Value } from './value.ts';

/** The first literal pattern, duration or timestamp that can only be an error when it is evaluated, as the API server refuses it. */
export function validateLiterals(checked: Checked, environment: Environment): CelError | undefined {
  const seen = new Set<Node>();
  const mixed = new Set<Node>();
  const waiting: Node[] = [checked.root];
  if (!environment.kubernetes) return undefined;
  // Of the API server's validators the others are there since 1.29.
  const literals = environment.minor >= 29;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const bad =
      node.kind === 'call'
        ? literals
          ? validateCall(checked, node)
          : undefined
        : (node.kind === 'list' || node.kind === 'map') && !mixed.has(node)
          ? unlikeElement(checked, node)
          : undefined;
    if (bad) return bad;
    const children = childrenOf(node);
    if (mixed.has(node) || (node.kind === 'call' && exempt.has(node.name)))
      for (const child of children) mixed.add(child);
    waiting.push(...children);
  }
  return undefined;
}

function validateCall(checked: Checked, node: Node & { kind: 'call' }): CelError | undefined {
  const reference = checked.references.get(node);
  if (reference?.kind !== 'function') return undefined;
  const literal = reference.args.at(patternFunctions.has(reference.name) ? 1 : 0);
  if (literal?.kind !== 'literal') return undefined;
  if (reference.name === 'format') return validateFormat(checked, literal, reference.args[1]);
  if (patternFunctions.has(reference.name)) {
    if (typeof literal.value !== 'string') return undefined;
    const pattern = patternOf(literal.value);
    return pattern instanceof CelError ? new CelError('CEL_BAD_LITERAL', pattern.message, literal.range) : undefined;
  }
  if (reference.name !== 'duration' && reference.name !== 'timestamp') return undefined;
  const { result } = applyOverload(reference, [literal.value]);
  return result instanceof CelError ? new CelError('CEL_BAD_LITERAL', result.message, literal.range) : undefined;
}

/** A literal format with a literal list: as many elements as clauses, and none of a type that its clause never takes (cel-go, stringFormatValidator). */
function validateFormat(checked: Checked, text: LiteralNode, list: Node | undefined): CelError | undefined {
  if (typeof text.value !== 'string' || list?.kind !== 'list') return undefined;
  const parts = parseFormat(text.value);
  const bad = (message: string, { range }: Node): CelError => new CelError('CEL_BAD_LITERAL', message, range);
  if (parts instanceof Failure) return bad(parts.message, text);
  const clauses = parts.filter((part) => typeof part !== 'string');
  const { elements } = list;
  if (clauses.length !== elements.length) {
    return bad(`the format has ${clauses.length} clauses, and the list ${elements.length} elements`, list);
  }
  for (const [at, element] of elements.entries()) {
    const type = checked.types.get(element) ?? dyn;
    const { kind } = type;
    const sample = type.kind === 'object' ? new ObjectSample(type.name) : samples[kind];
    const clause = clauses[at];
    if (sample === undefined || clause === undefined) continue;
    // A text may say that a double is none, or infinite.
    if (kind === 'string' && (clause.verb === 'f' || clause.verb === 'e')) continue;
    const written = format(`%${clause.verb}`, [sample], 'kubernetes');
    if (written instanceof Failure) return bad(written.message, element);
  }
  return undefined;
}

/** Stands for an object of a type, which no clause takes. */
class ObjectSample extends Opaque {
  readonly #typeName: string;

  constructor(typeName: string) {
    super();
    this.#typeName = typeName;
  }

  get typeName(): string {
    return this.#typeName;
  }

  equals(): boolean {
    return false;
  }

  toString(): string {
    return this.#typeName;
  }
}

/** A value of each type that a clause may refuse as such. */
const samples: Readonly<Record<string, Value | undefined>> = {
  bool: true,
  int: 1,
  uint: new Uint(1n),
  double: 1.5,
  string: 'a',
  bytes: new Uint8Array(1),
  timestamp: new Timestamp(0, 0),
  duration: new Duration(1n),
  list: [],
  map: {},
  opaque: Optional.none,
};

const patternFunctions: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);
