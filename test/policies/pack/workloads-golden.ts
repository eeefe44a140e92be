import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  defaulted,
  type KubernetesObject,
  parseDocuments,
  type PolicySet,
  readLibrary,
} from '../../../policies/index.ts';
import { judgeBy, library, openPack } from './judge-pack.ts';

/**
 * What every pack says of every manifest of a folder, one line for each finding that bites: file, object, effect, policy/rule, fields. Nothing is
 * known of images or of the cluster; what would have to be is counted for each object and not listed.
 */
export async function judgeWorkloads(folder: string): Promise<readonly Judged[]> {
  const policies = await everything();
  const judged: Judged[] = [];
  for (const file of manifests(folder)) {
    const { documents } = parseDocuments(readFileSync(join(folder, file), 'utf8'), file);
    for (const { value } of documents) judged.push(await judgeOne(file, value as KubernetesObject, policies));
  }
  return judged;
}

/** An object, and what was found. */
export interface Judged {
  readonly file: string;
  readonly object: KubernetesObject;
  readonly lines: readonly string[];
  readonly denials: readonly { readonly rule: string; readonly fields: readonly string[] }[];
}

/** Every profile of every pack, but for those that only write. */
async function everything(): Promise<PolicySet> {
  const packs = await readLibrary(library);
  return await openPack(
    ...packs.map(({ pack }) => {
      const profiles = pack.spec.profiles.map(({ name }) => name).filter((name) => !name.endsWith('mutations'));
      return `${pack.metadata.name}:${profiles.join(',')}`;
    }),
  );
}

const manifests = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

async function judgeOne(file: string, object: KubernetesObject, policies: PolicySet): Promise<Judged> {
  const { findings } = await judgeBy(policies, object);
  const name = `${String(object.kind)} ${nameOf(object)}`;
  const bites = findings.filter(({ kind }) => kind === 'violation');
  const open = findings.filter(({ kind }) => kind !== 'violation').length;
  return {
    file,
    object,
    lines: [
      ...bites.map(({ effect, policy, rule, field, fields = [field] }) =>
        [file, name, effect, `${policy}/${rule}`, fields.join(' ') || '.'].join('\t'),
      ),
      [file, name, 'open', String(open), ''].join('\t'),
    ],
    denials: bites
      .filter(({ effect }) => effect === 'deny')
      .map(({ policy, rule, field, fields = [field] }) => ({ rule: `${policy}/${rule}`, fields })),
  };
}

function nameOf({ metadata }: KubernetesObject): string {
  const { name, generateName = '' } = (metadata ?? {}) as { name?: string; generateName?: string };
  return name ?? `${generateName}*`;
}

/** As the API server completes it: what fields of a finding stand in. */
export const completed = (object: KubernetesObject): KubernetesObject => defaulted(object);

/** The committed table. */
export const goldenFile = join(import.meta.dirname, 'workloads-golden.tsv');

/** `node test/policies/pack/workloads-golden.ts FOLDER` writes it anew: read what changed before it is committed. */
if (process.argv[1] === import.meta.filename) {
  const judged = await judgeWorkloads(
    process.argv[2] ?? join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'workloads'),
  );
  writeFileSync(goldenFile, `${judged.flatMap(({ lines }) => lines).join('\n')}\n`);
}
