import { type PublishedImage, type Publisher, pushImage } from '../registry/index.ts';
import {
  generateKey,
  githubWorkflow,
  type KeyPair,
  keySigner,
  type Signer,
  type Sigstore,
  signImage,
} from '../sigstore/index.ts';

/** The images of a small shop, some of which ought not to run. */
export interface Shop {
  readonly images: Readonly<Record<ShopImage, PublishedImage>>;
  /** Whose signatures the policy `acme-tools` wants. */
  readonly key: KeyPair;
}

export type ShopImage = 'shop' | 'api' | 'billing' | 'unsigned' | 'stranger' | 'copied' | 'moved' | 'forged';

/** Publishes the shop: signed by its workflows and its key, and in all the ways in which a signature can be missing or wrong. */
export async function publishShop(registry: Publisher, sigstore: Sigstore): Promise<Shop> {
  const key = generateKey();
  const push = (repository: string, tag: string, seed = repository) => pushImage(registry, { repository, tag, seed });
  const release = (app: string): Signer =>
    sigstore.keyless(githubWorkflow({ repository: `acme/${app}`, workflow: 'release.yml', ref: 'refs/tags/v1.4.2' }));
  const bundle = { registry, format: 'bundle', via: 'referrers' } as const;

  const shop = await push('acme/shop', '1.4.2');
  await signImage({ ...bundle, ...shop, as: release('shop') });

  const api = await pushImage(registry, {
    repository: 'acme/api',
    tag: '2.0.0',
    platforms: ['linux/amd64', 'linux/arm64'],
  });
  await signImage({ registry, format: 'sig-tag', ...api, as: release('api') });

  const billing = await push('tools/billing', '7.1.0');
  await signImage({ ...bundle, ...billing, as: keySigner(key) });

  const unsigned = await push('acme/unsigned', '1.0.0');

  const stranger = await push('acme/stranger', '1.0.0');
  const mallory = githubWorkflow({ repository: 'mallory/stranger', workflow: 'release.yml', ref: 'refs/heads/main' });
  await signImage({ ...bundle, ...stranger, as: sigstore.keyless(mallory) });

  const copied = await push('acme/copied', '1.0.0');
  await signImage({ ...bundle, ...copied, subject: shop.digest, as: release('copied') });

  const honest = await push('acme/moved', 'stable', 'what was signed');
  await signImage({ ...bundle, ...honest, as: release('moved') });
  const moved = await push('acme/moved', 'stable', 'what the tag names now');

  const forged = await push('tools/forged', '1.0.0');
  await signImage({ ...bundle, ...forged, as: keySigner(generateKey()) });

  return { key, images: { shop, api, billing, unsigned, stranger, copied, moved, forged } };
}
