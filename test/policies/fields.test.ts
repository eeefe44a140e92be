import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parsePublicKey } from '../../evidence/index.ts';
import { extensionNames } from '../../policies/schema/authority.ts';
import { clusterWorkloadPolicySchema, workloadPolicySchema } from '../../policies/schema/policy.ts';
import { type Registry, startRegistry, pushImage } from '../support/registry/index.ts';
import { certificatePem } from '../support/sigstore/certificate.ts';
import type { KubernetesObject } from '../../policies/index.ts';
import { manifest, openCorridor } from '../support/shop/corridor.ts';
import { deployment, shopConfiguration } from '../support/shop/index.ts';
import { constraints, selector } from './constraint-rows.ts';
import { leaves, requiredLeaves, without } from './schema-fields.ts';
import {
  attestImage,
  createSigstore,
  generateKey,
  githubIssuer,
  githubWorkflow,
  type ImageSignature,
  keySigner,
  publicPem,
  type Sigstore,
  signImage,
} from '../support/sigstore/index.ts';

/**
 * Every field of the policy schema flips a verdict: with one value the object is admitted, with another it is denied or
 * the document refused. The fields come from the schema, so that a new one without a row fails.
 */

type Spec = Record<string, unknown>;

interface Row {
  /** Admits. */
  readonly with: Spec;
  /** Denies with the code; only the field of the row differs. */
  readonly without: Spec;
  readonly code: string;
  /** Instead of the keyless image that everything in `release` accepts. */
  readonly image?: 'key' | 'logged-key' | 'promoted' | 'absent-tag';
  /** The registry fails; with `after`, two minutes after the image was proven. */
  readonly outage?: true | 'after';
  readonly malformed?: true;
  /** An UPDATE that changes nothing. */
  readonly update?: true;
  /** Of the Deployment; apps/v1 where it is left out. */
  readonly apiVersion?: string;
}

const run = githubWorkflow({
  repository: 'acme/shop',
  workflow: 'release.yml',
  ref: 'refs/tags/v1',
  environment: 'production',
});
const key = generateKey();
const other = generateKey();
let registry: Registry;
let sigstore: Sigstore;
let stranger: Sigstore;
const images: Record<string, string> = {};
const pinned: Record<string, string> = {};

beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  stranger = createSigstore();
  const publish = async (name: string, how: Pick<ImageSignature, 'as' | 'format' | 'dockerReference'>) => {
    const image = await pushImage(registry, { repository: 'acme/shop', tag: name, seed: name });
    await signImage({ registry, ...image, ...how });
    if (name === 'keyless')
      await attestImage({ registry, ...image, ...how, format: 'bundle', predicateType: scanType, predicate: {} });
    images[name] = image.name;
    pinned[name] = image.reference;
  };
  await publish('keyless', { as: sigstore.keyless(run), format: 'bundle' });
  await publish('key', { as: keySigner(key), format: 'bundle' });
  await publish('promoted', { as: keySigner(key), format: 'sig-tag', dockerReference: 'build.example/acme/shop' });
  await publish('logged-key', { as: sigstore.logged(key), format: 'bundle' });
});
afterAll(() => registry.close());

const identity = { issuer: githubIssuer, subject: run.subject.value };
const release = (change: Spec = {}, more: Spec = {}): Spec => ({
  name: 'release',
  keyless: { trustRoot: 'private', identities: [{ ...identity, ...change }] },
  ...more,
});
const byKey = (data = publicPem(key.publicKey), more: Spec = {}, inside: Spec = {}): Spec => ({
  name: 'release',
  key: { data, ...inside },
  ...more,
});
const caOf = ({ fulcio }: Sigstore): string =>
  [fulcio.intermediate.certificate, fulcio.root.certificate].map(certificatePem).join('');
const byCa = (inside: Spec = {}, more: Spec = {}): Spec => ({
  name: 'release',
  certificateAuthority: {
    data: caOf(sigstore),
    trustRoot: 'private',
    identities: [{ subject: run.subject.value }],
    ...inside,
  },
  ...more,
});
const spec = (authority: Spec, more: Spec = {}): Spec => ({
  images: [`${registry.host}/acme/*`],
  authorities: [authority],
  signatures: { from: ['release'] },
  ...more,
});

const scanType = 'https://example.com/scan/v1';
const attested = (change: Spec = {}, more: Spec = {}): Spec =>
  spec(release(), {
    attestations: [{ name: 'scan', type: scanType, from: ['release'], required: true, ...change }],
    ...more,
  });

const at = 'spec.authorities.keyless.identities';
const rows: Readonly<Record<string, () => Row>> = {
  'spec.images': () => ({
    with: spec(release()),
    without: { ...spec(release()), images: [`${registry.host}/other/*`] },
    code: 'IMAGE_NOT_GOVERNED',
  }),
  'spec.authorities.name': () => ({
    with: spec(release()),
    without: spec({ ...release(), name: 'renamed' }),
    code: 'REFERENCE_UNRESOLVED',
  }),
  'spec.authorities.keyless.trustRoot': () => ({
    with: spec(release()),
    without: spec({ ...release(), keyless: { trustRoot: 'stranger', identities: [identity] } }),
    code: 'LOG_ENTRY_WRONG',
  }),
  [`${at}.issuer`]: () => ({
    with: spec(release()),
    without: spec(release({ issuer: 'https://accounts.google.com' })),
    code: 'SIGNER_NOT_ACCEPTED',
  }),
  [`${at}.subject`]: () => ({
    with: spec(release()),
    without: spec(release({ subject: `${identity.subject}0` })),
    code: 'SIGNER_NOT_ACCEPTED',
  }),
  [`${at}.subjectGlob`]: () => {
    const glob = (subjectGlob: string): Spec => ({
      ...spec({
        name: 'release',
        keyless: { trustRoot: 'private', identities: [{ issuer: githubIssuer, subjectGlob }] },
      }),
    });
    return {
      with: glob('https://github.com/acme/*/.github/workflows/*@refs/tags/*'),
      without: glob('https://github.com/acme/*/.github/workflows/*@refs/heads/*'),
      code: 'SIGNER_NOT_ACCEPTED',
    };
  },
  [`${at}.subjectRegExp`]: () => {
    const pattern = (subjectRegExp: string): Spec =>
      spec({
        name: 'release',
        keyless: { trustRoot: 'private', identities: [{ issuer: githubIssuer, subjectRegExp }] },
      });
    const start = '^https://github\\.com/acme/.+@refs/';
    return { with: pattern(`${start}tags/.+$`), without: pattern(`${start}heads/.+$`), code: 'SIGNER_NOT_ACCEPTED' };
  },
  [`${at}.broadPattern`]: () => {
    const pattern = (more: Spec): Spec =>
      spec({
        name: 'release',
        keyless: {
          trustRoot: 'private',
          identities: [{ issuer: githubIssuer, subjectRegExp: '^.+$', subjectKind: 'uri', ...more }],
        },
      });
    return { with: pattern({ broadPattern: 'Accept' }), without: pattern({}), code: 'UNSAFE_COMBINATION' };
  },
  [`${at}.subjectKind`]: () => ({
    with: spec(release({ subjectKind: 'uri' })),
    without: spec(release({ subjectKind: 'email' })),
    code: 'SIGNER_NOT_ACCEPTED',
  }),
  ...Object.fromEntries(
    extensionNames.map((name) => [
      `${at}.${name}`,
      (): Row => ({
        with: spec(release({ [name]: run.extensions?.[name] })),
        without: spec(release({ [name]: `${run.extensions?.[name]}x` })),
        code: 'SIGNER_NOT_ACCEPTED',
      }),
    ]),
  ),
  'spec.authorities.key.data': () => ({
    with: spec(byKey()),
    without: spec(byKey(publicPem(other.publicKey))),
    code: 'SIGNATURE_WRONG',
    image: 'key',
  }),
  'spec.authorities.key.kms': () => ({
    with: spec({ name: 'release', key: { kms: 'hashivault://release' } }),
    without: spec({ name: 'release', key: { kms: 'hashivault://other' } }),
    code: 'SIGNATURE_WRONG',
    image: 'key',
  }),
  'spec.authorities.key.trustRoot': () => {
    const observed = (trustRoot: string): Spec => spec(byKey(undefined, { log: 'Required' }, { trustRoot }));
    return { with: observed('private'), without: observed('stranger'), code: 'LOG_ENTRY_WRONG', image: 'logged-key' };
  },
  'spec.authorities.bindRepository.aliases': () => {
    const bound = (aliases: string[]): Spec => spec(byKey(undefined, { bindRepository: { aliases } }));
    return {
      with: bound(['build.example/acme/*']),
      without: bound(['build.example/other/*']),
      code: 'SIGNER_NOT_ACCEPTED',
      image: 'promoted',
    };
  },
  'spec.authorities.certificateAuthority.data': () => ({
    with: spec(byCa()),
    without: spec(byCa({ data: caOf(stranger) })),
    code: 'CERTIFICATE_UNTRUSTED',
  }),
  'spec.authorities.certificateAuthority.trustRoot': () => ({
    with: spec(byCa()),
    without: spec(byCa({ trustRoot: 'stranger' })),
    code: 'LOG_ENTRY_WRONG',
  }),
  ...Object.fromEntries(
    (['subject', ...extensionNames] as const).map((name) => [
      `spec.authorities.certificateAuthority.identities.${name}`,
      (): Row => {
        const value = name === 'subject' ? run.subject.value : run.extensions?.[name];
        const holder = (change: Spec): Spec => spec(byCa({ identities: [{ subject: run.subject.value, ...change }] }));
        return {
          with: holder({ [name]: value }),
          without: holder({ [name]: `${value}x` }),
          code: 'SIGNER_NOT_ACCEPTED',
        };
      },
    ]),
  ),
  'spec.authorities.certificateAuthority.identities.subjectGlob': () => {
    const holder = (subjectGlob: string): Spec => spec(byCa({ identities: [{ subjectGlob }] }));
    const start = 'https://github.com/acme/*/.github/workflows/*@refs/';
    return { with: holder(`${start}tags/*`), without: holder(`${start}heads/*`), code: 'SIGNER_NOT_ACCEPTED' };
  },
  'spec.authorities.certificateAuthority.identities.subjectRegExp': () => {
    const holder = (subjectRegExp: string): Spec => spec(byCa({ identities: [{ subjectRegExp }] }));
    const start = '^https://github\\.com/acme/.+@refs/';
    return { with: holder(`${start}tags/.+$`), without: holder(`${start}heads/.+$`), code: 'SIGNER_NOT_ACCEPTED' };
  },
  'spec.authorities.certificateAuthority.identities.broadPattern': () => {
    const holder = (more: Spec): Spec =>
      spec(byCa({ identities: [{ subjectRegExp: '^.+$', subjectKind: 'uri', ...more }] }));
    return { with: holder({ broadPattern: 'Accept' }), without: holder({}), code: 'UNSAFE_COMBINATION' };
  },
  'spec.authorities.certificateAuthority.identities.subjectKind': () => {
    const holder = (subjectKind: string): Spec =>
      spec(byCa({ identities: [{ subject: run.subject.value, subjectKind }] }));
    return { with: holder('uri'), without: holder('email'), code: 'SIGNER_NOT_ACCEPTED' };
  },
  'spec.authorities.time': () => ({
    with: spec(byCa({}, { time: 'log' })),
    without: spec(byCa({}, { time: 'tsa' })),
    code: 'TIMESTAMP_MISSING',
  }),
  'spec.authorities.log': () => {
    const observed = (more: Spec): Spec => spec(byKey(undefined, more, { trustRoot: 'private' }));
    return { with: observed({}), without: observed({ log: 'Required' }), code: 'LOG_ENTRY_MISSING', image: 'key' };
  },
  'spec.authorities.timestamps': () => ({
    with: spec(release()),
    without: spec(release({}, { timestamps: 1 })),
    code: 'TIMESTAMP_MISSING',
  }),
  'spec.authorities.scts': () => {
    const watched = (more: Spec): Spec =>
      spec({ ...release({}, more), keyless: { trustRoot: 'two-ct-logs', identities: [identity] } });
    return { with: watched({ scts: 1 }), without: watched({ scts: 2 }), code: 'SCT_MISSING' };
  },
  'spec.signatures.from': () => {
    const two = (from: string[]): Spec => ({
      ...spec(release()),
      authorities: [release(), { ...byKey(), name: 'key' }],
      signatures: { from },
    });
    return { with: two(['release']), without: two(['key']), code: 'KEY_MISMATCH' };
  },
  'spec.signatures.threshold': () => {
    const of = (threshold: number): Spec => ({
      ...spec(release()),
      authorities: [release(), { ...byKey(), name: 'key' }],
      signatures: { from: ['release', 'key'], threshold },
    });
    return { with: of(1), without: of(2), code: 'THRESHOLD_NOT_MET' };
  },
  'spec.attestations.name': () => {
    const called = (name: string): Spec =>
      attested({ name }, { validations: [{ name: 'rule', expression: 'image.attestations.scan.size() == 1' }] });
    return { with: called('scan'), without: called('scans'), code: 'EXPRESSION_FAILED' };
  },
  'spec.attestations.type': () => ({
    with: attested(),
    without: attested({ type: `${scanType}.1` }),
    code: 'NO_ATTESTATION',
  }),
  'spec.attestations.from': () => {
    const authorities = [release(), { ...byKey(), name: 'key' }];
    return {
      with: attested({}, { authorities }),
      without: attested({ from: ['key'] }, { authorities }),
      code: 'KEY_MISMATCH',
    };
  },
  'spec.attestations.required': () => ({
    with: attested({ type: `${scanType}.1`, required: false }),
    without: attested({ type: `${scanType}.1`, required: true }),
    code: 'NO_ATTESTATION',
  }),
  'spec.pin': () => ({
    with: spec(release(), { pin: 'Pods' }),
    without: spec(release(), { pin: 'Templates' }),
    code: 'NOT_PINNED',
  }),
  'spec.onUnavailable': () => ({
    with: spec(release(), { onUnavailable: 'Warn' }),
    without: spec(release(), { onUnavailable: 'Deny' }),
    code: 'REGISTRY_ERROR',
    outage: true,
  }),
  'spec.previouslyVerifiedMaxAge': () => {
    const aged = (previouslyVerifiedMaxAge: string): Spec =>
      spec(release(), { onUnavailable: 'AllowIfPreviouslyVerified', previouslyVerifiedMaxAge });
    return { with: aged('1h'), without: aged('1m'), code: 'REGISTRY_ERROR', outage: 'after' };
  },
  'spec.failurePolicy': () => ({
    with: spec(release(), { failurePolicy: 'Ignore' }),
    without: spec(release(), { failurePolicy: 'Fail' }),
    code: 'OBJECT_UNREADABLE',
    malformed: true,
  }),
  'spec.validationActions': () => ({
    with: spec(release(), { validationActions: ['Audit'] }),
    without: spec(release(), { validationActions: ['Deny'] }),
    code: 'TAG_NOT_FOUND',
    image: 'absent-tag',
  }),
  ...Object.fromEntries(
    constraints.map(([field, matching, other, code = 'IMAGE_NOT_GOVERNED']) => [
      `spec.matchConstraints.${field}`,
      () => ({
        with: spec(release(), { matchConstraints: matching }),
        without: spec(release(), { matchConstraints: other }),
        code,
        ...(field === 'matchPolicy' ? { apiVersion: 'extensions/v1beta1' } : {}),
      }),
    ]),
  ),
  'spec.matchConditions.name': () => ({
    with: spec(release(), { matchConditions: [condition('a'), condition('b')] }),
    without: spec(release(), { matchConditions: [condition('a'), condition('a')] }),
    code: 'NAME_TAKEN',
  }),
  'spec.matchConditions.expression': () => ({
    with: spec(release(), { matchConditions: [condition('a', 'object.kind == "Deployment"')] }),
    without: spec(release(), { matchConditions: [condition('a', 'object.kind == "Pod"')] }),
    code: 'IMAGE_NOT_GOVERNED',
  }),
  'spec.variables.name': () => ({
    with: spec(release(), { ...demand('variables.a'), variables: [{ name: 'a', expression: 'true' }] }),
    without: spec(release(), { ...demand('variables.a'), variables: [{ name: 'b', expression: 'true' }] }),
    code: 'EXPRESSION_WRONG',
  }),
  'spec.variables.expression': () => ({
    with: spec(release(), { ...demand('variables.a'), variables: [{ name: 'a', expression: 'true' }] }),
    without: spec(release(), { ...demand('variables.a'), variables: [{ name: 'a', expression: 'false' }] }),
    code: 'VALIDATION_FAILED',
  }),
  'spec.validations.name': () => ({
    with: spec(release(), demand('true')),
    without: spec(release(), demand('true', { name: 'signatures' })),
    code: 'NAME_TAKEN',
  }),
  'spec.validations.expression': () => ({
    with: spec(release(), demand('image.signatures.exists(s, s.subjectKind == "uri")')),
    without: spec(release(), demand('image.signatures.exists(s, s.subjectKind == "email")')),
    code: 'VALIDATION_FAILED',
  }),
  'spec.validations.message': () => ({
    with: spec(release(), demand('true', { message: 'sign it' })),
    without: spec(release(), demand('true', { message: '' })),
    code: 'FIELD_WRONG',
  }),
  'spec.validations.messageExpression': () => ({
    with: spec(release(), demand('true', { messageExpression: '"sign it"' })),
    without: spec(release(), demand('true', { messageExpression: '1' })),
    code: 'EXPRESSION_WRONG',
  }),
  'spec.validations.reason': () => ({
    with: spec(release(), demand('true', { reason: 'Forbidden' })),
    without: spec(release(), demand('true', { reason: 'Because' })),
    code: 'FIELD_WRONG',
  }),
  'spec.auditAnnotations.key': () => ({
    with: spec(release(), { auditAnnotations: [annotation('a'), annotation('b')] }),
    without: spec(release(), { auditAnnotations: [annotation('a'), annotation('a')] }),
    code: 'NAME_TAKEN',
  }),
  'spec.auditAnnotations.valueExpression': () => ({
    with: spec(release(), { auditAnnotations: [annotation('a')] }),
    without: spec(release(), { auditAnnotations: [annotation('a', 'object.none')] }),
    code: 'EXPRESSION_FAILED',
  }),
  'spec.mutations.name': () => ({
    with: spec(release(), { mutations: [{ name: 'a', ...patch('[1].filter(x, false).map(x, JSONPatch{})') }] }),
    without: spec(release(), { mutations: [{ name: '-', ...patch('[1].filter(x, false).map(x, JSONPatch{})') }] }),
    code: 'FIELD_WRONG',
  }),
  'spec.mutations.patchType': () => ({
    with: spec(release(), { mutations: [patch('[1].filter(x, false).map(x, JSONPatch{})')] }),
    without: spec(release(), {
      mutations: [{ ...patch('[1].filter(x, false).map(x, JSONPatch{})'), patchType: 'ApplyConfiguration' }],
    }),
    code: 'FIELD_WRONG',
  }),
  'spec.mutations.jsonPatch.expression': () => ({
    with: spec(release(), { mutations: [patch('[JSONPatch{op: "remove", path: "/metadata/namespace"}]')] }),
    without: spec(release(), { mutations: [patch('[JSONPatch{op: "remove", path: "/metadata/none"}]')] }),
    code: 'MUTATION_FAILED',
  }),
  'spec.mutations.applyConfiguration.expression': () => ({
    with: spec(release(), { mutations: [applied('Object{spec: Object.spec{replicas: 1}}')] }),
    without: spec(release(), { mutations: [applied('Object{spec: Object.spec{none: 1}}')] }),
    code: 'MUTATION_FAILED',
  }),
  'spec.paramKind.apiVersion': () =>
    parameters({}, { paramKind: { apiVersion: 'v9', kind: 'ConfigMap' } }, 'LOOKUP_UNAVAILABLE'),
  'spec.paramKind.kind': () =>
    parameters({}, { paramKind: { apiVersion: 'v1', kind: 'Secret' } }, 'LOOKUP_UNAVAILABLE'),
  'spec.paramRef.name': () => parameters({}, { paramRef: { name: 'low', namespace: 'ops' } }),
  'spec.paramRef.namespace': () => parameters({}, { paramRef: { name: 'high', namespace: 'dev' } }),
  'spec.paramRef.parameterNotFoundAction': () => {
    const data = { type: 'object', default: { max: '9' } };
    const none = (parameterNotFoundAction: string): Spec => ({
      paramRef: { name: 'none', namespace: 'ops', parameterNotFoundAction },
      paramSchema: { type: 'object', properties: { data } },
    });
    return parameters(none('Allow'), none('Deny'), 'PARAMETERS_NOT_FOUND');
  },
  ...Object.fromEntries(
    (
      [
        ['matchLabels', { matchLabels: { size: 'high' } }, { matchLabels: { size: 'low' } }],
        ['matchExpressions.key', selector('size', 'In', ['high']), selector('colour', 'NotIn', ['high'])],
        ['matchExpressions.operator', selector('size', 'In', ['high']), selector('size', 'NotIn', ['high'])],
        ['matchExpressions.values', selector('size', 'In', ['high']), selector('size', 'In', ['low'])],
      ] as const
    ).map(([field, high, low]) => [
      `spec.paramRef.selector.${field}`,
      () =>
        parameters(
          { paramRef: { namespace: 'ops', selector: high } },
          { paramRef: { namespace: 'ops', selector: low } },
        ),
    ]),
  ),
  'spec.paramSchema': () => ({
    with: spec(release(), { ...demand('params.max > 1'), paramSchema: schemaOf(5) }),
    without: spec(release(), { ...demand('params.max > 1'), paramSchema: schemaOf(1) }),
    code: 'VALIDATION_FAILED',
  }),
  'spec.updates': () => ({
    with: spec(release({ issuer: 'https://accounts.google.com' }), { updates: 'Ratchet' }),
    without: spec(release({ issuer: 'https://accounts.google.com' }), { updates: 'Strict' }),
    code: 'SIGNER_NOT_ACCEPTED',
    update: true,
  }),
  'spec.enforceFrom': () => ({
    with: spec(release(), { enforceFrom: '2999-01-01' }),
    without: spec(release(), { enforceFrom: '2000-01-01' }),
    code: 'TAG_NOT_FOUND',
    image: 'absent-tag',
  }),
};

const patch = (expression: string): Spec => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
const applied = (expression: string): Spec => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
const limit = (name: string, namespace: string, max: string): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels: { size: name } },
  data: { max },
});
const limitObjects = [limit('high', 'ops', '5'), limit('low', 'ops', '1'), limit('high', 'dev', '1')];
const schemaOf = (max: number): Spec => ({ type: 'object', properties: { max: { type: 'integer', default: max } } });
/** The Deployment's two replicas must be within the limit that the parameters give. */
const parameters = (change: Spec, other: Spec, code = 'VALIDATION_FAILED'): Row => {
  const base = {
    ...demand('object.spec.replicas <= int(params.data.max)'),
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    paramRef: { name: 'high', namespace: 'ops' },
  };
  return { with: spec(release(), { ...base, ...change }), without: spec(release(), { ...base, ...other }), code };
};

const condition = (name: string, expression = 'true'): Spec => ({ name, expression });
const demand = (expression: string, more: Spec = {}): Spec => ({
  validations: [{ name: 'rule', expression, ...more }],
});
const annotation = (key: string, valueExpression = '"text"'): Spec => ({ key, valueExpression });

/** What every Kubernetes object has; the name stands in every message, the rest is for other tools. */
const identifying = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.labels', 'metadata.annotations']);

describe('A-VER-8: every field of the policy schema', () => {
  const fields = leaves(clusterWorkloadPolicySchema).filter((field) => !identifying.has(field));

  it('has a row here, and no row is of a field that is gone', () => {
    expect(Object.keys(rows).sort()).toEqual([...fields].sort());
  });

  for (const [field, build] of Object.entries(rows)) {
    it(`${field} flips a verdict`, async () => {
      const row = build();
      expect(await codesOf(row.with, row)).toEqual([]);
      expect(await codesOf(row.without, row)).toEqual([row.code]);
    });

    it(`${field} does so because it is read: without it the verdict is another`, async () => {
      const row = build();
      const path = field.replace('spec.', '');
      const [admitted, denied] = [await codesOf(cut(row.with, path), row), await codesOf(cut(row.without, path), row)];
      const refusal = required.has(field) ? 'FIELD_MISSING' : refused[field]?.code;
      if (refusal !== undefined) expect([admitted, denied]).toEqual([[refusal], [refusal]]);
      else {
        expect([admitted, denied]).not.toEqual([[], [row.code]]);
        for (const code of [...admitted, ...denied])
          if (code !== row.code) expect(code).not.toMatch(/^(FIELD|EXPRESSION_WRONG)/);
      }
    });
  }

  it('and none is said to be refused that is not there or could not be left out anyway', () => {
    expect(Object.keys(refused).filter((field) => !fields.includes(field) || required.has(field))).toEqual([]);
  });
});

/** The same, and nothing more, may be said of the images of one namespace. */
describe('the schema of a WorkloadPolicy', () => {
  it('has the fields of a ClusterWorkloadPolicy, and its namespace', () => {
    const [own, cluster] = [workloadPolicySchema, clusterWorkloadPolicySchema].map((schema) => leaves(schema));
    expect(own?.filter((field) => !cluster?.includes(field))).toEqual(['metadata.namespace']);
    expect(workloadPolicySchema.properties.spec).toBe(clusterWorkloadPolicySchema.properties.spec);
  });
});

const required = requiredLeaves(clusterWorkloadPolicySchema);
const cut = (spec: Spec, path: string): Spec => without(spec, path) as Spec;

/** Fields that may be left out, but not of these documents: what stands beside them needs them. */
const refused: Readonly<Record<string, { readonly code: string; readonly why: string }>> = {
  ...Object.fromEntries(
    ['keyless', 'certificateAuthority'].flatMap((kind) =>
      ['subject', 'subjectGlob', 'subjectRegExp'].map((field) => [
        `spec.authorities.${kind}.identities.${field}`,
        { code: 'FIELD_MISSING', why: 'an identity without any subject would be everybody' },
      ]),
    ),
  ),
  'spec.authorities.certificateAuthority.trustRoot': {
    code: 'FIELD_MISSING',
    why: 'without logs and timestamp authorities nothing says when a certificate signed',
  },
  'spec.authorities.key.data': { code: 'FIELD_MISSING', why: 'a key is written or named' },
  'spec.authorities.key.kms': { code: 'FIELD_MISSING', why: 'a key is written or named' },
  'spec.authorities.key.trustRoot': { code: 'UNSAFE_COMBINATION', why: '"log: Required" needs a root with logs' },
  ...Object.fromEntries(
    ['matchConstraints.objectSelector', 'matchConstraints.namespaceSelector', 'paramRef.selector'].map((selector) => [
      `spec.${selector}.matchExpressions.values`,
      { code: 'FIELD_MISSING', why: 'In and NotIn need at least one value' },
    ]),
  ),
  'spec.paramRef.name': { code: 'FIELD_MISSING', why: 'parameters are named or selected' },
  'spec.paramSchema': { code: 'EXPRESSION_WRONG', why: 'an expression reads the parameters that it describes' },
  'spec.previouslyVerifiedMaxAge': { code: 'FIELD_MISSING', why: 'AllowIfPreviouslyVerified needs an age' },
};

async function codesOf(
  spec: Spec,
  { image, outage, malformed, update, apiVersion = 'apps/v1' }: Partial<Row>,
): Promise<string[]> {
  const policies = stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name: 'p' },
    spec,
  });
  const configuration = `${shopConfiguration(registry.host)}- {name: never, file: trusted_root.json}\n`.replace(
    /trustRoots:[^]*/,
    [
      'trustRoots:',
      '- {name: private, file: private.json}',
      '- {name: stranger, file: stranger.json}',
      '- {name: two-ct-logs, file: two.json}',
      'unmatchedImages: Deny',
      '',
    ].join('\n'),
  );
  const files = {
    'private.json': sigstore.trustedRoot,
    'stranger.json': stranger.trustedRoot,
    'two.json': withCtLogsOf(sigstore.trustedRoot, stranger.trustedRoot),
  };
  let corridor;
  try {
    corridor = openCorridor({ configuration, policies, files, keys: vault(), objects: limitObjects });
  } catch (error) {
    return [...String(error).matchAll(/"code":"(\w+)"/g)].map(([, code]) => code ?? '').slice(0, 1);
  }
  await using open = corridor;
  const after = outage === 'after';
  if (after) await open.judge(deployment('d', [pinned[image ?? 'keyless']!]));
  const remove = outage ? registry.faults.add({ kind: 'status', status: 500 }) : () => undefined;
  try {
    const name =
      image === 'absent-tag' ? `${registry.host}/acme/shop:none` : (after ? pinned : images)[image ?? 'keyless']!;
    const object = malformed
      ? { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: 'none' } }
      : deployment('d', [name]).replace('apiVersion: apps/v1', `apiVersion: ${apiVersion}`);
    const now = new Date(Date.now() + (after ? 120_000 : 0));
    const change = update ? ({ operation: 'UPDATE', oldObject: manifest(object) } as const) : {};
    return (await open.judge(object, { now, ...change })).findings
      .filter(({ effect }) => effect === 'deny')
      .map(({ code }) => code);
  } finally {
    remove();
  }
}

/** What a door would have loaded from a key service. */
const vault = () =>
  new Map([
    ['hashivault://release', parsePublicKey(publicPem(key.publicKey))],
    ['hashivault://other', parsePublicKey(publicPem(other.publicKey))],
  ]);

function withCtLogsOf(root: string, more: string): string {
  const parsed = JSON.parse(root) as { ctlogs: unknown[] };
  return JSON.stringify({
    ...parsed,
    ctlogs: [...parsed.ctlogs, ...(JSON.parse(more) as { ctlogs: unknown[] }).ctlogs],
  });
}
