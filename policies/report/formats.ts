import type { Report } from './report.ts';
import type { TextStyle } from './text.ts';

/** Writes a report in one format. Pure; the style is for a format that people read on a terminal. */
export type Format = (report: Report, style: TextStyle) => string;

/** Every format of `-o`, in the order of the help page; each is loaded only when it is asked for. A new format is a line here. */
export const formats: Readonly<Record<string, () => Promise<Format>>> = {
  text: async () => (await import('./text.ts')).renderText,
  json: async () => (await import('./json-report.ts')).renderJson,
  yaml: async () => (await import('./cluster-report.ts')).renderOpenReports,
  policyreport: async () => (await import('./cluster-report.ts')).renderPolicyReports,
  sarif: async () => (await import('./sarif.ts')).renderSarif,
  junit: async () => (await import('./junit.ts')).renderJunit,
  github: async () => (await import('./github.ts')).renderGithub,
  gitlab: async () => (await import('./gitlab.ts')).renderGitlab,
  markdown: async () => (await import('./markdown.ts')).renderMarkdown,
  html: async () => (await import('./html/document.ts')).renderHtml,
};
