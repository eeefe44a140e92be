import type { FieldPath } from '../document.ts';
import { present } from '../present.ts';
import { valueAt } from '../validate.ts';
import { isObject } from '../version.ts';
import { generatedRules, importAutogen } from './autogen.ts';
import { identifier } from './cluster-image-policy.ts';
import { importKyvernoGlob } from './image-glob.ts';
import type { ImportedDocument } from './imported.ts';
import { importAttestor, type KyvernoAttestor } from './kyverno-attestor.ts';
import { type ImageCheck, imageCheck } from './kyverno-expression.ts';
import { importParts, importSaid, importValidation } from './kyverno-policy.ts';
import { readMetadata } from './metadata.ts';
import { predicateType } from './predicate-type.ts';
import type { Reading } from './reading.ts';
import { refusing } from './refuse.ts';
import { copy, shapes } from './shape.ts';

/** Kyverno's ImageValidatingPolicy as a ClusterWorkloadPolicy, and NamespacedImageValidatingPolicy as a WorkloadPolicy. */
export function importImageValidatingPolicy(reading: Reading): readonly ImportedDocument[] {
  const { name, namespace, labels, annotations } = readMetadata(reading);
  const namespaced = String(reading.peek(['kind'])).startsWith('Namespaced');
  const { ofAdmission, lost, ...parts } = importParts(reading);
  const images = importImages(reading);
  const match = importMatch(reading);
  const pin = importPin(reading);
  importAround(reading);
  const attestors = reading.items(['spec', 'attestors']).map((path) => importAttestor(reading, path, name));
  const attestations = importAttestations(reading);
  const demands = importValidations(reading, { attestors, attestations, lost });
  importRequired(reading, demands);
  reading.finish();
  if (!ofAdmission) return [];
  const refused = refusing(reading, reading.has(['spec', 'images']) ? 'object' : 'image');
  const authorities = attestors.flatMap(({ spec }) => spec ?? []);
  const validations = [...demands.validations, ...(refused === undefined ? [] : [refused])];
  const spec = present({
    images,
    matchConstraints: match,
    matchConditions: parts.matchConditions,
    variables: parts.variables,
    authorities: authorities.length === 0 ? undefined : authorities,
    signatures: demands.signatures,
    attestations: demands.attestations.length === 0 ? undefined : demands.attestations,
    pin,
    validations: validations.length === 0 ? undefined : validations,
    auditAnnotations: parts.auditAnnotations,
    failurePolicy: parts.failurePolicy,
    validationActions: parts.validationActions,
  });
  const metadata = present({ name, namespace: namespaced ? (namespace ?? 'default') : undefined, labels, annotations });
  const kind = namespaced ? 'WorkloadPolicy' : 'ClusterWorkloadPolicy';
  return [{ apiVersion: 'assay.dev/v1alpha1', kind, metadata, spec }];
}

/** Undefined for every image; what cannot be told apart is governed. */
function importImages(reading: Reading): readonly string[] | undefined {
  const all = reading.items(['spec', 'matchImageReferences']).flatMap((path): readonly string[] => {
    const glob = reading.text([...path, 'glob']);
    if (glob === undefined) {
      const remedy = 'write the images that are meant as globs';
      reading.lost(path, 'images are not chosen by expressions; the policy now governs all', remedy, 'stricter');
      return ['**'];
    }
    const { globs, wider } = importKyvernoGlob(glob);
    if (wider !== undefined) reading.changed([...path, 'glob'], `it now governs ${wider}`);
    return globs;
  });
  return all.length === 0 || all.includes('**') ? undefined : [...new Set(all)];
}

/** What it matches, the controllers that Kyverno generates for, and containers that are put into running Pods. */
function importMatch(reading: Reading): object | undefined {
  const generated = importAutogen(reading);
  const constraints = copy(reading, ['spec', 'matchConstraints'], shapes.matchConstraints);
  if (!isObject(constraints)) return undefined;
  const resourceRules = valueAt(constraints, ['resourceRules']);
  const rules: unknown[] = Array.isArray(resourceRules) ? resourceRules : [];
  const operations = valueAt(rules, [0, 'operations']) ?? ['*'];
  const more = generated.flatMap((one) => generatedRules(one, operations));
  return { ...constraints, ...(rules.length === 0 ? {} : { resourceRules: [...rules.map(withEphemeral), ...more] }) };
}

function withEphemeral(rule: unknown): unknown {
  const resources = valueAt(rule, ['resources']);
  if (!Array.isArray(resources) || !resources.includes('pods') || resources.includes('pods/ephemeralcontainers'))
    return rule;
  return { ...(isObject(rule) ? rule : {}), resources: [...(resources as unknown[]), 'pods/ephemeralcontainers'] };
}

/** A digest is written in by default there; whether one is demanded is part of that here. */
function importPin(reading: Reading): 'Pods' | 'None' {
  const at = (field: string) => ['spec', 'validationConfigurations', field];
  const mutate = reading.flag(at('mutateDigest')) ?? true;
  const demand = reading.flag(at('verifyDigest')) ?? true;
  if (mutate && !demand)
    reading.changed(at('verifyDigest'), 'a Pod that arrives without a digest is denied, as it is pinned before');
  if (!mutate && demand) reading.changed(at('mutateDigest'), 'a digest is written in before one is demanded', 'none');
  if (isObject(reading.peek(['spec', 'validationConfigurations'])) && mutate === demand)
    return mutate ? 'Pods' : 'None';
  return mutate || demand ? 'Pods' : 'None';
}

/** Unless it says otherwise, Kyverno denies an image that no policy has verified, whatever the validations come to. */
function importRequired(reading: Reading, { signatures, attestations }: Demanded): void {
  const path = ['spec', 'validationConfigurations', 'required'];
  const verified = signatures !== undefined || attestations.length > 0;
  if (reading.flag(path) === false)
    reading.changed(path, 'an image is verified wherever a validation demands it', 'none');
  else if (!verified) {
    const why = 'each image must be verified, and no validation says by whom in a way that can be asked for';
    reading.lost(path, why, 'write signatures, or attestations that are required', 'refuses');
  }
}

/** What belongs to the configuration, or to nobody. */
function importAround(reading: Reading): void {
  if (reading.has(['spec', 'credentials']))
    reading.lost(
      ['spec', 'credentials'],
      'credentials are those of the configuration',
      'write registries.credentials (and plainHttp of a host) there; what may not be read is denied until then',
      'stricter',
    );
  if (reading.items(['spec', 'images']).length > 0)
    reading.lost(
      ['spec', 'images'],
      'images are found in all workloads that are known, and by no expression in others',
      'leave it out where it names containers of known workloads',
      'refuses',
    );
}

interface Attestation {
  readonly name: string;
  readonly type: string;
}

function importAttestations(reading: Reading): ReadonlyMap<string, Attestation> {
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

interface Known {
  readonly attestors: readonly KyvernoAttestor[];
  readonly attestations: ReadonlyMap<string, Attestation>;
  readonly lost: ReadonlySet<string>;
}

interface Demanded {
  readonly signatures: object | undefined;
  readonly attestations: readonly object[];
  readonly validations: readonly object[];
}

function importValidations(reading: Reading, known: Known): Demanded {
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
