import type { FieldPath } from './document.ts';
import { compileGlob, type Glob } from './glob.ts';
import type { Report } from './problem.ts';

/** The host is written out: `nginx` alone would match no canonical repository, and silently govern nothing. */
export function compileImages(text: string, path: FieldPath, report: Report): Glob[] {
  const glob = compileGlob(text);
  if ('kind' in glob) {
    report('PATTERN_WRONG', path, glob.detail);
    return [];
  }
  const host = text.split('/', 1)[0] ?? '';
  if (text !== '**' && !(text.includes('/') && /[.:*{]|^localhost$/.test(host))) {
    report(
      'PATTERN_WRONG',
      path,
      `"${text}" names no registry host; write the canonical repository, such as "docker.io/library/${text}"`,
    );
  }
  if (/[A-Z]/.test(text.replaceAll(/\{[^}]*\}/g, '')))
    report('PATTERN_WRONG', path, 'repository names are lower case; this pattern matches none');
  if (/[@]|:[^/]*$/.test(text.slice(host.length)))
    report('PATTERN_WRONG', path, 'the pattern is matched against the repository alone, without tag and digest');
  return [glob];
}
