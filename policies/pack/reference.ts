import { isBundleReference } from '../bundle/open.ts';

/** `pod-security:restricted@v1.34`: profiles of a pack of the library, at a version. */
export interface PackReference {
  readonly pack: string;
  /** None: the pack's default. */
  readonly profiles: readonly string[];
  /** `v1.34`, or `latest`, as it is written. */
  readonly version?: string;
}

/** With this before it a word is a pack, whatever files there are. */
const scheme = 'pack:';

const syntax =
  /^(?:pack:)?([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)(?::([a-z0-9][-a-z0-9]*(?:,[a-z0-9][-a-z0-9]*)*))?(?:@([A-Za-z0-9.]{1,20}))?$/;

/** Undefined for what could only be a path. */
export function parsePackReference(word: string): PackReference | undefined {
  const [, pack, profiles, version] = syntax.exec(word) ?? [];
  if (pack === undefined) return undefined;
  return { pack, profiles: profiles?.split(',') ?? [], ...(version === undefined ? {} : { version }) };
}

/** Whether the word was settled to be a pack. */
export const isPackReference = (word: string): boolean => word.startsWith(scheme);

/**
 * Settles what a word among policies is: `pack:NAME...` where it names a pack, else the path. A file or folder that is there
 * goes before a pack that is called the same.
 */
export function settleSource(word: string, path: string, isThere: (path: string) => boolean): string {
  if (isBundleReference(word) || isPackReference(word)) return word;
  return parsePackReference(word) !== undefined && !isThere(path) ? `${scheme}${word}` : path;
}

/** The words of `ASSAY_POLICIES`, which colons part; a bundle or a pack with its profile, which have colons of their own, stands alone. */
export function partSources(stated: string, isThere: (path: string) => boolean): readonly string[] {
  const [first = ''] = stated.split(':');
  const alone =
    isBundleReference(stated) ||
    isPackReference(stated) ||
    (parsePackReference(stated) !== undefined && !isThere(first));
  return alone ? [stated] : stated.split(':');
}
