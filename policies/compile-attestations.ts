import type { Attestation } from './attestation.ts';
import type { Authority } from './authority.ts';
import type { FieldPath } from './document.ts';
import type { Glob } from './glob.ts';
import type { Report } from './problem.ts';
import type { ClusterWorkloadPolicy } from './schema/policy.ts';

/** Whom a policy names, and the images that it governs. */
interface Named {
  readonly authorities: ReadonlyMap<string, Authority>;
  readonly images: readonly Glob[] | undefined;
}

/** `spec.attestations`; problems are told with their field. */
export function compileAttestations(
  specs: NonNullable<ClusterWorkloadPolicy['spec']['attestations']>,
  { authorities, images }: Named,
  report: Report,
): readonly Attestation[] {
  return specs.map(({ name, type, from, required = false }, index) => {
    const path: FieldPath = ['spec', 'attestations', index];
    if (specs.findIndex((other) => other.name === name) < index)
      report('NAME_TAKEN', [...path, 'name'], `attestations "${name}" stand above`);
    for (const authority of from) needsCaptures(authority, authorities.get(authority), images, report);
    return {
      name,
      predicateType: type,
      from: namedAuthorities(from, [...path, 'from'], authorities, report),
      required,
    };
  });
}

/** The authorities of a list of names at this path. */
export function namedAuthorities(
  names: readonly string[],
  path: FieldPath,
  authorities: ReadonlyMap<string, Authority>,
  report: Report,
): Authority[] {
  return names.flatMap((name, index) => {
    const authority = authorities.get(name);
    if (authority !== undefined) return [authority];
    report('REFERENCE_UNRESOLVED', [...path, index], `no authority is named "${name}"`);
    return [];
  });
}

/** An identity that refers to a capture needs every images pattern to capture it. */
export function needsCaptures(
  name: string,
  authority: Authority | undefined,
  images: readonly Glob[] | undefined,
  report: Report,
): void {
  const names = [...(authority?.identities ?? []), ...(authority?.aliases ?? [])].flatMap((one) => one.names);
  for (const capture of new Set(names)) {
    if (images === undefined || images.some((glob) => !glob.names.includes(capture))) {
      report(
        'REFERENCE_UNRESOLVED',
        ['spec', 'images'],
        `authority "${name}" refers to {${capture}}, which not every pattern of images captures`,
      );
    }
  }
}
