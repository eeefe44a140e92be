/** Documents of Kubernetes' own policies: each a correct one with some of its spec written otherwise. */
export interface DocumentCase {
  readonly title: string;
  readonly document: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

const kinds = {
  vap: 'ValidatingAdmissionPolicy',
  vapb: 'ValidatingAdmissionPolicyBinding',
  map: 'MutatingAdmissionPolicy',
  mapb: 'MutatingAdmissionPolicyBinding',
} as const;

const rule: Fields = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
const mutation: Fields = {
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' },
};

const specs: Readonly<Record<keyof typeof kinds, Fields>> = {
  vap: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'true' }] },
  vapb: { policyName: 'policy.example.com', validationActions: ['Deny'] },
  map: { matchConstraints: { resourceRules: [rule] }, mutations: [mutation], reinvocationPolicy: 'Never' },
  mapb: { policyName: 'policy.example.com' },
};

/** A field that is undefined is left out. */
function write(kind: keyof typeof kinds, title: string, changed: Fields, metadata: Fields = {}): DocumentCase {
  return {
    title: `${kinds[kind]}: ${title}`,
    document: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: kinds[kind],
      metadata: { name: 'policy.example.com', ...metadata },
      spec: { ...specs[kind], ...changed },
    },
  };
}

const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The same for policies of both kinds. */
const policies = (title: string, changed: Fields, metadata: Fields = {}): readonly DocumentCase[] => [
  write('vap', title, changed, metadata),
  write('map', title, changed, metadata),
];

const bindings = (title: string, changed: Fields, metadata: Fields = {}): readonly DocumentCase[] => [
  write('vapb', title, changed, metadata),
  write('mapb', title, changed, metadata),
];

/** Rules in the place where each kind has them. */
const rules = (title: string, changed: Fields, list = 'resourceRules'): readonly DocumentCase[] => {
  const base = list === 'resourceRules' ? {} : { resourceRules: [rule] };
  const resources = { ...base, [list]: [{ ...rule, ...changed }] };
  return [
    ...policies(`${list} with ${title}`, { matchConstraints: resources }),
    ...bindings(`${list} with ${title}`, { matchResources: resources }),
  ];
};

const constraints = (title: string, changed: Fields): readonly DocumentCase[] => [
  ...policies(title, { matchConstraints: { resourceRules: [rule], ...changed } }),
  ...bindings(title, { matchResources: { resourceRules: [rule], ...changed } }),
];

const validation = (title: string, changed: Fields, more: Fields = {}): DocumentCase =>
  write('vap', `a validation with ${title}`, { validations: [{ expression: 'true', ...changed }], ...more });

const condition = (title: string, changed: Fields): readonly DocumentCase[] =>
  policies(`a match condition with ${title}`, { matchConditions: [{ name: 'a', expression: 'true', ...changed }] });

const variable = (title: string, changed: Fields): readonly DocumentCase[] =>
  policies(`a variable with ${title}`, { variables: [{ name: 'a', expression: '1', ...changed }] });

const annotation = (title: string, changed: Fields, metadata: Fields = {}): DocumentCase =>
  write(
    'vap',
    `an annotation with ${title}`,
    { auditAnnotations: [{ key: 'a', valueExpression: '"x"', ...changed }] },
    metadata,
  );

const parameter = (title: string, changed: unknown): readonly DocumentCase[] =>
  bindings(`paramRef ${title}`, { paramRef: changed });

const paramKind = (title: string, changed: unknown): readonly DocumentCase[] =>
  policies(`paramKind ${title}`, { paramKind: changed });

const mutates = (title: string, changed: Fields, more: Fields = {}): DocumentCase =>
  write('map', `a mutation with ${title}`, { mutations: [{ ...mutation, ...changed }], ...more });

const patch = (expression: string): DocumentCase =>
  mutates(`the patch ${expression}`, {
    patchType: 'JSONPatch',
    applyConfiguration: undefined,
    jsonPatch: { expression },
  });
const configuration = (expression: string): DocumentCase =>
  mutates(`the configuration ${expression}`, { applyConfiguration: { expression } });

const found = { parameterNotFoundAction: 'Allow' };

export const documentCases: readonly DocumentCase[] = [
  ...policies('nothing changed', {}),
  ...bindings('nothing changed', {}),
  ...['A', 'a_b', 'a..b', '-a', 'a'.repeat(253), 'a'.repeat(254), 'a/b', 'a.b.c', '1'].flatMap((name) => [
    ...policies(`the name ${name}`, {}, { name }),
    ...bindings(`the name ${name}`, {}, { name }),
  ]),
  ...['A', 'a_b', 'a..b', '', 'a'.repeat(254), 'a.b'].flatMap((policyName) =>
    bindings(`policyName ${policyName}`, { policyName }),
  ),
  ...bindings('no policyName', { policyName: undefined }),
  ...bindings('a namespace', {}, { namespace: 'default' }),
  ...policies('a namespace', {}, { namespace: 'default' }),
  ...policies('no matchConstraints', { matchConstraints: undefined }),
  ...policies('matchConstraints null', { matchConstraints: null }),
  ...policies('empty matchConstraints', { matchConstraints: {} }),
  ...bindings('empty matchResources', { matchResources: {} }),
  ...bindings('matchResources null', { matchResources: null }),
  ...policies('no resourceRules', { matchConstraints: { resourceRules: [] } }),
  ...bindings('no resourceRules', { matchResources: { resourceRules: [] } }),
  ...policies('excludeResourceRules alone', { matchConstraints: { excludeResourceRules: [rule] } }),
  ...['Fail', 'Ignore', 'fail', '', null].flatMap((failurePolicy) =>
    policies(`failurePolicy ${failurePolicy}`, { failurePolicy }),
  ),
  ...policies('a field nobody knows', { unknown: 1 }),
  ...bindings('a field nobody knows', { unknown: 1 }),
  ...rules('a field nobody knows', { unknown: 1 }),
  ...['apiGroups', 'apiVersions', 'operations', 'resources'].flatMap((field) => [
    ...rules(`no ${field}`, { [field]: undefined }),
    ...rules(`empty ${field}`, { [field]: [] }),
    ...rules(`the text "" in ${field}`, { [field]: [''] }),
    ...rules(`* in ${field}`, { [field]: ['*'] }),
    ...rules(`* beside others in ${field}`, { [field]: ['*', field === 'operations' ? 'CREATE' : 'pods'] }),
  ]),
  ...rules('empty operations', { operations: [] }, 'excludeResourceRules'),
  ...rules('no resources', { resources: [] }, 'excludeResourceRules'),
  ...['DELETE', 'CONNECT', 'UPDATE', 'create', 'PATCH'].flatMap((operation) =>
    rules(`operation ${operation}`, { operations: [operation] }),
  ),
  ...rules('an operation twice', { operations: ['CREATE', 'CREATE'] }),
  ...rules('operation DELETE', { operations: ['DELETE'] }, 'excludeResourceRules'),
  ...[
    ['pods', 'pods'],
    ['*', 'pods'],
    ['pods', '*'],
    ['*', 'pods/log'],
    ['*/*'],
    ['*/*', 'pods'],
    ['*/*', '*/*'],
    ['pods/*', 'pods/log'],
    ['pods/log', 'pods/*'],
    ['*/log', 'pods/log'],
    ['pods/log', '*/log'],
    ['pods/a/b'],
    ['/'],
    ['PODS'],
  ].flatMap((resources) => rules(`resources ${resources.join(' ')}`, { resources })),
  ...[['a'], ['a', 'a'], ['a/b'], ['a%b'], ['.'], ['..'], [''], ['A B'], []].flatMap((resourceNames) =>
    rules(`resourceNames ${JSON.stringify(resourceNames)}`, { resourceNames }),
  ),
  ...['*', 'Cluster', 'Namespaced', 'namespaced', '', null].flatMap((scope) => rules(`scope ${scope}`, { scope })),
  ...['Exact', 'Equivalent', 'exact', '', null].flatMap((matchPolicy) =>
    constraints(`matchPolicy ${matchPolicy}`, { matchPolicy }),
  ),
  ...['namespaceSelector', 'objectSelector'].flatMap((selector) =>
    [
      {},
      null,
      { matchLabels: { a: 'b' } },
      { matchLabels: { 'a/b/c': 'b' } },
      { matchLabels: { 'example.com/a': 'b c' } },
      { matchLabels: { a: 'é' } },
      { matchLabels: { ['a'.repeat(64)]: '' } },
      { matchLabels: { a: 'b'.repeat(64) } },
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
      { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] },
      { matchExpressions: [{ key: 'a', operator: 'In' }] },
      { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] },
      { matchExpressions: [{ key: 'a', operator: 'exists' }] },
      { matchExpressions: [{ key: '', operator: 'Exists' }] },
      { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b', 'b', '-'] }] },
      { matchExpressions: [{ operator: 'Exists' }] },
      { matchExpressions: [{ key: 'a' }] },
    ].flatMap((value) => constraints(`${selector} ${JSON.stringify(value)}`, { [selector]: value })),
  ),
  ...many(2, (index) =>
    policies(`${64 + index} match conditions`, {
      matchConditions: many(64 + index, (at) => ({ name: `c${at}`, expression: 'true' })),
    }),
  ).flat(),
  ...policies('match conditions of one name', {
    matchConditions: [
      { name: 'a', expression: 'true' },
      { name: 'a', expression: 'true' },
    ],
  }),
  ...[
    '',
    'a b',
    'a/b',
    'a/b/c',
    '/a',
    'a/',
    'A',
    'A/b',
    'a_b',
    'a'.repeat(63),
    'a'.repeat(64),
    `${'a'.repeat(253)}/a`,
    `${'a'.repeat(254)}/a`,
    'a-',
    'é',
  ].flatMap((name) => condition(`the name ${name}`, { name })),
  ...condition('no name', { name: undefined }),
  ...condition('no expression', { expression: undefined }),
  ...[
    '',
    ' ',
    '1',
    'object',
    'object.a',
    'dyn(true)',
    'params.a',
    'variables.a',
    'authorizer.group("").resource("pods").check("get").allowed()',
    'a',
    'true ||',
    'null',
    'oldObject == null',
    'request.operation == "CREATE"',
    'request.anything',
    'namespaceObject.metadata.name == ""',
    ' true ',
  ].flatMap((expression) => condition(`the expression ${JSON.stringify(expression)}`, { expression })),
  ...policies('a match condition that reads a variable', {
    matchConditions: [{ name: 'a', expression: 'variables.a' }],
    variables: [{ name: 'a', expression: 'true' }],
  }),
  ...policies('a match condition that reads params', {
    matchConditions: [{ name: 'a', expression: 'params.a' }],
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
  }),
  ...[
    '',
    ' ',
    'a',
    'A1',
    '_',
    '1a',
    'a-b',
    'a.b',
    'for',
    'namespace',
    'object',
    'é',
    'a'.repeat(64),
    'a'.repeat(300),
  ].flatMap((name) => variable(`the name ${name}`, { name })),
  ...variable('no name', { name: undefined }),
  ...variable('no expression', { expression: undefined }),
  ...['', ' ', 'variables.a', 'variables.b', 'object.spec', 'a', '[', 'params', '"a" + 1'].flatMap((expression) =>
    variable(`the expression ${JSON.stringify(expression)}`, { expression }),
  ),
  ...policies('variables of one name', {
    variables: [
      { name: 'a', expression: '1' },
      { name: 'a', expression: '"b"' },
    ],
  }),
  ...policies('a variable that reads one above', {
    variables: [
      { name: 'a', expression: '1' },
      { name: 'b', expression: 'variables.a + 1' },
    ],
  }),
  ...policies('a variable that reads one below', {
    variables: [
      { name: 'b', expression: 'variables.a + 1' },
      { name: 'a', expression: '1' },
    ],
  }),
  ...policies('150 variables', { variables: many(150, (at) => ({ name: `v${at}`, expression: '1' })) }),
  write('vap', 'neither validations nor annotations', { validations: undefined }),
  write('vap', 'empty validations', { validations: [] }),
  write('vap', 'empty validations and annotations', { validations: [], auditAnnotations: [] }),
  write('vap', 'validations and empty annotations', { auditAnnotations: [] }),
  write('vap', 'annotations alone', {
    validations: undefined,
    auditAnnotations: [{ key: 'a', valueExpression: '"x"' }],
  }),
  write('vap', '150 validations', { validations: many(150, () => ({ expression: 'true' })) }),
  write('vap', 'validations null', { validations: null }),
  validation('no expression', { expression: undefined }),
  validation('a name', { name: 'a' }),
  ...[
    '',
    ' ',
    '1',
    'object',
    'object.spec.a',
    'dyn(true)',
    'true &&',
    'image',
    'cel.bind(x, 1, x == 1)',
    'math.abs(1) == 1',
    'Object{a: 1}.a == 1',
    'jsonpatch.escapeKey("a") == "a"',
    '"a".matches("(")',
    'timestamp("x") == timestamp("y")',
    'duration("x") == duration("1s")',
    '[1, "a"] == []',
    'request.object == null',
    'request.options == null',
    '1 == "a"',
    'null == null',
    'authorizer.requestResource.check("get").allowed()',
    'variables.a',
    'params == null',
    'true || [][0] == 1',
    '"\\u00zz" == ""',
    '\ntrue\n',
    '!!!true',
    'optional.of(1).hasValue()',
    '[1, 2].sum() == 3',
    'lists.range(2) == [0, 1]',
    '{"a": 1}.all(k, v, v == 1)',
    'format.dns1123Label().validate("a").hasValue()',
    'semver("1.2.3").major() == 1',
    'isIP("::1")',
    'base64.encode(b"a") == ""',
    'sets.contains([1], [1])',
    '1 in {1: 2}',
    '"%s".format(["a"]) == "a"',
    'strings.quote("a") == ""',
    '"a".reverse() == "a"',
    'has(object.a)',
    'has(object)',
    'x.all(y, true)',
    '"a" in ["a", 1]',
    'int(1.0) == 1',
    '-9223372036854775809 == 1',
    '1.exists(x, true)',
    'type(1) == int',
    'object == oldObject',
    'Object{} == object',
  ].map((expression) => validation(`the expression ${JSON.stringify(expression)}`, { expression })),
  ...['', ' ', 'a', 'a\nb', 'a\n', 'a\r', '\n', null].map((message) =>
    validation(`the message ${JSON.stringify(message)}`, { message }),
  ),
  validation('no message for an expression of two lines', { expression: 'true ||\nfalse' }),
  ...[
    '',
    ' ',
    '"a"',
    '1',
    'object.a',
    'string(object.a)',
    'dyn("a")',
    'params.a',
    'authorizer.group("").resource("pods").check("get").reason()',
    'variables.a',
    '"a" +',
    'null',
    'true',
    'type(1)',
    '"a"\n',
  ].map((messageExpression) =>
    validation(`the messageExpression ${JSON.stringify(messageExpression)}`, { messageExpression }),
  ),
  validation(
    'a messageExpression that reads params',
    { messageExpression: 'params.a + ""' },
    { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
  ),
  validation(
    'a messageExpression that reads a variable',
    { messageExpression: 'variables.a' },
    { variables: [{ name: 'a', expression: '"b"' }] },
  ),
  validation('a messageExpression of 6000 characters', { messageExpression: `"${'a'.repeat(6000)}"` }),
  ...['Unauthorized', 'Forbidden', 'Invalid', 'RequestEntityTooLarge', 'invalid', 'NotFound', '', null].map((reason) =>
    validation(`the reason ${reason}`, { reason }),
  ),
  ...['', 'a', 'a b', 'a/b', 'A', 'a'.repeat(63), 'a'.repeat(64), '-', 'é', 'a.b', 'a_b'].map((key) =>
    annotation(`the key ${key}`, { key }),
  ),
  annotation('a key under a long name', {}, { name: 'a'.repeat(253) }),
  annotation('no key', { key: undefined }),
  annotation('no valueExpression', { valueExpression: undefined }),
  ...[
    '',
    ' ',
    '1',
    'null',
    'object',
    'object.a',
    'true',
    '"a" + "b"',
    'true ? "a" : null',
    'dyn(1)',
    '[1]',
    'params.a',
    `"${'a'.repeat(5118)}"`,
    `"${'a'.repeat(5119)}"`,
  ].map((valueExpression) =>
    annotation(`the valueExpression ${valueExpression.slice(0, 40)} of ${valueExpression.length}`, { valueExpression }),
  ),
  ...many(2, (index) =>
    write('vap', `${20 + index} annotations`, {
      auditAnnotations: many(20 + index, (at) => ({ key: `k${at}`, valueExpression: '"a"' })),
    }),
  ),
  write('vap', 'annotations of one key', {
    auditAnnotations: [
      { key: 'a', valueExpression: '"a"' },
      { key: 'a', valueExpression: '"b"' },
    ],
  }),
  ...[
    [],
    ['Deny'],
    ['Warn'],
    ['Audit'],
    ['Deny', 'Warn'],
    ['Deny', 'Audit'],
    ['Warn', 'Audit'],
    ['Deny', 'Deny'],
    ['deny'],
    ['Deny', 'Warn', 'Audit'],
    null,
  ].map((validationActions) =>
    write('vapb', `validationActions ${JSON.stringify(validationActions)}`, { validationActions }),
  ),
  write('vapb', 'no validationActions', { validationActions: undefined }),
  write('mapb', 'validationActions', { validationActions: ['Deny'] }),
  ...parameter('null', null),
  ...parameter('empty', {}),
  ...parameter('with a name', { name: 'a', ...found }),
  ...parameter('with a name and a namespace', { name: 'a', namespace: 'b', ...found }),
  ...parameter('with a bad namespace', { name: 'a', namespace: 'B C', ...found }),
  ...parameter('with an empty name', { name: '', ...found }),
  ...parameter('with an empty name and a selector', { name: '', selector: {}, ...found }),
  ...parameter('without parameterNotFoundAction', { name: 'a' }),
  ...['Deny', 'deny', '', null].flatMap((parameterNotFoundAction) =>
    parameter(`with parameterNotFoundAction ${parameterNotFoundAction}`, { name: 'a', parameterNotFoundAction }),
  ),
  ...['a/b', 'a%b', '.', '..', 'A b'].flatMap((name) => parameter(`with the name ${name}`, { name, ...found })),
  ...parameter('with name and selector', { name: 'a', selector: {}, ...found }),
  ...parameter('with an empty selector', { selector: {}, ...found }),
  ...parameter('with a bad selector', { selector: { matchLabels: { a: 'b c' } }, ...found }),
  ...parameter('with neither', found),
  ...paramKind('null', null),
  ...paramKind('empty', {}),
  ...[
    'v1',
    '',
    '/',
    'a/v1',
    'a/b/v1',
    '/v1',
    'a/',
    'A/v1',
    'V1',
    'a.b/v1',
    '1',
    'a_b/v1',
    'v1.0',
    'a'.repeat(64),
  ].flatMap((apiVersion) => paramKind(`of apiVersion ${apiVersion}`, { apiVersion, kind: 'ConfigMap' })),
  ...['ConfigMap', '', 'configMap', 'a b', 'a-b', 'A_b', '1', 'a'.repeat(64), 'Shop'].flatMap((kind) =>
    paramKind(`of kind ${kind}`, { apiVersion: 'v1', kind }),
  ),
  ...paramKind('without apiVersion', { kind: 'ConfigMap' }),
  ...paramKind('without kind', { apiVersion: 'v1' }),
  write('map', 'no mutations', { mutations: undefined }),
  write('map', 'empty mutations', { mutations: [] }),
  write('map', '150 mutations', { mutations: many(150, () => mutation) }),
  ...['Never', 'IfNeeded', 'Always', '', null].map((reinvocationPolicy) =>
    write('map', `reinvocationPolicy ${reinvocationPolicy}`, { reinvocationPolicy }),
  ),
  write('map', 'no reinvocationPolicy', { reinvocationPolicy: undefined }),
  write('map', 'validations', { validations: [{ expression: 'true' }] }),
  mutates('no patchType', { patchType: undefined }),
  mutates('another patchType', { patchType: 'Merge' }),
  mutates('an empty patchType', { patchType: '' }),
  mutates('no configuration', { applyConfiguration: undefined }),
  mutates('the configuration null', { applyConfiguration: null }),
  mutates('both', { jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/a"}]' } }),
  mutates('the wrong one', { patchType: 'JSONPatch' }),
  mutates('a name', { name: 'a' }),
  mutates('an empty expression', { applyConfiguration: { expression: '' } }),
  mutates('a blank expression', { applyConfiguration: { expression: ' ' } }),
  mutates('no expression', { applyConfiguration: {} }),
  mutates(
    'an expression that reads a variable',
    { applyConfiguration: { expression: 'Object{spec: Object.spec{nodeName: variables.a}}' } },
    { variables: [{ name: 'a', expression: '"b"' }] },
  ),
  ...[
    'Object{}',
    'object',
    'dyn(Object{})',
    '{}',
    'null',
    '[Object{}]',
    'Object.spec{}',
    'true ? Object{} : Object{}',
    'Object{spec: 1}',
    'Object{spec: Object.spec{a: 1}}',
    'Object{spec: Object.metadata{}}',
    'Object{spec: Object{}}',
    'Object{a: [Object.a{b: 1}]}',
    'Object{a: [Object.b{}]}',
    'Object{a: {"b": Object.a{}}}',
    'Object{?a: optional.of(1)}',
    'Object{a: dyn(1)}',
    'has(object.a) ? Object{} : null',
    'object.a ? Object{} : object',
    'optional.of(Object{})',
    'jsonpatch.escapeKey("a") == "a" ? Object{} : Object{}',
    'Object{a: 1, a: 2}',
    'Object.a.b{c: 1}',
    'Objects{}',
    'Object{} == Object{} ? Object{} : Object{}',
    'Object{a: null}',
    'Object{a: Object.a{b: Object.a.b{c: "x"}}}',
    'Object{metadata: Object.metadata{labels: Object.metadata.labels{a: "b"}}}',
    'Object{}.a',
    'params',
  ].map(configuration),
  ...[
    '[]',
    '[JSONPatch{}]',
    '[JSONPatch{op: "remove", path: "/a"}]',
    '[JSONPatch{op: 1}]',
    '[JSONPatch{op: "x", path: 1}]',
    '[JSONPatch{foo: "x"}]',
    '[{"op": "remove", "path": "/a"}]',
    '[1]',
    'dyn([])',
    '[dyn(JSONPatch{op: "remove", path: "/a"})]',
    'object.patches',
    'JSONPatch{}',
    '[JSONPatch{op: "add", path: "/a", value: Object.a{}}]',
    '[JSONPatch{op: "add", path: "/a", value: 1}, JSONPatch{op: "add", path: "/b", value: "x"}]',
    '[JSONPatch{op: "a"}] + [JSONPatch{op: "b"}]',
    'true ? [JSONPatch{op: "a"}] : []',
    '[[JSONPatch{}]]',
    '["a"].map(x, JSONPatch{op: "add", path: "/" + x, value: x})',
    'object.a.map(x, JSONPatch{op: "add", path: x})',
    '[JSONPatch{op: "add", path: jsonpatch.escapeKey("a/b"), value: null}]',
    '[JSONPatch{op: "add", from: dyn(1)}]',
    'null',
    '[null]',
    '[JSONPatch{}, null]',
    '[?optional.of(JSONPatch{})]',
    'Object{}',
    '["a"].filter(x, false).map(x, JSONPatch{})',
    '[1, JSONPatch{}]',
    '[].map(x, x)',
    'optional.of([JSONPatch{}])',
    '{}.map(k, JSONPatch{})',
  ].map(patch),
];
