import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyConfiguration } from '../../../policies/kubernetes/apply.ts';
import { PatchFault } from '../../../policies/kubernetes/fault.ts';
import type { KubernetesObject } from '../../../policies/version.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop', labels: { app: 'shop' }, finalizers: ['acme.dev/b', 'acme.dev/a'] },
  spec: {
    nodeSelector: { disk: 'ssd' },
    containers: [
      { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] },
      { name: 'log', image: 'log:1', resources: { limits: { cpu: '1' } } },
    ],
    tolerations: [{ key: 'a' }],
    securityContext: {},
  },
};

const applied = (configuration: object, object: KubernetesObject = pod): unknown => {
  const before = JSON.stringify(object);
  const made = applyConfiguration(object, configuration);
  expect(JSON.stringify(object)).toBe(before);
  return made instanceof PatchFault ? made.detail : made;
};

const appliedSpec = (spec: object): unknown => {
  const made = applied({ spec });
  return typeof made === 'object' && made !== null && 'spec' in made ? made.spec : made;
};

describe('a configuration applied', () => {
  it('sets what it names and keeps the rest', () => {
    expect(applied({ metadata: { labels: { tier: 'web' } } })).toEqual({
      ...pod,
      metadata: { ...pod.metadata, labels: { app: 'shop', tier: 'web' } },
    });
    expect(appliedSpec({ serviceAccountName: 'shop', securityContext: { runAsNonRoot: true } })).toEqual({
      ...pod.spec,
      serviceAccountName: 'shop',
      securityContext: { runAsNonRoot: true },
    });
  });

  it('removes nothing, not even with what is empty', () => {
    expect(applied({})).toEqual(pod);
    expect(applied({ metadata: { labels: {}, finalizers: [] }, spec: { containers: [] } })).toEqual(pod);
    expect(applied({ metadata: { annotations: {} } })).toEqual({
      ...pod,
      metadata: { ...pod.metadata, annotations: {} },
    });
  });

  it('is of the kind of the object, whatever it says', () => {
    expect(applied({ apiVersion: 'apps/v1', kind: 'Deployment' })).toEqual(pod);
  });

  it('merges containers by name', () => {
    expect(appliedSpec({ containers: [{ name: 'log', resources: { limits: { memory: '1Gi' } } }] })).toEqual({
      ...pod.spec,
      containers: [
        pod.spec.containers[0],
        { name: 'log', image: 'log:1', resources: { limits: { cpu: '1', memory: '1Gi' } } },
      ],
    });
  });

  it('adds containers where the configuration has them among those that are there', () => {
    const names = (...list: readonly string[]): unknown => {
      const spec = appliedSpec({ containers: list.map((name) => ({ name })) }) as typeof pod.spec;
      return spec.containers.map(({ name }) => name);
    };
    expect(names('new')).toEqual(['web', 'log', 'new']);
    expect(names('new', 'log')).toEqual(['web', 'new', 'log']);
    expect(names('web', 'new')).toEqual(['web', 'log', 'new']);
    expect(names('web', 'new', 'log')).toEqual(['web', 'new', 'log']);
    expect(names('log', 'web')).toEqual(['log', 'web']);
    expect(names('log', 'new', 'web')).toEqual(['log', 'new', 'web']);
  });

  it('tells items apart by all keys, a key that is absent being its default', () => {
    const ports = (...list: readonly object[]): unknown => {
      const spec = appliedSpec({ containers: [{ name: 'web', ports: list }] }) as typeof pod.spec;
      return spec.containers[0]?.ports;
    };
    expect(ports({ containerPort: 80, protocol: 'TCP', name: 'http' })).toEqual([
      { containerPort: 80, protocol: 'TCP', name: 'http' },
      { containerPort: 53, protocol: 'UDP' },
    ]);
    expect(ports({ containerPort: 53, name: 'dns' })).toEqual([
      { containerPort: 80 },
      { containerPort: 53, protocol: 'UDP' },
      { containerPort: 53, name: 'dns' },
    ]);
  });

  it('adds to a set what it does not have', () => {
    const set = (...finalizers: readonly string[]): unknown => {
      const made = applied({ metadata: { finalizers } }) as typeof pod;
      return made.metadata.finalizers;
    };
    expect(set('acme.dev/a')).toEqual(['acme.dev/b', 'acme.dev/a']);
    expect(set('acme.dev/c')).toEqual(['acme.dev/b', 'acme.dev/a', 'acme.dev/c']);
    expect(set('acme.dev/c', 'acme.dev/a')).toEqual(['acme.dev/b', 'acme.dev/c', 'acme.dev/a']);
  });

  it('gives an item that was there twice its one new value, and leaves other doubles alone', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '1' },
      { name: 'A', value: '2' },
    ];
    const object = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'web', env }] } };
    const result = (name: string): unknown =>
      applied({ spec: { containers: [{ name: 'web', env: [{ name, value: 'new' }] }] } }, object);
    const having = (list: readonly object[]): object => ({
      ...object,
      spec: { containers: [{ name: 'web', env: list }] },
    });
    expect(result('A')).toEqual(
      having([
        { name: 'A', value: 'new' },
        { name: 'B', value: '1' },
      ]),
    );
    expect(result('C')).toEqual(having([...env, { name: 'C', value: 'new' }]));
  });

  const wrong: readonly (readonly [string, object, string])[] = [
    [
      'an atomic list',
      { spec: { tolerations: [{ key: 'b' }] } },
      'spec.tolerations: what is one piece cannot be applied',
    ],
    ['an atomic map', { spec: { nodeSelector: { a: 'b' } } }, 'spec.nodeSelector: what is one piece cannot be applied'],
    [
      'an atomic struct within a list',
      { spec: { containers: [{ name: 'web', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } }] }] } },
      'spec.containers[0].env[0].valueFrom.fieldRef: what is one piece cannot be applied',
    ],
    [
      'many atomic lists',
      { spec: { containers: Array.from({ length: 7 }, (_, index) => ({ name: `c${index}`, args: [] })) } },
      `${[0, 1, 2, 3, 4].map((index) => `spec.containers[${index}].args`).join(', ')} and 2 more: what is one piece cannot be applied`,
    ],
    ['a field that is not there', { spec: { replicas: 1 } }, 'spec.replicas is no field that Kubernetes has'],
    ['a string for a number', { spec: { priority: '1' } }, 'spec.priority is a string, not an integer'],
    ['half a number', { spec: { priority: 1.5 } }, 'spec.priority is the number 1.5, not an integer'],
    ['a list for an object', { spec: [] }, 'spec is a list, not an object'],
    ['an object for a list', { spec: { containers: {} } }, 'spec.containers is an object, not a list'],
    ['an object for a string', { metadata: { labels: { a: {} } } }, 'metadata.labels.a is an object, not a string'],
    ['null', { spec: { priority: null } }, 'spec.priority is null, which nothing merges with'],
    [
      'null within a map',
      { metadata: { annotations: { 'acme.dev/x': null } } },
      'metadata.annotations[acme.dev/x] is null, which nothing merges with',
    ],
    [
      'the same item twice',
      { spec: { containers: [{ name: 'x' }, { name: 'x' }] } },
      'spec.containers[1] is in the list twice ("[[\\"name\\",\\"x\\"]]")',
    ],
    ['an item that is no object', { spec: { containers: ['x'] } }, 'spec.containers[0] is not an object'],
    [
      'an object in a set',
      { metadata: { finalizers: [{}] } },
      'metadata.finalizers[0] is in a set, and no string, number or boolean',
    ],
    [
      'what JSON does not have',
      { spec: { priority: 1n } },
      'the configuration holds something that JSON does not have',
    ],
  ];
  it.each(wrong)('is refused with %s', (_name, configuration, detail) => {
    expect(applied(configuration)).toBe(detail);
  });

  it('is refused where an item has none of the keys, and no default for them', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', status: { resourceClaimStatuses: [{ name: 'a' }] } };
    const claim = { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim' };
    expect(applied({ status: { resourceClaimStatuses: [{}] } }, object)).toMatchObject({
      status: { resourceClaimStatuses: [{ name: 'a' }, {}] },
    });
    expect(applied({ status: { devices: [{}] } }, claim)).toMatchObject({ status: { devices: [{}] } });
    const trait = { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', spec: { drivers: [{ name: 'a' }, 3] } };
    expect(applied({ spec: { drivers: [{ name: 'b' }] } }, trait)).toBe('spec.drivers[1] is not an object');
  });

  it('merges objects of unknown kinds by field, and takes no lists', () => {
    const shop = { apiVersion: 'acme.dev/v1', kind: 'Shop', spec: { a: { b: 1, c: [1] }, list: [1] } };
    expect(applied({ spec: { a: { b: 2 }, d: 'x' } }, shop)).toEqual({
      ...shop,
      spec: { a: { b: 2, c: [1] }, list: [1], d: 'x' },
    });
    expect(applied({ spec: { list: [2] } }, shop)).toBe('spec.list: what is one piece cannot be applied');
  });

  it('keeps __proto__ a key like any other', () => {
    const labels = JSON.parse('{"__proto__":"evil","constructor":"x"}') as object;
    const made = applied({ metadata: { labels } }) as typeof pod;
    expect(Object.keys(made.metadata.labels)).toEqual(['app', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(made.metadata.labels)).toBe(Object.prototype);
    expect(applied({ toString: 'x' })).toBe('toString is no field that Kubernetes has');
  });

  it('applied again changes nothing', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const list = fc.uniqueArray(name, { maxLength: 5 });
    fc.assert(
      fc.property(list, list, list, list, (old, fresh, finalizers, more) => {
        const object = {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { finalizers },
          spec: { containers: old.map(named) },
        };
        const configuration = { metadata: { finalizers: more }, spec: { containers: fresh.map(named) } };
        const once = applyConfiguration(object, configuration) as typeof object;
        expect(new Set(once.spec.containers.map((item) => item.name))).toEqual(new Set([...old, ...fresh]));
        expect(applyConfiguration(once, configuration)).toEqual(once);
      }),
    );
  });
});

const named = (name: string): { readonly name: string } => ({ name });
