import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { KeyFetcher } from '../../evidence/index.ts';
import { defaultConfiguration } from '../../policies/index.ts';
import { limits } from '../../webhook/limits.ts';
import { BundleSource } from '../../webhook/source/bundles.ts';
import { loadPolicies } from '../../webhook/source/folder.ts';

it('waits for a key service while policies load no longer than its bound', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-keys-'));
  const file = join(folder, 'policy.yaml');
  await writeFile(
    file,
    'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: p}\nspec: {authorities: [{name: a, key: {kms: "hashivault://a"}}]}\n',
  );
  const silent: KeyFetcher = { service: 'hashivault', fetch: () => new Promise<never>(() => undefined) };
  const none = new BundleSource(
    [],
    { file: { configuration: defaultConfiguration, file: undefined }, environment: { HOME: folder } },
    () => undefined,
  );
  const started = performance.now();
  const loaded = await loadPolicies([file], { trustRoots: new Map(), keyFetchers: [silent] }, none);
  const waited = performance.now() - started;
  await rm(folder, { recursive: true, force: true });
  expect(JSON.stringify(loaded)).toContain('the key service did not answer in time');
  expect(waited).toBeGreaterThan(limits.keyMilliseconds - 100);
  expect(waited).toBeLessThan(limits.keyMilliseconds + 20_000);
});
