import { expect, it } from 'vitest';
import { recogniseForeign } from '../../../evidence/attestation/foreign.ts';
import { discover } from '../../../evidence/discover.ts';
import { absent, found } from '../../../evidence/outcome.ts';
import { otherImage, subject } from './world.ts';

type Registry = Parameters<typeof discover>[0];

it('names signatures of the Notary Project, and nothing that is verified', () => {
  expect(recogniseForeign('application/vnd.cncf.notary.signature')).toEqual({
    kind: 'rejection',
    code: 'FORMAT_UNSUPPORTED',
    detail: 'a signature of the Notary Project, which is not verified here',
  });
  expect(recogniseForeign('application/cose')?.detail).toMatch(/COSE/);
  expect(recogniseForeign('application/vnd.dev.sigstore.bundle.v0.3+json')).toBeUndefined();
});

it('is found beside the signatures of an image, without another request', async () => {
  const listed = {
    artifactType: 'application/vnd.cncf.notary.signature',
    digest: otherImage.digest,
    annotations: {},
    mediaType: '',
    size: 1,
  };
  const registry = {
    referrers: () => Promise.resolve(found({ descriptors: [listed], via: 'referrers' })),
    tagged: () => Promise.resolve(absent),
  } as unknown as Registry;
  const keychain = {} as Parameters<typeof discover>[3]['keychain'];
  const { signal } = new AbortController();
  const repository = {} as Parameters<typeof discover>[1];
  expect(
    await discover(registry, repository, subject.digest, { signal, keychain }, { kind: 'signatures' }),
  ).toMatchObject({
    kind: 'discovered',
    candidates: [{ source: { via: 'referrers', manifest: otherImage.digest }, entity: { code: 'FORMAT_UNSUPPORTED' } }],
  });
});
