import { parsePublicKey } from '../evidence/index.ts';
import { type ClusterWorkloadPolicy, type Document, parseDocuments } from '../policies/index.ts';
import { type Arguments, type UsageProblem, usage } from './arguments.ts';
import { readSource } from './source/text.ts';
import { extensionFlags } from './verify-flags.ts';

/** The policy document that the flags of `assay verify` say; none where they say nothing of signers. */
export type FlagPolicy = { readonly kind: 'documents'; readonly documents: readonly Document[] } | UsageProblem;

export async function policyFromFlags(given: Arguments): Promise<FlagPolicy> {
  const keys = await keyAuthorities(given);
  if ('kind' in keys) return keys;
  const keyless = keylessAuthority(given);
  if (keyless !== undefined && 'kind' in keyless) return keyless;
  if (keyless !== undefined && given.has('insecure-ignore-tlog'))
    return usage(
      '--insecure-ignore-tlog: without a log or timestamp nothing says when the certificate was used; only --key can do without',
    );
  const authorities = [...keys, ...(keyless === undefined ? [] : [keyless])];
  if (authorities.length === 0) return { kind: 'documents', documents: [] };
  if (keys.length > 0 && keyless !== undefined)
    return usage('--key and --certificate-... exclude each other; a policy (-p) can ask for both');
  if (given.texts('policies').length > 0)
    return usage('-p and flags that name a signer exclude each other; write the signer into the policy');
  const policy: ClusterWorkloadPolicy = {
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'command-line' },
    spec: { authorities, signatures: { from: authorities.map(({ name }) => name), threshold: 1 } },
  };
  return { kind: 'documents', documents: parseDocuments(JSON.stringify(policy), 'command line').documents };
}

type Authority = NonNullable<ClusterWorkloadPolicy['spec']['authorities']>[number];
type Identity = NonNullable<Authority['keyless']>['identities'][number];

/** The texts of public keys in files. */
export async function readPublicKeys(files: readonly string[]): Promise<string[] | UsageProblem> {
  const texts: string[] = [];
  for (const file of files) {
    const text = await readPublicKey(file);
    if (typeof text !== 'string') return text;
    const parsed = parsePublicKey(text);
    if ('detail' in parsed) return usage(`--key ${JSON.stringify(file)}: ${parsed.detail}`);
    texts.push(text);
  }
  return texts;
}

async function readPublicKey(file: string): Promise<string | UsageProblem> {
  const read = await readSource(file, nothing);
  if (read.kind === 'unreadable') return usage(`--key ${JSON.stringify(file)} ${read.detail}`);
  // A private key shown by mistake must not travel on into messages.
  if (read.text.includes('PRIVATE KEY'))
    return usage(`--key ${JSON.stringify(file)} is a private key; the public half is wanted`);
  return read.text;
}

async function keyAuthorities(given: Arguments): Promise<Authority[] | UsageProblem> {
  const authorities: Authority[] = [];
  const files = given.texts('key');
  for (const [index, file] of files.entries()) {
    const name = files.length === 1 ? 'key' : `key-${index + 1}`;
    if (/^[a-z0-9]+:\/\//.test(file)) {
      authorities.push({ name, key: { kms: file } });
      continue;
    }
    const text = await readPublicKey(file);
    if (typeof text !== 'string') return text;
    authorities.push({ name, key: { data: text } });
  }
  return authorities;
}

/** Keys are files; standard input is not read for one. */
const nothing: AsyncIterable<unknown> = (async function* () {})();

function keylessAuthority(given: Arguments): Authority | UsageProblem | undefined {
  const issuer = given.text('certificate-oidc-issuer');
  const subject = given.text('certificate-identity');
  const subjectGlob = given.text('certificate-identity-glob');
  const subjectRegExp = given.text('certificate-identity-regexp');
  const subjects = [subject, subjectGlob, subjectRegExp].filter((each) => each !== undefined);
  const extensions = extensionsFrom(given);
  if (issuer === undefined && subjects.length === 0) {
    return Object.keys(extensions).length === 0
      ? undefined
      : usage('flags about a certificate need --certificate-identity and --certificate-oidc-issuer');
  }
  if (issuer === undefined)
    return usage(
      '--certificate-identity needs --certificate-oidc-issuer: the same subject may be anybody at another issuer',
    );
  if (subjects.length !== 1)
    return usage(
      'one of --certificate-identity, --certificate-identity-glob and --certificate-identity-regexp is wanted',
    );
  const identity: Identity = {
    issuer,
    ...(subject === undefined ? {} : { subject }),
    ...(subjectGlob === undefined ? {} : { subjectGlob }),
    ...(subjectRegExp === undefined ? {} : { subjectRegExp }),
    ...extensions,
  };
  return { name: 'keyless', keyless: { trustRoot: 'public-good', identities: [identity] } };
}

function extensionsFrom(given: Arguments): Partial<Identity> {
  const entries = Object.entries(extensionFlags).flatMap(([flag, field]) => {
    const value = given.text(flag);
    if (value === undefined) return [];
    return [
      [field, field === 'sourceRepository' && !value.includes('://') ? `https://github.com/${value}` : value] as const,
    ];
  });
  const hosted = given.has('deny-self-hosted-runners') ? { runnerEnvironment: 'github-hosted' } : {};
  return { ...Object.fromEntries(entries), ...hosted };
}
