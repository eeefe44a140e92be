import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushImage } from '../support/registry/index.ts';
import { pod } from '../support/shop/index.ts';
import { commandPath } from './assay.ts';
import type { CosignSigner, CosignVersion } from './cosign.ts';
import { run } from './program.ts';
import { type SomeRegistry, startRegistries } from './registries.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

const scan = 'https://example.com/scan/v1';

let workshop: Workshop;
let registries: SomeRegistry[] = [];

beforeAll(async () => {
  workshop = await openWorkshop();
  registries = await startRegistries(workshop.folder);
});
afterAll(async () => {
  await Promise.all(registries.map((registry) => registry.stop()));
  await workshop.stop();
});

/** What `assay check` says of a Pod of this image under a policy that wants a scan without findings, by the key or by the workflow. */
async function check(image: string, by: 'key' | 'identity'): Promise<{ exit: number; told: string[] }> {
  const authority =
    by === 'key'
      ? { name: 'scanner', key: { data: readFileSync(`${workshop.key}.pub`, 'utf8') } }
      : {
          name: 'scanner',
          keyless: {
            trustRoot: 'private',
            identities: [{ issuer: identity.issuer, subject: identity.subject.value }],
          },
        };
  const policy = {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'scanned' },
    spec: {
      authorities: [authority],
      attestations: [{ name: 'scan', type: scan, from: ['scanner'], required: true }],
      pin: 'None',
      validations: [
        { name: 'clean', expression: 'image.attestations.scan.exists(a, a.predicate.findings.size() == 0)' },
      ],
    },
  };
  const at = (name: string, text: string): string => {
    const path = join(workshop.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const configuration = {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'Configuration',
    trustRoots: [{ name: 'private', file: workshop.cosign.file('trusted_root.json') }],
    registries: { hosts: [{ host: image.split('/')[0], plainHttp: true }] },
  };
  const { exit, stdout, stderr } = await run(process.execPath, [
    ...[commandPath, 'check', '-o', 'json'],
    ...['-c', at('assay.yaml', JSON.stringify(configuration)), '-p', at('policy.yaml', JSON.stringify(policy))],
    at('pod.yaml', pod('p', [image])),
  ]);
  if (stdout === '') throw new Error(`assay check printed nothing and ended with ${exit}: ${stderr}`);
  const { decisions } = JSON.parse(stdout) as {
    decisions: { violations: { rule: string; code: string }[]; gaps: { rule: string; code: string }[] }[];
  };
  const told = decisions.flatMap(({ violations, gaps }) => [...violations, ...gaps]);
  return { exit, told: told.map(({ rule, code }) => `${rule} ${code}`) };
}

describe.each([0, 1, 2, 3])('what real cosign attests, in registry %i', (number) => {
  for (const version of [2, 3] as const satisfies readonly CosignVersion[]) {
    for (const by of ['key', 'identity'] as const) {
      it(`with cosign ${version} and ${by === 'key' ? 'a key' : 'an identity'} is proven, read, and asked for`, async () => {
        const registry = registries[number]!;
        const signer: CosignSigner = by === 'key' ? { key: workshop.key } : { identity };
        const image = await pushImage(registry.publisher, { repository: `acme/${by}-${version}`, tag: 'v1' });
        const attest = (type: string, findings: readonly string[]) =>
          workshop.cosign.attest(version, image.reference, signer, type, { findings });

        expect(await check(image.name, by)).toEqual({ exit: 1, told: ['attestations/scan NO_ATTESTATION'] });
        await attest('https://example.com/other/v1', []);
        expect(await check(image.name, by)).toEqual({ exit: 1, told: ['attestations/scan NO_ATTESTATION'] });
        await attest(scan, ['CVE-2026-0001']);
        expect(await check(image.name, by)).toEqual({ exit: 1, told: ['clean VALIDATION_FAILED'] });
        await attest(scan, []);
        expect(await check(image.name, by)).toEqual({ exit: 0, told: [] });
        const { exit, told } = await check(image.name, by === 'key' ? 'identity' : 'key');
        expect([exit, told.length]).toEqual([1, 1]);
      });
    }
  }
});
