import type { FoldNode, Node } from './ast.ts';
import { duplicate, keyOf } from './aggregate.ts';
import { isConstant } from './attribute.ts';
import { nodeCost } from './cost.ts';
import { CelError } from './error.ts';
import { combine, isSpecial, type Result } from './evaluation.ts';
import type { Interpreter, Local } from './interpreter.ts';
import { maxListLength } from './limits.ts';
import { entryName } from './macro/fold.ts';
import { entriesOf, isList, isMap, type MapKey, mapOf, type Value } from './value.ts';

/** A macro's loop. Lists and maps that it makes grow in place; what that costs is what the expanded tree would cost. */
export function evaluateFold(interpreter: Interpreter, node: FoldNode): Result {
  const over = interpreter.evaluate(node.over);
  if (isSpecial(over)) return over;
  const rounds = roundsOf(over, node);
  if (rounds instanceof CelError) return rounds.at(node.over.range);
  switch (node.macro) {
    case 'list':
      return collectList(interpreter, node, rounds);
    case 'map':
    case 'mapEntry':
      return collectMap(interpreter, node, rounds);
    case 'all':
    case 'exists':
    case 'existsOne':
      return loop(interpreter, node, rounds);
    case 'bind':
      return interpreter.within([{ name: node.accumulator, value: interpreter.later(node.initial) }], () =>
        interpreter.evaluate(node.result),
      );
  }
}

/** The loop variables of each round. Elements may be unknown: the data that holds them comes from outside. */
export function roundsOf(over: Value, node: FoldNode): readonly (readonly Local[])[] | CelError {
  const { variable, secondVariable } = node;
  if (isList(over)) {
    return over.map((value, at) =>
      secondVariable === undefined
        ? [{ name: variable, value }]
        : [
            { name: variable, value: at },
            { name: secondVariable, value },
          ],
    );
  }
  if (isMap(over)) {
    return entriesOf(over).map(([key, value]) =>
      secondVariable === undefined
        ? [{ name: variable, value: key }]
        : [
            { name: variable, value: key },
            { name: secondVariable, value },
          ],
    );
  }
  return new CelError('CEL_NO_MATCHING_OVERLOAD', 'a macro goes over a list or a map');
}

/** The fold as it is defined. */
function loop(interpreter: Interpreter, node: FoldNode, rounds: readonly (readonly Local[])[]): Result {
  const { accumulator: name } = node;
  let value = interpreter.evaluate(node.initial);
  for (const locals of rounds) {
    const scope = [{ name, value }, ...locals];
    const next = interpreter.within(scope, () =>
      interpreter.evaluate(node.condition) === false ? undefined : interpreter.evaluate(node.step),
    );
    if (next === undefined) break;
    value = next;
  }
  return interpreter.within([{ name, value }], () => interpreter.evaluate(node.result));
}

function collectList(interpreter: Interpreter, node: FoldNode, rounds: readonly (readonly Local[])[]): Result {
  const list: Value[] = [];
  const listCost = isConstant(interpreter.checked, node.body) ? 0 : nodeCost.list;
  const special = collect(interpreter, node, rounds, (body) => {
    interpreter.counter.charge(listCost + 1);
    if (isSpecial(body)) return body;
    if (list.length >= maxListLength) return new CelError('CEL_VALUE_TOO_LARGE', 'the list grows too long');
    list.push(body);
    return undefined;
  });
  interpreter.counter.charge(nodeCost.read);
  return special ?? list;
}

function collectMap(interpreter: Interpreter, node: FoldNode, rounds: readonly (readonly Local[])[]): Result {
  const entries: (readonly [Value, Value])[] = [];
  const seen = new Set<MapKey>();
  const insert = (key: Value, value: Value): CelError | undefined => {
    const identity = keyOf(key);
    if (identity instanceof CelError) return identity;
    if (seen.has(identity)) return duplicate(key);
    seen.add(identity);
    entries.push([key, value]);
    return undefined;
  };
  const special = collect(interpreter, node, rounds, (body, key) => {
    interpreter.counter.charge(1);
    if (isSpecial(body)) return body;
    if (isSpecial(key)) return key;
    if (node.macro === 'map') return insert(key, body);
    if (!isMap(body)) return new CelError('CEL_NO_MATCHING_OVERLOAD', 'the macro makes entries: a map is expected');
    for (const [entryKey, value] of entriesOf(body)) {
      const error = insert(entryKey, value);
      if (error) return error;
    }
    return undefined;
  });
  interpreter.counter.charge(nodeCost.read);
  return special ?? mapOf(entries);
}

/** Runs filter and body each round. An error or unknown stays: what comes later can only add to what is unknown. */
function collect(
  interpreter: Interpreter,
  node: FoldNode,
  rounds: readonly (readonly Local[])[],
  add: (body: Result, key: Result) => Result | undefined,
): Result | undefined {
  let special: Result | undefined;
  const [keyNode, valueNode] = entryNodes(node);
  for (const locals of rounds) {
    interpreter.within(locals, () => {
      const passes = node.filter ? interpreter.evaluate(node.filter) : true;
      if (passes === false) return;
      if (passes !== true) {
        const noBool = new CelError('CEL_NO_MATCHING_OVERLOAD', 'a filter answers a bool', node.range);
        special = combine([special ?? null, isSpecial(passes) ? passes : noBool]);
        return;
      }
      interpreter.counter.charge(nodeCost.read);
      const key = keyNode ? interpreter.evaluate(keyNode) : null;
      const body = interpreter.evaluate(valueNode);
      const trouble = add(body, key);
      const located = trouble instanceof CelError ? trouble.at(node.range) : trouble;
      special = combine([special ?? null, located ?? null]);
    });
  }
  return special;
}

function entryNodes(node: FoldNode): readonly [Node | undefined, Node] {
  if (node.body.kind !== 'call' || node.body.name !== entryName) return [undefined, node.body];
  const [key, value] = node.body.args;
  return [key, value ?? node.body];
}
