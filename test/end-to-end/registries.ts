import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpPublisher, type Publisher, startRegistry } from '../support/registry/index.ts';
import { freePort, provisioned, serve } from './program.ts';

/** A registry that images are signed in. */
export interface SomeRegistry {
  readonly name: string;
  readonly host: string;
  /** Whether it has the referrers API of OCI 1.1. */
  readonly referrers: boolean;
  /** Publishes over HTTP, as any client does. */
  readonly publisher: Publisher;
  readonly stop: () => Promise<void>;
}

/** All the registries that Assay says it works with: distribution's, go-containerregistry's, and ours with and without the referrers API. */
export const startRegistries = (folder: string): Promise<SomeRegistry[]> =>
  Promise.all([distribution(folder), goContainerRegistry(), ours(true), ours(false)]);

async function distribution(folder: string): Promise<SomeRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'distribution.yml');
  const document = {
    version: '0.1',
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { inmemory: {}, delete: { enabled: true } },
    http: { addr: host, secret: 'of no importance' },
  };
  writeFileSync(config, JSON.stringify(document));
  const program = provisioned('ASSAY_DISTRIBUTION');
  const { stop } = await serve(program, ['serve', config], () => answers(host), { OTEL_TRACES_EXPORTER: 'none' });
  return { name: "distribution's registry", host, referrers: false, publisher: httpPublisher(host), stop };
}

async function goContainerRegistry(): Promise<SomeRegistry> {
  const host = `127.0.0.1:${await freePort()}`;
  const { stop } = await serve(provisioned('ASSAY_GGCR'), [host], () => answers(host));
  return { name: "go-containerregistry's registry", host, referrers: true, publisher: httpPublisher(host), stop };
}

async function ours(referrers: boolean): Promise<SomeRegistry> {
  const registry = await startRegistry({ referrers });
  const { host } = registry;
  const name = `our registry ${referrers ? 'with' : 'without'} referrers`;
  return { name, host, referrers, publisher: httpPublisher(host), stop: () => registry.close() };
}

const answers = async (host: string): Promise<boolean> => (await fetch(`http://${host}/v2/`)).ok;
