/**
 * Defaults that the published types do not tell, by struct: k8s.io/kubernetes v1.36.3, pkg/apis/GROUP/VERSION/defaults.go. A test sends objects
 * through a real API server and compares.
 */
export const fixed: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map<
  string,
  Readonly<Record<string, unknown>>
>([
  [
    'core.v1.PodSpec',
    {
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    },
  ],
  ['core.v1.HTTPGetAction', { path: '/', scheme: 'HTTP' }],
  ['core.v1.GRPCAction', { service: '' }],
  ['core.v1.ObjectFieldSelector', { apiVersion: 'v1' }],
  ['core.v1.ResourceFieldSelector', { divisor: '0' }],
  // Published, and then not written.
  ['core.v1.ReplicationControllerSpec', { minReadySeconds: undefined }],
  ['core.v1.SecretVolumeSource', { defaultMode: 0o644 }],
  ['core.v1.ConfigMapVolumeSource', { defaultMode: 0o644 }],
  ['core.v1.DownwardAPIVolumeSource', { defaultMode: 0o644 }],
  ['core.v1.ProjectedVolumeSource', { defaultMode: 0o644, sources: null }],
  ['core.v1.ServiceAccountTokenProjection', { expirationSeconds: 3600 }],
  ['core.v1.HostPathVolumeSource', { type: '' }],
  ['core.v1.PersistentVolumeClaimSpec', { volumeMode: 'Filesystem' }],
  ['core.v1.PersistentVolumeClaimStatus', { phase: 'Pending' }],
  ['core.v1.PersistentVolumeSpec', { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }],
  ['core.v1.PersistentVolumeStatus', { phase: 'Pending' }],
  ['core.v1.NamespaceStatus', { phase: 'Active' }],
  ['core.v1.EndpointPort', { protocol: 'TCP' }],
  ['core.v1.Secret', { type: 'Opaque' }],
  ['apps.v1.DeploymentSpec', { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }],
  ['apps.v1.RollingUpdateDeployment', { maxUnavailable: '25%', maxSurge: '25%' }],
  ['apps.v1.DaemonSetSpec', { revisionHistoryLimit: 10 }],
  ['apps.v1.RollingUpdateDaemonSet', { maxUnavailable: 1, maxSurge: 0 }],
  [
    'apps.v1.StatefulSetSpec',
    {
      podManagementPolicy: 'OrderedReady',
      persistentVolumeClaimRetentionPolicy: {},
      replicas: 1,
      revisionHistoryLimit: 10,
    },
  ],
  ['apps.v1.RollingUpdateStatefulSetStrategy', { partition: 0 }],
  ['apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' }],
  ['apps.v1.ReplicaSetSpec', { replicas: 1 }],
  [
    'batch.v1.CronJobSpec',
    { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
  ],
  ['batch.v1.PodFailurePolicyOnPodConditionsPattern', { status: 'True' }],
  ['networking.v1.NetworkPolicyPort', { protocol: 'TCP' }],
  ['networking.v1.IngressClassParametersReference', { scope: 'Cluster' }],
  ['autoscaling.v1.HorizontalPodAutoscalerSpec', { minReplicas: 1, targetCPUUtilizationPercentage: 80 }],
  ['discovery.v1.EndpointPort', { name: '', protocol: 'TCP' }],
  ['rbac.v1.RoleRef', { apiGroup: 'rbac.authorization.k8s.io' }],
  ['scheduling.v1.PriorityClass', { preemptionPolicy: 'PreemptLowerPriority' }],
  ['storage.v1.StorageClass', { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }],
  [
    'storage.v1.CSIDriverSpec',
    {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    },
  ],
  ...['ValidatingWebhook', 'MutatingWebhook'].map((name): [string, Readonly<Record<string, unknown>>] => [
    `admissionregistration.v1.${name}`,
    {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      ...(name === 'MutatingWebhook' ? { reinvocationPolicy: 'Never' } : {}),
    },
  ]),
  ['admissionregistration.v1.RuleWithOperations', { scope: '*' }],
  ['admissionregistration.v1.NamedRuleWithOperations', { scope: '*' }],
  ['admissionregistration.v1.ServiceReference', { port: 443 }],
  ['admissionregistration.v1.ValidatingAdmissionPolicySpec', { failurePolicy: 'Fail' }],
  ['admissionregistration.v1.MutatingAdmissionPolicySpec', { failurePolicy: 'Fail' }],
  ['admissionregistration.v1.MatchResources', { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} }],
  ['flowcontrol.v1.LimitedPriorityLevelConfiguration', { nominalConcurrencyShares: 30, lendablePercent: 0 }],
  ['flowcontrol.v1.ExemptPriorityLevelConfiguration', { nominalConcurrencyShares: 0, lendablePercent: 0 }],
  ['apiextensions.v1.CustomResourceDefinitionSpec', { conversion: { strategy: 'None' } }],
  ['apiextensions.v1.ServiceReference', { port: 443 }],
]);

/** Whether a field is no pointer in Go, so that its false or empty text is not written (k8s.io/api v0.36.3, types.go). */
export const leftOut = (struct: string, field: string): boolean =>
  withoutPointer.has(field) && !pointers.has(`${struct}.${field}`);

const withoutPointer: ReadonlySet<string> = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly', 'paused', 'unschedulable'],
  ...['publishNotReadyAddresses', 'globalDefault', 'chapAuthDiscovery', 'chapAuthSession', 'sslEnabled'],
  ...[
    'value',
    'namespace',
    'generateName',
    'nodeName',
    'hostname',
    'subdomain',
    'serviceAccountName',
    'serviceAccount',
  ],
  ...['priorityClassName', 'subPath', 'subPathExpr', 'medium', 'workingDir', 'hostIP', 'clusterIP', 'loadBalancerIP'],
]);

const pointers: ReadonlySet<string> = new Set([
  'admissionregistration.v1.ServiceReference.namespace',
  'networking.v1.IngressClassParametersReference.namespace',
  'core.v1.TypedObjectReference.namespace',
  'core.v1.PodDNSConfigOption.value',
]);
