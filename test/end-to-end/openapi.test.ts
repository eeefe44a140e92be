import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenApi, renderBuiltinTypes } from './builtin-types.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-openapi-'));
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane(folder);
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('keeps the built-in types as a real API server publishes them (npm run e2e -- openapi -u writes them)', async () => {
  const index = (await read('/openapi/v3')) as { paths: Record<string, { serverRelativeURL: string }> };
  const documents: OpenApi[] = [];
  for (const [, { serverRelativeURL }] of Object.entries(index.paths).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    documents.push((await read(serverRelativeURL)) as OpenApi);
  const { gitVersion } = (await read('/version')) as { gitVersion: string };
  const committed = join(import.meta.dirname, '../../policies/kubernetes/openapi.json');
  await expect(renderBuiltinTypes(gitVersion, documents)).toMatchFileSnapshot(committed);
});

async function read(path: string): Promise<unknown> {
  const { exit, stdout, stderr } = await cluster.kubectl(['get', '--raw', path]);
  if (exit !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
