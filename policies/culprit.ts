import { findCulprits, type Program } from './cel/index.ts';
import type { FieldPath } from './document.ts';
import type { Expression, Variable } from './expression.ts';
import type { Frame } from './frame.ts';
import { limits } from './limits.ts';

/**
 * The fields of the object because of which an expression came to false, those that are not there included; its name where the expression
 * reads nothing of the object, such as one of who asks; empty where none can be pointed at. What it costs is not the policy's: how a denial is explained never changes what is decided.
 */
export function culpritsOf({ source, bindings }: Frame, { program }: Expression): readonly FieldPath[] {
  const places = placesIn(source.setting.version.object);
  const fields = findCulprits(program, {
    bindings,
    locate: (value) => places(value),
    definition: (name) => source.variables.find(({ binding }) => binding === name)?.expression.program,
    budget: limits.explanationCost,
    most: limits.culprits,
  });
  if (fields.length === 0 && !readsObject(program, source.variables)) return [['metadata', 'name']];
  // What lies deepest first: an exception that was not met, such as the system of the pod, stands further out than what the rule is about.
  return fields.toSorted((a, b) => b.length - a.length);
}

/** Whether the object decides, itself or by a variable: what stands in the request says nothing of it, and neither do parameters. */
const readsObject = ({ reads }: Program, variables: readonly Variable[]): boolean =>
  reads.some(([root = '']) => {
    const variable = variables.find(({ binding }) => binding === root);
    return variable === undefined ? !aside.has(root) : readsObject(variable.expression.program, variables);
  });

const aside: ReadonlySet<string> = new Set(['request', 'params', 'authorizer', 'namespaceObject']);

type Step = readonly [parent: object | undefined, key: string | number];

/** Objects are never changed: where their parts stand is found once, when a denial first asks. */
const known = new WeakMap<object, ReadonlyMap<object, Step>>();

/** Where each object and list within a document stands; a part that stands in two places, in the first. */
function placesIn(document: object): (value: object) => FieldPath | undefined {
  const steps = known.get(document) ?? stepsWithin(document);
  known.set(document, steps);
  return (value) => {
    const path: (string | number)[] = [];
    for (let part = value; part !== document; ) {
      const [parent, key] = steps.get(part) ?? [];
      if (parent === undefined || key === undefined) return undefined;
      path.unshift(key);
      part = parent;
    }
    return path;
  };
}

function stepsWithin(document: object): ReadonlyMap<object, Step> {
  const steps = new Map<object, Step>();
  const waiting: object[] = [document];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    const keys: Iterable<[string | number, unknown]> = Array.isArray(parent)
      ? parent.entries()
      : Object.entries(parent);
    for (const [key, part] of keys) {
      if (typeof part !== 'object' || part === null || part === document || steps.has(part)) continue;
      steps.set(part, [parent, key]);
      waiting.push(part);
    }
  }
  return steps;
}
