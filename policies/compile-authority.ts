import { parseCertificateAuthority, parsePublicKey, type TrustMaterial, withObservers } from '../evidence/index.ts';
import type { Authority } from './authority.ts';
import type { CompileContext } from './compile.ts';
import { compileImages } from './compile-images.ts';
import { compileRequirement } from './compile-requirement.ts';
import type { FieldPath } from './document.ts';
import type { Glob } from './glob.ts';
import { compileIdentity, type Identity } from './identity.ts';
import type { LoadedKey } from './keys.ts';
import { present } from './present.ts';
import type { Report } from './problem.ts';
import type { AuthoritySpec, IdentitySpec } from './schema/authority.ts';

/** The authorities of a policy by name; those with problems are left out and told. */
export function compileAuthorities(
  specs: readonly AuthoritySpec[],
  context: CompileContext,
  report: Report,
): ReadonlyMap<string, Authority> {
  const authorities = new Map<string, Authority>();
  for (const [index, spec] of specs.entries()) {
    const path = ['spec', 'authorities', index];
    if (specs.findIndex(({ name }) => name === spec.name) < index)
      report('NAME_TAKEN', [...path, 'name'], `an authority named "${spec.name}" stands above`);
    const authority = compileAuthority(spec, path, context, report);
    if (authority !== undefined) authorities.set(spec.name, authority);
  }
  return authorities;
}

function compileAuthority(
  spec: AuthoritySpec,
  path: FieldPath,
  context: CompileContext,
  report: Report,
): Authority | undefined {
  const { key, keyless, certificateAuthority } = spec;
  if ([key, keyless, certificateAuthority].filter((one) => one !== undefined).length !== 1) {
    report('FIELD_MISSING', path, 'exactly one of "keyless", "key" and "certificateAuthority" is written');
    return undefined;
  }
  const material = compileMaterial(spec, path, context, report);
  const identities = [
    ...compileIdentities(keyless?.identities, [...path, 'keyless'], report),
    ...compileIdentities(certificateAuthority?.identities, [...path, 'certificateAuthority'], report),
  ];
  const aliases = compileAliases(spec, path, report);
  if (material === undefined) return undefined;
  const requirement = compileRequirement(spec, material, path, report);
  return present({ name: spec.name, material, requirement, identities, aliases });
}

function compileMaterial(
  { key, keyless, certificateAuthority }: AuthoritySpec,
  path: FieldPath,
  context: CompileContext,
  report: Report,
): TrustMaterial | undefined {
  if (keyless !== undefined) {
    const root = trustRoot(keyless.trustRoot, [...path, 'keyless', 'trustRoot'], context, report);
    if (root?.offers.certificateAuthorities !== 0) return root;
    const detail = `trust root "${keyless.trustRoot}" holds no certificate authority`;
    report('REFERENCE_UNRESOLVED', [...path, 'keyless', 'trustRoot'], detail);
    return undefined;
  }
  const own = key ?? certificateAuthority;
  const field = key === undefined ? 'certificateAuthority' : 'key';
  const material =
    key === undefined
      ? readMaterial(parseCertificateAuthority(own?.data ?? ''), [...path, field, 'data'], report)
      : compileKey(key, [...path, field], context, report);
  if (material === undefined) return undefined;
  if (own?.trustRoot === undefined) return material;
  const root = trustRoot(own.trustRoot, [...path, field, 'trustRoot'], context, report);
  return root && withObservers(material, root);
}

function compileKey(
  { data, kms }: NonNullable<AuthoritySpec['key']>,
  path: FieldPath,
  { keys }: CompileContext,
  report: Report,
): TrustMaterial | undefined {
  if ((data === undefined) === (kms === undefined)) {
    report('FIELD_MISSING', path, 'exactly one of "data" and "kms" is written');
    return undefined;
  }
  if (kms === undefined) return readMaterial(parsePublicKey(data ?? ''), [...path, 'data'], report);
  const loaded = keys?.get(kms);
  if (loaded !== undefined) return readMaterial(loaded, [...path, 'kms'], report);
  report('REFERENCE_UNRESOLVED', [...path, 'kms'], 'the key was not loaded before the policy was compiled');
  return undefined;
}

function readMaterial(loaded: LoadedKey, path: FieldPath, report: Report): TrustMaterial | undefined {
  if (!('detail' in loaded)) return loaded;
  // A service that is down or refuses leaves the reference open; anything else is wrong in the document.
  report(loaded.kind === 'problem' ? 'FIELD_WRONG' : 'REFERENCE_UNRESOLVED', path, loaded.detail);
  return undefined;
}

function trustRoot(
  name: string,
  path: FieldPath,
  { trustRoots }: CompileContext,
  report: Report,
): TrustMaterial | undefined {
  const root = trustRoots.get(name);
  if (root === undefined)
    report(
      'REFERENCE_UNRESOLVED',
      path,
      `no trust root is named "${name}"; known are ${[...trustRoots.keys()].join(', ')}`,
    );
  return root;
}

function compileIdentities(specs: readonly IdentitySpec[] = [], path: FieldPath, report: Report): Identity[] {
  return specs.flatMap((spec, index) => {
    const identity = compileIdentity(spec);
    if (!('length' in identity)) return [identity];
    for (const { code, field, detail } of identity) report(code, [...path, 'identities', index, field], detail);
    return [];
  });
}

/** Undefined where the authority does not bind its signatures to a repository. */
function compileAliases({ bindRepository }: AuthoritySpec, path: FieldPath, report: Report): Glob[] | undefined {
  const at = [...path, 'bindRepository', 'aliases'];
  return (
    bindRepository &&
    (bindRepository.aliases ?? []).flatMap((text, index) => compileImages(text, [...at, index], report))
  );
}
