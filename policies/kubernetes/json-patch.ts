import { limits } from '../limits.ts';
import { isObject, type KubernetesObject } from '../version.ts';
import { misfit } from './conform.ts';
import { PatchFault, quote } from './fault.ts';
import { builtinType } from './openapi.ts';
import { type Container, equalJson, isContainer, memberOf, plainJson, setMember } from './plain-json.ts';

/** One operation, as an expression makes it; whether it is one that RFC 6902 has is found out when it is applied. */
export interface JsonPatchStep {
  readonly op: string;
  /** RFC 6901. */
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/**
 * The object after RFC 6902 operations, as the API server applies those of a MutatingAdmissionPolicy (evanphx/json-patch v4): all or none of them.
 * A `test` that does not hold leaves the object as it is, and that is no fault. Beyond the RFC, as there: `replace` adds what is missing, `copy` of
 * what is missing and a missing value are null, negative indices count from the end, and what stands before the first slash of a path is not read.
 */
export function jsonPatch(object: KubernetesObject, steps: readonly JsonPatchStep[]): KubernetesObject | PatchFault {
  if (steps.length > limits.jsonPatchSteps)
    return new PatchFault(`a patch has at most ${limits.jsonPatchSteps} operations, this one has ${steps.length}`);
  const copy = plainJson(object);
  if (copy.kind === 'problem') return new PatchFault(`the object ${copy.detail}`);
  if (!isRoot(copy.value)) return new PatchFault('what is patched is not an object');
  const state: State = { root: copy.value, written: 0 };
  for (const [index, step] of steps.entries()) {
    const end = perform(state, step);
    if (end === untrue) return object;
    if (end !== undefined) return new PatchFault(`operation ${index} (${quote(step.op)} ${quote(step.path)}): ${end}`);
  }
  return decoded(object, state.root);
}

/**
 * What the API server reads a patched object as: what is not there any more of `apiVersion` and `kind` it takes from the object before, and fields that
 * its kind does not have it refuses. Where it could not have read the object before, that is no fault of the patch.
 */
function decoded(object: KubernetesObject, made: State['root']): KubernetesObject | PatchFault {
  const { apiVersion, kind } = object;
  const type = typeof apiVersion === 'string' && typeof kind === 'string' ? builtinType(apiVersion, kind) : undefined;
  if (type !== undefined) {
    made.apiVersion ??= apiVersion;
    made.kind ??= kind;
  }
  if (made.apiVersion !== apiVersion || made.kind !== kind)
    return new PatchFault('the patch leaves an object of another kind');
  const trouble = type === undefined ? undefined : misfit(type, made, 'decode');
  if (type === undefined || trouble === undefined || misfit(type, object, 'decode') !== undefined) return made;
  return new PatchFault(`the patch leaves what cannot be read: ${trouble}`);
}

interface State {
  root: Record<string, unknown> & { apiVersion?: unknown; kind?: unknown };
  /** Characters of JSON that values and copies came to so far. */
  written: number;
}

/** What ends a patch: a test that does not hold, or the reason why an operation cannot be made. */
type End = typeof untrue | string | undefined;

const untrue = Symbol('a test that does not hold');

function perform(state: State, step: JsonPatchStep): End {
  switch (step.op) {
    case 'add':
      return write(state, step.path, step.value, add);
    case 'replace':
      return step.path === '' ? replaceRoot(state, step.value) : write(state, step.path, step.value, replace);
    case 'remove': {
      const place = placeOf(state, step.path);
      return typeof place === 'string' ? place : remove(place);
    }
    case 'move': {
      const taken = read(state, step.from);
      if (typeof taken === 'string') return taken;
      const trouble = remove(taken.place);
      return trouble ?? put(state, step.path, taken.value, add);
    }
    case 'copy': {
      const taken = read(state, step.from);
      return typeof taken === 'string' ? taken : write(state, step.path, taken.value, add);
    }
    case 'test':
      return test(state, step);
    default:
      return 'there is no such operation, only add, remove, replace, move, copy and test';
  }
}

/** A member that is there or not: a key of an object, or an index of a list. */
interface Place {
  readonly container: Container;
  readonly key: string;
}

/** Puts a copy of a value in its place, as long as the patch has not written too much: each copy may hold all those before it. */
function write(state: State, path: string, value: unknown, how: typeof add): End {
  const copy = plainJson(value ?? null);
  if (copy.kind === 'problem') return `the value ${copy.detail}`;
  state.written += JSON.stringify(copy.value).length;
  if (state.written > limits.jsonPatchWritten)
    return `values and copies of one patch come to at most ${limits.jsonPatchWritten} characters of JSON`;
  return put(state, path, copy.value, how);
}

function put(state: State, path: string, value: unknown, how: typeof add): End {
  const place = placeOf(state, path);
  return typeof place === 'string' ? place : how(place, value);
}

function add({ container, key }: Place, value: unknown): End {
  if (!Array.isArray(container)) return setMember(container, key, value);
  const index = key === '-' ? container.length : indexOf(key, container.length + 1);
  if (typeof index === 'string') return index;
  container.splice(index, 0, value);
  return undefined;
}

function replace({ container, key }: Place, value: unknown): End {
  if (!Array.isArray(container)) return setMember(container, key, value);
  const index = indexOf(key, container.length);
  if (typeof index === 'string') return index;
  container[index] = value;
  return undefined;
}

function remove({ container, key }: Place): End {
  if (Array.isArray(container)) {
    const index = indexOf(key, container.length);
    if (typeof index === 'string') return index;
    container.splice(index, 1);
    return undefined;
  }
  return Object.hasOwn(container, key) && delete container[key] ? undefined : `there is no ${quote(key)}`;
}

function replaceRoot(state: State, value: unknown): End {
  const copy = plainJson(value ?? null);
  if (copy.kind === 'problem') return `the value ${copy.detail}`;
  if (!isRoot(copy.value)) return 'an object is replaced by an object only';
  state.root = copy.value;
  return undefined;
}

function test(state: State, { path, value }: JsonPatchStep): End {
  if (value !== undefined) {
    const copy = plainJson(value);
    if (copy.kind === 'problem') return `the value ${copy.detail}`;
  }
  if (path === '') return equalJson(state.root, value) ? undefined : untrue;
  const found = read(state, path);
  if (typeof found === 'string') return found;
  // What is absent, or null, is equal to no value only.
  const holds = (found.value ?? undefined) === undefined ? value === undefined : equalJson(found.value, value);
  return holds ? undefined : untrue;
}

/** What is at a path, undefined where an object has no such key; a string says why the path leads nowhere. */
function read(state: State, path = ''): { readonly place: Place; readonly value: unknown } | string {
  const place = placeOf(state, path);
  if (typeof place === 'string') return place;
  const { container, key } = place;
  if (!Array.isArray(container)) return { place, value: memberOf(container, key) };
  const index = indexOf(key, container.length);
  return typeof index === 'string' ? index : { place, value: container[index] };
}

/** The API server writes paths as Go literals into JSON, which has no escape for these. */
const unspeakable = /(?![\b\f\n\r\t\u{80}-\u{9f}])\p{Cc}|(?![\p{L}\p{M}\p{N}\p{P}\p{S}])[\u{10000}-\u{10ffff}]/u;

function placeOf({ root }: State, path: string): Place | string {
  if (unspeakable.test(path)) return `${quote(path)} has characters that cannot be printed`;
  const [, ...tokens] = path.split('/', limits.documentDepth + 3);
  const last = tokens.pop();
  if (last === undefined) return `${quote(path)} is no JSON pointer to something within the object`;
  if (tokens.length > limits.documentDepth) return `${quote(path)} is deeper than ${limits.documentDepth} levels`;
  let container: Container = root;
  for (const [depth, token] of tokens.entries()) {
    const key = unescaped(token);
    const index = Array.isArray(container) ? indexOf(key, container.length) : undefined;
    const next: unknown = Array.isArray(container)
      ? typeof index === 'number' && container[index]
      : memberOf(container, key);
    if (!isContainer(next)) return `there is no object or list at ${quote(`/${tokens.slice(0, depth + 1).join('/')}`)}`;
    container = next;
  }
  return { container, key: unescaped(last) };
}

const unescaped = (token: string): string => token.replaceAll(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~'));

/** An index below `end`, counted from the end where it is negative; or why there is none. */
function indexOf(key: string, end: number): number | string {
  const number = /^[+-]?\d+$/.test(key) ? Number(key) : undefined;
  if (number === undefined) return `${quote(key)} is no index of a list`;
  const index = number < 0 ? number + end : number;
  // Written as Object.is would see it: -0 is 0.
  return index >= 0 && index < end ? Math.abs(index) : `the list has no index ${quote(key)}`;
}

const isRoot = (value: unknown): value is State['root'] => isObject(value);
