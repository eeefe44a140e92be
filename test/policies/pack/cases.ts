import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  assumptionsOf,
  type CaseImage,
  defaulted,
  type Document,
  type KubernetesObject,
  mergePatched,
  objectLookup,
  parseDocuments,
  type PolicySet,
  ruleResult,
  type UserInfo,
  valueAt,
} from '../../../policies/index.ts';
import { withSigners, withValues } from '../../../policies/pack/parameters.ts';
import { compileAll, judgeBy } from './judge-pack.ts';

/** A case beside a policy of the library. */
export interface Case {
  readonly name: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** What lookups find; it is the same for all cases of a file. */
  readonly cluster?: readonly KubernetesObject[];
  readonly images?: readonly CaseImage[];
  readonly authorities?: readonly unknown[];
  readonly threshold?: number;
  readonly object?: KubernetesObject;
  readonly oldObject?: KubernetesObject;
  readonly operation?: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly subresource?: string;
  readonly user?: UserInfo;
  readonly want: Readonly<Record<string, string>>;
  /** A merge patch from the object to what mutations make of it. */
  readonly becomes?: object;
  readonly at?: string;
}

/** A policy of the library, and its cases. */
export interface Tested {
  readonly pack: string;
  /** Of its file, without the extension. */
  readonly file: string;
  readonly document: Document;
  readonly cases: readonly Case[];
}

const root = join(import.meta.dirname, '../../../policies/library');

/** Every policy that lies in the library, whether a profile names it or not. */
export const tested: readonly Tested[] = readdirSync(root).flatMap((pack) =>
  readdirSync(join(root, pack))
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.cases.yaml') && name !== 'pack.yaml')
    .map((name) => {
      const file = name.replace(/\.yaml$/, '');
      const [document] = parseDocuments(read(pack, name), `${pack}/${name}`).documents;
      const hasCases = readdirSync(join(root, pack)).includes(`${file}.cases.yaml`);
      return { pack, file, document: document!, cases: hasCases ? casesOf(read(pack, `${file}.cases.yaml`)) : [] };
    }),
);

function casesOf(text: string): readonly Case[] {
  const { cluster = [], images = [], params, cases, authorities, threshold } = parse(text) as CasesFile;
  return cases.map((one) => ({
    ...one,
    // A case of a mutation says what the object becomes.
    want: one.want ?? {},
    cluster,
    images: [...(one.images ?? []), ...images],
    ...(authorities === undefined ? {} : { authorities }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(params === undefined ? {} : { params: { ...params, ...one.params } }),
  }));
}

interface CasesFile extends Pick<Case, 'authorities' | 'cluster' | 'images' | 'params' | 'threshold'> {
  readonly cases: readonly (Omit<Case, 'want'> & Partial<Pick<Case, 'want'>>)[];
}

function read(pack: string, name: string): string {
  return readFileSync(join(root, pack, name), 'utf8');
}

/** What is wrong with a case under a policy; undefined where all is as it says. */
export async function wrongWith(document: Document, one: Case, compiled?: PolicySet): Promise<string | undefined> {
  const policies = compiled ?? compileAll([withSigners(withValues(document, one.params ?? {}), one)]);
  const { oldObject, operation, subresource, user, cluster = [], images = [] } = one;
  const assumptions = assumptionsOf(images, policies, {});
  if (typeof assumptions === 'string') return assumptions;
  const object = one.object ?? oldObject;
  if (object === undefined) return 'neither an object nor an old one';
  const decision = await judgeBy(policies, object, {
    lookup: objectLookup(cluster),
    assumptions,
    ...(oldObject === undefined ? {} : { oldObject }),
    ...(operation === undefined ? {} : { operation }),
    ...(user === undefined ? {} : { userInfo: user }),
    ...(subresource === undefined ? {} : { subResource: subresource }),
  });
  const { findings } = decision;
  for (const [rule, want] of Object.entries(one.want)) {
    const { outcome, findings: found } = ruleResult(
      decision,
      String(valueAt(document.value, ['metadata', 'name'])),
      rule,
    );
    if (outcome !== want) return `${rule}: ${outcome}, and ${want} is wanted: ${JSON.stringify(found)}`;
    const places = found.flatMap(({ field, fields = [field] }) => fields);
    if (outcome === 'deny' && one.at !== undefined && !places.includes(one.at))
      return `${rule}: at ${places.join(', ')}, not ${one.at}`;
  }
  const others = findings.filter(({ policy, rule }) => policy !== 'configuration' && one.want[rule] === undefined);
  return others.length === 0 ? undefined : `beside it: ${JSON.stringify(others)}`;
}

/** The policy with one of its rules switched off. */
export function without(document: Document, rule: string): Document {
  const value = structuredClone(document.value) as {
    spec: { signatures?: unknown; validations?: { name: string; expression: string }[] };
  };
  if (rule === 'signatures') delete value.spec.signatures;
  for (const validation of value.spec.validations ?? []) if (validation.name === rule) validation.expression = 'true';
  return { ...document, value };
}

/** Names of the rules of a policy. */
export const rulesOf = ({ value }: Document): readonly string[] => {
  const validations = valueAt(value, ['spec', 'validations']);
  return [
    ...(valueAt(value, ['spec', 'signatures']) === undefined ? [] : ['signatures']),
    ...(Array.isArray(validations) ? validations.map((one) => String(valueAt(one, ['name']))) : []),
  ];
};

/** Whether the policy makes of a case's object what the case says, and nothing more a second time. */
export async function makes(document: Document, one: Case): Promise<boolean> {
  const { object, oldObject, becomes = {}, params = {}, cluster = [] } = one;
  if (object === undefined) return false;
  const policies = compileAll([withValues(document, params)]);
  const around = { phase: 'mutate', lookup: objectLookup(cluster), ...(oldObject && { oldObject }) } as const;
  const mutate = async (sent: KubernetesObject) => (await judgeBy(policies, sent, around)).version.object;
  const made = await mutate(object);
  const wanted = defaulted(mergePatched(object, becomes) as KubernetesObject);
  return isDeepStrictEqual(defaulted(made), wanted) && isDeepStrictEqual(await mutate(made), made);
}

/** The policy with none of its mutations. */
export function withoutMutations(document: Document): Document {
  const value = structuredClone(document.value) as { spec: { mutations?: unknown; validations?: unknown } };
  delete value.spec.mutations;
  value.spec.validations ??= [{ name: 'nothing', expression: 'true' }];
  return { ...document, value };
}

/** Whether a policy changes objects. */
export const mutates = ({ value }: Document): boolean => valueAt(value, ['spec', 'mutations']) !== undefined;
