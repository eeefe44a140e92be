import { unwritable, writeWhole } from '../host/files.ts';
import { formats, listed, type Report, type TextStyle } from '../policies/index.ts';
import { type Arguments, type Flags, usage, type UsageProblem } from './arguments.ts';
import { nearest } from './nearest.ts';
import { type ColorMode, type Terminal } from './terminal.ts';

/** Flags of a command that writes its result in these formats. */
export const outputFlags = (offered: readonly string[]) =>
  ({
    output: {
      value: 'FORMAT[=FILE]',
      short: 'o',
      multiple: true,
      choices: offered,
      help: `${offered.join(', ')}; with =FILE it goes there, and text (the default) to standard output unless one more format is named without`,
    },
    color: {
      value: 'WHEN',
      choices: ['auto', 'always', 'never'],
      help: 'auto (default), always or never; NO_COLOR and FORCE_COLOR count where it is left out',
    },
  }) as const satisfies Flags;

/** Every format that a report has. */
export const reportFormats: readonly string[] = Object.keys(formats);

/** Where a result goes, in which formats. */
export interface Outputs {
  readonly kind: 'outputs';
  readonly standard: string;
  readonly files: readonly { readonly file: string; readonly format: string }[];
  readonly color: ColorMode;
}

/** Reads the flags; whatever would fail for certain when all is judged fails before. */
export async function readOutputs(given: Arguments, offered: readonly string[]): Promise<Outputs | UsageProblem> {
  const color = given.text('color') ?? 'auto';
  if (color !== 'auto' && color !== 'always' && color !== 'never')
    return usage(`--color ${JSON.stringify(color)}: there is auto, always and never`);
  const standard: string[] = [];
  const files: { file: string; format: string }[] = [];
  for (const text of given.texts('output')) {
    const [format = '', ...rest] = text.split('=');
    const file = rest.join('=');
    if (!offered.includes(format)) return unknownFormat(format, offered);
    if (rest.length === 0) standard.push(format);
    else if (file === '') return usage(`-o ${JSON.stringify(text)}: a file is wanted after the equals sign`);
    else if (files.some((other) => other.file === file)) return usage(`-o: ${JSON.stringify(file)} is named twice`);
    else {
      const trouble = await unwritable(file);
      if (trouble !== undefined) return usage(`-o ${trouble}`);
      files.push({ file, format });
    }
  }
  if (standard.length > 1)
    return usage('-o: one format goes to standard output; name a file for each of the others, as in -o sarif=FILE');
  return { kind: 'outputs', standard: standard[0] ?? 'text', files, color };
}

function unknownFormat(name: string, offered: readonly string[]): UsageProblem {
  const meant = nearest(name, offered);
  return usage(
    `-o ${JSON.stringify(name)}: there is ${listed(offered)}${meant === undefined ? '' : `; nearest is ${meant}`}`,
  );
}

/** Renders in one of the offered formats. */
export type Render = (format: string, style: TextStyle) => Promise<string>;

/** A report in any of its formats. */
export const renderReport =
  (report: Report): Render =>
  async (format, style) => {
    const load = formats[format];
    if (load === undefined) throw new Error(`${format} is no format`);
    return (await load())(report, style);
  };

/** Writes the files first, for whoever reads standard output may stop; the sentences of those that cannot be written, told already. */
export async function writeOutputs(
  render: Render,
  { standard, files, color }: Outputs,
  terminal: Terminal,
): Promise<readonly string[]> {
  const { columns } = terminal;
  const plain = { columns, paint: (_: unknown, text: string) => text };
  const troubles: string[] = [];
  for (const { file, format } of files) {
    const text = await render(format, plain);
    const trouble = await writeWhole(file, text.endsWith('\n') ? text : `${text}\n`);
    if (trouble !== undefined) troubles.push(`-o ${trouble}`);
  }
  terminal.out(await render(standard, { columns, paint: terminal.paintIn(color) }));
  if (troubles.length > 0) terminal.error(troubles.join('\n'));
  return troubles;
}
