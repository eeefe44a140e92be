import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../policies/index.ts';
import { pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { type Corridor, openCorridor } from '../support/shop/corridor.ts';
import { deployment, pod, publishShop, type Shop, shopConfiguration, shopPolicies } from '../support/shop/index.ts';
import { createSigstore, githubWorkflow, signImage, type Sigstore } from '../support/sigstore/index.ts';

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());
beforeEach(() => registry.faults.clear());

const open = (): Corridor =>
  openCorridor({
    configuration: shopConfiguration(registry.host),
    policies: shopPolicies(registry.host, shop).replaceAll(
      '  signatures:',
      '  onUnavailable: AllowIfPreviouslyVerified\n  previouslyVerifiedMaxAge: 1h\n  signatures:',
    ),
    files: { 'trusted_root.json': sigstore.trustedRoot },
  });

const codes = ({ findings }: Decision): string[] => findings.map(({ effect, code }) => `${effect} ${code}`);
const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);
const stop = () => registry.faults.add({ kind: 'status', status: 503 });

describe('AllowIfPreviouslyVerified', () => {
  it('admits during an outage a digest that was proven within the age, and warns with both times', async () => {
    await using corridor = open();
    const object = pod('p', [shop.images.shop.reference]);
    expect((await corridor.judge(object)).findings).toEqual([]);
    stop();
    const decision = await corridor.judge(object, { now: minutes(50) });
    expect(decision.allowed).toBe(true);
    expect(codes(decision)).toEqual(['warn REGISTRY_ERROR']);
    expect(decision.findings[0]?.found).toMatch(
      /; this digest was proven at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, and still is by today's trust$/,
    );
  });

  it('denies when the proof is older', async () => {
    await using corridor = open();
    const object = pod('p', [shop.images.shop.reference]);
    await corridor.judge(object);
    stop();
    expect(codes(await corridor.judge(object, { now: minutes(70) }))).toEqual(['deny REGISTRY_ERROR']);
  });

  it('denies what was never proven', async () => {
    await using corridor = open();
    stop();
    expect(codes(await corridor.judge(pod('p', [shop.images.shop.reference])))).toEqual(['deny REGISTRY_ERROR']);
  });

  it('denies what was looked at and not proven', async () => {
    await using corridor = open();
    const object = pod('p', [shop.images.stranger.reference]);
    expect(codes(await corridor.judge(object))).toEqual(['deny SIGNER_NOT_ACCEPTED']);
    stop();
    expect(codes(await corridor.judge(object, { now: minutes(5) }))).toEqual(['deny REGISTRY_ERROR']);
  });

  it('denies a tag, which may have moved', async () => {
    await using corridor = open();
    const object = deployment('d', [shop.images.shop.name]);
    expect((await corridor.judge(object)).allowed).toBe(true);
    stop();
    expect(codes(await corridor.judge(object, { now: minutes(5) }))).toEqual(['deny REGISTRY_ERROR']);
  });

  for (const status of [401, 403]) {
    it(`denies on ${status}, and on an outage after it`, async () => {
      await using corridor = open();
      const object = pod('p', [shop.images.shop.reference]);
      await corridor.judge(object);
      const remove = registry.faults.add({ kind: 'status', status });
      expect(codes(await corridor.judge(object, { now: minutes(5) }))).toEqual(['deny ACCESS_REFUSED']);
      remove();
      stop();
      expect(codes(await corridor.judge(object, { now: minutes(6) }))).toEqual(['deny REGISTRY_ERROR']);
    });
  }

  it('A-VER-21: denies what lost its signature before the outage', async () => {
    await using corridor = open();
    const object = pod('p', [shop.images.shop.reference]);
    await corridor.judge(object);
    const remove = registry.faults.add({ kind: 'status', status: 404 }, { path: /referrers|sha256-/ });
    expect(codes(await corridor.judge(object, { now: minutes(5) }))).toEqual(['deny NO_SIGNATURE']);
    remove();
    stop();
    expect(codes(await corridor.judge(object, { now: minutes(6) }))).toEqual(['deny REGISTRY_ERROR']);
  });

  it('and its age go together', () => {
    const policies = (line: string): string =>
      shopPolicies(registry.host, shop).replaceAll('  signatures:', `${line}\n  signatures:`);
    const load = (line: string) =>
      openCorridor({
        configuration: shopConfiguration(registry.host),
        policies: policies(line),
        files: { 'trusted_root.json': sigstore.trustedRoot },
      });
    expect(() => load('  onUnavailable: AllowIfPreviouslyVerified')).toThrow('FIELD_MISSING');
    expect(() => load('  previouslyVerifiedMaxAge: 1h')).toThrow('FIELD_MISSING');
    expect(() => load('  onUnavailable: AllowIfPreviouslyVerified\n  previouslyVerifiedMaxAge: 0h')).toThrow(
      'FIELD_WRONG',
    );
  });
});

describe('an index of which one platform cannot be asked about', () => {
  const workflow = (app: string) =>
    sigstore.keyless(githubWorkflow({ repository: `acme/${app}`, workflow: 'release.yml', ref: 'refs/tags/v1' }));
  const platforms = ['linux/amd64', 'linux/arm64'] as const;
  const silence = (digest = '') =>
    registry.faults.add(
      { kind: 'status', status: 503 },
      { path: new RegExp(`(referrers/|/)${digest.replace(':', '[:-]')}`) },
    );

  it('is denied where another is surely not signed, though the policy lets outages pass', async () => {
    const image = await pushImage(registry, { repository: 'acme/half', tag: '1', platforms });
    await signImage({
      registry,
      repository: 'acme/half',
      digest: image.platforms['linux/amd64']!,
      format: 'bundle',
      as: workflow('half'),
    });
    await using lenient = openCorridor({
      configuration: shopConfiguration(registry.host),
      policies: shopPolicies(registry.host, shop).replaceAll('  signatures:', '  onUnavailable: Warn\n  signatures:'),
      files: { 'trusted_root.json': sigstore.trustedRoot },
    });
    silence(image.platforms['linux/amd64']);
    expect(codes(await lenient.judge(deployment('d', [image.reference])))).toEqual(['deny NO_SIGNATURE']);
  });

  it('is denied where that one was never proven, though another was', async () => {
    const image = await pushImage(registry, { repository: 'acme/once', tag: '1', platforms });
    for (const digest of Object.values(image.platforms))
      await signImage({ registry, repository: 'acme/once', digest, format: 'bundle', as: workflow('once') });
    await using corridor = open();
    const proven = `${registry.host}/acme/once@${image.platforms['linux/amd64']}`;
    expect(codes(await corridor.judge(pod('p', [proven])))).toEqual([]);
    for (const digest of Object.values(image.platforms)) silence(digest);
    expect(codes(await corridor.judge(pod('p', [proven]), { now: minutes(5) }))).toEqual(['warn REGISTRY_ERROR']);
    expect(codes(await corridor.judge(pod('p', [image.reference]), { now: minutes(5) }))).toEqual([
      'deny REGISTRY_ERROR',
    ]);
  });
});
