import { afterAll, beforeAll, expect, it } from 'vitest';
import { ImageConfigs } from '../../evidence/config.ts';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { digest, reference, scope, startReading } from './registry/reading.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

it('keeps configs of images in memory up to thirty-two MiB, four bytes for each of their text', async () => {
  await using reading = startReading({ hosts: { [registry.host]: { plainHttp: true } } });
  const configs = new ImageConfigs(reading.client);
  // Weighs a little less than four MiB: eight have room, nine have not.
  const padding = 'x'.repeat(1024 * 1024 - 1024);
  const images: string[] = [];
  for (let at = 0; at < 9; at++) {
    const config = JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Labels: { at: `${at}`, padding } } });
    images.push((await pushImage(registry, { repository: 'acme/large', tag: `v${at}`, seed: `${at}`, config })).digest);
  }
  const { repository } = reference(`${registry.host}/acme/large:v0`);
  const asked = async (at: number): Promise<number> => {
    registry.clearRequests();
    const need = { kind: 'config', repository, digest: digest(images[at] ?? '') } as const;
    expect(await configs.read(need, scope())).toMatchObject({ kind: 'found' });
    return registry.requests.length;
  };
  for (let at = 0; at < 8; at++) expect(await asked(at)).toBeGreaterThan(0);
  expect(await asked(0)).toBe(0);
  expect(await asked(8)).toBeGreaterThan(0);
  // The first was asked for again before the ninth came, the second was not.
  expect(await asked(0)).toBe(0);
  expect(await asked(1)).toBeGreaterThan(0);
});
