import type { JudgedImage } from '../../decision.ts';
import { count } from '../printable.ts';
import { limits } from '../limits.ts';
import type { Report, ReportedObject, ReportedPolicy } from '../report.ts';
import { titleOf } from '../sentence.ts';
import { boundedName, boundedText } from './bounded.ts';
import { evidenceTree } from './evidence.ts';
import { html, type Html, type Part } from './markup.ts';
import { controlsOf } from './tally.ts';
import { fileName } from './source.ts';

/** Files and documents of which nothing is known; nothing where all could be read. */
export const unreadableSection = ({ unreadable }: Report): Html | undefined =>
  unreadable.length === 0
    ? undefined
    : section('unreadable', 'Could not be read', {
        note: 'Nothing is known of what they hold: no policy was asked.',
        total: unreadable.length,
        body: table(
          ['place', 'why'],
          unreadable
            .slice(0, limits.htmlRows)
            .map(({ file, line, column, message }) => [
              html`<code>${fileName(file)}${line !== undefined && `:${line}`}${column !== undefined && `:${column}`}</code>`,
              boundedText(message),
            ]),
        ),
      });

/** What is doubtful about the policies themselves. */
export const warningsSection = ({ warnings = [] }: Report): Html | undefined =>
  warnings.length === 0
    ? undefined
    : section('warnings', 'Doubts about the policies', {
        note: 'They changed no verdict.',
        total: warnings.length,
        body: table(
          ['place', 'field', 'doubt'],
          warnings
            .slice(0, limits.htmlRows)
            .map(({ file, line, path, message, expression }) => [
              html`<code>${fileName(file)}${line !== undefined && `:${line}`}</code>`,
              html`<code>${boundedName(path)}</code>`,
              html`${boundedText(message)}<small><code>${boundedName(expression)}</code></small>`,
            ]),
        ),
      });

/** Every image with the digest that was judged, and what was proven of it. */
export function imagesSection({ objects }: Report): Html | undefined {
  const uses = objects.flatMap(({ decision }) => decision.images);
  const images = [...Map.groupBy(uses, ({ use, digest }) => `${use.text} ${digest ?? ''}`).values()];
  if (images.length === 0) return undefined;
  let characters: number = limits.htmlCharacters;
  const rows = images.slice(0, limits.htmlRows).flatMap((same) => {
    const row = imageRow(same, characters > 0);
    characters -= row.map(String).join('').length;
    return [row];
  });
  return section('images', 'Images', {
    total: images.length,
    body: table(['image', 'digest and evidence', 'used'], rows),
  });
}

/** One image in several objects is shown with the evidence of that object whose policies looked at most of it. */
function imageRow(same: readonly JudgedImage[], whole: boolean): readonly Html[] {
  const [first] = same.toSorted((a, b) => b.judgements.length - a.judgements.length);
  if (first === undefined) return [];
  const { use, digest, judgements } = first;
  return [
    html`<code>${boundedName(use.text)}</code>`,
    html`${digest === undefined ? 'not resolved' : html`<code class="digest">${digest}</code>`}${judgements.length > 0 && whole && evidenceTree(first)}`,
    html`${count(same.length, 'time')}`,
  ];
}

/** The policies in force and exactly which version of each. */
export const policiesSection = ({ policies }: Report): Html =>
  section('policies', 'Policies in force', {
    total: policies.length,
    body: table(['policy', 'says', 'on a violation'], policies.slice(0, limits.htmlRows).map(policyRow)),
  });

function policyRow({ name, kind, digest, about = {}, effect, enforceFrom, rules }: ReportedPolicy): readonly Html[] {
  const { title, description, severity, check, system } = about;
  const words = description?.replaceAll(/\s+/g, ' ').trim();
  const marks = [check, severity, system, ...controlsOf(about), count(rules.length, 'rule')];
  return [
    html`${boundedName(name)}${kind !== undefined && html`<small>${kind}</small>`}`,
    html`${title !== undefined && html`${boundedName(title)}<br>`}${
      words !== undefined && html`<span class="note">${boundedText(words)}</span><br>`
    }<small>${marks.flatMap((mark) => (mark === undefined ? [] : [boundedName(mark)])).join(', ')}</small>${
      digest !== undefined && html`<code class="digest">${digest}</code>`
    }`,
    html`${effects[effect]}${
      enforceFrom !== undefined && html`<small>from ${enforceFrom.toISOString().slice(0, 10)}</small>`
    }`,
  ];
}

const effects = { deny: 'denies', warn: 'warns', audit: 'records it' } as const;

/** Objects of which no policy has anything to say; they were judged all the same. */
export function cleanSection({ objects }: Report): Html | undefined {
  const clean = objects.filter(({ findings }) => findings.length === 0);
  if (clean.length === 0) return undefined;
  return section('clean', 'Without a finding', {
    total: clean.length,
    body: html`<ul class="objects">${clean.slice(0, limits.htmlClean).map(cleanItem)}</ul>`,
    shown: limits.htmlClean,
  });
}

const cleanItem = (object: ReportedObject): Html =>
  html`<li>${boundedName(titleOf(object))}${object.source !== undefined && html` <small><code>${fileName(object.source.file)}${object.source.start !== undefined && `:${object.source.start.line}`}</code></small>`}</li>
`;

interface Content {
  readonly note?: string;
  readonly total: number;
  readonly body: Html;
  /** How many the body shows at most. */
  readonly shown?: number;
}

const section = (id: string, heading: string, { note, total, body, shown = limits.htmlRows }: Content): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${heading}</h2>
${note !== undefined && html`<p class="note">${note}</p>`}
${body}
${total > shown && html`<p class="bound">${total - shown} more are not shown; <code>-o json</code> writes all.</p>`}
</section>`;

/** The first cell of a row is its heading. */
const table = (heads: readonly string[], rows: readonly (readonly Part[])[]): Html =>
  html`<table><caption class="unseen">${heads.join(', ')}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table>`;
