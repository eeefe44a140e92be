import { basename, dirname, join, normalize } from 'node:path';
import { documentFiles } from '../../host/files.ts';
import {
  type Document,
  isObject,
  type KubernetesObject,
  parseDocuments,
  printable,
  renderProblem,
  type UserInfo,
  valueAt,
} from '../../policies/index.ts';
import type { Door } from '../command/index.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { readSource } from './text.ts';

/** A Test of Kyverno's command line (cli.kyverno.io/v1alpha1), with everything that it names. */
export interface KyvernoTest {
  readonly file: string;
  readonly policies: readonly Document[];
  readonly resources: readonly Manifest[];
  /** Namespaces, with the labels that it gives them, and parameters. */
  readonly cluster: readonly KubernetesObject[];
  readonly userInfo: UserInfo;
  readonly results: readonly KyvernoResult[];
  /** Why none of its results can be judged here. */
  readonly unsupported?: string;
}

/** One row of its results: what a policy says of some resources. */
export interface KyvernoResult {
  readonly line: number | undefined;
  readonly policy: string;
  readonly rule: string;
  readonly kind: string;
  /** `name` or `namespace/name`; all of the kind where there is none. */
  readonly resources: readonly string[];
  readonly want: string;
  /** What a mutation is to make of them. */
  readonly patched: readonly Manifest[] | undefined;
}

/** Finds Kyverno's tests below paths: `kyverno-test.yaml`, also in folders called `.kyverno-test`, as Kyverno lays them out. */
export async function readKyvernoTests(
  paths: readonly string[],
  { input }: Pick<Door, 'input'>,
): Promise<{
  readonly tests: readonly KyvernoTest[];
  readonly lines: readonly string[];
  /** Those of the paths that have any. */
  readonly paths: ReadonlySet<string>;
}> {
  const tests: KyvernoTest[] = [];
  const lines: string[] = [];
  const found = new Set<string>();
  const seen = new Set<string>();
  for (const path of new Set(paths)) {
    const listed = await documentFiles(path, 'without', ['.kyverno-test']);
    if (listed.kind === 'unreadable') continue;
    for (const file of listed.files.filter((one) => /^kyverno-test\.ya?ml$/.test(basename(one)))) {
      found.add(path);
      if (seen.has(normalize(file))) continue;
      seen.add(normalize(file));
      const read = await readSource(file, input);
      if (read.kind === 'unreadable') {
        lines.push(`${file}: ${read.detail}`);
        continue;
      }
      const { documents, problems } = parseDocuments(read.text, file);
      lines.push(...problems.map(renderProblem));
      for (const document of documents) {
        if (valueAt(document.value, ['kind']) !== 'Test') {
          lines.push(
            printable(`${file}: ${JSON.stringify(valueAt(document.value, ['kind']))} is no Test of cli.kyverno.io`),
          );
          continue;
        }
        const before = lines.length;
        const test = await readTest(file, document, input, lines);
        // What it says of a part that cannot be read may be wrong: none of it is run.
        if (lines.length === before) tests.push(test);
      }
    }
  }
  return { tests, lines, paths: found };
}

async function readTest(file: string, document: Document, input: Door['input'], lines: string[]): Promise<KyvernoTest> {
  const { value } = document;
  const named = (field: string): readonly string[] =>
    texts(valueAt(value, [field])).map((name) => join(dirname(file), name));
  const objects = async (files: readonly string[]): Promise<readonly Manifest[]> => {
    const { manifests, unreadable } = await readManifests(files, input);
    lines.push(...unreadable.map(({ file: at, line, message }) => printable(`${at}:${line ?? 1}: ${message}`)));
    return manifests;
  };
  const policies: Document[] = [];
  for (const path of named('policies')) policies.push(...(await documentsOf(path, input, lines)));
  const resources = await objects(named('resources'));
  const parameters = await objects(named('paramResources'));
  const [variables] = await Promise.all(named('variables').map((path) => documentsOf(path, input, lines)));
  const [user] = await Promise.all(named('userinfo').map((path) => documentsOf(path, input, lines)));
  const values = [...(variables ?? []).map((one) => one.value), valueAt(value, ['values'])];
  const rows = valueAt(value, ['results']);
  const results: KyvernoResult[] = [];
  for (const [index, row] of (Array.isArray(rows) ? rows : []).entries()) {
    const text = (field: string): string => {
      const found = valueAt(row, [field]);
      return typeof found === 'string' ? found : '';
    };
    const patched = texts(valueAt(row, ['patchedResources'])).map((name) => join(dirname(file), name));
    results.push({
      line: document.locate(['results', index])?.line,
      policy: text('policy'),
      rule: text('rule'),
      kind:
        text('kind')
          .split('/')
          .findLast((part) => /^[A-Z]/.test(part)) ?? '*',
      resources: [...texts(valueAt(row, ['resources'])), ...texts(valueAt(row, ['resource'])), ...specified(row)],
      want: text('result') || text('status'),
      patched: patched.length === 0 ? undefined : await objects(patched),
    });
  }
  return {
    file,
    policies,
    resources,
    cluster: [...parameters.map(({ object }) => object), ...namespacesOf(values, resources)],
    userInfo: userOf(user?.[0]?.value),
    results,
    ...unsupportedOf(value),
  };
}

/** What a Test may say that has no meaning here; its results are named, never passed over. */
function unsupportedOf(value: unknown): { readonly unsupported?: string } {
  const reasons = {
    exceptions: "exceptions are Kyverno's own",
    context: "a context answers Kyverno's own functions",
    jsonPayload: 'a payload is no object of Kubernetes',
    jsonPayloads: 'a payload is no object of Kubernetes',
    httpPayloads: 'a payload is no object of Kubernetes',
    envoyPayloads: 'a payload is no object of Kubernetes',
    targetResources: 'mutation of existing objects is no admission',
  };
  const found = Object.entries(reasons).find(([field]) => texts(valueAt(value, [field])).length > 0);
  return found === undefined ? {} : { unsupported: `"${found[0]}": ${found[1]}` };
}

async function documentsOf(path: string, input: Door['input'], lines: string[]): Promise<readonly Document[]> {
  const listed = await documentFiles(path);
  if (listed.kind === 'unreadable') {
    lines.push(`${listed.path}: ${listed.detail}`);
    return [];
  }
  const found: Document[] = [];
  for (const file of listed.files) {
    const read = await readSource(file, input);
    if (read.kind === 'unreadable') {
      lines.push(`${file}: ${read.detail}`);
      continue;
    }
    const { documents, problems } = parseDocuments(read.text, file);
    lines.push(...problems.map(renderProblem));
    for (const document of documents) {
      if (isObject(document.value)) found.push(document);
      else lines.push(`${file}:${document.locate([])?.line ?? 1}: is no object, and one is wanted`);
    }
  }
  return found;
}

/** As Kyverno does: labels from the values, and a namespace without any for what lies in another. */
function namespacesOf(values: readonly unknown[], resources: readonly Manifest[]): readonly KubernetesObject[] {
  const found = new Map<string, KubernetesObject>();
  const add = (name: unknown, object: KubernetesObject): void => {
    if (typeof name === 'string' && !found.has(name)) found.set(name, object);
  };
  for (const { object, kind, name } of resources) if (kind === 'Namespace') add(name, object);
  for (const value of values) {
    const full = valueAt(value, ['namespaces']);
    for (const one of Array.isArray(full) ? full : [])
      if (isObject(one)) add(valueAt(one, ['metadata', 'name']), { ...one, apiVersion: 'v1', kind: 'Namespace' });
    const labelled = valueAt(value, ['namespaceSelector']);
    for (const one of Array.isArray(labelled) ? labelled : []) {
      const name = valueAt(one, ['name']);
      add(name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: valueAt(one, ['labels']) ?? {} } });
    }
  }
  for (const name of ['default', ...resources.flatMap(({ namespace = [] }) => namespace)])
    add(name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return [...found.values()];
}

function userOf(value: unknown): UserInfo {
  const [username, uid] = ['username', 'uid'].map((field) => valueAt(value, ['userInfo', field]));
  const groups = texts(valueAt(value, ['userInfo', 'groups']));
  return {
    ...(typeof username === 'string' ? { username } : {}),
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(groups.length === 0 ? {} : { groups }),
  };
}

/** `resourceSpecs`: the same with fields of their own. */
function specified(row: unknown): readonly string[] {
  const specs = valueAt(row, ['resourceSpecs']);
  return (Array.isArray(specs) ? specs : []).flatMap((spec) => {
    const [namespace, name] = ['namespace', 'name'].map((field) => valueAt(spec, [field]));
    if (typeof name !== 'string') return [];
    return [typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name];
  });
}

const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
