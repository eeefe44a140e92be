import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { RefreshedTrust, staleness, type TrustRepository } from '../../../evidence/trust/refresh.ts';
import { publicGoodRoot } from '../../../evidence/trust/root.ts';
import { createSigstore } from '../../support/sigstore/index.ts';
import { now, root, sigstore } from '../attestation/world.ts';
import { startTufRepository, type TufRepository } from './tuf-repository.ts';

const later = new Date(now.getTime() + 3_600_000);

describe('trust that is renewed from a TUF repository', () => {
  let tuf: TufRepository;
  let repository: TrustRepository;

  beforeEach(async () => {
    tuf = await startTufRepository();
    repository = { name: 'test', mirror: `${tuf.url}/`, rootFile: tuf.rootFile, cache: tuf.cache };
  });
  afterEach(() => tuf.close());

  it('is as of its last renewal, and renewed only when somebody asks', async () => {
    tuf.publish(sigstore.trustedRoot);
    const trust = new RefreshedTrust(repository);
    expect(trust.current).toBeUndefined();
    expect(tuf.asked).toEqual([]);
    expect(await trust.refresh(now)).toMatchObject({ asOf: now, material: { id: root.id } });
    expect(trust.current).toMatchObject({ asOf: now });
    const other = createSigstore({ now: () => now }).trustedRoot;
    tuf.publish(other, { version: 2 });
    expect(await trust.refresh(later)).toMatchObject({ asOf: later });
    expect(trust.current?.material.id).not.toBe(root.id);
  });

  it('asks once for all who ask meanwhile', async () => {
    tuf.publish(sigstore.trustedRoot);
    const trust = new RefreshedTrust(repository);
    const [one, two] = await Promise.all([trust.refresh(now), trust.refresh(later)]);
    expect(one).toBe(two);
    expect(tuf.asked.filter((path) => path === '/timestamp.json')).toHaveLength(1);
  });

  const failures: readonly (readonly [string, RegExp, (tuf: TufRepository) => unknown])[] = [
    [
      'an older version (rollback)',
      /version 2 is less than current version 5/,
      (mirror) => mirror.publish('{}', { version: 2 }),
    ],
    [
      'expired metadata',
      /expired/,
      (mirror) => mirror.publish('{}', { version: 6, expires: new Date('2020-01-01T00:00:00Z') }),
    ],
    [
      'metadata signed by somebody else',
      /signed by 0\/1 keys/,
      (mirror) => mirror.publish('{}', { version: 6, signedBy: generateKeyPairSync('ed25519').privateKey }),
    ],
    [
      'another file than was signed',
      /Expected hash/,
      (mirror) => mirror.publish('{"a":1}', { version: 6, served: '{"b":2}' }),
    ],
    ['a root that does not parse', /mediaType is not/, (mirror) => mirror.publish('{"mediaType":"x"}', { version: 6 })],
    ['no answer', /was not renewed from/, (mirror) => mirror.close()],
  ];
  for (const [name, words, fail] of failures) {
    it(`A-VER-20: keeps the last good one on ${name}`, async () => {
      tuf.publish(sigstore.trustedRoot, { version: 5 });
      const trust = new RefreshedTrust(repository);
      await trust.refresh(now);
      await fail(tuf);
      const outcome = await trust.refresh(later);
      expect(outcome).toMatchObject({
        kind: 'gap',
        code: 'TRUST_UNAVAILABLE',
        detail: expect.stringMatching(words) as string,
      });
      expect(trust.current).toMatchObject({ asOf: now, material: { id: root.id } });
    }, 60_000);
  }

  it('gives up on a mirror that takes the request and never answers', async () => {
    tuf.publish(sigstore.trustedRoot);
    tuf.hang();
    const trust = new RefreshedTrust(repository);
    const from = performance.now();
    expect(await trust.refresh(now)).toMatchObject({ kind: 'gap', code: 'TRUST_UNAVAILABLE' });
    expect(performance.now() - from).toBeLessThan(limits.trustFetchMilliseconds * 3);
  }, 30_000);

  it('starts from what came with the program, and says so when that is old', () => {
    const { material, published } = publicGoodRoot();
    const trust = new RefreshedTrust(repository, { material, asOf: published });
    expect(trust.current?.material.id).toBe(material.id);
    const after = (days: number): Date => new Date(published.getTime() + days * 86_400_000);
    expect(staleness({ material, asOf: published }, after(89))).toBeUndefined();
    expect(staleness({ material, asOf: published }, after(90))).toMatch(
      /^trust in public-good root .* is 90 days old; refresh it/,
    );
  });
});
