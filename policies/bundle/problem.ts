import type { Gap, Refusal } from '../../evidence/index.ts';
import type { ViolationCode } from '../decision.ts';

/** Why a bundle is not used. */
export interface BundleProblem {
  readonly kind: 'problem';
  readonly code: BundleCode | ViolationCode | Gap['code'] | Refusal['code'];
  /** What was found and what would be right, in one clause. */
  readonly detail: string;
}

/** What only bundles can have wrong; all else has the codes of images. */
export type BundleCode =
  | 'BUNDLE_REFERENCE_WRONG'
  | 'BUNDLE_NOT_TRUSTED'
  | 'BUNDLE_MALFORMED'
  | 'BUNDLE_VERSION_MISSING'
  | 'BUNDLE_ROLLED_BACK'
  | 'BUNDLE_STATE_UNREADABLE';

export const bundleProblem = (code: BundleProblem['code'], detail: string): BundleProblem => ({
  kind: 'problem',
  code,
  detail,
});

/** `oci://ghcr.io/acme/policies:stable: no signature, ... (NO_SIGNATURE)`, as problems of files are written. */
export const renderBundleProblem = (reference: string, { code, detail }: BundleProblem): string =>
  `${reference}: ${detail} (${code})`;
