import { stopwatch } from '../../host/clock.ts';
import { writeText } from '../../host/files.ts';
import {
  type Decision,
  decisionRecord,
  type Finding,
  type JudgementRecord,
  printable,
  renderChecked,
  renderTotals,
  spread,
  type Verdict,
  verdictOf,
  withDefinitions,
} from '../../policies/index.ts';
import { type Arguments, type Flags, parseArguments, usage } from '../arguments.ts';
import { mapConcurrently } from '../concurrently.ts';
import { type ExitCode, exit } from '../exit.ts';
import { judgeBothPhases, parseDuration, placed } from '../judgement.ts';
import { refuse } from '../refuse.ts';
import { parsePath } from '../path.ts';
import { openSession, type Session, sessionFlags } from '../session.ts';
import { type AllCircumstances, circumstanceFlags, circumstances } from '../circumstances.ts';
import { type Manifest, type Manifests, readManifests, type Unreadable } from '../source/manifests.ts';
import type { Command, Door } from './index.ts';

const flags = {
  ...sessionFlags,
  ...circumstanceFlags,
  output: { value: 'FORMAT', short: 'o', help: 'text (default) or json' },
  record: {
    value: 'FILE',
    help: 'write what led to each decision, one JSON document a line, for assay replay; it holds the objects whole',
  },
  timeout: { value: 'DURATION', help: 'longest time for one object: 500ms, 30s, 2m (default 30s)' },
} as const satisfies Flags;

/** `assay check`: would these manifests be admitted? */
export const check: Command = {
  name: 'check',
  summary: 'judge manifests before they reach a cluster',
  usage: ['check -p POLICIES FILE|FOLDER|- ...'],
  flags,
  notes: [
    'Reads YAML and JSON, many documents a file, lists and folders. What is readable is judged even where something else is not.',
    'Both phases of the webhook are run: tags are resolved to digests first, then what they name is judged.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, check);
    const format = parsed.text('output') ?? 'text';
    if (format !== 'text' && format !== 'json')
      return refuse(terminal, usage(`-o ${JSON.stringify(format)}: there is text and json`), check);
    const timeout = parseDuration(parsed.text('timeout') ?? '30s');
    if (timeout === undefined) return refuse(terminal, usage('--timeout: a duration such as 30s is wanted'), check);
    if (parsed.positionals.length === 0)
      return refuse(terminal, usage('name a file, a folder, or - for standard input'), check);
    const session = await openSession(parsed, door);
    if (session.kind === 'problems') {
      terminal.error(session.lines.join('\n'));
      return exit.usage;
    }
    try {
      if (session.policies.policies.length === 0)
        return refuse(terminal, usage('no policy to judge by; name one with -p'), check);
      return await checkAll(parsed, { door, session, timeout, format });
    } finally {
      await session.assembled.evidence.close();
    }
  },
};

interface Run {
  readonly door: Door;
  readonly session: Session;
  /** For one object; milliseconds. */
  readonly timeout: number;
  readonly format: 'text' | 'json';
}

interface Checked {
  readonly manifest: Manifest;
  readonly decision: Decision;
}

/** Objects judged at once: registries allow a client about this many connections, and the evidence layer has its own bound. */
const atOnce = 16;

async function checkAll(given: Arguments, { door, session, timeout, format }: Run): Promise<ExitCode> {
  const { terminal } = door;
  const elapsed = stopwatch();
  const read = await readManifests(given.positionals, door.input);
  const around = await circumstances(given, read, door);
  if (around.kind === 'usage') return refuse(terminal, around, check);
  if (around.kind === 'problems') {
    terminal.error(around.lines.join('\n'));
    return exit.usage;
  }
  const { references } = session.assembled;
  const informed = {
    ...session,
    assembled: { ...session.assembled, references: withDefinitions(references, around.definitions) },
  };
  const file = given.text('record');
  const records = new Map<Manifest, JudgementRecord>();
  let done = 0;
  const checked = await mapConcurrently(read.manifests, atOnce, async (unplaced): Promise<Checked> => {
    const manifest = inNamespace(unplaced, given.text('namespace'), around);
    const decision = await judgeBothPhases(manifest.object, informed, AbortSignal.timeout(timeout), {
      ...around.of(manifest),
      ...(file === undefined ? {} : { onJudged: (record) => records.set(unplaced, record) }),
    });
    done += 1;
    terminal.progress(`${done} of ${read.manifests.length} objects judged; last ${manifest.kind} ${manifest.name}`);
    return { manifest, decision };
  });
  terminal.progress('');
  if (file !== undefined) {
    const trouble = await writeText(
      file,
      read.manifests.map((manifest) => `${JSON.stringify(records.get(manifest))}\n`).join(''),
    );
    if (trouble !== undefined) {
      terminal.error(`--record: ${trouble}`);
      return exit.usage;
    }
  }
  const totals = {
    files: read.files,
    verdicts: countVerdicts(checked),
    unreadable: read.unreadable.length,
    milliseconds: Math.round(elapsed()),
    images: new Set(checked.flatMap(({ decision }) => decision.images.map(({ use }) => use.text))).size,
    requests: session.requests(),
  };
  if (format === 'json') {
    const decisions = checked.map(({ manifest, decision }) => ({
      object: objectRecord(manifest),
      ...decisionRecord(decision),
    }));
    terminal.out(
      JSON.stringify({ decisions, unreadable: read.unreadable.map(unreadableRecord), totals }, undefined, 2),
    );
  } else {
    terminal.out([...renderAll(checked, read, door), renderTotals(totals, terminal)].join('\n'));
  }
  if (totals.verdicts.denied > 0) return exit.denied;
  return totals.verdicts.undecided > 0 || totals.unreadable > 0 ? exit.undecided : exit.allowed;
}

/** The namespace that the command line gives to what lies in one and names none. */
function inNamespace(
  manifest: Manifest,
  namespace: string | undefined,
  { resourceOf }: Pick<AllCircumstances, 'resourceOf'>,
): Manifest {
  if (namespace === undefined || manifest.namespace !== undefined) return manifest;
  if (!resourceOf(manifest.apiVersion, manifest.kind).namespaced) return manifest;
  return { ...manifest, namespace, object: placed(manifest.object, namespace) };
}

function countVerdicts(checked: readonly Checked[]): Record<Verdict, number> {
  const counts = { clean: 0, warned: 0, undecided: 0, denied: 0 };
  for (const { decision } of checked) counts[verdictOf(decision)] += 1;
  return counts;
}

function renderAll(checked: readonly Checked[], read: Manifests, { terminal }: Door): string[] {
  const objects = checked.map(({ manifest, decision }) => {
    return renderChecked(
      {
        file: manifest.file,
        title: titleOf(manifest),
        decision,
        place: ({ field }: Finding) => manifest.place(parsePath(field)),
        line: (number) => read.line(manifest.file, number),
      },
      terminal,
    );
  });
  const broken = read.unreadable.map(({ file, line, message }) => {
    const where = line === undefined ? printable(file) : `${printable(file)}:${line}`;
    return spread(`${where}  ${printable(message)}`, 'unreadable', terminal, 'unsure');
  });
  return [...objects.filter((text) => text !== ''), ...broken].map((text) => `${text}\n`);
}

function titleOf({ kind, namespace, name }: Manifest): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function objectRecord({ file, place, apiVersion, kind, namespace, name }: Manifest): object {
  return { file, line: place([])?.line ?? null, apiVersion, kind, namespace: namespace ?? null, name };
}

const unreadableRecord = ({ file, line, message }: Unreadable): object => ({ file, line: line ?? null, message });
