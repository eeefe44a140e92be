import type { KubernetesObject } from '../../policies/version.ts';

type Case = KubernetesObject & { readonly kind: string; readonly metadata: { readonly name: string } };

const of = (apiVersion: string, kind: string, name: string, rest: object): Case => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

const labels = { app: 'shop' };
const selector = { matchLabels: labels };
const template = (spec: object = {}): object => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec },
});
const pod = (name: string, spec: object): Case =>
  of('v1', 'Pod', name, { spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec } });
const container = (name: string, rest: object): Case =>
  pod(name, { containers: [{ name: 'web', image: 'web:1', ...rest }] });

const images = [
  ...[
    'nginx',
    'nginx:latest',
    'nginx:1',
    'host.example:5000/nginx',
    'host.example:5000/nginx:2',
    'nginx:latest@sha256:',
  ],
  ...['nginx@sha256:', 'nginx:1@sha256:', 'a/b/c', 'Upper/Case'],
].map((image) => (image.endsWith(':') ? `${image}${'a'.repeat(64)}` : image));

/** Objects that reach every default of the tables, each taken by a real API server. */
export const defaultCases: readonly Case[] = [
  pod('least', {}),
  ...images.map((image, index) => container(`image-${index}`, { image })),
  container('probes', {
    livenessProbe: { httpGet: { port: 80 }, timeoutSeconds: 0 },
    readinessProbe: { grpc: { port: 80 }, periodSeconds: 7 },
    startupProbe: { tcpSocket: { port: 'web' }, failureThreshold: 0 },
    lifecycle: { preStop: { httpGet: { port: 80, path: '' } }, postStart: { exec: { command: ['a'] } } },
  }),
  container('ports', { ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP', hostIP: '' }] }),
  container('resources', {
    resources: {
      limits: { cpu: 0.5, memory: '1024Mi', 'ephemeral-storage': '1000m', 'acme.dev/gpu': 2 },
      requests: { cpu: '0.25' },
    },
  }),
  container('requests', { resources: { requests: { cpu: '1000m', memory: '1e3' } } }),
  container('environment', {
    env: [
      { name: 'A', value: '' },
      { name: 'B', value: null },
      { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'D', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
      { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
    ],
    envFrom: [{ secretRef: { name: 'a' } }],
  }),
  pod('falsehoods', {
    volumes: [{ name: 'a' }],
    containers: [
      {
        name: 'web',
        image: 'web:1',
        stdin: false,
        tty: false,
        securityContext: { privileged: false, runAsNonRoot: false, capabilities: { drop: [] } },
        volumeMounts: [{ name: 'a', mountPath: '/a', readOnly: false, subPath: '' }],
        args: [],
        workingDir: '',
      },
    ],
  }),
  pod('empty', {
    hostNetwork: false,
    hostPID: false,
    volumes: [],
    nodeSelector: {},
    securityContext: null,
    tolerations: [],
    hostname: '',
    initContainers: [],
    dnsPolicy: '',
    restartPolicy: null,
    enableServiceLinks: null,
  }),
  pod('host', {
    hostNetwork: true,
    containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] }],
    initContainers: [
      { name: 'first', image: 'web:1', ports: [{ containerPort: 82 }], resources: { limits: { cpu: 1 } } },
    ],
  }),
  pod('account', { serviceAccount: 'shop' }),
  pod('account-both', { serviceAccountName: 'shop' }),
  pod('tolerant', { tolerations: [{ key: 'a' }, { operator: 'Exists' }] }),
  pod('spread', {
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  }),
  pod('volumes', {
    serviceAccountName: 'shop',
    volumes: [
      { name: 'none' },
      { name: 'null', emptyDir: null },
      { name: 'empty', emptyDir: {} },
      { name: 'secret', secret: { secretName: 'a' } },
      { name: 'config', configMap: { name: 'a' } },
      { name: 'host', hostPath: { path: '/a' } },
      { name: 'downward', downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
      {
        name: 'projected',
        projected: {
          sources: [
            { serviceAccountToken: { path: 'a' } },
            { downwardAPI: { items: [{ path: 'b', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
      { name: 'iscsi', iscsi: { targetPortal: 'a', iqn: 'iqn.2001-04.com.example:a', lun: 0 } },
      { name: 'rbd', rbd: { monitors: ['a'], image: 'a' } },
      { name: 'disk', azureDisk: { diskName: 'a', diskURI: 'https://a.blob.core.windows.net/a/a.vhd' } },
      { name: 'scale', scaleIO: { gateway: 'a', system: 'b', secretRef: { name: 'a' }, volumeName: 'c' } },
      { name: 'image', image: { reference: 'web' } },
      {
        name: 'claimed',
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } },
          },
        },
      },
    ],
  }),
  of('v1', 'PodTemplate', 'template', { template: template({ hostNetwork: false }) }),
  of('apps/v1', 'Deployment', 'least', { spec: { selector, template: template() } }),
  of('apps/v1', 'Deployment', 'zero', { spec: { replicas: 0, paused: false, selector, template: template() } }),
  of('apps/v1', 'Deployment', 'limits', {
    spec: {
      selector,
      template: template({ containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: 1 } } }] }),
    },
  }),
  of('apps/v1', 'Deployment', 'recreate', { spec: { selector, strategy: { type: 'Recreate' }, template: template() } }),
  of('apps/v1', 'Deployment', 'rolling', {
    spec: { selector, strategy: { rollingUpdate: { maxSurge: 2 } }, template: template() },
  }),
  of('apps/v1', 'DaemonSet', 'least', { spec: { selector, template: template() } }),
  of('apps/v1', 'DaemonSet', 'on-delete', {
    spec: { selector, updateStrategy: { type: 'OnDelete' }, template: template() },
  }),
  of('apps/v1', 'ReplicaSet', 'least', { spec: { selector, template: template() } }),
  of('apps/v1', 'StatefulSet', 'least', {
    spec: {
      selector,
      serviceName: 'a',
      template: template(),
      volumeClaimTemplates: [
        {
          metadata: { name: 'a' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: 1024 } } },
        },
      ],
    },
  }),
  of('apps/v1', 'StatefulSet', 'rolling', {
    spec: { selector, serviceName: 'a', template: template(), updateStrategy: { type: 'RollingUpdate' } },
  }),
  of('apps/v1', 'StatefulSet', 'partition', {
    spec: { selector, template: template(), updateStrategy: { type: 'RollingUpdate', rollingUpdate: {} } },
  }),
  of('v1', 'ReplicationController', 'least', { spec: { template: template() } }),
  of('batch/v1', 'Job', 'least', { spec: { template: template({ restartPolicy: 'Never' }) } }),
  of('batch/v1', 'Job', 'parallel', { spec: { parallelism: 0, template: template({ restartPolicy: 'Never' }) } }),
  of('batch/v1', 'Job', 'indexed', {
    spec: {
      completions: 2,
      completionMode: 'Indexed',
      backoffLimitPerIndex: 1,
      suspend: null,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
      template: template({ restartPolicy: 'Never' }),
    },
  }),
  of('batch/v1', 'CronJob', 'least', {
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: template({ restartPolicy: 'Never' }) } } },
  }),
  of('v1', 'Service', 'least', { spec: { ports: [{ port: 80 }] } }),
  of('v1', 'Service', 'named', { spec: { selector: labels, ports: [{ port: 80, targetPort: 'web' }] } }),
  of('v1', 'Service', 'node', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }),
  of('v1', 'Service', 'balanced', {
    spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP', ports: [{ port: 80 }] },
  }),
  of('v1', 'Service', 'external', { spec: { externalIPs: ['192.0.2.1'], ports: [{ port: 80 }] } }),
  of('v1', 'Service', 'alias', { spec: { type: 'ExternalName', externalName: 'shop.example' } }),
  of('v1', 'Service', 'affine', {
    spec: {
      sessionAffinity: 'None',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } },
      ports: [{ port: 80 }],
    },
  }),
  of('v1', 'ConfigMap', 'empty', { data: {} }),
  of('v1', 'ConfigMap', 'null', { data: { a: '' } }),
  of('v1', 'Secret', 'text', { stringData: { a: 'grün' }, data: { a: 'YQ==', b: 'Yg==' } }),
  of('v1', 'Secret', 'typed', { type: 'acme.dev/token' }),
  of('v1', 'Namespace', 'shop', {}),
  of('v1', 'ServiceAccount', 'shop', { imagePullSecrets: [], automountServiceAccountToken: false }),
  of('v1', 'PersistentVolumeClaim', 'least', {
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '0.5Gi' } } },
  }),
  of('v1', 'PersistentVolume', 'least', {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } },
  }),
  of('v1', 'LimitRange', 'least', {
    spec: {
      limits: [
        { type: 'Container', max: { cpu: 2 }, min: { memory: '1Mi' } },
        { type: 'Pod', max: { cpu: 2 } },
      ],
    },
  }),
  of('v1', 'Endpoints', 'least', { subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }] }),
  of('discovery.k8s.io/v1', 'EndpointSlice', 'least', {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ port: 80 }],
  }),
  of('networking.k8s.io/v1', 'NetworkPolicy', 'least', { spec: { podSelector: {} } }),
  of('networking.k8s.io/v1', 'NetworkPolicy', 'egress', {
    spec: { podSelector: {}, ingress: [], egress: [{ ports: [{ port: 53 }] }] },
  }),
  of('networking.k8s.io/v1', 'IngressClass', 'least', {
    spec: { controller: 'acme.dev/a', parameters: { kind: 'A', name: 'a' } },
  }),
  of('networking.k8s.io/v1', 'Ingress', 'least', {
    spec: {
      rules: [
        {
          http: {
            paths: [{ pathType: 'Prefix', path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }],
          },
        },
      ],
    },
  }),
  of('autoscaling/v1', 'HorizontalPodAutoscaler', 'least', {
    spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } },
  }),
  of('autoscaling/v2', 'HorizontalPodAutoscaler', 'least', {
    spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } },
  }),
  of('autoscaling/v2', 'HorizontalPodAutoscaler', 'behaving', {
    spec: {
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
      behavior: { scaleDown: { stabilizationWindowSeconds: 3 } },
    },
  }),
  of('policy/v1', 'PodDisruptionBudget', 'least', { spec: { selector, minAvailable: 1 } }),
  of('rbac.authorization.k8s.io/v1', 'Role', 'least', {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  of('rbac.authorization.k8s.io/v1', 'RoleBinding', 'least', {
    roleRef: { kind: 'Role', name: 'a' },
    subjects: [
      { kind: 'User', name: 'a' },
      { kind: 'ServiceAccount', name: 'b', namespace: 'default' },
    ],
  }),
  of('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'least', {
    roleRef: { kind: 'ClusterRole', name: 'a' },
    subjects: [{ kind: 'Group', name: 'a' }],
  }),
  of('scheduling.k8s.io/v1', 'PriorityClass', 'least', { value: 3, globalDefault: false }),
  of('storage.k8s.io/v1', 'StorageClass', 'least', { provisioner: 'acme.dev/a' }),
  of('storage.k8s.io/v1', 'CSIDriver', 'least', { spec: {} }),
  of('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'least', {
    webhooks: [
      {
        name: 'a.acme.dev',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        clientConfig: { service: { name: 'a', namespace: 'b' } },
        rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      },
    ],
  }),
  of('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'least', {
    webhooks: [
      {
        name: 'a.acme.dev',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        clientConfig: { url: 'https://a.example/' },
      },
    ],
  }),
  of('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', 'least', {
    spec: {
      matchConstraints: {
        resourceRules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      },
      validations: [{ expression: 'true' }],
    },
  }),
  of('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'least', {
    spec: { policyName: 'a', validationActions: ['Deny'], matchResources: {} },
  }),
  of('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'shops.acme.dev', {
    spec: {
      group: 'acme.dev',
      scope: 'Namespaced',
      names: { kind: 'Shop', plural: 'shops' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', default: {} } } } },
        },
      ],
    },
  }),
  of('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', 'least', {
    spec: { priorityLevelConfiguration: { name: 'exempt' } },
  }),
  of('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', 'least', {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
  }),
  of('resource.k8s.io/v1', 'ResourceClaim', 'least', {
    spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'a' } }] } },
  }),
  of('node.k8s.io/v1', 'RuntimeClass', 'least', { handler: 'a' }),
  of('coordination.k8s.io/v1', 'Lease', 'least', {}),
];
