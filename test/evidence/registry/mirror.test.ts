import { describe, expect, it } from 'vitest';
import type { HostOptions } from '../../../evidence/registry/options.ts';
import { pushImage, sha256, startRegistry } from '../../support/registry/index.ts';
import { digest, reference, repository, scope, startReading } from './reading.ts';

/** An origin with an image, and a mirror of it that has nothing yet. */
async function setting(more: HostOptions = {}) {
  const [origin, mirror] = await Promise.all([startRegistry(), startRegistry()]);
  const image = await pushImage(origin, { repository: 'acme/shop', tag: '1' });
  const reading = startReading({
    hosts: {
      [origin.host]: { plainHttp: true, mirrors: [mirror.host], ...more },
      [mirror.host]: { plainHttp: true },
    },
  });
  const where = repository(`${origin.host}/acme/shop`);
  return {
    origin,
    mirror,
    image,
    reading,
    where,
    read: (text = image.name) => reading.client.resolve(reference(text), scope()),
    mirrored: () => pushImage(mirror, { repository: 'acme/shop', tag: '1', seed: `acme/shop:1` }),
    asked: () => reading.requests.map(({ host }) => (host === mirror.host ? 'mirror' : 'origin')),
    async [Symbol.asyncDispose]() {
      await reading.client.close();
      await Promise.all([origin.close(), mirror.close()]);
    },
  };
}

describe('a mirror', () => {
  it('is asked first, and told for whom, and the origin is left alone where it knows', async () => {
    await using it = await setting();
    await it.mirrored();
    expect(await it.read(it.image.reference)).toMatchObject({ kind: 'found', value: { digest: it.image.digest } });
    expect(it.asked()).toEqual(['mirror']);
    expect(it.mirror.requests[0]?.path).toBe(
      `/v2/acme/shop/manifests/${it.image.digest}?ns=${encodeURIComponent(it.origin.host)}`,
    );
    await it.read();
    expect(it.asked()).toEqual(['mirror', 'mirror']);
  });

  it('that has nothing proves nothing', async () => {
    await using it = await setting();
    expect(await it.read()).toMatchObject({ kind: 'found', value: { digest: it.image.digest } });
    expect(it.asked()).toEqual(['mirror', 'origin']);
    expect(await it.read(`${it.origin.host}/acme/none:1`)).toEqual({ kind: 'absent' });
  });

  it('that has nothing leaves a gap where the origin is down', async () => {
    await using it = await setting();
    it.origin.faults.add({ kind: 'status', status: 500 });
    expect(await it.read()).toMatchObject({ kind: 'gap', code: 'REGISTRY_ERROR' });
  });

  const faults = [
    { kind: 'status', status: 401 },
    { kind: 'status', status: 403 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 500 },
    { kind: 'drop' },
    { kind: 'truncated' },
    { kind: 'wrong-bytes' },
    { kind: 'endless' },
    { kind: 'redirect', location: 'http://169.254.169.254/' },
    { kind: 'redirect', location: 'https://10.0.0.1/' },
  ] as const;
  for (const fault of faults) {
    it(`that is broken costs nothing but time: ${JSON.stringify(fault)}`, async () => {
      await using it = await setting();
      await it.mirrored();
      it.mirror.faults.add(fault);
      expect(await it.read(it.image.reference)).toMatchObject({ kind: 'found', value: { digest: it.image.digest } });
      expect(it.asked().at(-1)).toBe('origin');
    });
  }

  it('that is silent costs a while only', { timeout: 10_000 }, async () => {
    await using it = await setting();
    it.mirror.faults.add({ kind: 'hang' });
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });

  it('that is silent to the deadline leaves a gap', async () => {
    await using it = await setting();
    it.mirror.faults.add({ kind: 'hang' });
    const read = await it.reading.client.resolve(reference(it.image.name), scope({ signal: AbortSignal.timeout(100) }));
    expect(read).toMatchObject({ kind: 'gap', code: 'DEADLINE_EXCEEDED' });
    expect(it.asked()).toEqual(['mirror']);
  });

  it('never gets the origin’s credentials, and the origin not those of the mirror', async () => {
    await using it = await setting();
    const users = { acme: 'secret' };
    it.origin.authenticate({ scheme: 'basic', users });
    it.mirror.authenticate({ scheme: 'basic', users });
    const asked: string[] = [];
    const keychain = {
      scope: 't',
      credential: async ({ registry, path }: { registry: string; path: string }) => {
        asked.push(`${registry}/${path}`);
        return registry === it.origin.host
          ? ({ kind: 'basic', username: 'acme', password: 'secret' } as const)
          : undefined;
      },
    };
    expect(await it.reading.client.resolve(reference(it.image.name), scope({ keychain }))).toMatchObject({
      kind: 'found',
    });
    expect(asked).toEqual([`${it.mirror.host}/acme/shop`, `${it.origin.host}/acme/shop`]);
    expect(it.mirror.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it('that lists no referrers proves nothing', async () => {
    await using it = await setting();
    await it.mirrored();
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(Buffer.from('{}')), size: 2 },
        layers: [],
        subject: { mediaType: it.image.mediaType, digest: it.image.digest, size: it.image.size },
      }),
    );
    const attached = await it.origin.putManifest(
      'acme/shop',
      sha256(bytes),
      'application/vnd.oci.image.manifest.v1+json',
      bytes,
    );
    const read = await it.reading.client.referrers(it.where, digest(it.image.digest), scope());
    expect(read).toMatchObject({ kind: 'found', value: { descriptors: [{ digest: attached }] } });
  });

  it('is asked for blobs as well, and its bytes are hashed', async () => {
    await using it = await setting();
    const bytes = Buffer.from('a signature');
    const name = await it.origin.putBlob('acme/shop', bytes);
    await it.mirror.putBlob('acme/shop', bytes);
    const blob = { digest: digest(name), size: bytes.length, mediaType: 'text/plain' };
    it.mirror.faults.add({ kind: 'wrong-bytes' }, { after: 1 });
    const ask = () => it.reading.client.blob(it.where, blob, 100, scope());
    expect(await ask()).toMatchObject({ kind: 'found' });
    expect(it.asked()).toEqual(['mirror']);
    expect(await ask()).toMatchObject({ kind: 'found' });
    expect(it.asked()).toEqual(['mirror', 'mirror', 'origin']);
  });

  it('with a name that is none is passed over', async () => {
    await using it = await setting({ mirrors: ['no host:x'] });
    expect(await it.read()).toMatchObject({ kind: 'found' });
  });

  it('whose address is private has to say so in its own entry', async () => {
    await using it = await setting();
    await it.mirrored();
    await using reading = startReading({ hosts: { [it.origin.host]: { plainHttp: true, mirrors: [it.mirror.host] } } });
    expect(await reading.client.resolve(reference(it.image.name), scope())).toMatchObject({ kind: 'found' });
    expect(it.mirror.requests).toEqual([]);
  });
});
