import type { Excuse } from '../../exception.ts';
import { count, instant, listed } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report, UnusedException } from '../report.ts';
import { boundedName } from './bounded.ts';
import { html, type Html } from './markup.ts';

/** Every exception: those that cover a finding, or would if they had not ended, then those that nothing needed. Nothing where there is none. */
export function exceptionsSection(report: Report): Html | undefined {
  const [used, unused] = [inUse(report), report.unusedExceptions];
  if (used.length + unused.length === 0) return undefined;
  return html`<section id="exceptions" aria-labelledby="exceptions-title">
<h2 id="exceptions-title">Exceptions</h2>
${
  used.length > 0 &&
  html`<p class="note">Those that cover a finding, the first to end first. One that has ended excuses nothing any more.</p>
${table(
  'Exceptions',
  used.map((use) => row(use, report.ended)),
)}`
}
${
  unused.length > 0 &&
  html`<p class="note">${count(unused.length, 'exception')} that cover${unused.length === 1 && 's'} nothing of what was judged here. What has no use can go; what was meant to have one is written for another object, policy or rule.</p>
${table(
  'Exceptions without use',
  unused.map((one) => unusedRow(one, report.ended)),
)}`
}
</section>`;
}

function table(caption: string, rows: readonly Html[]): Html {
  const shown = rows.slice(0, limits.htmlRows);
  return html`<table><caption class="unseen">${caption}</caption><thead><tr><th scope="col">exception</th><th scope="col">reason and approval</th><th scope="col">until</th></tr></thead>
<tbody>${shown}</tbody></table>
${rows.length > shown.length && html`<p class="bound">${count(rows.length - shown.length, 'more exception')} not shown.</p>`}`;
}

/** One exception, with the rules of which it covers findings. */
interface Use {
  readonly excuse: Excuse;
  readonly ended: boolean;
  readonly rules: ReadonlySet<string>;
  readonly findings: number;
}

function inUse({ objects }: Report): readonly Use[] {
  const uses = objects.flatMap(({ findings }) =>
    findings.flatMap(({ finding: { excused, expired, policy, rule } }) => [
      ...(excused === undefined ? [] : [{ excuse: excused, ended: false, rule: `${policy}/${rule}` }]),
      ...(expired === undefined ? [] : [{ excuse: expired, ended: true, rule: `${policy}/${rule}` }]),
    ]),
  );
  const groups = Map.groupBy(uses, ({ excuse: { exception, reason, approver, until }, ended }) =>
    JSON.stringify([exception, reason, approver, until, ended]),
  );
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      return [{ ...first, rules: new Set(members.map(({ rule }) => rule)), findings: members.length }];
    })
    .toSorted((a, b) => +a.excuse.until - +b.excuse.until);
}

function row({ excuse, ended, rules, findings }: Use, now: Date): Html {
  return rowOf(excuse, ended, now, html`covers ${count(findings, 'finding')} of ${rulesTold([...rules])}`);
}

function unusedRow({ policy, rules, ...excuse }: UnusedException, now: Date): Html {
  const of = rulesTold(rules.map((rule) => `${policy}/${rule}`));
  return rowOf(excuse, excuse.until <= now, now, html`covers nothing here; written for ${of}`);
}

function rulesTold(names: readonly string[]): string {
  const told = names.length > named ? [...names.slice(0, named), count(names.length - named, 'other rule')] : names;
  return listed(told.map(boundedName));
}

const rowOf = ({ exception, reason, approver, until }: Excuse, ended: boolean, now: Date, use: Html): Html =>
  html`<tr class="${ended ? 'ended' : 'running'}"><th scope="row">${boundedName(exception)}<small>${use}</small></th><td>${boundedName(reason)}<small>approved by ${boundedName(approver)}</small></td><td>${
    ended && html`<strong class="outcome denied">ended</strong> `
  }<time datetime="${until.toISOString()}">${instant(until)}</time><small>${distance(until, now)}</small></td></tr>
`;

/** Rules named in one row. */
const named = 5;

/** How far off the end is, seen from the run. */
function distance(until: Date, now: Date): string {
  const hours = Math.floor(Math.abs(+until - +now) / 3_600_000);
  const far = hours < 48 ? count(hours, 'hour') : count(Math.floor(hours / 24), 'day');
  return until > now ? `in ${far}` : `${far} before this run`;
}
