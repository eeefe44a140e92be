import type { Checked } from './check.ts';
/** The paths from variables that an expression may read; `*` stands for any element or key. */
export function readPaths(_checked: Checked): readonly (readonly string[])[] {
  return [];
}
