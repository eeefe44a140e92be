import type { Gap, Refusal } from '../outcome.ts';
import type { Hash } from './key.ts';
import { type KeyOptions, type MaterialProblem, parsePublicKey, type TrustMaterial } from './material.ts';

/** A key in somebody's key management service, by cosign's URI. */
export interface KeyReference {
  readonly kind: 'reference';
  readonly service: KeyService;
  /** The whole URI. */
  readonly uri: string;
  /** What follows the scheme: the service's own name of the key. */
  readonly name: string;
}

export type KeyService = 'awskms' | 'gcpkms' | 'azurekms' | 'hashivault';

/** Fetches public keys of one service. Called when a policy loads, never in a review. */
export interface KeyFetcher {
  readonly service: KeyService;
  /** The PEM public key, and the one hash its signatures are over where the service says so. */
  fetch(reference: KeyReference, signal: AbortSignal): Promise<FetchedKey | Gap | Refusal>;
}

export interface FetchedKey {
  readonly kind: 'found';
  readonly value: { readonly pem: string; readonly hash?: Hash };
}

/** `awskms://...`, `gcpkms://...`, `azurekms://...`, `hashivault://...` -> reference (sigstore/pkg/signature/kms). */
export function parseKeyReference(uri: string): KeyReference | MaterialProblem {
  const [scheme = '', name = ''] = uri.split('://', 2);
  const service = services.get(scheme);
  if (service === undefined) return problem(`a key of ${JSON.stringify(scheme.slice(0, 32))}; expected ${known}`);
  if (!patterns[service].test(name)) return problem(`a key reference that is not ${shapes[service]}`);
  return { kind: 'reference', service, uri, name };
}

/** The key as trust material. A service that no fetcher was given for is refused in so many words. */
export async function loadKey(
  reference: KeyReference,
  fetchers: readonly KeyFetcher[],
  signal: AbortSignal,
): Promise<TrustMaterial | MaterialProblem | Gap | Refusal> {
  const fetcher = fetchers.find(({ service }) => service === reference.service);
  if (fetcher === undefined) {
    return problem(
      `keys of ${reference.service} are not fetched by this build; export the public key (cosign public-key --key ${reference.uri}) and give it as PEM`,
    );
  }
  const answer = await fetcher.fetch(reference, signal);
  if (answer.kind !== 'found') return answer;
  const { pem, hash } = answer.value;
  const options: KeyOptions = hash === undefined ? {} : { hash };
  return parsePublicKey(pem, options);
}

const services = new Map<string, KeyService>([
  ['awskms', 'awskms'],
  ['gcpkms', 'gcpkms'],
  ['azurekms', 'azurekms'],
  ['hashivault', 'hashivault'],
]);

const known = [...services.keys()].map((scheme) => `${scheme}://`).join(', ');

const patterns: Readonly<Record<KeyService, RegExp>> = {
  awskms: /^[A-Za-z0-9.:-]*\/[\w:/-]+$/,
  gcpkms:
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+(\/(cryptoKeyVersions|versions)\/\d+)?$/,
  azurekms: /^[A-Za-z0-9.-]+\/[A-Za-z0-9-]+(\/[0-9a-f]+)?$/,
  hashivault: /^[\w-]+$/,
};

const shapes: Readonly<Record<KeyService, string>> = {
  awskms: 'awskms://ENDPOINT/ID, /alias/NAME or an ARN',
  gcpkms: 'gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K[/versions/V]',
  azurekms: 'azurekms://VAULT/KEY[/VERSION]',
  hashivault: 'hashivault://NAME',
};

const problem = (detail: string): MaterialProblem => ({ kind: 'problem', detail });
