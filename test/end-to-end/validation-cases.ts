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

/** Libraries and corners of the language, over what the objects hold. */
const expressions: readonly (readonly [string, string])[] = [
  ['uid', 'request.uid != "" && request.name == object.metadata.name && request.namespace == "default"'],
  ['options', 'has(request.options) && request.options.kind == "CreateOptions"'],
  ['sub-resource', 'request.subResource == "" && !has(request.oldObject)'],
  ['groups', 'request.userInfo.groups.exists(g, g.startsWith("system:")) && request.userInfo.uid != "x"'],
  ['extra', 'request.userInfo.?extra.orValue({}).size() == 0'],
  ['status', 'has(object.status)'],
  ['two-variables', 'object.metadata.labels.all(k, v, k != "app" || v == object.metadata.name)'],
  ['two-variables-list', 'object.spec.template.spec.containers.exists(i, c, i == 1 && c.name == "side")'],
  ['transform-list', 'object.data.transformList(k, v, k + "=" + v).size() == 5'],
  ['transform-map', 'object.data.transformMap(k, v, size(v))["number"] == 1'],
  ['transform-entry', 'object.data.transformMapEntry(k, v, {v: k}).size() == 5'],
  ['bind', 'cel.bind(n, object.metadata.name, n + n == "aa")'],
  ['replace', 'object.metadata.name.replace("n", "m", 1) == "mginx"'],
  ['substring', 'object.metadata.name.substring(1) == ""'],
  ['substring-error', 'object.metadata.name.substring(3, 1) == ""'],
  ['char', 'object.metadata.name.charAt(0) == "n" && object.metadata.name.indexOf("x") == 4'],
  ['trim', '(" " + object.metadata.name + "\\t").trim() == object.metadata.name'],
  ['upper', 'object.metadata.name.upperAscii().matches("^[A-Z]$")'],
  ['last-index', 'object.data.list.lastIndexOf(",") == 3'],
  ['join', 'object.data.list.split(",", 2).join("|") == "1|2,3"'],
  ['formatted', '"%s is %d of %.2f".format([object.metadata.name, 3, 1.5]) == "a is 3 of 1.50"'],
  ['formatted-map', '"%s".format([object.metadata.labels]).contains("app: c")'],
  ['find-all', 'object.data.address.findAll("[a-z]+", 2).size() == 2'],
  ['slice', 'object.data.list.split(",").slice(0, 2) == ["1", "2"]'],
  ['flatten', '[[object.metadata.name], ["x"]].flatten() == ["a", "x"]'],
  ['distinct', 'object.spec.template.spec.containers.map(c, c.image).distinct().size() == 1'],
  ['sort', 'object.spec.template.spec.containers.map(c, c.name).sort() == ["main", "side"]'],
  ['sort-by', 'object.spec.template.spec.containers.sortBy(c, c.name)[0].name == "main"'],
  ['first', 'object.data.list.split(",").first().value() == "1"'],
  ['reverse', 'object.data.list.split(",").reverse()[0] == "3"'],
  ['range', 'lists.range(3).map(i, string(i)).join(",") == object.data.list'],
  ['is-sorted', 'object.data.list.split(",").isSorted() && object.data.list.split(",").max() == "3"'],
  ['index-of', 'object.data.list.split(",").indexOf("2") == 1'],
  ['sets-equivalent', 'sets.equivalent(object.data.list.split(","), ["3", "2", "1", "1"])'],
  ['sets-intersects', 'sets.intersects(object.metadata.labels.map(k, k), ["app"])'],
  ['out-of-range', 'object.data.list.split(",")[5] == ""'],
  ['negative-index', 'object.data.list.split(",")[-1] == ""'],
  ['optional-index', 'object.data.list.split(",")[?2].orValue("none") == "3"'],
  ['optional-map', 'object.?data[?"number"].optMap(n, n + "!").orValue("?") == "4!"'],
  ['optional-flat', 'object.?data.?ip.optFlatMap(i, isIP(i) ? optional.of(ip(i)) : optional.none()).hasValue()'],
  ['optional-value', 'object.?data.?none.value() == ""'],
  ['optional-or', 'object.?data.?none.or(object.?data.?number).orValue("0") == "4"'],
  ['optional-zero', 'optional.ofNonZeroValue(object.data.list).hasValue()'],
  ['unwrap', 'optional.unwrap([object.?data.?ip, object.?data.?none]).size() == 1'],
  ['int-and-double', 'object.?spec.?replicas.orValue(1) == 1.0 && 1 < 1.5 && 2u > 1'],
  ['mixed-in', '1 in [1.0, 2.0] && 3u in [1, 2, 3] && object.kind != ""'],
  ['mixed-keys', '{1: "a", "b": 2}[1] == "a" && object.kind == "Pod"'],
  ['modulo', '-7 % int(object.data.number) == -3'],
  ['overflow', '9223372036854775807 + int(object.data.number) > 0'],
  ['negative', '-(-9223372036854775807 - 1) == 0 || object.kind == "Pod"'],
  ['uint-under', '1u - uint(object.data.number) == 0u'],
  ['double-int', 'int(double(object.data.number)) == 4'],
  ['huge-double', 'int(double(object.data.number) * 1e300) == 0'],
  ['not-a-number', '0.0 / double(object.data.number) != 0.0'],
  ['bytes', 'bytes(object.metadata.name) == b"a"'],
  ['base64', 'base64.encode(bytes(object.metadata.name)) == "YQ=="'],
  ['base64-decode', 'string(base64.decode(object.data.list)) == ""'],
  ['duration', 'duration(object.data.number + "h").getMinutes() == 240'],
  ['duration-compare', 'duration("90m") > duration(object.data.number + "s")'],
  ['timestamp', 'timestamp("2026-01-0" + object.data.number + "T10:00:00Z").getDayOfWeek() == 0'],
  ['timestamp-zone', 'timestamp("2026-06-01T00:00:00Z").getHours("Europe/Berlin") == 2 && object.kind == "Pod"'],
  [
    'timestamp-add',
    'timestamp("2026-01-01T00:00:00Z") + duration(object.data.number + "h") == timestamp("2026-01-01T04:00:00Z")',
  ],
  ['timestamp-text', 'string(timestamp("2026-01-01T00:00:00.5Z")) == "2026-01-01T00:00:00.5Z" && object.kind == "Pod"'],
  ['type-of', 'type(object.data.number) == string && type(object.metadata) == map && type(1.0) == double'],
  ['equal-maps', 'object.metadata.labels == {"app": object.metadata.name, "case": "equal-maps"}'],
  ['equal-lists', 'object.spec.template.spec.containers.map(c, c.name) == ["m", "n"]'],
  ['equal-other', 'dyn(object.metadata.name) == 1 || dyn(object.metadata.name) != 1'],
  ['null-field', 'object.metadata.labels != null'],
  ['ternary-types', '(object.kind == "Pod" ? dyn(1) : dyn("a")) == 1'],
  ['not-bool', '!(dyn(object.metadata.name) == "a")'],
  ['and-other', 'dyn(object.metadata.name) == "a" && object.metadata.name.size() == 1'],
  ['regex-error', 'object.metadata.name.matches(object.data.address + "(")'],
  ['regex-flags', 'object.metadata.name.matches("(?i)^NGINX$")'],
  ['escapes', 'object.metadata.name != "\\x61\\u0062\\U00000063\\141" && r"\\d" != "d"'],
  ['quantity-sum', 'quantity("1Gi").add(quantity(object.data.number)).compareTo(quantity("1073741828")) == 0'],
  [
    'quantity-parts',
    'isQuantity(object.data.number) && quantity(object.data.number).isInteger() && quantity(object.data.number).asInteger() == 4',
  ],
  ['quantity-approximately', 'quantity(object.data.number).asApproximateFloat() == 4.0'],
  ['semver-parts', 'semver(object.data.version).major() == 1 && semver(object.data.version).minor() == 10'],
  ['semver-pre', 'semver(object.data.version).isLessThan(semver("1.2.3"))'],
  ['semver-normal', 'isSemver(object.data.version, true)'],
  ['semver-compare', 'semver(object.data.version, true).compareTo(semver("1.0.0")) == 0'],
  ['ip-kind', 'ip(object.data.ip).isLoopback() || ip(object.data.ip).isGlobalUnicast()'],
  ['ip-canonical', 'ip.isCanonical(object.data.ip)'],
  ['ip-equal', 'ip(object.data.ip) == ip("10.1.2.3")'],
  ['ip-text', 'string(ip(object.data.ip)) == object.data.ip'],
  [
    'cidr-parts',
    'cidr(object.data.ip + "/8").masked() == cidr("10.0.0.0/8") && cidr(object.data.ip + "/8").prefixLength() == 8',
  ],
  ['cidr-in', 'cidr("10.0.0.0/8").containsCIDR(object.data.ip + "/32") && isCIDR("10.0.0.0/8")'],
  ['url-parts', 'url(object.data.address).getScheme() == "https" && url(object.data.address).getEscapedPath() == "/x"'],
  [
    'url-port',
    'url(object.data.address).getPort() == "80" && url(object.data.address).getHost() == "other.example:80"',
  ],
  ['url-query', 'url(object.data.address + "?a=1&a=2").getQuery()["a"] == ["1", "2"]'],
  ['is-url', 'isURL(object.data.address)'],
  ['format-names', 'format.named("dns1123Subdomain").value().validate(object.data.ip).hasValue()'],
  ['format-errors', 'format.dns1123Label().validate(object.data.address).orValue([]).size() == 0'],
  ['format-uuid', '!format.uuid().validate(object.data.version).hasValue()'],
  ['label-value', '!format.labelValue().validate(object.data.address).hasValue()'],
  ['math', 'math.greatest([1, 2, 3]) == 3 && math.least(1, 2.5) == 1 && object.kind == "Pod"'],
  ['reserved', 'has(object.metadata.__namespace__) || object.metadata.namespace == "default"'],
  ['dashes', 'object.metadata.labels["app.kubernetes.io/name"] == "x"'],
  ['missing-key', 'object.metadata.labels.none == "x"'],
  ['macro-error', '[1, 2, 3].all(i, 10 / (i - 2) > -100) && object.kind == "Pod"'],
  ['macro-exists-error', '[1, 2, 3].exists(i, 10 / (i - 2) > 5) || object.kind == "Pod"'],
  ['exists-one-error', '[1, 2, 3].exists_one(i, 10 / (i - 2) > 5) || object.kind == "Pod"'],
  ['deep', '[[1, [2]], [3, [4]]].all(x, dyn(x[1]).all(y, y > 1)) && object.kind == "Pod"'],
  ['list-add', '(object.data.list.split(",") + ["9"]).size() == 4'],
  ['text-add', '"a" + object.metadata.name < "ab"'],
  ['bool-order', 'false < (object.kind == "Pod")'],
  ['list-of-types', '[dyn(1), dyn("a"), dyn(null)].exists(x, x == null) && object.kind == "Pod"'],
];

const speaking: readonly ValidationCase[] = [
  one('message-long', 'object.kind == "Pod"', { message: 'short', messageExpression: '"' + 'x'.repeat(5200) + '"' }),
  one('message-not-text', 'object.kind == "Pod"', { messageExpression: 'string(object.metadata.labels.size())' }),
  one('message-empty', 'object.kind == "Pod"', { messageExpression: '""' }),
  one('message-reason', 'object.kind == "Pod"', { message: 'no', reason: 'Invalid' }),
  {
    name: 'variables-lazy',
    variables: [
      { name: 'unused', expression: '1 / 0 == 1' },
      { name: 'chain', expression: 'object.metadata.name' },
      { name: 'chained', expression: 'variables.chain + "!"' },
    ],
    validations: says('variables.chained == "a!"', { messageExpression: 'variables.chained' }),
  },
  {
    name: 'variables-twice',
    variables: [{ name: 'v', expression: 'object.spec.replicas' }],
    validations: [...says('variables.v > 0', { message: 'first' }), ...says('variables.v > 2', { message: 'second' })],
  },
  {
    name: 'condition-several',
    matchConditions: [
      { name: 'a', expression: 'request.operation == "CREATE"' },
      { name: 'b', expression: 'object.metadata.name.startsWith("c")' },
    ],
    validations: says('false', { messageExpression: '"denied " + object.metadata.name' }),
  },
  {
    name: 'param-message',
    paramRef: { selector: {} },
    validations: says('params.metadata.name == "small"', { messageExpression: '"under " + params.metadata.name' }),
  },
  {
    name: 'param-selector-none',
    paramRef: { selector: { matchLabels: { limits: 'nothing' } } },
    validations: says('false'),
  },
  {
    name: 'param-selector-in',
    paramRef: { selector: { matchExpressions: [{ key: 'limits', operator: 'In', values: ['right', 'wrong'] }] } },
    validations: says('params.data.max != "many"', { messageExpression: 'params.data.max' }),
  },
];

export const validationCases: readonly ValidationCase[] = [
  ...expressions.map(([name, expression]) => one(name, expression)),
  ...speaking,
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
