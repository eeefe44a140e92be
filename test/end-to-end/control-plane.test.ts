import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

let folder: string;
let cluster: ControlPlane | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
  cluster = await startControlPlane(join(folder, 'cluster'), { controllers: true });
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true });
});

describe('the control plane', () => {
  it('takes a Deployment and makes Pods of it', async () => {
    await cluster!.apply(deployment('plain', 'registry.test/app:v1'));
    await expect
      .poll(async () => (await cluster!.kubectl(['get', 'pods', '-l', 'app=plain', '-o', 'name'])).stdout, {
        timeout: 30_000,
      })
      .toMatch(/^pod\/plain-/);
  });
});

const deployment = (name: string, image: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
  },
});
