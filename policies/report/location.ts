import { printable } from './printable.ts';
import type { ReportedFinding, ReportedObject, SourcePlace, UnreadableSource } from './report.ts';

/** Where tools that show a repository's files put a finding. */
export interface FileLocation {
  /** Relative to where the command ran where the file is; forward slashes. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Absent where only the object is known, or only what it was made from. */
  readonly place?: SourcePlace;
}

/**
 * The place of a finding; what came in on standard input is put at the template that made it, where the text names one, for that file is
 * in the repository. Undefined of an object that is in no file.
 */
export function locationOf({ source }: ReportedObject, { place }: ReportedFinding): FileLocation | undefined {
  if (source === undefined) return undefined;
  const { file, start, template } = source;
  if (file === standardInput && template !== undefined) return { path: normal(template), line: 1 };
  return {
    path: normal(file),
    line: place?.line ?? start?.line ?? 1,
    ...(place === undefined ? {} : { place }),
  };
}

/** The place of what could not be read. */
export const locationOfUnreadable = ({ file, line }: UnreadableSource): FileLocation => ({
  path: normal(file),
  line: line ?? 1,
});

/** The same for people: `web.yaml:3:8`, as far as it is known. */
export const placeOfUnreadable = ({ file, line, column }: UnreadableSource): string =>
  [printable(file), line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');

const standardInput = '-';

/** `./a/../b.yaml` as `b.yaml`: consumers compare paths as text. */
function normal(file: string): string {
  if (file === standardInput) return 'stdin';
  const steps: string[] = [];
  for (const step of printable(file).replaceAll('\\', '/').split('/')) {
    if (step === '.' || (step === '' && steps.length > 0)) continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..' && steps.at(-1) !== '') steps.pop();
    else steps.push(step);
  }
  return steps.join('/');
}
