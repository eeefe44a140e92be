import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answerBundleRequest, type BundleRequest } from '../../../evidence/attestation/verify-bundle.ts';
import { bytesOf, corpusHas, folders, textOf } from './corpus.ts';

const suite = 'sigstore/bundle-verify';
const here = corpusHas(suite);

describe.skipIf(!here)('the sigstore-conformance cases', () => {
  for (const name of here ? folders(suite) : []) {
    const expected = name.endsWith('_fail') ? 'refuses' : 'accepts';
    for (const given of ['path', 'digest'] as const) {
      it(`${expected} ${name}, the artifact given as ${given}`, () => {
        const answer = answerBundleRequest(request(name, given));
        expect(answer.kind === 'accepted', JSON.stringify('detail' in answer ? [answer.kind, answer.detail] : '')).toBe(
          expected === 'accepts',
        );
      });
    }
  }
});

function request(name: string, given: 'path' | 'digest'): BundleRequest {
  const artifact =
    textOf(suite, name, 'artifact') === undefined ? bytesOf(suite, 'a.txt') : bytesOf(suite, name, 'artifact');
  const key = textOf(suite, name, 'key.pub');
  const root = textOf(suite, name, 'trusted_root.json') ?? textOf('sigstore/public-good-trusted-root.json');
  return {
    bundle: bytesOf(suite, name, 'bundle.sigstore.json'),
    signer:
      key === undefined
        ? {
            kind: 'identity',
            subject:
              textOf(suite, name, 'identity')?.trim() ??
              'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
            issuer: textOf(suite, name, 'issuer')?.trim() ?? 'https://token.actions.githubusercontent.com',
          }
        : { kind: 'key', pem: key },
    ...(root === undefined ? {} : { trustedRoot: root }),
    artifact: given === 'path' ? artifact : `sha256:${createHash('sha256').update(artifact).digest('hex')}`,
  };
}
