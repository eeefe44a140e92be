import type { JudgedImage } from '../../decision.ts';
import type { PolicyAbout, ReportedFinding, ReportedObject } from '../report.ts';
import { circumstance } from '../sentence.ts';
import { boundedText } from './bounded.ts';
import { evidenceTree } from './evidence.ts';
import { html, type Html, type Part } from './markup.ts';
import { controlsOf } from './tally.ts';
import { sourceFigure } from './source.ts';
import { outcomes } from './words.ts';

/** What stands around a finding. */
export interface FindingPlace {
  readonly object: ReportedObject;
  /** The fragment that leads to it. */
  readonly id: string;
  /** Its policy's, its namespace's and its controls' place in the lists of the filters. */
  readonly policy: number;
  readonly namespace: number;
  readonly controls: readonly number[];
  readonly about?: PolicyAbout | undefined;
}

/** One finding with all that is known of it. */
export function findingArticle(reported: ReportedFinding, place: FindingPlace): Html {
  const { finding, outcome, severity } = reported;
  const { object, id, policy, namespace, controls, about } = place;
  const { word, tone } = outcomes[outcome];
  const image = judgedImage(object, reported);
  return html`<article class="finding ${tone}" id="${id}" tabindex="-1" data-outcome="${outcome}" data-severity="${severity ?? ''}" data-policy="${policy}" data-namespace="${namespace}" data-controls="${controls.join(' ')}">
<h4><span class="outcome ${tone}">${word}</span> <a href="#${id}">${boundedText(finding.policy)}/<wbr>${boundedText(finding.rule)}</a>${finding.field !== '' && html` <code class="at">${boundedText(finding.field)}</code>`}</h4>
<p class="meta">${severity !== undefined && html`<span class="severity ${severity}">${severity}</span> `}<code>${finding.code}</code>${
    about?.title !== undefined && html` <span>${boundedText(about.title)}</span>`
  }${controlsOf(about).map((control) => html` <span class="control">${boundedText(control)}</span>`)}</p>
${sourceFigure(object, reported)}
<dl class="facts">${facts(reported).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${image !== undefined && evidenceTree(image)}
</article>
`;
}

function facts({ finding, remediation }: ReportedFinding): readonly (readonly [string, Part])[] {
  const { kind, found, expected, field, fields, image } = finding;
  const why = circumstance(finding);
  const places = (fields ?? [field]).filter((path) => path !== '').slice(0, 20);
  return [
    [
      'field',
      places.length === 0
        ? 'the whole object'
        : places.map((path, index) => html`${index > 0 && ', '}<code>${boundedText(path)}</code>`),
    ],
    ...(image === undefined ? [] : [['image', imageText(image)] as const]),
    [kind === 'violation' ? 'found' : kind === 'error' ? 'not evaluated' : 'could not tell', boundedText(found)],
    ...(kind === 'violation' ? [['expected', boundedText(expected)] as const] : []),
    ...(why === '' ? [] : [['circumstance', boundedText(why)] as const]),
    ['remedy', remedyText(finding.code, remediation)],
  ];
}

const remedyText = (code: string, remediation: string | undefined): Html =>
  remediation === undefined
    ? html`<code>assay explain ${code}</code>`
    : html`${boundedText(remediation)} <span class="more">(<code>assay explain ${code}</code>)</span>`;

const imageText = ({ reference, digest, container }: NonNullable<ReportedFinding['finding']['image']>): Html =>
  html`<code>${boundedText(reference)}</code>${container !== undefined && html` of container <code>${boundedText(container)}</code>`}${
    digest !== undefined && !reference.includes(digest) && html`<br><code class="digest">${digest}</code>`
  }`;

/** What was learnt of the image that a finding is about; a finding that is about no image has none. */
function judgedImage({ decision }: ReportedObject, { finding }: ReportedFinding): JudgedImage | undefined {
  const { image, field } = finding;
  if (image === undefined) return undefined;
  const same = decision.images.filter(({ use }) => use.text === image.reference);
  return same.find(({ use }) => use.field === field) ?? same[0];
}
