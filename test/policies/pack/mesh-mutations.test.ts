import { describe, expect, it } from 'vitest';
import { defaulted, type KubernetesObject, type PolicySet, valueAt } from '../../../policies/index.ts';
import { tested } from './cases.ts';
import { type Circumstances, judgeBy, openPack } from './judge-pack.ts';

const mutations = await openPack('zero-trust-mesh:mutations');
const ofIstio = await openPack('zero-trust-mesh:istio-mutations');
const ofLinkerd = await openPack('zero-trust-mesh:linkerd-mutations');

async function mutated(
  object: KubernetesObject,
  before: Circumstances = {},
  policies: PolicySet = mutations,
): Promise<KubernetesObject> {
  const { version, findings } = await judgeBy(policies, object, { ...before, phase: 'mutate' });
  expect(findings.filter(({ policy }) => policy !== 'configuration')).toEqual([]);
  return version.object;
}

const meta = (namespace: string | undefined, more: object = {}): object => ({
  name: 'web',
  ...(namespace === undefined ? {} : { namespace }),
  ...more,
});

const made = (apiVersion: string, kind: string, spec: object, more: object = {}): KubernetesObject => ({
  ...{ apiVersion, kind, metadata: meta('shop', more), spec },
});

const namespace = (more: object = {}): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: meta(undefined, more) },
});

const containers = [{ name: 'app', image: 'a.example/web' }];

describe('the mutations of zero-trust-mesh', () => {
  it('make a PeerAuthentication strict, for its ports too', async () => {
    const permissive = made('security.istio.io/v1', 'PeerAuthentication', {
      mtls: { mode: 'PERMISSIVE' },
      portLevelMtls: { 8080: { mode: 'DISABLE' }, 8443: { mode: 'STRICT' } },
    });
    expect(valueAt(await mutated(permissive), ['spec'])).toEqual({
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 8443: { mode: 'STRICT' } },
    });
    const bare = { ...namespace(), apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' };
    expect(await mutated(bare)).toMatchObject({ spec: { mtls: { mode: 'STRICT' } } });
  });

  it('enrol a namespace that says nothing of a mesh, and no other', async () => {
    const enrolled = await mutated(namespace(), {}, ofIstio);
    expect(valueAt(enrolled, ['metadata', 'labels'])).toMatchObject({ 'istio-injection': 'enabled' });
    expect(valueAt(await mutated(namespace(), {}, ofLinkerd), ['metadata', 'annotations'])).toEqual({
      'linkerd.io/inject': 'enabled',
      'config.linkerd.io/default-inbound-policy': 'cluster-authenticated',
    });
    const refusing = namespace({
      labels: { 'istio-injection': 'disabled' },
      annotations: { 'linkerd.io/inject': 'disabled', 'config.linkerd.io/default-inbound-policy': 'audit' },
    });
    const another = namespace({ annotations: { 'linkerd.io/inject': 'enabled' } });
    const platform = { ...namespace(), metadata: { name: 'kube-system' } };
    for (const one of [refusing, another, platform]) expect(await mutated(one, {}, ofIstio)).toEqual(defaulted(one));
    for (const one of [refusing, platform]) expect(await mutated(one, {}, ofLinkerd)).toEqual(defaulted(one));
  });

  it('put a namespace back that leaves the mesh of Cilium', async () => {
    const oldObject = namespace({ labels: { 'io.cilium/mtls-enabled': 'true' } });
    for (const left of [namespace(), namespace({ labels: { 'io.cilium/mtls-enabled': 'no' } })])
      expect(valueAt(await mutated(left, { oldObject }), ['metadata', 'labels', 'io.cilium/mtls-enabled'])).toBe(
        'true',
      );
    const never = namespace({ labels: { team: 'a' } });
    expect(await mutated(never, { oldObject: never })).toEqual(defaulted(never));
  });

  it('take from pods what leads past a proxy, and leave the rest', async () => {
    const metadata = {
      labels: { app: 'web', 'sidecar.istio.io/inject': 'no', 'istio.io/dataplane-mode': 'none' },
      annotations: {
        'linkerd.io/inject': 'disabled',
        'traffic.sidecar.istio.io/excludeOutboundPorts': '443',
        'traffic.sidecar.istio.io/includeInboundPorts': '*',
        'config.linkerd.io/skip-inbound-ports': '8080',
        'config.linkerd.io/opaque-ports': '5432',
      },
    };
    const kept = {
      labels: { app: 'web' },
      annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '*', 'config.linkerd.io/opaque-ports': '5432' },
    };
    const pod = made('v1', 'Pod', { containers }, metadata);
    expect(valueAt(await mutated(pod), ['metadata'])).toEqual({ ...meta('shop'), ...kept });
    const template = { metadata, spec: { containers } };
    const deployment = made('apps/v1', 'Deployment', { selector: { matchLabels: { app: 'web' } }, template });
    expect(valueAt(await mutated(deployment), ['spec', 'template', 'metadata'])).toEqual(kept);
    const platform = made('v1', 'Pod', { containers }, { ...metadata, namespace: 'istio-system' });
    expect(valueAt(await mutated(platform), ['metadata', 'labels'])).toEqual(metadata.labels);
  });

  it('redirect plain HTTP at a gateway, and ask for TLS 1.2', async () => {
    const port = { number: 80, name: 'a', protocol: 'HTTP' };
    const old = { mode: 'SIMPLE', credentialName: 'shop', minProtocolVersion: 'TLSV1_0' };
    const gateway = made('networking.istio.io/v1', 'Gateway', {
      servers: [
        { port, hosts: ['a.example'] },
        { port: { ...port, protocol: 'HTTPS' }, hosts: ['a.example'], tls: old },
      ],
    });
    const servers = valueAt(await mutated(gateway), ['spec', 'servers']);
    expect(servers).toMatchObject([
      { tls: { httpsRedirect: true } },
      { tls: { ...old, minProtocolVersion: 'TLSV1_2' } },
    ]);
  });

  it('deny at a Server that lets everybody in', async () => {
    const server = made('policy.linkerd.io/v1beta3', 'Server', { port: 80, accessPolicy: 'all-unauthenticated' });
    expect(valueAt(await mutated(server), ['spec', 'accessPolicy'])).toBe('deny');
  });

  it('ask for authentication where a policy of Cilium says nothing of it', async () => {
    const rules = [{ fromEntities: ['host'] }, {}, { authentication: { mode: 'disabled' } }];
    const policy = {
      ...made('cilium.io/v2', 'CiliumNetworkPolicy', { endpointSelector: {}, ingress: rules }),
      specs: [{ endpointSelector: {}, ingress: rules }],
    };
    const ingress = [{ fromEntities: ['host'], authentication: { mode: 'required' } }, {}, rules[2]];
    expect(await mutated(policy)).toMatchObject({ spec: { ingress }, specs: [{ ingress }] });
  });

  it('shorten certificates in pods, but in one that runs', async () => {
    const podCertificate = { signerName: 'a.example/a', keyType: 'ED25519', maxExpirationSeconds: 604_800 };
    const volumes = [
      { name: 'a', emptyDir: {} },
      { name: 'id', projected: { sources: [{ podCertificate }] } },
    ];
    const pod = made('v1', 'Pod', { containers, volumes });
    const seconds = ['spec', 'volumes', 1, 'projected', 'sources', 0, 'podCertificate', 'maxExpirationSeconds'];
    expect(valueAt(await mutated(pod), seconds)).toBe(86_400);
    expect(valueAt(await mutated(pod, { oldObject: pod }), seconds)).toBe(604_800);
  });

  it('change nothing the second time, whatever the object', async () => {
    for (const { cases } of tested.filter(({ pack }) => pack === 'zero-trust-mesh')) {
      for (const { object, oldObject, operation } of cases) {
        if (object === undefined || operation === 'DELETE') continue;
        const before = oldObject === undefined ? {} : { oldObject };
        for (const policies of [mutations, ofIstio, ofLinkerd]) {
          const once = defaulted(await mutated(object, before, policies));
          expect(await mutated(once, before, policies)).toEqual(once);
        }
      }
    }
  });

  it.each([
    ['set-strict-mtls', 'peer-authentication', ['mode', 'ports']],
    ['remove-mesh-opt-out', 'mesh-opt-out', ['sidecar', 'ambient', 'waypoint', 'linkerd']],
    ['remove-capture-bypass', 'capture-bypass', ['annotations']],
    ['remove-linkerd-skipped-ports', 'linkerd-skipped-ports', ['pods']],
    ['set-linkerd-server-access', 'linkerd-server', ['access']],
    ['keep-cilium-enrolment', 'cilium-enrolment-kept', ['kept']],
    ['set-certificate-lifetime', 'certificate-lifetime', ['pod-certificates']],
  ])('%s makes every case pass what %s asks for', async (_, file, rules) => {
    const policies = await openPack('zero-trust-mesh:istio,linkerd,cilium');
    const about = tested.find((one) => one.pack === 'zero-trust-mesh' && one.file === file);
    for (const { object, oldObject, operation, params } of about?.cases ?? []) {
      if (object === undefined || operation === 'DELETE' || params !== undefined) continue;
      const before = oldObject === undefined ? {} : { oldObject };
      const { findings } = await judgeBy(policies, await mutated(object, before), before);
      const left = findings.filter(({ policy, rule }) => policy === `zero-trust-mesh.${file}` && rules.includes(rule));
      expect(left.filter(({ kind }) => kind === 'violation')).toEqual([]);
    }
  });
});
