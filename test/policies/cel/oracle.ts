import { celEnv, isCelList, isCelMap, isCelUint, parse, plan, type CelInput } from '@bufbuild/cel';
import { compile, declareEnvironment, evaluate, type Value } from '../../../policies/cel/index.ts';
import { standardLibrary } from '../../../policies/cel/library/standard.ts';
import { toTypedJson } from '../../../policies/cel/typed-json.ts';
import { Double, Uint } from '../../../policies/cel/value.ts';
import { ExpressionGenerator, randomFrom } from './generate-expression.ts';

/** What both engines made of generated expressions of the core language. */
export interface Agreement {
  both: number;
  bothError: number;
  readonly disagreements: { readonly text: string; readonly ours: string; readonly theirs: string }[];
}

const dyn = { kind: 'dyn' } as const;
const environment = declareEnvironment({ language: 'core', variables: { object: dyn, x: dyn, u: dyn } });
const names = new Set(standardLibrary.functions.map(({ name }) => name));
const core = { ...environment, functions: new Map([...environment.functions].filter(([name]) => names.has(name))) };

const ours = {
  object: {
    n: 3,
    big: 9007199254740995n,
    f: 1.5,
    s: 'hello',
    t: true,
    nothing: null,
    empty: {},
    labels: { app: 'shop', name: 'n' },
    list: [1, 2, 3],
    strings: ['a', 'b'],
    mixed: [1, 'a', null, 2.5],
    name: 'object-name',
  } as unknown as Value,
  x: 1,
};

/** The same with ints as they are there. */
const theirs = {
  object: { ...(ours.object as object), n: 3n, list: [1n, 2n, 3n], mixed: [1n, 'a', null, 2.5] },
  x: 1n,
} as unknown as Record<string, CelInput>;

/** What is no part of the core language, and values that have no typed JSON there. */
const extension =
  /cel\.bind|transform|optional|optMap|\[\?|\{\?|\.\?|Object\{|sortBy|(?:all|exists|exists_one)\(\w+, \w+, /;

/** Evaluates the same texts by this engine and by `@bufbuild/cel`, without static types, which that engine has none of. */
export function compareWithOracle(seed: number, count: number): Agreement {
  const generator = new ExpressionGenerator(core, randomFrom(seed));
  const env = celEnv();
  const agreement: Agreement = { both: 0, bothError: 0, disagreements: [] };
  for (let at = 0; at < count; at++) {
    const text = at % 2 === 0 ? generator.call(at / 2) : generator.expression(2 + (at % 3));
    if (extension.test(text)) continue;
    const program = compile(core, text, { unchecked: true });
    if ('phase' in program) continue;
    const result = evaluate(program, ours);
    const mine = result.kind === 'value' ? JSON.stringify(toTypedJson(result.value)) : 'error';
    const other = attempt(() => plan(env, parse(text))(theirs));
    if (other === mine) {
      if (mine === 'error') agreement.bothError++;
      else agreement.both++;
    } else if (other !== undefined && !other.includes('"other"'))
      agreement.disagreements.push({ text, ours: mine, theirs: other });
  }
  return agreement;
}

function attempt(run: () => unknown): string | undefined {
  try {
    const value = run();
    if (
      value instanceof Error ||
      (typeof value === 'object' && value !== null && value.constructor.name === 'CelError')
    )
      return 'error';
    return JSON.stringify(typed(value));
  } catch {
    return 'error';
  }
}

/** Their value as our typed JSON; what has another shape there is left out. */
function typed(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return toTypedJson(value);
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') return toTypedJson(Number.isSafeInteger(value) ? new Double(value) : value);
  if (isCelUint(value)) return toTypedJson(new Uint(value.value));
  if (value instanceof Uint8Array) return toTypedJson(value);
  if (isCelList(value)) return { list: [...value].map(typed) };
  if (isCelMap(value)) return { map: [...value].map(([key, entry]) => [typed(key), typed(entry)]) };
  if (Array.isArray(value)) return { list: value.map(typed) };
  return 'other';
}

if (process.argv[1] === import.meta.filename) {
  const [count = '20000', seed = '1'] = process.argv.slice(2);
  const agreement = compareWithOracle(Number(seed), Number(count));
  console.log(
    `seed ${seed}: same value ${agreement.both}, both an error ${agreement.bothError}, disagreements ${agreement.disagreements.length}`,
  );
  for (const { text, ours: a, theirs: b } of agreement.disagreements.slice(0, 60))
    console.log(`${text}\n    ours ${a}\n    theirs ${b}`);
}
