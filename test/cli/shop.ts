import { pushImage, type PublishedImage, type Registry, startRegistry } from '../support/registry/index.ts';
import {
  createSigstore,
  generateKey,
  githubIssuer,
  githubWorkflow,
  keySigner,
  publicPem,
  signImage,
} from '../support/sigstore/index.ts';

/** A registry with images of every kind of signer, and the texts that a person would have on disk. */
export interface Shop extends AsyncDisposable {
  readonly registry: Registry;
  /** Signed keyless by the release workflow. */
  readonly signed: PublishedImage;
  /** Signed with the shop's key. */
  readonly keyed: PublishedImage;
  readonly unsigned: PublishedImage;
  /** Signed by another's workflow. */
  readonly stranger: PublishedImage;
  readonly trustedRoot: string;
  readonly publicKey: string;
  readonly strangersKey: string;
  readonly privateKey: string;
  readonly subject: string;
  readonly issuer: string;
  /** Demands the release workflow of every image here. */
  readonly policy: string;
  /** Lets the command line speak to this registry, and trust this Sigstore by the file `root.json` beside it. */
  readonly configuration: string;
}

const release = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1.4.2' });

export async function openShop(): Promise<Shop> {
  const registry = await startRegistry();
  const sigstore = createSigstore();
  const key = generateKey();
  const image = (repository: string) =>
    pushImage(registry, { repository, tag: '1.4.2', seed: repository, platforms: ['linux/amd64', 'linux/arm64'] });
  const [signed, keyed, unsigned, stranger] = await Promise.all(
    ['acme/shop', 'acme/keyed', 'acme/bare', 'acme/stolen'].map(image),
  );
  if (!signed || !keyed || !unsigned || !stranger) throw new Error('four images were pushed');
  const sign = ({ repository, digest }: PublishedImage, as: Parameters<typeof signImage>[0]['as']) =>
    signImage({ registry, repository, digest, as, format: 'bundle' });
  await sign(signed, sigstore.keyless(release));
  await sign(keyed, keySigner(key));
  await sign(
    stranger,
    sigstore.keyless(githubWorkflow({ repository: 'mallory/shop', workflow: 'release.yml', ref: 'refs/heads/main' })),
  );
  return {
    registry,
    signed,
    keyed,
    unsigned,
    stranger,
    trustedRoot: sigstore.trustedRoot,
    publicKey: publicPem(key.publicKey),
    strangersKey: publicPem(generateKey().publicKey),
    privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    subject: release.subject.value,
    issuer: githubIssuer,
    policy: policyOf(registry.host),
    configuration: configurationOf(registry.host),
    [Symbol.asyncDispose]: () => registry.close(),
  };
}

const policyOf = (host: string): string => `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: acme-releases}
spec:
  images: ["${host}/acme/{app}"]
  authorities:
  - name: release
    keyless:
      trustRoot: private
      identities:
      - issuer: ${githubIssuer}
        subjectGlob: https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*
  signatures: {from: [release]}
`;

const configurationOf = (host: string): string => `apiVersion: assay.dev/v1alpha1
kind: Configuration
registries:
  hosts:
  - {host: "${host}", plainHttp: true, allowPrivateAddresses: true}
trustRoots:
- {name: private, file: root.json}
policies: [policy.yaml]
`;

/** A Deployment of these images. */
export const deployment = (name: string, ...images: readonly string[]): string =>
  [
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: {name: ${name}, namespace: shop}`,
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    ...images.flatMap((image, index) => [`      - name: c${index}`, `        image: ${image}`]),
    '',
  ].join('\n');
