import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatePem } from './certificate.ts';
import { publicPem } from './key.ts';
import type { SigstoreServer } from './server.ts';

/** The files that cosign and others want to know a Sigstore by, by name. */
export function sigstoreFiles(sigstore: SigstoreServer): Readonly<Record<string, string>> {
  const { fulcio, rekor, timestamps } = sigstore;
  const service = (url: string, majorApiVersion: number) => [
    { url, majorApiVersion, validFor: { start: '2020-01-01T00:00:00Z' }, operator: 'sigstore.test' },
  ];
  const signingConfig = (rekor: number): string =>
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: service(sigstore.fulcioUrl, 1),
      oidcUrls: [],
      rekorTlogUrls: service(sigstore.rekorUrl, rekor),
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: service(sigstore.tsaUrl, 1),
      tsaConfig: { selector: 'ANY' },
    });
  return {
    'trusted_root.json': sigstore.trustedRoot,
    'signing_config.json': signingConfig(1),
    'signing_config_rekor2.json': signingConfig(2),
    'fulcio.pem': [fulcio.root.certificate, fulcio.intermediate.certificate].map(certificatePem).join(''),
    'rekor.pub': publicPem(rekor.key.publicKey),
    'ctfe.pub': publicPem(fulcio.log.key.publicKey),
    'tsa.pem': [timestamps.certificate, timestamps.root.certificate].map(certificatePem).join(''),
  };
}

/** Writes {@link sigstoreFiles} into a folder, made if need be. */
export function writeSigstoreFiles(sigstore: SigstoreServer, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(sigstoreFiles(sigstore))) writeFileSync(join(folder, name), text);
}
