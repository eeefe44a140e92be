import { processEnvironment } from '../host/environment.ts';
import manifest from '../package.json' with { type: 'json' };
import { buildLog } from './log.ts';
import { run } from './run.ts';
import { help, parseCommand, settle } from './settings.ts';
import { loadConfiguration } from './source/assembly.ts';

/** The webhook as a process: reads its settings, serves until a signal, and ends with the exit code that `--help` tells. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const command = parseCommand(args, processEnvironment);
  switch (command.kind) {
    case 'help':
      process.stdout.write(help);
      return 0;
    case 'version':
      process.stdout.write(`assay-webhook ${manifest.version} (node ${process.versions.node})\n`);
      return 0;
    case 'usage':
      return refuse([`${command.detail}; --help lists what there is`]);
    case 'serve':
      break;
  }
  const { given } = command;
  const loaded = await loadConfiguration(given.config);
  if (loaded.kind === 'problems') return refuse(loaded.problems);
  const settings = settle(given, loaded.value, given.config);
  if ('length' in settings) return refuse(settings);

  const log = buildLog(settings.logLevel);
  process.on('unhandledRejection', (error) => log.error({ code: 'FAULT_THROWN', error }, 'a promise was left alone'));
  const stopped = signalled();
  try {
    const configuration = { configuration: loaded.value, file: given.config };
    const running = await run({ settings, configuration, environment: processEnvironment }, log);
    const signal = await stopped;
    // Whoever presses Ctrl-C is no load balancer that has to learn it first.
    const grace = signal === 'SIGTERM' ? (settings.drainSeconds * 1000) / 4 : 0;
    const drained = await running.drain(grace);
    log.info({ drained }, 'ended');
    return drained ? 0 : 1;
  } catch (error) {
    log.error({ code: 'FAULT_THROWN', error }, 'the server cannot run');
    return 1;
  }
}

function refuse(problems: readonly string[]): number {
  for (const problem of problems) process.stderr.write(`assay-webhook: ${problem}\n`);
  return 64;
}

/** The first signal; a second one ends the process at once, as nothing handles it any more. */
function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const heard = (signal: NodeJS.Signals) => {
      process.off('SIGTERM', heard);
      process.off('SIGINT', heard);
      resolve(signal);
    };
    process.on('SIGTERM', heard);
    process.on('SIGINT', heard);
  });
}
