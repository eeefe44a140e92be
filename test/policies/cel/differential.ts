import {
  AuthorizerCheck,
  authorizerType,
  CelError,
  type CelType,
  compile,
  declareEnvironment,
  type Evaluated,
  findCulprits,
  formatType,
  interpret,
  Unknown,
  type Value,
} from '../../../policies/cel/index.ts';
import { mapParts } from '../../../policies/cel/typing.ts';
import { libraries } from '../../../policies/cel/library/index.ts';
import { CostExceeded } from '../../../policies/cel/evaluation.ts';
import { toTypedJson } from '../../../policies/cel/typed-json.ts';
import { ExpressionGenerator, randomFrom } from './generate-expression.ts';
import { enterWork, leaveWork, WorkExceeded } from '../../../policies/cel/work.ts';
import { type Gaps, gapsOf, type Observed, ObservingInterpreter, observing } from './observe.ts';

/** What a run has reached. */
export interface Coverage {
  readonly seed: number;
  compiled: number;
  refused: number;
  fast: number;
  unknown: number;
  readonly refusals: Map<string, number>;
  readonly codes: Map<string, number>;
  readonly gaps: Gaps;
  readonly disagreements: string[];
}

const dyn = { kind: 'dyn' } as const;
const variables = { object: dyn, x: dyn, u: dyn };
const objects = [{ name: 'Object', fields: undefined, constructible: true }];
const languages = [
  { language: 'core' as const },
  { language: 'kubernetes' as const, extensions: ['own', 'patches'] as const },
];

/** For every type of a parameter a variable that is unknown and one that is an error, so that a call of one overload can be either. */
const parameterTypes: ReadonlyMap<string, CelType> = new Map(
  languages
    .flatMap((each) => [...declareEnvironment(each).functions.values()].flat())
    .flatMap(({ parameters }) => parameters.map((type) => [formatType(type), concrete(type)] as const)),
);
const names = [...parameterTypes.keys()];
export const specialName = (kind: 'error' | 'unknown', type: CelType): string =>
  `${kind}${names.indexOf(formatType(type))}`;
/** Examples of the functions, and calls that random arguments seldom make. */
const examples = [
  ...["uint('7')", 'dyn(Object{a: 1}).b'],
  ...['1', '1u', '1.5', "duration('1s')", 'timestamp(0)', "'a'", "b'a'", 'true'].flatMap((element) =>
    ['min', 'max', 'sum', 'isSorted'].map((name) => `[${element}, ${element}].${name}()`),
  ),
  ...libraries.flatMap(({ library }) => library.functions.flatMap((each) => each.examples.map(([text]) => text))),
  ...[
    'FullYear',
    'Month',
    'Date',
    'DayOfMonth',
    'DayOfWeek',
    'DayOfYear',
    'Hours',
    'Minutes',
    'Seconds',
    'Milliseconds',
  ].map((part) => `timestamp(0).get${part}('Europe/Berlin')`),
];
const broken = new CelError('CEL_BAD_ARGUMENT', 'bound to an error');

export const differentialEnvironments = languages.map((each) =>
  declareEnvironment({
    ...each,
    objects,
    variables: {
      ...variables,
      authorizer: { kind: 'object', name: authorizerType },
      ...Object.fromEntries(
        [...parameterTypes.values()].flatMap((type, at) => [
          [`error${at}`, type],
          [`unknown${at}`, type],
        ]),
      ),
    },
  }),
);

export const differentialBindings = {
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
  authorizer: new AuthorizerCheck(authorizerType, ({ verb }) =>
    verb === 'watch'
      ? new Unknown([{ key: 'CHECK' }])
      : { allowed: verb === 'get', reason: 'a reason', error: verb === '' ? 'no verb' : undefined },
  ),
  ...Object.fromEntries(names.map((_, at) => [`error${at}`, broken])),
  ...Object.fromEntries(names.map((_, at) => [`unknown${at}`, new Unknown([{ key: `U${at}` }])])),
  u: new Unknown([{ key: 'U' }]),
};

const anywhere = { locate: () => [], definition: () => undefined, budget: 20_000, most: 64 } as const;

/** Generates expressions and holds generated code against the interpreter: value, cost, and that errors and unknowns have no fast path. */
export function differential(seed: number, count: number): Coverage {
  const random = randomFrom(seed);
  const observed: Observed = { overloads: new Set(), nodes: new Set(), codes: new Set() };
  const watched = differentialEnvironments.map((environment) => observing(environment, observed));
  const generators = watched.map((environment) => new ExpressionGenerator(environment, random, specialName));
  const coverage: Omit<Coverage, 'gaps'> = {
    ...{ seed, compiled: 0, refused: 0, fast: 0, unknown: 0 },
    ...{ refusals: new Map(), codes: new Map(), disagreements: [] },
  };
  for (let at = 0; at < count; at++) {
    const which = at % 2;
    const generator = generators[which]!;
    const text =
      at % 3 === 0
        ? generator.call(Math.floor(at / 6))
        : at % 11 === 1
          ? examples[Math.floor(at / 22) % examples.length]!
          : generator.expression(2 + (at % 4));
    const unchecked = at % 3 !== 0 && random() < 0.4;
    const program = compile(watched[which]!, text, { unchecked });
    if ('phase' in program) {
      coverage.refused++;
      increase(coverage.refusals, program.error.code);
      continue;
    }
    coverage.compiled++;
    const limit = random() < 0.05 ? 20 : 1_000_000;
    const slow = interpret(program, differentialBindings, limit);
    if (slow.kind === 'needs') coverage.unknown++;
    if (slow.kind === 'error') increase(coverage.codes, slow.error.code);
    if (slow.kind === 'error' && slow.error.message !== broken.message) observed.codes.add(slow.error.code);
    observe(new ObservingInterpreter(program, differentialBindings, limit, observed));
    // What made it false is found, or not; never an end of the program.
    if (slow.kind === 'value' && slow.value === false)
      findCulprits(program, { ...anywhere, bindings: differentialBindings });
    const fast = program.fastPath?.run(differentialBindings, limit);
    if (fast) coverage.fast++;
    if (fast && show(fast) !== show(slow))
      coverage.disagreements.push(`${text}\n  generated ${show(fast)}\n  interpreted ${show(slow)}`);
  }
  const overloads = differentialEnvironments.flatMap(({ functions }) => [...functions.values()].flat());
  return { ...coverage, gaps: gapsOf(observed, overloads) };
}

function observe(interpreter: ObservingInterpreter): void {
  enterWork();
  try {
    interpreter.evaluate(interpreter.checked.root);
  } catch (thrown) {
    if (!(thrown instanceof CostExceeded || thrown instanceof WorkExceeded)) throw thrown;
  } finally {
    leaveWork();
  }
}

/** The type with its parameters left open to anything. */
function concrete(type: CelType): CelType {
  return type.kind === 'param' ? dyn : mapParts(type, concrete);
}

const show = (result: Evaluated): string =>
  result.kind === 'value' ? `${JSON.stringify(toTypedJson(result.value))} for ${result.cost}` : result.kind;

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

if (process.argv[1] === import.meta.filename) {
  const [count = '1000000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
  console.log(`seed ${seed}`);
  const coverage = differential(Number(seed), Number(count));
  console.log(
    `compiled ${coverage.compiled}, refused ${coverage.refused}, by generated code ${coverage.fast}, unknown ${coverage.unknown}`,
  );
  console.log(coverage.gaps.summary);
  console.log('errors of evaluation', Object.fromEntries(coverage.codes));
  console.log('refused', Object.fromEntries(coverage.refusals));
  for (const each of coverage.gaps.missed) console.log(`missed: ${each}`);
  for (const each of coverage.gaps.wronglyExcused) console.log(`excused, and reached: ${each}`);
  console.log(`disagreements ${coverage.disagreements.length}`);
  for (const each of coverage.disagreements.slice(0, 10)) console.log(each);
  const { missed, wronglyExcused } = coverage.gaps;
  process.exitCode = coverage.disagreements.length + missed.length + wronglyExcused.length === 0 ? 0 : 1;
}
