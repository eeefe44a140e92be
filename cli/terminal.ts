/** Where a command speaks; passed in, so that tests bring their own. */
export interface Terminal {
  /** Width of the result in columns; fixed in a pipe, so that its output depends on nothing. */
  readonly columns: number;
  /** Whether a person reads the result as it comes. */
  readonly interactive?: boolean;
  readonly paint: Paint;
  /** The same as a person wants it, whatever stream and environment say. */
  readonly paintIn: (mode: ColorMode) => Paint;
  /** The result. */
  readonly out: (text: string) => void;
  /** What is not the result: problems and usage. */
  readonly error: (text: string) => void;
  /** One line that replaces itself while work goes on; nothing where nobody watches. */
  readonly progress: (text: string) => void;
}

/** Marks text by its tone. Colour repeats what the words say. */
export type Paint = (tone: Tone, text: string) => string;

export type ColorMode = 'auto' | 'always' | 'never';

export type Tone = 'good' | 'bad' | 'unsure' | 'faint';

/** The streams of this process. */
export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const pipeColumns = 120;

export function openTerminal({ stdout, stderr, environment }: Streams): Terminal {
  const watched = stderr.isTTY === true && environment['TERM'] !== 'dumb';
  let shown = false;
  const paint = colours(stdout, environment) ? painted : plain;
  const clear = (): void => {
    if (shown) stderr.write('\r\u001B[K');
    shown = false;
  };
  const write = (stream: Stream, text: string): void => {
    clear();
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  return {
    columns: stdout.isTTY === true ? Math.max(40, Math.min(stdout.columns ?? pipeColumns, 200)) : pipeColumns,
    interactive: stdout.isTTY === true,
    paint,
    paintIn: (mode) => ({ auto: paint, always: painted, never: plain })[mode],
    out: (text) => write(stdout, text),
    error: (text) => write(stderr, text),
    progress: (text) => {
      if (!watched) return;
      stderr.write(`\r\u001B[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
      shown = text !== '';
    },
  };
}

/**
 * FORCE_COLOR (https://force-color.org, where 0 and false take it back) goes before NO_COLOR (https://no-color.org: set and not empty,
 * whatever its value), as in Node.
 */
function colours(stdout: Stream, environment: Streams['environment']): boolean {
  const forced = environment['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return stdout.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}

const plain: Paint = (_, text) => text;

const painted: Paint = (tone, text) => `\u001B[${codes[tone]}m${text}\u001B[0m`;

const codes: Readonly<Record<Tone, number>> = { good: 32, bad: 31, unsure: 33, faint: 2 };
