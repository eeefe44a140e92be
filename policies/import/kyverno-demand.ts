import type { FieldPath } from '../document.ts';
import { identifier } from './cluster-image-policy.ts';
import type { KyvernoAttestor } from './kyverno-attestor.ts';
import { type ImageCheck, imageCheck } from './kyverno-expression.ts';
import { importSaid, importValidation } from './kyverno-policy.ts';
import { predicateType } from './predicate-type.ts';
import type { Reading } from './reading.ts';

/** An attestation that can be asked for, by the name that it has here. */
export interface Attestation {
  readonly name: string;
  readonly type: string;
}

/** Those of the policy by their names there. */
export function importAttestations(reading: Reading): ReadonlyMap<string, Attestation> {
  const taken = new Set<string>();
  return new Map(
    reading.items(['spec', 'attestations']).flatMap((path) => {
      const name = reading.text([...path, 'name']) ?? '';
      const type = reading.text([...path, 'intoto', 'type']);
      if (reading.has([...path, 'referrer'])) {
        const remedy = 'attest with cosign (in-toto)';
        reading.lost(
          [...path, 'referrer'],
          'artifacts that are no in-toto statements prove nothing',
          remedy,
          'stricter',
        );
      }
      return type === undefined ? [] : [[name, { name: identifier(name, taken), type: predicateType(type) }] as const];
    }),
  );
}

/** What validations may refer to. */
export interface Known {
  readonly attestors: readonly KyvernoAttestor[];
  readonly attestations: ReadonlyMap<string, Attestation>;
  readonly lost: ReadonlySet<string>;
}

/** What the validations of a policy come to. */
export interface Demanded {
  readonly signatures: object | undefined;
  readonly attestations: readonly object[];
  readonly validations: readonly object[];
}

/** Reads `validations`: checks of images that are understood as a whole become rules, the others stay expressions. */
export function importValidations(reading: Reading, known: Known): Demanded {
  const validations: object[] = [];
  const attestations = new Map<string, object>();
  let signatures: object | undefined;
  for (const [index, path] of reading.items(['spec', 'validations']).entries()) {
    const name = `validation-${index + 1}`;
    const text = reading.peek([...path, 'expression']);
    const check = typeof text === 'string' ? imageCheck(text) : undefined;
    if (check === undefined) {
      const imported = importValidation(reading, path, known.lost);
      if (imported !== undefined) validations.push({ name, expression: imported.expression, ...imported.said });
      continue;
    }
    const said = importSaid(reading, path, known.lost);
    const from = usable(reading, path, check, known);
    if (from === undefined) continue;
    reading.changed([...path, 'expression'], 'it is asked of every container, init and ephemeral ones included');
    if (check.attestation !== undefined) demandAttestation(reading, path, { check, from, known, attestations });
    else if (signatures === undefined) signatures = { from, threshold: check.threshold };
    else validations.push({ name, expression: signedBy(from, check.threshold), ...said });
  }
  return { signatures, attestations: [...attestations.values()], validations };
}

/** The authorities of a check; undefined, and reported, where too few of them are left to satisfy it. */
function usable(
  reading: Reading,
  path: FieldPath,
  { attestors, threshold }: ImageCheck,
  known: Known,
): readonly string[] | undefined {
  const from = attestors.flatMap((name) => known.attestors.find((one) => one.name === name)?.spec?.name ?? []);
  if (from.length >= threshold && new Set(from).size === from.length) return from;
  const why = `${threshold} of its attestors must have signed, and ${from.length} of them can be asked for`;
  reading.lost([...path, 'expression'], why, 'settle what is said of the attestors', 'refuses');
  return undefined;
}

interface AttestationDemand {
  readonly check: ImageCheck;
  readonly from: readonly string[];
  readonly known: Known;
  readonly attestations: Map<string, object>;
}

function demandAttestation(
  reading: Reading,
  path: FieldPath,
  { check, from, known, attestations }: AttestationDemand,
): void {
  const attestation = known.attestations.get(check.attestation ?? '');
  const why =
    attestation === undefined
      ? 'the attestation that it names is none that can be asked for'
      : check.threshold > 1
        ? 'one signer of an attestation is enough'
        : attestations.has(attestation.name)
          ? 'the same attestation is demanded above'
          : undefined;
  if (attestation === undefined || why !== undefined) {
    const remedy = 'write what is meant over image.attestations';
    reading.lost([...path, 'expression'], why ?? '', remedy, 'refuses');
    return;
  }
  attestations.set(attestation.name, { ...attestation, from, required: true });
}

/** So many of these authorities have signed. */
const signedBy = (from: readonly string[], threshold: number): string =>
  `[${from.map((name) => `'${name}'`).join(', ')}].filter(a, image.signatures.exists(s, s.authority == a)).size() >= ${threshold}`;
