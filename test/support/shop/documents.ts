import { publicPem } from '../sigstore/index.ts';
import type { Shop } from './images.ts';

/** The policies of the shop, over the registry at `host`: releases are signed by their own workflow, tools by a key. */
export const shopPolicies = (host: string, { key }: Shop): string => `# Who may run here, and whose signature it takes.
apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata:
  name: acme-releases
spec:
  images: ["${host}/acme/{app}"]
  authorities:
  - name: release
    keyless:
      trustRoot: private
      identities:
      - issuer: https://token.actions.githubusercontent.com
        subjectGlob: https://github.com/acme/{app}/.github/workflows/release.yml@refs/tags/*
        sourceRepository: https://github.com/acme/{app}
        runnerEnvironment: github-hosted
  signatures: {from: [release], threshold: 1}
---
apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata:
  name: acme-tools
spec:
  images: ["${host}/tools/*"]
  authorities:
  - name: tools-key
    key:
      data: |
${indent(publicPem(key.publicKey), 8)}
  signatures: {from: [tools-key]}
`;

/** A configuration that trusts the private Sigstore and speaks plain HTTP to the registry at `host`; files lie beside it. */
export const shopConfiguration = (
  host: string,
  webhook?: { readonly port: number; readonly metricsPort: number },
): string => `apiVersion: assay.dev/v1alpha1
kind: Configuration
registries:
  hosts:
  - {host: "${host}", plainHttp: true}
trustRoots:
- {name: private, file: trusted_root.json}
policies: [policies]
unmatchedImages: Deny
${
  webhook === undefined
    ? ''
    : `webhook:
  address: 127.0.0.1
  port: ${webhook.port}
  metricsPort: ${webhook.metricsPort}
  certificateFile: tls/tls.crt
  keyFile: tls/tls.key
`
}`;

/** A Deployment of these images. */
export const deployment = (name: string, images: readonly string[]): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
${images.map((image, index) => `      - name: ${index === 0 ? 'main' : `side-${index}`}\n        image: ${image}\n`).join('')}`;

/** A Pod of these images. */
export const pod = (name: string, images: readonly string[]): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
spec:
  containers:
${images.map((image, index) => `  - name: ${index === 0 ? 'main' : `side-${index}`}\n    image: ${image}\n`).join('')}`;

const indent = (text: string, by: number): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n');
