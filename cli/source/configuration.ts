import { dirname, resolve } from 'node:path';
import { now } from '../../host/clock.ts';
import { proxies, variable } from '../../host/environment.ts';
import { readDockerConfig, runHelper } from '../../host/keychain.ts';
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
import type { Door } from '../command/index.ts';
import { maximumTextBytes, readSource } from './text.ts';
import { trustRepositories, withPublicGood } from './trust.ts';

/** A configuration document, and the folder that its files are relative to. */
export interface Loaded {
  readonly kind: 'configuration';
  readonly configuration: Configuration;
  readonly folder: string;
  /** As messages name it. */
  readonly file: string;
}

/** All that is wrong, one line each. */
export interface Problems {
  readonly kind: 'problems';
  readonly lines: readonly string[];
}

/** The document that the flag names, else the one that ASSAY_CONFIG names, else the defaults. */
export async function loadConfiguration(
  flag: string | undefined,
  { environment, input }: Door,
): Promise<Loaded | Problems> {
  const file = flag ?? variable(environment, 'ASSAY_CONFIG');
  if (file === undefined)
    return { kind: 'configuration', configuration: defaultConfiguration, folder: process.cwd(), file: 'command line' };
  const read = await readSource(file, input);
  if (read.kind === 'unreadable')
    return { kind: 'problems', lines: [`${file}: ${read.detail}; a Configuration document is wanted`] };
  const parsed = readConfiguration(read.text, file);
  return parsed.kind === 'problems'
    ? parsed
    : { ...parsed, folder: file === '-' ? process.cwd() : dirname(resolve(file)), file };
}

/** What a configuration describes, ready to be asked, and a count of what it asked of registries. */
export interface Ready {
  readonly kind: 'ready';
  readonly assembled: Assembled;
  readonly requests: () => number;
}

/** Reads every file that the configuration names, and assembles what it describes. */
export async function assembleConfiguration(
  loaded: Loaded,
  { environment }: Door,
  { offline = false }: { readonly offline?: boolean } = {},
): Promise<Ready | Problems> {
  const { folder, file } = loaded;
  const configuration = withPublicGood(loaded.configuration);
  const { texts, lines: unreadable } = await readNamed(filesNamed(configuration), folder, maximumTextBytes);
  const { fetched, lines: broken } = await readAllKept(
    trustRepositories({ ...loaded, configuration }, texts, environment),
  );
  const lines = [...unreadable, ...broken];
  const docker = configuration.registries?.credentials === undefined ? await readDockerConfig(environment) : undefined;
  if (docker?.kind === 'unreadable') lines.push(`the docker config.json ${docker.detail}`);
  if (lines.length > 0) return { kind: 'problems', lines };
  let requests = 0;
  const onRequest = (): void => {
    requests += 1;
  };
  const machine = {
    texts,
    fetched,
    now,
    proxies: proxies(environment),
    runHelper,
    onRequest,
    offline,
    ...(docker?.kind === 'text' ? { dockerConfig: docker.text } : {}),
    ...(configuration.storeFolder === undefined
      ? {}
      : { store: folderStore(resolve(folder, configuration.storeFolder)) }),
  };
  const assembled = assemble(configuration, machine, file);
  if (!('evidence' in assembled)) return { kind: 'problems', lines: assembled.map(renderProblem) };
  return { kind: 'ready', assembled, requests: () => requests };
}
