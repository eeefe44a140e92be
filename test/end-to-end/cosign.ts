import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity, SigstoreServer } from '../support/sigstore/index.ts';
import { writeSigstoreFiles } from '../support/sigstore/index.ts';
import { type Outcome, provisioned, run, succeed } from './program.ts';

/** A released cosign. */
export type CosignVersion = 2 | 3;

/** Who signs: a key pair that cosign made, or an identity that the private Sigstore certifies. */
export type CosignSigner = { readonly key: string } | { readonly identity: Identity };

/** Real cosign of both generations against a private Sigstore, with a home of its own. */
export class Cosign {
  readonly folder: string;
  readonly #sigstore: SigstoreServer;

  constructor(folder: string, sigstore: SigstoreServer) {
    this.folder = folder;
    this.#sigstore = sigstore;
    mkdirSync(folder, { recursive: true });
    writeSigstoreFiles(sigstore, folder);
  }

  /** The path of a file that {@link writeSigstoreFiles} wrote. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Lets cosign make a key pair; the path without `.key` and `.pub`. */
  async generateKey(name: string): Promise<string> {
    const path = join(this.folder, name);
    await succeed(provisioned('ASSAY_COSIGN3'), ['generate-key-pair', '--output-key-prefix', path], this.#settings());
    return path;
  }

  /**
   * Signs an image by digest. cosign 2 writes a `.sig` tag, cosign 3 a bundle, unless it is told to write a `.sig` tag. With
   * `config` the services come from a signing configuration: Rekor v1 or v2, and a timestamp.
   */
  async sign(
    version: CosignVersion,
    reference: string,
    signer: CosignSigner,
    more: readonly string[] = [],
    config?: string,
  ): Promise<void> {
    const args = [
      'sign',
      ...this.#services(version, signer, config),
      '--allow-insecure-registry',
      '--yes',
      ...more,
      reference,
    ];
    await succeed(this.#program(version), args, this.#settings());
  }

  #services(version: CosignVersion, signer: CosignSigner, config: string | undefined): string[] {
    if ('key' in signer) {
      const plain = version === 3 ? ['--use-signing-config=false'] : [];
      return [`--key=${signer.key}.key`, '--tlog-upload=false', ...plain];
    }
    const root = version === 3 ? [`--trusted-root=${this.file('trusted_root.json')}`] : [];
    const token = `--identity-token=${this.#sigstore.identityToken(signer.identity)}`;
    if (config !== undefined) return [...root, token, `--signing-config=${this.file(config)}`];
    const plain = version === 3 ? ['--use-signing-config=false'] : [];
    const { fulcioUrl, rekorUrl } = this.#sigstore;
    return [...root, token, ...plain, `--fulcio-url=${fulcioUrl}`, `--rekor-url=${rekorUrl}`];
  }

  /** Attests to a predicate about an image: cosign 2 under a `.att` tag, cosign 3 in a bundle. */
  async attest(
    version: CosignVersion,
    reference: string,
    signer: CosignSigner,
    type: string,
    predicate: unknown,
  ): Promise<void> {
    const file = join(this.folder, 'predicate.json');
    writeFileSync(file, JSON.stringify(predicate));
    const what = ['--type', type, '--predicate', file];
    const who = this.#services(version, signer, undefined);
    const args = ['attest', ...who, ...what, '--allow-insecure-registry', '--yes', reference];
    await succeed(this.#program(version), args, this.#settings());
  }

  /** Asks cosign itself whether an image is signed. */
  verify(
    version: CosignVersion,
    reference: string,
    signer: CosignSigner,
    more: readonly string[] = [],
  ): Promise<Outcome> {
    const who =
      'key' in signer
        ? ['--key', `${signer.key}.pub`, '--insecure-ignore-tlog=true']
        : [
            `--certificate-identity=${signer.identity.subject.value}`,
            `--certificate-oidc-issuer=${signer.identity.issuer}`,
          ];
    const root = version === 3 ? ['--trusted-root', this.file('trusted_root.json')] : [];
    const args = ['verify', ...who, ...root, ...more, '--allow-insecure-registry', reference];
    return run(this.#program(version), args, this.#settings());
  }

  #program(version: CosignVersion): string {
    return provisioned(`ASSAY_COSIGN${version}`);
  }

  #settings() {
    return {
      env: {
        HOME: this.folder,
        COSIGN_PASSWORD: 'of no importance',
        SIGSTORE_ROOT_FILE: this.file('fulcio.pem'),
        SIGSTORE_REKOR_PUBLIC_KEY: this.file('rekor.pub'),
        SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: this.file('ctfe.pub'),
      },
    };
  }
}
