import { layOut } from '../../evidence/index.ts';
import { bundleFormat } from '../../policies/index.ts';
import { type Registry, sha256 } from '../support/registry/index.ts';
import { signImage, type Signer } from '../support/sigstore/index.ts';

/** A bundle to be published; everything that is not said is as it should be. */
export interface BundleWish {
  readonly tag?: string;
  readonly version?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly artifactType?: string;
  readonly fileType?: string;
  /** Nobody where left out. */
  readonly as?: Signer;
  /** Changes the manifest before it is published and signed. */
  readonly change?: (manifest: { layers: Record<string, unknown>[] } & Record<string, unknown>) => void;
}

export const repository = 'acme/policies';

/** A policy that demands nothing but a pin. */
export const pinPolicy = (name: string): string =>
  `apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: ${name}}\nspec: {pin: Pods}\n`;

/** Publishes and signs a bundle. The digest of its manifest. */
export async function publishBundle(registry: Registry, wish: BundleWish = {}): Promise<string> {
  const { version = '1.0.0', annotations, files = { 'base.yaml': pinPolicy('base') } } = wish;
  const layout = layOut({
    artifactType: wish.artifactType ?? bundleFormat.artifactType,
    annotations: annotations ?? { [bundleFormat.version]: version },
    files: Object.entries(files).map(([name, text]) => ({
      name,
      mediaType: wish.fileType ?? bundleFormat.fileType,
      bytes: Buffer.from(text),
    })),
  });
  for (const [path, bytes] of layout.files)
    if (path.startsWith('blobs/')) await registry.putBlob(repository, Buffer.from(bytes));
  const plain = layout.files.get(`blobs/${layout.digest.replace(':', '/')}`) ?? new Uint8Array();
  const manifest = JSON.parse(Buffer.from(plain).toString()) as Parameters<NonNullable<BundleWish['change']>>[0];
  wish.change?.(manifest);
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = sha256(bytes);
  await registry.putManifest(repository, digest, String(manifest['mediaType']), bytes);
  await registry.putManifest(repository, wish.tag ?? 'stable', String(manifest['mediaType']), bytes);
  if (wish.as !== undefined) await signImage({ registry, repository, digest, as: wish.as, format: 'bundle' });
  return digest;
}
