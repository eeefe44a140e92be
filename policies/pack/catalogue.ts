import type { PolicyAbout } from '../about.ts';
import type { Pack } from '../schema/pack.ts';
import { isObject } from '../version.ts';

/** A pack with what its policies say of themselves. */
export interface CataloguedPack {
  readonly pack: Pack;
  readonly policies: readonly CataloguedPolicy[];
}

export interface CataloguedPolicy {
  /** `pod-security.host-ports`. */
  readonly name: string;
  readonly about: PolicyAbout;
  /** Profiles of its pack in which it is in force. */
  readonly profiles: readonly string[];
  /** Its parameters as an OpenAPI schema, by name. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The page that maps every shipped check to its standards and to the system that it is about. */
export function renderCatalogue(packs: readonly CataloguedPack[]): string {
  const all = packs.flatMap(({ policies }) => policies);
  return [
    '# Catalogue',
    '',
    'Generated from the policies by `npm run generate`. [How packs are used](packs.md).',
    '',
    ...packs.map(
      ({ pack, policies }) =>
        `* [${pack.metadata.name}](#${pack.metadata.name}): ${pack.spec.title} (${policies.length} policies)`,
    ),
    '* [Controls](#controls): which checks serve which control of a standard',
    '',
    ...packs.flatMap(renderPack),
    '## Controls',
    '',
    '| control | checks |',
    '| --- | --- |',
    ...controls(all).map(([control, checks]) => row([control, checks.join(', ')])),
    '',
  ].join('\n');
}

function renderPack({ pack: { metadata, spec }, policies }: CataloguedPack): readonly string[] {
  const { versions } = spec;
  return [
    `## ${metadata.name}`,
    '',
    line(spec.description),
    '',
    ...(versions === undefined
      ? []
      : [`Versions of ${versions.of} from ${versions.oldest} to ${versions.newest}.`, '']),
    '| profile | what it is |',
    '| --- | --- |',
    ...spec.profiles.map(({ name, title, includes = [] }) => {
      const mark = name === spec.defaultProfile ? ' (where none is named)' : '';
      return row([
        `\`${name}\`${mark}`,
        `${line(title)}${includes.length === 0 ? '' : `; with ${includes.join(', ')}`}`,
      ]);
    }),
    '',
    '| check | title | severity | about | profiles | controls |',
    '| --- | --- | --- | --- | --- | --- |',
    ...policies.map(({ about, profiles }) =>
      row([
        about.check ?? '',
        about.title ?? '',
        about.severity ?? '',
        about.system ?? '',
        profiles.join(', '),
        (about.controls ?? []).join(', '),
      ]),
    ),
    '',
    ...policies.flatMap(renderPolicy),
  ];
}

function renderPolicy({ name, about, parameters }: CataloguedPolicy): readonly string[] {
  return [
    `### ${[about.check, about.title].filter(Boolean).join(' ')}`,
    '',
    `\`${name}\`, ${about.severity ?? 'no severity'}. ${about.description ?? ''}`,
    '',
    ...(about.remediation === undefined ? [] : [`To do: ${about.remediation}.`, '']),
    ...Object.entries(parameters).flatMap(([parameter, schema]) => [
      renderParameter(parameter, isObject(schema) ? { ...schema } : {}),
    ]),
    ...(Object.keys(parameters).length === 0 ? [] : ['']),
  ];
}

function renderParameter(name: string, schema: Readonly<Record<string, unknown>>): string {
  const { type, description, default: fallback } = schema;
  const said = typeof description === 'string' ? `: ${line(description)}` : '';
  return `* \`${name}\` (${String(type)}, default \`${JSON.stringify(fallback)}\`)${said}`;
}

/** Every control with the checks that serve it, in the order of their names. */
function controls(policies: readonly CataloguedPolicy[]): readonly (readonly [string, readonly string[]])[] {
  const serving = new Map<string, string[]>();
  for (const { about, name } of policies)
    for (const control of about.controls ?? [])
      serving.set(control, [...(serving.get(control) ?? []), about.check ?? name]);
  return [...serving].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
