import type { Digest, ImageNeed, Repository } from '../../evidence/index.ts';
import type { Known } from '../known.ts';
import type { RuleOutcome, Violation } from '../rule.ts';
import type { ImageUse } from '../workload.ts';

/** The digest that is judged, or why there is none (yet). An explicit digest wins over any tag, wherever that points. */
export type SubjectDigest =
  | { readonly kind: 'digest'; readonly digest: Digest; readonly repository: Repository; readonly index?: true }
  | Exclude<RuleOutcome, { kind: 'passed' }>;

export function digestOf(use: ImageUse, known: Known): SubjectDigest {
  const { reference } = use;
  const expected = 'an image that the registry has';
  if ('kind' in reference) return unread(reference.code, reference.detail);
  const { repository } = reference;
  if (reference.digest !== undefined) return { kind: 'digest', digest: reference.digest, repository };
  const need: ImageNeed = { kind: 'image', reference };
  const read = known.image(need);
  switch (read?.kind) {
    case undefined:
      return { kind: 'needs', needs: [need] };
    case 'found':
      return {
        kind: 'digest',
        digest: read.value.digest,
        repository,
        ...(read.value.kind === 'index' ? { index: true } : {}),
      };
    case 'absent':
      return refuse('TAG_NOT_FOUND', 'the registry has no such tag', expected);
    case 'gap':
      return { kind: 'undecided', gap: read, expected };
    case 'refusal':
      return refuse(read.code, read.detail, expected);
  }
}

type Code = Violation['code'];

const unread = (code: Code, found: string): SubjectDigest =>
  refuse(code, found, 'a reference such as ghcr.io/acme/shop:1.4.2');

function refuse(code: Code, found: string, expected: string): SubjectDigest {
  return { kind: 'violated', violation: { code, found, expected }, judgements: [] };
}
