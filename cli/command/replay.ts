import { now } from '../../host/clock.ts';
import {
  type Decision,
  decisionRecord,
  type Differences,
  differencesOf,
  type FindingRecord,
  judge,
  type JudgementRecord,
  parseRecord,
  printable,
  replayedEvidence,
  replayedLookup,
  verdictOf,
} from '../../policies/index.ts';
import { type Flags, parseArguments, usage } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { parseDuration } from '../judgement.ts';
import { refuse } from '../refuse.ts';
import { openSession, type Session, sessionFlags } from '../session.ts';
import { readSource } from '../source/text.ts';
import type { Command, Door } from './index.ts';

const flags = {
  ...sessionFlags,
  output: { value: 'FORMAT', short: 'o', choices: ['text', 'json'], help: 'text (default) or json' },
  timeout: { value: 'DURATION', help: 'longest time for one record: 500ms, 30s, 2m (default 30s)' },
} as const satisfies Flags;

/** `assay replay`: would the same be decided today? */
export const replay: Command = {
  name: 'replay',
  summary: 'judge what was recorded again, and show what differs',
  usage: ['replay RECORD ... [-p POLICIES]'],
  flags,
  notes: [
    'Reads what assay check --record or the webhook (records of its configuration) wrote. Tags name what they named then, and the cluster is as it answered then; what is proven of a digest is asked of registries again, under the trust of today.',
    'Ends as a check of the same objects today would: 0, 1 or 2; 64 where a record cannot be read, or its object was changed.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, replay);
    const format = parsed.text('output') ?? 'text';
    if (format !== 'text' && format !== 'json')
      return refuse(terminal, usage(`-o ${JSON.stringify(format)}: there is text and json`), replay);
    const timeout = parseDuration(parsed.text('timeout') ?? '30s');
    if (timeout === undefined) return refuse(terminal, usage('--timeout: a duration such as 30s is wanted'), replay);
    if (parsed.positionals.length === 0) return refuse(terminal, usage('name a file of records'), replay);
    const records = await readRecords(parsed.positionals, door);
    if (records.lines.length > 0) {
      terminal.error(records.lines.join('\n'));
      return exit.usage;
    }
    const session = await openSession(parsed, door);
    if (session.kind === 'problems') {
      terminal.error(session.lines.join('\n'));
      return exit.usage;
    }
    try {
      if (session.policies.policies.length === 0)
        return refuse(terminal, usage('no policy to judge by; name one with -p'), replay);
      return await replayAll(records.records, session, { door, timeout, format });
    } finally {
      await session.assembled.evidence.close();
    }
  },
};

async function readRecords(files: readonly string[], { input }: Door) {
  const records: JudgementRecord[] = [];
  const lines: string[] = [];
  for (const file of files) {
    const read = await readSource(file, input);
    if (read.kind === 'unreadable') {
      lines.push(`${file}: ${read.detail}`);
      continue;
    }
    for (const [index, line] of read.text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const record = parseRecord(jsonOf(line));
      if (typeof record === 'string') lines.push(`${file}:${index + 1}: ${record}`);
      else records.push(record);
    }
  }
  return { records, lines };
}

/** Undefined where the line is no JSON. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Run {
  readonly door: Door;
  /** For one record; milliseconds. */
  readonly timeout: number;
  readonly format: 'text' | 'json';
}

async function replayAll(
  records: readonly JudgementRecord[],
  { assembled, policies }: Session,
  { door: { terminal }, timeout, format }: Run,
): Promise<ExitCode> {
  const replayed: { readonly record: JudgementRecord; readonly decision: Decision; readonly differs: Differences }[] =
    [];
  for (const record of records) {
    terminal.progress(`${replayed.length} of ${records.length} records judged again`);
    const decision = await judge(record.review, {
      ...assembled,
      policies,
      evidence: replayedEvidence(record, assembled.evidence),
      lookup: replayedLookup(record),
      now: now(),
      signal: AbortSignal.timeout(timeout),
    });
    replayed.push({ record, decision, differs: differencesOf(record, decisionRecord(decision), policies.documents) });
  }
  terminal.progress('');
  if (format === 'json')
    terminal.out(
      JSON.stringify(
        {
          records: replayed.map(({ record, decision, differs }) => ({
            object: nameOf(record),
            time: record.time,
            ...differs,
            decision: decisionRecord(decision),
          })),
        },
        undefined,
        2,
      ),
    );
  else terminal.out(replayed.map(({ record, differs }) => rendered(record, differs)).join('\n'));
  const verdicts = new Set(replayed.map(({ decision }) => verdictOf(decision)));
  if (verdicts.has('denied')) return exit.denied;
  return verdicts.has('undecided') ? exit.undecided : exit.allowed;
}

function rendered(record: JudgementRecord, { allowed, gone, added, documents }: Differences): string {
  const left = record.withheld === true ? ', recorded without the values of a Secret' : '';
  const head = `${nameOf(record)}, judged ${record.time}${left}`;
  const changes = [
    ...(allowed === undefined ? [] : [`${word(allowed.recorded)} then, ${word(allowed.now)} now`]),
    ...gone.map((finding) => `no more: ${told(finding)}`),
    ...added.map((finding) => `new: ${told(finding)}`),
    ...documents.map(printable),
  ];
  const lines = changes.length === 0 ? [`the same: ${word(record.decision.allowed)}`] : changes;
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

const word = (allowed: boolean): string => (allowed ? 'allowed' : 'denied');
const told = ({ effect, message }: FindingRecord): string => `${effect} ${printable(message)}`;

function nameOf({ review: { object, oldObject } }: JudgementRecord): string {
  const { kind, metadata } = object ?? oldObject ?? {};
  const about = { namespace: '', name: '', ...(typeof metadata === 'object' ? metadata : {}) };
  return printable(`${String(kind)} ${about.namespace === '' ? about.name : `${about.namespace}/${about.name}`}`);
}
