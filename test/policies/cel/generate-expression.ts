import { operator } from '../../../policies/cel/ast.ts';
import type { Environment } from '../../../policies/cel/environment.ts';
import type { Overload } from '../../../policies/cel/function.ts';
import { type CelType, dyn } from '../../../policies/cel/typing.ts';

/** A repeatable source of numbers below 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const literals: Readonly<Record<string, readonly string[]>> = {
  int: [
    '0',
    '1',
    '-1',
    '2',
    '7',
    '-3',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
    '4611686018427387904',
  ],
  uint: ['0u', '1u', '3u', '18446744073709551615u'],
  double: ['0.0', '-0.0', '1.0', '1.5', '-2.5', '1e300', '9007199254740993.0', '(0.0 / 0.0)', '(1.0 / 0.0)'],
  bool: ['true', 'false'],
  string: [
    "''",
    "'a'",
    "'abc'",
    "'é日本😀'",
    "'10.0.0.1'",
    "'10.0.0.0/8'",
    "'1Gi'",
    "'1.2.3'",
    "'https://a.b:80/c?d=e'",
    "'1h30m'",
    "'2024-01-02T03:04:05Z'",
    "'a long string of more than ten characters'",
    "'Europe/Berlin'",
    "'%s %d'",
    "'7'",
    "'aGk='",
    "'^a+$'",
    "'('",
  ],
  bytes: ["b''", "b'abc'", "b'\\xff'"],
  timestamp: ["timestamp('2024-01-02T03:04:05Z')", "timestamp('9999-12-31T23:59:59Z')", 'timestamp(0)'],
  duration: ["duration('1h')", "duration('-1.5s')", "duration('2562047h')"],
  null: ['null'],
  type: ['int', 'type(1)', 'string', 'list'],
};

/** Variables of the bindings, by what they hold; u and broken hold what is unknown. */
const variables: Readonly<Record<string, readonly string[]>> = {
  int: ['object.n', 'object.big', 'x'],
  double: ['object.f'],
  string: ['object.s', 'object.labels.app', "object.labels['app']"],
  bool: [
    ...['object.t', 'has(object.n)', 'has(object.absent)', 'has(object.labels.name)'],
    ...['has(object.absent.a)', 'has(object.absent.b)', 'has(object.hidden.a)', "object.s.matches('(' + '')"],
  ],
  list: ['object.list', 'object.strings', 'object.mixed'],
  map: ['object.labels', 'object', 'object.empty'],
  dyn: [
    'object.nothing',
    'object.absent',
    'u',
    'object.hidden',
    'object.name',
    'object.strings.length',
    'object.labels.constructor',
    'object.mixed[1]',
  ],
};

/** Expressions of any shape: mostly such that types agree, now and then not. */
export class ExpressionGenerator {
  readonly #random: () => number;
  readonly #overloads: readonly (readonly [name: string, overload: Overload])[];
  readonly #locals: string[] = [];
  #names = 0;

  readonly #specialName: ((kind: 'error' | 'unknown', type: CelType) => string) | undefined;

  constructor(
    environment: Environment,
    random: () => number,
    /** A variable of that type bound to an error or to something unknown. */
    specialName?: (kind: 'error' | 'unknown', type: CelType) => string,
  ) {
    this.#random = random;
    this.#specialName = specialName;
    const skipped: ReadonlySet<string> = new Set([operator.notStrictlyFalse, operator.mapInsert]);
    this.#overloads = [...environment.functions].flatMap(([name, list]) =>
      skipped.has(name) ? [] : list.map((overload) => [name, overload] as const),
    );
  }

  expression(depth = 4): string {
    return this.of(
      { kind: this.#pick(['bool', 'int', 'string', 'list', 'map', 'double', 'dyn'] as const) } as CelType,
      depth,
    );
  }

  /** One call of every overload by turns, so that each is reached; every third turn an argument is an error, and every third unknown. */
  call(at: number): string {
    const [name, overload] = this.#overloads[at % this.#overloads.length]!;
    const round = Math.floor(at / this.#overloads.length);
    const turn = round % 3;
    const named = this.#specialName;
    if (turn === 0 || named === undefined) return this.#call(name, overload, 1 + (Math.floor(round / 3) % 2));
    const kind = turn === 1 ? 'error' : 'unknown';
    const { parameters } = overload;
    // Written as a macro: its keys are what it is called on.
    if (name === sortBy) return this.#written(name, true, [named(kind, parameters[1] ?? dyn)]);
    const special = Math.floor(this.#random() * parameters.length);
    const args = parameters.map((type, index) => (index === special ? named(kind, type) : this.#leaf(type)));
    return this.#written(name, overload.receiver, args);
  }

  of(type: CelType, depth: number): string {
    const roll = this.#random();
    if (depth <= 0 || roll < 0.12) return this.#leaf(type);
    if (roll < 0.17)
      return this.of(
        { kind: this.#pick(['int', 'string', 'bool', 'double', 'uint', 'bytes', 'null'] as const) },
        depth - 1,
      );
    if (roll < 0.23)
      return `(${this.of({ kind: 'bool' }, depth - 1)} ? ${this.of(type, depth - 1)} : ${this.of(type, depth - 1)})`;
    if (roll < 0.27) return this.#bound(type, depth);
    if (roll < 0.45) return this.#shape(type, depth);
    const fitting = this.#overloads.filter(
      ([, { result }]) => result.kind === type.kind || type.kind === 'dyn' || result.kind === 'param',
    );
    if (fitting.length === 0) return this.#leaf(type);
    return this.#call(...this.#pick(fitting), depth);
  }

  #leaf(type: CelType): string {
    if (this.#locals.length > 0 && this.#random() < 0.3) return this.#pick(this.#locals);
    if (this.#random() < 0.05) return this.#pick(variables['dyn']!);
    if (this.#random() < 0.02)
      return this.#pick([
        'Object{a: 1, ?b: optional.none()}',
        'Object{a: x}.a',
        'Object{a: object.absent}',
        'Object{}.a',
        'dyn(Object{a: u})',
      ]);
    if (type.kind === 'list' && type.element !== undefined && type.element.kind !== 'dyn' && this.#random() < 0.7)
      return `[${this.#leaf(type.element)}, ${this.#leaf(type.element)}]`;
    if (type.kind === 'list')
      return this.#pick([...variables['list']!, '[]', '[1, 2, 3]', "['a', 'b']", '[1.5, 2.0]', '[[1], [2, 3]]']);
    if (type.kind === 'map')
      return this.#pick([...variables['map']!, '{}', "{'a': 1}", '{1: 2, 2u: 3}', "{true: 'x'}"]);
    if (type.kind === 'opaque')
      return this.#pick(['optional.none()', 'optional.of(1)', 'object.?n', "object[?'absent']"]);
    if (type.kind === 'object') return this.#pick(objects[type.name] ?? ['object']);
    const kind =
      type.kind === 'dyn' || type.kind === 'param'
        ? this.#pick(['int', 'string', 'bool', 'double', 'uint', 'null'])
        : type.kind;
    return this.#pick([...(literals[kind] ?? ['null']), ...(variables[kind] ?? [])]);
  }

  #shape(type: CelType, depth: number): string {
    switch (type.kind) {
      case 'bool':
        if (this.#random() < 0.4)
          return `${this.of({ kind: 'bool' }, depth - 1)} ${this.#pick(['&&', '||'])} ${this.of({ kind: 'bool' }, depth - 1)}`;
        return this.#fold(this.#pick(['all', 'exists', 'exists_one']), depth, { kind: 'bool' });
      case 'list': {
        if (this.#random() < 0.4)
          return `[${this.#pick(['', '', '?'])}${this.of(type.element ?? dyn, depth - 1)}, ${this.of(type.element ?? dyn, depth - 1)}]`;
        return this.#fold(this.#pick(['map', 'filter', 'transformList', 'sortBy']), depth, dyn);
      }
      case 'map':
        if (this.#random() < 0.5)
          return `{${this.of({ kind: this.#pick(['string', 'int', 'bool', 'uint'] as const) }, depth - 1)}: ${this.of(dyn, depth - 1)}, 'k': ${this.of(dyn, depth - 1)}}`;
        return this.#fold(this.#pick(['transformMap', 'transformMapEntry']), depth, dyn);
      default:
        if (this.#random() < 0.3)
          return `${this.of({ kind: 'map', key: dyn, value: dyn }, depth - 1)}.${this.#pick(['a', 'app', 'name', 'length'])}`;
        if (this.#random() < 0.5)
          return `${this.of({ kind: 'list', element: type }, depth - 1)}[${this.#pick(['0', '1', '-1', 'x', '0u', '1.0'])}]`;
        return `${this.of({ kind: 'map', key: dyn, value: type }, depth - 1)}[${this.#pick(["'a'", "'app'", '1', 'x', 'true'])}]`;
    }
  }

  #fold(macro: string, depth: number, body: CelType): string {
    const two =
      macro.startsWith('transform') ||
      (macro !== 'filter' && macro !== 'map' && macro !== 'sortBy' && this.#random() < 0.3);
    const over = this.of(
      this.#random() < 0.7 ? { kind: 'list', element: dyn } : { kind: 'map', key: dyn, value: dyn },
      depth - 2,
    );
    const names = two ? [this.#name(), this.#name()] : [this.#name()];
    return this.#within(names, () => {
      const filter =
        (macro.startsWith('transform') || macro === 'map') && this.#random() < 0.3
          ? `${this.of({ kind: 'bool' }, depth - 2)}, `
          : '';
      const test =
        macro === 'filter'
          ? { kind: 'bool' as const }
          : macro === 'transformMapEntry'
            ? ({ kind: 'map', key: dyn, value: dyn } as const)
            : body;
      return `${over}.${macro}(${names.join(', ')}, ${filter}${this.of(test, depth - 2)})`;
    });
  }

  #bound(type: CelType, depth: number): string {
    const name = this.#name();
    const value = this.of(dyn, depth - 1);
    if (this.#random() < 0.3)
      return this.#within(
        [name],
        () =>
          `${this.#leaf({ kind: 'opaque', name: 'optional_type', parameters: [] })}.optMap(${name}, ${this.of(type, depth - 1)})`,
      );
    return this.#within([name], () => `cel.bind(${name}, ${value}, ${this.of(type, depth - 1)})`);
  }

  #call(name: string, { receiver, parameters }: Overload, depth: number): string {
    return this.#written(
      name,
      receiver,
      parameters.map((type) => this.of(this.#random() < 0.06 ? dyn : type, depth - 1)),
    );
  }

  #written(name: string, receiver: boolean, args: readonly string[]): string {
    const [first = '', second = '', third = ''] = args;
    if (name === operator.conditional) return `(${first} ? ${second} : ${third})`;
    if (name === operator.optionalSelect) return `${first}.?${this.#pick(['a', 'app', 'name'])}`;
    if (name === operator.in) return `(${first} in ${second})`;
    if (name === operator.index) return `${first}[${second}]`;
    if (name === operator.optionalIndex) return `${first}[?${second}]`;
    const infix = /^_(.+)_$/.exec(name)?.[1];
    if (infix !== undefined) return `(${first} ${infix} ${second})`;
    if (name.endsWith('_') && args.length === 1) return `${name[0]}(${first})`;
    if (name === sortBy) return `${first}.sortBy(e, e)`;
    const called = name === 'math.@max' ? 'math.greatest' : name === 'math.@min' ? 'math.least' : name;
    return receiver
      ? `${/^-?\d/.test(first) ? `(${first})` : first}.${called}(${args.slice(1).join(', ')})`
      : `${called}(${args.join(', ')})`;
  }

  #within(names: readonly string[], make: () => string): string {
    this.#locals.push(...names);
    const text = make();
    this.#locals.length -= names.length;
    return text;
  }

  #name(): string {
    return `v${this.#names++ % 7}`;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }
}

/** Written as the macro, whose second list is made from the first. */
const sortBy = '@sortByAssociatedKeys';

const objects: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.authorization.Authorizer': ['authorizer', "authorizer.serviceAccount('shop', 'web')"],
  'kubernetes.authorization.PathCheck': ["authorizer.path('/healthz')"],
  'kubernetes.authorization.GroupCheck': ["authorizer.group('apps')"],
  'kubernetes.authorization.ResourceCheck': ["authorizer.group('apps').resource('deployments')"],
  'kubernetes.authorization.Decision': [
    "authorizer.path('/healthz').check('get')",
    "authorizer.path('/healthz').check('')",
    "authorizer.group('').resource('pods').check('watch')",
  ],
  'kubernetes.Quantity': ["quantity('1Gi')", "quantity('-5m')", "quantity('x')"],
  'net.IP': ["ip('10.0.0.1')", "ip('::1')"],
  'net.CIDR': ["cidr('10.0.0.0/8')", "cidr('::/0')"],
  'kubernetes.URL': ["url('https://a.b/c')"],
  'kubernetes.Semver': ["semver('1.2.3')", "semver('2.0.0-rc.1')"],
  'kubernetes.NamedFormat': ['format.uri()', 'format.dns1123Label()'],
};
