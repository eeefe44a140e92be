import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  compilePolicies,
  type KubernetesObject,
  parseDocuments,
  renderJsonPatch,
  requestFor,
} from '../../policies/index.ts';
import { parseReview } from '../../webhook/review.ts';
import { judgeObject } from './kubernetes/judge-object.ts';

/** Attacks on what evaluates policies: variables that never end, numbers that are not exact, names that are read as something else. */

type Spec = Record<string, unknown>;

const policy = (spec: Spec): string =>
  stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'ClusterWorkloadPolicy', metadata: { name: 'guard' }, spec });
const demand = (expression: string, more: Spec = {}): string =>
  policy({ validations: [{ name: 'rule', expression }], ...more });
const pod = (spec: Spec = {}, metadata: Spec = {}): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'shop', ...metadata },
  spec: { containers: [{ name: 'a', image: 'x.example/a:1' }], ...spec },
});

describe('variables', () => {
  const codes = (variables: readonly Spec[]): readonly string[] =>
    compilePolicies(parseDocuments(demand('variables.a', { variables }), 'p.yaml').documents, {
      trustRoots: new Map(),
    }).problems.map(({ code }) => code);

  it('A-CEL-6: read those above them, neither themselves nor in a circle', () => {
    const [a, b] = [
      { name: 'a', expression: 'variables.b' },
      { name: 'b', expression: 'variables.a' },
    ];
    expect(codes([{ name: 'a', expression: 'variables.a' }])).toContain('EXPRESSION_WRONG');
    expect(codes([a, b])).toContain('EXPRESSION_WRONG');
    expect(codes([{ name: 'b', expression: 'true' }, a])).toEqual([]);
  });

  it('A-CEL-6: of a request with very many names end at the budget, and then the policy fails', async () => {
    const extra = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`k${at}`, ['v']]));
    const expression =
      'request.userInfo.extra.all(a, request.userInfo.extra.all(b, request.userInfo.extra.all(c, a != "" || b != c)))';
    const { findings } = await judgeObject(demand(expression), pod(), { userInfo: { username: 'ada', extra } });
    expect(findings).toMatchObject([{ code: 'EXPRESSION_FAILED', effect: 'deny' }]);
  });

  it.each([
    ['texts', '"aaaaaaaaaaaaaaaa"', (last: string) => `${last} + ${last}`, (last: string) => `size(${last}) < 0`],
    ['lists', '[1, 2, 3, 4]', (last: string) => `${last} + ${last}`, (last: string) => `size(${last}) < 0`],
  ])('A-CEL-10: that double what those above them hold end, as %s', async (_, start, double, last) => {
    const variables = [{ name: 'v0', expression: start }];
    for (let at = 1; at < 60; at++) variables.push({ name: `v${at}`, expression: double(`variables.v${at - 1}`) });
    const started = performance.now();
    const { findings } = await judgeObject(demand(last('variables.v59'), { variables }), pod());
    expect(findings).toMatchObject([{ code: 'EXPRESSION_FAILED', effect: 'deny' }]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('a user namespace that a Pod asks for', () => {
  const asRoot = 'pod.?securityContext.runAsNonRoot.orValue(false) == true';

  it('A-ADM-22: lifts no rule, for nobody here knows that the node gives it one', async () => {
    for (const more of [{}, { hostUsers: true }, { hostUsers: false }])
      expect((await judgeObject(demand(asRoot), pod(more))).allowed).toBe(false);
    expect((await judgeObject(demand(asRoot), pod({ securityContext: { runAsNonRoot: true } }))).allowed).toBe(true);
  });

  it('A-ADM-22: is seen by rules, which can want a runtime that is known to give it', async () => {
    const posture = demand('pod.?hostUsers.orValue(true) || pod.?runtimeClassName.orValue("") == "userns"');
    expect((await judgeObject(posture, pod({ hostUsers: false }))).allowed).toBe(false);
    expect((await judgeObject(posture, pod({ hostUsers: false, runtimeClassName: 'userns' }))).allowed).toBe(true);
    expect((await judgeObject(posture, pod())).allowed).toBe(true);
  });
});

describe('a user namespace, in the Pod Security Standards', () => {
  const folder = join(import.meta.dirname, '../../policies/library/pod-security');
  const standard = (file: string, minor: number): string =>
    readFileSync(join(folder, `${file}.yaml`), 'utf8').replace('default: 37', `default: ${minor}`);
  const breaking: Readonly<Record<string, Spec>> = {
    'run-as-non-root': {},
    'run-as-user': { securityContext: { runAsUser: 0 } },
    'proc-mount': { containers: [{ name: 'a', image: 'x.example/a', securityContext: { procMount: 'Unmasked' } }] },
    privileged: { containers: [{ name: 'a', image: 'x.example/a', securityContext: { privileged: true } }] },
    capabilities: {
      containers: [{ name: 'a', image: 'x.example/a', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }],
    },
    'privilege-escalation': {},
    'seccomp-required': {},
    'host-path': { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
    'host-namespaces': { hostNetwork: true },
  };
  const lifted = async (file: string, minor: number, hostUsers: boolean): Promise<boolean> =>
    (await judgeObject(standard(file, minor), pod({ ...breaking[file], hostUsers }))).allowed;

  it.each(Object.keys(breaking))(
    'A-ADM-22: lifts of %s no more than they say, and before 1.35 nothing',
    async (file) => {
      const may = ['run-as-non-root', 'run-as-user', 'proc-mount'].includes(file);
      expect([await lifted(file, 34, false), await lifted(file, 35, false)]).toEqual([false, may]);
      expect([await lifted(file, 34, true), await lifted(file, 37, true)]).toEqual([false, false]);
    },
  );
});

describe('numbers', () => {
  it('A-PRS-4: that JSON cannot hold exactly let nobody in who holds them against a bound', async () => {
    const body = (value: string): unknown => {
      const review = {
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: {
          uid: 'u',
          kind: { group: '', version: 'v1', kind: 'Pod' },
          resource: { group: '', version: 'v1', resource: 'pods' },
          operation: 'CREATE',
          namespace: 'shop',
          object: pod({ priority: 7 }),
        },
      };
      return JSON.parse(JSON.stringify(review).replace('"priority":7', `"priority":${value}`));
    };
    for (const value of [
      '9007199254740993',
      '9223372036854775808',
      '1e400',
      '-1e400',
      '1.5',
      '"7"',
      'null',
      '1e-400',
    ]) {
      const parsed = parseReview(body(value), 'validate');
      if (parsed.kind === 'malformed') throw new Error(parsed.detail);
      const { object, request } = parsed.request.review;
      const bounded = demand('object.spec.priority <= 10 && object.spec.priority >= 1');
      expect([value, (await judgeObject(bounded, object!, { request: request! })).allowed]).toEqual([
        value,
        value === '1.5',
      ]);
    }
  });
});

describe('a patch', () => {
  it('A-PRS-7: leads where its keys say, whatever they are called', async () => {
    const labels = JSON.parse('{"a/b": "1", "m~n": "2", "~1": "3", "__proto__": "4", "-": "5"}') as Spec;
    const expression =
      'Object{metadata: Object.metadata{labels: {"a/b": "x", "m~n": "x", "~1": "x", "__proto__": "x", "-": "x"}}}';
    const mutation = { name: 'm', patchType: 'ApplyConfiguration', applyConfiguration: { expression } };
    const text = policy({ mutations: [mutation] });
    const object = pod({}, { labels });
    const { version } = await judgeObject(text, object, { phase: 'mutate', request: requestFor(object) });
    expect(
      renderJsonPatch(version)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['-', '__proto__', 'a~1b', 'm~0n', '~01'].map((key) => `/metadata/labels/${key}`).toSorted());
    expect(Object.getPrototypeOf({})).not.toHaveProperty('x');
  });
});
