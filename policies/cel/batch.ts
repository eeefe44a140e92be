import {
  declareEnvironment,
  type Environment,
  type EnvironmentDeclaration,
  newestKubernetesMinor,
} from './environment.ts';
import type { CelError } from './error.ts';
import type { Binding } from './evaluation.ts';
import { Failure } from './go/failure.ts';
import { parseJson } from './go/json.ts';
import { compile, type CompileError, evaluate, type Evaluated, type Program } from './program.ts';
import { parseType } from './signature.ts';
import { fromTypedJson, toTypedJson } from './typed-json.ts';
import { typeNamed } from './name.ts';
import { type CelType, dyn, formatType, partsOf } from './typing.ts';
import { isPlainMap, type Value } from './value.ts';

/** What is to be evaluated, read from JSON. */
export interface Question {
  readonly expression: string;
  readonly environment: Environment;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly unchecked: boolean;
}

/** The fields of a question in JSON; all but the first are optional. */
const fields = [
  'expression',
  'variables',
  'typed',
  'declare',
  'object',
  'kubernetesVersion',
  'environment',
  'container',
  'check',
];

/** One line of a batch in, one out: a value with type and cost, an error with phase, code and range, or what is unknown. */
export function answerLine(line: string, interpreterOnly = false): string {
  const json = parseJson(line);
  const question = json instanceof Failure ? json : readQuestion(json);
  if (question instanceof Failure) {
    return JSON.stringify({
      error: { phase: 'parse', code: 'CEL_BAD_ARGUMENT', message: question.message, range: [0, 0] },
    });
  }
  return JSON.stringify(describe(...answer(question, interpreterOnly)));
}

/** Compiles and evaluates. */
export function answer(
  question: Question,
  interpreterOnly: boolean,
): readonly [Program | CompileError, Evaluated | undefined] {
  const program = compile(question.environment, question.expression, {
    unchecked: question.unchecked,
    interpreterOnly,
  });
  return [program, 'phase' in program ? undefined : evaluate(program, question.bindings)];
}

/** The answer as JSON. */
export function describe(program: Program | CompileError, evaluated: Evaluated | undefined): PlainJson {
  if ('phase' in program) return { error: errorJson(program.phase, program.error, [0, 0]) };
  if (evaluated?.kind === 'value') {
    return { value: toTypedJson(evaluated.value), type: formatType(program.type), cost: evaluated.cost };
  }
  if (evaluated?.kind === 'needs') return { unknown: evaluated.needs.map(({ key }) => key) };
  return evaluated ? { error: errorJson('evaluate', evaluated.error, program.checked.root.range) } : {};
}

type PlainJson = Readonly<Record<string, unknown>>;

const errorJson = (phase: string, error: CelError, whole: readonly [number, number]): PlainJson => ({
  phase,
  code: error.code,
  message: error.message,
  range: error.range ?? whole,
});

/**
 * Reads a question; a Failure says which field is not as it must be.
 * The fields of `texts` hold JSON text, whose large numbers are read exactly.
 */
export function readQuestion(input: unknown, texts: readonly string[] = []): Question | Failure {
  if (!isPlainMap(input)) return new Failure('a question is a JSON object');
  const json: Record<string, Value> = { ...input };
  for (const field of texts) {
    const text = json[field];
    if (typeof text !== 'string') continue;
    const parsed = parseJson(text);
    if (parsed instanceof Failure) return new Failure(`${field}: ${parsed.message}`);
    json[field] = parsed;
  }
  const stranger = Object.keys(json).find((key) => !fields.includes(key));
  if (stranger !== undefined)
    return new Failure(`there is no field ${JSON.stringify(stranger)}; there are ${fields.join(', ')}`);
  const shape = wrongShape(json);
  if (shape !== undefined) return new Failure(shape);
  const get = (field: string): Value => (Object.hasOwn(json, field) ? (json[field] ?? null) : null);
  const expression = get('expression');
  if (typeof expression !== 'string') return new Failure('expression is a string');
  const language = get('environment') ?? 'kubernetes';
  if (language !== 'kubernetes' && language !== 'core' && language !== 'assay')
    return new Failure('environment is kubernetes, assay or core');
  const minor = minorOf(get('kubernetesVersion'));
  if (minor === undefined) return new Failure('kubernetesVersion is a version such as 1.33');
  const container = get('container') ?? '';
  if (typeof container !== 'string' || !/^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)?$/.test(container))
    return new Failure('container is a dotted name');
  const bindings = bindingsOf(get('variables'), get('typed'), get('object'));
  if (bindings instanceof Failure) return bindings;
  const declaration: EnvironmentDeclaration = {
    language: language === 'core' ? 'core' : 'kubernetes',
    extensions: language === 'assay' ? ['own', 'patches'] : ['patches'],
    ...{ kubernetesMinor: minor, container },
  };
  const variables = declarations(get('declare'), bindings, declareEnvironment(declaration));
  if (variables instanceof Failure) return variables;
  const environment = declareEnvironment({ ...declaration, variables });
  return { expression, environment, bindings, unchecked: get('check') === false };
}

/** Maps are objects, and "check" is true or false; null is as good as left out. */
function wrongShape(json: Readonly<Record<string, Value>>): string | undefined {
  const field = ['variables', 'typed', 'declare'].find(
    (name) => Object.hasOwn(json, name) && json[name] !== null && !isPlainMap(json[name]),
  );
  if (field !== undefined) return `${field} is an object`;
  const check = Object.hasOwn(json, 'check') ? json['check'] : null;
  return check === null || typeof check === 'boolean' ? undefined : 'check is true or false';
}

function minorOf(version: Value): number | undefined {
  if (version === null) return newestKubernetesMinor;
  const minor = typeof version === 'string' ? /^v?1\.([0-9]{1,3})(?:\.|$)/.exec(version)?.[1] : undefined;
  return minor === undefined ? undefined : Number(minor);
}

function bindingsOf(variables: Value, typed: Value, object: Value): Readonly<Record<string, Binding>> | Failure {
  const bindings: Record<string, Binding> = Object.create(null) as Record<string, Binding>;
  if (object !== null) bindings['object'] = object;
  for (const [name, value] of entries(variables)) bindings[name] = value;
  for (const [name, json] of entries(typed)) {
    const value = fromTypedJson(json);
    if (value instanceof Failure) return new Failure(`typed.${name}: ${value.message}`);
    bindings[name] = value;
  }
  return bindings;
}

function declarations(
  declare: Value,
  bindings: Readonly<Record<string, Binding>>,
  known: Environment,
): Record<string, CelType> | Failure {
  const variables: Record<string, CelType> = Object.create(null) as Record<string, CelType>;
  for (const name of Object.keys(bindings)) variables[name] = dyn;
  for (const [name, text] of entries(declare)) {
    const type = typeof text === 'string' ? parseType(text) : 'a type is a string';
    if (typeof type === 'string') return new Failure(`declare.${name}: ${type}`);
    const stranger = strangerIn(type, known);
    if (stranger !== undefined) return new Failure(`declare.${name}: there is no type ${JSON.stringify(stranger)}`);
    variables[name] = type;
  }
  return variables;
}

/** The name of a type that nothing here has; a type parameter is none. A dotted name may be a message that somebody else knows. */
function strangerIn(type: CelType, known: Environment): string | undefined {
  if (type.kind === 'param') return type.name;
  if (type.kind === 'object' && !type.name.includes('.') && typeNamed(known, type.name) === undefined) return type.name;
  return partsOf(type)
    .map((part) => strangerIn(part, known))
    .find((name) => name !== undefined);
}

const entries = (map: Value): readonly [string, Value][] => (isPlainMap(map) ? Object.entries(map) : []);
