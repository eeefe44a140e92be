import { type ModuleFacts, type OciManifest, parseDigest, sha256 } from '../evidence/index.ts';
import { present } from './present.ts';
import type { CaseContents } from './schema/case-images.ts';

/** The manifest that a case has the registry answer with. */
export function manifestOf({
  mediaType,
  artifactType,
  config,
  layers,
}: NonNullable<CaseContents['manifest']>): OciManifest {
  const described = (one: typeof config) => ({
    mediaType: one.mediaType,
    digest:
      (one.digest === undefined ? undefined : parseDigest(one.digest)) ?? sha256(Buffer.from(JSON.stringify(one))),
    size: one.size ?? 0,
    annotations: {},
  });
  return present({
    kind: 'manifest' as const,
    mediaType: mediaType ?? 'application/vnd.oci.image.manifest.v1+json',
    artifactType,
    config: described(config),
    layers: layers.map(described),
    annotations: {},
  });
}

/** The modules that a case has its layers hold. */
export const modulesOf = (modules: NonNullable<CaseContents['modules']>): ModuleFacts => ({
  modules: modules.map(
    ({ kind = 'module', depth = 0, imports = [], memories = [], features = [], declared = [] }, at) => ({
      kind,
      depth,
      imports,
      memories: memories.map(({ min, max, memory64 = false, shared = false, imported = false, ownPages = false }) => ({
        min: BigInt(min),
        max: max === undefined ? undefined : BigInt(max),
        ...{ memory64, shared, imported, ownPages },
      })),
      features,
      declared,
      layer: sha256(Buffer.from(`module ${at}`)),
    }),
  ),
});
