import { dark, declarations, light } from './colours.ts';

const tones = ['denied', 'undecided', 'warned', 'excused', 'recorded', 'clean'] as const;

const colours = `
:root { color-scheme: light dark; ${declarations(light)} }
@media (prefers-color-scheme: dark) { :root { ${declarations(dark)} } }
:root[data-theme="light"] { color-scheme: light; ${declarations(light)} }
:root[data-theme="dark"] { color-scheme: dark; ${declarations(dark)} }
${tones.map((tone) => `.${tone} { --tone: var(--${tone}); } .bar .${tone} { fill: var(--${tone}); }`).join('\n')}
`;

const text = `
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 7rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.page { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1, h2, .eyebrow span { font-family: "Iowan Old Style", Charter, "Palatino Linotype", Palatino, "Liberation Serif", Georgia, serif; font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0.25rem 0 1rem; letter-spacing: -0.01em; }
h2 { font-size: 1.375rem; margin: 3rem 0 0.75rem; padding-top: 0.75rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1rem; font-weight: 650; margin: 0 0 0.25rem; }
h4 { font-size: 0.9375rem; font-weight: 600; margin: 0; }
p { margin: 0 0 0.5rem; }
code, pre, .digest { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 0.8125rem; }
code { overflow-wrap: anywhere; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.eyebrow { color: var(--soft); margin: 0; }
.eyebrow span { color: var(--ink); font-size: 1.125rem; margin-right: 0.25rem; }
.note, .bound, small, .more, .where, .meta { color: var(--soft); }
.note { max-width: 48rem; text-wrap: pretty; }
small { display: block; font-size: 0.8125rem; font-weight: 400; }
.bound { border-left: 3px solid var(--undecided); padding: 0.25rem 0 0.25rem 0.75rem; margin: 0.75rem 0; }
.digest { display: block; color: var(--soft); overflow-wrap: anywhere; }
.outcome { color: var(--tone); font-weight: 600; white-space: nowrap; }
.outcome::before { content: "" / ""; display: inline-block; width: 0.55em; height: 0.55em; margin-right: 0.4em; border-radius: 50%; background: var(--tone); }
.outcome.undecided::before { border-radius: 0; transform: rotate(45deg); }
.outcome.warned::before { background: none; border: 2px solid var(--tone); }
.outcome.excused::before, .outcome.recorded::before { border-radius: 0; background: none; border: 2px solid var(--tone); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem 1rem; z-index: 2; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { margin-top: 3rem; color: var(--soft); border-top: 1px solid var(--line); padding-top: 0.75rem; }
`;

const overview = `
.strip { margin: 0 0 1rem; }
.strip .bar { width: 100%; display: block; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.75rem 2.25rem; margin: 0 0 1.5rem; }
.tiles div { display: flex; flex-direction: column-reverse; border-top: 3px solid var(--tone, var(--line)); padding-top: 0.25rem; min-width: 5rem; }
.tiles dt { color: var(--soft); }
.tiles dd { margin: 0; font-size: 1.75rem; line-height: 1.2; color: var(--tone, var(--soft)); font-weight: 500; }
.run div { display: grid; grid-template-columns: 5rem 1fr; gap: 0.75rem; }
.run { margin: 0; }
.run dt { color: var(--soft); }
.run dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.run .version { display: inline-block; margin-right: 1.25rem; }
.run .version code { color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: baseline; justify-content: space-between; margin-top: 1.5rem; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); padding: 0.5rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
nav + main > section:first-child > h2 { margin-top: 2rem; border-top: 0; padding-top: 0; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 2rem 3rem; align-items: start; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
tbody th { overflow-wrap: anywhere; font-weight: 500; }
thead th, thead td { color: var(--soft); font-size: 0.8125rem; border-bottom-color: var(--soft); }
td:last-child, th:last-child { padding-right: 0; }
td { overflow-wrap: anywhere; }
.tally td:not(.chart), .tally thead th:not(:first-child), .count { text-align: right; }
.tally thead th { overflow-wrap: normal; }
.tally td.none { color: var(--soft); }
.tally td:not(.none):not(.chart) { color: var(--tone); font-weight: 600; }
.tally.wide { grid-column: 1 / -1; }
.tally tbody th { min-width: 7rem; }
.tally .chart { width: 7rem; min-width: 4rem; }
.tally.wide .chart { width: 11rem; }
.tally thead th:not(:first-child) { white-space: nowrap; vertical-align: bottom; }
.wide.tally thead th:not(:first-child) { width: 4.9rem; }
.tally td:not(.chart), .tally thead th:not(:first-child) { padding-left: 0.75rem; padding-right: 0; }
.wide.tally small { display: inline; margin-left: 0.75rem; }
.chart .bar { width: 100%; display: block; margin-top: 0.45rem; }
`;

const findings = `
#filters { position: sticky; top: 0; z-index: 1; background: var(--paper); display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: end; padding: 0.5rem 0; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
#filters p { margin: 0; }
.field { display: grid; flex: 1 1 7rem; min-width: 0; max-width: 14rem; }
.field.wide { flex: 2 1 10rem; max-width: none; }
.field label { font-size: 0.8125rem; color: var(--soft); }
input, select, button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--soft); border-radius: 3px; padding: 0.2rem 0.5rem; min-height: 2rem; min-width: 0; width: 100%; }
button { width: auto; cursor: pointer; }
button[aria-pressed="true"] { background: var(--ink); color: var(--paper); }
.buttons { display: flex; gap: 0.5rem; }
#matches { flex-basis: 100%; color: var(--soft); font-size: 0.8125rem; }
.object { margin: 0 0 2rem; content-visibility: auto; contain-intrinsic-size: auto 30rem; }
.object h3 { font-size: 1.0625rem; overflow-wrap: anywhere; }
.object h3 .kind, .object h3 .namespace { font-weight: 400; color: var(--soft); }
.where { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
.finding { border-left: 3px solid var(--tone); padding: 0.6rem 0 0.6rem 1rem; margin: 0 0 0.75rem; }
.finding:target { background: var(--raised); }
.finding h4 a { color: inherit; text-decoration-color: var(--line); margin-left: 0.5rem; }
.finding h4 a:hover { text-decoration-color: currentColor; }
.meta { display: flex; flex-wrap: wrap; gap: 0 0.9rem; margin: 0.1rem 0 0.4rem; }
.meta > * { min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
.control { font-size: 0.8125rem; border: 1px solid var(--line); border-radius: 3px; padding: 0 0.35rem; }
.severity { font-weight: 600; color: var(--ink); }
.severity::before { letter-spacing: 0.1em; margin-right: 0.4em; font-weight: 400; }
.severity.critical::before { content: "▮▮▮▮" / ""; }
.severity.high::before { content: "▮▮▮▯" / ""; }
.severity.medium::before { content: "▮▮▯▯" / ""; }
.severity.low::before { content: "▮▯▯▯" / ""; }
.source { margin: 0.4rem 0 0.5rem; background: var(--raised); border-radius: 3px; padding: 0.4rem 0.75rem 0.5rem; }
.source figcaption { color: var(--soft); font-size: 0.8125rem; overflow-wrap: anywhere; }
.source pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
.gutter, .before { color: var(--soft); }
.source mark { background: var(--mark); color: inherit; border-radius: 2px; }
.caret { color: var(--tone); }
.facts, .evidence dl { margin: 0; }
.facts div, .evidence dl div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0.75rem; }
.facts dt, .evidence dt { color: var(--soft); }
.facts dd, .evidence dd { margin: 0; overflow-wrap: anywhere; }
.evidence { margin-top: 0.4rem; }
.index { margin: 0 0 1.25rem; }
.index .outcome { margin-left: 0.5rem; }
.index ul { margin-top: 0.25rem; }
.index summary, .evidence summary { cursor: pointer; color: var(--link); width: fit-content; }
.evidence > ul { list-style: none; margin: 0.25rem 0 0; padding: 0 0 0 0.25rem; }
.evidence li { border-left: 1px solid var(--soft); padding: 0.25rem 0 0.25rem 1.25rem; position: relative; }
.evidence li::before { content: "" / ""; position: absolute; left: 0; top: 0.95rem; width: 0.9rem; border-top: 1px solid var(--soft); }
.evidence li:last-child { border-left-color: transparent; }
.evidence li:last-child::after { content: "" / ""; position: absolute; left: -1px; top: 0; height: 0.95rem; border-left: 1px solid var(--soft); }
.evidence li.accepted > b { color: var(--clean); }
.evidence li.notAccepted > b { color: var(--warned); }
.evidence li.rejected > b { color: var(--denied); }
.objects { columns: 20rem; padding: 0; margin: 0; list-style: none; }
.objects li { break-inside: avoid; padding: 0.15rem 0; overflow-wrap: anywhere; }
.ended { color: var(--soft); }
.at { display: none; font-weight: 400; color: var(--soft); margin-left: 0.5rem; }
.brief .at { display: inline; }
.brief .finding > :not(h4) { display: none; }
.brief .finding { padding-block: 0.15rem; margin-bottom: 0.15rem; }
.brief .object { margin-bottom: 1rem; }
`;

const media = `
@media (max-width: 60rem) { .caret { display: none; } }
@media (max-width: 48rem) {
  .page { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  html { scroll-padding-top: 0.5rem; }
  #filters { position: static; }
  .field, .field.wide { flex-basis: 40%; max-width: none; }
  .field.wide { flex-basis: 100%; }
  .tiles { gap: 0.75rem 1.25rem; }
  .facts div, .evidence dl div, .run div { grid-template-columns: minmax(0, 1fr); gap: 0; margin-bottom: 0.25rem; }
  .finding { padding-left: 0.75rem; }
  .facts dt, .evidence dt, .run dt { font-size: 0.8125rem; }
  .tally .chart { display: none; }
  .tally tbody th { min-width: 5rem; }
  .tally thead th:not(:first-child), .wide.tally thead th:not(:first-child) { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; vertical-align: top; padding: 0; width: 2.25rem; line-height: 2.25rem; }
  .wide.tally small { display: block; margin-left: 0; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; ${declarations({ ...light, paper: '#ffffff' })} }
  @page { margin: 16mm 14mm; }
  html { font-size: 11.5px; }
  .page { max-width: none; padding: 0; }
  nav, .index, .skip, .field, .buttons { display: none !important; }
  #filters { position: static; border: 0; padding: 0; }
  body:not(.filtered) #filters { display: none !important; }
  .object { content-visibility: visible; }
  .brief .finding > :not(h4) { display: revert; }
  .brief .at { display: none; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  h2, h3, h4, .meta, .where, thead, .note, .evidence summary { break-after: avoid; }
  .source, tr, .facts div, .evidence dl div, .tiles { break-inside: avoid; }
  .tally.wide .chart { width: 8rem; }
  .bar, .outcome::before, .source, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
}
@media (forced-colors: active) { .bar rect { forced-color-adjust: none; } .outcome::before { background: currentColor; } }
`;

/** The only style of the document. Ours alone: nothing of a report stands in it. */
export const style = [colours, text, overview, findings, media].join('');
