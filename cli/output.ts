import { unwritable, writeWhole } from '../host/files.ts';
import { type Format, formats, listed, type Report } from '../policies/index.ts';
import { type Arguments, type Flags, usage, type UsageProblem } from './arguments.ts';
import { nearest } from './nearest.ts';
import { type ColorMode, type Terminal } from './terminal.ts';

/** Flags of every command that writes reports. */
export const outputFlags = {
  output: {
    value: 'FORMAT[=FILE]',
    short: 'o',
    multiple: true,
    help: `${Object.keys(formats).join(', ')}; with =FILE it goes there, and text (the default) to standard output unless one more format is named without`,
  },
  color: {
    value: 'WHEN',
    help: 'auto (default), always or never; NO_COLOR and FORCE_COLOR count where it is left out',
  },
} as const satisfies Flags;

/** Where a report goes, in which formats. */
export interface Outputs {
  readonly kind: 'outputs';
  readonly standard: Format;
  readonly files: readonly { readonly file: string; readonly format: Format }[];
  readonly color: ColorMode;
}

/** Reads the flags; whatever would fail for certain when all is judged fails before. */
export async function readOutputs(given: Arguments): Promise<Outputs | UsageProblem> {
  const color = given.text('color') ?? 'auto';
  if (color !== 'auto' && color !== 'always' && color !== 'never')
    return usage(`--color ${JSON.stringify(color)}: there is auto, always and never`);
  const standard: Format[] = [];
  const files: { file: string; format: Format }[] = [];
  for (const text of given.texts('output')) {
    const [name = '', ...rest] = text.split('=');
    const file = rest.join('=');
    const format = Object.hasOwn(formats, name) ? await formats[name]?.() : undefined;
    if (format === undefined) return unknownFormat(name);
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
  const [chosen = await textFormat()] = standard;
  return { kind: 'outputs', standard: chosen, files, color };
}

const textFormat = async (): Promise<Format> => {
  const text = await formats['text']?.();
  if (text === undefined) throw new Error('text is a format');
  return text;
};

function unknownFormat(name: string): UsageProblem {
  const names = Object.keys(formats);
  const meant = nearest(name, names);
  return usage(
    `-o ${JSON.stringify(name)}: there is ${listed(names)}${meant === undefined ? '' : `; nearest is ${meant}`}`,
  );
}

/** Writes the files first, for whoever reads standard output may stop; the sentences of those that cannot be written. */
export async function writeReport(
  report: Report,
  { standard, files, color }: Outputs,
  terminal: Terminal,
): Promise<readonly string[]> {
  const plain = { columns: terminal.columns, paint: (_: unknown, text: string) => text };
  const troubles: string[] = [];
  for (const { file, format } of files) {
    const text = format(report, plain);
    const trouble = await writeWhole(file, text.endsWith('\n') ? text : `${text}\n`);
    if (trouble !== undefined) troubles.push(trouble);
  }
  terminal.out(standard(report, { columns: terminal.columns, paint: terminal.paintIn(color) }));
  return troubles;
}
