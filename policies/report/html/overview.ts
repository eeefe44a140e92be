import { count } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import { boundedName } from './bounded.ts';
import { bar, sum, toneWords } from './chart.ts';
import type { Lists } from './lists.ts';
import { html, type Html } from './markup.ts';
import { byControl, byNamespace, byPolicy, bySeverity, order, type Tally } from './tally.ts';

/** The same findings from four sides, each a table with a bar in every row; a name leads to its findings. */
export function overviewSection(report: Report, { policies, namespaces, controls, severities }: Lists): Html {
  const standards = byControl(report);
  const placed = (list: readonly string[]) => (name: string) => {
    const index = list.indexOf(name);
    return index < 0 || index >= limits.htmlRows ? undefined : String(index);
  };
  return html`<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">Overview</h2>
<div class="tables">
${tallyTable({ heading: 'By namespace', of: 'objects', tallies: byNamespace(report), key: 'namespace', filterOf: placed(namespaces) })}
${tallyTable({ heading: 'By severity', of: 'findings', tallies: bySeverity(report), key: 'severity', filterOf: (name) => (severities.includes(name) ? name : undefined) })}
${tallyTable({ heading: 'By policy', of: 'findings', tallies: byPolicy(report), key: 'policy', filterOf: placed(policies), wide: true })}
${tallyTable({ heading: 'By standard', of: 'findings', tallies: standards, key: 'controls', filterOf: placed(controls), wide: true, note: 'The controls that the policies in force say they check, and the findings of those policies. A row of zeros says that they found nothing.' })}
</div>
</section>`;
}

interface Table {
  readonly heading: string;
  readonly of: 'objects' | 'findings';
  readonly tallies: readonly Tally[];
  /** The filter that a row sets, and to what; a row without a value sets none. */
  readonly key?: string;
  readonly filterOf?: (name: string) => string | undefined;
  readonly note?: string;
  /** As broad as the page, for long names. */
  readonly wide?: boolean;
}

/** A table of counts; columns that would hold nothing are left out. Nothing at all where there is no row. */
function tallyTable({ heading, of, tallies, key, filterOf, note, wide }: Table): Html | undefined {
  if (tallies.length === 0) return undefined;
  const columns = order.filter((tone) => tallies.some(({ counts }) => (counts[tone] ?? 0) > 0));
  const longest = Math.max(...tallies.map(({ counts }) => sum(counts)));
  const shown = tallies.slice(0, limits.htmlRows);
  const rows = shown.map(({ name, counts, note }) => {
    const value = sum(counts) > 0 ? filterOf?.(name) : undefined;
    const label = boundedName(name);
    const title =
      key === undefined || value === undefined
        ? label
        : html`<a href="#findings-title" data-filter="${key}" data-value="${value}">${label}</a>`;
    return html`<tr><th scope="row">${title}${note !== undefined && html`<small>${boundedName(note)}</small>`}</th>
<td class="chart">${sum(counts) > 0 && bar(counts, longest, 8)}</td>
${columns.map((tone) => html`<td class="${(counts[tone] ?? 0) > 0 ? tone : 'none'}">${counts[tone] ?? 0}</td>`)}</tr>
`;
  });
  return html`<div class="${wide === true ? 'wide tally' : 'tally'}"><h3>${heading}</h3>${note !== undefined && html`<p class="note">${note}</p>`}
<table><caption class="unseen">${heading}: ${of} by outcome</caption>
<thead><tr><th scope="col">${heading.replace('By ', '')}</th><td class="chart"></td>${columns.map((tone) => html`<th scope="col">${toneWords[tone]}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>
${tallies.length > shown.length && html`<p class="bound">${count(tallies.length - shown.length, 'more row')} not shown.</p>`}</div>`;
}
