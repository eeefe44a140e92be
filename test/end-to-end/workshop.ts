import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { githubWorkflow, type SigstoreServer, startSigstore } from '../support/sigstore/index.ts';
import { Cosign, type CosignSigner } from './cosign.ts';

/** A private Sigstore, real cosign that knows it, and a key pair. */
export interface Workshop {
  readonly folder: string;
  readonly sigstore: SigstoreServer;
  readonly cosign: Cosign;
  /** The path of the key pair without `.key` and `.pub`. */
  readonly key: string;
  /** The flags of `assay verify` that accept this signer. */
  readonly flagsFor: (signer: CosignSigner) => string[];
  readonly stop: () => Promise<void>;
}

/** The workflow run that signs the images of these tests. */
export const identity = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' });

/** Sets up a workshop in a folder of its own. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
  const sigstore = await startSigstore();
  const cosign = new Cosign(join(folder, 'cosign'), sigstore);
  const key = await cosign.generateKey('release');
  return {
    folder,
    sigstore,
    cosign,
    key,
    flagsFor: (signer) =>
      'key' in signer
        ? [`--key=${signer.key}.pub`]
        : [
            `--certificate-identity=${signer.identity.subject.value}`,
            `--certificate-oidc-issuer=${signer.identity.issuer}`,
            `--trusted-root=${cosign.file('trusted_root.json')}`,
          ],
    stop: async () => {
      await sigstore.close();
      rmSync(folder, { recursive: true });
    },
  };
}
