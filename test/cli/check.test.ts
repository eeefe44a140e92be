import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assay, folderOf, type Run } from './assay.ts';
import { deployment, openShop, type Shop } from './shop.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

let shop: Shop;
let files: ReturnType<typeof folderOf>;

beforeAll(async () => {
  shop = await openShop();
  files = folderOf({
    'root.json': shop.trustedRoot,
    'policy.yaml': shop.policy,
    'assay.yaml': shop.configuration,
    'good.yaml': deployment('web', shop.signed.name),
    'bad.yaml': deployment('web', shop.signed.name, shop.unsigned.name),
    'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: "${shop.signed.name}"}\n`,
    'foreign.yaml': deployment('web', 'other.example/x:1'),
    'shop/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n',
    'shop/deploy/web.yml': deployment('web', shop.signed.name),
    'shop/readme.txt': 'not: [a, manifest',
  });
});

afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

const check = (words: readonly string[], input?: string): Promise<Run> =>
  assay(['check', '-c', 'assay.yaml', '-p', 'policy.yaml', ...words], {
    folder: files.path,
    ...(input === undefined ? {} : { input }),
  });

interface Output {
  readonly decisions: readonly {
    readonly object: Record<string, unknown>;
    readonly allowed: boolean;
    readonly [key: string]: unknown;
  }[];
  readonly unreadable: readonly { readonly file: string; readonly line: number | null; readonly message: string }[];
}

const json = (run: Run): Output => JSON.parse(run.stdout) as Output;

describe('assay check', () => {
  it('ends with 0 and one line where everything is allowed', async () => {
    const run = await check(['good.yaml']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /^1 object in 1 file: 1 clean, 0 denied {2,}[\d.]+ m?s, 1 image, \d+ registry requests\n$/,
    );
  });

  it('ends with 1 and shows the line of what is denied', async () => {
    const run = await check(['bad.yaml', 'good.yaml']);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(/^bad\.yaml:11:16 {2}Deployment shop\/web +denied$/m);
    expect(run.stdout).toContain(`   11 |         image: ${shop.unsigned.name}\n`);
    expect(run.stdout).toMatch(
      /\| {16}\^+ acme-releases\/signatures: found no signature for 127\.0\.0\.1:\d+\/acme\/bare:1\.4\.2 \(sha256:[0-9a-f]{12}\.\.\.\)/,
    );
    expect(run.stdout).toContain('(assay explain NO_SIGNATURE)');
    expect(run.stdout).toContain('2 objects in 2 files: 1 clean, 1 denied');
    expect(run.stdout).not.toContain('\u001B');
  });

  it('runs both phases: the patch pins, and what is pinned is judged', async () => {
    const run = await check(['-o', 'json', 'pod.yaml']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(json(run)).toMatchObject({
      decisions: [
        {
          object: { file: 'pod.yaml', line: 1, apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'p' },
          allowed: true,
          violations: [],
          gaps: [],
          errors: [],
          warnings: [],
          patch: [
            { op: 'replace', path: '/spec/containers/0/image', value: `${shop.signed.name}@${shop.signed.digest}` },
          ],
        },
      ],
      unreadable: [],
    });
  });

  it('has the same facts as JSON', async () => {
    const run = await check(['-o', 'json', 'bad.yaml']);
    expect(run.code).toBe(1);
    const [decision] = json(run).decisions;
    expect(decision).toMatchObject({
      object: { file: 'bad.yaml', line: 1, apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      allowed: false,
      violations: [
        {
          policy: 'acme-releases',
          rule: 'signatures',
          code: 'NO_SIGNATURE',
          path: 'spec.template.spec.containers[1].image',
          image: shop.unsigned.name,
          digest: shop.unsigned.digest,
        },
      ],
    });
  });

  it('judges what is readable and lists what is not, with its line', async () => {
    const input = [
      deployment('first', shop.signed.name),
      'a: 1\na: 2\n',
      'just words\n',
      'kind: Pod\nspec: {}\n',
      `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {generateName: job-}, spec: {containers: [{name: a, image: "${shop.unsigned.name}"}]}}\n- 7\n`,
      '# only a comment\n',
    ].join('---\n');
    const run = await check(['-o', 'json', '-'], input);
    expect(run.code).toBe(1);
    const { decisions, unreadable } = json(run);
    expect(decisions.map(({ object, allowed }) => [object['name'], allowed])).toEqual([
      ['first', true],
      ['job-*', false],
    ]);
    expect(unreadable.map(({ file }) => file)).toEqual(['-', '-', '-', '-']);
    expect(unreadable.map(({ line }) => typeof line)).toEqual(['number', 'number', 'number', 'number']);
    const text = await check(['-'], input);
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(/^-:\d+:\d+ {2}.*apiVersion.* unreadable$/m);
    expect(text.stdout).toMatch(/2 objects in 1 file: 1 clean, 1 denied, 4 unreadable/);
  });

  it('judges what an object lists in items, whatever its kind is called', async () => {
    const hidden = `apiVersion: acme.example/v1\nkind: Bundle\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: "${shop.unsigned.name}"}]}}\n`;
    expect((await check(['-'], hidden)).code).toBe(1);
  });

  it('ends with 2 where nothing is denied and something is unreadable', async () => {
    for (const words of [
      ['good.yaml', 'missing.yaml'],
      ['root.json', 'good.yaml'],
    ]) {
      const run = await check(words);
      expect(run.code).toBe(2);
      expect(run.stdout).toContain('1 object');
      expect(run.stdout).toContain('1 unreadable');
    }
  });

  it('ends with 2 where the registry does not answer, also for a Pod that could not be pinned', async () => {
    const restore = shop.registry.faults.add({ kind: 'status', status: 500 });
    const run = await check(['--timeout', '10s', '-o', 'json', 'good.yaml', 'pod.yaml']);
    restore();
    expect(run.code).toBe(2);
    for (const decision of json(run).decisions)
      expect(decision).toMatchObject({ allowed: false, violations: [], gaps: [{ effect: 'deny' }] });
  });

  it('warns of images that no policy speaks of, and is content', async () => {
    const run = await check(['foreign.yaml']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/Deployment shop\/web +warned/);
    expect(run.stdout).toContain('IMAGE_NOT_GOVERNED');
  });

  it('reads folders, and only manifests in them', async () => {
    const run = await check(['-o', 'json', 'shop']);
    expect(run.code).toBe(0);
    expect(json(run).decisions.map(({ object }) => object['file'])).toEqual([
      'shop/deploy/web.yml',
      'shop/service.yaml',
    ]);
  });

  it('asks once for an image that many objects share', async () => {
    shop.registry.clearRequests();
    await check(
      ['-'],
      Array.from({ length: 30 }, (_, index) => deployment(`web-${index}`, shop.signed.name)).join('---\n'),
    );
    const many = shop.registry.requests.length;
    shop.registry.clearRequests();
    await check(['good.yaml']);
    expect(many).toBeLessThanOrEqual(shop.registry.requests.length + 2);
  });

  it('survives hostile YAML', async () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ].join('\n');
    const deep = '['.repeat(50_000);
    const forged = `apiVersion: v1\nkind: Pod\nmetadata: {name: "x\\u202e\\e[2J\\nall: clean"}\n__proto__: {polluted: true}\nspec: {containers: [{name: a, image: "evil\\e[31m\\n"}]}\n`;
    for (const input of [
      bomb,
      deep,
      '\u0000',
      '%YAML 9.9\n---\n',
      '!!js/function "x"',
      '{"apiVersion":"v1","kind":"Pod","spec":{"containers":"none"}}',
    ]) {
      const run = await check(['-'], input);
      expect([0, 1, 2], JSON.stringify(input.slice(0, 30))).toContain(run.code);
      expect(run.stderr).toBe('');
    }
    const run = await check(['-'], forged);
    expect(run.code).toBe(1);
    expect(run.stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('gives a namespace to what names none', async () => {
    const run = await check(['-n', 'prod', '-o', 'json', 'pod.yaml', 'good.yaml']);
    expect(json(run).decisions.map(({ object }) => object['namespace'])).toEqual(['prod', 'shop']);
  });

  it('judges nothing, and says all that is wrong, where a policy or the configuration does not load', async () => {
    using broken = folderOf({
      'policies/a.yaml': shop.policy.replace('threshold', 'x').replace('signatures:', 'signature:'),
      'policies/b.yaml':
        'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: b}\nspec: {attestation: []}\n',
      'config.yaml': 'apiVersion: assay.dev/v1alpha1\nkind: Configuration\nregistry: {}\n',
      'good.yaml': deployment('web', shop.signed.name),
    });
    const run = await assay(['check', '-p', 'policies', 'good.yaml'], { folder: broken.path });
    expect(run).toMatchObject({ code: 64, stdout: '' });
    expect(run.stderr).toMatch(/^policies\/a\.yaml:13:\d+: spec\.signature: .*\(FIELD_UNKNOWN\)$/m);
    expect(run.stderr).toMatch(/^policies\/b\.yaml:4:\d+: spec\.attestation: .*\(FIELD_UNKNOWN\)$/m);
    const config = await assay(['check', '-c', 'config.yaml', '-p', 'policies', 'good.yaml'], { folder: broken.path });
    expect(config).toMatchObject({ code: 64, stdout: '' });
    expect(config.stderr).toMatch(/^config\.yaml:3:\d+: registry: .*\(FIELD_UNKNOWN\)$/m);
  });

  it('refuses a command line without policies or files', async () => {
    expect(await check([])).toMatchObject({ code: 64, stdout: '' });
    expect((await assay(['check', 'good.yaml'], { folder: files.path })).stderr).toContain('no policy to judge by');
    expect((await check(['--polices', 'x', 'good.yaml'])).stderr).toContain('nearest is --policies');
    expect((await assay(['check', '-p', 'missing', 'good.yaml'], { folder: files.path })).stderr).toContain(
      'missing: does not exist',
    );
  });

  it('takes policies from the flag, then the environment, then the configuration', async () => {
    const environment = { ASSAY_CONFIG: 'assay.yaml', ASSAY_POLICIES: 'missing.yaml' };
    expect(
      (await assay(['check', 'good.yaml'], { folder: files.path, environment: { ASSAY_CONFIG: 'assay.yaml' } })).code,
    ).toBe(0);
    expect((await assay(['check', 'good.yaml'], { folder: files.path, environment })).stderr).toContain('missing.yaml');
    expect((await assay(['check', '-p', 'policy.yaml', 'good.yaml'], { folder: files.path, environment })).code).toBe(
      0,
    );
  });
});
