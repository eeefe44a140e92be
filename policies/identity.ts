import type { CertificateSigner } from '../evidence/index.ts';
import { type Captures, compileGlob, type Glob, literalPrefix, matchGlob, substitute } from './glob.ts';
import { compileSubjectPattern, type SubjectPattern } from './pattern.ts';
import { present } from './present.ts';
import { type ExtensionName, extensionNames, type IdentitySpec } from './schema/authority.ts';

/** Who a policy lets sign: everything written must hold, compared as bytes. */
export interface Identity {
  /** Absent for certificates of one's own authority, which name none. */
  readonly issuer?: string;
  readonly subject: Glob | SubjectPattern;
  readonly kind: 'uri' | 'email' | 'other';
  readonly extensions: readonly { readonly name: ExtensionName; readonly pattern: Glob }[];
  /** Captures that it refers to. */
  readonly names: readonly string[];
}

/** Why a specification is no identity: the field and what would be right. */
export interface IdentityProblem {
  readonly field: string;
  readonly code: 'FIELD_MISSING' | 'PATTERN_WRONG' | 'UNSAFE_COMBINATION';
  readonly detail: string;
}

export function compileIdentity(spec: IdentitySpec): Identity | readonly IdentityProblem[] {
  const problems: IdentityProblem[] = [];
  const subject = compileSubject(spec, problems);
  const kind = subject && subjectKind(spec, subject, problems);
  if (subject && kind && spec.subjectGlob !== undefined && 'tokens' in subject)
    problems.push(...openings(subject, kind));
  const extensions = extensionNames.flatMap((name) => {
    const value = spec[name];
    const pattern = value === undefined ? undefined : compileExtension(name, value, problems);
    return pattern === undefined ? [] : [{ name, pattern }];
  });
  if (problems.length > 0 || subject === undefined || kind === undefined) return problems;
  const names = [
    ...new Set(
      [subject, ...extensions.map(({ pattern }) => pattern)].flatMap((one) => ('names' in one ? one.names : [])),
    ),
  ];
  return present({ issuer: spec.issuer, subject, kind, extensions, names });
}

/** Undefined where the signer is this identity; else the first thing that differs, and how many things agreed before it. */
export function difference(identity: Identity, signer: CertificateSigner, captures: Captures): Difference | undefined {
  if (identity.issuer !== undefined && signer.issuer !== identity.issuer)
    return { agreed: 0, detail: `issuer is "${signer.issuer ?? 'none'}", not "${identity.issuer}"` };
  if (signer.subject.kind !== identity.kind)
    return { agreed: 1, detail: `subject is ${signer.subject.kind} "${signer.subject.value}", not ${identity.kind}` };
  const missed = subjectDifference(identity.subject, signer.subject.value, captures);
  if (missed !== undefined) return missed;
  for (const [index, { name, pattern }] of identity.extensions.entries()) {
    const value = signer.extensions[name];
    const wanted = substitute(pattern, captures);
    if (value === undefined)
      return {
        agreed: 3 + index,
        detail: `the certificate does not state ${name}; "${describeGlob(wanted)}" is wanted`,
      };
    if (matchGlob(wanted, value) === undefined)
      return { agreed: 3 + index, detail: `${name} is "${value}", not "${describeGlob(wanted)}"` };
  }
  return undefined;
}

function subjectDifference(subject: Identity['subject'], value: string, captures: Captures): Difference | undefined {
  if ('matches' in subject) {
    return subject.matches(value) ? undefined : { agreed: 2, detail: `subject does not match ${subject.source}` };
  }
  const wanted = substitute(subject, captures);
  if (matchGlob(wanted, value) !== undefined) return undefined;
  const agreed = commonPrefix(describeGlob(wanted), value);
  const detail = agreed === '' ? 'subject differs from its start' : `subject differs after "${agreed}"`;
  return { agreed: 2 + agreed.length / 4096, detail };
}

export interface Difference {
  /** Larger is nearer. */
  readonly agreed: number;
  readonly detail: string;
  /** Everything agreed, but the signer is revoked. */
  readonly revoked?: true;
}

/** What is wanted, for a person, with the captures of this image put in. */
export const describeIdentity = ({ subject }: Identity, captures: Captures): string =>
  'matches' in subject ? subject.source : describeGlob(substitute(subject, captures));

export function describeGlob(glob: Glob): string {
  return glob.tokens
    .map((token) => {
      switch (token.kind) {
        case 'literal':
          return token.text;
        case 'star':
          return '*';
        case 'globstar':
          return '**';
        case 'name':
          return `{${token.name}}`;
        case 'nothing':
          return '{}';
      }
    })
    .join('');
}

function compileSubject(spec: IdentitySpec, problems: IdentityProblem[]): Identity['subject'] | undefined {
  const { subject, subjectGlob, subjectRegExp, broadPattern } = spec;
  const [given, ...more] = [subject, subjectGlob, subjectRegExp].filter((one) => one !== undefined);
  if (given === undefined || more.length > 0) {
    const detail =
      'exactly one of "subject", "subjectGlob" and "subjectRegExp" is written: without a subject every signer of the issuer would be accepted';
    problems.push({ field: 'subject', code: 'FIELD_MISSING', detail });
    return undefined;
  }
  if (subject !== undefined) {
    const detail = '"subject" is compared literally; wildcards and captures stand in "subjectGlob"';
    if (/[*{}]/.test(subject)) problems.push({ field: 'subject', code: 'PATTERN_WRONG', detail });
    return literal(subject);
  }
  if (subjectRegExp !== undefined) {
    const pattern = compileSubjectPattern(subjectRegExp, broadPattern === 'Accept');
    if ('matches' in pattern) return pattern;
    problems.push(...pattern.map((problem) => ({ field: 'subjectRegExp', ...problem })));
    return undefined;
  }
  const glob = compileGlob(given);
  if (!('kind' in glob)) return glob;
  problems.push({ field: 'subjectGlob', code: 'PATTERN_WRONG', detail: glob.detail });
  return undefined;
}

function subjectKind(
  spec: IdentitySpec,
  subject: Identity['subject'],
  problems: IdentityProblem[],
): Identity['kind'] | undefined {
  if (spec.subjectKind !== undefined) return spec.subjectKind;
  const [text, prefix] =
    'matches' in subject
      ? [subject.source.replaceAll(/^\^|\\|\$$/g, ''), subject.source.replaceAll(/^\^|\\/g, '')]
      : [subject.text, literalPrefix(subject)];
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(prefix)) return 'uri';
  if (/^[^@/]*@[^@/*{]+$/.test(text)) return 'email';
  problems.push({
    field: 'subjectKind',
    code: 'FIELD_MISSING',
    detail: 'the subject has no literal scheme and is no email address; say "subjectKind: uri", "email" or "other"',
  });
  return undefined;
}

/** What an outsider could choose for himself is refused: an open host, or a capture before scheme, host and owner are literal. */
function openings(subject: Glob, kind: Identity['kind']): IdentityProblem[] {
  const prefix = literalPrefix(subject);
  const unsafe = (detail: string): IdentityProblem[] => [{ field: 'subjectGlob', code: 'UNSAFE_COMBINATION', detail }];
  if (subject.names.length > 0 && !owned.test(prefix))
    return unsafe(
      `a capture stands behind a literal scheme, host and owner: "https://github.com/acme/{app}/..."; here the literal part is "${prefix}"`,
    );
  // A branch may be called "x/release.yml@refs/tags/v1": whoever may push one would sign as if from a tag.
  const crossing = subject.tokens.findIndex((token) => token.kind === 'globstar');
  if (
    crossing !== -1 &&
    subject.tokens.slice(crossing).some((token) => token.kind === 'literal' && token.text.includes('@'))
  )
    return unsafe('"**" crosses the "@" before a ref, which a branch may have in its name; write the path with "*"');
  switch (kind) {
    case 'uri':
      return /^[a-z][a-z0-9+.-]*:\/\/[^/]+\//.test(prefix)
        ? []
        : unsafe('the scheme and the host of the subject are literal, or anyone could sign');
    case 'email':
      return /@[^@*{]+$/.test(subject.text)
        ? []
        : unsafe('the domain of the email address is literal, or anyone could sign');
    case 'other':
      return prefix === '' ? unsafe('the subject begins literally, or anyone could sign') : [];
  }
}

const owned = /^[a-z][a-z0-9+.-]*:\/\/[^/]+\/[^/]+\//;

/** Extensions are literal but for captures, which stand behind scheme, host and owner as in a subject. */
function compileExtension(name: ExtensionName, value: string, problems: IdentityProblem[]): Glob | undefined {
  if (!value.includes('{')) return literal(value);
  const glob = compileGlob(value.replaceAll('*', '{'));
  if (value.includes('*') || 'kind' in glob) {
    problems.push({
      field: name,
      code: 'PATTERN_WRONG',
      detail: 'an extension is compared literally; only {captures} may stand in it',
    });
    return undefined;
  }
  if (!owned.test(literalPrefix(glob))) {
    problems.push({
      field: name,
      code: 'UNSAFE_COMBINATION',
      detail: 'a capture stands behind a literal scheme, host and owner',
    });
  }
  return glob;
}

const literal = (text: string): Glob => ({ text, tokens: [{ kind: 'literal', text }], names: [] });

/** The part both share, cut at the last separator so that it reads as a whole. */
function commonPrefix(wanted: string, given: string): string {
  let length = 0;
  while (length < wanted.length && wanted[length] === given[length]) length += 1;
  const shared = given.slice(0, length);
  return shared.slice(0, Math.max(shared.lastIndexOf('/'), shared.lastIndexOf('@')) + 1);
}
