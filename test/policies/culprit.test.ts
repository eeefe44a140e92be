import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Decision, KubernetesObject } from '../../policies/index.ts';
import { judgeObject, type ObjectOptions } from './kubernetes/judge-object.ts';

/** What a denial points at in the object, and what an UPDATE may not do behind it. */

const library = join(import.meta.dirname, '../../policies/library');
const shipped = (name: string): string => readFileSync(join(library, `${name}.yaml`), 'utf8');

const demanding = (expression: string): string =>
  stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'guard' },
    spec: {
      variables: [
        { name: 'asked', expression: 'request.?userInfo.?username.orValue("") == "root"' },
        { name: 'paused', expression: 'object.spec.size() == 1' },
      ],
      validations: [{ name: 'rule', expression }],
    },
  });

const object = (kind: string, apiVersion: string, spec: unknown): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'one', namespace: 'shop' },
  ...{ spec },
});
const ingress = (spec: unknown) => object('Ingress', 'networking.k8s.io/v1', spec);
const entry = (ports: unknown) =>
  object('ServiceEntry', 'networking.istio.io/v1', { hosts: ['api.example.com'], ports, resolution: 'DNS' });

const fieldsOf = ({ findings }: Decision) =>
  findings.map(({ rule, effect, field, fields }) => [`${effect} ${rule}`, ...(fields ?? [field])]);

const judged = async (policy: string, one: KubernetesObject, options: ObjectOptions = {}) =>
  fieldsOf(await judgeObject(policy, one, options));

describe('a denial that nothing of the object decides', () => {
  const service = object('Service', 'v1', {});

  it.each([
    'request.?userInfo.?username.orValue("") == "root"',
    'variables.asked',
    'request.?userInfo.?username.orValue("") in ["root"] || false',
  ])('points at its name where the rule is about who asks: %s', async (expression) => {
    expect(await judged(demanding(expression), service)).toEqual([['deny rule', 'metadata.name']]);
  });

  it.each(['variables.asked && variables.paused', 'string(object).size() == 0', 'oldObject != null'])(
    'points at no name where the rule reads the object: %s',
    async (expression) => {
      const [[, field] = []] = await judged(demanding(expression), service);
      expect(field).not.toBe('metadata.name');
    },
  );
});

describe('ports of a ServiceEntry in plain text', () => {
  const policy = shipped('zero-trust-mesh/destination-rule-tls');
  const plain = { number: 80, name: 'http', protocol: 'HTTP' };
  const other = { number: 8080, name: 'more', protocol: 'HTTP' };

  it('are pointed at each', async () => {
    expect(await judged(policy, entry([plain, { number: 443, name: 's', protocol: 'TLS' }, other]))).toEqual([
      ['deny plain-egress', 'spec.ports[0]', 'spec.ports[2]'],
    ]);
  });

  it('are no excuse for one more', async () => {
    const oldObject = entry([plain]);
    expect(await judged(policy, entry([plain]), { oldObject })).toEqual([['warn plain-egress', 'spec.ports[0]']]);
    expect(await judged(policy, entry([plain, other]), { oldObject })).toEqual([
      ['deny plain-egress', 'spec.ports[0]', 'spec.ports[1]'],
    ]);
  });
});

describe('hosts of an Ingress without TLS', () => {
  const policy = shipped('network-zero-trust/ingress-hygiene');
  const [a, b] = [{ host: 'a.example.com' }, { host: 'b.example.com' }];
  const tls = [{ hosts: ['b.example.com'] }];

  it('are pointed at each', async () => {
    expect(await judged(policy, ingress({ rules: [a, b, {}], tls }))).toEqual([
      ['deny tls', 'spec.rules[0].host', 'spec.rules[2].host'],
    ]);
  });

  it('may be the one of its default backend', async () => {
    const [[rule, ...fields] = []] = await judged(
      policy,
      ingress({ defaultBackend: { service: {} }, rules: [b], tls }),
    );
    expect([rule, fields.includes('spec.defaultBackend')]).toEqual(['deny tls', true]);
  });

  it('are no excuse for one more', async () => {
    const oldObject = ingress({ rules: [a] });
    expect(await judged(policy, ingress({ rules: [a] }), { oldObject })).toEqual([['warn tls', 'spec.rules[0].host']]);
    expect(await judged(policy, ingress({ rules: [a, b] }), { oldObject })).toEqual([
      ['deny tls', 'spec.rules[0].host', 'spec.rules[1].host'],
    ]);
    const [[rule] = []] = await judged(policy, ingress({ rules: [a], defaultBackend: {} }), { oldObject });
    expect(rule).toBe('deny tls');
  });
});

describe('who writes for the platform', () => {
  it.each([
    ['zero-trust-mesh/extensions', 'networking.istio.io/v1alpha3', 'EnvoyFilter', 'platform'],
    ['runtime-sandbox/runtime-class-writers', 'node.k8s.io/v1', 'RuntimeClass', 'writers'],
  ])('is asked by %s of the object that its name names', async (policy, apiVersion, kind, rule) => {
    const found = await judged(shipped(policy), { ...object(kind, apiVersion, {}), ...{ handler: 'runc' } });
    expect(found).toEqual([[`deny ${rule}`, 'metadata.name']]);
  });

  it('is asked of what is deleted, too', async () => {
    const options = { operation: 'DELETE' } as const;
    const found = await judged(
      shipped('runtime-sandbox/runtime-class-writers'),
      object('RuntimeClass', 'node.k8s.io/v1', {}),
      options,
    );
    expect(found).toEqual([['deny writers', 'metadata.name']]);
  });
});
