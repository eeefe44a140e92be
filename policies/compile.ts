import type { TrustMaterial } from '../evidence/index.ts';
import type { Authority } from './authority.ts';
import { compileAuthorities } from './compile-authority.ts';
import { compileImages } from './compile-images.ts';
import type { Document } from './document.ts';
import { type Glob, literalPrefix } from './glob.ts';
import type { CompiledPolicy, PolicySet } from './policy.ts';
import type { Problem, Report } from './problem.ts';
import type { Rule } from './rule.ts';
import { pinRule } from './rule/pin.ts';
import { signaturesRule } from './rule/signatures.ts';
import {
  type ClusterWorkloadPolicy,
  clusterWorkloadPolicySchema,
  fieldsNotBuilt,
  valuesNotBuilt,
} from './schema/policy.ts';
import { problemAt, validate, valueAt } from './validate.ts';

/** What policies refer to by name. */
export interface CompileContext {
  readonly trustRoots: ReadonlyMap<string, TrustMaterial>;
}

export interface CompiledDocuments {
  readonly policies: PolicySet;
  /** Of all documents at once. A caller that finds any keeps the last good set. */
  readonly problems: readonly Problem[];
}

/** Compiles every policy document; those with problems are left out and all their problems told. */
export function compilePolicies(documents: readonly Document[], context: CompileContext): CompiledDocuments {
  const problems: Problem[] = [];
  const policies = new Map<string, CompiledPolicy>();
  for (const document of documents) {
    const policy = compileDocument(document, context, problems);
    if (policy === undefined) continue;
    if (policies.has(policy.name))
      problems.push(
        problemAt(document, 'NAME_TAKEN', ['metadata', 'name'], `a policy named "${policy.name}" is loaded already`),
      );
    else policies.set(policy.name, policy);
  }
  return { policies: { policies: [...policies.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)) }, problems };
}

function compileDocument(document: Document, context: CompileContext, problems: Problem[]): CompiledPolicy | undefined {
  const kind = valueAt(document.value, ['kind']);
  if (kind !== 'ClusterWorkloadPolicy') {
    problems.push(
      problemAt(
        document,
        'DOCUMENT_KIND_UNKNOWN',
        ['kind'],
        `kind ${JSON.stringify(kind) ?? 'nothing'} is no policy of this version; ClusterWorkloadPolicy is`,
      ),
    );
    return undefined;
  }
  const validated = validate(document, clusterWorkloadPolicySchema, { fields: fieldsNotBuilt, values: valuesNotBuilt });
  if (validated.kind === 'problems') {
    problems.push(...validated.problems);
    return undefined;
  }
  const before = problems.length;
  const policy = compilePolicy(validated.value, context, (code, path, detail) =>
    problems.push(problemAt(document, code, path, detail)),
  );
  return problems.length === before ? policy : undefined;
}

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
  const rules: Rule[] = [pinRule(pin)];
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
  return {
    name: metadata.name,
    ...(images === undefined ? {} : { images }),
    rules,
    pin,
    onUnavailable,
    failurePolicy,
    validationActions,
  };
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
