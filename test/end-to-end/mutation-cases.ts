import type { KubernetesObject } from '../../policies/version.ts';

/** One MutatingAdmissionPolicy, and the objects that it is to change. */
export interface MutationCase {
  readonly name: string;
  readonly mutations: readonly Mutation[];
  readonly objects: readonly KubernetesObject[];
}

export type Mutation = { readonly apply: string } | { readonly patch: string };

const of = (apiVersion: string, kind: string, rest: object): KubernetesObject => ({ apiVersion, kind, ...rest });
const json = (value: unknown): string => JSON.stringify(value);

const pod = (spec: object, metadata: object = {}): KubernetesObject =>
  of('v1', 'Pod', { metadata, spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec } });
const container = (rest: object): KubernetesObject => pod({ containers: [{ name: 'web', image: 'web:1', ...rest }] });
const config = (rest: object): KubernetesObject => of('v1', 'ConfigMap', rest);

/** Lists as they are, and as they are applied: every order that matters. */
const old: readonly string[] = ['', 'a', 'ab', 'abc', 'cba', 'acbd'];
const applied: readonly string[] = ['a', 'c', 'ab', 'ba', 'x', 'xa', 'ax', 'xby', 'cxa', 'dcba', 'abcxy'];

interface ListKind {
  readonly name: string;
  readonly objectOf: (items: readonly string[]) => KubernetesObject;
  readonly applyOf: (items: readonly string[]) => string;
}

const number = (letter: string): number => 8000 + letter.charCodeAt(0);

/** Lists whose items are told apart: sets, by one key, by two. */
const listKinds: readonly ListKind[] = [
  {
    name: 'finalizers',
    objectOf: (items) => config({ metadata: { finalizers: items.map((item) => `acme.dev/${item}`) } }),
    applyOf: (items) =>
      `Object{metadata: Object.metadata{finalizers: ${json(items.map((item) => `acme.dev/${item}`))}}}`,
  },
  {
    name: 'environment',
    objectOf: (items) => container({ env: items.map((name) => ({ name, value: 'old' })) }),
    applyOf: (items) => {
      const env = items.map((name) => `Object.spec.containers.env{name: ${json(name)}, value: 'new'}`).join(', ');
      return `Object{spec: Object.spec{containers: [Object.spec.containers{name: 'web', env: [${env}]}]}}`;
    },
  },
  {
    name: 'containers',
    objectOf: (items) => pod({ containers: [...items, 'z'].map((name) => ({ name, image: 'old:1', tty: true })) }),
    applyOf: (items) => {
      const list = items.map((name) => `Object.spec.containers{name: ${json(name)}, image: 'new:1'}`).join(', ');
      return `Object{spec: Object.spec{containers: [${list}]}}`;
    },
  },
  {
    name: 'ports',
    objectOf: (items) =>
      of('v1', 'Service', {
        spec: {
          ports: [...items, 'z'].map((name) => ({ name, port: number(name), protocol: name === 'b' ? 'UDP' : 'TCP' })),
        },
      }),
    applyOf: (items) => {
      const ports = items.map((name) => `Object.spec.ports{name: ${json(`${name}-new`)}, port: ${number(name)}}`);
      return `Object{spec: Object.spec{ports: [${ports.join(', ')}]}}`;
    },
  },
];

const orders: readonly MutationCase[] = listKinds.flatMap(({ name, objectOf, applyOf }) =>
  applied.map((items) => ({
    name: `${name}-${items}`,
    mutations: [{ apply: applyOf([...items]) }],
    objects: old.map((had) => objectOf([...had])),
  })),
);

const deployment = of('apps/v1', 'Deployment', {
  spec: {
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }], nodeSelector: { a: 'b' }, tolerations: [{ key: 'a' }] },
    },
  },
});
const network = of('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: { matchLabels: { a: 'b' } } } });
const role = of('rbac.authorization.k8s.io/v1', 'Role', {
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
});
const driver = of('storage.k8s.io/v1', 'CSIDriver', { spec: { volumeLifecycleModes: ['Ephemeral'] } });
const volumes = pod({
  volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'old', items: [{ key: 'k', path: 'p' }] } }],
  hostAliases: [{ ip: '192.0.2.1', hostnames: ['a'] }],
  imagePullSecrets: [{ name: 'a' }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  securityContext: { sysctls: [{ name: 'a', value: 'b' }], supplementalGroups: [1] },
});

const spec = (rest: string): string => `Object{spec: Object.spec{${rest}}}`;
const inContainer = (rest: string): string => spec(`containers: [Object.spec.containers{name: 'web', ${rest}}]`);
const inTemplate = (rest: string): string =>
  spec(`template: Object.spec.template{spec: Object.spec.template.spec{${rest}}}`);

/** Single expressions, some of which no API server takes. */
const singles: readonly (readonly [string, KubernetesObject, string])[] = [
  ['nothing', config({ data: { a: 'b' } }), 'Object{}'],
  [
    'labels',
    config({ metadata: { labels: { a: 'b' } } }),
    `Object{metadata: Object.metadata{labels: {'a': 'c', 'd': 'e'}}}`,
  ],
  [
    'annotations',
    config({}),
    `Object{metadata: Object.metadata{annotations: {'a': string(object.metadata.name.size())}}}`,
  ],
  ['empty-map', config({}), 'Object{metadata: Object.metadata{annotations: {}}}'],
  [
    'empty-list',
    config({ metadata: { finalizers: ['acme.dev/a'] } }),
    'Object{metadata: Object.metadata{finalizers: []}}',
  ],
  ['data', config({ data: { a: 'b' } }), `Object{data: {'c': 'd'}}`],
  ['immutable', config({ data: { a: 'b' } }), 'Object{immutable: true}'],
  ['bytes', of('v1', 'Secret', { data: { a: 'YQ==' } }), `Object{data: {'b': 'Yg=='}}`],
  ['text-as-data', of('v1', 'Secret', {}), `Object{stringData: {'b': 'text'}}`],
  ['struct', pod({}), spec('securityContext: Object.spec.securityContext{runAsNonRoot: true}')],
  ['struct-beside', volumes, spec('securityContext: Object.spec.securityContext{runAsNonRoot: true}')],
  ['empty-struct', deployment, inTemplate('securityContext: Object.spec.template.spec.securityContext{}')],
  ['template', deployment, inTemplate(`automountServiceAccountToken: false`)],
  ['number', deployment, spec('replicas: 3')],
  ['double', deployment, spec('replicas: 3.0')],
  ['half', deployment, spec('replicas: 3.5')],
  ['unsigned', deployment, spec('replicas: 3u')],
  ['text-for-number', deployment, spec(`replicas: '3'`)],
  ['null', deployment, spec('replicas: null')],
  ['null-struct', deployment, spec('template: null')],
  ['boolean', pod({}), spec('hostNetwork: true')],
  ['false', pod({ hostPID: true }), spec('hostPID: false')],
  [
    'port-number',
    container({}),
    inContainer(
      'livenessProbe: Object.spec.containers.livenessProbe{tcpSocket: Object.spec.containers.livenessProbe.tcpSocket{port: 80}}',
    ),
  ],
  [
    'port-name',
    container({}),
    inContainer(
      `livenessProbe: Object.spec.containers.livenessProbe{tcpSocket: Object.spec.containers.livenessProbe.tcpSocket{port: 'web'}}`,
    ),
  ],
  [
    'quantity',
    container({ resources: { limits: { cpu: '1' } } }),
    inContainer(`resources: Object.spec.containers.resources{limits: {'memory': '1Gi'}}`),
  ],
  ['quantity-number', container({}), inContainer(`resources: Object.spec.containers.resources{limits: {'cpu': 2}}`)],
  [
    'quantity-boolean',
    container({}),
    inContainer(`resources: Object.spec.containers.resources{limits: {'cpu': true}}`),
  ],
  [
    'volume',
    volumes,
    spec(
      `volumes: [Object.spec.volumes{name: 'b', configMap: Object.spec.volumes.configMap{name: 'new'}}, Object.spec.volumes{name: 'c'}]`,
    ),
  ],
  [
    'mounts',
    pod({
      volumes: [{ name: 'a' }],
      containers: [{ name: 'web', image: 'web', volumeMounts: [{ name: 'a', mountPath: '/a' }] }],
    }),
    inContainer(
      `volumeMounts: [Object.spec.containers.volumeMounts{mountPath: '/b', name: 'a'}, Object.spec.containers.volumeMounts{mountPath: '/a', readOnly: true}]`,
    ),
  ],
  [
    'container-ports',
    container({ ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }] }),
    inContainer(
      `ports: [Object.spec.containers.ports{containerPort: 80, name: 'web'}, Object.spec.containers.ports{containerPort: 80, protocol: 'UDP', name: 'dns'}]`,
    ),
  ],
  ['aliases', volumes, spec(`hostAliases: [Object.spec.hostAliases{ip: '192.0.2.2'}]`)],
  ['aliases-atomic', volumes, spec(`hostAliases: [Object.spec.hostAliases{ip: '192.0.2.2', hostnames: ['b']}]`)],
  ['pull-secrets', volumes, spec(`imagePullSecrets: [Object.spec.imagePullSecrets{name: 'b'}]`)],
  [
    'spread',
    volumes,
    spec(
      `topologySpreadConstraints: [Object.spec.topologySpreadConstraints{topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 2}]`,
    ),
  ],
  [
    'spread-more',
    volumes,
    spec(
      `topologySpreadConstraints: [Object.spec.topologySpreadConstraints{topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 2}]`,
    ),
  ],
  [
    'gates',
    pod({ schedulingGates: [{ name: 'a' }] }),
    spec(`schedulingGates: [Object.spec.schedulingGates{name: 'acme.dev/b'}]`),
  ],
  [
    'resize',
    container({}),
    inContainer(
      `resizePolicy: [Object.spec.containers.resizePolicy{resourceName: 'cpu', restartPolicy: 'NotRequired'}]`,
    ),
  ],
  ['atomic-list', pod({ tolerations: [{ key: 'a' }] }), spec(`tolerations: [Object.spec.tolerations{key: 'b'}]`)],
  ['atomic-list-of-text', container({}), inContainer(`args: ['a']`)],
  ['atomic-empty', container({}), inContainer('args: []')],
  ['atomic-map', pod({}), spec(`nodeSelector: {'a': 'b'}`)],
  ['atomic-map-in-template', deployment, inTemplate(`nodeSelector: {'a': 'c'}`)],
  ['atomic-struct', deployment, spec(`selector: Object.spec.selector{matchLabels: {'a': 'b'}}`)],
  ['atomic-selector', network, spec(`podSelector: Object.spec.podSelector{matchLabels: {'c': 'd'}}`)],
  [
    'atomic-reference',
    container({}),
    inContainer(
      `env: [Object.spec.containers.env{name: 'A', valueFrom: Object.spec.containers.env.valueFrom{fieldRef: Object.spec.containers.env.valueFrom.fieldRef{fieldPath: 'metadata.name'}}}]`,
    ),
  ],
  ['atomic-rules', role, `Object{rules: [Object.rules{apiGroups: [''], resources: ['pods'], verbs: ['list']}]}`],
  [
    'atomic-deep',
    pod({}),
    spec(
      `affinity: Object.spec.affinity{nodeAffinity: Object.spec.affinity.nodeAffinity{requiredDuringSchedulingIgnoredDuringExecution: Object.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution{}}}`,
    ),
  ],
  ['granular-deep', pod({}), spec(`affinity: Object.spec.affinity{nodeAffinity: Object.spec.affinity.nodeAffinity{}}`)],
  ['set-of-names', driver, spec(`volumeLifecycleModes: ['Persistent']`)],
  ['set-twice', config({}), `Object{metadata: Object.metadata{finalizers: ['acme.dev/a', 'acme.dev/a']}}`],
  ['set-of-numbers', config({}), 'Object{metadata: Object.metadata{finalizers: [1]}}'],
  ['set-of-null', config({}), 'Object{metadata: Object.metadata{finalizers: [null]}}'],
  [
    'item-twice',
    container({}),
    inContainer(`env: [Object.spec.containers.env{name: 'A'}, Object.spec.containers.env{name: 'A'}]`),
  ],
  [
    'double-environment',
    container({ env: [{ name: 'A', value: '1' }, { name: 'B' }, { name: 'A', value: '2' }] }),
    inContainer(`env: [Object.spec.containers.env{name: 'A', value: '3'}]`),
  ],
  [
    'double-environment-kept',
    container({ env: [{ name: 'A', value: '1' }, { name: 'B' }, { name: 'A', value: '2' }] }),
    inContainer(`env: [Object.spec.containers.env{name: 'B', value: '3'}]`),
  ],
  ['unknown-field', pod({}), spec('shop: true')],
  ['unknown-deep', container({}), inContainer('shop: true')],
  ['wrong-name', deployment, 'Object{spec: Object.spec{template: Object.spec.wrong{}}}'],
  ['list-for-object', pod({}), `Object{spec: ['a']}`],
  ['map-for-labels', pod({}), `Object{metadata: Object.metadata{labels: {'a': 1}}}`],
  ['text-for-list', pod({}), spec(`containers: 'web'`)],
  ['other-kind', config({}), `Object{kind: 'Secret', apiVersion: 'v2', data: {'a': 'b'}}`],
  ['conditional', pod({}), `object.spec.?hostNetwork.orValue(false) ? Object{} : ${spec('hostPID: true')}`],
  [
    'optional',
    pod({}),
    `Object{spec: Object.spec{?hostname: object.metadata.?generateName, ?nodeName: optional.none()}}`,
  ],
  [
    'mapped',
    pod({
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    }),
    spec(
      `containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, image: 'mirror.example/' + c.image})`,
    ),
  ],
  [
    'filtered',
    pod({
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b', tty: true },
      ],
    }),
    spec(
      `containers: object.spec.containers.filter(c, !c.?tty.orValue(false)).map(c, Object.spec.containers{name: c.name, tty: true})`,
    ),
  ],
  ['taken-over', config({ data: { a: 'b' } }), 'Object{metadata: Object.metadata{labels: object.data}}'],
  ['error', config({}), `Object{data: {'a': object.data.missing}}`],
  [
    'defaults-seen',
    pod({}),
    `Object{metadata: Object.metadata{annotations: {'a': object.spec.restartPolicy + object.spec.containers[0].imagePullPolicy}}}`,
  ],
  [
    'ingress',
    of('networking.k8s.io/v1', 'Ingress', {
      spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } },
    }),
    spec(
      `ingressClassName: 'a', defaultBackend: Object.spec.defaultBackend{service: Object.spec.defaultBackend.service{name: 'b'}}`,
    ),
  ],
  [
    'claim',
    of('v1', 'PersistentVolumeClaim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }),
    spec(`resources: Object.spec.resources{requests: {'storage': '2Gi'}}`),
  ],
  [
    'account-secrets',
    of('v1', 'ServiceAccount', { secrets: [{ name: 'a' }] }),
    `Object{automountServiceAccountToken: false, secrets: [Object.secrets{name: 'b'}]}`,
  ],
];

const patches: readonly (readonly [string, KubernetesObject, string])[] = [
  ['add', config({}), `[JSONPatch{op: 'add', path: '/data', value: {'a': 'b'}}]`],
  ['add-nothing', config({}), `object.metadata.name == '' ? [JSONPatch{op: 'remove', path: '/data'}] : []`],
  [
    'add-label',
    config({ metadata: { labels: { a: 'b' } } }),
    `[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('acme.dev/x'), value: 'c'}]`,
  ],
  ['add-below-nothing', config({}), `[JSONPatch{op: 'add', path: '/metadata/annotations/a', value: 'c'}]`],
  [
    'add-struct',
    pod({}),
    `[JSONPatch{op: 'add', path: '/spec/securityContext', value: Object.spec.securityContext{runAsNonRoot: true}}]`,
  ],
  [
    'add-first',
    container({ args: ['a', 'b'] }),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/args/0', value: 'x'}]`,
  ],
  [
    'add-last',
    container({ args: ['a', 'b'] }),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/args/-', value: 'x'}]`,
  ],
  [
    'add-after-last',
    container({ args: ['a', 'b'] }),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/args/2', value: 'x'}]`,
  ],
  [
    'add-too-far',
    container({ args: ['a', 'b'] }),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/args/3', value: 'x'}]`,
  ],
  [
    'add-negative',
    container({ args: ['a', 'b'] }),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/args/-1', value: 'x'}]`,
  ],
  ['add-null', config({ data: { a: 'b' } }), `[JSONPatch{op: 'add', path: '/data', value: null}]`],
  ['add-no-value', config({ data: { a: 'b' } }), `[JSONPatch{op: 'add', path: '/data'}]`],
  ['add-unknown', pod({}), `[JSONPatch{op: 'add', path: '/spec/shop', value: true}]`],
  ['add-double', deployment, `[JSONPatch{op: 'add', path: '/spec/replicas', value: 3.0}]`],
  ['add-wrong', deployment, `[JSONPatch{op: 'add', path: '/spec/replicas', value: 'x'}]`],
  [
    'add-toleration',
    pod({}),
    `[JSONPatch{op: 'add', path: '/spec/tolerations', value: [{'key': 'a', 'operator': 'Exists'}]}]`,
  ],
  ['other-kind', config({}), `[JSONPatch{op: 'replace', path: '/kind', value: 'Secret'}]`],
  ['other-version', config({}), `[JSONPatch{op: 'replace', path: '/apiVersion', value: 'v2'}]`],
  ['no-kind', config({}), `[JSONPatch{op: 'remove', path: '/kind'}]`],
  [
    'bad-quantity',
    container({}),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/resources/limits', value: {'cpu': 'much'}}]`,
  ],
  ['null-item', container({ args: ['a'] }), `[JSONPatch{op: 'add', path: '/spec/containers/0/args/-', value: null}]`],
  ['remove', config({ data: { a: 'b' } }), `[JSONPatch{op: 'remove', path: '/data'}]`],
  ['remove-missing', config({}), `[JSONPatch{op: 'remove', path: '/data'}]`],
  ['remove-item', container({ args: ['a', 'b', 'c'] }), `[JSONPatch{op: 'remove', path: '/spec/containers/0/args/1'}]`],
  [
    'remove-last',
    container({ args: ['a', 'b', 'c'] }),
    `[JSONPatch{op: 'remove', path: '/spec/containers/0/args/-1'}]`,
  ],
  ['remove-end', container({ args: ['a', 'b', 'c'] }), `[JSONPatch{op: 'remove', path: '/spec/containers/0/args/-'}]`],
  ['remove-too-far', container({ args: ['a'] }), `[JSONPatch{op: 'remove', path: '/spec/containers/0/args/1'}]`],
  ['remove-default', pod({}), `[JSONPatch{op: 'remove', path: '/spec/restartPolicy'}]`],
  ['replace', pod({}), `[JSONPatch{op: 'replace', path: '/spec/containers/0/image', value: 'new:1'}]`],
  ['replace-missing', pod({}), `[JSONPatch{op: 'replace', path: '/spec/hostname', value: 'a'}]`],
  [
    'replace-too-far',
    pod({}),
    `[JSONPatch{op: 'replace', path: '/spec/containers/1', value: {'name': 'a', 'image': 'b'}}]`,
  ],
  ['replace-below-nothing', config({}), `[JSONPatch{op: 'replace', path: '/binaryData/a', value: 'a'}]`],
  ['move', config({ data: { a: 'b' } }), `[JSONPatch{op: 'move', from: '/data/a', path: '/data/c'}]`],
  ['move-missing', config({ data: { a: 'b' } }), `[JSONPatch{op: 'move', from: '/data/b', path: '/data/c'}]`],
  [
    'move-item',
    container({ args: ['a', 'b', 'c'] }),
    `[JSONPatch{op: 'move', from: '/spec/containers/0/args/2', path: '/spec/containers/0/args/0'}]`,
  ],
  ['copy', config({ data: { a: 'b' } }), `[JSONPatch{op: 'copy', from: '/data/a', path: '/data/c'}]`],
  ['copy-missing', config({ data: { a: 'b' } }), `[JSONPatch{op: 'copy', from: '/data/x', path: '/data/c'}]`],
  [
    'copy-map',
    config({ data: { a: 'b' }, metadata: { annotations: { x: 'y' } } }),
    `[JSONPatch{op: 'copy', from: '/data', path: '/metadata/annotations'}]`,
  ],
  [
    'test',
    config({ data: { a: 'b' } }),
    `[JSONPatch{op: 'test', path: '/data/a', value: 'b'}, JSONPatch{op: 'add', path: '/data/c', value: 'd'}]`,
  ],
  [
    'test-fails',
    config({ data: { a: 'b' } }),
    `[JSONPatch{op: 'test', path: '/data/a', value: 'c'}, JSONPatch{op: 'add', path: '/data/c', value: 'd'}]`,
  ],
  [
    'test-map',
    config({ data: { a: 'b', c: 'd' } }),
    `[JSONPatch{op: 'test', path: '/data', value: {'c': 'd', 'a': 'b'}}, JSONPatch{op: 'remove', path: '/data'}]`,
  ],
  [
    'test-missing',
    config({}),
    `[JSONPatch{op: 'test', path: '/data', value: null}, JSONPatch{op: 'add', path: '/data', value: {'c': 'd'}}]`,
  ],
  [
    'test-missing-value',
    config({}),
    `[JSONPatch{op: 'test', path: '/data'}, JSONPatch{op: 'add', path: '/data', value: {'c': 'd'}}]`,
  ],
  ['unknown-operation', config({}), `[JSONPatch{op: 'merge', path: '/data', value: {'c': 'd'}}]`],
  ['no-slash', config({}), `[JSONPatch{op: 'add', path: 'data', value: {'c': 'd'}}]`],
  ['no-path', config({}), `[JSONPatch{op: 'add', path: '', value: {'c': 'd'}}]`],
  [
    'escaped',
    config({ metadata: { annotations: { 'a/b': 'c', 'd/e': 'f' } } }),
    `[JSONPatch{op: 'remove', path: '/metadata/annotations/a~1b'}, JSONPatch{op: 'replace', path: '/metadata/annotations/d~1e', value: 'g'}]`,
  ],
  [
    'all-or-none',
    config({ data: { a: 'b' } }),
    `[JSONPatch{op: 'remove', path: '/data/a'}, JSONPatch{op: 'remove', path: '/data/b'}]`,
  ],
  [
    'computed',
    container({ env: [{ name: 'A' }, { name: 'B' }] }),
    `object.spec.containers[0].env.map(e, JSONPatch{op: 'add', path: '/metadata/labels/' + e.name, value: e.name})`,
  ],
  [
    'list-in-value',
    pod({}),
    `[JSONPatch{op: 'add', path: '/spec/containers/0/env', value: [{'name': 'A', 'value': 'x'}, {'name': 'B'}]}]`,
  ],
  ['evaluation-error', config({}), `[JSONPatch{op: 'add', path: '/data', value: object.data.missing}]`],
  ['proto', config({ data: { a: 'b' } }), `[JSONPatch{op: 'add', path: '/data/__proto__', value: 'x'}]`],
];

const several: readonly MutationCase[] = [
  {
    name: 'several-in-order',
    mutations: [
      { apply: `Object{metadata: Object.metadata{annotations: {'a': 'b'}}}` },
      { patch: `[JSONPatch{op: 'copy', from: '/metadata/annotations/a', path: '/metadata/annotations/c'}]` },
      { apply: `Object{metadata: Object.metadata{labels: {'seen': object.metadata.annotations['c']}}}` },
    ],
    objects: [config({}), pod({})],
  },
];

/**
 * What no API server takes and is taken here: of a map or a list that an expression writes within another it makes no JSON, while the same from an
 * object is fine; here there is no telling which is which.
 */
export const knownDifferences: readonly MutationCase[] = [
  {
    name: 'known-map-in-map',
    mutations: [{ apply: `Object{metadata: {'labels': {'a': 'b'}}}` }],
    objects: [pod({})],
  },
];

/** Every list type and map type of the built-in kinds, in every order that matters, and what is refused. */
export const mutationCases: readonly MutationCase[] = [
  ...orders,
  ...singles.map(([name, object, apply]) => ({ name: `apply-${name}`, mutations: [{ apply }], objects: [object] })),
  ...patches.map(([name, object, patch]) => ({ name: `patch-${name}`, mutations: [{ patch }], objects: [object] })),
  ...several,
];
