import { type CompiledPolicy, emptyPolicy, type PolicySet } from '../../../policies/policy.ts';
import type { Report } from '../../../policies/report/report.ts';
import { accepted, decision, finding, judged, outage, rejected, shopDigest } from './decisions.ts';
import { judgedObject, reportOf } from './reports.ts';

const ruleNamed = (name: string): CompiledPolicy['rules'][number] => ({
  scope: 'object',
  name,
  evaluate: () => ({ kind: 'passed', judgements: [] }),
});

const policies: PolicySet = {
  policies: [
    {
      ...emptyPolicy,
      kind: 'ClusterWorkloadPolicy',
      name: 'acme-releases',
      rules: [ruleNamed('signatures'), ruleNamed('pin')],
    },
    {
      ...emptyPolicy,
      kind: 'WorkloadPolicy',
      name: 'shop/hardened',
      namespace: 'shop',
      validationActions: ['Warn'],
      about: {
        title: 'Containers do not run as root',
        description: 'Root in a container is root on the node for whoever gets out of it.',
        severity: 'high',
        remediation: 'set runAsNonRoot to true, and let the image name another user',
        controls: ['PSS-R', 'CIS 5.2.7'],
        check: 'PSR-03',
        system: 'Kubernetes',
      },
      rules: [ruleNamed('run-as-non-root')],
    },
  ],
  revocations: [],
  exceptions: [
    {
      name: 'shop/left-over',
      policy: 'acme-releases',
      rules: new Set(['signatures', 'pin']),
      ...{ objects: [], gaps: false, reason: 'the mirror is moved', approver: 'security@acme' },
      expires: new Date('2026-12-24T00:00:00Z'),
    },
    {
      name: 'shop/old',
      policy: 'acme-releases',
      rules: new Set(['signatures']),
      ...{ objects: [], gaps: false, reason: 'a trial', approver: 'security@acme' },
      expires: new Date('2026-01-01T00:00:00Z'),
    },
  ],
  documents: [{ kind: 'ClusterWorkloadPolicy', name: 'acme-releases', digest: shopDigest }],
};

const until = new Date('2026-12-01T00:00:00Z');
const excused = { exception: 'shop/legacy', reason: 'is replaced in December', approver: 'security@acme', until };

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
];

/** One of everything that a finding can be, in files, on standard input, in and out of namespaces, and what is no object. */
export const sampleReport = (): Report =>
  reportOf(
    [
      judgedObject(
        [
          finding({ remedy: 'sign the image in its release workflow' }),
          finding({ rule: 'pin', code: 'NOT_PINNED', found: 'a tag', expected: 'a digest', effect: 'warn', excused }),
          outage({ field: 'spec.template.spec.initContainers[0].image' }),
          finding({
            kind: 'error',
            policy: 'configuration',
            rule: 'object',
            code: 'OBJECT_UNREADABLE',
            effect: 'warn',
            field: 'spec.template.spec.volumes',
            image: undefined as never,
            found: 'a text',
            expected: 'a list of volumes',
          }),
        ],
        {
          lines: web,
          at: { line: 9, column: 16 },
          source: { file: './deploy/web.yaml', start: { line: 1, column: 1 } },
        },
      ),
      judgedObject(
        [
          finding({
            policy: 'shop/hardened',
            rule: 'run-as-non-root',
            code: 'VALIDATION_FAILED',
            effect: 'warn',
            field: 'spec',
            image: undefined as never,
            found: 'runAsNonRoot is not set',
            expected: 'true of: pod.securityContext.runAsNonRoot',
          }),
          finding({ effect: 'audit' }),
          outage({
            policy: 'shop/hardened',
            rule: 'who-asks',
            code: 'NOT_OBSERVABLE',
            effect: 'warn',
            field: '',
            image: undefined as never,
            found: 'the admission request is not observable here',
          }),
        ],
        {
          apiVersion: 'v1',
          kind: 'Pod',
          name: 'job-*',
          source: { file: '-', start: { line: 2, column: 1 }, template: 'shop/templates/job.yaml' },
        },
      ),
      judgedObject([], {
        apiVersion: 'v1',
        kind: 'Namespace',
        name: 'shop',
        namespace: undefined as never,
        clusterScoped: true,
        source: { file: 'deploy/ns.yaml', start: { line: 1, column: 1 } },
        decision: {
          ...decision(
            [],
            [
              judged([
                accepted('https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1'),
                rejected('release'),
              ]),
            ],
          ),
          passed: () => [
            { policy: 'acme-releases', rule: 'signatures', field: 'spec.containers[0].image' },
            { policy: 'acme-releases', rule: 'pin', field: '' },
          ],
        },
      }),
    ],
    {
      policies,
      warnings: [
        {
          file: 'policies/vap.yaml',
          line: 12,
          column: 19,
          path: 'spec.validations[0].expression',
          expression: 'object.spec.replica > 1',
          message: "apps/v1, Kind=Deployment: undefined field 'replica'",
        },
      ],
      files: 4,
      unreadable: [
        {
          file: 'deploy/broken.yaml',
          line: 7,
          column: 3,
          message: 'the key "a" is written twice (DOCUMENT_UNREADABLE)',
        },
        { file: 'deploy/missing.yaml', message: 'does not exist' },
      ],
    },
  );
