import type { PlatformsNeed } from '../../evidence/index.ts';
import { type Revocation, revocationRuleName } from '../revocation.ts';
import { type ImageRule, passed, violated } from '../rule.ts';
import { digestOf } from './digest.ts';

/** `revocation`: neither the image nor anything that a node could choose from it is revoked. */
export const revocationRule = ({ digests, reason }: Revocation): ImageRule => ({
  scope: 'image',
  name: revocationRuleName,
  evaluate({ use }, known) {
    const subject = digestOf(use, known);
    // Nothing can be pulled that is not there; what is refused to us may still be shown to the node.
    if (subject.kind === 'violated' && subject.violation.code === 'TAG_NOT_FOUND') return passed();
    if (subject.kind !== 'digest') return subject;
    const { repository, digest } = subject;
    const revoked = (found: string) =>
      violated({
        code: 'REVOKED',
        found: `${found} is revoked: ${reason}`,
        expected: 'an image that is not revoked',
        remedy: 'deploy a build that is not',
      });
    if (digests.has(digest)) return revoked('the image');
    const need: PlatformsNeed = { kind: 'platforms', repository, digest };
    const read = known.platforms(need);
    switch (read?.kind) {
      case undefined:
        return { kind: 'needs', needs: [need] };
      case 'gap':
        return { kind: 'undecided', gap: read, expected: 'the platforms of an image while there are revocations' };
      case 'absent':
        return passed();
      case 'refusal':
        return violated({ code: read.code, found: read.detail, expected: 'an image that can be read' });
      case 'found': {
        const platform = read.value.runnable.find((one) => digests.has(one.digest));
        return platform === undefined ? passed() : revoked(`its manifest ${platform.digest.slice(0, 19)}`);
      }
    }
  },
});
