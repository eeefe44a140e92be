import program from '../../package.json' with { type: 'json' };
import { now, stopwatch } from '../../host/clock.ts';
import { writeText } from '../../host/files.ts';
import {
  collectReport,
  type Decision,
  type JudgedObject,
  type JudgementRecord,
  printable,
  withDefinitions,
} from '../../policies/index.ts';
import { type Arguments, type Flags, parseArguments, usage } from '../arguments.ts';
import { mapConcurrently } from '../concurrently.ts';
import { type ExitCode, exit } from '../exit.ts';
import { judgeBothPhases, parseDuration, placed } from '../judgement.ts';
import { refuse } from '../refuse.ts';
import { parsePath } from '../path.ts';
import { outputFlags, type Outputs, readOutputs, renderReport, reportFormats, writeOutputs } from '../output.ts';
import { minorOf, openSession, type Session, sessionFlags } from '../session.ts';
import { type AllCircumstances, circumstanceFlags, circumstances } from '../circumstances.ts';
import { type Manifest, type Manifests, readManifests } from '../source/manifests.ts';
import type { Command, Door } from './index.ts';

const flags = {
  ...sessionFlags,
  ...circumstanceFlags,
  'kubernetes-version': {
    value: 'VERSION',
    help: 'API server that is meant, such as 1.34: the version of packs that follow Kubernetes and name none, and the CEL functions that ValidatingAdmissionPolicy and its like may call; the newest where left out',
  },
  ...outputFlags(reportFormats),
  record: {
    value: 'FILE',
    help: 'write what led to each decision, one JSON document a line, for assay replay; it holds the objects whole, but for the values of Secrets',
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
    'Reads YAML and JSON, many documents a file, lists and folders, there also files whose names begin with a dot: kubectl applies them. What is readable is judged even where something else is not.',
    'Both phases of the webhook are run: tags are resolved to digests first, then what they name is judged.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, check);
    const outputs = await readOutputs(parsed, reportFormats);
    if (outputs.kind === 'usage') return refuse(terminal, outputs, check);
    const timeout = parseDuration(parsed.text('timeout') ?? '30s');
    if (timeout === undefined) return refuse(terminal, usage('--timeout: a duration such as 30s is wanted'), check);
    const version = parsed.text('kubernetes-version');
    if (version !== undefined && minorOf(version).kubernetesMinor === undefined)
      return refuse(
        terminal,
        usage(`--kubernetes-version ${JSON.stringify(version)}: 1.34 or the like is wanted`),
        check,
      );
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
      return await checkAll(parsed, { door, session, timeout, outputs });
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
  readonly outputs: Outputs;
}

interface Checked {
  readonly manifest: Manifest;
  readonly decision: Decision;
}

/** Objects judged at once: registries allow a client about this many connections, and the evidence layer has its own bound. */
const atOnce = 16;

async function checkAll(given: Arguments, { door, session, timeout, outputs }: Run): Promise<ExitCode> {
  const { terminal } = door;
  const elapsed = stopwatch();
  const started = now();
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
    terminal.progress(
      printable(`${done} of ${read.manifests.length} objects judged; last ${manifest.kind} ${manifest.name}`),
    );
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
  const report = collectReport({
    version: program.version,
    started,
    ended: now(),
    policies: session.policies,
    objects: checked.map((one) => judgedObject(one, read, around)),
    unreadable: read.unreadable,
    warnings: session.warnings,
    files: read.files,
    requests: session.requests(),
    milliseconds: elapsed(),
  });
  const troubles = await writeOutputs(renderReport(report), outputs, terminal);
  const { verdicts, unreadable } = report.totals;
  if (verdicts.denied > 0) return exit.denied;
  return verdicts.undecided > 0 || unreadable > 0 || troubles.length > 0 ? exit.undecided : exit.allowed;
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

function judgedObject(
  { manifest, decision }: Checked,
  read: Manifests,
  { resourceOf }: Pick<AllCircumstances, 'resourceOf'>,
): JudgedObject {
  const { file, apiVersion, kind, namespace, name, template } = manifest;
  const start = manifest.place([]);
  return {
    source: { file, ...(start === undefined ? {} : { start }), ...(template === undefined ? {} : { template }) },
    clusterScoped: !resourceOf(apiVersion, kind).namespaced,
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    decision,
    place: ({ field }) => manifest.place(parsePath(field)),
    line: (number) => read.line(file, number),
  };
}
