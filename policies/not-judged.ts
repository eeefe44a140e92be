import type { UnmatchedImages } from './decide.ts';
import type { Finding } from './decision.ts';
import { present } from './present.ts';
import type { NotJudged } from './workload.ts';

/**
 * What of an object was not judged, said instead of passed over. It never denies by itself: what a place may hold that is no image, a rule
 * over the object can say. What is judged later, where it arrives as a Pod, goes to the audit log only.
 */
export function notJudgedFinding(place: NotJudged, unmatched: UnmatchedImages): Finding {
  const { code, field, text, why, remedy } = place;
  return present({
    kind: 'violation' as const,
    effect: code === 'REFERENCE_FILLED_IN' || unmatched === 'Allow' ? ('audit' as const) : ('warn' as const),
    policy: 'configuration',
    rule: 'workloads',
    code,
    field,
    image: text === '' ? undefined : { reference: text },
    found: why,
    expected: expected[code],
    remedy,
  });
}

const expected: Readonly<Record<NotJudged['code'], string>> = {
  REFERENCE_NOT_OCI: 'an image reference, or oci:// and one',
  REFERENCE_FILLED_IN: 'an image reference',
  WORKLOAD_UNKNOWN: 'a kind that the configuration or docs/workloads.md describes',
};
