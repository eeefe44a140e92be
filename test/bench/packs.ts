import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { shippedFolders } from '../../host/library.ts';
import { parseDocuments, readLibrary } from '../../policies/index.ts';
import type { Bench, Report } from './bench.ts';

/**
 * The command line with the shipped packs, over one manifest and over a thousand: time in that of a Node with nothing to do or of the reading of
 * their YAML, and memory.
 */
export const packsBench: Bench = { name: 'packs', run: measure };

const runs = 3;
const many = 1_000;

async function measure(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-packs-'));
  try {
    const texts = Array.from({ length: many }, (_, index) => stringify(manifest(index)));
    const [one, all] = [join(folder, 'one.yaml'), join(folder, 'all')];
    mkdirSync(all);
    writeFileSync(one, texts[0] ?? '');
    for (const [index, text] of texts.entries()) writeFileSync(join(all, `${index}.yaml`), text);
    const everything = await packs();
    const pods = ['-p', 'pod-security:restricted'];
    const node = best(() => run(['-e', '0']));
    const reading = cheapestReading(texts);
    const oneByAll = best(() => check([...everything, one]));
    const manyByAll = best(() => check([...everything, all]));
    const manyByPods = best(() => check([...pods, all]));
    report.measure('node -e 0', node.milliseconds, 'ms');
    report.measure(`reading the YAML of ${many} manifests`, reading, 'ms');
    report.measure('check of one manifest by all packs', oneByAll.milliseconds, 'ms');
    report.measure(`check of ${many} manifests by all packs`, manyByAll.milliseconds, 'ms');
    report.measure(`check of ${many} manifests by all packs, memory`, manyByAll.megabytes, 'MB');
    report.measure(`check of ${many} manifests by pod-security:restricted`, manyByPods.milliseconds, 'ms');
    report.measure(`check of ${many} manifests by pod-security:restricted, memory`, manyByPods.megabytes, 'MB');
    report.judge('check of one manifest by all packs, in node -e 0', oneByAll.milliseconds / node.milliseconds);
    report.judge(
      `check of ${many} manifests by all packs, in the reading of their YAML`,
      manyByAll.milliseconds / reading,
    );
    report.judge(
      `check of ${many} manifests by pod-security:restricted, in the reading of their YAML`,
      manyByPods.milliseconds / reading,
    );
    report.judge(
      `check of ${many} manifests by all packs, memory in that of node -e 0`,
      manyByAll.megabytes / node.megabytes,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every profile of every pack that judges. */
async function packs(): Promise<readonly string[]> {
  const library = await readLibrary(shippedFolders('policies/library'));
  return library.flatMap(({ pack }) => {
    const profiles = pack.spec.profiles.map(({ name }) => name).filter((name) => !name.endsWith('mutations'));
    return ['-p', `${pack.metadata.name}:${profiles.join(',')}`];
  });
}

interface Run {
  readonly milliseconds: number;
  readonly megabytes: number;
}

const check = (words: readonly string[]): Run =>
  run([join(import.meta.dirname, '../../dist/assay.js'), 'check', '--offline', '-o', 'json', ...words]);

/** Tells the most memory that the process had, in kilobytes, as its last word. */
const told =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`\\nmemory ${process.resourceUsage().maxRSS}\\n`))';

function run(words: readonly string[]): Run {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', told, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 28,
  });
  const milliseconds = performance.now() - started;
  const [, kilobytes] = /\nmemory (\d+)\n$/.exec(String(stderr)) ?? [];
  // What is denied, and what cannot be decided, is judged all the same.
  if (![0, 1, 2].includes(status ?? -1) || kilobytes === undefined)
    throw new Error(`${words.join(' ')} ended with ${status}: ${String(stderr)}`);
  return { milliseconds, megabytes: Number(kilobytes) / 1024 };
}

function best(work: () => Run): Run {
  const all = Array.from({ length: runs }, work);
  return {
    milliseconds: Math.min(...all.map(({ milliseconds }) => milliseconds)),
    megabytes: Math.min(...all.map(({ megabytes }) => megabytes)),
  };
}

function cheapestReading(texts: readonly string[]): number {
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    for (const text of texts) parseDocuments(text, 'manifest.yaml');
    return performance.now() - started;
  });
  return Math.min(...times);
}

/** What a release brings: mostly workloads, and what stands around them. */
function manifest(index: number): object {
  const name = `web-${index}`;
  const metadata = { name, namespace: 'shop', labels: { app: name } };
  const pod = {
    securityContext: { runAsNonRoot: index % 2 === 0 },
    containers: [container('app', index), container('proxy', index)],
  };
  const template = { metadata: { labels: { app: name } }, spec: pod };
  switch (index % 5) {
    case 0:
    case 1:
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { selector: { matchLabels: { app: name } }, template },
      };
    case 2:
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
      };
    case 3: {
      const ingress = [{ from: [{ podSelector: { matchLabels: { app: 'front' } } }], ports: [{ port: 8080 }] }];
      return {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata,
        spec: { podSelector: {}, ingress },
      };
    }
    default:
      return { apiVersion: 'v1', kind: 'Pod', metadata, spec: pod };
  }
}

const container = (name: string, index: number): object => ({
  name,
  image: `registry.example/acme/${name}-${index % 50}:1.4.2`,
  args: Array.from({ length: 6 }, (_, at) => `--option-${at}=some-value-of-it`),
  env: Array.from({ length: 8 }, (_, at) => ({ name: `NAME_${at}`, value: `value ${at}` })),
  ports: [{ containerPort: 8080 }],
  resources: { limits: { memory: '128Mi', cpu: '1' }, requests: { memory: '64Mi', cpu: '100m' } },
  securityContext: { allowPrivilegeEscalation: index % 3 === 0, capabilities: { drop: ['ALL'] } },
});
