import { type Node, operator } from './ast.ts';
import { CelError, type Range } from './error.ts';
import type { Token } from './lexer.ts';
import { literalValue } from './literal.ts';
import { expandMacro } from './macro.ts';
import type { Parser } from './parser.ts';

/** A primary expression and what is selected, called and indexed on it; `start` is one already read. */
export function parseMember(parser: Parser, start?: Node): Node {
  let node = start ?? primary(parser);
  for (;;) {
    const token = parser.peek();
    if (parser.accept('.')) {
      node = selection(parser, node);
    } else if (parser.accept('[')) {
      const name = parser.acceptOptional() ? operator.optionalIndex : operator.index;
      const index = parser.expression();
      const range: Range = [node.range[0], parser.expect(']').end];
      node = { kind: 'call', name, target: undefined, args: [node, index], range };
    } else if (token.type === 'punctuation' && token.text === '{') {
      node = struct(parser, node);
    } else {
      return node;
    }
  }
}

/** What follows a dot: `field`, `?field`, a quoted field, or a method's name and arguments. */
function selection(parser: Parser, operand: Node): Node {
  const optional = parser.acceptOptional();
  const token = parser.next();
  const field = fieldName(parser, token);
  const range: Range = [operand.range[0], token.end];
  if (optional) {
    const literal: Node = { kind: 'literal', value: field, range: [token.start, token.end] };
    return { kind: 'call', name: operator.optionalSelect, target: undefined, args: [operand, literal], range };
  }
  if (token.type === 'ident' && parser.accept('(')) return call(parser, operand, field, operand.range[0]);
  return { kind: 'select', operand, field, test: false, range };
}

function fieldName(parser: Parser, token: Token): string {
  if (token.type === 'quotedIdent' && parser.syntax.quotedFields) return token.text.slice(1, -1);
  if (token.type === 'ident' && !keywords.has(token.text)) return token.text;
  return parser.fail(`found ${token.type === 'end' ? 'the end' : JSON.stringify(token.text)}, expected a field name`, [
    token.start,
    token.end,
  ]);
}

function primary(parser: Parser): Node {
  const token = parser.next();
  const range: Range = [token.start, token.end];
  switch (token.type) {
    case 'int':
    case 'uint':
    case 'double':
    case 'string':
    case 'bytes': {
      const value = literalValue(token);
      if (value instanceof CelError) return parser.stop(value);
      return { kind: 'literal', value, range };
    }
    case 'ident':
      if (Object.hasOwn(constants, token.text)) {
        return { kind: 'literal', value: constants[token.text] ?? null, range };
      }
      return named(parser, token, token.text, token.start);
    case 'punctuation':
      return bracketed(parser, token);
    case 'quotedIdent':
      return parser.fail('a quoted name stands only behind a dot or before a colon of an object', range);
    case 'end':
      return parser.fail('the expression ends, expected a value', range);
  }
}

function bracketed(parser: Parser, token: Token): Node {
  switch (token.text) {
    case '(': {
      const node = parser.expression();
      parser.expect(')');
      return node;
    }
    case '.': {
      const name = parser.next();
      if (name.type !== 'ident') return parser.fail('expected a name behind the leading dot', [name.start, name.end]);
      return named(parser, name, `.${name.text}`, token.start);
    }
    case '[': {
      const optionals: number[] = [];
      let at = 0;
      const { items, end } = parser.sequence(']', true, () => {
        if (parser.acceptOptional()) optionals.push(at);
        at++;
        return parser.expression();
      });
      return { kind: 'list', elements: items, optionals, range: [token.start, end] };
    }
    case '{': {
      const { items, end } = parser.sequence('}', true, () => {
        const optional = parser.acceptOptional();
        const key = parser.expression();
        parser.expect(':');
        return { key, value: parser.expression(), optional };
      });
      return { kind: 'map', entries: items, range: [token.start, end] };
    }
    default:
      return parser.fail(`found ${JSON.stringify(token.text)}, expected a value`, [token.start, token.end]);
  }
}

function named(parser: Parser, token: Token, name: string, start: number): Node {
  if (reserved.has(token.text)) {
    return parser.fail(`${token.text} is a reserved word`, [token.start, token.end]);
  }
  if (parser.accept('(')) return call(parser, undefined, name, start);
  return { kind: 'ident', name, range: [start, token.end] };
}

/** A call whose opening parenthesis has been read; a macro becomes what it stands for. */
function call(parser: Parser, target: Node | undefined, name: string, start: number): Node {
  const { items: args, end } = parser.sequence(')', false, () => parser.expression());
  const range: Range = [start, end];
  const expanded = expandMacro(parser.macros, { name, target, args, range });
  if (expanded instanceof CelError) return parser.stop(expanded);
  return expanded ?? { kind: 'call', name, target, args, range };
}

/** `a.b.Name{field: value}`: the node so far must be nothing but a name. */
function struct(parser: Parser, type: Node): Node {
  const name = qualifiedName(type);
  if (name === undefined) return parser.fail('an opening brace follows what is no type name');
  parser.expect('{');
  const { items, end } = parser.sequence('}', true, () => {
    const optional = parser.acceptOptional();
    const field = parser.next();
    const fieldText = fieldName(parser, field);
    parser.expect(':');
    return { name: fieldText, value: parser.expression(), optional };
  });
  return { kind: 'struct', name, fields: items, range: [type.range[0], end] };
}

/** The dotted name that a chain of selections spells, if it is nothing else. */
export function qualifiedName(node: Node): string | undefined {
  if (node.kind === 'ident') return node.name;
  if (node.kind !== 'select' || node.test) return undefined;
  const operand = qualifiedName(node.operand);
  return operand === undefined ? undefined : `${operand}.${node.field}`;
}

const constants: Readonly<Record<string, null | boolean>> = { true: true, false: false, null: null };

const keywords: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

const reserved: ReadonlySet<string> = new Set([
  ...keywords,
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
]);
