import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegistryClient } from '../../../evidence/registry/client.ts';
import { pushImage, type Registry, startRegistry } from '../../support/registry/index.ts';
import { digest, type Reading, reference, scope, startReading } from './reading.ts';

let registry: Registry;
let reading: Reading;
let client: RegistryClient;

beforeEach(async () => {
  registry = await startRegistry();
  reading = startReading({ hosts: { [registry.host]: { plainHttp: true } } });
  ({ client } = reading);
});

afterEach(async () => {
  await client.close();
  await registry.close();
});

const known = (...digests: readonly string[]) => scope({ isKnown: (one) => digests.includes(one) });

describe('resolving a reference', () => {
  it('hashes what a tag names, in one request', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    const read = await client.resolve(reference(image.name), scope());
    expect(read).toMatchObject({ kind: 'found', value: { digest: image.digest, mediaType: image.mediaType } });
    expect(read.kind === 'found' && read.value.parsed?.kind).toBe('manifest');
    expect(reading.methods()).toEqual(['GET manifest']);
  });

  it('reads the index of several platforms', async () => {
    const image = await pushImage(registry, {
      repository: 'acme/shop',
      tag: '1',
      platforms: ['linux/amd64', 'linux/arm64/v8'],
    });
    const read = await client.resolve(reference(image.name), scope());
    const parsed = read.kind === 'found' ? read.value.parsed : undefined;
    expect(parsed?.kind === 'index' && parsed.manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ]);
  });

  it('is content with the name of a digest that is known, once the tag was resolved here', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    await client.resolve(reference(image.name), scope());
    const again = await client.resolve(reference(image.name), known(image.digest));
    expect(again).toEqual({ kind: 'found', value: { digest: image.digest, parsed: undefined } });
    expect(reading.methods()).toEqual(['GET manifest', 'HEAD manifest']);
  });

  it('reads the bytes where a moved tag names a digest that is not known', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    await client.resolve(reference(image.name), scope());
    const other = await pushImage(registry, { repository: 'acme/shop', tag: '1', seed: 'other' });
    const read = await client.resolve(reference(image.name), known(image.digest));
    expect(read).toMatchObject({ kind: 'found', value: { digest: other.digest } });
    expect(reading.methods()).toEqual(['GET manifest', 'HEAD manifest', 'GET manifest']);
  });

  it('asks nobody about a digest that is known', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop' });
    const read = await client.resolve(reference(image.reference), known(image.digest));
    expect(read).toMatchObject({ kind: 'found', value: { digest: image.digest } });
    expect(reading.requests).toEqual([]);
  });

  it('A-REF-2: does not believe a registry that names another digest than that of the bytes', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    registry.faults.add({ kind: 'wrong-digest-header' });
    const read = await client.resolve(reference(image.name), scope());
    expect(read).toMatchObject({ kind: 'found', value: { digest: image.digest } });
  });

  it('proves absence by the origin', async () => {
    expect(await client.resolve(reference(`${registry.host}/acme/none:1`), scope())).toEqual({ kind: 'absent' });
  });
});

describe('reading by digest', () => {
  it('A-REF-2: refuses a manifest of other bytes', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop' });
    registry.faults.add({ kind: 'wrong-bytes' });
    const read = await client.resolve(reference(image.reference), scope());
    expect(read).toMatchObject({ kind: 'refusal', code: 'DIGEST_MISMATCH' });
  });

  it('reads a blob of the size that was said', async () => {
    const bytes = Buffer.from('a signature');
    const name = digest(await registry.putBlob('acme/shop', bytes));
    const { repository } = reference(`${registry.host}/acme/shop`);
    const blob = { digest: name, size: bytes.length, mediaType: 'text/plain' };
    const read = await client.blob(repository, blob, 100, scope());
    expect(read.kind === 'found' && Buffer.from(read.value).toString()).toBe('a signature');
  });

  it('does not even ask for a blob above the bound', async () => {
    const bytes = Buffer.alloc(101);
    const name = digest(await registry.putBlob('acme/shop', bytes));
    const { repository } = reference(`${registry.host}/acme/shop`);
    const read = await client.blob(repository, { digest: name, size: 101, mediaType: 'text/plain' }, 100, scope());
    expect(read).toMatchObject({ kind: 'refusal', code: 'LIMIT_BYTES' });
    expect(reading.requests).toEqual([]);
  });

  it('refuses a blob of other bytes, and one that is longer or shorter than was said', async () => {
    const bytes = Buffer.from('a signature');
    const name = digest(await registry.putBlob('acme/shop', bytes));
    const { repository } = reference(`${registry.host}/acme/shop`);
    const ask = (size: number) =>
      client.blob(repository, { digest: name, size, mediaType: 'text/plain' }, 100, scope());
    expect(await ask(bytes.length - 1)).toMatchObject({ kind: 'refusal', code: 'DIGEST_MISMATCH' });
    registry.faults.add({ kind: 'wrong-bytes', bytes: 'a signa' });
    expect(await ask(bytes.length)).toMatchObject({ kind: 'refusal', code: 'DIGEST_MISMATCH' });
  });
});

describe('A-VER-18: faults of a registry', () => {
  const outcomes = [
    ['an error', { kind: 'status', status: 500 }, 'gap', 'REGISTRY_ERROR'],
    ['too many requests', { kind: 'status', status: 429 }, 'gap', 'REGISTRY_LIMITED'],
    ['a refusal with 401', { kind: 'status', status: 401 }, 'refusal', 'ACCESS_REFUSED'],
    ['a refusal with 403', { kind: 'status', status: 403 }, 'refusal', 'ACCESS_REFUSED'],
    ['a status that means nothing here', { kind: 'status', status: 418 }, 'gap', 'REGISTRY_MISCONFIGURED'],
    ['half of the bytes', { kind: 'truncated' }, 'gap', 'REGISTRY_ERROR'],
    ['bytes without end', { kind: 'endless' }, 'refusal', 'LIMIT_BYTES'],
    ['a length above the bound', { kind: 'content-length', value: 1e9 }, 'refusal', 'LIMIT_BYTES'],
    ['silence', { kind: 'hang' }, 'gap', 'DEADLINE_EXCEEDED'],
    ['a trickle', { kind: 'slow', bytesPerSecond: 20 }, 'gap', 'DEADLINE_EXCEEDED'],
    ['a closed connection', { kind: 'drop' }, 'gap', 'REGISTRY_UNREACHABLE'],
    ['encoded content', { kind: 'headers', headers: { 'content-encoding': 'gzip' } }, 'gap', 'REGISTRY_MISCONFIGURED'],
  ] as const;
  for (const [name, fault, kind, code] of outcomes) {
    it(`end in ${code} for ${name}`, async () => {
      const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
      registry.faults.add(fault);
      const limited = scope({ signal: AbortSignal.timeout(code === 'DEADLINE_EXCEEDED' ? 300 : 5000) });
      expect(await client.resolve(reference(image.name), limited)).toMatchObject({ kind, code });
    });
  }

  it('end in REGISTRY_UNREACHABLE where nobody listens', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    await registry.close();
    expect(await client.resolve(reference(image.name), scope())).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    registry = await startRegistry();
  });

  it('are forgiven once where the connection was closed under way', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    registry.faults.add({ kind: 'drop' }, { times: 1 });
    expect(await client.resolve(reference(image.name), scope())).toMatchObject({ kind: 'found' });
  });

  it('are not read to the end: what an error says is of no use', async () => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: '1' });
    registry.faults.add({ kind: 'status', status: 404 });
    registry.faults.add({ kind: 'endless' });
    expect(await client.resolve(reference(image.name), scope())).toEqual({ kind: 'absent' });
  });

  it('are not even met where the deadline has passed', async () => {
    const late = scope({ signal: AbortSignal.abort() });
    const read = await client.resolve(reference(`${registry.host}/acme/shop:1`), late);
    expect(read).toMatchObject({ kind: 'gap', code: 'DEADLINE_EXCEEDED' });
    expect(registry.requests).toEqual([]);
  });
});
