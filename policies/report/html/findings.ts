import { fingerprinted } from '../fingerprint.ts';
import { clip, count } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report, ReportedFinding, ReportedObject } from '../report.ts';
import type { Verdict } from '../verdict.ts';
import { filterForm } from './filters.ts';
import { findingArticle } from './finding.ts';
import type { Lists } from './lists.ts';
import { html, type Html } from './markup.ts';
import { fileName } from './source.ts';
import { namespaceOf } from './tally.ts';
import { outcomes, verdicts } from './words.ts';

/** The findings under their objects, denied ones first: as many as the bounds allow, and a table of the others. */
export function findingsSection(report: Report, lists: Lists): Html {
  const all = report.objects.reduce((total, { findings }) => total + findings.length, 0);
  const { articles, left } = fitting(report, lists);
  const shown = all - left.length;
  const bound = html`<p class="bound">${count(shown, 'finding')} of ${all} are spelt out here, those of denied objects first. The other ${left.length} are counted <a href="#left-out">at the end of the list</a>; <code>-o json</code> writes all.</p>`;
  return html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title" tabindex="-1">Findings</h2>
${all === 0 && html`<p>No policy found anything.</p>`}
${left.length > 0 && bound}
${shown > 1 && filterForm(lists, shown)}
${articles}
${left.length > 0 && leftOut(left)}
</section>`;
}

interface Fitting {
  readonly articles: readonly Html[];
  readonly left: readonly ReportedFinding[];
}

/** Objects by their verdict, else in the report's order; a finding is written whole or not at all. */
function fitting(report: Report, lists: Lists): Fitting {
  const ids = new Map(
    fingerprinted(report).map(({ reported, fingerprint }) => [reported, `finding-${fingerprint.slice(0, 16)}`]),
  );
  const abouts = new Map(report.policies.map(({ name, about }) => [name, about]));
  const policies = new Map(lists.policies.map((name, index) => [name, index]));
  const namespaces = new Map(lists.namespaces.map((name, index) => [name, index]));
  const articles: Html[] = [];
  const left: ReportedFinding[] = [];
  let room: number = limits.htmlFindings;
  let characters: number = limits.htmlCharacters;
  for (const object of report.objects.toSorted((a, b) => rank[a.verdict] - rank[b.verdict])) {
    const written: Html[] = [];
    for (const reported of object.findings) {
      const { policy } = reported.finding;
      const article =
        room > 0 && characters > 0
          ? findingArticle(reported, {
              object,
              id: ids.get(reported) ?? '',
              policy: policies.get(policy) ?? -1,
              namespace: namespaces.get(namespaceOf(object)) ?? -1,
              about: abouts.get(policy),
            })
          : undefined;
      if (article === undefined) left.push(reported);
      else {
        room -= 1;
        characters -= article.toString().length;
        written.push(article);
      }
    }
    if (written.length > 0) articles.push(objectGroup(object, written, articles.length));
  }
  return { articles, left };
}

const rank: Readonly<Record<Verdict, number>> = { denied: 0, undecided: 1, warned: 2, clean: 3 };

function objectGroup(object: ReportedObject, findings: readonly Html[], index: number): Html {
  const { kind, namespace, name, apiVersion, source, verdict, findings: all } = object;
  const { word, tone } = verdicts[verdict];
  const file =
    source === undefined
      ? undefined
      : html`<code>${fileName(source.file)}${source.start !== undefined && `:${source.start.line}`}</code>`;
  return html`<section class="object" role="group" aria-labelledby="object-${index}">
<h3 id="object-${index}"><span class="kind">${bounded(kind)}</span> ${namespace !== undefined && html`<span class="namespace">${bounded(namespace)}/</span><wbr>`}${bounded(name)}</h3>
<p class="where"><span class="outcome ${tone}">${word}</span> <span>${count(all.length, 'finding')}</span> <span>${bounded(apiVersion)}</span> ${file}${
    source?.template !== undefined && html` <span>made from <code>${fileName(source.template)}</code></span>`
  }</p>
${findings}</section>
`;
}

/** What is not spelt out, by what it is. */
function leftOut(left: readonly ReportedFinding[]): Html {
  const groups = [
    ...Map.groupBy(left, ({ finding, outcome }) => JSON.stringify([finding.policy, finding.rule, outcome])),
  ];
  const rows = groups
    .toSorted(([, a], [, b]) => b.length - a.length)
    .flatMap(([, members]) => {
      const [first] = members;
      return first === undefined ? [] : [{ first, number: members.length }];
    });
  const shown = rows.slice(0, limits.htmlRows);
  return html`<section id="left-out" aria-labelledby="left-out-title"><h3 id="left-out-title">Not spelt out</h3>
<table><caption class="unseen">Findings that are only counted</caption><thead><tr><th scope="col">rule</th><th scope="col">outcome</th><th scope="col" class="count">findings</th></tr></thead>
<tbody>${shown.map(
    ({ first: { finding, outcome }, number }) =>
      html`<tr><th scope="row">${bounded(finding.policy)}/<wbr>${bounded(finding.rule)}</th><td><span class="outcome ${outcomes[outcome].tone}">${outcomes[outcome].word}</span></td><td class="count">${number}</td></tr>
`,
  )}</tbody></table>${rows.length > shown.length && html`<p class="bound">${count(rows.length - shown.length, 'more row')} not shown.</p>`}</section>`;
}

const bounded = (text: string): string => clip(text, limits.htmlNameCharacters);
