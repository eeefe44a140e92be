const labels = { app: 'workload' };
const selector = { matchLabels: labels };
const workload = (apiVersion: string, kind: string, spec: object): object => ({
  apiVersion,
  kind,
  metadata: { name: 'workload' },
  spec,
});

/** Jobs want to know whether to restart; the others want `Always`. */
const template = (image: string, restartPolicy = 'Always'): object => ({
  metadata: { labels },
  spec: { restartPolicy, containers: [{ name: 'app', image }] },
});

/** The kinds that carry a PodSpec, where they carry it, and the smallest of each that the API server takes. */
export const workloads: Readonly<Record<string, { readonly path: string; readonly wrap: (image: string) => object }>> =
  {
    ReplicaSet: {
      path: 'spec.template.spec',
      wrap: (image) => workload('apps/v1', 'ReplicaSet', { selector, template: template(image) }),
    },
    StatefulSet: {
      path: 'spec.template.spec',
      wrap: (image) => workload('apps/v1', 'StatefulSet', { selector, serviceName: 'app', template: template(image) }),
    },
    DaemonSet: {
      path: 'spec.template.spec',
      wrap: (image) => workload('apps/v1', 'DaemonSet', { selector, template: template(image) }),
    },
    ReplicationController: {
      path: 'spec.template.spec',
      wrap: (image) => workload('v1', 'ReplicationController', { selector: labels, template: template(image) }),
    },
    Job: {
      path: 'spec.template.spec',
      wrap: (image) => workload('batch/v1', 'Job', { template: template(image, 'Never') }),
    },
    CronJob: {
      path: 'spec.jobTemplate.spec.template.spec',
      wrap: (image) => {
        const jobTemplate = { spec: { template: template(image, 'Never') } };
        return workload('batch/v1', 'CronJob', { schedule: '0 0 * * *', jobTemplate });
      },
    },
  };
