import type { Static, TSchema } from 'typebox';
import type { TrustMaterial } from '../evidence/index.ts';
import type { Authority } from './authority.ts';
import { compileAuthorities } from './compile-authority.ts';
import { compileImages } from './compile-images.ts';
import { compileRevocation } from './compile-revocation.ts';
import type { Document } from './document.ts';
import { type Glob, literalPrefix } from './glob.ts';
import type { LoadedKey } from './keys.ts';
import type { CompiledPolicy, PolicySet } from './policy.ts';
import { present } from './present.ts';
import type { Problem, Report } from './problem.ts';
import type { Revocation } from './revocation.ts';
import type { Rule } from './rule.ts';
import { pinRule } from './rule/pin.ts';
import { signaturesRule } from './rule/signatures.ts';
import { type ClusterWorkloadPolicy, clusterWorkloadPolicySchema, fieldsNotBuilt } from './schema/policy.ts';
import { revocationSchema } from './schema/revocation.ts';
import { problemAt, validate, valueAt } from './validate.ts';

/** What policies refer to by name. */
export interface CompileContext {
  readonly trustRoots: ReadonlyMap<string, TrustMaterial>;
  /** Keys of key services by URI (`loadKeys`); one that is not here is a problem of the policy that names it. */
  readonly keys?: ReadonlyMap<string, LoadedKey>;
}

export interface CompiledDocuments {
  readonly policies: PolicySet;
  /** Of all documents at once. A caller that finds any keeps the last good set. */
  readonly problems: readonly Problem[];
}

/** Compiles every document; those with problems are left out and all their problems told. */
export function compilePolicies(documents: readonly Document[], context: CompileContext): CompiledDocuments {
  const problems: Problem[] = [];
  const policies = new Map<string, CompiledPolicy>();
  const revocations = new Map<string, Revocation>();
  for (const document of documents) {
    const kind = valueAt(document.value, ['kind']);
    switch (kind) {
      case 'ClusterWorkloadPolicy':
        keep(policies, document, problems, (report) => {
          const value = validated(document, clusterWorkloadPolicySchema, problems);
          return value && compilePolicy(value, context, report);
        });
        break;
      case 'Revocation':
        keep(revocations, document, problems, (report) => {
          const value = validated(document, revocationSchema, problems);
          return value && compileRevocation(value, report);
        });
        break;
      default: {
        const detail = `kind ${JSON.stringify(kind) ?? 'nothing'} is no policy of this version; ClusterWorkloadPolicy and Revocation are`;
        problems.push(problemAt(document, 'DOCUMENT_KIND_UNKNOWN', ['kind'], detail));
      }
    }
  }
  return { policies: { policies: byName(policies), revocations: byName(revocations) }, problems };
}

/** Keeps what compiles without a problem under its name, which it must be the first to have. */
function keep<T extends { readonly name: string }>(
  kept: Map<string, T>,
  document: Document,
  problems: Problem[],
  compile: (report: Report) => T | undefined,
): void {
  const before = problems.length;
  const compiled = compile((code, path, detail) => problems.push(problemAt(document, code, path, detail)));
  if (compiled === undefined || problems.length > before) return;
  if (kept.has(compiled.name)) {
    const detail = `a document of this kind named "${compiled.name}" is loaded already`;
    problems.push(problemAt(document, 'NAME_TAKEN', ['metadata', 'name'], detail));
  } else kept.set(compiled.name, compiled);
}

function validated<S extends TSchema>(document: Document, schema: S, problems: Problem[]): Static<S> | undefined {
  const result = validate(document, schema, fieldsNotBuilt);
  if (result.kind === 'valid') return result.value;
  problems.push(...result.problems);
  return undefined;
}

const byName = <T extends { readonly name: string }>(kept: ReadonlyMap<string, T>): readonly T[] =>
  [...kept.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));

function compilePolicy(
  { metadata, spec }: ClusterWorkloadPolicy,
  context: CompileContext,
  report: Report,
): CompiledPolicy {
  const images = spec.images?.flatMap((text, index) => compileImages(text, ['spec', 'images', index], report));
  const authorities = compileAuthorities(spec.authorities ?? [], context, report);
  const { validationActions = ['Deny'], onUnavailable = 'Deny', failurePolicy = 'Fail', pin = 'Pods' } = spec;
  if (validationActions.includes('Deny') && validationActions.includes('Warn')) {
    report(
      'UNSAFE_COMBINATION',
      ['spec', 'validationActions'],
      'Deny and Warn exclude each other: a denial is shown anyway',
    );
  }
  if (onUnavailable === 'Warn') warnOnOpenHosts(images, report);
  const previouslyVerifiedMaxAge = maxAge(spec, report);
  const rules: Rule[] = [];
  if (spec.signatures !== undefined) {
    const from = namedAuthorities(spec.signatures.from, authorities, report);
    const threshold = spec.signatures.threshold ?? 1;
    if (threshold > spec.signatures.from.length) {
      report(
        'UNSAFE_COMBINATION',
        ['spec', 'signatures', 'threshold'],
        `${threshold} of ${spec.signatures.from.length} authorities can never be reached`,
      );
    }
    for (const name of spec.signatures.from) needsCaptures(name, authorities.get(name), images, report);
    rules.push(signaturesRule(metadata.name, from, threshold));
  }
  // Last, so that a message begins with what is wrong with the image and not with how it is named.
  rules.push(pinRule(pin));
  const { name } = metadata;
  return present({
    name,
    images,
    rules,
    ...(spec.signatures === undefined ? {} : { threshold: spec.signatures.threshold ?? 1 }),
    pin,
    onUnavailable,
    previouslyVerifiedMaxAge,
    failurePolicy,
    validationActions,
  });
}

/** Milliseconds. The age and the mode that reads it go together. */
function maxAge(
  { onUnavailable, previouslyVerifiedMaxAge: text }: ClusterWorkloadPolicy['spec'],
  report: Report,
): number | undefined {
  const previously = onUnavailable === 'AllowIfPreviouslyVerified';
  if (previously !== (text !== undefined)) {
    const [field, detail] = previously
      ? ['previouslyVerifiedMaxAge', 'say how long ago an image may have been proven, such as "24h"']
      : ['onUnavailable', 'previouslyVerifiedMaxAge is read with "AllowIfPreviouslyVerified" only'];
    report('FIELD_MISSING', ['spec', field], detail);
  }
  const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
  return text === undefined ? undefined : Number(text.slice(0, -1)) * (milliseconds[text.slice(-1)] ?? 0);
}

function warnOnOpenHosts(images: readonly Glob[] | undefined, report: Report): void {
  const why = 'a registry that anyone may name could feign an outage to us alone';
  if (images === undefined)
    report('UNSAFE_COMBINATION', ['spec', 'onUnavailable'], `Warn needs "images" with literal hosts: ${why}`);
  for (const [index, glob] of (images ?? []).entries()) {
    if (!literalPrefix(glob).includes('/'))
      report(
        'UNSAFE_COMBINATION',
        ['spec', 'images', index],
        `onUnavailable: Warn needs a literal registry host here: ${why}`,
      );
  }
}

function namedAuthorities(
  names: readonly string[],
  authorities: ReadonlyMap<string, Authority>,
  report: Report,
): Authority[] {
  return names.flatMap((name, index) => {
    const authority = authorities.get(name);
    if (authority !== undefined) return [authority];
    report('REFERENCE_UNRESOLVED', ['spec', 'signatures', 'from', index], `no authority is named "${name}"`);
    return [];
  });
}

/** An identity that refers to a capture needs every images pattern to capture it. */
function needsCaptures(
  name: string,
  authority: Authority | undefined,
  images: readonly Glob[] | undefined,
  report: Report,
): void {
  const names = [...(authority?.identities ?? []), ...(authority?.aliases ?? [])].flatMap((one) => one.names);
  for (const capture of new Set(names)) {
    if (images === undefined || images.some((glob) => !glob.names.includes(capture))) {
      report(
        'REFERENCE_UNRESOLVED',
        ['spec', 'images'],
        `authority "${name}" refers to {${capture}}, which not every pattern of images captures`,
      );
    }
  }
}
