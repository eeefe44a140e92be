import { present } from '../present.ts';
import { valueAt } from '../validate.ts';
import { isObject } from '../version.ts';
import { type Generated, generatedRules, importAutogen, replaced } from './autogen.ts';
import { importKyvernoGlob } from './image-glob.ts';
import type { ImportedDocument } from './imported.ts';
import { importAttestor } from './kyverno-attestor.ts';
import { type Demanded, importAttestations, importValidations } from './kyverno-demand.ts';
import { importParts } from './kyverno-policy.ts';
import { readMetadata } from './metadata.ts';
import type { Reading } from './reading.ts';
import { refusing } from './refuse.ts';
import { copy, shapes } from './shape.ts';

/** Kyverno's ImageValidatingPolicy as a ClusterWorkloadPolicy, and NamespacedImageValidatingPolicy as a WorkloadPolicy. */
export function importImageValidatingPolicy(reading: Reading): readonly ImportedDocument[] {
  const { name, namespace, labels, annotations } = readMetadata(reading);
  const namespaced = String(reading.peek(['kind'])).startsWith('Namespaced');
  const { ofAdmission, lost, ...parts } = importParts(reading);
  const images = importImages(reading);
  const generated = importAutogen(reading);
  const constraints = copy(reading, ['spec', 'matchConstraints'], shapes.matchConstraints);
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
  const expressions = present({
    matchConditions: parts.matchConditions,
    variables: parts.variables,
    validations: validations.length === 0 ? undefined : validations,
    auditAnnotations: parts.auditAnnotations,
  });
  const rest = present({
    images,
    authorities: authorities.length === 0 ? undefined : authorities,
    signatures: demands.signatures,
    attestations: demands.attestations.length === 0 ? undefined : demands.attestations,
    pin,
    failurePolicy: parts.failurePolicy,
    validationActions: parts.validationActions,
  });
  const metadata = present({ namespace: namespaced ? (namespace ?? 'default') : undefined, labels, annotations });
  const kind = namespaced ? 'WorkloadPolicy' : 'ClusterWorkloadPolicy';
  return split(constraints, expressions, generated).map(({ suffix, matchConstraints, ...own }) => ({
    apiVersion: 'assay.dev/v1alpha1',
    kind,
    metadata: { name: `${name}${suffix}`, ...metadata },
    spec: present({ matchConstraints, ...rest, ...own }),
  }));
}

interface Split {
  readonly suffix: string;
  readonly matchConstraints: object | undefined;
  readonly [expressions: string]: unknown;
}

/** One policy of all that is generated, for images are found in every kind; several where expressions read the Pod's fields. */
function split(constraints: unknown, expressions: object, generated: readonly Generated[]): readonly Split[] {
  const own = JSON.stringify(expressions);
  const apart = generated.some((one) => JSON.stringify(replaced(expressions, one)) !== own);
  if (!apart) return [{ suffix: '', matchConstraints: matchOf(constraints, generated), ...expressions }];
  return [
    { suffix: '', matchConstraints: matchOf(constraints, []), ...expressions },
    ...generated.map((one) => ({
      suffix: `-autogen-${one.suffix}`,
      matchConstraints: matchOf(constraints, [one], false),
      ...replaced(expressions, one),
    })),
  ];
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
function matchOf(constraints: unknown, generated: readonly Generated[], itself = true): object | undefined {
  if (!isObject(constraints)) return undefined;
  const resourceRules = valueAt(constraints, ['resourceRules']);
  const rules: unknown[] = Array.isArray(resourceRules) ? resourceRules : [];
  const operations = valueAt(rules, [0, 'operations']) ?? ['*'];
  const more = generated.flatMap((one) => generatedRules(one, operations));
  const all = [...(itself ? rules.map(withEphemeral) : []), ...more];
  return { ...constraints, ...(all.length === 0 ? {} : { resourceRules: all }) };
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
