import type { Signer, Source, Proof } from '../../../evidence/index.ts';
import type { JudgedImage } from '../../decision.ts';
import { entitiesOf, type Entity } from '../entity.ts';
import { count, instant } from '../printable.ts';
import { limits } from '../limits.ts';
import { boundedText } from './bounded.ts';
import { between, html, type Html, type Part } from './markup.ts';

/** Every signature and attestation of an image as a tree: who signed, when, how that is known, and what kept it from being accepted. */
export function evidenceTree(image: JudgedImage): Html {
  const entities = entitiesOf(image);
  const shown = entities.slice(0, limits.htmlSignatures);
  const more = entities.length - shown.length;
  return html`<details class="evidence"><summary>evidence, ${summary(entities)}</summary><ul>${shown.map(
    (entity) => html`<li class="${entity.state}">${branch(entity)}</li>`,
  )}${more > 0 && html`<li>and ${more} more</li>`}</ul></details>`;
}

/** `2 signatures, 1 attestation: 1 accepted; 2 rejected`. */
function summary(entities: readonly Entity[]): string {
  if (entities.length === 0) return 'nothing was found';
  const having = (state: Entity['state']): number => entities.filter((entity) => entity.state === state).length;
  const attestations = entities.filter(({ predicateType }) => predicateType !== undefined).length;
  const signatures = entities.length - attestations;
  const what = [
    ...(signatures > 0 ? [count(signatures, 'signature')] : []),
    ...(attestations > 0 ? [count(attestations, 'attestation')] : []),
  ];
  const states = [
    { number: having('accepted'), word: 'accepted' },
    { number: having('notAccepted'), word: 'proven but not accepted' },
    { number: having('rejected'), word: 'rejected' },
  ].flatMap(({ number, word }) => (number > 0 ? [`${number} ${word}`] : []));
  return `${what.join(', ')}: ${states.join('; ')}`;
}

function branch(entity: Entity): Html {
  const { source, predicateType } = entity;
  const what = predicateType === undefined ? 'signature' : 'attestation';
  const attested: readonly Fact[] = predicateType === undefined ? [] : [['attests', mono(predicateType)]];
  switch (entity.state) {
    case 'accepted':
      return html`${what} <b>accepted</b> by ${between(' and ', entity.authorities.map(mono))}${leaves([
        ...attested,
        ...signerFacts(entity.signature.signer),
        ...proofFacts(entity.signature),
        ['found', foundText(source)],
      ])}`;
    case 'notAccepted': {
      const { authority, detail, revoked } = entity.nearest;
      const miss = revoked
        ? html`named by ${mono(authority)}, and ${boundedText(detail)}`
        : html`${mono(authority)}: ${boundedText(detail)}`;
      return html`${what} <b>${revoked ? 'revoked' : 'proven, not accepted'}</b>${leaves([
        ...attested,
        [revoked ? 'revocation' : 'nearest', miss],
        ...signerFacts(entity.signature.signer),
        ...proofFacts(entity.signature),
        ['found', foundText(source)],
      ])}`;
    }
    case 'rejected': {
      const { code, detail } = entity.rejection;
      return html`${what} <b>rejected</b> ${mono(code)}${leaves([
        ...attested,
        ['why', boundedText(detail)],
        ['authority', mono(entity.authority)],
        ['found', foundText(source)],
      ])}`;
    }
  }
}

type Fact = readonly [name: string, value: Part];

const leaves = (facts: readonly Fact[]): Html =>
  html`<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

function signerFacts(signer: Signer): readonly Fact[] {
  if (signer.kind === 'key') return [['key', html`${mono(signer.fingerprint)} (${boundedText(signer.algorithm)})`]];
  const { runnerEnvironment, sourceRepositoryDigest, sourceRepositoryRef, buildTrigger } = signer.extensions;
  const given: readonly (readonly [string, string | undefined])[] = [
    ['issuer', signer.issuer],
    ['runner', runnerEnvironment],
    ['commit', sourceRepositoryDigest],
    ['ref', sourceRepositoryRef],
    ['trigger', buildTrigger],
  ];
  return [
    ['signer', mono(signer.subject.value)],
    ...given.flatMap(([name, value]): Fact[] => (value === undefined ? [] : [[name, mono(value)]])),
    ['certificate', `${instant(signer.notBefore)} to ${instant(signer.notAfter)}`],
  ];
}

const proofFacts = ({ logEntries, timestamps, format }: Proof): readonly Fact[] => [
  ...logEntries.map(({ log, index, integratedTime }): Fact => {
    const when = integratedTime === undefined ? '' : `${instant(integratedTime)}, `;
    return ['logged', html`${when}${mono(log)} entry ${index}`];
  }),
  ...timestamps.map(({ time }): Fact => ['timestamped', instant(time)]),
  ['format', format],
];

const foundText = ({ via, manifest }: Source): Html => html`${ways[via]}, ${mono(manifest)}`;

const ways: Readonly<Record<Source['via'], string>> = {
  referrers: 'through the referrers API',
  'fallback-tag': 'through the fallback tag',
  'sig-tag': 'at the .sig tag',
  'att-tag': 'at the .att tag',
};

const mono = (text: string): Html => html`<code>${boundedText(text)}</code>`;
