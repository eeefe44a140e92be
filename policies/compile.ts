import {
  parsePublicKey,
  type Requirement,
  requirementOf,
  type TrustMaterial,
  withObservers,
} from '../evidence/index.ts';
import type { Authority } from './authority.ts';
import type { Document, FieldPath } from './document.ts';
import { compileGlob, type Glob, literalPrefix } from './glob.ts';
import { compileIdentity, type Identity } from './identity.ts';
import type { CompiledPolicy, PolicySet } from './policy.ts';
import type { Problem, ProblemCode } from './problem.ts';
import type { Rule } from './rule.ts';
import { pinRule } from './rule/pin.ts';
import { signaturesRule } from './rule/signatures.ts';
import {
  type AuthoritySpec,
  type ClusterWorkloadPolicy,
  clusterWorkloadPolicySchema,
  fieldsNotBuilt,
  valuesNotBuilt,
} from './schema.ts';
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

type Report = (code: ProblemCode, path: FieldPath, detail: string) => void;

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

/** The host is written out: `nginx` alone would match no canonical repository, and silently govern nothing. */
function compileImages(text: string, path: FieldPath, report: Report): Glob[] {
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

function compileAuthorities(
  specs: readonly AuthoritySpec[],
  context: CompileContext,
  report: Report,
): ReadonlyMap<string, Authority> {
  const authorities = new Map<string, Authority>();
  for (const [index, spec] of specs.entries()) {
    const path = ['spec', 'authorities', index];
    if (specs.findIndex(({ name }) => name === spec.name) < index)
      report('NAME_TAKEN', [...path, 'name'], `an authority named "${spec.name}" stands above`);
    const authority = compileAuthority(spec, path, context, report);
    if (authority !== undefined) authorities.set(spec.name, authority);
  }
  return authorities;
}

function compileAuthority(
  spec: AuthoritySpec,
  path: FieldPath,
  context: CompileContext,
  report: Report,
): Authority | undefined {
  if ((spec.key === undefined) === (spec.keyless === undefined)) {
    report('FIELD_MISSING', path, 'exactly one of "keyless" and "key" is written');
    return undefined;
  }
  const material = compileMaterial(spec, path, context, report);
  const identities = compileIdentities(spec, path, report);
  if (material === undefined) return undefined;
  return { name: spec.name, material, requirement: requirementFor(spec, material, path, report), identities };
}

function compileMaterial(
  { key, keyless }: AuthoritySpec,
  path: FieldPath,
  context: CompileContext,
  report: Report,
): TrustMaterial | undefined {
  if (keyless !== undefined) {
    const root = trustRoot(keyless.trustRoot, [...path, 'keyless', 'trustRoot'], context, report);
    if (root?.offers.certificateAuthorities !== 0) return root;
    report(
      'REFERENCE_UNRESOLVED',
      [...path, 'keyless', 'trustRoot'],
      `trust root "${keyless.trustRoot}" holds no certificate authority`,
    );
    return undefined;
  }
  const material = parsePublicKey(key?.data ?? '');
  if (material.kind === 'problem') {
    report('FIELD_WRONG', [...path, 'key', 'data'], material.detail);
    return undefined;
  }
  if (key?.trustRoot === undefined) return material;
  const root = trustRoot(key.trustRoot, [...path, 'key', 'trustRoot'], context, report);
  return root && withObservers(material, root);
}

function trustRoot(
  name: string,
  path: FieldPath,
  { trustRoots }: CompileContext,
  report: Report,
): TrustMaterial | undefined {
  const root = trustRoots.get(name);
  if (root === undefined)
    report(
      'REFERENCE_UNRESOLVED',
      path,
      `no trust root is named "${name}"; known are ${[...trustRoots.keys()].join(', ')}`,
    );
  return root;
}

function compileIdentities({ keyless }: AuthoritySpec, path: FieldPath, report: Report): Identity[] {
  return (keyless?.identities ?? []).flatMap((spec, index) => {
    const identity = compileIdentity(spec);
    if (!('length' in identity)) return [identity];
    for (const { code, field, detail } of identity)
      report(code, [...path, 'keyless', 'identities', index, field], detail);
    return [];
  });
}

/** What the material asks for by itself, and what the authority asks for on top; never less. */
function requirementFor(spec: AuthoritySpec, material: TrustMaterial, path: FieldPath, report: Report): Requirement {
  const least = requirementOf(material);
  const { offers } = material;
  const wanted = { log: spec.log === 'Required' ? 1 : 0, timestamps: spec.timestamps ?? 0, scts: spec.scts ?? 0 };
  const offered = { log: offers.logs, timestamps: offers.timestampAuthorities, scts: offers.ctLogs };
  for (const field of ['log', 'timestamps', 'scts'] as const) {
    if (wanted[field] > offered[field]) {
      report(
        'UNSAFE_COMBINATION',
        [...path, field],
        `${wanted[field]} wanted, but the trust root offers ${offered[field]}: no signature could ever be accepted`,
      );
    }
  }
  return {
    ...least,
    log: Math.max(least.log, wanted.log),
    timestamps: Math.max(least.timestamps, wanted.timestamps),
    scts: Math.max(least.scts, wanted.scts),
  };
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
  for (const capture of new Set(authority?.identities.flatMap((identity) => identity.names))) {
    if (images === undefined || images.some((glob) => !glob.names.includes(capture))) {
      report(
        'REFERENCE_UNRESOLVED',
        ['spec', 'images'],
        `authority "${name}" refers to {${capture}}, which not every pattern of images captures`,
      );
    }
  }
}
