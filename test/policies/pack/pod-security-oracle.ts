import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaulted, type KubernetesObject, type PolicySet } from '../../../policies/index.ts';
import { generatePods } from './generate-pod.ts';
import { judgeBy, openPack } from './judge-pack.ts';

/** The minor versions, by check or level, at which the admission plugin of Kubernetes forbids a pod: `0-18,35-36`. Never where left out. */
export type Answer = Readonly<Record<string, string>>;

/** The newest version that the plugin in `oracle-go` knows. */
export const newest = 36;

/** Each check of the plugin, and the policy that is the same. */
export const policyOf: Readonly<Record<string, string>> = {
  privileged: 'privileged',
  hostNamespaces: 'host-namespaces',
  capabilities_baseline: 'capabilities',
  hostPathVolumes: 'host-path',
  hostPorts: 'host-ports',
  hostProbesAndHostLifecycle: 'host-probes',
  procMount: 'proc-mount',
  seccompProfile_baseline: 'seccomp',
  appArmorProfile: 'apparmor',
  seLinuxOptions: 'selinux',
  sysctls: 'sysctls',
  windowsHostProcess: 'host-process',
  allowPrivilegeEscalation: 'privilege-escalation',
  runAsNonRoot: 'run-as-non-root',
  runAsUser: 'run-as-user',
  capabilities_restricted: 'drop-all-capabilities',
  seccompProfile_restricted: 'seccomp-required',
  restrictedVolumes: 'volume-types',
  procMount_restricted: 'proc-mount-strict',
};

/** The oracle, built where Go is and its modules can be had. */
export function buildOracle(): string | undefined {
  const binary = join(mkdtempSync(join(tmpdir(), 'assay-oracle-')), 'oracle');
  const built = spawnSync('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, 'oracle-go') });
  return built.status === 0 ? binary : undefined;
}

/** Asked about pods as the API server completes them, which is what its plugin sees. */
export function askOracle(binary: string, pods: readonly KubernetesObject[]): readonly Answer[] {
  const input = pods.map((pod) => JSON.stringify(defaulted(pod))).join('\n');
  const { stdout } = spawnSync(binary, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Object.fromEntries(Object.entries(JSON.parse(line) as Answer).filter(([, text]) => text !== '')));
}

/** The pack at every version. */
export const openVersions = (): Promise<readonly PolicySet[]> =>
  Promise.all(Array.from({ length: newest + 1 }, (_, minor) => openPack(`pod-security:restricted@v1.${minor}`)));

/** The checks by which the policies forbid a pod, in the words of the oracle, and whatever is no violation. */
export async function forbiddenBy(policies: PolicySet, pod: KubernetesObject): Promise<ReadonlySet<string>> {
  const { findings } = await judgeBy(policies, pod);
  const denied = new Set(findings.map(({ policy }) => policy.replace('pod-security.', '')));
  const strange = findings.filter(({ kind }) => kind !== 'violation').map((finding) => JSON.stringify(finding));
  return new Set([...Object.keys(policyOf).filter((check) => denied.has(policyOf[check] ?? '')), ...strange]);
}

/** The checks about which the two disagree at a version. */
export const disagreements = (ours: ReadonlySet<string>, theirs: Answer, minor: number): readonly string[] =>
  [...new Set([...ours, ...Object.keys(policyOf)])].filter((check) => ours.has(check) !== covers(theirs[check], minor));

/** Whether the versions `0-18,35-36` have this one. */
export const covers = (ranges: string | undefined, minor: number): boolean =>
  (ranges ?? '').split(',').some((range) => {
    const [from = '', to = ''] = range.split('-');
    return range !== '' && Number(from) <= minor && minor <= Number(to);
  });

if (process.argv[1] === import.meta.filename) {
  const [count = '2000', seed = String(Math.floor(Math.random() * 2 ** 31)), record] = process.argv.slice(2);
  const binary = process.env['ASSAY_POD_ORACLE'] ?? buildOracle();
  if (binary === undefined) throw new Error('no Go here, or its modules cannot be had');
  const pods = generatePods(Number(count), Number(seed));
  const theirs = askOracle(binary, pods);
  const versions = await openVersions();
  let wrong = 0;
  const tally: Record<string, number> = {};
  for (const [index, pod] of pods.entries()) {
    const answer = theirs[index] ?? {};
    for (const check of Object.keys(answer)) tally[check] = (tally[check] ?? 0) + 1;
    let apart = 0;
    for (const [minor, policies] of versions.entries()) {
      const checks = disagreements(await forbiddenBy(policies, pod), answer, minor);
      if (checks.length === 0) continue;
      if (apart === 0 && wrong < 5) console.log(`${JSON.stringify(pod)}\n  v1.${minor}: ${checks.join(', ')}`);
      apart += 1;
    }
    if (apart > 0) wrong += 1;
  }
  console.log(
    `seed ${seed}: ${count} pods at ${newest + 1} versions, ${wrong} with disagreements; forbidden by:`,
    tally,
  );
  if (record === 'record') {
    const of = `k8s.io/pod-security-admission 0.36.3: what test/policies/pack/oracle-go answers to the pods of seed ${seed}`;
    const rows = theirs.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
    const text = `{\n "of": ${JSON.stringify(of)},\n "seed": ${seed},\n "answers": [\n${rows}\n ]\n}\n`;
    writeFileSync(join(import.meta.dirname, 'pod-security-answers.json'), text);
  }
  process.exitCode = wrong === 0 ? 0 : 1;
}
