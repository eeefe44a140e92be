import { describe, expect, it } from 'vitest';
import { renderPath } from '../../../policies/document.ts';
import {
  compile,
  declareEnvironment,
  findCulprits,
  Lazy,
  type Place,
  type Program,
  evaluate,
} from '../../../policies/cel/index.ts';

const dyn = { kind: 'dyn' } as const;
const environment = declareEnvironment({
  variables: {
    object: dyn,
    params: dyn,
    'variables.all': dyn,
    'variables.fine': dyn,
    ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`variables.v${at}`, dyn])),
  },
  extensions: ['own'],
});

function compiled(text: string): Program {
  const program = compile(environment, text);
  if ('phase' in program) throw new Error(program.error.message);
  return program;
}

const definitions: Readonly<Record<string, Program>> = {
  'variables.all': compiled('object.spec.main + object.spec.?init.orValue([])'),
  'variables.fine': compiled('object.spec.main.all(c, c.image != "bad") && object.kind == "Pod"'),
  'variables.v0': compiled('object.kind == "Pod"'),
  ...Object.fromEntries(
    Array.from({ length: 11 }, (_, at) => [`variables.v${at + 1}`, compiled(`variables.v${at} == true`)]),
  ),
};

const params = { names: ['x'] };
const object = {
  kind: 'Deployment',
  metadata: { labels: { a: '1', bad: '2' }, annotations: null },
  spec: {
    replicas: 3,
    main: [
      { name: 'm', image: 'good', ports: [80, 8080], env: [{ name: 'K', value: 'v' }] },
      { name: 'n', image: 'bad', ports: [], tty: true },
    ],
    init: [{ name: 'i', image: 'bad' }],
  },
};

/** Places of the objects and lists above, by identity. */
const places = new Map<object, Place>();
function note(value: unknown, path: Place): void {
  if (typeof value !== 'object' || value === null) return;
  places.set(value, path);
  for (const [key, part] of Object.entries(value)) note(part, [...path, Array.isArray(value) ? Number(key) : key]);
}
note(object, []);

function culprits(text: string, scene: { readonly budget?: number; readonly most?: number } = {}): readonly string[] {
  const program = compiled(text);
  const bindings: Record<string, Lazy> = { object: new Lazy(() => object), params: new Lazy(() => params) };
  for (const [name, definition] of Object.entries(definitions)) {
    bindings[name] = new Lazy(() => {
      const evaluated = evaluate(definition, bindings);
      if (evaluated.kind !== 'value') throw new Error(`${name} has no value`);
      return evaluated.value;
    });
  }
  const found = findCulprits(program, {
    bindings,
    locate: (value) => places.get(value),
    definition: (name) => definitions[name],
    budget: 10_000,
    most: 10,
    ...scene,
  });
  return found.map(renderPath);
}

describe('what made an expression false', () => {
  it.each([
    ['object.spec.replicas <= 2', ['spec.replicas']],
    ['2 >= object.spec.replicas', ['spec.replicas']],
    ['!(object.spec.replicas == 3)', ['spec.replicas']],
    ['object.spec.replicas in [1, 2]', ['spec.replicas']],
    ['object.kind == "Pod" && object.spec.replicas == 3', ['kind']],
    ['object.kind == "Pod" && object.spec.replicas == 4', ['kind', 'spec.replicas']],
    ['object.kind == "Pod" || object.spec.replicas == 4', ['kind', 'spec.replicas']],
    ['!(object.kind == "Pod" || object.spec.replicas == 3)', ['spec.replicas']],
    ['object.kind == "Pod" ? true : object.spec.replicas == 4', ['spec.replicas']],
    ['object.kind == "Pod" ? true : false', ['kind']],
    ['has(object.spec.paused)', ['spec.paused']],
    ['!has(object.spec.replicas)', ['spec.replicas']],
    ['object.?spec.?paused.orValue(false) == true', ['spec.paused']],
    ['object.spec.?strategy.?type.orValue("") == "Recreate"', ['spec.strategy.type']],
    ['object.metadata.labels["a"] == "x"', ['metadata.labels.a']],
    ['"z" in object.metadata.labels', ['metadata.labels.z']],
    ['object.spec.main[1].image == "good"', ['spec.main[1].image']],
    ['object.spec.main.all(c, c.image == "good")', ['spec.main[1].image']],
    ['object.spec.main.all(c, c.ports.all(p, p < 100))', ['spec.main[0].ports[1]']],
    ['object.spec.main.all(c, c.?tty.orValue(false) == false)', ['spec.main[1].tty']],
    ['object.spec.main.all(c, c.?env.orValue([]).all(e, e.name != "K"))', ['spec.main[0].env[0].name']],
    ['object.spec.main.all(c, has(c.resources))', ['spec.main[0].resources', 'spec.main[1].resources']],
    ['!object.spec.main.exists(c, c.image == "bad")', ['spec.main[1].image']],
    ['object.spec.main.exists(c, c.image == "worse")', ['spec.main']],
    ['object.spec.main.all(i, c, c.image == "good")', ['spec.main[1].image']],
    ['object.metadata.labels.all(k, k != "bad")', ['metadata.labels.bad']],
    ['object.metadata.labels.all(k, v, v == "1")', ['metadata.labels.bad']],
    ['object.spec.main.filter(c, c.image == "bad").size() == 0', ['spec.main[1]']],
    ['object.spec.main.filter(c, c.image == "worse").size() == 1', ['spec.main']],
    ['object.spec.main.map(c, c.image).all(i, i != "bad")', ['spec.main']],
    ['size(object.spec.main) == 1', ['spec.main']],
    ['object.kind.startsWith("Pod")', ['kind']],
    ['object.kind.matches("^P")', ['kind']],
    ['cel.bind(m, object.spec.main, m.all(c, c.image == "good"))', ['spec.main[1].image']],
    ['cel.bind(k, object.kind, k == "Pod")', ['kind']],
    ['variables.all.all(c, c.image == "good")', ['spec.main[1].image', 'spec.init[0].image']],
    ['variables.fine', ['spec.main[1].image', 'kind']],
    ['!variables.fine || object.spec.replicas == 4 ? false : true', ['spec.main[1].image', 'kind']],
    ['object.spec.missing.x == 1 || object.kind == "Pod"', ['kind']],
    ['size(object.kind == "Deployment" ? object.spec.main : object.spec.init) == 1', ['spec.main']],
    ['size(object.kind == "Pod" ? object.spec.main : object.spec.init) == 2', ['spec.init']],
    ['size(object.kind == "Pod" ? [1] : []) == 1', ['kind']],
    ['dyn(object).?spec.?replicas.orValue(1) == 1', ['spec.replicas']],
    ['dyn(object).spec.main.all(c, c.image == "good")', ['spec.main[1].image']],
    ['params.names.all(n, n == "y")', []],
    ['1 == 2', []],
    ['false', []],
  ])('%s', (text, expected) => {
    expect(culprits(text)).toEqual(expected);
  });

  it('is told up to a number of places', () => {
    expect(culprits('variables.all.all(c, has(c.x))', { most: 2 })).toEqual(['spec.main[0].x', 'spec.main[1].x']);
  });

  it('is not told where finding it costs more than is granted', () => {
    expect(culprits('object.spec.main.all(c, c.image == "good")', { budget: 3 })).toEqual([]);
  });

  it('is looked for in variables only so deep', () => {
    expect(culprits('variables.v7')).toEqual(['kind']);
    expect(culprits('variables.v8')).toEqual([]);
  });
});
