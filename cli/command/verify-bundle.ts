import { answerBundleRequest, type BundleAnswer, type BundleRequest } from '../../evidence/index.ts';
import { printable } from '../../policies/index.ts';
import { type Arguments, type Flags, parseArguments, type UsageProblem, usage } from '../arguments.ts';
import { exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import { type BytesRead, readBytes } from '../source/bytes.ts';
import { keptPublicGood } from '../source/trust.ts';
import type { Command, Door } from './index.ts';

const flags = {
  bundle: { value: 'FILE', help: 'Sigstore bundle; FILE.sigstore.json where left out' },
  'certificate-identity': { value: 'SUBJECT', help: "the certificate's subject, literally" },
  'certificate-oidc-issuer': { value: 'URL', help: 'the OIDC issuer, literally' },
  key: { value: 'FILE', help: 'public key (PEM), in place of a certificate' },
  'trusted-root': { value: 'FILE', help: 'trusted_root.json; public-good, embedded or as refreshed, where left out' },
} as const satisfies Flags;

/** `assay verify-bundle`: the client protocol of sigstore-conformance. */
export const verifyBundle: Command = {
  name: 'verify-bundle',
  summary: 'verify a file against a Sigstore bundle',
  usage: [
    'verify-bundle [--bundle FILE] --certificate-identity SUBJECT --certificate-oidc-issuer URL [--trusted-root FILE] FILE|sha256:HEX',
    'verify-bundle [--bundle FILE] --key FILE [--trusted-root FILE] FILE|sha256:HEX',
  ],
  flags,
  notes: [
    'Ends with 0 where the bundle proves the file and the signer is the one named, and with 1 otherwise, also for files that cannot be read.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, verifyBundle);
    const request = await readRequest(parsed, door);
    if (request.kind === 'usage') return refuse(terminal, request, verifyBundle);
    if (request.kind === 'unreadable') {
      terminal.error(printable(request.detail));
      return exit.denied;
    }
    const answer = answerBundleRequest(request.request);
    if (answer.kind === 'accepted') {
      terminal.out(`verified: ${printable(describe(answer))}`);
      return exit.allowed;
    }
    terminal.error(
      `not verified: ${printable('code' in answer ? `${answer.detail} (${answer.code})` : answer.detail)}`,
    );
    return exit.denied;
  },
};

type Request =
  | { readonly kind: 'request'; readonly request: BundleRequest }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | UsageProblem;

/** Bundles and keys are small; an artifact is hashed in memory. */
const smallBytes = 64 * 1024 * 1024;
const artifactBytes = 1024 * 1024 * 1024;

async function readRequest(given: Arguments, { environment }: Door): Promise<Request> {
  const [artifact, surplus] = given.positionals;
  if (artifact === undefined || surplus !== undefined) return usage('name one file, or its digest as sha256:HEX');
  const subject = given.text('certificate-identity');
  const issuer = given.text('certificate-oidc-issuer');
  const keyFile = given.text('key');
  const identity =
    subject === undefined || issuer === undefined ? undefined : { kind: 'identity' as const, subject, issuer };
  if (keyFile !== undefined && (subject !== undefined || issuer !== undefined))
    return usage('--key and --certificate-... exclude each other');
  if (keyFile === undefined && identity === undefined)
    return usage('say who must have signed: --certificate-identity with --certificate-oidc-issuer, or --key');
  const isDigest = artifact.startsWith('sha256:');
  const bundleFile = given.text('bundle') ?? (isDigest ? undefined : `${artifact}.sigstore.json`);
  if (bundleFile === undefined) return usage('a digest needs --bundle');

  const files = [bundleFile, given.text('trusted-root'), keyFile, isDigest ? undefined : artifact];
  const [bundle, root, key, bytes] = await Promise.all(
    files.map((file, index) => readNamed(file, index === 3 ? artifactBytes : smallBytes)),
  );
  const broken = [bundle, root, key, bytes].findIndex((read) => read?.kind === 'unreadable');
  const trouble = [bundle, root, key, bytes][broken];
  if (trouble?.kind === 'unreadable') return { kind: 'unreadable', detail: `${files[broken]} ${trouble.detail}` };
  const text = (read: typeof root): string | undefined =>
    read?.kind === 'bytes' ? Buffer.from(read.bytes).toString('utf8') : undefined;
  const pem = text(key);
  const signer = pem === undefined ? identity : { kind: 'key' as const, pem };
  if (bundle?.kind !== 'bytes' || signer === undefined) return usage('say who must have signed');
  const kept = root === undefined ? await keptPublicGood(environment) : undefined;
  if (kept?.kind === 'unreadable') return kept;
  const trustedRoot = text(root) ?? kept?.text;
  return {
    kind: 'request',
    request: {
      bundle: bundle.bytes,
      signer,
      artifact: bytes?.kind === 'bytes' ? bytes.bytes : artifact,
      ...(trustedRoot === undefined ? {} : { trustedRoot }),
    },
  };
}

/** Nothing where no file is named. */
const readNamed = async (file: string | undefined, maximumBytes: number): Promise<BytesRead | undefined> =>
  file === undefined ? undefined : await readBytes(file, maximumBytes);

function describe({ verified }: Extract<BundleAnswer, { kind: 'accepted' }>): string {
  const { signer, subject } = verified;
  return `${subject} by ${signer.kind === 'key' ? `key ${signer.fingerprint}` : `${signer.subject.value}, issuer ${signer.issuer ?? 'none'}`}`;
}
