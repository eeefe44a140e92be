import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { pushImage, type Registry, type RegistryOptions, sha256, startRegistry } from '../../support/registry/index.ts';
import { digest, type Reading, repository, scope, startReading } from './reading.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

interface Setting extends AsyncDisposable {
  readonly registry: Registry;
  readonly reading: Reading;
  readonly subject: string;
  readonly list: () => ReturnType<Reading['client']['referrers']>;
}

async function setting(options: RegistryOptions = {}, now = () => new Date()): Promise<Setting> {
  const registry = await startRegistry(options);
  const reading = startReading({ hosts: { [registry.host]: { plainHttp: true } }, now });
  const image = await pushImage(registry, { repository: 'acme/shop' });
  return {
    registry,
    reading,
    subject: image.digest,
    list: () => reading.client.referrers(repository(`${registry.host}/acme/shop`), digest(image.digest), scope()),
    async [Symbol.asyncDispose]() {
      await reading[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

const descriptor = (text: string) => ({ mediaType: manifestType, digest: sha256(Buffer.from(text)), size: 1 });

async function attach({ registry, subject }: Setting, text: string): Promise<string> {
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(Buffer.from('{}')), size: 2 };
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: 'application/vnd.acme',
    config,
    layers: [],
    subject: { mediaType: manifestType, digest: subject, size: 1 },
    annotations: { text },
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return registry.putManifest('acme/shop', sha256(bytes), manifestType, bytes);
}

async function tag({ registry, subject }: Setting, ...texts: string[]): Promise<void> {
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: texts.map(descriptor) }),
  );
  await registry.putManifest('acme/shop', subject.replace(':', '-'), indexType, bytes);
}

describe('the referrers of a digest', () => {
  it('come from the API, with their artifact types', async () => {
    await using it = await setting();
    const one = await attach(it, 'one');
    expect(await it.list()).toMatchObject({
      kind: 'found',
      value: { via: 'referrers', descriptors: [{ digest: one, artifactType: 'application/vnd.acme' }] },
    });
  });

  it('cost two requests at once while the API is unknown, and one afterwards', async () => {
    await using it = await setting();
    await it.list();
    expect(it.reading.methods().sort()).toEqual(['GET manifest', 'GET referrers']);
    it.reading.requests.length = 0;
    await it.list();
    expect(it.reading.methods()).toEqual(['GET referrers']);
  });

  it('A-VER-21: are none where the API lists none, whatever the fallback tag says', async () => {
    await using it = await setting();
    await tag(it, 'stale');
    expect(await it.list()).toEqual({ kind: 'found', value: { descriptors: [], via: 'referrers' } });
  });

  it('come from the fallback tag where the API is not served, each once', async () => {
    await using it = await setting({ referrers: false });
    await tag(it, 'one', 'two', 'one');
    const read = await it.list();
    expect(read).toMatchObject({ value: { via: 'fallback-tag', descriptors: [descriptor('one'), descriptor('two')] } });
  });

  it('are absent where there is neither', async () => {
    await using it = await setting({ referrers: false });
    expect(await it.list()).toEqual({ kind: 'absent' });
  });

  it('are asked by tag only for a while where the API is not served, and then of both again', async () => {
    let now = 1_800_000_000_000;
    await using it = await setting({ referrers: false }, () => new Date(now));
    await it.list();
    it.reading.requests.length = 0;
    await it.list();
    expect(it.reading.methods()).toEqual(['GET manifest']);
    now += limits.referrersMemorySeconds * 1000;
    await it.list();
    expect(it.reading.methods().sort()).toEqual(['GET manifest', 'GET manifest', 'GET referrers']);
  });

  for (const status of [400, 404, 405, 406, 501]) {
    it(`come from the fallback tag where the API answers ${status}`, async () => {
      await using it = await setting();
      await tag(it, 'one');
      it.registry.faults.add({ kind: 'status', status }, { path: /\/referrers\// });
      expect(await it.list()).toMatchObject({ value: { via: 'fallback-tag' } });
    });
  }

  it('come from the fallback tag where the API answers with a page for people', async () => {
    await using it = await setting();
    await tag(it, 'one');
    it.registry.faults.add({ kind: 'content-type', value: 'text/html' }, { path: /\/referrers\// });
    expect(await it.list()).toMatchObject({ value: { via: 'fallback-tag' } });
  });

  const troubles = [
    [500, 'gap', 'REGISTRY_ERROR'],
    [429, 'gap', 'REGISTRY_LIMITED'],
    [401, 'refusal', 'ACCESS_REFUSED'],
    [403, 'refusal', 'ACCESS_REFUSED'],
  ] as const;
  for (const [status, kind, code] of troubles) {
    it(`never come from the fallback tag where the API answers ${status}`, async () => {
      await using it = await setting();
      await tag(it, 'one');
      it.registry.faults.add({ kind: 'status', status }, { path: /\/referrers\// });
      expect(await it.list()).toMatchObject({ kind, code });
    });
  }

  it('are gathered from all pages', async () => {
    await using it = await setting({ referrersPageSize: 2 });
    const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => attach(it, text)));
    const read = await it.list();
    const listed = read.kind === 'found' ? read.value.descriptors.map((one) => one.digest) : [];
    expect([...listed].sort()).toEqual([...all].sort());
    expect(it.reading.methods().filter((method) => method === 'GET referrers')).toHaveLength(3);
  });

  const elsewhere = [
    ['another host', 'https://evil.example/v2/acme/shop/referrers/x'],
    ['another port', 'http://127.0.0.1:1/v2/acme/shop/referrers/x'],
    ['another repository', '/v2/acme/other/referrers/x'],
    ['another part of the host', '/token'],
    ['the same path with a way out of it', '/v2/acme/shop/../../../token'],
  ] as const;
  for (const [name, link] of elsewhere) {
    it(`A-VER-17: are refused where the next page is at ${name}`, async () => {
      await using it = await setting();
      it.registry.faults.add(
        { kind: 'headers', headers: { link: `<${link}>; rel="next"` } },
        { path: /\/referrers\// },
      );
      expect(await it.list()).toMatchObject({ kind: 'refusal', code: 'REDIRECT_REFUSED' });
    });
  }

  it('end where a link leads anywhere but to the next page', async () => {
    await using it = await setting();
    it.registry.faults.add({ kind: 'headers', headers: { link: '<https://evil.example/>; rel="prev"' } });
    expect(await it.list()).toMatchObject({ kind: 'found' });
  });

  it('A-VER-18: are refused in pages without end', async () => {
    await using it = await setting();
    const link = `</v2/acme/shop/referrers/${it.subject}?again>; rel="next"`;
    it.registry.faults.add({ kind: 'headers', headers: { link } }, { path: /\/referrers\// });
    expect(await it.list()).toMatchObject({ kind: 'refusal', code: 'LIMIT_REFERRERS' });
    expect(it.reading.methods().filter((method) => method === 'GET referrers')).toHaveLength(limits.referrersPages);
  });

  it('are refused where a later page is missing', async () => {
    await using it = await setting({ referrersPageSize: 1 });
    await attach(it, 'one');
    await attach(it, 'two');
    it.registry.faults.add({ kind: 'status', status: 404 }, { path: /referrers.*from=/ });
    expect(await it.list()).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' });
  });

  for (const count of [limits.referrers + 1, limits.indexEntries + 1, 100_000]) {
    it(`are refused where there are ${count} of them`, async () => {
      await using it = await setting();
      const manifests = Array.from({ length: count }, (_, at) => descriptor(`${at}`));
      const bytes = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
      it.registry.faults.add({ kind: 'wrong-bytes', bytes }, { path: /\/referrers\// });
      const code = bytes.length > limits.manifestBytes ? 'LIMIT_BYTES' : 'LIMIT_REFERRERS';
      expect(await it.list()).toMatchObject({ kind: 'refusal', code });
    });
  }

  it('are refused where the fallback tag lists too many, or names an image', async () => {
    await using it = await setting({ referrers: false });
    await tag(it, ...Array.from({ length: limits.referrers + 1 }, (_, at) => `${at}`));
    expect(await it.list()).toMatchObject({ kind: 'refusal', code: 'LIMIT_REFERRERS' });
    it.registry.moveTag('acme/shop', it.subject.replace(':', '-'), it.subject);
    expect(await it.list()).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' });
  });

  it('are refused where the API answers with an image', async () => {
    await using it = await setting();
    const manifest = { schemaVersion: 2, mediaType: manifestType, config: descriptor('c'), layers: [] };
    it.registry.faults.add({ kind: 'wrong-bytes', bytes: JSON.stringify(manifest) }, { path: /\/referrers\// });
    expect(await it.list()).toMatchObject({ kind: 'refusal', code: 'MANIFEST_MALFORMED' });
  });
});
