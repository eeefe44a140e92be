/** A Deployment of about 10 KB, as JSON.parse makes it. */
export const deploymentText = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'shop-web',
    namespace: 'shop',
    uid: '3f2a91c0-7b1d-4c55-9d0e-2f6f5a1b7c33',
    generation: 4,
    labels: { app: 'shop', tier: 'web', 'app.kubernetes.io/version': '1.4.2', team: 'storefront' },
    annotations: Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`acme.dev/note-${at}`, `a note of some length, number ${at}`]),
    ),
    managedFields: Array.from({ length: 3 }, (_, at) => ({
      manager: `manager-${at}`,
      operation: 'Apply',
      apiVersion: 'apps/v1',
      time: '2026-11-02T10:14:07Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:app': {}, 'f:tier': {}, 'f:team': {} } },
        'f:spec': {
          'f:replicas': {},
          'f:template': {
            'f:spec': {
              'f:containers': Object.fromEntries(
                Array.from({ length: 5 }, (_, n) => [
                  `k:{"name":"container-${n}"}`,
                  {
                    '.': {},
                    'f:args': {},
                    'f:env': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': {},
                    'f:resources': {},
                    'f:volumeMounts': {},
                  },
                ]),
              ),
            },
          },
        },
      },
    })),
  },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop', tier: 'web' } },
      spec: {
        serviceAccountName: 'shop-web',
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        containers: Array.from({ length: 5 }, (_, at) => ({
          name: `container-${at}`,
          image: `ghcr.io/acme/shop-${at}:1.4.${at}`,
          imagePullPolicy: 'IfNotPresent',
          args: ['--listen', `:80${at}0`, '--verbose'],
          ports: [{ containerPort: 8000 + at, protocol: 'TCP' }],
          env: Array.from({ length: 10 }, (_, n) => ({
            name: `VARIABLE_${n}`,
            value: `value number ${n} of container ${at}`,
          })),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          livenessProbe: { httpGet: { path: '/healthz', port: 8000 + at }, periodSeconds: 10, timeoutSeconds: 2 },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        })),
        volumes: [{ name: 'tmp', emptyDir: {} }],
      },
    },
  },
});
