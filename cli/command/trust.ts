import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { publicGoodRoot, type TrustMaterial } from '../../evidence/index.ts';
import { now } from '../../host/clock.ts';
import { count, listed, printable } from '../../policies/index.ts';
import { type Flags, parseArguments, usage } from '../arguments.ts';
import { exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import { assembleConfiguration, type Loaded, loadConfiguration } from '../source/configuration.ts';
import type { Command } from './index.ts';

const flags = {
  config: { value: 'FILE', short: 'c', help: 'configuration document; ASSAY_CONFIG where left out' },
  output: { value: 'FORMAT', short: 'o', help: 'text (default) or json' },
} as const satisfies Flags;

/** `assay trust show`: which trust roots there are, how old, and what they offer. */
export const trust: Command = {
  name: 'trust',
  summary: 'list trust roots, their ages and what they offer',
  usage: ['trust show [-c FILE]'],
  flags,
  notes: [
    'What a keyless signature needs follows from its root: a log entry where it has logs, else a timestamp; an SCT where it has CT logs.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, trust);
    const [verb, surplus] = parsed.positionals;
    if (verb !== 'show' || surplus !== undefined) return refuse(terminal, usage('show is the one thing to do'), trust);
    const format = parsed.text('output') ?? 'text';
    if (format !== 'text' && format !== 'json')
      return refuse(terminal, usage(`-o ${JSON.stringify(format)}: there is text and json`), trust);
    const loaded = await loadConfiguration(parsed.text('config'), door);
    const ready = loaded.kind === 'problems' ? loaded : await assembleConfiguration(loaded, door);
    if (ready.kind === 'problems' || loaded.kind === 'problems') {
      terminal.error((ready.kind === 'problems' ? ready.lines : []).join('\n'));
      return exit.usage;
    }
    await ready.assembled.evidence.close();
    const roots = await Promise.all(
      [...ready.assembled.trustRoots].map(([name, material]) => describeRoot(name, material, loaded)),
    );
    terminal.out(
      format === 'json' ? JSON.stringify({ trustRoots: roots }, undefined, 2) : roots.map(renderRoot).join('\n'),
    );
    return exit.allowed;
  },
};

interface Root {
  readonly name: string;
  readonly source: 'embedded' | 'file';
  readonly file: string | null;
  /** When the root was published (embedded) or its file changed; ISO 8601. */
  readonly since: string | null;
  readonly days: number | null;
  /** SHA-256 over everything inside. */
  readonly id: string;
  readonly offers: TrustMaterial['offers'];
  /** What a keyless signature must bring under this root. */
  readonly needs: readonly string[];
}

async function describeRoot(
  name: string,
  { id, offers }: TrustMaterial,
  { configuration, folder }: Loaded,
): Promise<Root> {
  const named = configuration.trustRoots?.find((root) => root.name === name);
  const file = named === undefined ? undefined : resolve(folder, named.file);
  const since = file === undefined ? publicGoodRoot().published : await changed(file);
  return {
    name,
    source: file === undefined ? 'embedded' : 'file',
    file: file ?? null,
    since: since?.toISOString() ?? null,
    days: since === undefined ? null : Math.max(0, Math.floor((now().getTime() - since.getTime()) / 86_400_000)),
    id,
    offers,
    needs: [offers.logs > 0 ? 'log entry' : 'timestamp', ...(offers.ctLogs > 0 ? ['SCT'] : [])],
  };
}

async function changed(file: string): Promise<Date | undefined> {
  try {
    return (await stat(file)).mtime;
  } catch {
    // The file was read a moment ago and is gone now; its age is then not known.
    return undefined;
  }
}

function renderRoot({ name, source, file, since, days, id, offers, needs }: Root): string {
  const age =
    since === null
      ? 'of unknown age'
      : `${source === 'embedded' ? 'published' : 'changed'} ${since.slice(0, 10)} (${count(days ?? 0, 'day')} ago)`;
  const holds = [
    count(offers.certificateAuthorities, 'certificate authority', 'certificate authorities'),
    count(offers.logs, 'log'),
    count(offers.ctLogs, 'CT log'),
    count(offers.timestampAuthorities, 'timestamp authority', 'timestamp authorities'),
  ];
  return [
    `${printable(name)}  ${file === null ? 'embedded' : printable(file)}, ${age}`,
    `  ${id}`,
    `  holds  ${listed(holds)}`,
    `  needs  ${listed(needs.map((need) => `a ${need}`))} of every keyless signature`.replace('a SCT', 'an SCT'),
  ].join('\n');
}
