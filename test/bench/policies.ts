import { anonymous } from '../../evidence/index.ts';
import {
  compilePolicies,
  judge,
  type KubernetesObject,
  parseDocuments,
  type PolicySet,
  requestFor,
} from '../../policies/index.ts';
import { noEvidence } from '../policies/kubernetes/judge-object.ts';
import type { Bench, Report } from './bench.ts';

/** Policies that ask for nothing outside: how long they take to load and to judge, against reading the texts that they are and judge. */
export const policiesBench: Bench = { name: 'policies', run: measure };

async function measure(report: Report): Promise<void> {
  load(report);
  await decide(report);
}

/** Rules of Pod Security, as authors write them. */
const expressions = [
  'variables.pods.all(p, !p.?hostNetwork.orValue(false) && !p.?hostPID.orValue(false))',
  'variables.containers.all(c, !c.?securityContext.?privileged.orValue(false))',
  'variables.containers.all(c, c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false)',
  'variables.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))',
  'variables.containers.all(c, c.?securityContext.?capabilities.?drop.orValue([]).exists(d, d == "ALL"))',
  'variables.pods.all(p, !has(p.volumes) || p.volumes.all(v, !has(v.hostPath)))',
];

const policyOf = (index: number): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: policy-${index}}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  variables:
  - {name: pods, expression: "[object.spec.template.spec]"}
  - {name: containers, expression: "variables.pods[0].containers + variables.pods[0].?initContainers.orValue([])"}
  validations:
  - expression: '${expressions[index % expressions.length]} || ${index} < 0'
    message: rule ${index}
`;

const textOf = (count: number): string => Array.from({ length: count }, (_, index) => policyOf(index)).join('---\n');

function compiled(text: string): PolicySet {
  const { policies, problems } = compilePolicies(parseDocuments(text, 'p.yaml').documents, { trustRoots: new Map() });
  if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
  return policies;
}

function load(report: Report): void {
  const text = textOf(500);
  const read = cheapest(() => parseDocuments(text, 'p.yaml'));
  const whole = cheapest(() => compiled(text));
  report.measure('load of 500 policies, YAML included', whole, 'ms');
  report.judge('load of 500 policies, in the reading of their YAML', whole / read);
}

async function decide(report: Report): Promise<void> {
  const body = JSON.stringify(deployment(0));
  report.measure('Deployment', body.length, 'bytes');
  const parsing = cheapest(() => repeat(200, () => JSON.parse(body))) / 200;
  for (const count of [16, 100]) {
    const policies = compiled(textOf(count));
    const object = JSON.parse(body) as KubernetesObject;
    await judgeAll(
      policies,
      Array.from({ length: 200 }, () => object),
    );
    const each =
      (await best(() =>
        judgeAll(
          policies,
          Array.from({ length: 100 }, () => object),
        ),
      )) / 100;
    report.measure(`decision by ${count} policies`, each, 'ms');
    report.judge(`decision by ${count} policies, in JSON.parse of the object`, each / parsing);
  }
  const policies = compiled(textOf(100));
  const manifests = Array.from({ length: 1_000 }, (_, index) => deployment(index));
  const yaml = JSON.stringify(manifests[0]);
  const reading = cheapest(() => repeat(100, () => parseDocuments(yaml, 'm.yaml'))) * 10;
  const judging = await best(() => judgeAll(policies, manifests));
  report.measure('1,000 manifests by 100 policies', judging, 'ms');
  report.judge('1,000 manifests by 100 policies, in the reading of their YAML', judging / reading);
}

async function judgeAll(policies: PolicySet, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    const decision = await judge(
      { phase: 'validate', operation: 'CREATE', object, request: requestFor(object) },
      {
        policies,
        references: {},
        evidence: noEvidence,
        keychain: anonymous,
        now: new Date('2026-11-02T00:00:00Z'),
        signal: new AbortController().signal,
      },
    );
    if (!decision.allowed) throw new Error(decision.findings[0]?.found);
  }
}

const securityContext = { privileged: false, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

const deployment = (index: number): KubernetesObject & Readonly<Record<string, unknown>> => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `web-${index}`, namespace: 'shop', labels: { app: 'web' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: Array.from({ length: 4 }, (_, at) => ({
          name: `c${at}`,
          image: `registry.example/acme/web-${at}:1.4.2`,
          args: Array.from({ length: 12 }, (__, argument) => `--option-${argument}=some-value-of-it`),
          env: Array.from({ length: 10 }, (__, name) => ({ name: `NAME_${name}`, value: `value ${name}` })),
          ports: [{ containerPort: 8080 }],
          securityContext,
        })),
      },
    },
  },
});

function repeat(times: number, work: () => unknown): void {
  for (let time = 0; time < times; time += 1) work();
}

const runs = 20;

/** Milliseconds of the cheapest of some runs: what the machine does besides only makes one dearer. */
function cheapest(work: () => unknown): number {
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

async function best(work: () => Promise<void>): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    await work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
