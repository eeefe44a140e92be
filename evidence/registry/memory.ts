import { LRUCache } from 'lru-cache';
import { limits } from '../limits.ts';

/** What is remembered of so many hosts, tags or repositories at most: whoever creates Pods chooses them, so the one not asked for longest is forgotten. */
export interface Memory<V extends {}> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
}

export const memoryOfHosts = <V extends {}>(): Memory<V> => memory(limits.hosts);

export const memoryOfTags = <V extends {}>(): Memory<V> => memory(limits.rememberedTags);

export const memoryOfRepositories = <V extends {}>(): Memory<V> => memory(limits.rememberedRepositories);

export const memoryOfManifests = <V extends {}>(): Memory<V> => memory(limits.hashedManifests);

/** The library makes room for everything at once; a command that asks no registry does not wait for that. */
function memory<V extends {}>(max: number): Memory<V> {
  let entries: LRUCache<string, V> | undefined;
  return {
    get: (key) => entries?.get(key),
    has: (key) => entries?.has(key) ?? false,
    set: (key, value) => {
      entries ??= new LRUCache({ max });
      entries.set(key, value);
    },
    delete: (key) => {
      entries?.delete(key);
    },
  };
}
