import { describe, expect, it } from 'vitest';
import { gap } from '../../../evidence/outcome.ts';
import { type KeyFetcher, loadKey, parseKeyReference } from '../../../evidence/trust/kms.ts';
import { publicPem } from '../../support/sigstore/index.ts';
import { key, keyTrust } from '../attestation/world.ts';

const { signal } = new AbortController();

const referenceTo = (uri: string) => {
  const reference = parseKeyReference(uri);
  if (reference.kind === 'problem') throw new Error(reference.detail);
  return reference;
};

describe('a key in a key management service', () => {
  it("is named by cosign's URIs", () => {
    for (const uri of [
      'awskms:///alias/release',
      'awskms://localhost:4566/1234abcd-12ab-34cd-56ef-1234567890ab',
      'awskms:///arn:aws:kms:us-east-2:111122223333:key/1234abcd',
      'gcpkms://projects/acme/locations/global/keyRings/ci/cryptoKeys/release',
      'gcpkms://projects/acme/locations/global/keyRings/ci/cryptoKeys/release/versions/2',
      'gcpkms://projects/acme/locations/global/keyRings/ci/cryptoKeys/release/cryptoKeyVersions/2',
      'azurekms://acme.vault.azure.net/release',
      'azurekms://acme/release/0123abcd',
      'hashivault://release',
    ]) {
      expect(referenceTo(uri)).toMatchObject({ uri, service: uri.split(':')[0] });
    }
  });

  it('is refused under other schemes and in other shapes', () => {
    for (const uri of [
      'pkcs11:x',
      'k8s://a/b',
      'https://x/y',
      '',
      'awskms',
      'hashivault://a/b',
      'gcpkms://projects/x',
      'azurekms://x',
      'awskms://h/a\nb',
    ]) {
      expect(parseKeyReference(uri)).toMatchObject({ kind: 'problem' });
    }
    expect(parseKeyReference('k8s://a/b')).toMatchObject({
      detail: expect.stringMatching(/^a key of "k8s"; expected awskms:/) as string,
    });
  });

  it('is refused with a sentence where no fetcher was given', async () => {
    const outcome = await loadKey(referenceTo('hashivault://release'), [], signal);
    expect(outcome).toMatchObject({
      kind: 'problem',
      detail: expect.stringMatching(
        /^keys of hashivault are not fetched by this build; export .*hashivault:\/\/release/,
      ) as string,
    });
  });

  it('is trusted as its fetcher brings it, and a gap stays a gap', async () => {
    const fetcher = (answer: Awaited<ReturnType<KeyFetcher['fetch']>>): KeyFetcher => ({
      service: 'hashivault',
      fetch: () => Promise.resolve(answer),
    });
    const reference = referenceTo('hashivault://release');
    const pem = publicPem(key.publicKey);
    expect(await loadKey(reference, [fetcher({ kind: 'found', value: { pem } })], signal)).toMatchObject({
      id: keyTrust.id,
    });
    const bound = await loadKey(reference, [fetcher({ kind: 'found', value: { pem, hash: 'sha512' } })], signal);
    expect(bound).toMatchObject({ kind: 'trust' });
    expect(bound).not.toMatchObject({ id: keyTrust.id });
    const elsewhere: KeyFetcher = { service: 'awskms', fetch: () => expect.unreachable('asked the wrong service') };
    expect(await loadKey(reference, [elsewhere, fetcher({ kind: 'found', value: { pem } })], signal)).toMatchObject({
      id: keyTrust.id,
    });
    const down = gap('TRUST_UNAVAILABLE', 'vault answered 503');
    expect(await loadKey(reference, [fetcher(down)], signal)).toBe(down);
    expect(await loadKey(reference, [fetcher({ kind: 'found', value: { pem: 'x' } })], signal)).toMatchObject({
      kind: 'problem',
    });
  });
});
