import { dirname, resolve } from 'node:path';
import { now } from '../../host/clock.ts';
import { type Environment, proxies } from '../../host/environment.ts';
import { readText } from '../../host/files.ts';
import { runHelper } from '../../host/keychain.ts';
import { readNamed } from '../../host/named-files.ts';
import { folderStore } from '../../host/store.ts';
import { readAllKept } from '../../host/trust-cache.ts';
import {
  type Assembled,
  assemble,
  type Configuration,
  defaultConfiguration,
  filesNamed,
  readConfiguration,
  renderProblem,
} from '../../policies/index.ts';
import { limits } from '../limits.ts';
import type { Loaded } from './last-good.ts';
import { type FetchedRoot, fetchedRoots } from './trust.ts';

/** The one document of a configuration file; the defaults where there is no file. */
export async function loadConfiguration(file: string | undefined): Promise<Loaded<Configuration>> {
  if (file === undefined) return { kind: 'loaded', value: defaultConfiguration };
  const read = await readText(file, limits.namedFileBytes);
  if (read.kind === 'unreadable') return { kind: 'problems', problems: [`${file}: ${read.detail}`] };
  const parsed = readConfiguration(read.text, file);
  return parsed.kind === 'problems'
    ? { kind: 'problems', problems: parsed.lines }
    : { kind: 'loaded', value: parsed.configuration };
}

/** Where a configuration was read, and what it names. */
export interface ConfigurationFile {
  readonly configuration: Configuration;
  /** Undefined for the defaults, which name no file. */
  readonly file: string | undefined;
}

/** What a configuration builds, and how often its client asked a registry so far. */
export interface Assembly extends Assembled {
  readonly requests: () => number;
}

/** Hears of the trust roots to fetch by TUF, and of when what is kept of each was fetched, at each load. */
export type Follow = (roots: readonly FetchedRoot[], asOf: ReadonlyMap<string, Date>) => void;

/** Reads every file that the configuration names and builds registries' client, keychain and trust roots from them. */
export async function loadAssembly(
  source: ConfigurationFile,
  environment: Environment,
  follow: Follow = () => undefined,
): Promise<Loaded<Assembly>> {
  const folder = dirname(source.file ?? '.');
  const { texts, lines } = await readNamed(filesNamed(source.configuration), folder, limits.namedFileBytes);
  if (lines.length > 0) return { kind: 'problems', problems: lines };
  const roots = fetchedRoots(source, texts, environment);
  const { fetched, lines: unreadable } = await readAllKept(roots.map(({ repository }) => repository));
  // Also where the load then fails: a root that was never fetched is what it may lack.
  follow(roots, new Map([...fetched].map(([name, { asOf }]) => [name, asOf])));
  if (unreadable.length > 0) return { kind: 'problems', problems: unreadable };
  let requests = 0;
  const onRequest = () => {
    requests += 1;
  };
  const { storeFolder } = source.configuration;
  const store = storeFolder === undefined ? {} : { store: folderStore(resolve(folder, storeFolder)) };
  const machine = { texts, fetched, proxies: proxies(environment), runHelper, onRequest, now, ...store };
  const assembled = assemble(source.configuration, machine, source.file ?? 'defaults');
  if (!('evidence' in assembled)) return { kind: 'problems', problems: assembled.map(renderProblem) };
  return { kind: 'loaded', value: { ...assembled, requests: () => requests } };
}

/** The files as the configuration writes them, and where they are: relative to the document. */
export function namedFiles({ configuration, file }: ConfigurationFile): ReadonlyMap<string, string> {
  const folder = file === undefined ? '.' : dirname(file);
  return new Map(filesNamed(configuration).map((name) => [name, resolve(folder, name)]));
}
