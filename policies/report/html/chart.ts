import { listed } from '../printable.ts';
import { html, type Html } from './markup.ts';
import { type Counts, order } from './tally.ts';
import type { Tone } from './words.ts';

/** Columns by tone, as tables and charts name them. */
export const toneWords: Readonly<Record<Tone, string>> = {
  denied: 'denied',
  undecided: 'undecided',
  warned: 'warned',
  excused: 'excused',
  recorded: 'recorded',
  clean: 'clean',
};

/** `2 denied, 1 warned and 35 clean`. */
export function countsText(counts: Counts): string {
  const parts = order.flatMap((tone) => ((counts[tone] ?? 0) > 0 ? [`${counts[tone]} ${toneWords[tone]}`] : []));
  return parts.length === 0 ? 'none' : listed(parts);
}

export const sum = (counts: Counts): number => order.reduce((total, tone) => total + (counts[tone] ?? 0), 0);

/**
 * One bar of segments, as long as its share of `longest`. What is there is seen, however few: each segment is at least two
 * units wide. Drawn with attributes, because the document allows no inline styles.
 */
export function bar(counts: Counts, longest: number, height: number): Html {
  const tones = order.filter((tone) => (counts[tone] ?? 0) > 0);
  const room = width - least * tones.length;
  let x = 0;
  const segments = tones.map((tone) => {
    const wide = least + (room * (counts[tone] ?? 0)) / Math.max(1, longest);
    const segment = html`<rect class="${tone}" x="${round(x)}" y="0" width="${round(wide - gap)}" height="${height}"/>`;
    x += wide;
    return segment;
  });
  return html`<svg class="bar" role="img" aria-label="${countsText(counts)}" viewBox="0 0 ${width} ${height}" height="${height}" preserveAspectRatio="none">${segments}</svg>`;
}

const width = 400;
const least = 3;
const gap = 1;

const round = (value: number): number => Math.round(value * 100) / 100;
