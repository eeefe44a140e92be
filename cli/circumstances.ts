import {
  declaredResources,
  inert,
  type KnownResource,
  type KubernetesObject,
  objectLookup,
  printable,
  resourceOf,
  type UserInfo,
  valueAt,
} from '../policies/index.ts';
import { type Arguments, type Flags, usage, type UsageProblem } from './arguments.ts';
import type { Door } from './command/index.ts';
import type { Circumstances } from './judgement.ts';
import type { Problems } from './source/configuration.ts';
import { readDump } from './source/cluster-dump.ts';
import { type Manifest, type Manifests, readManifests, type Unreadable } from './source/manifests.ts';

/** Who asks for what, as kubectl spells it where it has the same. */
export const circumstanceFlags = {
  namespace: { value: 'NAME', short: 'n', help: 'namespace of objects that name none (default "default")' },
  operation: {
    value: 'OPERATION',
    choices: ['CREATE', 'UPDATE', 'DELETE'],
    help: 'what the request would do: CREATE, UPDATE or DELETE (default UPDATE of what --old-object has, CREATE of anything else)',
  },
  'old-object': {
    value: 'FILE',
    multiple: true,
    help: 'objects as they are before an UPDATE, each found by its kind, namespace and name',
  },
  as: { value: 'USER', help: 'who would ask, as policies read request.userInfo: nobody where left out' },
  'as-group': { value: 'GROUP', multiple: true, help: 'with --as: a group of the user, beside system:authenticated' },
  'as-uid': { value: 'UID', help: 'with --as: uid of the user' },
  'namespace-object': {
    value: 'FILE',
    multiple: true,
    help: 'Namespace objects, for policies that look at labels of namespaces; those among the manifests are known',
  },
  crds: {
    value: 'FILE',
    multiple: true,
    help: 'CustomResourceDefinitions, for kinds of which nothing says where they keep images; those among the manifests are known',
  },
  'cluster-dump': {
    value: 'FILE|FOLDER',
    multiple: true,
    help: 'what is in the cluster, as kubectl get -A -o json writes it: seen by lookups, namespace selectors and parameters, and not judged',
  },
  params: { value: 'FILE', multiple: true, help: 'parameter objects of policies, and whatever else they look up' },
} as const satisfies Flags;

/** Under which each object of a command line is judged. */
export interface AllCircumstances {
  readonly kind: 'circumstances';
  of(manifest: Manifest): Circumstances;
  /** How objects of a kind are addressed; CustomResourceDefinitions among the manifests count. */
  readonly resourceOf: (apiVersion: string, kind: string) => KnownResource;
  /** CustomResourceDefinitions of the command line and among the manifests. */
  readonly definitions: readonly KubernetesObject[];
}

/** Reads what the flags name; a file that cannot be read is a problem, for it was meant to count. */
export async function circumstances(
  given: Arguments,
  checked: Manifests,
  door: Door,
): Promise<AllCircumstances | Problems | UsageProblem> {
  const operation = given.text('operation');
  if (operation !== undefined && !isOperation(operation))
    return usage(`--operation ${JSON.stringify(operation)}: there is ${operations.join(', ')}`);
  const userInfo = userOf(given);
  if ('kind' in userInfo) return userInfo;
  const old = await readManifests(given.texts('old-object'), door.input);
  const looked = await readManifests([...given.texts('namespace-object'), ...given.texts('params')], door.input);
  const crds = await readManifests(given.texts('crds'), door.input);
  const dump = await readDump(given.texts('cluster-dump'), door.input);
  const lines = [
    ...old.unreadable,
    ...looked.unreadable,
    ...crds.unreadable,
    ...crds.manifests.flatMap(noDefinition),
    ...dump.unreadable,
  ].map(({ file, line, message }) =>
    inert(printable(line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`)),
  );
  if (lines.length > 0) return { kind: 'problems', lines };
  const objects = checked.manifests.map(({ object }) => object);
  const definitions = [...crds.manifests.map(({ object }) => object), ...objects, ...dump.objects].filter(isDefinition);
  const declared = declaredResources(definitions);
  const resources = (apiVersion: string, kind: string): KnownResource =>
    declared(apiVersion, kind) ?? resourceOf(apiVersion, kind);
  const named = looked.manifests.map(({ object }) => object);
  const lookup = objectLookup(once([...named, ...objects.filter(isNamespace), ...dump.objects]));
  const namespace = given.text('namespace') ?? 'default';
  const keyOf = (manifest: Manifest): string => key(manifest, namespace, resources);
  const before = new Map(old.manifests.map((manifest) => [keyOf(manifest), manifest.object]));
  return {
    kind: 'circumstances',
    resourceOf: resources,
    definitions,
    of: (manifest) => {
      const oldObject = before.get(keyOf(manifest));
      return {
        operation: operation ?? (oldObject === undefined ? 'CREATE' : 'UPDATE'),
        userInfo,
        namespace,
        resourceOf: declared,
        lookup,
        ...(oldObject === undefined ? {} : { oldObject }),
      };
    },
  };
}

/** Each object once, as it stands first: the command line goes before the manifests, and they before the cluster. */
function once(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const seen = new Map<string, KubernetesObject>();
  for (const object of objects) {
    const at = (...path: string[]): unknown => valueAt(object, path) ?? null;
    const key = JSON.stringify([object.apiVersion, object.kind, at('metadata', 'namespace'), at('metadata', 'name')]);
    if (!seen.has(key)) seen.set(key, object);
  }
  return [...seen.values()];
}

const operations = ['CREATE', 'UPDATE', 'DELETE'] as const;

const isOperation = (text: string): text is (typeof operations)[number] => operations.some((one) => one === text);

const isDefinition = ({ kind }: KubernetesObject): boolean => kind === 'CustomResourceDefinition';

/** A file that is there for its definitions and has something else was not meant. */
const noDefinition = ({ file, kind, object }: Manifest): Unreadable[] =>
  isDefinition(object) ? [] : [{ file, message: `has a ${kind}; --crds wants CustomResourceDefinitions` }];

const isNamespace = ({ apiVersion, kind }: KubernetesObject): boolean => apiVersion === 'v1' && kind === 'Namespace';

/** As the API server's impersonation fills in the groups that every user has (endpoints/filters/impersonation). */
function userOf(given: Arguments): UserInfo | UsageProblem {
  const username = given.text('as');
  const uid = given.text('as-uid');
  const groups = given.texts('as-group');
  if (username === undefined)
    return groups.length > 0 || uid !== undefined ? usage('--as-group and --as-uid need --as USER') : {};
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(username) ?? [];
  const own = namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const anonymous = username === 'system:anonymous' || groups.includes('system:unauthenticated');
  const everybody = anonymous ? 'system:unauthenticated' : 'system:authenticated';
  const all = new Set([...(groups.length === 0 ? own : groups), everybody]);
  return { username, groups: [...all], ...(uid === undefined ? {} : { uid }) };
}

function key(
  { apiVersion, kind, namespace, name }: Manifest,
  elsewhere: string,
  resources: AllCircumstances['resourceOf'],
): string {
  // A version is how an object is written, not which object it is.
  const group = apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
  const place = resources(apiVersion, kind).namespaced ? (namespace ?? elsewhere) : '';
  return JSON.stringify([group, kind, place, name]);
}
