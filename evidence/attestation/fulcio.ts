import type { ASN1Obj } from '@sigstore/core';
import type { Certificate } from '../trust/certificate.ts';
import type { FulcioExtensions, SubjectAlternativeName } from './signer.ts';

/** What a certificate says of its owner. */
export interface Claims {
  readonly kind: 'claims';
  readonly subject: SubjectAlternativeName;
  readonly issuer?: string;
  readonly extensions: FulcioExtensions;
}

export interface ClaimsProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

/**
 * Fulcio's extensions `.1` to `.24` (fulcio/docs/oid-info.md) and the one subject alternative name. The old extensions
 * hold raw UTF-8, those from `.8` on DER; where both say a thing and disagree, neither is believed (A-VER-7).
 */
export function decodeClaims({ x509 }: Certificate): Claims | ClaimsProblem {
  try {
    const subject = subjectOf(x509.extension('2.5.29.17')?.valueObj.subs[0]);
    if ('detail' in subject) return subject;
    const values = new Map<number, string>();
    for (const extension of x509.extensions) {
      const oid = extension.subs[0]?.toOID() ?? '';
      const number = oid.startsWith(arc) ? Number(oid.slice(arc.length)) : 0;
      const bytes = extension.subs.at(-1)?.value;
      if (!(number in names || number === 1 || number === 8) || bytes === undefined) continue;
      const value = number < 8 ? printable(bytes) : utf8String(bytes);
      if (value === undefined)
        return problem(`the extension ${oid} is not printable UTF-8${number < 8 ? '' : ' in DER'}`);
      values.set(number, value);
    }
    return disagreement(values) ?? { kind: 'claims', subject, ...issuerOf(values), extensions: named(values) };
  } catch {
    return problem('the extensions cannot be read');
  }
}

const arc = '1.3.6.1.4.1.57264.1.';

const names: Readonly<Record<number, keyof FulcioExtensions>> = {
  2: 'githubWorkflowTrigger',
  3: 'githubWorkflowSha',
  4: 'githubWorkflowName',
  5: 'githubWorkflowRepository',
  6: 'githubWorkflowRef',
  9: 'buildSignerUri',
  10: 'buildSignerDigest',
  11: 'runnerEnvironment',
  12: 'sourceRepository',
  13: 'sourceRepositoryDigest',
  14: 'sourceRepositoryRef',
  15: 'sourceRepositoryIdentifier',
  16: 'sourceRepositoryOwner',
  17: 'sourceRepositoryOwnerIdentifier',
  18: 'buildConfigUri',
  19: 'buildConfigDigest',
  20: 'buildTrigger',
  21: 'runInvocationUri',
  22: 'sourceRepositoryVisibility',
  23: 'deploymentEnvironment',
  24: 'tokenSubject',
};

/** The new extension that replaced each old one. */
const successors: readonly (readonly [old: number, now: number])[] = [
  [1, 8],
  [2, 20],
  [3, 13],
  [5, 12],
  [6, 14],
];

function disagreement(values: ReadonlyMap<number, string>): ClaimsProblem | undefined {
  for (const [old, now] of successors) {
    const [was, is] = [values.get(old), values.get(now)];
    // The old repository had no host; the new one is its URL on github.com or on an enterprise's own server.
    if (was !== undefined && is !== undefined && (old === 5 ? is.replace(/^https:\/\/[^/]+\//, '') : is) !== was) {
      return problem(`its extensions .${old} and .${now} disagree: ${JSON.stringify(was)} and ${JSON.stringify(is)}`);
    }
  }
  return undefined;
}

function issuerOf(values: ReadonlyMap<number, string>): { readonly issuer?: string } {
  const issuer = values.get(8) ?? values.get(1);
  return issuer === undefined ? {} : { issuer };
}

function named(values: ReadonlyMap<number, string>): FulcioExtensions {
  const entries = [...values].flatMap(([number, value]) => {
    const name = names[number];
    return name === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** RFC 5280, 4.2.1.6, with exactly one name: a second one would be the one that somebody else compares. */
function subjectOf(list: ASN1Obj | undefined): SubjectAlternativeName | ClaimsProblem {
  const [name, ...more] = list?.subs ?? [];
  if (name === undefined || more.length > 0)
    return problem(`${more.length + (name ? 1 : 0)} subject names; expected one`);
  if (name.tag.isContextSpecific(6)) return plain('uri', ascii(name.value));
  if (name.tag.isContextSpecific(1)) return plain('email', ascii(name.value));
  if (name.tag.isContextSpecific(0)) return otherName(name);
  return problem('its subject name is neither a URI, an e-mail address nor a name of Fulcio');
}

function otherName({ subs: [oid, explicit] }: ASN1Obj): SubjectAlternativeName | ClaimsProblem {
  if (oid?.toOID() !== `${arc}7`) return problem('its subject is another name of a kind that is not known here');
  const inner = explicit?.subs[0];
  return plain('other', inner === undefined ? undefined : utf8String(inner.toDER()));
}

const plain = (
  kind: SubjectAlternativeName['kind'],
  value: string | undefined,
): SubjectAlternativeName | ClaimsProblem =>
  value === undefined || value === '' ? problem('its subject name is empty or not printable') : { kind, value };

/** IA5String without controls and spaces: a line break in a name is a way past patterns (A-VER-6). */
function ascii(bytes: Buffer): string | undefined {
  return bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytes.toString('latin1') : undefined;
}

/** DER UTF8String, to its last byte. */
function utf8String(der: Buffer): string | undefined {
  if (der[0] !== 0x0c) return undefined;
  const { start, length } = derLength(der);
  return start + length === der.length ? printable(der.subarray(start)) : undefined;
}

/** X.690, 10.1: the shortest form only. Values longer than two length bytes do not fit in a certificate here. */
function derLength(der: Buffer): { readonly start: number; readonly length: number } {
  const [, first = 0, second = 0, third = 0] = der;
  if (first < 0x80) return { start: 2, length: first };
  if (first === 0x81 && second >= 0x80) return { start: 3, length: second };
  if (first === 0x82 && second > 0) return { start: 4, length: second * 256 + third };
  return { start: der.length + 1, length: 0 };
}

function printable(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return misleading.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Controls, line breaks, and what turns the direction of writing; other invisible characters are part of some emoji. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

const problem = (detail: string): ClaimsProblem => ({ kind: 'problem', detail });
