import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assay, folderOf } from './assay.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

const pod = (securityContext: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'app', image: 'a.example/b@sha256:'.padEnd(83, 'a'), securityContext }] },
  });

const ownPolicy = JSON.stringify({
  apiVersion: 'assay.dev/v1alpha1',
  kind: 'ClusterWorkloadPolicy',
  metadata: { name: 'own' },
  spec: { validations: [{ name: 'never', expression: 'false' }] },
});

let files: ReturnType<typeof folderOf>;

beforeAll(() => {
  files = folderOf({
    'good.json': pod({ privileged: false }),
    'bad.json': pod({ privileged: true }),
    'own.json': ownPolicy,
    'image.json': ownPolicy.replace('"own"', '"image"').replace('"false"', '"image.tag != \'\'"'),
    'here/pod-security/own.json': ownPolicy,
    'assay.yaml': 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\npolicies: ["pod-security:baseline@v1.30"]\n',
    'parameters.json': JSON.stringify({
      apiVersion: 'assay.dev/v1alpha1',
      kind: 'PolicyParameters',
      metadata: { name: 'pod-security' },
      params: { nothing: 1 },
    }),
  });
});

afterAll(() => files[Symbol.dispose]());

const check = (words: readonly string[], environment: Record<string, string> = {}, folder = files.path) =>
  assay(['check', '-o', 'json', ...words], { folder, environment });

describe('a shipped pack', () => {
  it('is named like a file, and says how severe a finding is and what to do', async () => {
    const good = await check(['-p', 'pod-security', 'good.json']);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    const bad = await check(['-p', 'pod-security:baseline@v1.34', 'bad.json']);
    expect(bad.code).toBe(1);
    const { decisions } = JSON.parse(bad.stdout) as { decisions: { violations: unknown[] }[] };
    expect(decisions[0]?.violations).toMatchObject([
      {
        policy: 'pod-security.privileged',
        rule: 'privileged',
        severity: 'critical',
        found: 'privileged: app',
        expected: 'No privileged containers',
        remedy: expect.stringContaining('remove securityContext.privileged') as string,
      },
    ]);
  });

  it('comes from flags with files, from the environment, and from the configuration', async () => {
    expect((await check(['-p', 'pod-security', '-p', 'own.json', 'good.json'])).code).toBe(1);
    expect((await check(['bad.json'], { ASSAY_POLICIES: 'pod-security:baseline@v1.30' })).code).toBe(1);
    expect((await check(['good.json'], { ASSAY_POLICIES: 'pod-security:baseline@v1.30' })).code).toBe(0);
    expect((await check(['-c', 'assay.yaml', 'bad.json'])).code).toBe(1);
    expect((await check(['-c', 'assay.yaml', 'good.json'])).code).toBe(0);
  });

  it('stands behind a folder that is called the same, unless it is called a pack', async () => {
    const inside = `${files.path}/here`;
    expect((await check(['-p', 'pod-security', '../good.json'], {}, inside)).code).toBe(1);
    expect((await check(['-p', 'pack:pod-security', '../good.json'], {}, inside)).code).toBe(0);
    expect((await check(['-p', 'pod-security@latest', '../good.json'], {}, inside)).code).toBe(0);
  });

  it('that is not there is an error that lists what there is', async () => {
    const wrong = await check(['-p', 'pod-securty:baseline', 'good.json']);
    expect(wrong).toMatchObject({ code: 64, stdout: '' });
    expect(wrong.stderr).toContain('there is no pack "pod-securty"; nearest is pod-security; there is ');
    const profile = await check(['-p', 'pod-security:basline', 'good.json']);
    expect(profile.stderr).toContain('no profile "basline"; nearest is baseline');
  });

  it('takes parameters from --params, and refuses those that nothing has', async () => {
    const wrong = await check(['-p', 'pod-security', '--params', 'parameters.json', 'good.json']);
    expect(wrong).toMatchObject({ code: 64, stdout: '' });
    expect(wrong.stderr).toContain('params.nothing: "pod-security" has no parameter "nothing"');
  });

  it('is exported for the API server, and what cannot be is named', async () => {
    const exported = await assay(
      ['policy', 'export', '-p', 'pod-security@v1.34', '--kubernetes-version', '1.36', '-o', 'exported'],
      { folder: files.path },
    );
    expect(exported).toMatchObject({ code: 0, stdout: '' });
    expect(exported.stderr).toBe('12 policies exported as 96 documents, 0 not exported\n');
    const judged = await check(['-p', 'exported', 'bad.json', 'good.json']);
    expect(judged.code).toBe(1);
    expect((await check(['-p', 'exported', 'good.json'])).code).toBe(0);
    const left = await assay(['policy', 'export', '-p', 'image.json', '-p', 'own.json'], { folder: files.path });
    expect(left.code).toBe(2);
    expect(left.stdout).toContain('kind: ValidatingAdmissionPolicyBinding');
    expect(left.stderr).toContain(
      'image is not exported: validations[0] reads image, which an API server does not know',
    );
    expect((await assay(['policy', 'export'], { folder: files.path })).code).toBe(64);
    expect((await assay(['policy', 'export', '-p', 'good.json'], { folder: files.path })).code).toBe(64);
  });
});
