import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, startRegistry } from '../support/registry/index.ts';
import { signImage } from '../support/sigstore/index.ts';
import { createTlsAuthority } from '../support/tls/index.ts';
import { type Verdict, verifyAs } from './assay.ts';
import { identity, openWorkshop, type Workshop } from './workshop.ts';

let workshop: Workshop;
let registry: Registry;
let image: PublishedImage;

beforeAll(async () => {
  workshop = await openWorkshop();
  const authority = createTlsAuthority();
  writeFileSync(join(workshop.folder, 'ca.pem'), authority.ca);
  registry = await startRegistry({ tls: authority.server() });
  image = await pushImage(registry, { repository: 'acme/secret', tag: 'v1', docker: true, platforms: ['linux/amd64'] });
  const as = workshop.sigstore.keyless(identity);
  await signImage({ registry, repository: 'acme/secret', digest: image.digest, as, format: 'bundle' });
});

afterAll(async () => {
  await registry.close();
  await workshop.stop();
});

/** Verifies with credentials in a docker config.json and a configuration that names the registry's CA. */
function verifyWith(password: string | undefined, knowsAuthority = true): Promise<Verdict> {
  const host = { host: registry.host, allowPrivateAddresses: true, ...(knowsAuthority ? { caFile: 'ca.pem' } : {}) };
  const configuration = { apiVersion: 'assay.dev/v1alpha1', kind: 'Configuration', registries: { hosts: [host] } };
  const file = join(workshop.folder, 'configuration.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const docker = join(workshop.folder, `docker-${password ?? 'nobody'}`);
  mkdirSync(docker, { recursive: true });
  const auth = Buffer.from(`ann:${password}`).toString('base64');
  const auths = password === undefined ? {} : { [registry.host]: { auth } };
  writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths }));
  const args = [`--config=${file}`, ...workshop.flagsFor({ identity }), image.name];
  return verifyAs(args, { DOCKER_CONFIG: docker });
}

for (const scheme of ['basic', 'bearer'] as const) {
  describe(`a registry with TLS of its own CA and ${scheme} authentication`, () => {
    beforeAll(() => {
      registry.authenticate({ scheme, users: { ann: 'secret' }, refusal: 403 });
    });

    it('lets those in who have the password', async () => {
      const { exit, report } = await verifyWith('secret');
      expect(report).toMatchObject({ admitted: true, digest: image.digest, entities: [{ state: 'accepted' }] });
      expect(exit).toBe(0);
    });

    it('keeps those out who have none, or a wrong one, which is no outage', async () => {
      for (const password of [undefined, 'guess']) {
        const { exit, report } = await verifyWith(password);
        expect(report).toMatchObject({ admitted: false, gaps: [], violations: [{ code: 'ACCESS_REFUSED' }] });
        expect(exit).toBe(1);
      }
    });
  });
}

describe('a registry whose CA is not known', () => {
  it('is not asked, and what cannot be asked is not admitted', async () => {
    registry.clearRequests();
    const { exit, report } = await verifyWith('secret', false);
    expect(report.admitted).toBe(false);
    expect(report.gaps.length).toBeGreaterThan(0);
    expect(exit).not.toBe(0);
    expect(registry.requests).toEqual([]);
  });
});
