import { fingerprinted } from '../fingerprint.ts';
import { count } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report, ReportedFinding, ReportedObject } from '../report.ts';
import { titleOf } from '../sentence.ts';
import type { Verdict } from '../verdict.ts';
import { boundedName } from './bounded.ts';
import { toneWords } from './chart.ts';
import { filterForm } from './filters.ts';
import { findingArticle } from './finding.ts';
import type { Lists } from './lists.ts';
import { html, type Html } from './markup.ts';
import { fileName } from './source.ts';
import { controlsOf, namespaceOf } from './tally.ts';
import { outcomes, verdicts } from './words.ts';

/** The findings under their objects, denied ones first: as many as the bounds allow, and a table of the others. */
export function findingsSection(report: Report, lists: Lists): Html {
  const all = report.objects.reduce((total, { findings }) => total + findings.length, 0);
  const { objects, left } = fitting(report, lists);
  const shown = all - left.length;
  const bound = html`<p class="bound">${count(shown, 'finding')} of ${all} are spelt out here, those of denied objects first. The other ${left.length} are counted <a href="#left-out">at the end of the list</a>; <code>-o json</code> writes all.</p>`;
  return html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title" tabindex="-1">Findings</h2>
${all === 0 && html`<p>No policy found anything.</p>`}
${left.length > 0 && bound}
${shown > 1 && filterForm(lists, shown)}
${objectIndex(objects)}
${objects.map(({ group }) => group)}
${left.length > 0 && leftOut(left)}
</section>`;
}

interface Fitting {
  readonly objects: readonly Group[];
  readonly left: readonly ReportedFinding[];
}

/** An object with those of its findings that are spelt out. */
interface Group {
  readonly object: ReportedObject;
  readonly findings: number;
  readonly group: Html;
}

/** Objects by their verdict, else in the report's order; a finding is written whole or not at all. */
function fitting(report: Report, lists: Lists): Fitting {
  const ids = new Map(
    fingerprinted(report).map(({ reported, fingerprint }) => [reported, `finding-${fingerprint.slice(0, 16)}`]),
  );
  const abouts = new Map(report.policies.map(({ name, about }) => [name, about]));
  const policies = new Map(lists.policies.map((name, index) => [name, index]));
  const namespaces = new Map(lists.namespaces.map((name, index) => [name, index]));
  const controls = new Map(lists.controls.map((name, index) => [name, index]));
  const objects: Group[] = [];
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
              controls: controlsOf(abouts.get(policy)).map((control) => controls.get(control) ?? -1),
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
    if (written.length > 0)
      objects.push({ object, findings: written.length, group: objectGroup(object, written, objects.length) });
  }
  return { objects, left };
}

const rank: Readonly<Record<Verdict, number>> = { denied: 0, undecided: 1, warned: 2, clean: 3 };

/** Links to the objects, where they are too many to see at once. */
const objectIndex = (objects: readonly Group[]): Html | undefined =>
  objects.length < 4
    ? undefined
    : html`<details class="index"><summary>${count(objects.length, 'object')} with findings</summary><ul class="objects">${objects.map(
        ({ object, findings }, index) =>
          html`<li><a href="#object-${index}">${boundedName(titleOf(object))}</a> <span class="outcome ${verdicts[object.verdict].tone}">${toneWords[verdicts[object.verdict].tone]}</span> ${findings}</li>
`,
      )}</ul></details>`;

function objectGroup(object: ReportedObject, findings: readonly Html[], index: number): Html {
  const { kind, namespace, name, apiVersion, source, verdict, findings: all } = object;
  const { word, tone } = verdicts[verdict];
  const file =
    source === undefined
      ? undefined
      : html`<code>${fileName(source.file)}${source.start !== undefined && `:${source.start.line}`}</code>`;
  return html`<section class="object" role="group" aria-labelledby="object-${index}">
<h3 id="object-${index}"><span class="kind">${boundedName(kind)}</span> ${namespace !== undefined && html`<span class="namespace">${boundedName(namespace)}/</span><wbr>`}${boundedName(name)}</h3>
<p class="where"><span class="outcome ${tone}">${word}</span> <span>${count(all.length, 'finding')}</span> <span>${boundedName(apiVersion)}</span> ${file}${
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
      html`<tr><th scope="row">${boundedName(finding.policy)}/<wbr>${boundedName(finding.rule)}</th><td><span class="outcome ${outcomes[outcome].tone}">${outcomes[outcome].word}</span></td><td class="count">${number}</td></tr>
`,
  )}</tbody></table>${rows.length > shown.length && html`<p class="bound">${count(rows.length - shown.length, 'more row')} not shown.</p>`}</section>`;
}
