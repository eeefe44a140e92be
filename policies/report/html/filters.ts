import { limits } from '../limits.ts';
import { boundedName } from './bounded.ts';
import type { Lists } from './lists.ts';
import { html, type Html } from './markup.ts';
import { outcomes } from './words.ts';

/** The controls above the findings. The script shows them, for without it they would do nothing. */
export const filterForm = (
  { policies, namespaces, controls, outcomes: present, severities }: Lists,
  shown: number,
): Html => html`<form id="filters" role="search" aria-label="findings" hidden>
<p class="field wide"><label for="filter-text">Text</label><input id="filter-text" type="search" autocomplete="off" spellcheck="false"></p>
${choice(
  'outcome',
  'Outcome',
  present.map((outcome) => [outcome, outcomes[outcome].word]),
)}
${choice(
  'severity',
  'Severity',
  severities.map((severity) => [severity, severity]),
)}
${choice('policy', 'Policy', policies.map(numbered))}
${choice('namespace', 'Namespace', namespaces.map(numbered))}
${choice('controls', 'Standard', controls.map(numbered))}
<p class="buttons"><button type="reset">clear</button><button type="button" id="brief" aria-pressed="false">headlines only</button></p>
<p id="matches" role="status" aria-live="polite">${shown} of ${shown} findings shown</p>
</form>`;

type Option = readonly [value: string, word: string];

const numbered = (name: string, index: number): Option => [String(index), boundedName(name)];

/** Nothing to choose, no control. */
const choice = (name: string, label: string, options: readonly Option[]): Html | undefined =>
  options.length < 2
    ? undefined
    : html`<p class="field"><label for="filter-${name}">${label}</label><select id="filter-${name}" data-key="${name}"><option value="">all</option>${options
        .slice(0, limits.htmlRows)
        .map(([value, word]) => html`<option value="${value}">${word}</option>`)}</select></p>`;
