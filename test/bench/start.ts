import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Report } from './bench.ts';

/** How long a command line takes that has little to do, against a Node that has nothing to do. */
export const startBench: Bench = { name: 'start', run: measure };

const runs = 20;

async function measure(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-start-'));
  const [policy, manifest] = [join(folder, 'policy.yaml'), join(folder, 'pod.yaml')];
  writeFileSync(policy, policyText);
  writeFileSync(manifest, podText);
  const assay = join(import.meta.dirname, '../../dist/assay.js');
  const commands = {
    node: ['-e', '0'],
    version: [assay, 'version'],
    check: [assay, 'check', '-p', policy, manifest],
  };
  const least = { node: Infinity, version: Infinity, check: Infinity };
  try {
    // In turn, the quickest of each: what the machine does besides only makes one slower.
    for (let run = 0; run < runs; run += 1) {
      for (const name of ['node', 'version', 'check'] as const)
        least[name] = Math.min(least[name], timeOf(commands[name]));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  report.measure('node -e 0', least.node, 'ms');
  report.measure('assay version', least.version, 'ms');
  report.measure('assay check of one Pod by one policy', least.check, 'ms');
  report.judge('assay version, in node -e 0', least.version / least.node);
  report.judge('assay check of one Pod by one policy, in node -e 0', least.check / least.node);
}

function timeOf(words: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${String(stderr)}`);
  return took;
}

const policyText = `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: pods}
spec:
  validations: [{name: host-network, expression: '!pod.?hostNetwork.orValue(false)'}]
`;

const podText = `apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: default}
spec: {containers: [{name: shop, image: "registry.example/acme/shop:1.4.2"}]}
`;
