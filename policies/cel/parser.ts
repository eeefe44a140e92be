import { heightOf, type Node, operator } from './ast.ts';
import { CelError, type Range } from './error.ts';
import { tokenize, type Token } from './lexer.ts';
import { maxExpressionCodePoints, maxParseDepth, maxTreeHeight } from './limits.ts';
import { literalValue } from './literal.ts';
import type { Macro } from './macro.ts';
import { parseMember } from './parse-member.ts';

/**
 * Text -> tree with ranges, macros expanded; the first syntax error otherwise (cel-spec, Syntax).
 */
export function parse(text: string, macros: readonly Macro[], syntax: Syntax = wholeSyntax): Node | CelError {
  if (text.length > maxExpressionCodePoints && Array.from(text).length > maxExpressionCodePoints) {
    return new CelError('CEL_TOO_LARGE', `the expression has more than ${maxExpressionCodePoints} characters`, [0, 0]);
  }
  const tokens = tokenize(text);
  if (tokens instanceof CelError) return tokens;
  const parser = new Parser(tokens, macros, syntax);
  try {
    const node = parser.expression();
    const rest = parser.peek();
    if (rest.type !== 'end') parser.fail(`${JSON.stringify(rest.text)} follows a complete expression`);
    if (heightOf(node, maxTreeHeight) > maxTreeHeight) parser.tooDeep(node.range);
    return node;
  } catch (thrown) {
    if (thrown instanceof SyntaxStop) return thrown.error;
    throw thrown;
  }
}

/** What of the grammar there is. */
export interface Syntax {
  /** A field may be written between backticks, whatever its characters. */
  readonly quotedFields: boolean;
  /** `a.?b`, `a[?b]`, `[?a]`, `{?a: b}`. */
  readonly optionals: boolean;
}

const wholeSyntax: Syntax = { quotedFields: true, optionals: true };

/** Unwinds the parser's own recursion; never leaves parse(). */
class SyntaxStop extends Error {
  readonly error: CelError;
  constructor(error: CelError) {
    super(error.message);
    this.error = error;
  }
}

/** Recursive descent over tokens, one method a level of precedence. */
export class Parser {
  readonly macros: readonly Macro[];
  readonly syntax: Syntax;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], macros: readonly Macro[], syntax: Syntax) {
    this.#tokens = tokens;
    this.macros = macros;
    this.syntax = syntax;
  }

  expression(): Node {
    if (++this.#depth > maxParseDepth) this.tooDeep([this.peek().start, this.peek().end]);
    const condition = this.#logical(operator.or, '||', () => this.#logical(operator.and, '&&', () => this.#relation()));
    if (!this.accept('?')) {
      this.#depth--;
      return condition;
    }
    const truthy = this.#logical(operator.or, '||', () => this.#logical(operator.and, '&&', () => this.#relation()));
    this.expect(':');
    const falsy = this.expression();
    this.#depth--;
    const range: Range = [condition.range[0], falsy.range[1]];
    return { kind: 'call', name: operator.conditional, target: undefined, args: [condition, truthy, falsy], range };
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Takes the next token if it is this punctuation. */
  accept(punctuation: string): Token | undefined {
    const token = this.peek();
    return token.type === 'punctuation' && token.text === punctuation ? this.next() : undefined;
  }

  expect(punctuation: string): Token {
    const token = this.accept(punctuation);
    if (token) return token;
    const found = this.peek();
    return this.fail(
      `${found.type === 'end' ? 'the expression ends' : `found ${JSON.stringify(found.text)}`}, expected ${JSON.stringify(punctuation)}`,
    );
  }

  /** Whether a question mark stands here, which says that what follows may be absent; it is taken. */
  acceptOptional(): boolean {
    const mark = this.accept('?');
    if (mark && !this.syntax.optionals) this.fail('optionals are not there yet', [mark.start, mark.end]);
    return mark !== undefined;
  }

  /** Things between commas up to the closing punctuation, which is taken. */
  sequence<T>(closing: string, trailingComma: boolean, item: () => T): { readonly items: T[]; readonly end: number } {
    const items: T[] = [];
    // The grammar lets a comma stand alone there.
    if (trailingComma && this.peek().text === ',') {
      this.next();
      return { items, end: this.expect(closing).end };
    }
    for (;;) {
      const end = items.length === 0 || trailingComma ? this.accept(closing) : undefined;
      if (end) return { items, end: end.end };
      items.push(item());
      if (!this.accept(',')) return { items, end: this.expect(closing).end };
    }
  }

  fail(message: string, range: Range = [this.peek().start, this.peek().end]): never {
    throw new SyntaxStop(new CelError('CEL_SYNTAX', message, range));
  }

  stop(error: CelError): never {
    throw new SyntaxStop(error);
  }

  tooDeep(range: Range): never {
    throw new SyntaxStop(
      new CelError('CEL_TOO_DEEP', `the expression nests deeper than ${maxParseDepth} levels`, range),
    );
  }

  /** A chain of one logical operator, as a balanced tree: its height is the logarithm of its length. */
  #logical(name: string, punctuation: string, term: () => Node): Node {
    const terms = [term()];
    while (this.accept(punctuation)) terms.push(term());
    return balance(name, terms);
  }

  #relation(): Node {
    let left = this.#additive();
    for (;;) {
      const token = this.peek();
      const isIn = token.type === 'ident' && token.text === 'in';
      const name = isIn ? operator.in : token.type === 'punctuation' ? relations[token.text] : undefined;
      if (name === undefined) return left;
      this.next();
      left = binary(name, left, this.#additive());
    }
  }

  #additive(): Node {
    let left = this.#multiplicative();
    for (;;) {
      const name = this.accept('+') ? operator.add : this.accept('-') ? operator.subtract : undefined;
      if (name === undefined) return left;
      left = binary(name, left, this.#multiplicative());
    }
  }

  #multiplicative(): Node {
    let left = this.#unary();
    for (;;) {
      const name = this.accept('*')
        ? operator.multiply
        : this.accept('/')
          ? operator.divide
          : this.accept('%')
            ? operator.modulo
            : undefined;
      if (name === undefined) return left;
      left = binary(name, left, this.#unary());
    }
  }

  /** A run of one unary operator is one or none of it; a single minus before a number belongs to the number. */
  #unary(): Node {
    const first = this.peek();
    const sign = first.type === 'punctuation' && (first.text === '!' || first.text === '-') ? first.text : undefined;
    if (sign === undefined) return parseMember(this);
    let count = 0;
    while (this.accept(sign)) count++;
    const number = this.peek();
    if (sign === '-' && count === 1 && (number.type === 'int' || number.type === 'double')) {
      this.next();
      const value = literalValue(number, '-');
      if (value instanceof CelError) this.stop(value);
      return parseMember(this, { kind: 'literal', value, range: [first.start, number.end] });
    }
    const operand = parseMember(this);
    if (count % 2 === 0) return operand;
    const range: Range = [first.start, operand.range[1]];
    return {
      kind: 'call',
      name: sign === '!' ? operator.not : operator.negate,
      target: undefined,
      args: [operand],
      range,
    };
  }
}

const relations: Readonly<Record<string, string | undefined>> = {
  '<': operator.less,
  '<=': operator.lessOrEqual,
  '>': operator.greater,
  '>=': operator.greaterOrEqual,
  '==': operator.equal,
  '!=': operator.notEqual,
};

function binary(name: string, left: Node, right: Node): Node {
  return { kind: 'call', name, target: undefined, args: [left, right], range: [left.range[0], right.range[1]] };
}

function balance(name: string, terms: readonly Node[]): Node {
  const [only] = terms;
  if (terms.length === 1 && only) return only;
  const middle = Math.ceil(terms.length / 2);
  return binary(name, balance(name, terms.slice(0, middle)), balance(name, terms.slice(middle)));
}
