import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaulted } from '../../../policies/kubernetes/default.ts';
import { builtinResources } from '../../../policies/kubernetes/openapi.ts';

const completed = (object: object): unknown => {
  const before = JSON.stringify(object);
  const made = defaulted(object);
  expect(JSON.stringify(object)).toBe(before);
  return made;
};

const container = {
  name: 'web',
  image: 'web:1',
  imagePullPolicy: 'IfNotPresent',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};
const podSpec = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
const pod = (spec: object): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop' }, spec });

describe('an object completed', () => {
  it('has what the API server would have filled in', () => {
    expect(completed(pod({ containers: [{ name: 'web', image: 'web:1' }] }))).toEqual({
      ...pod({ ...podSpec, enableServiceLinks: true, containers: [container] }),
      status: {},
    });
  });

  it('keeps what it says itself', () => {
    const spec = { ...podSpec, enableServiceLinks: false, restartPolicy: 'Never', containers: [container] };
    expect(completed(pod(spec))).toEqual({ ...pod(spec), status: {} });
  });

  it('is the same object where nothing is missing, and shares what did not change', () => {
    const whole: object = { ...pod({ ...podSpec, enableServiceLinks: true, containers: [container] }), status: {} };
    expect(defaulted(defaulted(whole))).toEqual(whole);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'b' } };
    expect(defaulted(map)).toBe(map);
    const object = { ...map, data: null, metadata: map.metadata };
    expect(defaulted(object)).not.toBe(object);
    expect(defaulted(object).metadata).toBe(map.metadata);
  });

  it('asks for what its limits say, in Pods and not in templates of them', () => {
    const limited = {
      containers: [{ ...container, resources: { limits: { cpu: '1000m', memory: '1Gi' }, requests: { cpu: 0.5 } } }],
    };
    expect(completed(pod(limited))).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: '1' }, requests: { cpu: '500m', memory: '1Gi' } } }] },
    });
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: limited } } };
    expect(completed(deployment)).toMatchObject({
      spec: { replicas: 1, template: { spec: { containers: [{ resources: { requests: { cpu: '500m' } } }] } } },
    });
    expect(JSON.stringify(completed(deployment))).not.toContain('"requests":{"memory"');
  });

  it('takes null and what is empty as absent, where Kubernetes does', () => {
    const made = completed(
      pod({ securityContext: null, hostNetwork: false, volumes: [], nodeSelector: {}, containers: [container] }),
    );
    expect(made).toEqual({ ...pod({ ...podSpec, enableServiceLinks: true, containers: [container] }), status: {} });
    expect(completed(pod({ containers: [] }))).toMatchObject({ spec: { containers: [] } });
  });

  it('keeps texts of maps and lists that are null, as empty ones', () => {
    expect(completed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a: null } })).toMatchObject({
      data: { a: '' },
    });
    expect(completed(pod({ containers: [{ name: 'web', args: ['a', null] }] }))).toMatchObject({
      spec: { containers: [{ args: ['a', ''] }] },
    });
  });

  it('is as it was where its kind is none of Kubernetes, or it is no object at all', () => {
    const shop = { apiVersion: 'acme.dev/v1', kind: 'Shop', spec: null };
    expect(defaulted(shop)).toBe(shop);
    const none = { kind: 'Pod' };
    expect(defaulted(none)).toBe(none);
  });

  it('keeps fields that Kubernetes does not have, and shapes that it does not take', () => {
    expect(completed({ apiVersion: 'v1', kind: 'Pod', spec: 'x', shop: null })).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: 'x',
      status: {},
      shop: null,
    });
    expect(completed(pod({ containers: 'x' }))).toMatchObject({ spec: { containers: 'x' } });
    expect(completed(pod({ containers: [null, 3, [], { name: 'web', ports: 1 }] }))).toMatchObject({
      spec: { containers: [null, 3, [], { name: 'web', ports: 1, imagePullPolicy: 'IfNotPresent' }] },
    });
  });

  it('keeps __proto__ a key like any other', () => {
    const labels = JSON.parse('{"__proto__":null,"a":"b"}') as object;
    const made = defaulted({ apiVersion: 'v1', kind: 'Pod', metadata: { labels, name: null } }) as {
      metadata: { labels: object };
    };
    expect(Object.keys(made.metadata.labels)).toEqual(['__proto__', 'a']);
  });

  it('changes no more when it is completed again, whatever it holds', () => {
    const kinds = builtinResources();
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, '', 0, 'x', true, false, '1000m'),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(
          fc.constantFrom(
            'spec',
            'metadata',
            'template',
            'containers',
            'volumes',
            'ports',
            'resources',
            'limits',
            'type',
            'name',
            'labels',
          ),
          tie('value'),
        ),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.nat(kinds.length - 1),
        fc.dictionary(fc.constantFrom('spec', 'metadata', 'data', 'rules'), json),
        (index, rest) => {
          const { group, version, kind } = kinds[index]!;
          const once = defaulted({ ...rest, apiVersion: group === '' ? version : `${group}/${version}`, kind });
          expect(defaulted(once)).toEqual(once);
        },
      ),
      { numRuns: 500 },
    );
  });
});
