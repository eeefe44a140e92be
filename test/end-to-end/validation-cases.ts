import type { KubernetesObject } from '../../policies/index.ts';

type Spec = Readonly<Record<string, unknown>>;

/** A policy over Deployments, ConfigMaps and Pods, less its name and what it matches. */
export interface ValidationCase {
  readonly name: string;
  readonly validations: readonly Spec[];
  readonly variables?: readonly Spec[];
  readonly matchConditions?: readonly Spec[];
  readonly failurePolicy?: 'Fail' | 'Ignore';
  /** `params` is a ConfigMap of the namespace `default`. */
  readonly paramRef?: Spec;
}

const says = (expression: string, more: Spec = {}): readonly Spec[] => [{ expression, ...more }];
const one = (name: string, expression: string, more: Spec = {}): ValidationCase => ({
  name,
  validations: says(expression, more),
});
const spoken = 'string(object.metadata.name) + " of " + string(object.kind)';

/** Parameter objects, which lie in `default`. */
export const parameterObjects: readonly (KubernetesObject & Spec)[] = [
  ['small', '1'],
  ['large', '5'],
  ['wrong', 'many'],
].map(([name, max]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { limits: name === 'wrong' ? 'wrong' : 'right' } },
  data: { max },
}));

export const validationCases: readonly ValidationCase[] = [
  one('plain', 'object.metadata.name == "a"'),
  one('message', 'object.metadata.name == "a"', { message: '  it is called a ' }),
  one('message-expression', 'object.metadata.name == "a"', { messageExpression: spoken }),
  one('message-over', 'object.metadata.name == "a"', { message: 'fallback', messageExpression: spoken }),
  one('message-blank', 'object.metadata.name == "a"', { message: 'fallback', messageExpression: '"   "' }),
  one('message-lines', 'object.metadata.name == "a"', { message: 'fallback', messageExpression: '"a\\nb"' }),
  one('message-fails', 'object.metadata.name == "a"', {
    message: 'fallback',
    messageExpression: 'string(object.spec.none.none)',
  }),
  one('has', 'has(object.spec.replicas)'),
  one('replicas', 'object.spec.replicas <= 2'),
  one('replicas-or', 'object.?spec.?replicas.orValue(1) <= 2'),
  one('containers', 'object.spec.template.spec.containers.all(c, has(c.resources.limits))'),
  one('defaulted', 'object.spec.template.spec.containers.all(c, c.imagePullPolicy == "Always")'),
  one('tags', `object.?spec.?template.?spec.?containers.orValue([]).all(c, c.image.contains(':'))`),
  one('exists', 'object.spec.template.spec.containers.exists(c, c.name == "main")'),
  one('exists-one', 'object.spec.template.spec.containers.exists_one(c, c.image.startsWith("nginx"))'),
  one('map', 'object.spec.template.spec.containers.map(c, c.name) == ["main"]'),
  one('filter', 'size(object.spec.template.spec.containers.filter(c, c.name.matches("^m"))) == 1'),
  one('in', '"app" in object.metadata.labels'),
  one('label', 'object.metadata.labels["case"].size() > 3'),
  one(
    'quantity',
    'object.spec.template.spec.containers.all(c, quantity(c.resources.limits.memory).isLessThan(quantity("1Gi")))',
  ),
  one('int-of-text', 'int(object.data.number) > 3'),
  one('double', 'double(object.data.number) / 2.0 > 1.5'),
  one('division', '10 / int(object.data.number) > 1'),
  one('index', 'object.spec.template.spec.containers[1].name == "side"'),
  one('url', 'url(object.data.address).getHostname() == "acme.example"'),
  one('ip', 'isIP(object.data.ip) && ip(object.data.ip).family() == 4'),
  one('cidr', 'cidr("10.0.0.0/8").containsIP(object.data.ip)'),
  one('regex', 'object.metadata.name.find("[0-9]+") != ""'),
  one('lower', 'object.metadata.name.lowerAscii() == object.metadata.name'),
  one('split', 'object.data.list.split(",").size() == 3'),
  one('sum', 'object.data.list.split(",").map(x, int(x)).sum() == 6'),
  one('sets', 'sets.contains(["a", "b", "nginx"], [object.metadata.name])'),
  one('semver', 'semver(object.data.version).isGreaterThan(semver("1.2.3"))'),
  one('format', 'format.dns1123Label().validate(object.metadata.name).hasValue() == false'),
  one('types', 'type(object.data) == map'),
  one('null', 'oldObject == null'),
  one('request', 'request.operation == "CREATE" && request.resource.resource == "deployments"'),
  one('request-kind', 'request.kind.kind == object.kind && request.dryRun'),
  one('user', 'request.userInfo.username == "admin" && "system:masters" in request.userInfo.groups'),
  one('namespace', 'namespaceObject.metadata.name == "default"'),
  one('namespace-label', 'namespaceObject.metadata.labels["kubernetes.io/metadata.name"] == "other"'),
  one('namespace-status', 'namespaceObject.status.phase == "Active"'),
  one('or-error', 'object.spec.none == 1 || object.kind == "ConfigMap"'),
  one('and-error', 'object.kind == "ConfigMap" && object.data.none == "x"'),
  one('ternary', 'object.kind == "ConfigMap" ? has(object.data.number) : object.spec.replicas > 1'),
  {
    name: 'two',
    validations: [
      ...says('object.metadata.name != "a"', { message: 'first' }),
      ...says('has(object.spec)', { message: 'second' }),
    ],
  },
  { name: 'error-and-false', validations: [...says('object.spec.none == 1'), ...says('false', { message: 'no' })] },
  {
    name: 'ignore',
    validations: [...says('object.spec.none == 1'), ...says('object.kind == "Pod"', { message: 'no' })],
    failurePolicy: 'Ignore',
  },
  {
    name: 'variables',
    variables: [
      { name: 'containers', expression: 'object.?spec.?template.?spec.?containers.orValue([])' },
      { name: 'names', expression: 'variables.containers.map(c, c.name)' },
    ],
    validations: says('variables.names.all(n, n != "side")', {
      messageExpression: '"found " + variables.names.map(n, string(n)).join(" and ")',
    }),
  },
  {
    name: 'variable-error',
    variables: [{ name: 'bad', expression: 'object.spec.none' }],
    validations: [...says('object.kind == "ConfigMap" || variables.bad == 1'), ...says('object.kind != "Pod"')],
  },
  {
    name: 'condition',
    matchConditions: [{ name: 'c', expression: 'object.kind == "Deployment"' }],
    validations: says('false', { message: 'a Deployment' }),
  },
  {
    name: 'condition-error',
    matchConditions: [
      { name: 'bad', expression: 'object.spec.none == 1' },
      { name: 'c', expression: 'object.kind == "Deployment"' },
    ],
    validations: says('false'),
  },
  {
    name: 'condition-error-ignored',
    matchConditions: [{ name: 'bad', expression: 'object.spec.none == 1' }],
    validations: says('false'),
    failurePolicy: 'Ignore',
  },
  {
    name: 'param',
    paramRef: { name: 'large' },
    validations: says('object.?spec.?replicas.orValue(9) <= int(params.data.max)', {
      messageExpression: '"at most " + string(params.data.max)',
    }),
  },
  { name: 'param-wrong', paramRef: { name: 'wrong' }, validations: says('1 <= int(params.data.max)') },
  {
    name: 'param-all',
    paramRef: { selector: { matchLabels: { limits: 'right' } } },
    validations: says('object.?spec.?replicas.orValue(2) <= int(params.data.max)', {
      messageExpression: '"at most " + string(params.data.max)',
    }),
  },
  { name: 'param-none', paramRef: { name: 'absent', parameterNotFoundAction: 'Allow' }, validations: says('false') },
  {
    name: 'param-condition',
    paramRef: { name: 'small' },
    matchConditions: [{ name: 'c', expression: 'params.data.max == "1"' }],
    validations: says('false', { message: 'one' }),
  },
  {
    name: 'param-elsewhere',
    paramRef: { name: 'small', namespace: 'default' },
    validations: says('params.metadata.namespace == "default"'),
  },
];

const deployment = (
  name: string,
  replicas: number | undefined,
  containers: readonly Spec[],
): KubernetesObject & Spec => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers } },
  },
});
const config = (name: string, data: Spec): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const validatedObjects: readonly (KubernetesObject & Spec)[] = [
  deployment('a', 1, [{ name: 'main', image: 'nginx' }]),
  deployment('b2', undefined, [{ name: 'main', image: 'nginx:1.29', resources: { limits: { memory: '64Mi' } } }]),
  deployment('c', 3, [
    { name: 'main', image: 'nginx:1.29', resources: { limits: { memory: '2Gi' } } },
    { name: 'side', image: 'x.example/a:1' },
  ]),
  deployment('nginx', 0, [
    { name: 'm', image: 'nginx' },
    { name: 'n', image: 'nginx' },
  ]),
  config('a', { number: '4', address: 'https://acme.example/x', ip: '10.1.2.3', list: '1,2,3', version: '1.10.0' }),
  config('b', { number: '0', address: 'http://other.example:80', ip: '::1', list: '1,2', version: '1.2.3-rc.1' }),
  config('c', { number: 'many', address: 'no url', ip: '300.0.0.1', list: '', version: 'v1' }),
  config('d9', {}),
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
];
