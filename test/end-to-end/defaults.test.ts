import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { defaulted } from '../../policies/kubernetes/default.ts';
import { resourceFor } from '../../policies/kubernetes/openapi.ts';
import type { KubernetesObject } from '../../policies/version.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { defaultCases } from './default-cases.ts';
import { clusterPlugins, dryRun, withoutStored } from './dry-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-defaults-'));
let cluster: ControlPlane;

beforeAll(async () => {
  cluster = await startControlPlane(folder, { withoutPlugins: clusterPlugins });
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it.each(defaultCases)('$kind $metadata.name is completed as a real API server completes it', async (object) => {
  const { status, body } = await dryRun(cluster, object);
  expect(status, JSON.stringify(body)).toBe(201);
  expect(withoutStored(defaulted(object))).toEqual(withoutStored(body));
});

const corpus = process.env['ASSAY_CORPUS'] ?? '../shared/corpus';

describe.skipIf(!existsSync(corpus) && process.env['CI'] !== 'true')(`the manifests of ${corpus}`, () => {
  it.each(['workloads', 'pod-security'])('of %s are completed as a real API server completes them', async (name) => {
    const objects = objectsIn(join(corpus, name));
    expect(objects.length).toBeGreaterThan(50);
    const answers = await Promise.all(objects.map((object) => dryRun(cluster, object)));
    const taken = objects.flatMap((object, index) => {
      const { status, body } = answers[index]!;
      return status === 201 ? [{ object, body }] : [];
    });
    expect(taken.length).toBeGreaterThan(objects.length * 0.7);
    for (const { object, body } of taken)
      if (!isConverted(object)) expect(withoutStored(defaulted(object))).toEqual(withoutStored(body));
  });
});

/** Whether annotations stand for a field: when it stores a Pod, the API server makes that field of them. */
const isConverted = (object: KubernetesObject): boolean => JSON.stringify(object).includes('apparmor.security.beta');

/** The objects of built-in kinds in a folder of manifests. */
function objectsIn(path: string): KubernetesObject[] {
  return globSync('**/*.yaml', { cwd: path })
    .toSorted()
    .flatMap((file) => parseAllDocuments(readFileSync(join(path, file), 'utf8')))
    .map((document) => document.toJS() as KubernetesObject | null)
    .flatMap((object) => {
      const { apiVersion, kind } = object ?? {};
      if (object === null || resourceFor(String(apiVersion), String(kind)) === undefined) return [];
      const { namespace: _namespace, ...metadata } = object.metadata as Record<string, unknown>;
      return [{ ...object, metadata }];
    });
}
