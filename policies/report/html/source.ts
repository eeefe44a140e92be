import { excerptOf } from '../excerpt.ts';
import { printable } from '../printable.ts';
import { clip } from '../printable.ts';
import { limits } from '../limits.ts';
import type { ReportedFinding, ReportedObject } from '../report.ts';
import { html, type Html } from './markup.ts';

/** Where a finding stands: `deploy/shop.yaml:23:18`, and below it the line with the value marked, in colour and by carets. */
export function sourceFigure(
  { source }: Pick<ReportedObject, 'source'>,
  { place }: Pick<ReportedFinding, 'place'>,
): Html | undefined {
  if (source === undefined || place === undefined) return undefined;
  const { line, text, before, indent, length } = dedented(excerptOf(place));
  const gutter = (label: number | string) =>
    html`<span class="gutter">${String(label).padStart(String(line).length)} │ </span>`;
  return html`<figure class="source"><figcaption>${fileName(source.file)}:${line}:${place.column}</figcaption><pre>${
    before !== undefined &&
    html`<span class="before">${gutter(line - 1)}${before}</span>
`
  }${gutter(line)}${text.slice(0, indent)}<mark>${text.slice(indent, indent + length)}</mark>${text.slice(indent + length)}<span class="caret" aria-hidden="true">
${gutter('')}${' '.repeat(indent)}${'^'.repeat(length)}</span></pre></figure>`;
}

/** A file's name as the page shows it. */
export const fileName = (file: string): string =>
  file === '-' ? 'standard input' : clip(printable(file), limits.referenceShown);

/** Depth says nothing where one line or two are shown, and costs the room that long values need. */
function dedented({ text, before, indent, ...rest }: ReturnType<typeof excerptOf>): ReturnType<typeof excerptOf> {
  const depth = Math.min(indent, depthOf(text), before === undefined ? indent : depthOf(before));
  const from = text.length - depth > widest && indent - depth > kept ? indent - kept : depth;
  return {
    ...rest,
    text: text.slice(from, from + widest),
    indent: indent - from,
    length: Math.max(1, Math.min(rest.length, widest - (indent - from), text.length - indent)),
    ...(before === undefined || from > depth ? {} : { before: before.slice(depth, depth + widest) }),
  };
}

const depthOf = (text: string): number => text.length - text.trimStart().length;

/** Characters that fit beside the gutter where the page is widest. */
const widest = 110;

/** Characters before the value that remain where a line is cut. */
const kept = 30;
