import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TrustMaterial } from '../../evidence/index.ts';
import { now } from '../../host/clock.ts';
import { count, listed, type NamedTrust, printable, staleSentence } from '../../policies/index.ts';
import { type Flags, parseArguments, usage } from '../arguments.ts';
import { exit } from '../exit.ts';
import { refuse } from '../refuse.ts';
import { assembleConfiguration, type Loaded, loadConfiguration } from '../source/configuration.ts';
import type { Command } from './index.ts';
import { holdings, refreshTrust } from './trust-refresh.ts';

const flags = {
  config: { value: 'FILE', short: 'c', help: 'configuration document; ASSAY_CONFIG where left out' },
  output: { value: 'FORMAT', short: 'o', choices: ['text', 'json'], help: 'text (default) or json' },
} as const satisfies Flags;

/** `assay trust show`: which trust roots there are, how old, and what they offer. `assay trust refresh`: renews them. */
export const trust: Command = {
  name: 'trust',
  summary: 'list trust roots, their ages and what they offer, and renew them',
  usage: ['trust show [-c FILE] [-o FORMAT]', 'trust refresh [-c FILE] [NAME]'],
  flags,
  verbs: ['show', 'refresh'],
  notes: [
    'What a keyless signature needs follows from its root: a log entry where it has logs, else a timestamp; an SCT where it has CT logs.',
    'refresh asks the TUF repositories of the configuration, and that of public-good, or the one of NAME alone. Nothing else fetches trust: commands that judge use what was fetched last, else the embedded root, and warn where it is more than 90 days old. What is fetched is kept in trustFolder of the configuration, else in $XDG_CACHE_HOME/assay/tuf or ~/.cache/assay/tuf. Ends with 2 where a repository did not bring anything newer that can be proven; the last good one stays.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(terminal, parsed, trust);
    const [verb, name, surplus] = parsed.positionals;
    if ((verb !== 'show' && verb !== 'refresh') || surplus !== undefined || (verb === 'show' && name !== undefined))
      return refuse(terminal, usage('show, or refresh with one name at most, are what there is to do'), trust);
    const format = parsed.text('output') ?? 'text';
    if (format !== 'text' && format !== 'json')
      return refuse(terminal, usage(`-o ${JSON.stringify(format)}: there is text and json`), trust);
    const loaded = await loadConfiguration(parsed.text('config'), door);
    if (verb === 'refresh' && loaded.kind === 'configuration') {
      if (parsed.text('output') !== undefined) return refuse(terminal, usage('-o: refresh speaks text only'), trust);
      const done = await refreshTrust(loaded, name, door);
      return typeof done === 'object' ? refuse(terminal, done, trust) : done;
    }
    const ready = loaded.kind === 'problems' ? loaded : await assembleConfiguration(loaded, door);
    if (ready.kind === 'problems' || loaded.kind === 'problems') {
      terminal.error((ready.kind === 'problems' ? ready.lines : []).join('\n'));
      return exit.usage;
    }
    await ready.assembled.evidence.close();
    const roots = await Promise.all([...ready.assembled.trust].map(([root, from]) => describeRoot(root, from, loaded)));
    terminal.out(
      format === 'json' ? JSON.stringify({ trustRoots: roots }, undefined, 2) : roots.map(renderRoot).join('\n'),
    );
    return exit.allowed;
  },
};

interface Root {
  readonly name: string;
  readonly source: 'embedded' | 'file' | 'tuf';
  readonly file: string | null;
  /** When the root was published (embedded), last fetched (tuf) or its file changed; ISO 8601. */
  readonly since: string | null;
  readonly days: number | null;
  /** What to do where it is older than it should be. */
  readonly stale: string | null;
  /** SHA-256 over everything inside. */
  readonly id: string;
  readonly offers: TrustMaterial['offers'];
  /** What a keyless signature must bring under this root. */
  readonly needs: readonly string[];
}

async function describeRoot(name: string, from: NamedTrust, { configuration, folder }: Loaded): Promise<Root> {
  const { id, offers } = from.material;
  const named = configuration.trustRoots?.find((root) => root.name === name)?.file;
  const file = named === undefined ? undefined : resolve(folder, named);
  const since = file === undefined ? from.asOf : await changed(file);
  return {
    name,
    source: from.from,
    file: file ?? null,
    since: since?.toISOString() ?? null,
    days: since === undefined ? null : Math.max(0, Math.floor((now().getTime() - since.getTime()) / 86_400_000)),
    stale: staleSentence(from, now()) ?? null,
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

const dated = { embedded: 'published', file: 'changed', tuf: 'fetched' } as const;

function renderRoot({ name, source, file, since, days, stale, id, offers, needs }: Root): string {
  const age =
    since === null ? 'of unknown age' : `${dated[source]} ${since.slice(0, 10)} (${count(days ?? 0, 'day')} ago)`;
  return [
    `${printable(name)}  ${file === null ? (source === 'tuf' ? 'by TUF' : 'embedded') : printable(file)}, ${age}`,
    ...(stale === null ? [] : [`  old    ${stale}`]),
    `  ${id}`,
    `  holds  ${holdings({ offers })}`,
    `  needs  ${listed(needs.map((need) => `a ${need}`))} of every keyless signature`.replace('a SCT', 'an SCT'),
  ].join('\n');
}
