import { present } from '../present.ts';
import { importSigstoreGlob } from './image-glob.ts';
import type { ImportedDocument } from './imported.ts';
import { asName, readMetadata } from './metadata.ts';
import type { Reading } from './reading.ts';
import { never, refusing } from './refuse.ts';
import { copy, shapes } from './shape.ts';
import { importAuthority, importPolicy, type SigstoreAuthority } from './sigstore-authority.ts';

/** Sigstore's ClusterImagePolicy (policy.sigstore.dev, v1alpha1 and v1beta1) as a ClusterWorkloadPolicy. */
export function importClusterImagePolicy(reading: Reading): readonly ImportedDocument[] {
  const { name, labels, annotations } = readMetadata(reading);
  const images = importImages(reading);
  const match = importMatch(reading);
  const authorities = reading
    .items(['spec', 'authorities'])
    .map((path, index) => importAuthority(reading, path, index));
  const mode = reading.text(['spec', 'mode']) ?? 'enforce';
  if (mode !== 'enforce' && mode !== 'warn')
    reading.lost(['spec', 'mode'], 'there is "enforce" and "warn"', 'write validationActions', 'stricter');
  if (reading.has(['spec', 'policy'])) importPolicy(reading, ['spec', 'policy'], 'refuses');
  const demands = demand(reading, authorities);
  reading.finish();
  const refused = refusing(reading, 'image');
  const { validations = [], ...rest } = demands;
  const all = [...validations, ...(refused === undefined ? [] : [refused])];
  const spec = present({
    images,
    matchConstraints: match,
    ...rest,
    validations: all.length === 0 ? undefined : all,
    validationActions: mode === 'warn' ? ['Warn'] : ['Deny'],
  });
  const metadata = present({ name, labels, annotations });
  return [{ apiVersion: 'assay.dev/v1alpha1', kind: 'ClusterWorkloadPolicy', metadata, spec }];
}

/** Undefined for every image. */
function importImages(reading: Reading): readonly string[] | undefined {
  const all = reading.items(['spec', 'images']).flatMap((path): readonly string[] => {
    const glob = reading.text([...path, 'glob']);
    if (glob === undefined) {
      reading.lost(path, 'it names no image', 'write a glob', 'stricter');
      return ['**'];
    }
    const { globs, wider } = importSigstoreGlob(glob);
    if (wider !== undefined) reading.changed([...path, 'glob'], `it now governs ${wider}`);
    return globs;
  });
  if (all.length === 0) reading.changed(['spec', 'images'], 'without images it governed none; now it governs all');
  return all.length === 0 || all.includes('**') ? undefined : [...new Set(all)];
}

/** Undefined for every kind. Resources are matched there by group, version and name, whatever is done to them. */
function importMatch(reading: Reading): object | undefined {
  const items = reading.items(['spec', 'match']);
  const rules = items.map((path) => {
    const resource = reading.text([...path, 'resource']) ?? '*';
    return {
      apiGroups: [reading.text([...path, 'group']) ?? ''],
      apiVersions: [reading.text([...path, 'version']) ?? '*'],
      operations: ['CREATE', 'UPDATE'],
      // Containers that are put into a running Pod come by the subresource.
      resources: resource === 'pods' ? ['pods', 'pods/ephemeralcontainers'] : [resource],
    };
  });
  const selectors = items.filter((path) => reading.has([...path, 'selector']));
  const [only] = selectors;
  if (only !== undefined && items.length === 1)
    return { resourceRules: rules, objectSelector: copy(reading, [...only, 'selector'], shapes.labelSelector) };
  for (const path of selectors)
    reading.lost(
      [...path, 'selector'],
      'a policy has one selector of objects for all resources',
      'make a policy of each resource, with objectSelector',
      'stricter',
    );
  return rules.length === 0 ? undefined : { resourceRules: rules };
}

interface Demands {
  readonly authorities?: readonly object[];
  readonly signatures?: object;
  readonly attestations?: readonly object[];
  readonly validations?: readonly object[];
}

/** One authority that is satisfied is enough, and each asks either for a signature or for all of its attestations. */
function demand(reading: Reading, authorities: readonly SigstoreAuthority[]): Demands {
  if (authorities.some(({ kind }) => kind === 'pass')) {
    for (const [index, { kind }] of authorities.entries())
      if (kind !== 'pass')
        reading.changed(
          ['spec', 'authorities', index],
          'another authority passes everything, so that it demands nothing',
          'none',
        );
    return {};
  }
  const signers = distinct(authorities.filter((one) => one.kind === 'signer'));
  const specs = signers.map(({ spec }) => spec);
  const names = specs.map((spec) => spec.name);
  if (signers.length === 0) return nobody(reading, authorities);
  if (signers.every(({ attestations }) => attestations.length === 0))
    return { authorities: specs, signatures: { from: names, threshold: 1 } };
  const taken = new Set<string>();
  const clauses = signers.map(({ spec, attestations }) => ({
    spec,
    attestations: attestations.map(({ name, type }) => ({ name: identifier(name, taken), type, from: [spec.name] })),
  }));
  const attestations = clauses.flatMap((clause) => clause.attestations);
  if (clauses.length === 1)
    return { authorities: specs, attestations: attestations.map((one) => ({ ...one, required: true })) };
  const expression = clauses
    .map((clause) =>
      clause.attestations.length === 0
        ? `image.signatures.exists(s, s.authority == '${clause.spec.name}')`
        : `(${clause.attestations.map(({ name }) => `size(image.attestations.${name}) > 0`).join(' && ')})`,
    )
    .join(' || ');
  const message = 'none of the authorities is satisfied: a signature, or all of its attestations';
  return { authorities: specs, attestations, validations: [{ name: 'any-authority', expression, message }] };
}

/** What is demanded where no authority can be satisfied: what cannot be. */
function nobody(reading: Reading, authorities: readonly SigstoreAuthority[]): Demands {
  const messages = authorities.flatMap((one) =>
    one.kind === 'fail' ? [one.message ?? 'not allowed by any policy'] : [],
  );
  if (authorities.length > 0 && messages.length === authorities.length)
    return { validations: [{ name: 'static-fail', expression: never, message: messages.join('; ') }] };
  const [why, remedy] =
    authorities.length === 0
      ? ['nobody can satisfy a policy without authorities', 'write who may sign, or take the rule "not-translated" out']
      : ['no authority is left that could be satisfied', 'settle what is said of each authority'];
  reading.lost(['spec', 'authorities'], why, remedy, 'refuses');
  return {};
}

/** Names that became the same are told apart. */
function distinct<T extends { readonly spec: { readonly name: string } }>(signers: readonly T[]): readonly T[] {
  const taken = new Set<string>();
  return signers.map((signer) => {
    let { name } = signer.spec;
    for (let more = 2; taken.has(name); more += 1) name = asName(`${signer.spec.name.slice(0, 58)}-${more}`);
    taken.add(name);
    return { ...signer, spec: { ...signer.spec, name } };
  });
}

/** A name that an expression can read as a field. */
export function identifier(text: string, taken: Set<string>): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^[0-9]+/, '')
    .slice(0, 50);
  const base = plain === '' || keywords.has(plain) ? `attestation${plain}` : plain;
  let name = base;
  for (let more = 2; taken.has(name); more += 1) name = `${base}${more}`;
  taken.add(name);
  return name;
}

/** Words of CEL that are no names (cel-spec, "Reserved"). */
const keywords = new Set(
  'in as break const continue else for function if import let loop package namespace return var void while true false null'.split(
    ' ',
  ),
);
