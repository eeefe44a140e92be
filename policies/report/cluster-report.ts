import { stringify } from 'yaml';
import { sha256 } from '../../evidence/index.ts';
import { limits } from './limits.ts';
import type { FindingOutcome } from './outcome.ts';
import { placeOfUnreadable } from './location.ts';
import { clip, inert, printable } from './printable.ts';
import type { Report, ReportedFinding, ReportedObject, ReportedPolicy } from './report.ts';
import { circumstance, findingSentence } from './sentence.ts';

/** The two APIs under which clusters keep reports; their documents have the same fields. */
export interface ReportApi {
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusterKind: string;
  /** Whether a report says by whom it is, beside each of its results. */
  readonly hasSource: boolean;
}

/** https://openreports.io, as of reports-api 0.2. */
export const renderOpenReports = (report: Report): string => renderReports(report, openReports);

/** The policy report of the Kubernetes Policy Working Group. */
export const renderPolicyReports = (report: Report): string => renderReports(report, policyReports);

const openReports: ReportApi = {
  apiVersion: 'openreports.io/v1alpha1',
  kind: 'Report',
  clusterKind: 'ClusterReport',
  hasSource: true,
};

const policyReports: ReportApi = {
  apiVersion: 'wgpolicyk8s.io/v1alpha2',
  kind: 'PolicyReport',
  clusterKind: 'ClusterPolicyReport',
  hasSource: false,
};

/** One document for each object, ready for `kubectl apply`; what could not be read is told in comments. */
function renderReports(report: Report, api: ReportApi): string {
  const policies = new Map(report.policies.map((policy) => [policy.name, policy]));
  const names = namesOf(report.objects);
  const documents = report.objects.map((object, index) =>
    stringify(documentOf({ object, name: names[index] ?? '' }, report, policies, api), {
      lineWidth: 0,
      aliasDuplicateObjects: false,
    }),
  );
  const broken = report.unreadable.map((one) =>
    inert(printable(`# could not be read: ${placeOfUnreadable(one)}: ${one.message}`)),
  );
  return [...broken.map((comment) => `${comment}\n`), ...documents.map((text) => `---\n${text}`)].join('');
}

function documentOf(
  { object, name }: { readonly object: ReportedObject; readonly name: string },
  { ended }: Report,
  policies: ReadonlyMap<string, ReportedPolicy>,
  { apiVersion, kind, clusterKind, hasSource }: ReportApi,
): object {
  const { namespace, clusterScoped } = object;
  const resource = reference(object);
  const timestamp = { seconds: Math.floor(ended.getTime() / 1000), nanos: (ended.getTime() % 1000) * 1_000_000 };
  const all = [
    ...object.findings.map((reported) => findingResult(object, reported)),
    ...(object.decision.passed?.() ?? []).map(({ policy, rule, field }) => ({
      policy,
      rule,
      result: 'pass' as const,
      scored: true,
      ...(field === '' ? {} : { properties: { field: said(field) } }),
    })),
  ];
  const results = fitting(all, (result) => ({
    source,
    ...result,
    policy: said(result.policy),
    rule: said(result.rule),
    ...describe(policies.get(result.policy)),
    timestamp,
    resources: [resource],
  }));
  const leftOut = all.length - results.length;
  return {
    apiVersion,
    kind: clusterScoped === true ? clusterKind : kind,
    metadata: {
      name,
      ...(namespace === undefined || clusterScoped === true ? {} : { namespace: said(namespace) }),
      labels: { 'app.kubernetes.io/managed-by': 'assay' },
      ...(leftOut > 0 ? { annotations: { 'assay.dev/results-left-out': String(leftOut) } } : {}),
    },
    ...(hasSource ? { source } : {}),
    scope: resource,
    summary: summaryOf(all),
    results,
  };
}

/** As many as fit, from the first on. */
function fitting<T>(all: readonly T[], write: (one: T) => object): readonly object[] {
  const results: object[] = [];
  let bytes = 0;
  for (const one of all) {
    const result = write(one);
    bytes += new TextEncoder().encode(JSON.stringify(result)).length;
    if (bytes > limits.resultBytes) break;
    results.push(result);
  }
  return results;
}

const source = 'assay';

type Result = 'pass' | 'fail' | 'warn' | 'error' | 'skip';

/** What an exception covers, or nobody can observe, is skipped; the property `outcome` says which. */
const results: Readonly<Record<FindingOutcome, Result>> = {
  denied: 'fail',
  warned: 'warn',
  audited: 'warn',
  excused: 'skip',
  undecided: 'error',
  unobservable: 'skip',
  error: 'error',
};

function findingResult({ source: from }: ReportedObject, { finding, outcome, remediation, place }: ReportedFinding) {
  const why = circumstance(finding);
  const { policy, rule, code, field, image } = finding;
  const properties: Record<string, string | undefined> = {
    outcome,
    code,
    effect: finding.effect,
    field: field === '' ? undefined : field,
    image: image?.reference,
    digest: image?.digest,
    found: finding.found,
    expected: finding.expected,
    remediation,
    circumstance: why === '' ? undefined : why,
    file: from?.file,
    line: place === undefined ? undefined : String(place.line),
    column: place === undefined ? undefined : String(place.column),
  };
  return {
    policy,
    rule,
    result: results[outcome],
    scored: outcome === 'denied',
    message: said(findingSentence(finding)),
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([key, value]) => (value === undefined ? [] : [[key, said(value)]])),
    ),
  };
}

/** Bounded, for an object of etcd holds 1.5 MB; free of what a terminal or a runner would act on. */
const said = (text: string): string => inert(clip(printable(text), limits.resultCharacters));

const describe = (policy: ReportedPolicy | undefined): object => ({
  ...(policy?.about?.severity === undefined ? {} : { severity: policy.about.severity }),
  ...(policy?.about?.system === undefined ? {} : { category: said(policy.about.system) }),
});

const reference = ({ apiVersion, kind, namespace, name }: ReportedObject): object => ({
  apiVersion: said(apiVersion),
  kind: said(kind),
  ...(namespace === undefined ? {} : { namespace: said(namespace) }),
  name: said(name),
});

function summaryOf(all: readonly { readonly result: Result }[]): Readonly<Record<Result, number>> {
  const summary = { pass: 0, fail: 0, warn: 0, error: 0, skip: 0 };
  for (const { result } of all) summary[result] += 1;
  return summary;
}

/** `deployment-web-3f2a91c07b1d`: a DNS label, the same for the same object every time; objects that are written twice are counted. */
function namesOf(objects: readonly ReportedObject[]): readonly string[] {
  const seen = new Map<string, number>();
  return objects.map(({ apiVersion, kind, namespace, name }) => {
    const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
    const identity = JSON.stringify([group, kind, namespace ?? null, name]);
    const nth = seen.get(identity) ?? 0;
    seen.set(identity, nth + 1);
    const hash = sha256(new TextEncoder().encode(nth === 0 ? identity : `${identity} ${nth}`)).slice(7, 19);
    const words = `${kind}-${name}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 50)
      .replace(/-+$/, '');
    return words === '' ? `assay-${hash}` : `${words}-${hash}`;
  });
}
