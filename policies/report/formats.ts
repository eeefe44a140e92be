import type { Report } from './report.ts';
import type { TextStyle } from './text.ts';

/** Writes a report in one format. Pure; the style is for a format that people read on a terminal. */
export type Format = (report: Report, style: TextStyle) => string;

/** Every format of `-o`, in the order of the help page; each is loaded only when it is asked for. A new format is a line here. */
export const formats: Readonly<Record<string, () => Promise<Format>>> = {
  text: async () => (await import('./text.ts')).renderText,
  json: async () => (await import('./json-report.ts')).renderJson,
};
