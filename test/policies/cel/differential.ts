import { childrenOf, type Node } from '../../../policies/cel/ast.ts';
import {
  compile,
  declareEnvironment,
  type Evaluated,
  interpret,
  type Program,
  Unknown,
  type Value,
} from '../../../policies/cel/index.ts';
import { toTypedJson } from '../../../policies/cel/typed-json.ts';
import { ExpressionGenerator, randomFrom } from './generate-expression.ts';

/** What a run has reached. */
export interface Coverage {
  readonly seed: number;
  compiled: number;
  refused: number;
  fast: number;
  readonly kinds: Map<string, number>;
  readonly overloads: Set<string>;
  readonly codes: Map<string, number>;
  unknown: number;
  readonly overloadsThere: number;
  readonly disagreements: string[];
}

const dyn = { kind: 'dyn' } as const;
const variables = { object: dyn, x: dyn, u: dyn };
const objects = [{ name: 'Object', fields: undefined, constructible: true }];
const environments = [
  declareEnvironment({ language: 'core', variables, objects }),
  declareEnvironment({ language: 'kubernetes', variables, objects }),
];

const bindings = {
  object: {
    ...{ n: 3, big: 9007199254740995n, f: 1.5, s: 'hello', t: true, nothing: null, empty: {} },
    labels: { app: 'shop', name: 'n', a: 'b', length: 'long' },
    list: [1, 2, 3],
    strings: ['a', 'b'],
    mixed: [1, 'a', null, 2.5, new Unknown([{ key: 'ELEMENT' }])],
    hidden: new Unknown([{ key: 'HIDDEN' }]),
    name: 'object-name',
  } as unknown as Value,
  x: 1,
  u: new Unknown([{ key: 'U' }]),
};

/** Generates expressions and holds generated code against the interpreter: value, cost, and that errors and unknowns have no fast path. */
export function differential(seed: number, count: number): Coverage {
  const random = randomFrom(seed);
  const generators = environments.map((environment) => new ExpressionGenerator(environment, random));
  const coverage: Coverage = {
    ...{ seed, compiled: 0, refused: 0, fast: 0, unknown: 0, kinds: new Map(), overloads: new Set(), codes: new Map() },
    overloadsThere: new Set(environments.flatMap(({ functions }) => [...functions.values()].flat().map(({ id }) => id)))
      .size,
    disagreements: [],
  };
  for (let at = 0; at < count; at++) {
    const which = at % 2;
    const generator = generators[which]!;
    const text = at % 3 === 0 ? generator.call(Math.floor(at / 6)) : generator.expression(2 + (at % 4));
    const unchecked = random() < 0.4;
    const program = compile(environments[which]!, text, { unchecked });
    if ('phase' in program) {
      coverage.refused++;
      count2(coverage.codes, program.error.code);
      continue;
    }
    coverage.compiled++;
    visit(program, coverage);
    const limit = random() < 0.05 ? 20 : 1_000_000;
    const slow = interpret(program, bindings, limit);
    if (slow.kind === 'needs') coverage.unknown++;
    if (slow.kind === 'error') count2(coverage.codes, slow.error.code);
    const fast = program.fastPath?.run(bindings, limit);
    if (fast) coverage.fast++;
    if (fast && show(fast) !== show(slow))
      coverage.disagreements.push(`${text}\n  generated ${show(fast)}\n  interpreted ${show(slow)}`);
  }
  return coverage;
}

const show = (result: Evaluated): string =>
  result.kind === 'value' ? `${JSON.stringify(toTypedJson(result.value))} for ${result.cost}` : result.kind;

function visit(program: Program, { kinds, overloads }: Coverage): void {
  const waiting: Node[] = [program.checked.root];
  for (let node = waiting.pop(); node !== undefined && waiting.length < 5000; node = waiting.pop()) {
    count2(
      kinds,
      node.kind === 'fold' ? `fold ${node.macro}` : node.kind === 'select' && node.test ? 'has' : node.kind,
    );
    const reference = program.checked.references.get(node);
    if (reference?.kind === 'function') for (const { id } of reference.overloads) overloads.add(id);
    waiting.push(...childrenOf(node));
  }
}

const count2 = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

if (process.argv[1] === import.meta.filename) {
  const [count = '1000000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
  console.log(`seed ${seed}`);
  const coverage = differential(Number(seed), Number(count));
  console.log(
    `compiled ${coverage.compiled}, refused ${coverage.refused}, by generated code ${coverage.fast}, unknown ${coverage.unknown}`,
  );
  console.log(`overloads ${coverage.overloads.size} of ${coverage.overloadsThere}`);
  console.log('nodes', Object.fromEntries(coverage.kinds));
  console.log('codes', Object.fromEntries(coverage.codes));
  console.log(`disagreements ${coverage.disagreements.length}`);
  for (const each of coverage.disagreements.slice(0, 10)) console.log(each);
  process.exitCode = coverage.disagreements.length === 0 ? 0 : 1;
}
