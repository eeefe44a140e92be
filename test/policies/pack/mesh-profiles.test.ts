import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../policies/index.ts';
import { judgeBy, openPack } from './judge-pack.ts';

const namespace = (metadata: object): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...metadata } },
});

const ofIstio = namespace({ labels: { 'istio.io/dataplane-mode': 'ambient' } });
const ofLinkerd = namespace({ annotations: { 'linkerd.io/inject': 'enabled' } });
const ofCilium = namespace({ labels: { 'io.cilium/mtls-enabled': 'true' } });

const enrolled = async (pack: string, object: KubernetesObject): Promise<boolean> => {
  const { findings } = await judgeBy(await openPack(pack), object);
  return !findings.some(({ policy }) => policy === 'zero-trust-mesh.namespace-enrolment');
};

describe('the profiles of zero-trust-mesh', () => {
  it.each([
    ['zero-trust-mesh', [true, false, false]],
    ['zero-trust-mesh:istio', [true, false, false]],
    ['zero-trust-mesh:linkerd', [false, true, false]],
    ['zero-trust-mesh:cilium', [false, false, true]],
    ['zero-trust-mesh:istio,cilium', [true, false, true]],
    ['zero-trust-mesh:linkerd,istio', [true, true, false]],
  ])('of %s ask for one of its meshes, and for no other', async (pack, wanted) => {
    const found = await Promise.all([ofIstio, ofLinkerd, ofCilium].map((object) => enrolled(pack, object)));
    expect(found).toEqual(wanted);
  });
});
