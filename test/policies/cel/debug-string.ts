import type { Node } from '../../../policies/cel/ast.ts';
import { formatDouble } from '../../../policies/cel/go/double.ts';
import { Double, isInt, Uint, type Value } from '../../../policies/cel/value.ts';

/** A tree as cel-go's ToDebugString prints it; `note` is what stands behind each node. */
export function debugString(node: Node, note: (node: Node) => string): string {
  return print(node, note, 0);
}

/** cel-go's names of the kinds of nodes. */
export function kindNote(node: Node): string {
  if (node.kind === 'literal') return `^#*expr.Constant_${constantKind(node.value)}#`;
  const kinds = {
    ident: 'IdentExpr',
    select: 'SelectExpr',
    call: 'CallExpr',
    list: 'ListExpr',
    map: 'StructExpr',
    struct: 'StructExpr',
    fold: 'ComprehensionExpr',
  };
  return `^#*expr.Expr_${kinds[node.kind]}#`;
}

function constantKind(value: Value): string {
  if (value === null) return 'NullValue';
  if (typeof value === 'boolean') return 'BoolValue';
  if (typeof value === 'string') return 'StringValue';
  if (value instanceof Uint) return 'Uint64Value';
  if (value instanceof Uint8Array) return 'BytesValue';
  return isInt(value) ? 'Int64Value' : 'DoubleValue';
}

function constant(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value).replaceAll('\\u0007', '\\a').replaceAll('\\u000b', '\\v');
  if (value instanceof Uint) return `${value.uint}u`;
  if (value instanceof Uint8Array) return `b${JSON.stringify(new TextDecoder().decode(value))}`;
  if (value instanceof Double) return formatDouble(value.double);
  if (typeof value === 'number' && !isInt(value)) return formatDouble(value);
  return typeof value === 'bigint' ? `${value}` : JSON.stringify(value);
}

function print(node: Node, note: (node: Node) => string, depth: number): string {
  const pad = (levels: number): string => '  '.repeat(depth + levels);
  const inner = (child: Node): string => print(child, note, depth + 1);
  const lines = (open: string, items: readonly string[], close: string): string =>
    items.length === 0 ? open + close : `${open}\n${items.map((item) => pad(1) + item).join(',\n')}\n${pad(0)}${close}`;
  const body = (): string => {
    switch (node.kind) {
      case 'literal':
        return constant(node.value);
      case 'ident':
        return node.name;
      case 'select':
        return `${print(node.operand, note, depth)}.${node.field}${node.test ? '~test-only~' : ''}`;
      case 'call': {
        const target = node.target ? `${print(node.target, note, depth)}.` : '';
        return lines(`${target}${node.name}(`, node.args.map(inner), ')');
      }
      case 'list':
        return lines(
          '[',
          node.elements.map((each, at) => (node.optionals.includes(at) ? '?' : '') + inner(each)),
          ']',
        );
      case 'map':
        return lines(
          '{',
          node.entries.map(
            ({ key, value, optional }) => `${optional ? '?' : ''}${inner(key)}:${inner(value)}${entryNote(note)}`,
          ),
          '}',
        );
      case 'struct':
        return lines(
          `${node.name}{`,
          node.fields.map(
            ({ name, value, optional }) => `${optional ? '?' : ''}${name}:${inner(value)}${entryNote(note)}`,
          ),
          '}',
        );
      case 'fold': {
        const part = (title: string, text: string): string => `${pad(1)}// ${title}\n${pad(1)}${text}`;
        return `__comprehension__(\n${[
          part('Variable', node.variable),
          part('Target', inner(node.over)),
          part('Accumulator', node.accumulator),
          part('Init', inner(node.initial)),
          part('LoopCondition', inner(node.condition)),
          part('LoopStep', inner(node.step)),
          part('Result', inner(node.result)),
        ].join(',\n')})`;
      }
    }
  };
  return body() + note(node);
}

/** Entries have an id of their own, and so a note of their own, in the parser's output only. */
const entryNote = (note: (node: Node) => string): string =>
  note === kindNote ? '^#*expr.Expr_CreateStruct_Entry#' : '';
