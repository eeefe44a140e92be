import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from './cli/command/index.ts';
import { commands } from './cli/command/index.ts';
import { commandHelp } from './cli/command/help.ts';
import { shippedFolders } from './host/library.ts';
import { renderReference } from './policies/cel/index.ts';
import {
  clusterWorkloadPolicySchema,
  configurationSchema,
  exceptionSchema,
  casesSchema,
  policyParametersSchema,
  readLibrary,
  renderCatalogue,
  renderWorkloads,
  revocationSchema,
  workloadPolicySchema,
} from './policies/index.ts';

/** A committed file that follows from others. `npm run generate` writes it; with `--check` it only compares. */
interface Generated {
  readonly file: string;
  readonly render: () => string | Promise<string>;
}

/** Every generated file; a new one is a line here. */
export const generated: readonly Generated[] = [
  { file: 'schemas/clusterworkloadpolicy.json', render: () => schemaFile(clusterWorkloadPolicySchema) },
  { file: 'schemas/workloadpolicy.json', render: () => schemaFile(workloadPolicySchema) },
  { file: 'schemas/workloadexception.json', render: () => schemaFile(exceptionSchema) },
  { file: 'docs/exceptions.md', render: () => schemaPage(asSchema(exceptionSchema)) },
  { file: 'schemas/revocation.json', render: () => schemaFile(revocationSchema) },
  { file: 'schemas/configuration.json', render: () => schemaFile(configurationSchema) },
  { file: 'cli/errors.generated.ts', render: errorsModule },
  { file: 'docs/policy.md', render: () => schemaPage(asSchema(clusterWorkloadPolicySchema)) },
  { file: 'docs/revocation.md', render: () => schemaPage(asSchema(revocationSchema)) },
  { file: 'docs/configuration.md', render: () => schemaPage(asSchema(configurationSchema)) },
  { file: 'docs/cli.md', render: commandPage },
  { file: 'docs/workloads.md', render: renderWorkloads },
  { file: 'docs/cel-functions.md', render: renderReference },
  { file: 'schemas/policycases.json', render: () => schemaFile(casesSchema) },
  { file: 'docs/policy-cases.md', render: () => schemaPage(asSchema(casesSchema)) },
  { file: 'schemas/policyparameters.json', render: () => schemaFile(policyParametersSchema) },
  {
    file: 'docs/catalogue.md',
    render: async () => renderCatalogue(await readLibrary(shippedFolders('policies/library'))),
  },
];

const root = import.meta.dirname;

/** The generated files whose committed text is not what their sources give, with the text that would be right. */
export async function stale(): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const found: { file: string; text: string }[] = [];
  for (const { file, render } of generated) {
    const text = format(file, await render());
    if (text !== committed(file)) found.push({ file, text });
  }
  return found;
}

function committed(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

/** TypeScript as the formatter wants it, so that generated and formatted agree. */
const format = (file: string, text: string): string =>
  file.endsWith('.ts')
    ? execFileSync(join(root, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${file}`], {
        input: text,
        cwd: root,
        encoding: 'utf8',
      })
    : text;

const schemaFile = (schema: object): string =>
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, undefined, 2)}\n`;

/** `## CODE` and what follows, up to the next heading. */
export function errorSections(markdown: string): ReadonlyMap<string, string> {
  const sections = markdown.split(/^(?=#{1,2} )/m).flatMap((section) => {
    const [, code, text = ''] = /^## ([A-Z][A-Z0-9_]+)\n([\s\S]*)$/.exec(section) ?? [];
    return code === undefined ? [] : ([[code, text.trim()]] as const);
  });
  return new Map(sections);
}

function errorsModule(): string {
  const sections = errorSections(readFileSync(join(root, 'docs/errors.md'), 'utf8'));
  const entries = [...sections]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, text]) => `  ${code}: ${JSON.stringify(text)},`);
  return [
    '// Generated from docs/errors.md by `npm run generate`.',
    '',
    '/** Cause, remedy and example of every code, as `assay explain` prints them. */',
    'export const explanations: Readonly<Record<string, string>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}

/** What the pages read of a JSON Schema. */
interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** TypeBox's schemas are JSON Schema, with types of their own around it. */
const asSchema = (schema: object): Schema => schema;

/** Every field of a document, in the order of the schema. */
function schemaPage(schema: Schema): string {
  return [
    `# ${schema.title}`,
    '',
    'Generated from the schema by `npm run generate`.',
    '',
    schema.description ?? '',
    '',
    '| field | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...fields(schema, '').map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
    '',
  ].join('\n');
}

function fields({ properties = {}, required = [] }: Schema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const item = schema.items;
    const fallback = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
    const row = [
      `\`${path}\`${required.includes(name) ? ' (required)' : ''}`,
      typeName(schema),
      fallback,
      schema.description ?? item?.description ?? '',
    ];
    return [row, ...fields(schema, `${path}.`), ...(item === undefined ? [] : fields(item, `${path}[].`))];
  });
}

function typeName(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.items !== undefined) return `list of ${typeName(schema.items)}`;
  const bounds = [
    schema.minimum === undefined ? '' : `from ${schema.minimum}`,
    schema.maximum === undefined ? '' : `to ${schema.maximum}`,
  ]
    .filter(Boolean)
    .join(' ');
  return [schema.type ?? 'any', bounds].filter(Boolean).join(' ');
}

async function commandPage(): Promise<string> {
  const all: Command[] = await Promise.all(Object.values(commands).map((load) => load()));
  return [
    '# The command line',
    '',
    'Generated from the commands by `npm run generate`; `assay help COMMAND` prints the same. docs/json.md describes `-o json`, docs/errors.md every code.',
    '',
    'A flag goes before the environment (`ASSAY_CONFIG`, `ASSAY_POLICIES`), the environment before the configuration. Results go to standard output; problems of usage, configuration and policies to standard error.',
    '',
    '| exit code | meaning |',
    '| --- | --- |',
    '| 0 | all allowed |',
    '| 1 | something denied, whatever else happened |',
    '| 2 | nothing denied, but something undecided or unreadable, or a fault of assay itself |',
    '| 64 | usage, or a configuration or policy that does not load: nothing was judged |',
    '| 130 | ended by Ctrl-C (`assay test --watch`) |',
    '',
    ...all.flatMap((command) => [`## assay ${command.name}`, '', '```', commandHelp(command), '```', '']),
  ].join('\n');
}

async function main(words: readonly string[]): Promise<void> {
  const changed = await stale();
  const checking = words.includes('--check');
  for (const { file, text } of changed) {
    if (!checking) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    console.log(`${file}: ${checking ? 'is not what its sources give; npm run generate' : 'written'}`);
  }
  if (checking && changed.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
