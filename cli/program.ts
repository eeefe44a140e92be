import { commands, type Door } from './command/index.ts';
import { type ExitCode, exit } from './exit.ts';
import { nearest } from './nearest.ts';
import { openTerminal } from './terminal.ts';

/** What the program needs of its process. */
export type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin' | 'env'>;

/** Runs one command line to its exit code. A thrown error is our own fault, and is told as one. */
export async function runProgram(words: readonly string[], process: Process): Promise<ExitCode> {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
  const door: Door = {
    terminal: openTerminal({ stdout, stderr, environment: env }),
    environment: env,
    // Node opens it when it is first asked for, and most commands never do.
    get input() {
      return process.stdin;
    },
  };
  try {
    return await dispatch(words, door);
  } catch (error) {
    door.terminal.error(
      `assay: a fault of its own, nothing can be concluded: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return exit.undecided;
  }
}

/** Whoever reads may stop reading (`assay check ... | head`); the exit code stays true. */
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
}

async function dispatch(words: readonly string[], door: Door): Promise<ExitCode> {
  const [first = '', ...rest] = words;
  const name = spellings.get(first) ?? first;
  const wantsHelp = rest[0] === '--help' || rest[0] === '-h';
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined && !wantsHelp) return await (await load()).run(rest, door);
  const { help } = await import('./command/help.ts');
  if (load !== undefined) return await help.run([name], door);
  const meant = nearest(name, Object.keys(commands));
  if (name !== '')
    door.terminal.error(
      `there is no command ${JSON.stringify(name)}${meant === undefined ? '' : `; nearest is ${meant}`}; see assay help`,
    );
  else await help.run([], { ...door, terminal: { ...door.terminal, out: door.terminal.error } });
  return exit.usage;
}

const spellings: ReadonlyMap<string, string> = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-V', 'version'],
]);
