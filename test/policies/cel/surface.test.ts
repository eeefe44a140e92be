import { describe, expect, it } from 'vitest';
import {
  type Bindings,
  bool,
  type CelType,
  compile,
  declareEnvironment,
  dyn,
  type EnvironmentDeclaration,
  evaluate,
  formatType,
  Lazy,
  list,
  map,
  object,
  string,
  toPlainJson,
  Unknown,
} from '../../../policies/cel/index.ts';

/** What policies build on: declared objects, objects to build, variables of a policy, facts that are partly known. */
function run(text: string, declaration: EnvironmentDeclaration, bindings: Bindings = {}): unknown {
  const program = compile(declareEnvironment(declaration), text);
  if ('phase' in program) return `${program.phase}: ${program.error.code}`;
  const result = evaluate(program, bindings);
  if (result.kind === 'needs') return result.needs.map(({ key }) => key);
  return result.kind === 'error' ? result.error.code : result.value;
}

const int: CelType = { kind: 'int' };

describe('object types declared by a schema', () => {
  const declaration: EnvironmentDeclaration = {
    variables: { object: object('apps.Deployment'), x: dyn },
    objects: [
      { name: 'apps.Deployment', fields: { spec: object('apps.Deployment.spec'), labels: map(string, string) } },
      {
        name: 'apps.Deployment.spec',
        fields: { replicas: int, paused: bool, containers: list(object('apps.Container')) },
      },
      { name: 'apps.Container', fields: { name: string, ports: list(int) } },
    ],
  };
  const bindings = {
    object: { spec: { replicas: 3, containers: [{ name: 'a', ports: [80] }, { name: 'b' }] }, labels: { app: 'x' } },
  };

  it.each([
    ['object.spec.replicas + 1', 4],
    ["object.spec.containers.all(c, c.name.startsWith('a') || !has(c.ports))", true],
    ["object.labels['app']", 'x'],
    ['has(object.spec.paused)', false],
    ['object.spec.containers[0].ports.exists(p, p == 80)', true],
    ['object.spec.?paused.orValue(true)', true],
    ['object.spec.containers.map(c, c.name)', ['a', 'b']],
    ['object.spec.paused', 'CEL_NO_SUCH_KEY'],
    ['object.spec.repicas', 'check: CEL_UNDEFINED_FIELD'],
    ['has(object.spec.repicas)', 'check: CEL_UNDEFINED_FIELD'],
    ["object.spec.replicas == 'three'", 'check: CEL_NO_MATCHING_OVERLOAD'],
    ['object.spec.containers.all(c, c.image == x)', 'check: CEL_UNDEFINED_FIELD'],
    ['object.labels.app + 1', 'check: CEL_NO_MATCHING_OVERLOAD'],
    ['apps.Deployment{labels: {}}', 'check: CEL_UNDECLARED_REFERENCE'],
  ])('%s', (text, wanted) => {
    expect(run(text, declaration, bindings)).toEqual(wanted);
  });
});

describe('variables of a policy', () => {
  it('are dotted names whose types are those of their expressions', () => {
    const first = compile(declareEnvironment({}), '[1, 2].map(i, i * 2)');
    if ('phase' in first) throw new Error(first.error.message);
    expect(formatType(first.type)).toBe('list(int)');
    const variables = { 'variables.doubles': first.type };
    const value = new Lazy(() => {
      const result = evaluate(first, {});
      return result.kind === 'value' ? result.value : null;
    });
    expect(run('variables.doubles.all(d, d > 1)', { variables }, { 'variables.doubles': value })).toBe(true);
    expect(run("variables.doubles.all(d, d == 'a')", { variables })).toBe('check: CEL_NO_MATCHING_OVERLOAD');
    expect(run('variables.absent', { variables })).toBe('check: CEL_UNDECLARED_REFERENCE');
  });

  it('are computed only when read, once for all expressions', () => {
    let times = 0;
    const lazy = new Lazy(() => ({ times: ++times }));
    const variables = { 'variables.a': dyn };
    expect(run('true || variables.a.times == 1', { variables }, { 'variables.a': lazy })).toBe(true);
    expect(times).toBe(0);
    for (let time = 0; time < 3; time++)
      expect(run('variables.a.times', { variables }, { 'variables.a': lazy })).toBe(1);
  });

  it('that are unknown or an error decide nothing that does not hang on them', () => {
    const variables = { 'variables.u': dyn, 'variables.e': dyn };
    const bindings = {
      'variables.u': new Lazy(() => new Unknown([{ key: 'U' }])),
      'variables.e': new Lazy(() => null),
    };
    expect(run('variables.u == 1 || variables.e == null', { variables }, bindings)).toBe(true);
    expect(run('variables.u == 1', { variables }, bindings)).toEqual(['U']);
  });
});

describe('facts that are partly known', () => {
  const variables = { image: dyn };
  const image = {
    tag: '1.4.2',
    signatures: new Unknown([{ key: 'SIGNATURES' }]),
    sbom: new Unknown([{ key: 'SBOM' }]),
  };
  it.each([
    ["image.tag == '1.4.2'", true],
    ["image.tag != 'latest' || image.signatures.size() > 0", true],
    ['image.signatures.size() > 0', ['SIGNATURES']],
    ["image.tag.startsWith('1.') && image.signatures.exists(s, s == image.sbom.name)", ['SIGNATURES']],
    ['image.sbom.packages.all(p, p == 1) && image.signatures == []', ['SBOM', 'SIGNATURES']],
    ['[image].all(i, i.tag == "x")', false],
    ['[image].map(i, i.sbom)', ['SBOM']],
  ])('%s', (text, wanted) => {
    expect(run(text, { variables }, { image: image as never })).toEqual(wanted);
  });
});

describe('objects that an expression builds', () => {
  const declaration: EnvironmentDeclaration = {
    variables: { object: dyn },
    extensions: ['patches'],
    findObject: (name) => {
      if (name === 'JSONPatch')
        return { name, fields: { op: string, path: string, from: string, value: dyn }, constructible: true };
      return name === 'Object' || name.startsWith('Object.')
        ? { name, fields: undefined, constructible: true }
        : undefined;
    },
  };
  const bindings = { object: { spec: { replicas: 2, containers: [{ name: 'a' }] } } };
  const json = (text: string): unknown => {
    const value = run(text, declaration, bindings);
    return typeof value === 'string' && /CEL_/.test(value) ? value : toPlainJson(value as never);
  };

  it.each([
    ['Object{spec: Object.spec{replicas: object.spec.replicas + 1}}', { spec: { replicas: 3 } }],
    [
      'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, image: "x"})}}',
      { spec: { containers: [{ name: 'a', image: 'x' }] } },
    ],
    ['Object{metadata: Object.metadata{labels: {"a": "b"}}}', { metadata: { labels: { a: 'b' } } }],
    ['Object{?spec: optional.none()}', {}],
    ['Object{}', {}],
    [
      '[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b"), value: {"x": [dyn(1), dyn(1.5), dyn(null)]}}]',
      [{ op: 'add', path: '/metadata/labels/a~1b', value: { x: [1, 1.5, null] } }],
    ],
    ['[JSONPatch{op: "copy", from: "/a", path: "/b"}]', [{ op: 'copy', from: '/a', path: '/b' }]],
  ])('%s', (text, wanted) => {
    expect(json(text)).toEqual({ kind: 'json', json: wanted });
  });

  it('are refused where a field stands in the wrong place or has the wrong type', () => {
    expect(json('Object{spec: Object.metadata{name: "x"}}')).toMatchObject({ kind: 'problem' });
    expect(json('JSONPatch{op: 1}')).toBe('check: CEL_TYPE_MISMATCH');
    expect(json('JSONPatch{operation: "add"}')).toBe('check: CEL_UNDEFINED_FIELD');
    expect(json('Subject{}')).toBe('check: CEL_UNDECLARED_REFERENCE');
  });
});
