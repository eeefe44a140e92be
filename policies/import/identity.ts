import type { FieldPath } from '../document.ts';
import { compileIdentity } from '../identity.ts';
import type { IdentitySpec } from '../schema/authority.ts';
import type { Reading } from './reading.ts';

/**
 * One identity of cosign (issuer or issuerRegExp, subject or subjectRegExp, the patterns unanchored and first) as those of
 * ours that together mean no more; none where there is no such.
 */
export function importIdentity(reading: Reading, path: FieldPath): readonly IdentitySpec[] {
  const issuer = importIssuer(reading, path);
  if (reading.has([...path, 'subjectExpression'])) {
    const remedy = 'write the subject that it comes to';
    reading.lost([...path, 'subjectExpression'], 'a subject is not computed', remedy, 'stricter');
    reading.take(path);
    return [];
  }
  const pattern = reading.text([...path, 'subjectRegExp']);
  const subject = reading.text([...path, 'subject']);
  if (issuer === undefined) {
    reading.take(path);
    return [];
  }
  if (pattern !== undefined && subject !== undefined)
    reading.changed([...path, 'subject'], 'subjectRegExp goes before it, as in cosign; only that is kept', 'none');
  if (pattern === undefined && subject === undefined)
    reading.changed(path, `it names no subject, so that everybody of "${issuer}" may sign; that is kept`, 'none');
  const wanted = subjectOf(pattern, subject);
  const at = [...path, pattern === undefined ? 'subject' : 'subjectRegExp'];
  const settled = settle({ issuer, ...wanted });
  if (settled === undefined) {
    reading.lost(at, 'it is no pattern of RE2', 'write it as one, or as subject or subjectGlob', 'stricter');
    return [];
  }
  if (pattern !== undefined && wanted.subjectRegExp !== pattern)
    reading.changed(at, `it matched anywhere in a subject; now all of it must match "${wanted.subjectRegExp}"`);
  if (settled.some(({ broadPattern }) => broadPattern === 'Accept') && pattern !== undefined)
    reading.changed(
      at,
      'it is broad (any host, or dots that match anything), which "broadPattern: Accept" says',
      'none',
    );
  return settled;
}

/** The literal issuer. */
function importIssuer(reading: Reading, path: FieldPath): string | undefined {
  const pattern = reading.text([...path, 'issuerRegExp']);
  const issuer = reading.text([...path, 'issuer']);
  if (pattern === undefined) {
    if (issuer === undefined)
      reading.lost(path, 'it lets every issuer vouch', 'write the issuer that is meant', 'stricter');
    return issuer;
  }
  const literal = literalOf(pattern);
  if (literal === undefined) {
    const remedy = 'write one identity for each issuer that is meant';
    reading.lost([...path, 'issuerRegExp'], 'an issuer is compared literally', remedy, 'stricter');
    return undefined;
  }
  reading.changed([...path, 'issuerRegExp'], `it is read as the one issuer "${literal}"`);
  if (issuer !== undefined)
    reading.changed([...path, 'issuer'], 'issuerRegExp goes before it, as in cosign; only that is kept', 'none');
  return literal;
}

/** The text that a pattern without operators means; its dots are meant as dots. */
function literalOf(pattern: string): string | undefined {
  const body = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  return /^(?:[^\\^$*+?()[\]{}|]|\\[^A-Za-z0-9])+$/.test(body) ? body.replaceAll(/\\(.)/g, '$1') : undefined;
}

function subjectOf(
  pattern: string | undefined,
  subject: string | undefined,
): { readonly subject?: string; readonly subjectRegExp?: string } {
  if (pattern !== undefined) return { subjectRegExp: anchor(pattern) };
  if (subject === undefined) return { subjectRegExp: '^.*$' };
  return /[*{}]/.test(subject) ? { subjectRegExp: `^${escapePattern(subject)}$` } : { subject };
}

function anchor(pattern: string): string {
  if (/^\^[^|]*(?<!\\)\$$/.test(pattern)) return pattern;
  const body = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  return body.includes('|') ? `^(?:${body})$` : `^${body}$`;
}

const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** Says what the loader wants to be said: that a pattern is broad, and which kinds of subjects it is about. */
function settle(spec: IdentitySpec): readonly IdentitySpec[] | undefined {
  const compiled = compileIdentity(spec);
  if (!('length' in compiled)) return [spec];
  if (compiled.some(({ field }) => field === 'subjectKind') && spec.subjectKind === undefined) {
    const all = (['uri', 'email', 'other'] as const).map((subjectKind) => settle({ ...spec, subjectKind }));
    return all.every((one) => one !== undefined) ? all.flat() : undefined;
  }
  const broad = compiled.every(({ code }) => code === 'UNSAFE_COMBINATION') && spec.broadPattern === undefined;
  return broad && spec.subjectRegExp !== undefined ? settle({ ...spec, broadPattern: 'Accept' }) : undefined;
}
