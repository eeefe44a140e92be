import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assay, folderOf, type Run } from './assay.ts';
import { openShop, type Shop } from './shop.ts';

// Each run is a process; a loaded machine starts few of them a second.
vi.setConfig({ testTimeout: 120_000 });

let shop: Shop;
let files: ReturnType<typeof folderOf>;

const definition = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    names: { kind: 'Widget', plural: 'widgets' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { runner: { type: 'object', properties: { image: { type: 'string' } } } },
              },
            },
          },
        },
      },
    ],
  },
});

beforeAll(async () => {
  shop = await openShop();
  files = folderOf({
    'root.json': shop.trustedRoot,
    'policy.yaml': shop.policy,
    'assay.yaml': shop.configuration,
    'described.yaml': `${shop.configuration}workloads:\n- {group: example.com, kinds: [Widget], images: [spec.runner.image]}\n`,
    'crd.yaml': definition,
    'widget.yaml': `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n  runner:\n    image: ${shop.unsigned.name}\n`,
    'app.yaml': `apiVersion: core.spinkube.dev/v1alpha1\nkind: SpinApp\nmetadata: {name: a}\nspec:\n  image: ${shop.unsigned.name}\n`,
  });
});

afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

const check = (words: readonly string[], configuration = 'assay.yaml'): Promise<Run> =>
  assay(['check', '-c', configuration, '-p', 'policy.yaml', ...words], { folder: files.path });

describe('assay check of custom resources', () => {
  it('judges those that it knows, at their line', async () => {
    const run = await check(['app.yaml']);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^app\.yaml:5:10 /);
    expect(run.stdout).toContain('NO_SIGNATURE');
  });

  it('knows nothing of others, learns from their definitions what it does not judge, and judges what the configuration describes', async () => {
    expect((await check(['widget.yaml'])).stdout).toMatch(/^1 object in 1 file: 1 clean/);
    const told = await check(['--crds', 'crd.yaml', 'widget.yaml']);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('widget.yaml:6:12');
    expect(told.stdout).toContain('WORKLOAD_UNKNOWN');
    expect(told.stdout).toContain('{"group":"example.com","kinds":["Widget"],"images":["spec.runner.image"]}');
    const described = await check(['--crds', 'crd.yaml', 'widget.yaml'], 'described.yaml');
    expect(described.code).toBe(1);
    expect(described.stdout).toContain('NO_SIGNATURE');
    expect(described.stdout).not.toContain('WORKLOAD_UNKNOWN');
  });

  it('learns from definitions among the manifests, and says so of them', async () => {
    const run = await check(['widget.yaml', 'crd.yaml']);
    expect(run.code).toBe(0);
    expect(run.stdout.match(/WORKLOAD_UNKNOWN/g)).toHaveLength(2);
    expect(run.stdout).toContain('crd.yaml:1:');
    expect((await check(['crd.yaml'], 'described.yaml')).stdout).toMatch(/^1 object in 1 file: 1 clean/);
  });

  it('refuses definitions that cannot be read or are none', async () => {
    for (const file of ['app.yaml', 'none.yaml']) {
      const run = await check(['--crds', file, 'widget.yaml']);
      expect(run.code, file).toBe(64);
      expect(run.stderr, file).toContain(file);
    }
  });
});
