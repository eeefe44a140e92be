import { type Document, parseDocuments } from '../document.ts';
import { renderProblem } from '../problem.ts';
import { type Pack, packSchema, type PolicyParameters, policyParametersSchema } from '../schema/pack.ts';
import { validate, valueAt } from '../validate.ts';
import type { Library } from './library.ts';
import { parameterNames, takesSigners, withSigners, withValues } from './parameters.ts';
import { chooseProfiles } from './profile.ts';
import { parsePackReference, type PackReference } from './reference.ts';

/** What the packs that are named bring. */
export interface OpenedPacks {
  readonly documents: readonly Document[];
  /** All that is wrong, one line each. */
  readonly lines: readonly string[];
}

/** Finds the candidate that a typing error is most likely to have come from. */
export type Nearest = (written: string, candidates: readonly string[]) => string | undefined;

/**
 * The other documents, and the policies of every pack that is named, with the values that profile, version and
 * PolicyParameters among the documents give their parameters. A pack that follows Kubernetes is of `kubernetesVersion` where its
 * reference names no version.
 */
export async function withPacks(
  words: readonly string[],
  documents: readonly Document[],
  library: Library,
  nearest: Nearest = () => undefined,
  kubernetesVersion?: string,
): Promise<OpenedPacks> {
  const lines: string[] = [];
  const given = documents.filter((document) => kindOf(document) === 'PolicyParameters');
  const read = given.flatMap((document): Given[] => {
    const result = validate(document, policyParametersSchema);
    if (result.kind === 'problems') lines.push(...result.problems.map(renderProblem));
    return result.kind === 'valid' ? [{ document, value: result.value }] : [];
  });
  const opened = new Map<string, OpenedPolicy>();
  for (const word of new Set(words)) {
    const reference = parsePackReference(word);
    const found =
      reference === undefined
        ? [`${JSON.stringify(word)}: a pack is written NAME, NAME:PROFILE or NAME:PROFILE@VERSION`]
        : await openPack(word.replace(/^pack:/, ''), reference, { library, nearest, kubernetesVersion });
    for (const one of found) {
      if (typeof one === 'string') lines.push(one);
      else keep(opened, one, lines);
    }
  }
  if (lines.length === 0) lines.push(...read.flatMap((one) => unread(one, [...opened.values()], nearest)));
  return {
    documents: [
      ...documents.filter((document) => !aboutPacks.has(kindOf(document))),
      ...[...opened.values()].map((one) => withGiven(one, read)),
    ],
    lines,
  };
}

/** Documents that stand beside policies and are none: whoever reads a folder meets them. */
const aboutPacks: ReadonlySet<unknown> = new Set(['PolicyParameters', 'PolicyPack', 'PolicyCases']);

const kindOf = ({ value }: Document): unknown => valueAt(value, ['kind']);

interface Given {
  readonly document: Document;
  readonly value: PolicyParameters;
}

interface OpenedPolicy {
  readonly pack: string;
  /** The reference that brought it, as it is written. */
  readonly word: string;
  /** `pod-security/host-ports.yaml`. */
  readonly file: string;
  readonly document: Document;
}

interface World {
  readonly library: Library;
  readonly nearest: Nearest;
  readonly kubernetesVersion: string | undefined;
}

async function openPack(
  word: string,
  reference: PackReference,
  { library, nearest, kubernetesVersion }: World,
): Promise<readonly (OpenedPolicy | string)[]> {
  const { pack: name } = reference;
  const text = await library.read(name, 'pack.yaml');
  if (text === undefined) {
    const packs = await library.packs();
    return [
      `${word}: does not exist, and there is no pack ${JSON.stringify(name)}${alternatives(name, packs, nearest)}`,
    ];
  }
  const pack = readPack(text, `${name}/pack.yaml`);
  if (Array.isArray(pack)) return pack;
  const version = reference.version ?? (pack.spec.versions?.of === 'Kubernetes' ? kubernetesVersion : undefined);
  const chosen = chooseProfiles(pack, { ...reference, ...(version === undefined ? {} : { version }) });
  if (chosen.kind === 'unknown') {
    const { what, written, candidates } = chosen;
    // A version is not mistyped into one that looks alike.
    const others = alternatives(written, candidates, what === 'version' ? () => undefined : nearest);
    return [`${word}: pack "${name}" has no ${what} ${JSON.stringify(written)}${others}`];
  }
  const policies = [...chosen.policies].map(async ([policy, values]) => {
    const file = `${name}/${policy}.yaml`;
    const own = await library.read(name, `${policy}.yaml`);
    if (own === undefined) return [`${name}/pack.yaml: names "${policy}", and there is no ${file}`];
    const { documents, problems } = parseDocuments(own, file);
    const opened = documents.map((document) => ({ pack: name, word, file, document: withValues(document, values) }));
    return [...problems.map(renderProblem), ...opened];
  });
  return (await Promise.all(policies)).flat();
}

/** The one PolicyPack of a `pack.yaml`, or what is wrong with it. */
export function readPack(text: string, file: string): Pack | string[] {
  const { documents, problems } = parseDocuments(text, file);
  const [document] = documents;
  if (problems.length > 0 || document === undefined || documents.length > 1)
    return problems.length > 0 ? problems.map(renderProblem) : [`${file}: one PolicyPack is wanted`];
  const result = validate(document, packSchema);
  return result.kind === 'valid' ? result.value : result.problems.map(renderProblem);
}

/** A policy that two references bring is one, where they agree about its parameters. */
function keep(opened: Map<string, OpenedPolicy>, one: OpenedPolicy, lines: string[]): void {
  const before = opened.get(one.file);
  if (before === undefined) opened.set(one.file, one);
  else if (JSON.stringify(before.document.value) !== JSON.stringify(one.document.value))
    lines.push(`${one.word}: has other parameters for ${one.file} than ${before.word}; one of the two is meant`);
}

/** Values for a pack or policy that is not in force, or for a parameter that nothing has, would be believed and change nothing. */
function unread({ document, value }: Given, opened: readonly OpenedPolicy[], nearest: Nearest): readonly string[] {
  const { name } = value.metadata;
  const at = (detail: string, ...path: readonly string[]): string =>
    renderProblem({
      code: 'REFERENCE_UNRESOLVED',
      file: document.file,
      path: path.join('.'),
      ...document.locate(path),
      detail,
    });
  const about = opened.filter((one) => isAbout(name, one));
  if (about.length === 0) {
    const names = opened.flatMap((one) => [one.pack, policyName(one)]);
    return [
      at(
        `no pack or policy "${name}" is in force${alternatives(name, [...new Set(names)], nearest)}`,
        'metadata',
        'name',
      ),
    ];
  }
  const known = [...new Set(about.flatMap((one) => parameterNames(one.document)))];
  const taken = about.some((one) => takesSigners(one.document));
  const ignored = (['authorities', 'threshold'] as const).filter((field) => value[field] !== undefined && !taken);
  const alone = taken && value.threshold !== undefined && value.authorities === undefined;
  return [
    ...Object.keys(value.params ?? {})
      .filter((key) => !known.includes(key))
      .map((key) => at(`"${name}" has no parameter "${key}"${alternatives(key, known, nearest)}`, 'params', key)),
    ...ignored.map((field) => at(`"${name}" has no policy that leaves its signers open`, field)),
    ...(alone ? [at('"authorities" are missing, of which so many are to sign', 'threshold')] : []),
  ];
}

const policyName = ({ document }: OpenedPolicy): string => String(valueAt(document.value, ['metadata', 'name']));

const isAbout = (name: string, one: OpenedPolicy): boolean => name === one.pack || name === policyName(one);

/** What is said of one policy goes before what is said of its whole pack. */
function withGiven(one: OpenedPolicy, given: readonly Given[]): Document {
  const values = given
    .filter(({ value }) => isAbout(value.metadata.name, one))
    .toSorted((a, b) => Number(a.value.metadata.name !== one.pack) - Number(b.value.metadata.name !== one.pack));
  const filled = values.reduce(
    (policy, { document, value: { params = {} } }) => withValues(policy, params, { document, path: ['params'] }),
    one.document,
  );
  const signers = values.findLast(({ value }) => value.authorities !== undefined);
  return signers === undefined ? filled : withSigners(filled, signers.value, { document: signers.document, path: [] });
}

function alternatives(written: string, candidates: readonly string[], nearest: Nearest): string {
  const close = nearest(written, candidates);
  const all = candidates.length === 0 ? 'none' : candidates.join(', ');
  return `${close === undefined ? '' : `; nearest is ${close}`}; there is ${all}`;
}
