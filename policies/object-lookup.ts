import { absent, found } from '../evidence/index.ts';
import {
  describe,
  type Lookup,
  type LookupAnswer,
  lookupGap,
  type LookupNeed,
  type ObjectsNeed,
  unanswered,
} from './lookup.ts';
import { valueAt } from './validate.ts';
import type { KubernetesObject } from './version.ts';

/**
 * Answers from objects in files. They are taken to be all of their kind; of a kind that none of them has nothing is known, for an
 * absent file is no absent object.
 */
export function objectLookup(objects: readonly KubernetesObject[]): Lookup {
  const byKind = Map.groupBy(objects, (object) => kindKey(textAt(object, 'apiVersion'), textAt(object, 'kind')));
  return {
    fulfil: async (needs) => needs.map((need) => answer(need, byKind)),
  };
}

type ByKind = ReadonlyMap<string, readonly KubernetesObject[]>;

function answer(need: LookupNeed, byKind: ByKind): LookupAnswer {
  switch (need.kind) {
    case 'namespace': {
      const all = byKind.get(kindKey('v1', 'Namespace'));
      const namespace = all?.find((object) => textAt(object, 'metadata', 'name') === need.name);
      return namespace === undefined ? unknown(need) : { kind: need.kind, need, read: found(namespace) };
    }
    case 'objects': {
      const all = byKind.get(kindKey(need.apiVersion, need.objectKind));
      if (all === undefined) return unknown(need);
      const chosen = all.filter((object) => isMeant(object, need));
      return { kind: need.kind, need, read: need.name !== undefined && chosen.length === 0 ? absent : found(chosen) };
    }
    case 'authorization':
    case 'request':
      return unknown(need);
  }
}

const unknown = (need: LookupNeed): LookupAnswer =>
  unanswered(need, lookupGap('LOOKUP_UNAVAILABLE', `no file given says anything of ${describe(need)}`));

function isMeant(object: KubernetesObject, { name, namespace }: ObjectsNeed): boolean {
  if (name !== undefined && textAt(object, 'metadata', 'name') !== name) return false;
  return namespace === undefined || (textAt(object, 'metadata', 'namespace') || 'default') === namespace;
}

const kindKey = (apiVersion: string, kind: string): string => JSON.stringify([apiVersion, kind]);

const textAt = (object: unknown, ...path: readonly string[]): string => {
  const value = valueAt(object, path);
  return typeof value === 'string' ? value : '';
};
