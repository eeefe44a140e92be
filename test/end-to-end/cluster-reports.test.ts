import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { formats } from '../../policies/report/formats.ts';
import { finding, hostile } from '../policies/report/decisions.ts';
import { judgedObject, reportOf } from '../policies/report/reports.ts';
import { sampleReport } from '../policies/report/sample.ts';
import type { Report } from '../../policies/report/report.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { provisioned } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-cluster-reports-'));
let cluster: ControlPlane;

/** The definitions that the owners of both APIs publish: OpenReports' own, and those that Kyverno ships of the Working Group's. */
const definitions = (): readonly { readonly kind: string; readonly spec: { readonly names: { plural: string } } }[] =>
  provisioned('ASSAY_REPORT_CRDS')
    .split(':')
    .flatMap((path) => readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8')))
    .flatMap((text) => [parseAllDocuments(text)].flat().map((document) => document.toJS() as never));

const plurals: Readonly<Record<string, string>> = {
  Report: 'reports',
  ClusterReport: 'clusterreports',
  PolicyReport: 'policyreports',
  ClusterPolicyReport: 'clusterpolicyreports',
};

beforeAll(async () => {
  cluster = await startControlPlane(folder);
  for (const definition of definitions()) await cluster.apply(definition);
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  for (const path of ['openreports.io/v1alpha1/reports', 'wgpolicyk8s.io/v1alpha2/policyreports'])
    for (let tries = 0; (await cluster.request('GET', `/apis/${path}`)).status !== 200 && tries < 300; tries++)
      await sleep(100);
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const documentsOf = async (format: string, report: Report): Promise<readonly Written[]> => {
  const render = await formats[format]!();
  const text = render(report, { columns: 120, paint: (_, plain) => plain });
  return [parseAllDocuments(text)].flat().map((document) => document.toJS() as Written);
};

/** What the API server makes of a document, refusing every field that its definition does not have. */
const created = (document: Written, query: string) => {
  const { namespace } = document.metadata;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const path = `/apis/${document.apiVersion}${place}/${plurals[document.kind]}`;
  return cluster.request('POST', `${path}?fieldManager=test&fieldValidation=Strict${query}`, document);
};

describe.each(['yaml', 'policyreport'])('reports written as %s', (format) => {
  it('are what a real API server takes, with every field kept', async () => {
    const documents = await documentsOf(format, sampleReport());
    expect(documents.map(({ kind }) => kind.replace('Policy', ''))).toEqual(['Report', 'Report', 'ClusterReport']);
    for (const document of documents) {
      const { status, body } = await created(document, '&dryRun=All');
      expect([status, body['message']]).toEqual([201, undefined]);
      expect(body).toMatchObject({ ...document, metadata: document.metadata });
    }
  });

  it('are taken whatever an object is called and however much is wrong with it', async () => {
    const findings = Array.from({ length: 1000 }, () => finding({ policy: hostile, found: '\u{1F600}'.repeat(3000) }));
    const report = reportOf([
      judgedObject(findings, { kind: `Kind${hostile}`, name: `${hostile}_${'x'.repeat(300)}` }),
    ]);
    for (const document of await documentsOf(format, report)) {
      const { status, body } = await created(document, '');
      expect([status, body['message']]).toEqual([201, undefined]);
    }
  });

  it('are refused where a result is none, so that taking them means something', async () => {
    const [document] = await documentsOf(format, sampleReport());
    const broken = { ...document!, results: [{ policy: 'p', source: 's', result: 'maybe' }] };
    expect((await created(broken, '&dryRun=All')).status).toBe(422);
    expect((await created({ ...document!, verdict: 'fail' } as never, '&dryRun=All')).status).toBe(400);
  });
});
