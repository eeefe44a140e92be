import { describe, expect, it } from 'vitest';
import { type KubernetesObject, valueAt } from '../../../policies/index.ts';
import { judgeBy, openPack } from './judge-pack.ts';

const mutations = await openPack('network-zero-trust:mutations');

type Manifest = KubernetesObject & { readonly spec: object };

const mutated = async (object: KubernetesObject): Promise<KubernetesObject> => {
  const { version, findings } = await judgeBy(mutations, object, { phase: 'mutate' });
  expect(findings).toEqual([]);
  return version.object;
};

const networkPolicy = (...blocks: readonly object[]): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'out' },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }, ...blocks.map((ipBlock) => ({ ipBlock }))] }],
    egress: [{ to: blocks.map((ipBlock) => ({ ipBlock })) }],
  },
});

const gateway: Manifest = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gw' },
  spec: {
    gatewayClassName: 'x',
    listeners: [
      { name: 'a', port: 443, protocol: 'HTTPS', allowedRoutes: { namespaces: { from: 'All' } } },
      { name: 'b', port: 444, protocol: 'HTTPS', allowedRoutes: { namespaces: { from: 'Selector' } } },
    ],
  },
};

const ingress = (spec: object, metadata: object = {}): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', ...metadata },
  spec,
});

const route = (tls: object): Manifest => ({
  apiVersion: 'route.openshift.io/v1',
  kind: 'Route',
  metadata: { name: 'web' },
  spec: { host: 'a.example.com', to: { kind: 'Service', name: 'web' }, tls },
});

const forced = 'nginx.ingress.kubernetes.io/force-ssl-redirect';
const tls = { tls: [{ hosts: ['a.example.com'] }], rules: [{ host: 'a.example.com' }] };

describe('the mutations of network-zero-trust', () => {
  it('leave out of wide blocks what is missing there, and nothing else', async () => {
    const object = await mutated(
      networkPolicy({ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { cidr: '128.0.0.0/1' }, { cidr: '10.0.0.0/8' }),
    );
    expect(valueAt(object, ['spec', 'egress', 0, 'to'])).toEqual([
      {
        ipBlock: {
          cidr: '0.0.0.0/0',
          except: [
            ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
            ...['168.63.129.16/32', '100.100.100.200/32'],
          ],
        },
      },
      {
        ipBlock: {
          cidr: '128.0.0.0/1',
          except: ['172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '168.63.129.16/32'],
        },
      },
      { ipBlock: { cidr: '10.0.0.0/8' } },
    ]);
    expect(valueAt(object, ['spec', 'ingress', 0, 'from', 0])).toEqual({ podSelector: {} });
    expect(valueAt(object, ['spec', 'ingress', 0, 'from', 2, 'ipBlock', 'except', 0])).toBe('172.16.0.0/12');
  });

  it('keep listeners to their namespace where they take routes of all', async () => {
    const object = await mutated(gateway);
    expect(valueAt(object, ['spec', 'listeners', 0, 'allowedRoutes', 'namespaces', 'from'])).toBe('Same');
    expect(valueAt(object, ['spec', 'listeners', 1, 'allowedRoutes', 'namespaces', 'from'])).toBe('Selector');
  });

  it('redirect plain HTTP where there is TLS and nothing is said', async () => {
    expect(valueAt(await mutated(ingress(tls)), ['metadata', 'annotations', forced])).toBe('true');
    expect(valueAt(await mutated(ingress(tls, { annotations: { a: 'b' } })), ['metadata', 'annotations'])).toEqual({
      a: 'b',
      [forced]: 'true',
    });
    const said = { annotations: { [forced]: 'false' } };
    expect(valueAt(await mutated(ingress(tls, said)), ['metadata', 'annotations', forced])).toBe('false');
    expect(valueAt(await mutated(ingress({ rules: [] })), ['metadata', 'annotations'])).toBeUndefined();
    const edge = ['spec', 'tls', 'insecureEdgeTerminationPolicy'] as const;
    expect(valueAt(await mutated(route({ termination: 'edge' })), edge)).toBe('Redirect');
    const none = { termination: 'edge', insecureEdgeTerminationPolicy: 'None' };
    expect(valueAt(await mutated(route(none)), edge)).toBe('None');
    expect(valueAt(await mutated(route({ termination: 'passthrough' })), edge)).toBeUndefined();
  });

  it('give load balancers no networks while none are given', async () => {
    const service: Manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { type: 'LoadBalancer' },
    };
    expect(valueAt(await mutated(service), ['spec', 'loadBalancerSourceRanges'])).toBeUndefined();
  });

  it('make what is open pass what they are about', async () => {
    const packs = await openPack('network-zero-trust:default,gateway');
    const about = ['no-allow-all', 'metadata-unreachable', 'route-attachment', 'ingress-hygiene'];
    const denied = async (object: KubernetesObject): Promise<readonly string[]> => {
      const { findings } = await judgeBy(packs, object);
      return about.filter((name) => findings.some(({ policy }) => policy === `network-zero-trust.${name}`));
    };
    const plain = ingress(tls, { annotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' } });
    const open = { ...gateway, spec: { listeners: [valueAt(gateway, ['spec', 'listeners', 0])] } };
    for (const [object, wrong] of [
      [networkPolicy({ cidr: '0.0.0.0/0' }, { cidr: '::/0' }), ['no-allow-all', 'metadata-unreachable']],
      [open, ['route-attachment']],
      [plain, ['ingress-hygiene']],
      [route({ termination: 'edge', insecureEdgeTerminationPolicy: 'Allow' }), ['ingress-hygiene']],
    ] as const) {
      expect(await denied(object)).toEqual(wrong);
      expect(await denied(await mutated(object))).toEqual([]);
    }
  });

  it('change nothing the second time', async () => {
    for (const object of [
      networkPolicy({ cidr: '0.0.0.0/0' }, { cidr: '::/0' }),
      gateway,
      ingress(tls),
      route({ termination: 'edge' }),
    ]) {
      const once = await mutated(object);
      expect(once).not.toEqual(object);
      expect(await mutated(once)).toEqual(once);
    }
  });
});
