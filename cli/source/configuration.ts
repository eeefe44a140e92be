import { dirname, resolve } from 'node:path';
import { now } from '../../host/clock.ts';
import { proxies, variable } from '../../host/environment.ts';
import { readText } from '../../host/files.ts';
import { readDockerConfig, runHelper } from '../../host/keychain.ts';
import { folderStore } from '../../host/store.ts';
import {
  type Assembled,
  assemble,
  type Configuration,
  defaultConfiguration,
  filesNamed,
  parseConfiguration,
  parseDocuments,
  renderProblem,
} from '../../policies/index.ts';
import type { Door } from '../command/index.ts';
import { maximumTextBytes, readSource } from './text.ts';
import { readFetched, trustRepositories, withPublicGood } from './trust.ts';

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
  const { documents, problems } = parseDocuments(read.text, file);
  if (problems.length > 0) return { kind: 'problems', lines: problems.map(renderProblem) };
  const [document, second] = documents;
  if (document === undefined || second !== undefined)
    return { kind: 'problems', lines: [`${file}: has ${documents.length} documents; one Configuration is wanted`] };
  const parsed = parseConfiguration(document);
  if (parsed.kind === 'problems') return { kind: 'problems', lines: parsed.problems.map(renderProblem) };
  return {
    kind: 'configuration',
    configuration: parsed.configuration,
    folder: file === '-' ? process.cwd() : dirname(resolve(file)),
    file,
  };
}

/** What a configuration describes, ready to be asked, and a count of what it asked of registries. */
export interface Ready {
  readonly kind: 'ready';
  readonly assembled: Assembled;
  readonly requests: () => number;
}

/** Reads every file that the configuration names, and assembles what it describes. */
export async function assembleConfiguration(loaded: Loaded, { environment }: Door): Promise<Ready | Problems> {
  const { folder, file } = loaded;
  const configuration = withPublicGood(loaded.configuration);
  const texts = new Map<string, string>();
  const lines: string[] = [];
  for (const name of filesNamed(configuration)) {
    const read = await readText(resolve(folder, name), maximumTextBytes);
    if (read.kind === 'text') texts.set(name, read.text);
    else lines.push(`${resolve(folder, name)}: ${read.detail}; the configuration names it`);
  }
  const repositories = trustRepositories({ ...loaded, configuration }, texts, environment);
  const { fetched, lines: unreadable } = await readFetched(repositories);
  lines.push(...unreadable);
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
    ...(docker?.kind === 'text' ? { dockerConfig: docker.text } : {}),
    ...(configuration.storeFolder === undefined
      ? {}
      : { store: folderStore(resolve(folder, configuration.storeFolder)) }),
  };
  const assembled = assemble(configuration, machine, file);
  if (!('evidence' in assembled)) return { kind: 'problems', lines: assembled.map(renderProblem) };
  return { kind: 'ready', assembled, requests: () => requests };
}
