import type { FieldPath } from '../document.ts';
import { present } from '../present.ts';
import type { AuthoritySpec, IdentitySpec } from '../schema/authority.ts';
import { importKey } from './cosign-key.ts';
import { importIdentity } from './identity.ts';
import { asName } from './metadata.ts';
import { predicateType } from './predicate-type.ts';
import type { Reading } from './reading.ts';

/** One authority of a ClusterImagePolicy: any one of them that is satisfied is enough there. */
export type SigstoreAuthority =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly message: string | undefined }
  /** It can be satisfied by nothing that is judged here; the report says why. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'signer';
      readonly spec: AuthoritySpec;
      /** All of which it asks for in place of a signature; empty for a signature. */
      readonly attestations: readonly { readonly name: string; readonly type: string }[];
    };

/** Reads an authority (policy.sigstore.dev, v1alpha1 and v1beta1). */
export function importAuthority(reading: Reading, path: FieldPath, index: number): SigstoreAuthority {
  const name = asName(reading.text([...path, 'name']) ?? `authority-${index}`);
  if (reading.has([...path, 'static'])) return importStatic(reading, [...path, 'static']);
  importSource(reading, [...path, 'source']);
  const format = reading.text([...path, 'signatureFormat']);
  if (format !== undefined)
    reading.changed([...path, 'signatureFormat'], 'signatures are found in every format', 'none');
  const attestations = importAttestations(reading, [...path, 'attestations']);
  const root = importRoots(reading, path);
  const key = reading.has([...path, 'key']) ? importKey(reading, [...path, 'key']) : undefined;
  const keyless = reading.has([...path, 'keyless']) ? importKeyless(reading, [...path, 'keyless'], root) : undefined;
  if (attestations === undefined || (key === undefined && keyless === undefined)) return { kind: 'unknown' };
  const timestamps = root.timestamps ? 1 : undefined;
  const log = root.log && key !== undefined ? ('Required' as const) : undefined;
  const observed = log === undefined && timestamps === undefined ? undefined : (root.name ?? 'public-good');
  const spec: AuthoritySpec = present({
    name,
    key: key && present({ ...key, trustRoot: observed }),
    keyless,
    log,
    timestamps,
  });
  return { kind: 'signer', spec, attestations };
}

function importStatic(reading: Reading, path: FieldPath): SigstoreAuthority {
  const action = reading.text([...path, 'action']);
  const message = reading.text([...path, 'message']);
  if (action === 'pass') {
    if (message !== undefined) reading.changed([...path, 'message'], 'nothing is said of what is admitted', 'none');
    return { kind: 'pass' };
  }
  if (action !== 'fail')
    reading.lost([...path, 'action'], 'there is "pass" and "fail"', 'write one of them', 'stricter');
  return { kind: 'fail', message };
}

function importSource(reading: Reading, path: FieldPath): void {
  for (const item of reading.items(path)) {
    const lost = (field: string, why: string, remedy: string) => {
      if (reading.has([...item, field])) reading.lost([...item, field], why, remedy, 'stricter');
    };
    const beside = 'signatures are looked for in the repository of the image';
    lost('oci', beside, 'copy them there (cosign copy, oras cp -r)');
    lost('tagPrefix', beside, 'attach them under the tags that cosign uses by itself');
    lost('signaturePullSecrets', 'credentials are those of the configuration', 'write registries.credentials there');
  }
}

/** Undefined where one of them cannot be asked for. */
function importAttestations(
  reading: Reading,
  path: FieldPath,
): readonly { readonly name: string; readonly type: string }[] | undefined {
  const imported = reading.items(path).map((item) => {
    const name = reading.text([...item, 'name']) ?? 'attestation';
    const type = reading.text([...item, 'predicateType']);
    const judged = reading.has([...item, 'policy']);
    if (judged) importPolicy(reading, [...item, 'policy'], 'stricter');
    return type === undefined || judged ? undefined : { name, type: predicateType(type) };
  });
  return imported.every((one) => one !== undefined) ? imported : undefined;
}

/** A policy in CUE or Rego over attestations, or over everything that was verified. */
export function importPolicy(reading: Reading, path: FieldPath, consequence: 'refuses' | 'stricter'): void {
  const type = String(reading.peek([...path, 'type']));
  reading.lost(
    path,
    `policies in ${JSON.stringify(type)} are not evaluated`,
    'write what it demands as a validation in CEL over image.attestations',
    consequence,
  );
}

interface Roots {
  /** Undefined for public-good. */
  readonly name: string | undefined;
  readonly log: boolean;
  readonly timestamps: boolean;
}

/** The trust root that fits what an authority names piece by piece: certificates, log and timestamps are of one root here. */
function importRoots(reading: Reading, path: FieldPath): Roots {
  const fields = [
    ['keyless', 'trustRootRef'],
    ['ctlog', 'trustRootRef'],
    ['rfc3161timestamp', 'trustRootRef'],
  ];
  const named = fields.flatMap((field) => {
    const name = reading.text([...path, ...field]);
    return name === undefined ? [] : [{ at: [...path, ...field], name }];
  });
  const hosts = [
    { at: [...path, 'keyless', 'url'], own: 'fulcio.sigstore.dev' },
    { at: [...path, 'ctlog', 'url'], own: 'rekor.sigstore.dev' },
  ].flatMap(({ at, own }) => {
    const url = reading.text(at);
    const host = url === undefined ? own : (URL.parse(url)?.host ?? url);
    return host === own ? [] : [{ at, name: asName(host) }];
  });
  const [first] = [...named, ...hosts];
  for (const { at, name } of [...named, ...hosts]) {
    if (name === first?.name)
      reading.changed(
        at,
        `it is the trust root "${asName(name)}", which trustRoots of the configuration must have`,
        'none',
      );
    else
      reading.lost(
        at,
        'an authority has one trust root',
        `put both into one trusted_root.json and call it "${asName(first?.name ?? name)}"`,
        'stricter',
      );
  }
  const log = reading.has([...path, 'ctlog']);
  const timestamps = reading.has([...path, 'rfc3161timestamp']);
  if (timestamps) {
    if (reading.has([...path, 'keyless']))
      reading.changed([...path, 'rfc3161timestamp'], 'a log entry is asked for as well where the trust root has logs');
  } else if (!log && reading.has([...path, 'keyless']))
    reading.changed([...path, 'keyless'], 'a log entry is asked for where the trust root has logs, also without ctlog');
  return { name: first && asName(first.name), log, timestamps };
}

function importKeyless(
  reading: Reading,
  path: FieldPath,
  { name = 'public-good' }: Roots,
): NonNullable<AuthoritySpec['keyless']> | undefined {
  if (reading.flag([...path, 'insecureIgnoreSCT']) === true)
    reading.lost(
      [...path, 'insecureIgnoreSCT'],
      'a certificate without an SCT is not believed where the trust root has CT logs',
      'name a trust root without CT logs, where that is meant',
      'stricter',
    );
  const own = reading.has([...path, 'ca-cert']);
  if (own)
    reading.lost(
      [...path, 'ca-cert'],
      'an authority of your own is written as certificateAuthority, with its whole chain and without issuers',
      'write certificateAuthority with data, identities and the source of time',
      'stricter',
    );
  const identities = reading.items([...path, 'identities']).flatMap((item) => importIdentity(reading, item));
  return own ? undefined : keyless(name, identities);
}

/** Undefined where nobody is left who may sign. */
export function keyless(
  trustRoot: string,
  identities: readonly IdentitySpec[],
): NonNullable<AuthoritySpec['keyless']> | undefined {
  const [first, ...rest] = identities.flatMap(({ issuer, ...spec }) =>
    issuer === undefined ? [] : [{ issuer, ...spec }],
  );
  return first === undefined ? undefined : { trustRoot, identities: [first, ...rest] };
}
