import type { Finding } from '../../../../policies/decision.ts';
import { type CompiledPolicy, emptyPolicy, type PolicySet } from '../../../../policies/policy.ts';
import type { PolicyAbout, Report } from '../../../../policies/report/report.ts';
import type { JudgedObject } from '../../../../policies/report/collect.ts';
import {
  accepted,
  decision,
  finding,
  judged,
  manifestDigest,
  outage,
  proven,
  rejected,
  shopDigest,
} from '../decisions.ts';
import { judgedObject, reportOf } from '../reports.ts';

/** What the policies of the reports below say of themselves. */
const abouts: Readonly<Record<string, PolicyAbout>> = {
  'acme-releases': {
    title: 'Images of acme come from its release workflow',
    description: 'Every image of acme is signed by the release workflow of its own repository, at a tag.',
    severity: 'critical',
    controls: ['SLSA L3', 'CIS 5.5.1'],
    check: 'SIG-01',
    system: 'Sigstore',
  },
  'pod-security-restricted-run-as-non-root': {
    title: 'Containers run as a user other than root',
    description: 'A container that runs as root is root on the node too, should it get out.',
    severity: 'high',
    remediation: 'set spec.securityContext.runAsNonRoot to true, and a user in the image',
    controls: ['PSS-R', 'CIS 5.2.7', 'NSA-PS'],
    check: 'PSR-03',
    system: 'Kubernetes',
  },
  'pod-security-baseline-host-namespaces': {
    title: 'Pods share no namespace with the node',
    severity: 'high',
    remediation: 'remove hostNetwork, hostPID and hostIPC',
    controls: ['PSS-B', 'CIS 5.2.3', 'CIS 5.2.4', 'NSA-PS'],
    check: 'PSB-02',
    system: 'Kubernetes',
  },
  'mesh-strict-mtls': {
    title: 'Workloads speak mutual TLS',
    severity: 'medium',
    controls: ['NSA-NS'],
    check: 'ZTM-01',
    system: 'Istio',
  },
  'resource-limits': {
    title: 'Containers have limits',
    severity: 'low',
    controls: ['CIS 5.1.1', 'NSA-RL'],
    system: 'Kubernetes',
  },
};

const compiled = Object.keys(abouts).map(
  (name): CompiledPolicy => ({
    ...emptyPolicy,
    kind: 'ClusterWorkloadPolicy',
    name,
    rules: [{ scope: 'object', name: 'rule', evaluate: () => ({ kind: 'passed', judgements: [] }) }],
  }),
);

export const auditPolicies: PolicySet = {
  policies: compiled,
  revocations: [],
  exceptions: [
    {
      name: 'platform/left-over',
      policy: 'acme-releases',
      rules: new Set(['signatures', 'pin']),
      objects: [{ namespace: 'gone' }],
      gaps: false,
      reason: 'migration of the old registry',
      approver: 'ada',
      expires: new Date('2026-10-01T00:00:00Z'),
    },
  ],
  documents: compiled.map(({ name }, index) => ({
    kind: 'ClusterWorkloadPolicy',
    name,
    digest: index % 2 === 0 ? shopDigest : manifestDigest,
  })),
};

/** The report with what its policies say of themselves. */
export const withAbouts = (report: Report, given: Readonly<Record<string, PolicyAbout>> = abouts): Report => ({
  ...report,
  policies: report.policies.map((policy) => ({ ...policy, about: given[policy.name] ?? {} })),
  objects: report.objects.map((object) => ({
    ...object,
    findings: object.findings.map((reported) => {
      const about = given[reported.finding.policy];
      const remediation = reported.remediation ?? about?.remediation;
      return {
        ...reported,
        ...(about?.severity === undefined ? {} : { severity: about.severity }),
        ...(remediation === undefined ? {} : { remediation }),
      };
    }),
  })),
});

const root = (given: Partial<Finding> = {}): Finding =>
  finding({
    policy: 'pod-security-restricted-run-as-non-root',
    rule: 'run-as-non-root',
    code: 'VALIDATION_FAILED',
    field: 'spec.template.spec.containers[0].securityContext.runAsUser',
    image: undefined as never,
    found: '0',
    expected: 'a user other than 0',
    ...given,
  });

const web = [
  'apiVersion: apps/v1',
  'kind: Deployment',
  'metadata: {name: web, namespace: shop}',
  'spec:',
  '  template:',
  '    spec:',
  '      containers:',
  '      - name: shop',
  '        image: ghcr.io/acme/shop:1.4.2',
  '        securityContext:',
  '          runAsUser: 0',
];

const release = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.2';
const mallory = 'https://github.com/mallory/shop/.github/workflows/release.yml@refs/heads/main';
const provenance = { ...accepted(release), predicateType: 'https://slsa.dev/provenance/v1' };
const excuse = {
  exception: 'shop/legacy-root',
  reason: 'the old ledger is replaced in December',
  approver: 'security@acme.example',
};

const objects = (): readonly JudgedObject[] => {
  const deployment = judgedObject(
    [finding({ remedy: 'sign the image in its release workflow, or add an exception' }), root()],
    { lines: web, source: { file: 'deploy/shop/web.yaml', start: { line: 1, column: 1 } } },
  );
  const evidence = decision(deployment.decision.findings, [
    {
      ...judged([proven(mallory, 'release', 2), rejected('release')]),
      use: { ...judged([]).use, text: 'ghcr.io/acme/shop:1.4.2', field: 'spec.template.spec.containers[0].image' },
    },
  ]);
  const places = { 'spec.template.spec.containers[0].image': { line: 9, column: 16 } };
  return [
    {
      ...deployment,
      decision: evidence,
      place: ({ field }) =>
        (places as Record<string, { line: number; column: number }>)[field] ?? { line: 11, column: 22 },
    },
    judgedObject(
      [
        outage({
          field: 'spec.containers[0].image',
          image: { reference: 'registry.example/pay/api:7' },
          found: 'registry.example answered 429 twice, next try allowed in 12 s',
        }),
        finding({
          policy: 'mesh-strict-mtls',
          rule: 'peer-authentication',
          kind: 'undecided',
          code: 'NOT_OBSERVABLE',
          effect: 'warn',
          field: '',
          image: undefined as never,
          found: 'the PeerAuthentications of namespace pay are not in what was given',
        }),
      ],
      {
        kind: 'StatefulSet',
        namespace: 'pay',
        name: 'api',
        source: { file: 'deploy/pay/api.yaml', start: { line: 14, column: 1 }, template: 'pay/templates/api.yaml' },
      },
    ),
    judgedObject(
      [
        root({ effect: 'warn', excused: { ...excuse, until: new Date('2026-12-01T00:00:00Z') } }),
        finding({
          policy: 'resource-limits',
          rule: 'limits',
          code: 'VALIDATION_FAILED',
          effect: 'warn',
          image: undefined as never,
          field: 'spec.template.spec.containers[0]',
          found: 'no memory limit',
          expected: 'a limit on memory',
        }),
      ],
      {
        name: 'ledger',
        lines: web,
        at: { line: 11, column: 22 },
        source: { file: 'deploy/shop/ledger.yaml', start: { line: 1, column: 1 } },
      },
    ),
    judgedObject(
      [
        finding({
          policy: 'pod-security-baseline-host-namespaces',
          rule: 'host-network',
          code: 'VALIDATION_FAILED',
          image: undefined as never,
          field: 'spec.hostNetwork',
          found: 'true',
          expected: 'false, or nothing',
          expired: {
            exception: 'edge/old-proxy',
            reason: 'until the new proxy is there',
            approver: 'platform@acme.example',
            until: new Date('2026-10-15T00:00:00Z'),
          },
        }),
        finding({
          policy: 'resource-limits',
          rule: 'limits',
          code: 'VALIDATION_FAILED',
          effect: 'audit',
          image: undefined as never,
          field: 'spec.containers[0]',
          found: 'no memory limit',
          expected: 'a limit on memory',
        }),
      ],
      {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace: 'edge',
        name: 'proxy',
        lines: [
          '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"proxy","namespace":"edge","labels":{"app":"proxy"}},"spec":{"hostNetwork":true,"containers":[{"name":"proxy","image":"docker.io/library/nginx:1.29"}]}}',
        ],
        at: { line: 1, column: 124 },
        source: { file: '-', start: { line: 1, column: 1 } },
      },
    ),
    judgedObject(
      [
        finding({
          kind: 'error',
          policy: 'resource-limits',
          rule: 'limits',
          code: 'EXPRESSION_FAILED',
          effect: 'deny',
          field: 'spec.jobTemplate',
          image: undefined as never,
          found: 'no such key: containers',
        }),
      ],
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        namespace: 'shop',
        name: 'nightly',
        source: { file: 'deploy/shop/nightly.yaml', start: { line: 1, column: 1 } },
      },
    ),
    ...['cart', 'search', 'mail', 'stock', 'prices', 'session-store-with-a-rather-long-name'].map((name) =>
      judgedObject([], {
        name,
        source: { file: `deploy/shop/${name}.yaml`, start: { line: 1, column: 1 } },
        decision: decision([], [judged([accepted(release), provenance])]),
      }),
    ),
  ];
};

/** A run with one of everything that a report may hold. */
export const auditReport = (): Report =>
  withAbouts(
    reportOf(objects(), {
      policies: auditPolicies,
      files: 12,
      unreadable: [
        { file: 'deploy/broken.yaml', line: 7, message: 'the key "image" is written twice (DOCUMENT_UNREADABLE)' },
        { file: 'deploy/missing.yaml', message: 'does not exist' },
      ],
      warnings: [
        {
          file: 'policies/limits.yaml',
          line: 12,
          column: 19,
          path: 'spec.validations[0].expression',
          expression: 'object.spec.contianers.all(c, has(c.resources))',
          message: 'v1, Kind=Pod: no such field contianers',
        },
      ],
    }),
  );

/** So many findings over a hundred objects a namespace. */
export const largeReport = (findings: number): Report =>
  withAbouts(
    reportOf(
      Array.from({ length: Math.ceil(findings / 4) }, (_, index) =>
        judgedObject(
          [
            finding(),
            root({ effect: 'warn' }),
            root({ field: 'spec.template.spec.containers[1].securityContext.runAsUser' }),
            finding({
              policy: 'resource-limits',
              rule: 'limits',
              code: 'VALIDATION_FAILED',
              effect: 'audit',
              image: undefined as never,
            }),
          ],
          {
            name: `web-${index}`,
            namespace: `team-${Math.floor(index / 100)}`,
            lines: web,
            at: { line: 9, column: 16 },
            source: { file: `deploy/web-${index}.yaml`, start: { line: 1, column: 1 } },
          },
        ),
      ),
      { policies: auditPolicies },
    ),
  );
