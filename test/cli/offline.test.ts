import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { check } from '../../cli/command/check.ts';
import { assayHere, folderOf, type Run } from './assay.ts';
import { deployment, openShop, type Shop } from './shop.ts';

vi.setConfig({ testTimeout: 60_000 });

const plain = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: plain}
spec:
  validations:
  - name: no-host-network
    expression: "!has(pod.hostNetwork)"
`;

let shop: Shop;
let files: ReturnType<typeof folderOf>;
beforeAll(async () => {
  shop = await openShop();
  files = folderOf({
    'root.json': shop.trustedRoot,
    'policy.yaml': shop.policy,
    'plain.yaml': plain,
    'vault.yaml': shop.policy.replace(
      /keyless:[\s\S]*\n {2}signatures/,
      'key: {kms: "hashivault://release"}\n  signatures',
    ),
    'assay.yaml': shop.configuration.replace('policies: [policy.yaml]\n', ''),
    'good.yaml': deployment('web', shop.signed.name),
  });
});
afterAll(async () => {
  files[Symbol.dispose]();
  await shop[Symbol.asyncDispose]();
});

const run = (...words: readonly string[]): Promise<Run> =>
  assayHere(check, ['--offline', '-c', join(files.path, 'assay.yaml'), ...words, join(files.path, 'good.yaml')]);
const policy = (name: string): readonly string[] => ['-p', join(files.path, name)];

describe('assay check --offline', () => {
  it('asks nobody, and says of each image that it was not asked', async () => {
    shop.registry.clearRequests();
    const offline = await run(...policy('policy.yaml'));
    expect(offline.code).toBe(2);
    expect(offline.stdout).toContain('was not asked: no network may be used (OFFLINE)');
    expect(offline.stdout).toContain('ask where there is a network (assay explain OFFLINE)');
    expect(offline.stdout).toMatch(/1 could not be decided +.*0 registry requests/);
    expect(shop.registry.requests).toEqual([]);
  });

  it('judges by what the object says as ever', async () => {
    expect((await run(...policy('plain.yaml'))).code).toBe(0);
  });

  it('loads no policy whose key or bundle it would have to fetch', async () => {
    const key = await run(...policy('vault.yaml'));
    expect(key.code).toBe(64);
    expect(key.stderr).toContain('hashivault://release was not asked for: no network may be used');
    const bundle = await run('-p', `oci://${shop.registry.host}/acme/policies:1`);
    expect(bundle.code).toBe(64);
    expect(shop.registry.requests).toEqual([]);
  });
});
