import type { Digest } from './image/digest.ts';
import type { Repository } from './image/reference.ts';
import type { Candidate } from './need.ts';
import type { Gap, Refusal } from './outcome.ts';
import type { Sought } from './part.ts';
import { referredBundles } from './referred.ts';
import type { RegistryClient, RequestScope } from './registry/client.ts';
import { taggedLayers } from './tagged.ts';

/**
 * Gathers everything that claims to sign a digest, or to attest something of it: bundles through the referrers API or its fallback tag, and
 * cosign's `.sig` or `.att` tag. Both are asked at once, so that no format costs more time than another, and neither replaces the other.
 */
export async function discover(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  scope: RequestScope,
  sought: Sought,
): Promise<Discovery> {
  const [referred, tagged] = await Promise.all([
    referredBundles(client, repository, digest, scope, sought),
    taggedLayers(client, repository, digest, scope, sought),
  ]);
  const parts = [referred, tagged].flat();
  const refused = parts.find((part) => part.kind === 'refusal');
  if (refused?.kind === 'refusal') return refused;
  const candidates = parts.flatMap((part) => (part.kind === 'candidate' ? [part.candidate] : []));
  const missing = parts.find((part) => part.kind === 'gap');
  return { kind: 'discovered', candidates, ...(missing?.kind === 'gap' ? { missing } : {}) };
}

/** What was found; `missing` says that there may be more. A refusal taints the whole. */
export type Discovery =
  | { readonly kind: 'discovered'; readonly candidates: readonly Candidate[]; readonly missing?: Gap }
  | Refusal;
