import { compileImages } from './compile-images.ts';
import type { Exception } from './exception.ts';
import type { Glob } from './glob.ts';
import { present } from './present.ts';
import type { Report } from './problem.ts';
import type { ExceptionDocument } from './schema/exception.ts';

/** Compiles a WorkloadException. Nobody approves what they asked for themselves. */
export function compileException({ metadata, spec }: ExceptionDocument, report: Report): Exception {
  if (spec.requestedBy === spec.approver)
    report('UNSAFE_COMBINATION', ['spec', 'approver'], 'whoever asked for an exception does not approve it');
  const expires = new Date(spec.expires);
  if (Number.isNaN(expires.getTime()))
    report('FIELD_WRONG', ['spec', 'expires'], `"${spec.expires}" is no date; "2026-11-02" is`);
  const images = spec.images?.flatMap((text, index): readonly Glob[] => {
    const path = ['spec', 'images', index];
    const globs = compileImages(text, path, report);
    if (globs.some(({ names }) => names.length > 0)) report('PATTERN_WRONG', path, 'captures stand in policies only');
    return globs;
  });
  return present({
    name: `${metadata.namespace}/${metadata.name}`,
    policy: spec.policy,
    rules: new Set(spec.rules),
    objects: spec.objects.map(({ kind, namespace, name }) => present({ kind, namespace, name: name?.split('*') })),
    images,
    digests: spec.digests && new Set(spec.digests),
    gaps: spec.gaps === 'Excuse',
    reason: spec.reason,
    approver: spec.approver,
    expires,
  });
}
