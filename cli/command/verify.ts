import program from '../../package.json' with { type: 'json' };
import { stopwatch, now } from '../../host/clock.ts';
import { type Answer, formatRepository, parseReference, type PlatformsNeed, runnableOn } from '../../evidence/index.ts';
import {
  collectReport,
  type Decision,
  decisionRecord,
  type DecisionRecord,
  entitiesOf,
  entityRecord,
  type JudgedObject,
  jsonText,
  printable,
  renderTree,
  type Verdict,
  verdictOf,
} from '../../policies/index.ts';
import { type Arguments, parseArguments, usage } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { judgeBothPhases, parseDuration } from '../judgement.ts';
import { type Outputs, readOutputs, type Render, renderReport, writeOutputs } from '../output.ts';
import { formatPlatform, parsePlatform, type Platform } from '../platform.ts';
import { refuse } from '../refuse.ts';
import { openSession, type Session } from '../session.ts';
import { policyFromFlags } from '../verify-policy.ts';
import { verifyFlags, verifyFormats } from '../verify-flags.ts';
import type { Command, Door } from './index.ts';

/** `assay verify`: what is proven of one image, and is that enough? */
export const verify: Command = {
  name: 'verify',
  summary: 'show who signed an image, and whether that is enough',
  usage: [
    'verify --key FILE IMAGE',
    'verify --certificate-identity SUBJECT --certificate-oidc-issuer URL [--trusted-root FILE] IMAGE',
    'verify -p POLICIES IMAGE',
  ],
  flags: verifyFlags,
  notes: [
    'The flags become a ClusterWorkloadPolicy, and the image is judged as the one container of a Pod: what is admitted here is admitted by a webhook with that policy.',
    "Flags of cosign verify and gh attestation verify are understood where they mean the same. gh's own question, whether provenance is attested, is not answered here yet.",
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, verifyFlags);
    if ('kind' in parsed) return refuse(terminal, parsed, verify);
    const question = await readQuestion(parsed, door);
    if (question.kind === 'usage') return refuse(terminal, question, verify);
    if (question.kind === 'problems') {
      terminal.error(question.lines.join('\n'));
      return exit.usage;
    }
    try {
      return await answer(question, door);
    } finally {
      await question.session.assembled.evidence.close();
    }
  },
};

interface Question {
  readonly kind: 'question';
  readonly reference: string;
  readonly session: Session;
  readonly outputs: Outputs;
  /** The node whose manifest is asked about; absent, what the reference names. */
  readonly platform: Platform | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

async function readQuestion(
  given: Arguments,
  door: Door,
): Promise<Question | ReturnType<typeof usage> | { kind: 'problems'; lines: readonly string[] }> {
  const [image = '', surplus] = given.positionals;
  if (image === '' || surplus !== undefined)
    return usage(`name one image${surplus === undefined ? '' : `; ${given.positionals.length} are named`}`);
  const outputs = await readOutputs(withFormat(given), verifyFormats);
  if (outputs.kind === 'usage') return outputs;
  const timeout = parseDuration(given.text('timeout') ?? '60s');
  if (timeout === undefined) return usage('--timeout: a duration such as 30s is wanted');
  const node = given.text('platform');
  const platform = node === undefined ? undefined : parsePlatform(node);
  if (node !== undefined && platform === undefined)
    return usage(`--platform ${JSON.stringify(node)}: linux/arm64, linux/arm/v7 or windows/amd64:10.0.20348 is wanted`);
  const fromFlags = await policyFromFlags(given);
  if (fromFlags.kind === 'usage') return fromFlags;
  // gh names an image as oci://IMAGE.
  const reference = image.replace(/^oci:\/\//, '');
  const session = await openSession(withPlainHost(given, reference), door, fromFlags.documents);
  if (session.kind === 'problems') return session;
  if (session.policies.policies.length > 0) return { kind: 'question', reference, session, outputs, platform, timeout };
  await session.assembled.evidence.close();
  return usage('say whose signature counts: --key, or --certificate-identity with --certificate-oidc-issuer, or -p');
}

/** `--format` is gh's word for `-o`. */
const withFormat = (given: Arguments): Arguments => ({
  ...given,
  texts: (flag) => (flag === 'output' ? [...given.texts('output'), ...given.texts('format')] : given.texts(flag)),
});

/** `--allow-http-registry` is `--plain-http` for the registry of this one image. */
function withPlainHost(given: Arguments, text: string): Arguments {
  const reference = parseReference(text);
  if (!given.has('allow-http-registry') || 'kind' in reference) return given;
  const hosts = [...given.texts('plain-http'), reference.repository.registry];
  return { ...given, texts: (flag) => (flag === 'plain-http' ? hosts : given.texts(flag)) };
}

async function answer(question: Question, { terminal }: Door): Promise<ExitCode> {
  const { reference, session, outputs, platform, timeout } = question;
  const elapsed = stopwatch();
  const started = now();
  const signal = AbortSignal.timeout(timeout);
  terminal.progress(printable(`asking the registry of ${reference}`));
  const whole = await judgeImages([reference], session, signal);
  const runnable = await runnableOf(whole, session, signal);
  const narrowed = platform === undefined ? whole : await narrow(whole, runnable, platform, session, signal);
  terminal.progress('');
  if ('lines' in narrowed) {
    terminal.error(narrowed.lines);
    return narrowed.code;
  }
  const decision = narrowed;
  // What is below it is told of an index only, which a node's own manifest is not.
  const platforms = platform === undefined ? platformsOf(runnable) : [];
  const facts = { milliseconds: Math.round(elapsed()), requests: session.requests() };
  const report = renderReport(
    collectReport({
      version: program.version,
      started,
      ended: now(),
      policies: session.policies,
      warnings: session.warnings,
      objects: [imageObject(reference, decision)],
      unreadable: [],
      files: 0,
      ...facts,
    }),
  );
  const render: Render = async (format, style) => {
    if (format === 'json') return jsonText(verifyRecord(reference, decision, platforms, facts));
    if (format !== 'text') return await report(format, style);
    return renderTree({ reference, decision, platforms, policies: session.policies.policies, ...facts }, style);
  };
  const troubles = await writeOutputs(render, outputs, terminal);
  const code = exitCodes[verdictOf(decision)];
  return troubles.length > 0 && code === exit.allowed ? exit.undecided : code;
}

/** The image, in a report that is otherwise of objects in files. */
const imageObject = (reference: string, decision: Decision): JudgedObject => ({
  apiVersion: 'v1',
  kind: 'Image',
  name: reference,
  decision,
  place: () => undefined,
  line: () => undefined,
});

const exitCodes: Readonly<Record<Verdict, ExitCode>> = {
  clean: exit.allowed,
  warned: exit.allowed,
  undecided: exit.undecided,
  denied: exit.denied,
};

/** The images as containers of one Pod. */
function judgeImages(images: readonly string[], session: Session, signal: AbortSignal): Promise<Decision> {
  const containers = images.map((image, index) => ({ name: index === 0 ? 'image' : `image-${index}`, image }));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'verify' }, spec: { containers } };
  // Whoever asks about one image wants a proof: one that no policy speaks of has none.
  const asked = { ...session, assembled: { ...session.assembled, unmatchedImages: 'Deny' as const } };
  return judgeBothPhases(pod, asked, signal);
}

type RunnableRead = Extract<Answer, { kind: 'platforms' }>['read'];

/** What nodes could run of the image; undefined where it is not known what the reference names. */
async function runnableOf(
  decision: Decision,
  { assembled }: Session,
  signal: AbortSignal,
): Promise<RunnableRead | undefined> {
  const [image] = decision.images;
  if (image?.digest === undefined || 'kind' in image.use.reference) return undefined;
  const need: PlatformsNeed = { kind: 'platforms', repository: image.use.reference.repository, digest: image.digest };
  const [answer] = await assembled.evidence.fulfil([need], { now: now(), signal, keychain: assembled.keychain });
  return answer?.kind === 'platforms' ? answer.read : undefined;
}

/** The manifest that such a node runs, judged in place of the index; two that fit alike are both judged, for runtimes choose in their own ways. */
async function narrow(
  whole: Decision,
  read: RunnableRead | undefined,
  platform: Platform,
  session: Session,
  signal: AbortSignal,
): Promise<Decision | { readonly lines: string; readonly code: ExitCode }> {
  const [image] = whole.images;
  // Why it is not known what the reference names is what that decision says.
  if (image === undefined || 'kind' in image.use.reference || read === undefined) return whole;
  const wanted = formatPlatform(platform);
  const failed = (why: string, code: ExitCode) => ({ lines: printable(`${wanted}: ${why}`), code });
  if (read.kind === 'gap')
    return failed(`could not tell what runs there: ${read.detail} (${read.code})`, exit.undecided);
  if (read.kind === 'refusal') return failed(`${read.detail} (${read.code})`, exit.denied);
  const fitting = read.kind === 'found' ? runnableOn(read.value.runnable, platform) : [];
  if (fitting.length === 0) {
    const there = platformsOf(read);
    return failed(
      `no manifest of the image runs there; ${there.length === 0 ? 'none says where it does' : `there is ${there.join(', ')}`}`,
      exit.denied,
    );
  }
  const repository = formatRepository(image.use.reference.repository);
  return await judgeImages([...new Set(fitting.map(({ digest }) => `${repository}@${digest}`))], session, signal);
}

/** What an index offers, for the person who reads; no verdict hangs on it, so that what cannot be learnt is left out. */
const platformsOf = (read: RunnableRead | undefined): readonly string[] =>
  read?.kind === 'found'
    ? read.value.runnable.flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)]))
    : [];

/** The machine form; keys are only ever added. */
function verifyRecord(
  reference: string,
  decision: Decision,
  platforms: readonly string[],
  facts: { milliseconds: number; requests: number },
): object {
  const [image] = decision.images;
  const { violations, gaps, errors, warnings, audits }: DecisionRecord = decisionRecord(decision);
  return {
    reference,
    digest: image?.digest ?? null,
    platforms,
    admitted: decision.allowed,
    entities: image === undefined ? [] : entitiesOf(image).map(entityRecord),
    violations,
    gaps,
    errors,
    warnings,
    audits,
    ...facts,
  };
}
