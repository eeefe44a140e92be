import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { createSigstore, githubIssuer, githubWorkflow, type Sigstore, signImage } from '../support/sigstore/index.ts';
import { createTlsAuthority, type TlsAuthority } from '../support/tls/index.ts';
import { admissionReview } from './review-case.ts';

/** A registry, a Sigstore, a policy over both, and the files of a webhook that knows them. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly registry: Registry;
  readonly sigstore: Sigstore;
  readonly tls: TlsAuthority;
  /** Path of the Configuration. */
  readonly configuration: string;
  /** Publishes an image under `acme/NAME`, signed by the release workflow unless it says otherwise. */
  publish(
    name: string,
    options?: { readonly tag?: string; readonly signed?: boolean; readonly seed?: string },
  ): Promise<PublishedImage>;
}

export async function createScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-scene-'));
  const registry = await startRegistry();
  const sigstore = createSigstore();
  const tls = createTlsAuthority();
  const server = tls.server();
  const workflow = { repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' };
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write('root.json', sigstore.trustedRoot);
  await write('tls.crt', server.cert);
  await write('tls.key', server.key);
  await write('policy.yaml', policyText(registry.host));
  await write('assay.yaml', configurationText(registry.host));
  return {
    ...{ folder, registry, sigstore, tls, configuration: join(folder, 'assay.yaml') },
    async publish(name, { tag = '1', signed = true, seed = name } = {}) {
      const image = await pushImage(registry, { repository: `acme/${name}`, tag, seed });
      if (signed) {
        const as = sigstore.keyless(githubWorkflow(workflow));
        await signImage({ registry, repository: image.repository, digest: image.digest, as, format: 'bundle' });
      }
      registry.clearRequests();
      return image;
    },
    async [Symbol.asyncDispose]() {
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const policyText = (host: string): string => `
apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: acme-releases}
spec:
  images: ["${host}/acme/*"]
  authorities:
  - name: release
    keyless:
      trustRoot: private
      identities:
      - issuer: ${githubIssuer}
        subjectGlob: https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*
  signatures: {from: [release]}
`;

const configurationText = (host: string): string => `
apiVersion: assay.dev/v1alpha1
kind: Configuration
registries:
  hosts: [{host: "${host}", plainHttp: true, allowPrivateAddresses: true}]
trustRoots: [{name: private, file: root.json}]
policies: [policy.yaml]
webhook: {address: 127.0.0.1, port: 0, metricsPort: 0, certificateFile: tls.crt, keyFile: tls.key, drainSeconds: 2}
`;

/** A Pod with one container for each image. */
export const podOf = (...images: readonly string[]): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'shop', namespace: 'default' },
  spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
});

/** The response of an AdmissionReview. */
export interface Answered {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { readonly code: number; readonly message: string };
  readonly warnings?: readonly string[];
  readonly patch?: readonly { readonly op: 'replace'; readonly path: string; readonly value: string }[];
}

/** Sends an object's creation as the API server would. */
export function ask(
  scene: Scene,
  port: number,
  phase: 'mutate' | 'validate',
  object: object,
  change: object = {},
  timeout = '10s',
): Promise<Answered> {
  const body = JSON.stringify(admissionReview({ object, ...change }));
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const options = {
    ...{
      host: '127.0.0.1',
      port,
      path: `/${phase}?timeout=${timeout}`,
      method: 'POST',
      ca: scene.tls.ca,
      agent: false as const,
    },
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  };
  request(options, (message) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const { response } = JSON.parse(Buffer.concat(chunks).toString()) as {
        response: Omit<Answered, 'patch'> & { patch?: string };
      };
      const { patch, ...rest } = response;
      resolve(
        patch === undefined
          ? rest
          : { ...rest, patch: JSON.parse(Buffer.from(patch, 'base64').toString()) as Answered['patch'] & object },
      );
    });
  })
    .on('error', reject)
    .end(body);
  return promise;
}

/** The object with the answer's patch applied (only the `replace` operations that Assay writes). */
export function patchedBy(object: object, { patch = [] }: Answered): object {
  const copy = structuredClone(object);
  for (const { path, value } of patch) {
    const steps = path.split('/').slice(1);
    const last = steps.pop() ?? '';
    const parent = steps.reduce<Record<string, unknown>>(
      (at, step) => at[step] as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
    parent[last] = value;
  }
  return copy;
}
