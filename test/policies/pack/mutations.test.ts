import { describe, expect, it } from 'vitest';
import { type KubernetesObject, valueAt } from '../../../policies/index.ts';
import { generatePods } from './generate-pod.ts';
import { judgeBy, openPack } from './judge-pack.ts';

type Manifest = KubernetesObject & { readonly spec: object };

const mutations = await openPack('pod-security:mutations');

const mutated = async (object: KubernetesObject): Promise<Manifest> => {
  const { version, findings } = await judgeBy(mutations, object, { phase: 'mutate' });
  expect(findings).toEqual([]);
  return version.object as Manifest;
};

const pod = (container: object, spec: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'a.example/web', ...container }], ...spec },
});

const cronJob = (container: object): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'web' },
  spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec: pod(container).spec } } } },
});

describe('the mutations of pod-security', () => {
  it('write what restricted asks for where nothing is said', async () => {
    const { spec } = await mutated(pod({}, { initContainers: [{ name: 'first', image: 'a.example/web' }] }));
    const confined = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext: confined }],
      initContainers: [{ securityContext: confined }],
    });
  });

  it('write it into the templates of controllers', async () => {
    const spec = valueAt(await mutated(cronJob({})), ['spec', 'jobTemplate', 'spec', 'template', 'spec']);
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    });
  });

  it('leave what is said, what Kubernetes would refuse, and pods of Windows', async () => {
    const said = {
      securityContext: {
        allowPrivilegeEscalation: true,
        seccompProfile: { type: 'Unconfined' },
        capabilities: { drop: ['CHOWN'], add: ['KILL'] },
      },
    };
    const { spec } = await mutated(
      pod(said, {
        automountServiceAccountToken: true,
        securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'a' } },
      }),
    );
    expect(spec).toMatchObject({
      automountServiceAccountToken: true,
      securityContext: { seccompProfile: { type: 'Localhost' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: true,
            seccompProfile: { type: 'Unconfined' },
            capabilities: { drop: ['CHOWN', 'ALL'], add: ['KILL'] },
          },
        },
      ],
    });
    for (const strong of [
      { privileged: true },
      { capabilities: { add: ['SYS_ADMIN'] } },
      { capabilities: { add: ['CAP_SYS_ADMIN'] } },
    ]) {
      const { spec } = await mutated(pod({ securityContext: strong }));
      expect(valueAt(spec, ['containers', 0, 'securityContext', 'allowPrivilegeEscalation'])).toBeUndefined();
    }
    const windows = await mutated(pod({}, { os: { name: 'windows' } }));
    expect(valueAt(windows, ['spec', 'containers', 0, 'securityContext'])).toBeUndefined();
    expect(valueAt(windows, ['spec', 'securityContext', 'seccompProfile'])).toBeUndefined();
  });

  it('change nothing the second time, whatever the pod', async () => {
    for (const object of [...generatePods(300, 11), cronJob({ securityContext: { privileged: true } })]) {
      const once = await mutated(object);
      expect(await mutated(once)).toEqual(once);
    }
  });

  it('make a pod that says nothing pass what they are about', async () => {
    const restricted = await openPack('pod-security:restricted');
    const before = await judgeBy(restricted, pod({}));
    const after = await judgeBy(restricted, await mutated(pod({})));
    const policies = (findings: readonly { policy: string }[]) => [...new Set(findings.map(({ policy }) => policy))];
    expect(policies(before.findings)).toHaveLength(4);
    expect(policies(after.findings)).toEqual(['pod-security.run-as-non-root']);
  });
});
