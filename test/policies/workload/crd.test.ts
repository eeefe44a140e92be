import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../policies/limits.ts';
import { imagesOf, readLines, withDefinitions } from '../../../policies/workload.ts';
import { definedKind } from '../../../policies/workload/crd.ts';
import { uncovered } from '../../../policies/workload/definition.ts';
import { builtinWorkloads } from '../../../policies/workload/lines.ts';
import { leadsTo, parsePathPattern, renderPathPattern } from '../../../policies/workload/path.ts';

const text = { type: 'string' };
const object = (properties: object) => ({ type: 'object', properties });
const list = (items: object) => ({ type: 'array', items });
const podSpec = object({
  containers: list(object({ name: text, image: text, imagePullPolicy: text })),
  nodeName: text,
});

const definition = (schema: object, group = 'example.com', kind = 'Widget') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: { group, names: { kind, plural: 'widgets' }, versions: [{ name: 'v1', schema: { openAPIV3Schema: schema } }] },
});

const widgets = object({
  metadata: object({ image: text }),
  spec: object({
    template: object({ spec: podSpec }),
    roles: list(object({ pod: podSpec })),
    byName: { type: 'object', additionalProperties: podSpec },
    image: text,
    runnerImage: text,
    imageRef: text,
    sidecarImages: list(text),
    imagePullPolicy: text,
    imagePullSecrets: list(object({ name: text })),
    'a.b"c': object({ image: text }),
    picture: text,
    replicas: { type: 'integer' },
    image2: { type: 'integer' },
  }),
  status: object({ image: text, template: podSpec }),
});
const podSpecs = ['spec.template.spec', 'spec.roles[].pod', 'spec.byName.*'];
const images = ['spec.image', 'spec.runnerImage', 'spec.imageRef', 'spec.sidecarImages[]', 'spec["a.b\\"c"].image'];

describe('a CustomResourceDefinition', () => {
  it('says where its kind has PodSpecs and what is called like an image', () => {
    const defined = definedKind(definition(widgets));
    expect(defined?.podSpecs.map(renderPathPattern)).toEqual(podSpecs);
    expect(defined?.images.map(renderPathPattern)).toEqual(images);
  });

  it('says so in all its versions, and in the one schema of v1beta1', () => {
    const other = {
      name: 'v2',
      schema: { openAPIV3Schema: object({ spec: object({ agentImage: text, image: text }) }) },
    };
    const { spec, ...rest } = definition(widgets);
    expect(definedKind({ ...rest, spec: { ...spec, versions: [...spec.versions, other] } })?.images).toHaveLength(
      images.length + 1,
    );
    const old = {
      ...rest,
      apiVersion: 'apiextensions.k8s.io/v1beta1',
      spec: { ...spec, versions: undefined, validation: { openAPIV3Schema: widgets } },
    };
    expect(definedKind(old)?.podSpecs).toHaveLength(podSpecs.length);
  });

  it('is told, with the line that would have all of it judged; with that line it is not', () => {
    const { notJudged } = imagesOf(definition(widgets));
    const line = { group: 'example.com', kinds: ['Widget'], podSpecs, images };
    expect(notJudged).toMatchObject([
      {
        code: 'WORKLOAD_UNKNOWN',
        field: 'spec.names.kind',
        remedy: `add to workloads of the configuration: ${JSON.stringify(line)}`,
      },
    ]);
    expect(notJudged[0]?.why).toContain('spec.template.spec, spec.roles[].pod');
    expect(imagesOf(definition(widgets), { workloads: readLines([line]) }).notJudged).toEqual([]);
    expect(imagesOf(definition(object({ spec: object({ replicas: { type: 'integer' } }) }))).notJudged).toEqual([]);
  });

  it('of a kind of the table is told for what the table does not lead to', () => {
    const workflow = object({
      spec: object({
        templates: list(
          object({
            container: object({ image: text, name: text }),
            containerSet: object({ containers: list(object({ name: text, image: text })) }),
            sidecars: list(object({ image: text })),
          }),
        ),
        volumes: list(object({ image: object({ reference: text }) })),
      }),
    });
    expect(imagesOf(definition(workflow, 'argoproj.io', 'Workflow')).notJudged).toEqual([]);
    const repository = object({ spec: object({ url: text, image: text }) });
    expect(
      uncovered(definition(repository, 'source.toolkit.fluxcd.io', 'OCIRepository'), builtinWorkloads),
    ).toMatchObject({ images: ['spec.image'], podSpecs: [] });
    const edge = object({
      spec: object({
        workloadTemplate: object({ manifests: list(object({ image: text, pod: podSpec })) }),
        extra: podSpec,
      }),
    });
    expect(uncovered(definition(edge, 'apps.kubeedge.io', 'EdgeApplication'), builtinWorkloads)).toMatchObject({
      images: [],
      podSpecs: ['spec.extra'],
    });
    const united = object({
      spec: object({
        template: object({ cloneSetTemplate: object({ spec: object({ template: object({ spec: podSpec }) }) }) }),
      }),
    });
    expect(uncovered(definition(united, 'apps.kruise.io', 'UnitedDeployment'), builtinWorkloads)).toBeUndefined();
  });

  it('makes the texts that it calls images told where objects have them', () => {
    const rules = withDefinitions({}, [
      definition(widgets),
      definition(widgets),
      { apiVersion: 'v1', kind: 'ConfigMap' },
      null,
    ]);
    const widget = {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      spec: {
        image: 'ghcr.io/acme/shop:1',
        imageRef: '',
        sidecarImages: ['a', 'b'],
        'a.b"c': { image: 7 },
        roles: [{ pod: { containers: [{ name: 'a', image: 'x' }] } }],
      },
    };
    const { uses, notJudged, unreadable } = imagesOf(widget, rules);
    expect(uses).toEqual([]);
    expect(unreadable).toEqual([]);
    expect(notJudged.map(({ field, code, text }) => [field, code, text])).toEqual([
      ['spec.image', 'WORKLOAD_UNKNOWN', 'ghcr.io/acme/shop:1'],
      ['spec.sidecarImages[0]', 'WORKLOAD_UNKNOWN', 'a'],
      ['spec.sidecarImages[1]', 'WORKLOAD_UNKNOWN', 'b'],
      ['spec.roles[0].pod', 'WORKLOAD_UNKNOWN', 'x'],
    ]);
    expect(notJudged[0]?.remedy).toContain('"images":["spec.image"');
    expect(
      imagesOf(
        widget,
        withDefinitions({ workloads: readLines([{ group: 'example.com', kinds: ['Widget'], podSpecs, images }]) }, [
          definition(widgets),
        ]),
      ).notJudged,
    ).toEqual([]);
  });

  it('that is hostile is read as far as it goes', () => {
    let deep: object = object({ image: text });
    for (let depth = 0; depth < limits.documentDepth * 20; depth += 1) deep = object({ a: deep });
    expect(definedKind(definition(deep))).toMatchObject({ podSpecs: [], images: [] });
    const wide = object(
      Object.fromEntries(Array.from({ length: limits.workloadValues }, (_, index) => [`a${index}`, object({})])),
    );
    expect(definedKind(definition(object({ wide, image: text })))?.images.length).toBeLessThanOrEqual(1);
    const many = object(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`a${index}Image`, text])));
    expect(uncovered(definition(many), builtinWorkloads)?.images).toHaveLength(limits.problemsShown);
    fc.assert(
      fc.property(fc.jsonValue(), (schema) => {
        imagesOf(definition(schema as object));
        withDefinitions({}, [{ ...definition({}), spec: schema }]);
      }),
    );
  });
});

describe('paths of the table', () => {
  const step = fc.oneof(
    fc.string().map((key) => ({ kind: 'key' as const, key })),
    fc.constantFrom({ kind: 'items' as const }, { kind: 'values' as const }),
    fc.record({
      kind: fc.constant('where' as const),
      key: fc.stringMatching(/^[\w-]+$/),
      value: fc.stringMatching(/^[\w.-]+$/),
    }),
  );

  it('are read back as they are written, whatever keys are called', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), (steps) => {
        expect(parsePathPattern(renderPathPattern(steps))).toEqual(steps);
      }),
    );
    for (const path of ['spec.a.**.b', '**.uri', '*.a', '[].a', '["a b"]', 'a[].b[x=y].c["d.e"].*'])
      expect(renderPathPattern(parsePathPattern(path) ?? []), path).toBe(path);
  });

  it('lead to themselves and what they stand for', () => {
    const leads = (pattern: string, path: string, below = false) =>
      leadsTo(parsePathPattern(pattern)!, parsePathPattern(path)!, below);
    for (const [pattern, path] of [
      ['a.b', 'a.b'],
      ['a.*.b', 'a.c.b'],
      ['a.*', 'a.*'],
      ['a[x=y].b', 'a[].b'],
      ['a.**.c', 'a.b.d[].c'],
      ['a.**.c', 'a.c'],
    ] as const)
      expect(leads(pattern, path), `${pattern} ${path}`).toBe(true);
    for (const [pattern, path] of [
      ['a.b', 'a'],
      ['a', 'a.b'],
      ['a.b', 'a.*'],
      ['a[]', 'a.*'],
      ['a.**.c', 'a.b'],
    ] as const)
      expect(leads(pattern, path), `${pattern} ${path}`).toBe(false);
    expect(leads('a.b', 'a.b.c[].d', true)).toBe(true);
    expect(leads('a.b', 'a.c', true)).toBe(false);
  });
});
