import { assert, asyncProperty, boolean, integer, letrec, oneof, constant, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../policies/index.ts';
import { judgeBy, openPack } from './judge-pack.ts';

const policies = await openPack('network-zero-trust:cilium,calico');

type Manifest = KubernetesObject & { readonly spec: object };

const kubernetes = (networks: readonly string[]): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'out' },
  spec: {
    podSelector: { matchLabels: { app: 'web' } },
    egress: networks.map((cidr) => ({ to: [{ ipBlock: { cidr } }], ports: [{ port: 443 }] })),
  },
});

const cilium = (networks: readonly string[]): Manifest => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: { name: 'out' },
  spec: { endpointSelector: {}, egress: networks.map((cidr) => ({ toCIDR: [cidr] })) },
});

const calico = (networks: readonly string[]): Manifest => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'NetworkPolicy',
  metadata: { name: 'out' },
  spec: { selector: 'all()', egress: networks.map((cidr) => ({ action: 'Allow', destination: { nets: [cidr] } })) },
});

const makers = { 'no-allow-all': kubernetes, 'cilium-breadth': cilium, 'calico-allow': calico };

async function rulesDenied(name: string, object: Manifest): Promise<readonly string[]> {
  const { findings } = await judgeBy(policies, object);
  return findings.filter(({ policy }) => policy === `network-zero-trust.${name}`).map(({ rule }) => rule);
}

/** A way to cut a network in two, and each half again, down to some depth. */
type Cut = { readonly left: Cut; readonly right: Cut } | null;

const { cut } = letrec<{ cut: Cut }>((tie) => ({
  cut: oneof({ maxDepth: 6, depthSize: 'max' }, constant(null), record({ left: tie('cut'), right: tie('cut') })),
}));

function pieces(one: Cut, address: number, length: number): readonly string[] {
  if (one === null) {
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return [`${octets.join('.')}/${length}`];
  }
  const half = address + 2 ** (31 - length);
  return [...pieces(one.left, address, length + 1), ...pieces(one.right, half, length + 1)];
}

describe('networks that are most of the Internet', () => {
  it('are denied in whatever pieces they are written', async () => {
    await assert(
      asyncProperty(cut, boolean(), integer({ min: 0, max: 31 }), async (one, twice, at) => {
        const all = pieces(one, 0, 0);
        const networks = twice ? [...all, all[at % all.length]!] : all;
        for (const [name, make] of Object.entries(makers))
          expect(await rulesDenied(name, make(networks)), `${name} ${networks.join(' ')}`).toContain('networks');
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('are denied too in so many pieces that nobody counts them', async () => {
    const sixteenths = Array.from({ length: 4096 }, (_, index) => `${index >> 4}.${(index & 15) << 4}.0.0/12`);
    for (const [name, make] of Object.entries(makers))
      expect(await rulesDenied(name, make(sixteenths)), name).toContain('networks');
  });

  it('are not a thousand small networks', async () => {
    const small = Array.from({ length: 1000 }, (_, index) => `203.${index >> 8}.${index & 255}.0/24`);
    for (const [name, make] of Object.entries(makers)) expect(await rulesDenied(name, make(small)), name).toEqual([]);
  });
});
