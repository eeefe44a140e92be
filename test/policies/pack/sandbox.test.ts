import { describe, expect, it } from 'vitest';
import { objectLookup, ruleResult } from '../../../policies/index.ts';
import { judgeBy, openPack } from './judge-pack.ts';

const pod = (spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'app', image: 'registry.acme.example/web:1' }], ...spec },
});

describe('rules about the runtime', () => {
  it('do not pass where nobody knows the runtime classes', async () => {
    const policies = await openPack('runtime-sandbox:strict');
    const rules = { 'runtime-class': 'class', 'user-namespace': 'user-namespace', pools: 'pools' };
    for (const [policy, rule] of Object.entries(rules)) {
      const unknown = await judgeBy(policies, pod({ runtimeClassName: 'kata' }));
      expect(ruleResult(unknown, `runtime-sandbox.${policy}`, rule).outcome, policy).toBe('unobservable');
      const none = await judgeBy(policies, pod({ runtimeClassName: 'kata' }), { lookup: objectLookup([]) });
      expect(ruleResult(none, `runtime-sandbox.${policy}`, rule).outcome, policy).not.toBe('pass');
    }
  });
});

describe('the mutation of runtime-sandbox', () => {
  const mutated = async (spec: object) => {
    const policies = await openPack('runtime-sandbox:mutations');
    const { version } = await judgeBy(policies, pod(spec), { phase: 'mutate' });
    const again = await judgeBy(policies, version.object, { phase: 'mutate' });
    expect(again.version.patches).toEqual([]);
    return version.patches;
  };

  it('writes hostUsers where nothing is said', async () => {
    expect(await mutated({})).toEqual([{ op: 'add', path: ['spec', 'hostUsers'], value: false }]);
  });

  for (const said of [
    { hostUsers: true },
    { hostNetwork: true },
    { hostPID: true },
    { hostIPC: true },
    { os: { name: 'windows' } },
    { containers: [{ name: 'app', image: 'a.example/b:1', volumeDevices: [{ name: 'd', devicePath: '/dev/x' }] }] },
  ]) {
    it(`leaves a pod with ${JSON.stringify(said)} alone`, async () => {
      expect(await mutated(said)).toEqual([]);
    });
  }
});
