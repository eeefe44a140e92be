import { LRUCache } from 'lru-cache';
import { limits } from '../limits.ts';

/** What is remembered of so many hosts, tags or repositories at most: whoever creates Pods chooses them, so the one not asked for longest is forgotten. */
export type Memory<V extends {}> = Pick<LRUCache<string, V>, 'get' | 'set' | 'has' | 'delete'>;

export const memoryOfHosts = <V extends {}>(): Memory<V> => new LRUCache({ max: limits.hosts });

export const memoryOfTags = <V extends {}>(): Memory<V> => new LRUCache({ max: limits.rememberedTags });

export const memoryOfRepositories = <V extends {}>(): Memory<V> => new LRUCache({ max: limits.rememberedRepositories });
