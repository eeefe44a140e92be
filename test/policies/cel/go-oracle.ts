import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compile,
  declareEnvironment,
  type Environment,
  evaluate,
  formatType,
  type ObjectType,
  dyn,
  string,
  type Value,
} from '../../../policies/cel/index.ts';
import { toTypedJson } from '../../../policies/cel/typed-json.ts';
import { ExpressionGenerator, randomFrom } from './generate-expression.ts';

/** What the API server's own packages say of one expression (`oracle-go`). */
export interface Answer {
  readonly compile?: string;
  readonly program?: string;
  readonly type?: string;
  /** Least and most. */
  readonly estimate?: readonly string[];
  readonly value?: unknown;
  readonly error?: string;
  readonly cost?: number;
}

/** One question to both. */
export interface Asked {
  readonly expression: string;
  readonly minor: number;
  /** By cel-go with its extensions, instead of the API server's language. */
  readonly core?: boolean;
}

export const bindings = {
  object: {
    ...{ n: 3, big: 9007199254740995n, f: 1.5, s: 'hello', t: true, nothing: null, empty: {}, hidden: 'h' },
    labels: { app: 'shop', name: 'n', a: 'b', length: 'long' },
    list: [1, 2, 3],
    strings: ['a', 'b'],
    mixed: [1, 'a', null, 2.5],
    name: 'object-name',
  } as unknown as Value,
  x: 1,
  u: 7,
};

/** Types as MutatingAdmissionPolicy makes them up. */
const findObject = (name: string): ObjectType | undefined => {
  if (name === 'JSONPatch')
    return { name, fields: { op: string, path: string, from: string, value: dyn }, constructible: true };
  return name === 'Object' || name.startsWith('Object.') ? { name, fields: undefined, constructible: true } : undefined;
};

export const environmentOf = (minor: number): Environment =>
  declareEnvironment({
    variables: { object: dyn, x: dyn, u: dyn },
    kubernetesMinor: minor,
    extensions: ['patches'],
    findObject,
  });

/** The oracle, built where Go is and its modules can be had. */
export function buildOracle(): string | undefined {
  const binary = join(mkdtempSync(join(tmpdir(), 'assay-oracle-')), 'oracle');
  const built = spawnSync('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, 'oracle-go') });
  return built.status === 0 ? binary : undefined;
}

/** Answers of the oracle, in the order of the questions. */
export function askOracle(binary: string, asked: readonly Asked[], object: unknown = bindings): readonly Answer[] {
  const bound = JSON.stringify(object, (_, value: unknown) =>
    typeof value === 'bigint'
      ? (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(String(value))
      : value,
  );
  const lines = asked.map(({ expression, minor, core = false }, at) => {
    const question = JSON.stringify({ expression, minor, mutation: true, core });
    return at === 0 ? `${question.slice(0, -1)},"bindings":${bound}}` : question;
  });
  const { stdout } = spawnSync(binary, {
    ...{ input: lines.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 30, timeout: 300_000 },
    env: { ...process.env, GOMEMLIMIT: '2GiB' },
  });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** What this engine says of the same, in the same words. */
export function ourAnswer(environment: Environment, { expression }: Asked): Answer & { readonly code?: string } {
  const program = compile(environment, expression);
  if ('phase' in program) return { compile: program.error.message, code: program.error.code };
  const { min, max } = program.cost;
  const result = evaluate(program, bindings);
  const common = { type: formatType(program.type), estimate: [String(min), String(max)], cost: result.cost };
  if (result.kind === 'value') return { ...common, value: toTypedJson(result.value) };
  return result.kind === 'error'
    ? { ...common, error: result.error.message, code: result.error.code }
    : { ...common, error: 'unknown' };
}

/** Values written alike: maps in one order, doubles as numbers, what has no typed JSON there by its text. */
export function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const [[kind, content] = ['', undefined]] = Object.entries(value);
  if ('type' in value && 'map' in value) return { other: value.type };
  if (kind === 'double') {
    const number = Number(content);
    return { double: Object.is(number, -0) ? '-0' : String(number) };
  }
  if (kind === 'duration') return { duration: nanoseconds(String(content)) };
  if (kind === 'timestamp') return { timestamp: new Date(String(content)).getTime() };
  if (kind === 'map') return { map: (content as unknown[]).map((entry) => JSON.stringify(normal(entry))).sort() };
  if (kind === 'list') return { list: (content as unknown[]).map(normal) };
  if (kind === 'optional') return { optional: content === null ? null : normal(content) };
  if (kind === 'object') return { other: 'Object' };
  return ['quantity', 'ip', 'cidr', 'url', 'semver', 'other'].includes(kind) || kind.includes('.')
    ? { other: '' }
    : value;
}

const units: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, µs: 1e3, us: 1e3, ns: 1 };

function nanoseconds(text: string): number {
  let total = 0;
  for (const [, number, unit] of text.matchAll(/([0-9.]+)(ms|µs|us|ns|h|m|s)/g))
    total += Number(number) * units[unit!]!;
  return (text.startsWith('-') ? -1 : 1) * Math.round(total / 1e3);
}

/** How the two differ; undefined where they agree. */
export function difference(ours: Answer, theirs: Answer): string | undefined {
  if (theirs.program?.startsWith('panic') === true) return undefined;
  const refused = (answer: Answer): boolean => answer.compile !== undefined;
  if (theirs.program !== undefined && refused(ours)) return undefined;
  if (refused(ours) !== refused(theirs)) return refused(ours) ? 'refused here' : 'refused there';
  if (refused(ours)) return undefined;
  // What cel-go finds when it makes the program is an error of the evaluation here, or of the check.
  if (theirs.program !== undefined) return ours.error === undefined ? 'no program there' : undefined;
  if ((ours.error === undefined) !== (theirs.error === undefined))
    return ours.error === undefined ? 'error there' : 'error here';
  if (ours.type !== theirs.type && ours.type !== undefined) return 'type';
  if (ours.estimate?.join() !== theirs.estimate?.join()) return 'estimate';
  if (ours.error !== undefined) return undefined;
  if (JSON.stringify(normal(ours.value)) !== JSON.stringify(normal(theirs.value))) return 'value';
  return ours.cost === theirs.cost ? undefined : 'cost';
}

/** Where this engine is known to answer otherwise, how, and why; one that excuses nothing of what is recorded is to be deleted. */
export const known: readonly {
  readonly why: string;
  readonly kind: string;
  /** Whether what is recorded may agree. */
  readonly byChance?: boolean;
  readonly holds: (expression: string, ours: Answer, theirs: Answer) => boolean;
}[] = [
  {
    why: 'Kubernetes documents the method, and has the function alone: both are there here',
    kind: 'refused there',
    holds: (text) => /\.sign\(\)/.test(text),
  },
  {
    why: 'of the function of two texts the first is held for the pattern there, when the policy loads',
    kind: 'refused there',
    holds: (text) => /(?<!\.)\bmatches\('\(',/.test(text),
  },
  {
    why: 'a list that a function makes of a list of anything has the type there that the first overload takes',
    kind: 'error there',
    holds: (text, _, { error }) =>
      /\)\.(?:min|max|sum|isSorted)\(\)/.test(text) && /^no such overload: \w+\(list\)$/.test(error ?? ''),
  },
  {
    why: 'the fields of an object that was built are not found there behind dyn',
    kind: 'error there',
    holds: (text, _, { error }) => text.includes('dyn(Object{') && error?.startsWith('no such key') === true,
  },
  {
    why: 'what can only be an error ends the program there even where nothing is evaluated: a key null, a literal that is no number',
    kind: 'no program there',
    holds: (_, __, { program }) => /^(?:invalid qualifier type: types\.Null|type conversion error)/.test(program ?? ''),
  },
  {
    why: 'a literal map without variables may have a key twice there, and any value as key',
    kind: 'error here',
    holds: (_, { error }) => /stands twice$|^a map key is a string/.test(error ?? ''),
  },
  {
    why: 'the type of a conditional of null and an optional is null there, and the optional here',
    kind: 'type',
    holds: (text, _, { type }) => text.includes('null') && type === 'null_type',
  },
  {
    why: 'the name of a type with parameters denotes it without them there, and with any here',
    kind: 'type',
    holds: (_, { type }) => type === 'type(optional_type(dyn))',
  },
  {
    why: 'the type of a built object is a type there, and has its name here; a part of one is a map there',
    kind: 'value',
    holds: (text, { value }) => text.includes('type(Object{') && /"type":"Object/.test(JSON.stringify(value)),
  },
  {
    why: 'optMap of what comes to an optional is one optional there, and two, as its type says, here',
    kind: 'value',
    holds: (text, { type }) => text.includes('optMap') && /optional|dyn/.test(type ?? ''),
  },
  {
    why: 'a map has its own order here, and any there',
    byChance: true,
    kind: 'value',
    holds: (text) => /object(?:\.labels)?\.(?:map|filter|transformList|all|exists)\(/.test(text),
  },
  {
    why: 'a double is written with at most 234 characters there',
    kind: 'value',
    holds: (text) => text.includes('%.1000f'),
  },
  {
    why: 'a step of an optional that finds nothing costs one less there',
    kind: 'cost',
    holds: (text, ours, theirs) =>
      /\[\?|\.\?|optional/.test(text) && Math.abs((ours.cost ?? 0) - (theirs.cost ?? 0)) <= 3,
  },
  {
    why: 'what an error that is absorbed has cost: has() of what is in nothing costs one less there, and the arguments beside one are counted',
    kind: 'cost',
    holds: (text) => /&&|\|\||all\(|exists\(/.test(text),
  },
  {
    why: 'to look into a literal list of one kind is free there, and of an object that was built and then read again is a map',
    kind: 'cost',
    holds: (text) => / in \[/.test(text) || /Object\{a: Object\.a\{\}\}\.a ==/.test(text),
  },
  {
    why: 'the length of a slice that ends before it starts wraps around there; here it is none',
    kind: 'estimate',
    holds: (text) => text.includes('.slice('),
  },
  {
    why: 'the size of a quoted text wraps around there where nothing bounds the text; here nothing bounds it then',
    kind: 'estimate',
    holds: (text) => text.includes('strings.quote('),
  },
  {
    why: 'the type of what is nowhere is a guess there too, and lists are estimated otherwise than texts',
    kind: 'estimate',
    holds: (text) => /(?:\{\}\.app|\.value\(\))\.(?:lastI|i)ndexOf\(/.test(text),
  },
];

/** Expressions written by hand, one a line. */
const written = (file: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** For the corners of the language as the API server has it. */
const corners = written('corner-expressions.txt');

/** For those of the language itself and of its extensions. */
const coreCorners = written('core-expressions.txt');

/** The one that excuses a difference. */
export const reasonFor = (expression: string, kind: string, ours: Answer, theirs: Answer): string | undefined =>
  known.find((one) => one.kind === kind && one.holds(expression, ours, theirs))?.why;

/** What a test needs of an answer: of an error only that it is one. */
const short = ({ compile: refused, program, error, ...rest }: Answer): Answer => ({
  ...(refused === undefined ? {} : { compile: refused.split('\n', 1)[0] ?? '' }),
  ...(program === undefined ? {} : { program }),
  ...(error === undefined ? {} : { error }),
  ...rest,
});

if (process.argv[1] === import.meta.filename) {
  const [count = '20000', seed = String(Math.floor(Math.random() * 2 ** 31)), minor = '36', record] =
    process.argv.slice(2);
  console.log(`seed ${seed}`);
  const binary = process.env['ASSAY_CEL_ORACLE'] ?? buildOracle();
  if (binary === undefined) throw new Error('no Go here, or its modules cannot be had');
  const environment = environmentOf(Number(minor));
  const generator = new ExpressionGenerator(environment, randomFrom(Number(seed)));
  const asked = Array.from({ length: Number(count) }, (_, at) => ({
    expression: at % 3 === 0 ? generator.call(at / 3) : generator.expression(2 + (at % 4)),
    minor: Number(minor),
    // That engine makes the list however long it is, and dies.
  })).map((each) => (each.expression.includes('lists.range') ? { ...each, expression: 'true' } : each));
  const theirs = askOracle(binary, asked);
  const askedAlone = askOracle(
    binary,
    corners.map((expression) => ({ expression, minor: Number(minor) })),
  );
  if (record === 'record') {
    const of = `k8s.io/apiserver 0.36, cel-go 0.26: what test/policies/cel/oracle-go answers to seed ${seed}`;
    const rows = [
      ...corners.map((expression, at) => ({ expression, answer: short(askedAlone[at]!) })),
      ...asked.map(({ expression }, at) => ({ expression, answer: short(theirs[at]!) })),
    ];
    writeFileSync(join(import.meta.dirname, 'api-server-answers.json'), `${JSON.stringify({ of, rows }, null, 1)}\n`);
    const ofCore = 'cel-go 0.26 with its extensions: what test/policies/cel/oracle-go answers';
    const core = [...corners, ...coreCorners].map((expression) => ({ expression, minor: Number(minor), core: true }));
    const coreRows = askOracle(binary, core).map((answer, at) => ({
      expression: core[at]!.expression,
      // Of what is none, only that: the language says when an error is found of few.
      answer: answer.value === undefined ? {} : { value: answer.value },
    }));
    const text = JSON.stringify({ of: ofCore, rows: coreRows }, null, 1);
    writeFileSync(join(import.meta.dirname, 'core-answers.json'), `${text}\n`);
  }
  const found = new Map<string, string[]>();
  const excused = new Map<string, number>();
  const tally = { refused: 0, value: 0, error: 0 };
  for (const [at, question] of asked.entries()) {
    const ours = ourAnswer(environment, question);
    const kind = difference(ours, theirs[at]!);
    tally[ours.compile !== undefined ? 'refused' : ours.error !== undefined ? 'error' : 'value']++;
    if (kind === undefined) continue;
    const reason = reasonFor(question.expression, kind, ours, theirs[at]!);
    if (reason !== undefined) excused.set(reason, (excused.get(reason) ?? 0) + 1);
    if (reason !== undefined) continue;
    const list = found.get(kind) ?? [];
    found.set(kind, list);
    list.push(`${question.expression}\n    ours   ${JSON.stringify(ours)}\n    theirs ${JSON.stringify(theirs[at])}`);
  }
  console.log(`disagreements ${[...found.values()].flat().length}`);
  process.exitCode = found.size === 0 ? 0 : 1;
  console.log(tally, Object.fromEntries([...found].map(([kind, list]) => [kind, list.length])));
  for (const [why, times] of excused) console.log(`known ${times}: ${why}`);
  const shown = Number(process.env['SHOW'] ?? 8);
  for (const [kind, list] of found)
    for (const each of list.toSorted((a, b) => a.length - b.length).slice(0, shown)) console.log(`${kind}: ${each}`);
}
