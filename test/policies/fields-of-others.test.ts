import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Decision, type KubernetesObject, renderJsonPatch } from '../../policies/index.ts';
import * as admission from '../../policies/schema/admission.ts';
import { exceptionSchema } from '../../policies/schema/exception.ts';
import { validatingPolicySchema } from '../../policies/schema/kyverno.ts';
import { revocationSchema } from '../../policies/schema/revocation.ts';
import { extensionNames } from '../../policies/schema/authority.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import {
  deployment as manifestOf,
  publishShop,
  type Shop,
  shopConfiguration,
  shopPolicies,
} from '../support/shop/index.ts';
import { createSigstore, githubIssuer, githubWorkflow, keyId, type Sigstore } from '../support/sigstore/index.ts';
import { constraints, ruled, selector } from './constraint-rows.ts';
import { judgeObject, type ObjectOptions } from './kubernetes/judge-object.ts';
import { leaves, requiredLeaves, without } from './schema-fields.ts';

/**
 * Every field of the other policy documents flips a verdict, and does so because it is read: with another value the verdict is another, and
 * without the field, too. The fields come from the schemas, so that a new one without a row fails.
 */

type Spec = Record<string, unknown>;

interface Row {
  /** Of the document that has the field; only the field of the row differs. */
  readonly one: Spec;
  readonly other: Spec;
  /** Of a field that may be left out, but not of these documents. */
  readonly refused?: { readonly code: string; readonly why: string };
  readonly options?: ObjectOptions;
  readonly object?: KubernetesObject;
  /** Of documents that stand beside it. */
  readonly beside?: Spec;
}

interface Kind {
  readonly schema: unknown;
  /** What is decided, as far as the document can change it: effects, codes, words, patches; or the codes of its problems. */
  readonly judge: (spec: Spec, row: Row) => Promise<string>;
  readonly rows: Readonly<Record<string, () => Row>>;
  /** Fields that change nothing here, each with the reason. */
  readonly unread: Readonly<Record<string, string>>;
}

let registry: Registry;
let sigstore: Sigstore;
let shop: Shop;
beforeAll(async () => {
  registry = await startRegistry();
  sigstore = createSigstore();
  shop = await publishShop(registry, sigstore);
});
afterAll(() => registry.close());

const document = (apiVersion: string, kind: string, spec: Spec, metadata: Spec = { name: 'p' }): string =>
  stringify({ apiVersion, kind, metadata, spec });
const told = ({ findings, annotations }: Decision): string =>
  JSON.stringify([
    findings.map(({ effect, code, found, reason, excused }) => [effect, code, found, reason, excused]),
    annotations,
  ]);
const problemsOf = (error: unknown): string => {
  const codes = [...String(error).matchAll(/"code":"(\w+)"/g)].map(([, code]) => code);
  if (codes.length === 0) throw error;
  return `refused: ${codes.join(' ')}`;
};
const judged = (run: () => Promise<Decision>): Promise<string> =>
  // What does not compile throws before there is a promise.
  Promise.resolve().then(run).then(told, problemsOf);

const deployment: KubernetesObject & Spec = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'shop' },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'a', image: 'x.example/a:1' }] } } },
};

const both = { code: 'FIELD_MISSING', why: 'In and NotIn need at least one value' };
/** Those of `matchConstraints` and `matchResources`, which the API server wants a rule in. */
const constraintRows = (field: string, more: Spec): Record<string, () => Row> =>
  Object.fromEntries(
    constraints.map(([name, one, other]) => {
      const within = (constraint: Spec): Spec => ({ ...more, [field]: { ...ruled(), ...constraint } });
      const old = { ...deployment, apiVersion: 'extensions/v1beta1' };
      return [
        `spec.${field}.${name}`,
        (): Row => ({
          one: within(one),
          other: within(other),
          ...(name.endsWith('.values') ? { refused: both } : {}),
          ...(name === 'matchPolicy' ? { object: old } : {}),
        }),
      ];
    }),
  );

const deny = { validations: [{ expression: 'false' }] };
const everything = { matchConstraints: ruled() };
const conditions = (base: Spec): Record<string, () => Row> => ({
  'spec.matchConditions.name': () => ({
    one: {
      ...base,
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'b', expression: 'true' },
      ],
    },
    other: {
      ...base,
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: 'true' },
      ],
    },
  }),
  'spec.matchConditions.expression': () => ({
    one: { ...base, matchConditions: [{ name: 'a', expression: 'true' }] },
    other: { ...base, matchConditions: [{ name: 'a', expression: 'false' }] },
  }),
});
const validations = (base: Spec): Record<string, () => Row> => {
  const rule = (change: Spec): Spec => ({ ...base, validations: [{ expression: 'false', ...change }] });
  const variable = (name: string, expression: string): Spec => ({
    ...rule({ expression: 'variables.a' }),
    variables: [{ name, expression }],
  });
  const annotated = (key: string, valueExpression: string): Spec => ({
    ...base,
    auditAnnotations: [{ key, valueExpression }],
    validations: [{ expression: 'true' }],
  });
  return {
    ...conditions({ ...base, ...deny }),
    'spec.variables.name': () => ({ one: variable('a', 'false'), other: variable('b', 'false') }),
    'spec.variables.expression': () => ({ one: variable('a', 'false'), other: variable('a', 'true') }),
    'spec.validations.expression': () => ({ one: rule({}), other: rule({ expression: 'true' }) }),
    'spec.validations.message': () => ({ one: rule({ message: 'one' }), other: rule({ message: 'other' }) }),
    'spec.validations.messageExpression': () => ({
      one: rule({ messageExpression: '"one"' }),
      other: rule({ messageExpression: '"other"' }),
    }),
    'spec.validations.reason': () => ({ one: rule({ reason: 'Forbidden' }), other: rule({ reason: 'Invalid' }) }),
    'spec.auditAnnotations.key': () => ({ one: annotated('a', '"x"'), other: annotated('b', '"x"') }),
    'spec.auditAnnotations.valueExpression': () => ({ one: annotated('a', '"x"'), other: annotated('a', '"y"') }),
    'spec.failurePolicy': () => ({
      one: { ...rule({ expression: 'object.spec.none == 1' }), failurePolicy: 'Fail' },
      other: { ...rule({ expression: 'object.spec.none == 1' }), failurePolicy: 'Ignore' },
    }),
  };
};

const limit = (name: string, namespace: string, max: string): KubernetesObject & Spec => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels: { size: name } },
  data: { max },
});
const objects = [
  limit('high', 'ops', '5'),
  limit('low', 'ops', '1'),
  limit('high', 'dev', '1'),
  limit('high', 'shop', '9'),
];
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
/** Two replicas are within the limit that the parameters give, or not. */
const parameterRows = (base: Spec, beside: Spec): Record<string, () => Row> => {
  const by = (paramRef: Spec): Spec => ({ ...base, paramRef: { parameterNotFoundAction: 'Deny', ...paramRef } });
  const row = (one: Spec, other: Spec, refused?: Row['refused']) => (): Row => ({
    ...{ one: by(one), other: by(other), options: { objects }, beside },
    ...(refused === undefined ? {} : { refused }),
  });
  const chosen = (one: Spec): Spec => ({ namespace: 'ops', selector: one });
  return {
    'spec.paramRef.name': row(
      { name: 'high', namespace: 'ops' },
      { name: 'low', namespace: 'ops' },
      {
        code: 'FIELD_MISSING',
        why: 'parameters are named or selected',
      },
    ),
    'spec.paramRef.namespace': row({ name: 'high', namespace: 'ops' }, { name: 'high', namespace: 'dev' }),
    'spec.paramRef.parameterNotFoundAction': row(
      { name: 'none', namespace: 'ops', parameterNotFoundAction: 'Allow' },
      { name: 'none', namespace: 'ops', parameterNotFoundAction: 'Deny' },
    ),
    'spec.paramRef.selector.matchLabels': row(
      chosen({ matchLabels: { size: 'high' } }),
      chosen({ matchLabels: { size: 'low' } }),
    ),
    'spec.paramRef.selector.matchExpressions.key': row(
      chosen(selector('size', 'In', ['high'])),
      chosen(selector('colour', 'NotIn', ['high'])),
    ),
    'spec.paramRef.selector.matchExpressions.operator': row(
      chosen(selector('size', 'In', ['high'])),
      chosen(selector('size', 'NotIn', ['high'])),
    ),
    'spec.paramRef.selector.matchExpressions.values': row(
      chosen(selector('size', 'In', ['high'])),
      chosen(selector('size', 'In', ['low'])),
      both,
    ),
  };
};

const group = 'admissionregistration.k8s.io/v1';
const policyKind = (kind: string, spec: Spec): string => document(group, kind, spec);
const binding = (kind: string, spec: Spec): string => document(group, `${kind}Binding`, spec, { name: 'b' });
const validating = 'ValidatingAdmissionPolicy';
const mutating = 'MutatingAdmissionPolicy';
const limited = {
  ...everything,
  paramKind: configMap,
  validations: [{ expression: 'object.spec.replicas <= int(params.data.max)' }],
};
const bound = (paramKind: Spec) => (): Row => ({
  one: { ...limited },
  other: { ...limited, paramKind: { ...configMap, ...paramKind } },
  options: { objects },
  beside: { validationActions: ['Deny'], paramRef: { name: 'low', namespace: 'ops', parameterNotFoundAction: 'Deny' } },
});

/** Writes the limit as a label, so that parameters show in the patch. */
const mutation = (expression: string): Spec => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const labelled = (text: string): Spec => mutation(`Object{metadata: Object.metadata{labels: {"max": ${text}}}}`);
const removing = (path: string): Spec => ({
  patchType: 'JSONPatch',
  jsonPatch: { expression: `[JSONPatch{op: "remove", path: "${path}"}]` },
});
const mutator = (change: Spec = {}): Spec => ({
  ...everything,
  failurePolicy: 'Fail',
  reinvocationPolicy: 'Never',
  mutations: [labelled('"7"')],
  ...change,
});
const limiter = mutator({ paramKind: configMap, mutations: [labelled('params.data.max')] });

/** Both phases: what is written into the object, and what is said of it. */
const judgeBoth = async (text: string, { object = deployment, options = {} }: Row): Promise<string> =>
  Promise.resolve()
    .then(async () => {
      const { version } = await judgeObject(text, object, { ...options, phase: 'mutate' });
      return `${JSON.stringify(renderJsonPatch(version))} ${told(await judgeObject(text, object, options))}`;
    })
    .catch(problemsOf);

const hour = 3_600_000;
const at = (offset: number): string => new Date(Date.now() + offset).toISOString();
const run = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1.4.2' });
const holder = (change: Spec, more: Spec = {}): Spec => ({
  reason: 'stolen',
  signers: [{ identity: { subject: run.subject.value, ...change }, ...more }],
});
const signed = (change: Spec): Spec => ({ reason: 'stolen', signers: [{ issuer: githubIssuer, identity: change }] });
const nobody = { code: 'FIELD_MISSING', why: 'an identity without any subject would be everybody' };
const otherKey = `sha256:${'0'.repeat(64)}`;

const excusing = (change: Spec = {}): Spec => ({
  policy: 'rules',
  rules: ['image'],
  objects: [{ namespace: 'shop' }],
  reason: 'one',
  approver: 'alice',
  expires: '2026-12-01',
  ...change,
});
const scoped = (change: Spec): Spec => excusing({ objects: [{ namespace: 'shop', ...change }] });
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const pinned: KubernetesObject & Spec = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'a', image: `x.example/a@${digest('a')}` }] },
};
const rules = document(
  'assay.dev/v1alpha1',
  'ClusterWorkloadPolicy',
  {
    pin: 'None',
    validations: [
      { name: 'image', expression: 'image.repository == ""' },
      { name: 'proof', expression: 'image.platforms.size() > 0' },
    ],
  },
  { name: 'rules' },
);

const kyverno =
  (metadata: Spec = { name: 'p' }, kind = 'ValidatingPolicy') =>
  (spec: Spec, { object = deployment, options }: Row) =>
    judged(() => judgeObject(document('policies.kyverno.io/v1', kind, spec, metadata), object, options));
const onPods = {
  ...deny,
  matchConstraints: {
    resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  },
};
const howKyvernoRuns = 'it says how Kyverno runs the policy; here it is judged wherever it is loaded';

const kinds: Readonly<Record<string, Kind>> = {
  WorkloadException: {
    schema: exceptionSchema.properties.spec,
    judge: (spec) =>
      judged(() =>
        judgeObject(
          `${rules}---\n${document('assay.dev/v1alpha1', 'WorkloadException', spec, { name: 'e', namespace: 'platform' })}`,
          pinned,
        ),
      ),
    rows: {
      policy: () => ({ one: excusing(), other: excusing({ policy: 'other' }) }),
      rules: () => ({ one: excusing(), other: excusing({ rules: ['pin'] }) }),
      'objects.kind': () => ({ one: scoped({ kind: 'Pod' }), other: scoped({ kind: 'Job' }) }),
      'objects.namespace': () => ({ one: scoped({}), other: scoped({ namespace: 'dev' }) }),
      'objects.name': () => ({ one: scoped({ name: 'web' }), other: scoped({ name: 'api' }) }),
      images: () => ({ one: excusing({ images: ['x.example/a'] }), other: excusing({ images: ['x.example/b'] }) }),
      digests: () => ({ one: excusing({ digests: [digest('a')] }), other: excusing({ digests: [digest('b')] }) }),
      gaps: () => ({
        one: excusing({ rules: ['proof'], gaps: 'Excuse' }),
        other: excusing({ rules: ['proof'], gaps: 'Deny' }),
      }),
      reason: () => ({ one: excusing(), other: excusing({ reason: 'other' }) }),
      approver: () => ({ one: excusing(), other: excusing({ approver: 'ben' }) }),
      requestedBy: () => ({ one: excusing({ requestedBy: 'ben' }), other: excusing({ requestedBy: 'alice' }) }),
      expires: () => ({ one: excusing(), other: excusing({ expires: '2026-01-01' }) }),
    },
    unread: {},
  },
  Revocation: {
    schema: revocationSchema.properties.spec,
    judge: (spec) =>
      judged(async () => {
        await using corridor = openCorridor({
          configuration: shopConfiguration(registry.host),
          policies: `${shopPolicies(registry.host, shop)}\n---\n${document('assay.dev/v1alpha1', 'Revocation', spec)}`,
          files: { 'trusted_root.json': sigstore.trustedRoot },
        });
        return await corridor.judge(manifestOf('d', [shop.images.shop.reference, shop.images.billing.reference]));
      }),
    rows: {
      reason: () => ({ one: holder({}), other: { ...holder({}), reason: 'lost' } }),
      digests: () => ({
        one: { ...holder({ subject: 'https://x.example' }), digests: [shop.images.shop.digest] },
        other: { ...holder({ subject: 'https://x.example' }), digests: [digest('0')] },
      }),
      'signers.key': () => {
        const keyed = (key: string): Spec => ({ reason: 'stolen', signers: [{ key, signedFrom: at(-hour) }] });
        return { one: keyed(`sha256:${keyId(shop.key.publicKey).toString('hex')}`), other: keyed(otherKey) };
      },
      'signers.identity.subject': () => ({
        one: holder({}),
        other: holder({ subject: `${run.subject.value}0` }),
        refused: nobody,
      }),
      'signers.identity.subjectGlob': () => ({
        one: signed({ subjectGlob: 'https://github.com/acme/shop/.github/workflows/*@refs/tags/*' }),
        other: signed({ subjectGlob: 'https://github.com/acme/shop/.github/workflows/*@refs/heads/*' }),
        refused: nobody,
      }),
      'signers.identity.subjectRegExp': () => ({
        one: signed({ subjectRegExp: '^https://github\\.com/acme/shop/.+@refs/tags/.+$' }),
        other: signed({ subjectRegExp: '^https://github\\.com/acme/shop/.+@refs/heads/.+$' }),
        refused: nobody,
      }),
      'signers.identity.subjectKind': () => ({
        one: holder({ subjectKind: 'uri' }),
        other: holder({ subjectKind: 'email' }),
      }),
      ...Object.fromEntries(
        extensionNames.map((name) => [
          `signers.identity.${name}`,
          (): Row => ({
            one: holder(run.extensions?.[name] === undefined ? {} : { [name]: run.extensions[name] }),
            other: holder({ [name]: `${run.extensions?.[name]}x` }),
          }),
        ]),
      ),
      'signers.issuer': () => ({
        one: holder({}, { issuer: githubIssuer }),
        other: holder({}, { issuer: 'https://accounts.google.com' }),
      }),
      'signers.signedFrom': () => ({
        one: holder({}, { signedFrom: at(-hour) }),
        other: holder({}, { signedFrom: at(hour) }),
      }),
      'signers.signedUntil': () => ({
        one: holder({}, { signedUntil: at(hour) }),
        other: holder({}, { signedUntil: at(-hour) }),
      }),
    },
    unread: {
      'signers.identity.broadPattern':
        'a revocation may be as broad as it likes, for it takes trust away; identities are spelled as in policies',
    },
  },
  [validating]: {
    schema: admission.validatingAdmissionPolicySchema.properties.spec,
    judge: (spec, { object = deployment, options, beside = { validationActions: ['Deny'] } }) =>
      judged(() =>
        judgeObject(
          `${policyKind(validating, spec)}---\n${binding(validating, { policyName: 'p', ...beside })}`,
          object,
          options,
        ),
      ),
    rows: stripped({
      ...constraintRows('matchConstraints', deny),
      ...validations(everything),
      'spec.paramKind.apiVersion': bound({ apiVersion: 'v9' }),
      'spec.paramKind.kind': bound({ kind: 'Secret' }),
    }),
    unread: {},
  },
  [`${validating}Binding`]: {
    schema: admission.validatingAdmissionPolicyBindingSchema.properties.spec,
    judge: (spec, { object = deployment, options, beside = { ...everything, ...deny } }) =>
      judged(() => judgeObject(`${policyKind(validating, beside)}---\n${binding(validating, spec)}`, object, options)),
    rows: stripped({
      ...constraintRows('matchResources', { policyName: 'p', validationActions: ['Deny'] }),
      ...parameterRows({ policyName: 'p', validationActions: ['Deny'] }, limited),
      'spec.policyName': () => ({
        one: { policyName: 'p', validationActions: ['Deny'] },
        other: { policyName: 'q', validationActions: ['Deny'] },
      }),
      'spec.validationActions': () => ({
        one: { policyName: 'p', validationActions: ['Deny'] },
        other: { policyName: 'p', validationActions: ['Warn'] },
      }),
    }),
    unread: {},
  },
  [mutating]: {
    schema: admission.mutatingAdmissionPolicySchema.properties.spec,
    judge: (spec, row) =>
      judgeBoth(`${policyKind(mutating, spec)}---\n${binding(mutating, { policyName: 'p', ...row.beside })}`, row),
    rows: stripped({
      ...constraintRows('matchConstraints', mutator()),
      ...conditions(mutator()),
      'spec.variables.name': () => ({
        one: mutator({ variables: [{ name: 'a', expression: '"1"' }], mutations: [labelled('variables.a')] }),
        other: mutator({ variables: [{ name: 'b', expression: '"1"' }], mutations: [labelled('variables.a')] }),
      }),
      'spec.variables.expression': () => ({
        one: mutator({ variables: [{ name: 'a', expression: '"1"' }], mutations: [labelled('variables.a')] }),
        other: mutator({ variables: [{ name: 'a', expression: '"2"' }], mutations: [labelled('variables.a')] }),
      }),
      'spec.mutations.patchType': () => ({
        one: mutator(),
        other: mutator({ mutations: [{ ...labelled('"7"'), patchType: 'JSONPatch' }] }),
      }),
      'spec.mutations.applyConfiguration.expression': () => ({
        one: mutator(),
        other: mutator({ mutations: [labelled('"8"')] }),
      }),
      'spec.mutations.jsonPatch.expression': () => ({
        one: mutator({ mutations: [removing('/spec/replicas')] }),
        other: mutator({ mutations: [removing('/spec/none')] }),
      }),
      'spec.failurePolicy': () => ({
        one: mutator({ mutations: [removing('/spec/none')] }),
        other: mutator({ mutations: [removing('/spec/none')], failurePolicy: 'Ignore' }),
      }),
      'spec.paramKind.apiVersion': () => ({
        one: limiter,
        other: { ...limiter, paramKind: { ...configMap, apiVersion: 'v9' } },
        options: { objects },
        beside: { paramRef: { name: 'low', namespace: 'ops', parameterNotFoundAction: 'Deny' } },
      }),
      'spec.paramKind.kind': () => ({
        one: limiter,
        other: { ...limiter, paramKind: { ...configMap, kind: 'Secret' } },
        options: { objects },
        beside: { paramRef: { name: 'low', namespace: 'ops', parameterNotFoundAction: 'Deny' } },
      }),
    }),
    unread: {
      reinvocationPolicy:
        'the API server calls again; here every version is judged by itself, and a patch applied again patches nothing',
    },
  },
  [`${mutating}Binding`]: {
    schema: admission.mutatingAdmissionPolicyBindingSchema.properties.spec,
    judge: (spec, row) =>
      judgeBoth(`${policyKind(mutating, row.beside ?? mutator())}---\n${binding(mutating, spec)}`, row),
    rows: stripped({
      ...constraintRows('matchResources', { policyName: 'p' }),
      ...parameterRows({ policyName: 'p' }, limiter),
      'spec.policyName': () => ({ one: { policyName: 'p' }, other: { policyName: 'q' } }),
    }),
    unread: {},
  },
  ValidatingPolicy: {
    schema: validatingPolicySchema.properties.spec,
    judge: kyverno(),
    rows: stripped({
      ...constraintRows('matchConstraints', deny),
      ...validations(everything),
      'spec.validationActions': () => ({
        one: { ...everything, ...deny, validationActions: ['Warn'] },
        other: { ...everything, ...deny, validationActions: ['Audit'] },
      }),
      'spec.autogen.podControllers.controllers': () => ({
        one: { ...onPods, autogen: { podControllers: { controllers: ['deployments'] } } },
        other: { ...onPods, autogen: { podControllers: { controllers: ['cronjobs'] } } },
      }),
      'spec.evaluation.mode': () => ({
        one: { ...everything, ...deny, evaluation: { mode: 'Kubernetes' } },
        other: { ...everything, ...deny, evaluation: { mode: 'JSON' } },
      }),
    }),
    unread: {
      'autogen.validatingAdmissionPolicy.enabled': howKyvernoRuns,
      'evaluation.admission.enabled': howKyvernoRuns,
      'evaluation.background.enabled': howKyvernoRuns,
      'webhookConfiguration.timeoutSeconds': howKyvernoRuns,
    },
  },
};

for (const [kind, { schema, judge, rows, unread }] of Object.entries(kinds)) {
  describe(`every field of a ${kind}`, () => {
    const required = requiredLeaves(schema);

    it('has a row or a reason, and no row is of a field that is gone', () => {
      expect([...Object.keys(rows), ...Object.keys(unread)].toSorted()).toEqual([...leaves(schema)].toSorted());
    });

    for (const [field, build] of Object.entries(rows)) {
      it(`${field} flips a verdict, and does so because it is read`, async () => {
        const row = build();
        const [one, other] = [await judge(row.one, row), await judge(row.other, row)];
        expect(one).not.toBe(other);
        const cut = await Promise.all([row.one, row.other].map((spec) => judge(without(spec, field) as Spec, row)));
        const refusal = required.has(field) ? 'FIELD_MISSING' : row.refused?.code;
        if (refusal === undefined) {
          expect(cut).not.toEqual([one, other]);
          for (const verdict of cut) if (verdict !== one && verdict !== other) expect(verdict).not.toContain('refused');
        } else for (const verdict of cut) expect(verdict).toContain(`refused: ${refusal}`);
      });
    }
  });
}

it('a NamespacedValidatingPolicy speaks of its own namespace alone, and has to say which', async () => {
  const spec = { ...everything, ...deny };
  const by = (namespace: Spec): Promise<string> =>
    kyverno({ name: 'p', ...namespace }, 'NamespacedValidatingPolicy')(spec, { one: {}, other: {} });
  expect(await by({ namespace: 'shop' })).toContain('VALIDATION_FAILED');
  expect(await by({ namespace: 'dev' })).not.toContain('VALIDATION_FAILED');
  expect(await by({})).toBe('refused: FIELD_MISSING');
});

function stripped(rows: Record<string, () => Row>): Record<string, () => Row> {
  return Object.fromEntries(Object.entries(rows).map(([field, row]) => [field.replace(/^spec\./, ''), row]));
}
