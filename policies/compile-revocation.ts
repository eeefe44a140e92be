import { type Digest, parseDigest } from '../evidence/index.ts';
import type { FieldPath } from './document.ts';
import { compileIdentity, type Identity } from './identity.ts';
import { present } from './present.ts';
import type { Report } from './problem.ts';
import type { Revocation, RevokedSigner } from './revocation.ts';
import type { RevocationDocument, RevokedSignerSpec } from './schema/revocation.ts';

/** Compiles a Revocation; one that revokes nothing is a problem, for somebody meant something by it. */
export function compileRevocation({ metadata, spec }: RevocationDocument, report: Report): Revocation {
  if (spec.digests === undefined && spec.signers === undefined) {
    report('FIELD_MISSING', ['spec'], 'it names neither digests nor signers, and so revokes nothing');
  }
  const digests = new Set((spec.digests ?? []).flatMap(digestOf));
  const signers = (spec.signers ?? []).map((signer, index) =>
    compileSigner(signer, ['spec', 'signers', index], report),
  );
  return { name: metadata.name, reason: spec.reason, digests, signers };
}

function compileSigner(spec: RevokedSignerSpec, path: FieldPath, report: Report): RevokedSigner {
  if (spec.issuer !== undefined && spec.identity === undefined) {
    report('FIELD_MISSING', [...path, 'identity'], '"issuer" stands beside an identity');
  }
  const from = spec.signedFrom === undefined ? -Infinity : instant(spec.signedFrom, [...path, 'signedFrom'], report);
  const until = spec.signedUntil === undefined ? Infinity : instant(spec.signedUntil, [...path, 'signedUntil'], report);
  if (from >= until)
    report(
      'UNSAFE_COMBINATION',
      [...path, 'signedUntil'],
      'it is not later than "signedFrom": nothing would be revoked',
    );
  const [key] = spec.key === undefined ? [] : digestOf(spec.key);
  return present({ key, identity: compileHolder(spec, [...path, 'identity'], report), from, until });
}

/** A revocation may be as broad as it likes: it takes trust away. Captures, which nothing fills in, it cannot have. */
function compileHolder({ identity, issuer }: RevokedSignerSpec, path: FieldPath, report: Report): Identity | undefined {
  if (identity === undefined) return undefined;
  const compiled = compileIdentity(present({ ...identity, issuer }));
  if ('length' in compiled) {
    for (const { code, field, detail } of compiled) report(code, [...path, field], detail);
    return undefined;
  }
  if (compiled.names.length > 0) report('PATTERN_WRONG', path, 'captures stand in policies only');
  return compiled;
}

function instant(text: string, path: FieldPath, report: Report): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) report('FIELD_WRONG', path, `"${text}" is no time; "2026-11-02T10:14:07Z" is`);
  return time;
}

const digestOf = (text: string): Digest[] => {
  const digest = parseDigest(text);
  return digest === undefined ? [] : [digest];
};
