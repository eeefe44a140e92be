import {
  type Digest,
  formatRepository,
  type ImageNeed,
  parsePublicKey,
  parseReference,
  type Reference,
  requirementOf,
  type SignatureFacts,
  type SignaturesNeed,
} from '../../evidence/index.ts';
import { now } from '../../host/clock.ts';
import { writeNew } from '../../host/files.ts';
import {
  type Assembled,
  count,
  draftPolicy,
  type DraftSigner,
  printable,
  sameSigner,
  shortDigests,
} from '../../policies/index.ts';
import { type Arguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { withFlags } from '../session.ts';
import { assembleConfiguration, loadConfiguration } from '../source/configuration.ts';
import { readPublicKeys } from '../verify-policy.ts';
import type { Door } from './index.ts';
import { writeStarter } from './policy-starter.ts';

/** Writes a policy: one that accepts exactly the signers of an image, one that accepts keys, or one to begin with. */
export async function newPolicy(
  [name, surplus]: readonly string[],
  given: Arguments,
  door: Door,
): Promise<ExitCode | UsageProblem> {
  if (name === undefined || surplus !== undefined) return usage('name the policy: assay policy new NAME');
  if (!/^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/.test(name))
    return usage(`${JSON.stringify(name)}: a name of lower case letters, digits, hyphens and dots is wanted`);
  const keys = await readPublicKeys(given.texts('key'));
  if ('kind' in keys) return keys;
  const image = given.text('from-image');
  if (image === undefined) {
    if (keys.length === 0) return await writeStarter(name, given.text('output') ?? '-', door.terminal);
    return await write(draftPolicy({ name, signers: keys.map(keySigner), comment: [] }), given, door);
  }
  const reference = parseReference(image);
  if ('kind' in reference) return usage(`--from-image ${JSON.stringify(image)}: ${reference.detail}`);
  const loaded = await loadConfiguration(given.text('config'), door);
  const ready =
    loaded.kind === 'problems'
      ? loaded
      : await assembleConfiguration({ ...loaded, configuration: withFlags(loaded.configuration, given) }, door, {
          offline: given.has('offline'),
        });
  if (ready.kind === 'problems') {
    door.terminal.error(ready.lines.join('\n'));
    return exit.usage;
  }
  try {
    const read = await signersOf(reference, keys, ready.assembled);
    if ('code' in read) {
      door.terminal.error(printable(`${image}: ${read.detail}`));
      return read.code;
    }
    const draft = draftPolicy({
      name,
      repository: formatRepository(reference.repository),
      signers: read.signers,
      comment: [
        `accepts who signed ${printable(image)} (${shortDigests(read.digest)}), and nobody else`,
        ...(read.signers.length > 1
          ? [`any one of the ${count(read.signers.length, 'signer')} is enough; raise the threshold to want more`]
          : []),
      ],
    });
    return await write(draft, given, door);
  } finally {
    await ready.assembled.evidence.close();
  }
}

const keySigner = (pem: string): DraftSigner => ({ kind: 'key', pem });

interface Signers {
  readonly digest: Digest;
  readonly signers: readonly DraftSigner[];
}

/** Longest time for everything that the registry is asked. */
const milliseconds = 60_000;

/** Everybody who signed the image, as the trust roots of the configuration and these keys prove it. */
async function signersOf(
  reference: Reference,
  keys: readonly string[],
  { evidence, keychain, trustRoots }: Assembled,
): Promise<Signers | { readonly code: ExitCode; readonly detail: string }> {
  const context = { now: now(), signal: AbortSignal.timeout(milliseconds), keychain };
  const asked: ImageNeed = { kind: 'image', reference };
  const [answer] = await evidence.fulfil([asked], context);
  const image = answer?.kind === 'image' ? answer.read : undefined;
  if (image?.kind !== 'found') return unread(image, 'no such image is there');
  const { digest } = image.value;
  const materials = [
    ...[...trustRoots].map(([trustRoot, material]) => ({ trustRoot, material, pem: undefined })),
    ...keys.flatMap((pem) => {
      const material = parsePublicKey(pem);
      return 'detail' in material ? [] : [{ trustRoot: '', material, pem }];
    }),
  ];
  const needs = materials.map(
    ({ material }): SignaturesNeed => ({
      kind: 'signatures',
      repository: reference.repository,
      digest,
      material,
      requirement: requirementOf(material),
    }),
  );
  const answers = await evidence.fulfil(needs, context);
  const signers: DraftSigner[] = [];
  const rejected = new Map<string, string>();
  for (const one of answers) {
    if (one.kind !== 'signatures') continue;
    const from = materials.find(({ material }) => material === one.need.material);
    if (one.read.kind === 'gap' || one.read.kind === 'refusal') return unread(one.read, '');
    const facts = one.read.kind === 'found' ? one.read.value : undefined;
    // A signer who is not seen would be locked out by a policy that says it is complete.
    if (facts?.missing !== undefined) return unread(facts.missing, '');
    for (const signer of provenBy(facts, from))
      if (!signers.some((other) => sameSigner(other, signer))) signers.push(signer);
    for (const { source, rejection } of facts?.rejected ?? []) rejected.set(source.manifest, rejection.code);
  }
  if (signers.length > 0) return { digest, signers };
  const codes = [...new Set(rejected.values())];
  const why = codes.length === 0 ? 'it has no signature' : `no signature is proven (${codes.join(', ')})`;
  return { code: exit.denied, detail: `${why}; --key FILE looks for signatures of a key` };
}

function provenBy(
  facts: SignatureFacts | undefined,
  from: { readonly trustRoot: string; readonly pem: string | undefined } | undefined,
): DraftSigner[] {
  return (facts?.proven ?? []).flatMap(({ verified: { signer } }): DraftSigner[] => {
    if (from === undefined) return [];
    if (signer.kind === 'certificate') return [{ kind: 'certificate', trustRoot: from.trustRoot, signer }];
    return from.pem === undefined ? [] : [keySigner(from.pem)];
  });
}

function unread(
  read: { readonly kind: string; readonly code?: string; readonly detail?: string } | undefined,
  otherwise: string,
): { readonly code: ExitCode; readonly detail: string } {
  const detail = read?.detail === undefined ? otherwise : `${read.detail} (${read.code ?? ''})`;
  return { code: read?.kind === 'gap' ? exit.undecided : exit.denied, detail };
}

async function write(draft: ReturnType<typeof draftPolicy>, given: Arguments, { terminal }: Door): Promise<ExitCode> {
  if (typeof draft !== 'string') {
    terminal.error(printable(`no policy can name the signer literally: ${draft.detail}`));
    return exit.undecided;
  }
  const output = given.text('output') ?? '-';
  if (output === '-') {
    terminal.out(draft.trimEnd());
    return exit.allowed;
  }
  const trouble = await writeNew(output, draft);
  if (trouble === undefined) return exit.allowed;
  terminal.error(trouble);
  return exit.usage;
}
