import type { ImportEntry, Reading } from './reading.ts';

/** The rule that stands for everything that has no equivalent: it is never true. */
export interface Refusing {
  readonly name: string;
  readonly expression: string;
  readonly message: string;
}

/** Undefined where nothing was lost that a verdict depended on. `each`: of what is denied, every image or the whole object. */
export function refusing(reading: Reading, each: 'image' | 'object'): Refusing | undefined {
  const open = reading.entries.filter(({ consequence }) => consequence === 'refuses');
  if (open.length === 0) return undefined;
  return { name: 'not-translated', expression: each === 'image' ? never : 'false', message: messageOf(open) };
}

/** True of no image, for each has a path; and as it mentions `image`, it is asked of each of them. */
export const never = "image.path == ''";

function messageOf(open: readonly ImportEntry[]): string {
  const paths = [...new Set(open.map(({ path }) => path))];
  const more = paths.length > shown ? ` and ${paths.length - shown} more` : '';
  return `the policy was not translated wholly, and denies until somebody has settled: ${paths.slice(0, shown).join(', ')}${more}`;
}

/** A message is for whoever is denied; the report has all of them. */
const shown = 5;
