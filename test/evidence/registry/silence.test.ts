import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { pushImage, startRegistry } from '../../support/registry/index.ts';
import { reference, scope, startReading } from './reading.ts';

const patient = () => scope({ signal: AbortSignal.timeout(60_000) });
const measured = async <T>(work: () => Promise<T>) => {
  const started = performance.now();
  const read = await work();
  return { read, milliseconds: performance.now() - started };
};

/** Undici's timers tick twice a second, and a loaded machine takes its time; without a bound of our own it would be a minute. */
const slack = 10_000;

it('gives silent registries up by itself: before the connection, before the answer, and in it', {
  timeout: 60_000,
}, async () => {
  await using silent = await startRegistry();
  await using stuck = await startRegistry();
  const image = await pushImage(stuck, { repository: 'acme/shop', tag: '1' });
  silent.faults.add({ kind: 'hang' });
  stuck.faults.add({ kind: 'slow', bytesPerSecond: 0.05 });
  const mute = createServer();
  await new Promise<void>((listening) => void mute.listen(0, '127.0.0.1', listening));
  const muteHost = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
  await using reading = startReading({
    hosts: {
      [silent.host]: { plainHttp: true },
      [stuck.host]: { plainHttp: true },
      [muteHost]: { allowPrivateAddresses: true },
    },
  });
  const read = (name: string) => measured(() => reading.client.resolve(reference(name), patient()));
  const [noHandshake, noAnswer, noEnd] = await Promise.all([
    read(`${muteHost}/acme/shop:1`),
    read(`${silent.host}/acme/shop:1`),
    read(image.name),
  ]);
  mute.close();
  expect(noHandshake.read).toMatchObject({ kind: 'gap', code: 'REGISTRY_UNREACHABLE' });
  expect(noHandshake.milliseconds).toBeLessThan(limits.connectMilliseconds + slack);
  expect(noAnswer.read).toMatchObject({ kind: 'gap', code: 'REGISTRY_UNREACHABLE' });
  expect(noAnswer.milliseconds).toBeLessThan(limits.silenceMilliseconds + slack);
  expect(noEnd.read).toMatchObject({ kind: 'gap', code: 'REGISTRY_ERROR' });
  expect(noEnd.milliseconds).toBeLessThan(limits.silenceMilliseconds + slack);
});
