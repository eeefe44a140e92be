import { afterAll, describe, expect, it } from 'vitest';
import { test } from '../../cli/command/test.ts';
import { assayHere, folderOf } from './assay.ts';

const template = `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: k8slabels}
spec:
  crd:
    spec:
      names: {kind: K8sLabels}
      validation:
        openAPIV3Schema:
          type: object
          properties:
            labels: {type: array, items: {type: string}}
            most: {type: integer, default: 3}
  targets:
  - target: admission.k8s.gatekeeper.sh
    code:
    - engine: K8sNativeValidation
      source:
        failurePolicy: Fail
        generateVAP: true
        matchCondition:
        - {name: not-exempt, expression: "!has(variables.anyObject.metadata.annotations) || !('exempt' in variables.anyObject.metadata.annotations)"}
        variables:
        - {name: wanted, expression: "has(variables.params.labels) ? variables.params.labels : []"}
        - {name: missing, expression: "variables.wanted.filter(l, !has(variables.anyObject.metadata.labels) || !(l in variables.anyObject.metadata.labels))"}
        validations:
        - {expression: "size(variables.missing) == 0", messageExpression: "'missing: ' + variables.missing.join(', ')"}
        - {expression: "size(variables.wanted) <= variables.params.most", message: too many}
        - {expression: "namespaceObject == null", message: there is a namespace}
        - {expression: "request.operation != 'UPDATE' || object.metadata.name == oldObject.metadata.name", message: renamed}
`;

const failing = (name: string, kind: string, more = ''): string => `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: ${name}}
spec:
  crd: {spec: {names: {kind: ${kind}}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    code:
    - engine: K8sNativeValidation
      source:
        validations: [{expression: object.spec.nothing == 1, message: never}]
${more}`;

const rego = `apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: k8srego}
spec:
  crd: {spec: {names: {kind: K8sRego}}}
  targets: [{target: admission.k8s.gatekeeper.sh, rego: 'package k8srego'}]
`;

const constraint = (name: string, spec = '{parameters: {labels: [owner]}}', kind = 'K8sLabels'): string =>
  `apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

const object = (apiVersion: string, kind: string, metadata: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}}\n`;

const review = (operation: string): string =>
  `apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  uid: u
  kind: {group: "", version: v1, kind: Pod}
  resource: {group: "", version: v1, resource: pods}
  name: a
  namespace: shop
  operation: ${operation}
  userInfo: {username: ada}
${operation === 'DELETE' ? '' : '  object: {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}}\n'}${
  operation === 'CREATE'
    ? ''
    : '  oldObject: {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: shop, labels: {team: x}}}\n'
}`;

const objects = {
  pod: object('v1', 'Pod', 'name: web, namespace: shop'),
  good: object('v1', 'Pod', 'name: web, namespace: shop, labels: {team: a}'),
  exempt: object('v1', 'Pod', 'name: web, namespace: shop, annotations: {exempt: "yes"}'),
  deploy: object('apps/v1', 'Deployment', 'name: web, namespace: shop'),
  generated: object('v1', 'Pod', 'generateName: web-, namespace: shop'),
  nsobj: object('v1', 'Namespace', 'name: shop, labels: {env: prod}'),
  role: object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'name: web'),
  bare: object('v1', 'Pod', 'name: web'),
  'review-create': review('CREATE'),
  'review-update': review('UPDATE'),
  'review-delete': review('DELETE'),
};
const inventories = ['', 'inventory: [other.yaml], ', 'inventory: [nsobj.yaml], '];

const files: Readonly<Record<string, string>> = {
  'template.yaml': template,
  'errors.yaml': failing('k8serrors', 'K8sErrors'),
  'ignores.yaml': failing('k8signores', 'K8sIgnores', '        failurePolicy: Ignore\n'),
  'rego.yaml': rego,
  'other.yaml': object('v1', 'Namespace', 'name: other, labels: {env: prod}'),
  ...Object.fromEntries(Object.entries(objects).map(([name, text]) => [`${name}.yaml`, text])),
};

const opened: ReturnType<typeof folderOf>[] = [];
afterAll(() => opened.forEach((folder) => folder[Symbol.dispose]()));

interface Output {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly Readonly<Record<string, unknown>>[];
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly path: string;
}

async function run(more: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ran> {
  const folder = folderOf({ ...files, ...more });
  opened.push(folder);
  return { ...(await assayHere(test, [folder.path, ...words])), path: folder.path };
}

const outputOf = ({ stdout }: Ran): Output => JSON.parse(stdout) as Output;

const suite = (tests: string, more = ''): string =>
  `apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\nmetadata: {name: s}\n${more}tests:\n${tests}`;

const one = (name: string, cases: string, more = ''): string =>
  `- {name: ${name}, template: template.yaml, constraint: c.yaml, ${more}cases: [${cases}]}\n`;

const asserts = (assertion: string, object_ = 'pod.yaml', name = 'p'): string =>
  `{name: ${name}, object: ${object_}, assertions: [${assertion}]}`;

/** Constraints, and how many violations gator 3.23.1 finds in each object, with each inventory. */
const golden: Readonly<Record<string, readonly [spec: string, template: string, counts: string]>> = {
  all: ['{parameters: {labels: [owner]}}', 'template.yaml', '111 111 000 111 111 111 111 111 111 222 111'],
  kinds: [
    '{match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 000 111 000 000 111 111 222 111',
  ],
  kindsany: [
    '{match: {kinds: [{apiGroups: ["*"], kinds: ["*"]}]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  kindsapps: [
    '{match: {kinds: [{apiGroups: [apps]}]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 111 000 000 000 000 000 000 000',
  ],
  kindsonly: [
    '{match: {kinds: [{kinds: [Deployment]},{apiGroups: [rbac.authorization.k8s.io]}]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 111 000 000 111 000 000 000 000',
  ],
  ns: [
    '{match: {namespaces: [shop]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  nsglob: [
    '{match: {namespaces: ["sh*"]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  nsglob2: [
    '{match: {namespaces: ["*op"]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  nsother: [
    '{match: {namespaces: [other]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 000 000 111 111 000 000 000',
  ],
  nsmid: [
    '{match: {namespaces: ["*ho*"]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  nsempty: [
    '{match: {namespaces: []}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  ex: [
    '{match: {excludedNamespaces: [shop]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 000 000 111 111 000 000 000',
  ],
  exglob: [
    '{match: {excludedNamespaces: ["*p"]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 000 000 111 111 000 000 000',
  ],
  exother: [
    '{match: {excludedNamespaces: [oth*]}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  cluster: [
    '{match: {scope: Cluster}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 000 111 111 111 000 000 000',
  ],
  namespaced: [
    '{match: {scope: Namespaced}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 000 000 000 111 222 111',
  ],
  anyscope: [
    '{match: {scope: "*"}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  label: [
    '{match: {labelSelector: {matchLabels: {team: a}}}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 111 000 000 000 000 000 000 000 000 000',
  ],
  labelnot: [
    '{match: {labelSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 000 000 111 111 111 111 111 111 222 000',
  ],
  nssel: [
    '{match: {namespaceSelector: {matchLabels: {env: prod}}}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 110 111 111 111 111 111 111 112 111',
  ],
  nsselnot: [
    '{match: {namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}}, parameters: {labels: [owner]}}',
    'template.yaml',
    '110 110 110 110 110 000 111 111 110 110 110',
  ],
  name: [
    '{match: {name: web}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 000 000 111 111 000 000 000',
  ],
  nameglob: [
    '{match: {name: "we*"}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 000 111 111 000 000 000',
  ],
  namegen: [
    '{match: {name: "web-*"}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 111 000 000 000 000 000 000',
  ],
  nameend: [
    '{match: {name: "*b"}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 000 000 111 111 000 222 111',
  ],
  orig: [
    '{match: {source: Original}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  gen: [
    '{match: {source: Generated}, parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 000 000 000 000 000 000 000',
  ],
  srcall: [
    '{match: {source: All}, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  many: ['{parameters: {labels: [a,b,c,d]}}', 'template.yaml', '222 222 000 222 222 222 222 222 222 333 222'],
  most: ['{parameters: {labels: [a,b], most: 1}}', 'template.yaml', '222 222 000 222 222 222 222 222 222 333 222'],
  none: ['{parameters: {}}', 'template.yaml', '000 000 000 000 000 000 000 000 000 111 000'],
  noparams: ['{}', 'template.yaml', '111 111 000 111 111 111 111 111 111 222 111'],
  err: ['{}', 'errors.yaml', '111 111 111 111 111 111 111 111 111 111 111'],
  ign: [
    '{match: {namespaceSelector: {matchLabels: {a: b}}}}',
    'ignores.yaml',
    '110 110 110 110 110 000 000 000 110 110 110',
  ],
  ign2: ['{}', 'ignores.yaml', '000 000 000 000 000 000 000 000 000 000 000'],
  dry: [
    '{enforcementAction: dryrun, parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  scoped: [
    '{enforcementAction: scoped, scopedEnforcementActions: [{action: deny, enforcementPoints: [{name: validation.gatekeeper.sh}]}], parameters: {labels: [owner]}}',
    'template.yaml',
    '000 000 000 000 000 000 000 000 000 000 000',
  ],
  scoped2: [
    '{enforcementAction: scoped, scopedEnforcementActions: [{action: deny, enforcementPoints: [{name: gator.gatekeeper.sh}]}], parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
  scoped3: [
    '{enforcementAction: scoped, scopedEnforcementActions: [{action: warn, enforcementPoints: [{name: "*"}]}], parameters: {labels: [owner]}}',
    'template.yaml',
    '111 111 000 111 111 111 111 111 111 222 111',
  ],
};

const kinds: Readonly<Record<string, string>> = {
  'template.yaml': 'K8sLabels',
  'errors.yaml': 'K8sErrors',
  'ignores.yaml': 'K8sIgnores',
};

describe('a Suite of gator', () => {
  it.each(Object.entries(golden))('%s finds what gator finds', async (name, [spec, of, counts]) => {
    const cases = Object.keys(objects).flatMap((each, index) =>
      inventories.map((inventory, at) => {
        const count = counts.split(' ')[index]?.[at] ?? '';
        return `{name: ${each}-${at}, object: ${each}.yaml, ${inventory}assertions: [{violations: ${count}}]}`;
      }),
    );
    const text = suite(`- {name: t, template: ${of}, constraint: c.yaml, cases: [\n  ${cases.join(',\n  ')}]}\n`);
    const done = await run({ 'suite.yaml': text, 'c.yaml': constraint(name, spec, kinds[of]) });
    expect(done.stdout).toBe(`${cases.length} passed, 0 failed\n`);
    expect([done.code, done.stderr]).toEqual([0, '']);
  });

  it('says what gator says of each violation', async () => {
    const tests = [
      ['template.yaml', 'c.yaml', 'missing: owner$'],
      ['errors.yaml', 'e.yaml', "^expression 'object.spec.nothing == 1' resulted in error: no such key: spec$"],
      ['ignores.yaml', 'i.yaml', '^unable to match constraints: .*: web :failed to run .* but missing Namespace$'],
    ].map(
      ([of, by, message]) =>
        `- {name: t, template: ${of}, constraint: ${by}, cases: [${asserts(`{message: ${JSON.stringify(message)}}`)}]}\n`,
    );
    const done = await run({
      'suite.yaml': suite(tests.join('')),
      'c.yaml': constraint('c'),
      'e.yaml': constraint('e', '{}', 'K8sErrors'),
      'i.yaml': constraint('i', '{match: {namespaceSelector: {matchLabels: {a: b}}}}', 'K8sIgnores'),
    });
    expect(done).toMatchObject({ code: 0, stdout: '3 passed, 0 failed\n', stderr: '' });
  });

  it.each([
    [
      'a message that does not compile, or comes to nothing, gives way to the other',
      `validations: [{expression: 1 == 2, messageExpression: object.nothing, message: other}, {expression: 2 == 3, messageExpression: "''"}, {expression: 3 == 4, messageExpression: "'a\\nb'", message: lines}]`,
      '{message: ^other$, violations: 1}, {message: "^failed expression: 2 == 3$", violations: 1}, {message: ^lines$, violations: 1}, {violations: 3}',
    ],
    [
      'a match condition that fails is one violation',
      'matchCondition: [{name: a, expression: object.spec.nothing == 1}], validations: [{expression: "false"}, {expression: "false"}]',
      `{violations: 1}, {message: "^expression 'object.spec.nothing == 1' resulted in error: no such key: spec$"}`,
    ],
    [
      'one that fails under Ignore is none',
      'failurePolicy: Ignore, matchCondition: [{name: a, expression: object.spec.nothing == 1}], validations: [{expression: "false"}]',
      '{violations: 0}',
    ],
    [
      'a condition that is false settles it, and reads variables',
      'matchCondition: [{name: a, expression: object.spec.nothing == 1}, {name: b, expression: variables.v}], variables: [{name: v, expression: object.kind == "Service"}], validations: [{expression: "false"}]',
      '{violations: no}',
    ],
    [
      'the request is what gator makes of an object',
      `validations: [{expression: request.kind.kind == 'Pod' && request.requestKind.version == 'v1'}, {expression: request.name == 'web' && request.namespace == 'shop'}, {expression: request.operation == '' && request.resource.resource == ''}, {expression: "!has(request.userInfo.username) && request.dryRun == false"}, {expression: oldObject == null}, {expression: variables.params == null}]`,
      '{violations: no}',
    ],
    [
      'an object has no defaults of an API server',
      'validations: [{expression: "!has(object.spec)"}]',
      '{violations: no}',
    ],
    [
      'two violations of one message are two',
      'validations: [{expression: 1 == 2, message: m}, {expression: 2 == 3, message: m}]',
      '{violations: 2}',
    ],
    ['a template without validations finds nothing', 'variables: []', '{violations: no}'],
  ])('%s', async (_, source, assertion) => {
    const done = await run({
      'suite.yaml': suite(one('t', asserts(assertion))),
      'template.yaml': failing('k8st', 'K8sT').replace(/source:[^]*$/, `source: {${source}}\n`),
      'c.yaml': constraint('c', '{}', 'K8sT'),
    });
    expect(done).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n', stderr: '' });
  });

  it.each([
    ['{}', true],
    ['{violations: yes}', true],
    ['{violations: no}', false],
    ['{violations: 1}', true],
    ['{violations: 2}', false],
    ['{violations: 0}', false],
    ['{message: mis+ing}', true],
    ['{message: MISSING}', false],
    ['{message: MISSING, violations: no}', true],
    ['{message: missing, violations: 1}, {violations: no}', false],
    ['{message: MISSING, violations: 0}, {violations: 1}', true],
  ])('with the assertions %s is right: %s', async (assertion, ok) => {
    const done = await run(
      { 'suite.yaml': suite(one('t', asserts(assertion))), 'c.yaml': constraint('c') },
      '-o',
      'json',
    );
    expect(done.code).toBe(ok ? 0 : 1);
    expect(outputOf(done)).toMatchObject({
      passed: ok ? 1 : 0,
      failed: ok ? 0 : 1,
      cases: [{ got: 'violations: 1', ok }],
    });
  });

  it('has the same JSON as other cases', async () => {
    const tests = `${one('t', asserts('{violations: 2}'))}- {name: r, template: rego.yaml, constraint: r.yaml, cases: [${asserts('{}')}]}\n`;
    const done = await run(
      { 'suite.yaml': suite(tests), 'c.yaml': constraint('c'), 'r.yaml': constraint('r', '{}', 'K8sRego') },
      '-o',
      'json',
    );
    const file = `${done.path}/suite.yaml`;
    expect(outputOf(done)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 1,
      cases: [
        {
          ...{ file, policy: 'K8sLabels', rule: 'c', resource: 'Pod web' },
          ...{ want: 'violations: 2', got: 'violations: 1', ok: false },
        },
        {
          ...{ file, policy: 'K8sRego', rule: 'r', resource: 'pod.yaml', want: 'violations: yes', ok: null },
          got: 'skipped: the template K8sRego is written in Rego; only K8sNativeValidation is judged',
        },
      ],
    });
  });

  it('names what is not judged, each with its reason, and never passes it over', async () => {
    const only = asserts('{}');
    const tests = [
      `- {name: r, template: rego.yaml, constraint: r.yaml, cases: [${only}]}`,
      `- {name: m, template: template.yaml, constraint: m.yaml, cases: [${only}]}`,
      `- {name: x, template: template.yaml, constraint: c.yaml, expansion: x.yaml, cases: [${only}]}`,
      `- {name: s, template: template.yaml, constraint: c.yaml, skip: true, cases: [${only}]}`,
      `- {name: t, template: template.yaml, constraint: c.yaml, cases: [{name: p, skip: true, object: pod.yaml}]}`,
      `- {name: e, template: extra.yaml, constraint: c.yaml, cases: [${only}]}`,
    ];
    const done = await run({
      'suite.yaml': suite(`${tests.join('\n')}\n`),
      'c.yaml': constraint('c'),
      'r.yaml': constraint('r', '{}', 'K8sRego'),
      'm.yaml': constraint('m', '{match: {kindz: []}}'),
      'extra.yaml': template.replace('generateVAP: true', 'matchConditions: []'),
    });
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout.replaceAll(done.path, '').split('\n')).toEqual([
      '/suite.yaml:5: skipped  r/p: the template K8sRego is written in Rego; only K8sNativeValidation is judged',
      '/suite.yaml:6: skipped  m/p: spec.match.kindz is not judged: there is no field "kindz" here',
      '/suite.yaml:7: skipped  x/p: "expansion": what an ExpansionTemplate generates is not reviewed here',
      '/suite.yaml:8: skipped  s/p: the test says skip',
      '/suite.yaml:9: skipped  t/p: the case says skip',
      '/suite.yaml:10: skipped  e/p: spec.targets[0].code[0].source.matchConditions is not judged: there is no field "matchConditions" here',
      '0 passed, 0 failed, 6 skipped',
      '',
    ]);
    const whole = await run({
      'suite.yaml': suite(one('t', asserts('{}')), 'skip: true\n'),
      'c.yaml': constraint('c'),
    });
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.stdout).toContain('skipped  t/p: the Suite says skip');
  });

  it('tells whether a template allows a constraint, as a test that is "invalid" asks', async () => {
    const specs = {
      type: ['{parameters: {labels: x}}', 0],
      match: ['{match: {kinds: 3}}', 0],
      wildcard: ['{match: {name: "A*b"}}', 0],
      good: ['{parameters: {labels: [x]}}', 1],
      unknown: ['{parameters: {label: [x]}}', 1],
      selector: ['{match: {labelSelector: {matchExpressions: [{key: a, operator: In}]}}}', 1],
      scope: ['{match: {scope: cluster}}', 1],
    } as const;
    for (const [name, [spec, code]] of Object.entries(specs)) {
      const text = suite(one('t', asserts('{}'), 'invalid: true, '));
      const done = await run({ 'suite.yaml': text, 'c.yaml': constraint('c', spec) });
      expect(done, name).toMatchObject({ code, stderr: '' });
    }
  });

  it('tells of a test that cannot be run with its line, and runs the others', async () => {
    const broken = {
      'b: {x: &a [1], y: *a, x: 2}': /b\.yaml:1:\d+:/,
      [template.replace('size(variables.missing) == 0', 'size(params.spec) == 0')]: /"params" is not declared/,
      [template.replace('size(variables.missing) == 0', "authorizer.path('/').check('get').allowed()")]:
        /"authorizer" is not declared/,
      [template.replace('k8slabels', 'labels')]: /the name is "k8slabels"/,
      [template.replace('{name: missing,', '{name: wanted,')]: /a variable "wanted" is there already/,
      [template.replace('{name: missing,', '{name: params,')]: /a variable "params" is there already/,
    };
    for (const [text, told] of Object.entries(broken)) {
      const tests = `${one('t', asserts('{}'))}- {name: b, template: b.yaml, constraint: c.yaml, cases: [${asserts('{}')}]}\n`;
      const done = await run({ 'suite.yaml': suite(tests), 'c.yaml': constraint('c'), 'b.yaml': text });
      expect(done).toMatchObject({ code: 2, stdout: '1 passed, 0 failed\n' });
      expect(done.stderr).toMatch(/suite\.yaml:6: "b\/?p?": /);
      expect(done.stderr).toMatch(told);
    }
    const cases = {
      '{name: p, object: pod.yaml}': /at least one assertion/,
      '{name: p, assertions: [{}]}': /"object" is missing/,
      '{name: p, object: none.yaml, assertions: [{}]}': /none\.yaml:1: does not exist/,
      '{name: p, object: two.yaml, assertions: [{}]}': /two\.yaml has 2 objects/,
      '{name: p, object: empty-review.yaml, assertions: [{}]}': /neither object nor oldObject/,
      '{name: p, object: pod.yaml, inventory: [none.yaml], assertions: [{}]}': /none\.yaml:1: does not exist/,
      '{name: p, object: pod.yaml, assertions: [{violations: -1}]}': /a number that is not negative/,
      '{name: p, object: pod.yaml, assertions: [{violations: "1"}]}': /a number that is not negative/,
      '{name: p, object: pod.yaml, assertions: [{message: "("}]}': /no RE2 pattern/,
    };
    for (const [text, told] of Object.entries(cases)) {
      const done = await run({
        'suite.yaml': suite(one('t', text)),
        'c.yaml': constraint('c'),
        'two.yaml': `${objects.pod}---\n${objects.pod}`,
        'empty-review.yaml': 'apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest: {uid: u}\n',
      });
      expect(done).toMatchObject({ code: 64, stdout: '' });
      expect(done.stderr).toMatch(/suite\.yaml:5: "t\/p": /);
      expect(done.stderr).toMatch(told);
    }
  });

  it('is found in a folder of other tests, and by its own name', async () => {
    const cases =
      'apiVersion: assay.dev/v1alpha1\nkind: PolicyCases\ncases: [{name: x, object: {apiVersion: v1, kind: Pod}, want: {named: deny}}]\n';
    const policy =
      'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: p}\nspec: {validations: [{name: named, expression: has(object.metadata.name)}]}\n';
    const more = {
      'p.yaml': policy,
      'p.cases.yaml': cases,
      'deep/any.yml': suite(one('t', asserts('{}', '../pod.yaml')).replace('template.yaml', '../template.yaml')),
      'deep/c.yaml': constraint('c'),
    };
    const done = await run(more);
    expect(done).toMatchObject({ code: 0, stdout: '2 passed, 0 failed\n', stderr: '' });
    const named = await assayHere(test, [`${done.path}/deep/any.yml`]);
    expect(named).toMatchObject({ code: 0, stdout: '1 passed, 0 failed\n', stderr: '' });
  });

  it('is told of where it does not load, and keeps no other from running', async () => {
    const done = await run({
      'a.yaml': suite(one('t', asserts('{}'))),
      'c.yaml': constraint('c'),
      'b.yaml': 'apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: [{nam: x}]\n',
      'e.yaml': 'apiVersion: test.gatekeeper.sh/v1alpha1\nkind: suite\n',
      'f.json': '{"apiVersion": "test.gatekeeper.sh/v1alpha1", "kind": "Suite", "kind": "Suite"}',
      'd.yaml': 'apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests: [[[\n',
    });
    expect(done).toMatchObject({ code: 2, stdout: '1 passed, 0 failed\n' });
    expect(done.stderr).toMatch(/b\.yaml:3:\d+: tests\[0\]\.nam: there is no field "nam" here/);
    expect(done.stderr).toMatch(/d\.yaml:[34]:/);
    expect(done.stderr).toMatch(/e\.yaml:2:7: kind: "suite"/);
    expect(done.stderr).toMatch(/f\.json:1:/);
  });

  it('lists validations that no case shows to bite, or to let pass', async () => {
    const done = await run(
      { 'suite.yaml': suite(one('t', asserts('{}'))), 'c.yaml': constraint('c') },
      '--require-coverage',
    );
    expect(done.code).toBe(1);
    expect(done.stdout.replaceAll(done.path, '').split('\n').slice(0, 4)).toEqual([
      '/suite.yaml: K8sLabels/c/validations[0]: no case in which it passes',
      '/suite.yaml: K8sLabels/c/validations[1]: no case in which it bites',
      '/suite.yaml: K8sLabels/c/validations[2]: no case in which it bites',
      '/suite.yaml: K8sLabels/c/validations[3]: no case in which it bites',
    ]);
  });
});
