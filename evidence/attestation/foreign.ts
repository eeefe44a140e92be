import { type Rejection, rejection } from '../outcome.ts';

/**
 * What an artifact or layer of that media type is, where it is a signature that is known and not verified here: named
 * in the explanation, so that nobody wonders why it does not count. Undefined for everything else.
 */
export function recogniseForeign(mediaType: string): Rejection | undefined {
  const what = foreign.get(mediaType);
  return what === undefined ? undefined : rejection('FORMAT_UNSUPPORTED', `${what}, which is not verified here`);
}

const foreign = new Map([
  // Notary Project, signature-specification.md: the artifact type, and its two envelopes.
  ['application/vnd.cncf.notary.signature', 'a signature of the Notary Project'],
  ['application/jose+json', 'a signature of the Notary Project (JWS)'],
  ['application/cose', 'a signature of the Notary Project (COSE)'],
  ['application/vnd.cncf.notary.v2.signature', 'a signature of a draft of the Notary Project'],
  ['application/vnd.dev.cosign.artifact.sig.v1+json', "a signature in cosign's experimental format for referrers"],
]);
