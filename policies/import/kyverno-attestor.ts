import type { FieldPath } from '../document.ts';
import { present } from '../present.ts';
import { type AuthoritySpec, extensionNames, type IdentitySpec } from '../schema/authority.ts';
import { importKey } from './cosign-key.ts';
import { importIdentity } from './identity.ts';
import { asName } from './metadata.ts';
import type { Reading } from './reading.ts';
import { keyless } from './sigstore-authority.ts';

/** An attestor of an ImageValidatingPolicy: its name there, and the authority where there is one. */
export interface KyvernoAttestor {
  readonly name: string;
  readonly spec?: AuthoritySpec;
}

/** Reads an attestor (policies.kyverno.io, v1alpha1, v1beta1 and v1); `policy` names what has no name of its own. */
export function importAttestor(reading: Reading, path: FieldPath, policy: string): KyvernoAttestor {
  const name = reading.text([...path, 'name']) ?? `attestor-${path.at(-1)}`;
  const cosign = [...path, 'cosign'];
  if (reading.has([...path, 'notary'])) {
    const remedy = 'sign with cosign as well, or with a key that both know';
    reading.lost([...path, 'notary'], 'signatures of the Notary Project are not verified', remedy, 'stricter');
  }
  const unusable = importUnusable(reading, cosign);
  importSource(reading, [...cosign, 'source']);
  const trustRoot = importRoot(reading, cosign, asName(`${policy}-${name}`));
  const spec = reading.has([...cosign, 'key'])
    ? importKeyed(reading, cosign, asName(name), trustRoot)
    : importKeyless(reading, cosign, asName(name), trustRoot);
  return present({ name, spec: unusable ? undefined : spec });
}

/** Demands that have no equivalent and without which more would be accepted. */
function importUnusable(reading: Reading, cosign: FieldPath): boolean {
  let unusable = false;
  const lost = (field: string, why: string, remedy: string): void => {
    if (!reading.has([...cosign, field])) return;
    reading.lost([...cosign, field], why, remedy, 'stricter');
    unusable = true;
  };
  lost(
    'annotations',
    'annotations that the signer wrote are not compared',
    'let what they say be said by the identity, or by an attestation',
  );
  lost(
    'certificate',
    'a certificate is not compared as a whole',
    'write its public key as key.data, or its chain as certificateAuthority with identities',
  );
  return unusable;
}

function importSource(reading: Reading, path: FieldPath): void {
  const lost = (field: string, why: string, remedy: string) => {
    if (reading.has([...path, field])) reading.lost([...path, field], why, remedy, 'stricter');
  };
  const beside = 'signatures are looked for in the repository of the image';
  lost('repository', beside, 'copy them there (cosign copy, oras cp -r)');
  lost('tagPrefix', beside, 'attach them under the tags that cosign uses by itself');
  lost('PullSecrets', 'credentials are those of the configuration', 'write registries.credentials there');
}

/** public-good, unless pieces of another root are named: those are put into one file. */
function importRoot(reading: Reading, cosign: FieldPath, own: string): string {
  const rekor = reading.peek([...cosign, 'ctlog', 'url']);
  if (typeof rekor === 'string' && /^(?:https:\/\/rekor\.sigstore\.dev\/?)?$/.test(rekor))
    reading.take([...cosign, 'ctlog', 'url']);
  const pieces = [
    ['keyless', 'roots'],
    ['ctlog', 'rekorPubKey'],
    ['ctlog', 'ctLogPubKey'],
    ['ctlog', 'tsaCertChain'],
    ['ctlog', 'url'],
    ['trustedRoot'],
    ['tuf'],
  ].filter((field) => {
    const value = reading.peek([...cosign, ...field]);
    if (value === '') reading.take([...cosign, ...field]);
    const known =
      field.join('.') === 'ctlog.url' && typeof rekor === 'string' && /rekor\.sigstore\.dev\/?$/.test(rekor);
    return value !== undefined && value !== null && value !== '' && !known;
  });
  for (const field of pieces)
    reading.lost(
      [...cosign, ...field],
      `trust is named as a whole here: this attestor has the trust root "${own}"`,
      `put it into a trusted_root.json (or a TUF mirror) and name that "${own}" in trustRoots of the configuration; without it the policy does not load`,
      'stricter',
    );
  return pieces.length === 0 ? 'public-good' : own;
}

/** Kyverno asks for a log entry of a key's signature unless it is told not to. */
function importKeyed(reading: Reading, cosign: FieldPath, name: string, trustRoot: string): AuthoritySpec | undefined {
  const key = importKey(reading, [...cosign, 'key']);
  const silent = reading.flag([...cosign, 'ctlog', 'insecureIgnoreTlog']) === true;
  reading.flag([...cosign, 'ctlog', 'insecureIgnoreSCT']);
  const observed = silent ? {} : { trustRoot };
  return key && present({ name, key: { ...key, ...observed }, log: silent ? undefined : ('Required' as const) });
}

function importKeyless(
  reading: Reading,
  cosign: FieldPath,
  name: string,
  trustRoot: string,
): AuthoritySpec | undefined {
  for (const [field, what] of [
    ['insecureIgnoreTlog', 'a log entry (or a timestamp, where the trust root has no logs)'],
    ['insecureIgnoreSCT', 'an SCT where the trust root has CT logs'],
  ] as const) {
    if (reading.flag([...cosign, 'ctlog', field]) === true)
      reading.lost(
        [...cosign, 'ctlog', field],
        `a keyless signature always needs ${what}`,
        'name a trust root without those logs, where that is meant',
        'stricter',
      );
  }
  const extensions = importExtensions(reading, [...cosign, 'keyless', 'additionalExtensions']);
  const identities = reading
    .items([...cosign, 'keyless', 'identities'])
    .flatMap((item) => importIdentity(reading, item))
    .map((identity) => ({ ...identity, ...extensions }));
  const spec = extensions === undefined ? undefined : keyless(trustRoot, identities);
  return spec && { name, keyless: spec };
}

/** Extensions by their OID or by the name that Fulcio's documents give them; undefined where one is neither. */
function importExtensions(reading: Reading, path: FieldPath): Partial<IdentitySpec> | undefined {
  const value = reading.peek(path);
  if (typeof value !== 'object' || value === null) return {};
  const imported: Record<string, string> = {};
  let unknown = false;
  for (const [name, wanted] of Object.entries(value)) {
    const known = extensionNames.find(
      (one, index) => one.toLowerCase() === name.toLowerCase() || name === `1.3.6.1.4.1.57264.1.${index + 9}`,
    );
    if (known !== undefined && typeof wanted === 'string' && !/[*{}]/.test(wanted)) {
      reading.take([...path, name]);
      imported[known] = wanted;
    } else {
      reading.lost([...path, name], 'no typed extension is called so', 'write the extension that is meant', 'stricter');
      unknown = true;
    }
  }
  return unknown ? undefined : imported;
}
