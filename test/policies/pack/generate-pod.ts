import type { KubernetesObject } from '../../../policies/index.ts';

/** Pods that are near the Pod Security Standards, on either side: the same ones for the same seed. */
export function generatePods(count: number, seed: number): readonly KubernetesObject[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => generatePod(random, index));
}

type Random = () => number;
type Fields = Record<string, unknown>;

function generatePod(random: Random, index: number): KubernetesObject {
  const good = random() < 0.7;
  const names = ['a', 'b', 'c', 'd'];
  const containers = (most: number): Fields[] | undefined => {
    const size = Math.floor(random() * (most + 1));
    if (size === 0) return pick(random, [undefined, [], null as never]);
    return Array.from({ length: size }, () => container(random, names.shift() ?? 'z', good));
  };
  const spec: Fields = {
    containers: [container(random, names.shift() ?? 'z', good), ...(containers(1) ?? [])],
    initContainers: containers(1),
    ephemeralContainers: random() < 0.15 ? containers(1) : undefined,
    securityContext: good ? { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } : undefined,
  };
  const metadata: Fields = { name: `pod-${index}` };
  const places: readonly (readonly [Fields, Changes])[] = [
    [spec, podChanges],
    [metadata, metadataChanges],
  ];
  const changes = Math.floor(random() * 4);
  for (let change = 0; change < changes; change += 1) {
    const [place, all] = random() < 0.15 ? places[1]! : places[0]!;
    alter(random, place, all);
  }
  return prune({ apiVersion: 'v1', kind: 'Pod', metadata, spec }) as KubernetesObject;
}

function container(random: Random, name: string, good: boolean): Fields {
  const made: Fields = {
    name,
    image: 'registry.example/app:1',
    securityContext: good
      ? { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
      : pick(random, [undefined, {}, null]),
  };
  const changes = Math.floor(random() * 2.5);
  for (let change = 0; change < changes; change += 1) alter(random, made, containerChanges);
  return made;
}

/** Values by the path of a field. */
type Changes = Readonly<Record<string, readonly unknown[]>>;

function alter(random: Random, place: Fields, changes: Changes): void {
  const path = pick(random, Object.keys(changes));
  const value = structuredClone(pick(random, changes[path] ?? []));
  set(place, path.split('.'), value);
}

function set(place: Fields, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    place[step] = value;
    return;
  }
  const below = place[step];
  const inner: Fields = typeof below === 'object' && below !== null ? { ...below } : {};
  set(inner, rest, value);
  place[step] = inner;
}

const profiles = [
  { type: 'Unconfined' },
  { type: 'RuntimeDefault' },
  { type: 'Localhost', localhostProfile: 'unconfined.json' },
  ...[{ type: '' }, { type: 'runtimedefault' }, {}, null],
];
const bools = [true, false, null];
const seLinux = [
  ...['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', 'spc_t', '', 'Container_t'].map(
    (type) => ({ type }),
  ),
  ...[{ user: 'system_u' }, { role: 'sysadm_r' }, { user: '', role: '', level: 's0' }, {}, null],
];
const windows = [
  { hostProcess: true },
  { hostProcess: false },
  { hostProcess: null },
  { runAsUserName: 'x' },
  {},
  null,
];
const capabilities = [
  ...[
    'NET_RAW',
    'SYS_ADMIN',
    'cap_sys_admin',
    'CAP_NET_BIND_SERVICE',
    'NET_BIND_SERVICE',
    'net_bind_service',
    'ALL',
    'all',
    'CHOWN',
    '',
  ].map((one) => [one]),
  ...[['NET_BIND_SERVICE', 'CHOWN'], ['KILL', 'MKNOD', 'NET_ADMIN'], [], null],
];
const handlers = [
  { httpGet: { port: 80 } },
  { httpGet: { port: 80, host: '' } },
  { httpGet: { port: 80, host: '127.0.0.1' } },
  { tcpSocket: { port: 80, host: '169.254.169.254' } },
  { tcpSocket: { port: 'http' } },
  ...[{ exec: { command: ['true'] } }, {}, null],
];
const sysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
  'kernel.msgmax',
  'net/ipv4/tcp_rmem',
  'net.core.somaxconn',
  '',
]; // prettier-ignore
const volumes = [
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ],
  ...[
    'gcePersistentDisk',
    'awsElasticBlockStore',
    'gitRepo',
    'nfs',
    'iscsi',
    'glusterfs',
    'rbd',
    'flexVolume',
    'cinder',
  ],
  ...['cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk', 'portworxVolume'],
  ...['photonPersistentDisk', 'scaleIO', 'storageos', 'hostPath', 'unheardOf'],
].map((type) => ({ name: type.toLowerCase(), [type]: {} }));

const containerChanges: Changes = {
  securityContext: [undefined, null, {}],
  'securityContext.privileged': bools,
  'securityContext.allowPrivilegeEscalation': bools,
  'securityContext.capabilities': [undefined, null, {}],
  'securityContext.capabilities.add': capabilities,
  'securityContext.capabilities.drop': [...capabilities, ['ALL'], ['ALL', 'CHOWN'], ['CHOWN', 'ALL']],
  'securityContext.runAsNonRoot': bools,
  'securityContext.runAsUser': [0, 1, 65_534, null],
  'securityContext.procMount': ['Default', 'Unmasked', '', 'default', null],
  'securityContext.seccompProfile': profiles,
  'securityContext.appArmorProfile': profiles,
  'securityContext.seLinuxOptions': seLinux,
  'securityContext.windowsOptions': windows,
  ports: [
    [{ containerPort: 80 }],
    [{ containerPort: 80, hostPort: 0 }],
    [{ containerPort: 80 }, { containerPort: 81, hostPort: 8080 }],
    ...[[], null],
  ],
  livenessProbe: handlers,
  readinessProbe: handlers,
  startupProbe: handlers,
  'lifecycle.postStart': handlers,
  'lifecycle.preStop': handlers,
};

const podChanges: Changes = {
  hostNetwork: bools,
  hostPID: bools,
  hostIPC: bools,
  hostUsers: bools,
  'os.name': ['windows', 'linux', 'Windows', ''],
  os: [null, {}],
  volumes: [...volumes.map((volume) => [volume]), volumes.slice(0, 9), [], null, [{ name: 'nothing' }]],
  securityContext: [undefined, null, {}],
  'securityContext.runAsNonRoot': bools,
  'securityContext.runAsUser': [0, 1, null],
  'securityContext.seccompProfile': profiles,
  'securityContext.appArmorProfile': profiles,
  'securityContext.seLinuxOptions': seLinux,
  'securityContext.windowsOptions': windows,
  'securityContext.sysctls': [
    ...sysctls.map((name) => [{ name, value: '1' }]),
    sysctls.slice(0, 5).map((name) => ({ name, value: '1' })),
    [],
    null,
  ],
};

const profileNotes = [
  'runtime/default',
  'docker/default',
  'localhost/x',
  'localhost',
  'unconfined',
  '',
  'Runtime/default',
];
const note = (key: string) => profileNotes.map((value) => ({ [key]: value }));

const metadataChanges: Changes = {
  annotations: [
    ...note('seccomp.security.alpha.kubernetes.io/pod'),
    ...note('container.seccomp.security.alpha.kubernetes.io/a'),
    ...note('container.seccomp.security.alpha.kubernetes.io/none'),
    ...note('container.apparmor.security.beta.kubernetes.io/a'),
    ...note('container.apparmor.security.beta.kubernetes.io/none'),
    ...note('container.apparmor.security.beta.kubernetes.io'),
    ...[{}, null],
  ],
};

const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)]!;

/** Without what is undefined, as JSON has it. */
const prune = (value: object): unknown => JSON.parse(JSON.stringify(value));

/** mulberry32. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
