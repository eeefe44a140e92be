import type { PlatformFacts } from '../evidence/index.ts';

/** What a node is, as image indexes say it (OCI image index, `platform`). */
export type Platform = NonNullable<PlatformFacts['runnable'][number]['platform']>;

/** `linux/arm64`, `linux/arm/v7`, `windows/amd64:10.0.20348`, as crane and others write it; undefined for anything else. */
export function parsePlatform(text: string): Platform | undefined {
  const [, os, architecture, variant, osVersion] =
    /^([a-z0-9]+)\/([a-z0-9_-]+)(?:\/([a-z0-9.]+))?(?::([0-9]+(?:\.[0-9]+){2,3}))?$/.exec(text) ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(osVersion === undefined ? {} : { osVersion }),
  };
}

/** The same without the version of the system, which few indexes have. */
export const formatPlatform = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, variant].filter((part) => part !== undefined).join('/');
