import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTlsAuthority, type TlsAuthority } from '../support/tls/index.ts';
import { webhookPath } from './assay.ts';
import { freePort, serve } from './program.ts';

/** A webhook process that serves on loopback. */
export interface Webhook {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** What all replicas of a webhook share: TLS, a configuration and policies. */
export interface Installation {
  readonly folder: string;
  readonly authority: TlsAuthority;
}

/** Writes the files of an installation. Documents are JSON, which is YAML. */
export function install(folder: string, configuration: object, policies: readonly object[]): Installation {
  mkdirSync(join(folder, 'policies'), { recursive: true });
  const authority = createTlsAuthority();
  const { cert, key } = authority.server();
  const files: Record<string, string> = {
    'tls.crt': cert,
    'tls.key': key,
    'configuration.yaml': JSON.stringify({ apiVersion: 'assay.dev/v1alpha1', kind: 'Configuration', ...configuration }),
    'policies/policies.yaml': policies.map((policy) => JSON.stringify(policy)).join('\n---\n'),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, authority };
}

/** Starts one replica of what users install and waits until it is ready. */
export async function startWebhook({ folder }: Installation): Promise<Webhook> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const args = [
    webhookPath,
    `--config=${join(folder, 'configuration.yaml')}`,
    `--policies=${join(folder, 'policies')}`,
    `--tls-cert=${join(folder, 'tls.crt')}`,
    `--tls-key=${join(folder, 'tls.key')}`,
    '--address=127.0.0.1',
    `--port=${port}`,
    `--metrics-port=${metricsPort}`,
  ];
  const ready = async () => (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).ok;
  const { stop } = await serve(process.execPath, args, ready);
  return { url: `https://127.0.0.1:${port}`, stop };
}

const rules = [
  {
    apiGroups: [''],
    apiVersions: ['v1'],
    resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers'],
    operations: ['CREATE', 'UPDATE'],
  },
  {
    apiGroups: ['apps'],
    apiVersions: ['v1'],
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
    operations: ['CREATE', 'UPDATE'],
  },
  { apiGroups: ['batch'], apiVersions: ['v1'], resources: ['jobs', 'cronjobs'], operations: ['CREATE', 'UPDATE'] },
];

/** The registration of two replicas: one is asked to mutate, the other to validate. Namespaces labelled `unmutated` skip the first. */
export function registration({ authority }: Installation, mutating: Webhook, validating: Webhook): object[] {
  const hook = (name: string, url: string) => ({
    name,
    clientConfig: { url, caBundle: Buffer.from(authority.ca).toString('base64') },
    rules,
    sideEffects: 'None',
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    timeoutSeconds: 10,
    admissionReviewVersions: ['v1'],
  });
  const document = (kind: string, webhook: object) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: 'assay' },
    webhooks: [webhook],
  });
  return [
    document('MutatingWebhookConfiguration', {
      ...hook('mutate.assay.dev', `${mutating.url}/mutate`),
      reinvocationPolicy: 'IfNeeded',
      namespaceSelector: { matchExpressions: [{ key: 'unmutated', operator: 'DoesNotExist' }] },
    }),
    document('ValidatingWebhookConfiguration', hook('validate.assay.dev', `${validating.url}/validate`)),
  ];
}
