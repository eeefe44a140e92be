import { now } from '../../host/clock.ts';
import { isThere } from '../../host/files.ts';
import {
  compilePolicies,
  count,
  type LintFinding,
  lintDocuments,
  loadKeys,
  type PolicyWarning,
  printable,
  renderProblem,
  settleSource,
} from '../../policies/index.ts';
import { type Arguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { withFlags } from '../session.ts';
import { assembleConfiguration, loadConfiguration } from '../source/configuration.ts';
import { keyServices } from '../source/keys.ts';
import { keyMilliseconds } from '../source/bundles.ts';
import { readPolicies } from '../source/policies.ts';
import type { Door } from './index.ts';

/** Tells what is wrong with policies, and what is doubtful about those that load. */
export async function lintPolicies(
  positionals: readonly string[],
  given: Arguments,
  door: Door,
): Promise<ExitCode | UsageProblem> {
  if (positionals.length === 0) return usage('name a file, a folder, a pack, or - for standard input');
  const format = given.text('output') ?? 'text';
  if (format !== 'text' && format !== 'json') return usage(`-o ${JSON.stringify(format)}: lint speaks text and json`);
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
    const read = await readPolicies(
      positionals.map((word) => settleSource(word, word, isThere)),
      door.input,
    );
    const keys = await loadKeys(
      read.documents,
      keyServices(door, given.has('offline')),
      AbortSignal.timeout(keyMilliseconds),
    );
    const { problems, warnings } = compilePolicies(read.documents, {
      trustRoots: ready.assembled.trustRoots,
      keys,
      exceptionNamespaces: 'all',
    });
    const lines = [...read.lines, ...problems.map(renderProblem)];
    if (lines.length > 0) {
      door.terminal.error(lines.join('\n'));
      return exit.usage;
    }
    const findings = [...warnings().map(asFinding), ...lintDocuments(read.documents, now())];
    if (format === 'json') door.terminal.out(JSON.stringify(record(findings, read.documents.length), undefined, 2));
    else door.terminal.out([...findings.map(line), summary(findings, read.documents.length)].join('\n'));
    return given.has('strict') && findings.length > 0 ? exit.denied : exit.allowed;
  } finally {
    await ready.assembled.evidence.close();
  }
}

type Doubt = Omit<LintFinding, 'code'> & { readonly code: string };

/** What the API server too would warn of. */
const asFinding = ({ file, line: at, column, path, message }: PolicyWarning): Doubt => ({
  ...{ code: 'expression-type', file, path, detail: message },
  ...(at === undefined ? {} : { line: at }),
  ...(column === undefined ? {} : { column }),
});

const line = ({ file, line: at, column, path, code, detail }: Doubt): string =>
  printable(`${at === undefined ? file : `${file}:${at}:${column ?? 1}`}: ${path}: ${detail} (${code})`);

const summary = (findings: readonly Doubt[], documents: number): string =>
  `${count(documents, 'document')}: ${findings.length === 0 ? 'nothing doubtful' : `${findings.length} doubtful`}`;

const record = (findings: readonly Doubt[], documents: number): object => ({
  documents,
  findings: findings.map(({ file, line: at = null, column = null, path, code, detail }) => ({
    ...{ file, line: at, column, path, code, detail },
  })),
});
