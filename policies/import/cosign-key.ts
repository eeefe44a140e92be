import { parseKeyReference, parsePublicKey } from '../../evidence/index.ts';
import type { FieldPath } from '../document.ts';
import type { AuthoritySpec } from '../schema/authority.ts';
import type { Reading } from './reading.ts';

/** A public key as cosign's policies name it: `data`, `kms`, `hashAlgorithm` and, in ways of their own, a secret or an expression. */
export function importKey(reading: Reading, path: FieldPath): NonNullable<AuthoritySpec['key']> | undefined {
  const algorithm = reading.text([...path, 'hashAlgorithm']);
  if (algorithm !== undefined && algorithm !== 'sha256')
    reading.lost(
      [...path, 'hashAlgorithm'],
      'the key says which hash its signatures have',
      'nothing, where the key is of that strength',
      'stricter',
    );
  for (const [field, why] of [
    ['secretRef', 'keys are not read out of secrets'],
    ['expression', 'a key is not computed'],
  ] as const) {
    if (reading.has([...path, field]))
      reading.lost([...path, field], why, 'write the public key into key.data', 'stricter');
  }
  const data = reading.text([...path, 'data']);
  const kms = reading.text([...path, 'kms']);
  if (data !== undefined) {
    const material = parsePublicKey(data);
    if (!('detail' in material)) return { data };
    reading.lost([...path, 'data'], material.detail, 'write one public key in PEM', 'stricter');
    return undefined;
  }
  if (kms === undefined) return undefined;
  const reference = parseKeyReference(kms);
  if (reference.kind !== 'problem') {
    reading.changed(
      [...path, 'kms'],
      'where nothing fetches keys of this service the policy does not load, and says so',
    );
    return { kms };
  }
  reading.lost([...path, 'kms'], reference.detail, 'write the public key into key.data', 'stricter');
  return undefined;
}
