import { count, instant, shortDigests } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import { duration } from '../text.ts';
import { boundedName } from './bounded.ts';
import { bar, sum } from './chart.ts';
import { html, type Html, type Part } from './markup.ts';
import { countsOf } from './tally.ts';
import { headline, verdicts } from './words.ts';

/** What was judged, when, by what, and what came of it. */
export function pageHeader(report: Report): Html {
  const counts = countsOf(
    report.objects.map(({ verdict }) => verdict),
    verdicts,
  );
  return html`<header>
<p class="eyebrow"><span>Assay</span> report of a check</p>
<h1>${headline(report)}</h1>
${report.objects.length > 0 && html`<div class="strip">${bar(counts, sum(counts), 14)}</div>`}
${tiles(report)}
<dl class="run">${runFacts(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function tiles({ totals, objects }: Report): Html {
  const { denied, undecided, warned, clean } = totals.verdicts;
  const excused = objects.reduce(
    (sum, { findings }) => sum + findings.filter(({ outcome }) => outcome === 'excused').length,
    0,
  );
  const all: readonly (readonly [tone: string, number: number, word: string, always: boolean])[] = [
    ['denied', denied, 'denied', true],
    ['undecided', undecided, 'could not be decided', true],
    ['warned', warned, 'warned', true],
    ['clean', clean, 'clean', true],
    ['undecided', totals.unreadable, 'could not be read', false],
    ['excused', excused, excused === 1 ? 'finding excused' : 'findings excused', false],
  ];
  return html`<dl class="tiles">${all.map(
    ([tone, number, word, always]) =>
      (always || number > 0) &&
      html`<div class="${number > 0 ? tone : 'none'}"><dt>${word}</dt><dd>${number}</dd></div>`,
  )}</dl>`;
}

function runFacts({
  totals,
  objects,
  policies,
  started,
  ended,
  version,
}: Report): readonly (readonly [string, Part])[] {
  const named = policies.slice(0, limits.htmlPoliciesNamed);
  const names = named.map(
    ({ name, digest }) =>
      html`<span class="version">${boundedName(name)}${digest !== undefined && html` <code>${shortDigests(digest)}</code>`}</span> `,
  );
  const more = policies.length - named.length;
  return [
    [
      'judged',
      `${count(objects.length, 'object')} in ${count(totals.files, 'file')}, ${count(totals.images, 'image')}`,
    ],
    [
      'when',
      html`<time datetime="${started.toISOString()}">${instant(started)}</time> to <time datetime="${ended.toISOString()}">${instant(ended).slice(11)}</time>, ${duration(totals.milliseconds)}, ${count(totals.requests, 'registry request')}`,
    ],
    ['by', `assay ${version}`],
    [
      'under',
      html`${names}<a href="#policies">${more > 0 ? `${count(more, 'other policy', 'other policies')} and ` : ''}whole digests</a>`,
    ],
  ];
}
