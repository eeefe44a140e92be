import type { Excuse } from '../../exception.ts';
import { count, instant, listed } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report } from '../report.ts';
import { boundedName } from './bounded.ts';
import { html, type Html } from './markup.ts';

/** Every exception that covers a finding, or would if it had not ended: who approved it, why, until when. Nothing where there is none. */
export function exceptionsSection(report: Report): Html | undefined {
  const exceptions = inUse(report);
  if (exceptions.length === 0) return undefined;
  const shown = exceptions.slice(0, limits.htmlRows);
  return html`<section id="exceptions" aria-labelledby="exceptions-title">
<h2 id="exceptions-title">Exceptions</h2>
<p class="note">Those that cover a finding, the first to end first. One that has ended excuses nothing any more.</p>
<table><caption class="unseen">Exceptions</caption><thead><tr><th scope="col">exception</th><th scope="col">reason and approval</th><th scope="col">until</th></tr></thead>
<tbody>${shown.map((use) => row(use, report.ended))}</tbody></table>
${exceptions.length > shown.length && html`<p class="bound">${count(exceptions.length - shown.length, 'more exception')} not shown.</p>`}
</section>`;
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

function row({ excuse: { exception, reason, approver, until }, ended, rules, findings }: Use, now: Date): Html {
  const names = [...rules];
  const told = names.length > named ? [...names.slice(0, named), count(names.length - named, 'other rule')] : names;
  return html`<tr class="${ended ? 'ended' : 'running'}"><th scope="row">${boundedName(exception)}<small>covers ${count(findings, 'finding')} of ${listed(told.map(boundedName))}</small></th><td>${boundedName(reason)}<small>approved by ${boundedName(approver)}</small></td><td>${
    ended && html`<strong class="outcome denied">ended</strong> `
  }<time datetime="${until.toISOString()}">${instant(until)}</time><small>${distance(until, now)}</small></td></tr>
`;
}

/** Rules named in one row. */
const named = 5;

/** How far off the end is, seen from the run. */
function distance(until: Date, now: Date): string {
  const hours = Math.floor(Math.abs(+until - +now) / 3_600_000);
  const far = hours < 48 ? count(hours, 'hour') : count(Math.floor(hours / 24), 'day');
  return until > now ? `in ${far}` : `${far} before this run`;
}
