import { expect, it } from 'vitest';
import { recogniseForeign } from '../../../evidence/attestation/foreign.ts';

it('names signatures of the Notary Project, and nothing that is verified', () => {
  expect(recogniseForeign('application/vnd.cncf.notary.signature')).toEqual({
    kind: 'rejection',
    code: 'FORMAT_UNSUPPORTED',
    detail: 'a signature of the Notary Project, which is not verified here',
  });
  expect(recogniseForeign('application/cose')?.detail).toMatch(/COSE/);
  expect(recogniseForeign('application/vnd.dev.sigstore.bundle.v0.3+json')).toBeUndefined();
});
