import { describe, expect, it } from 'vitest';
import { importedAnyhow as imported, otherPem, sources } from './source.ts';

/**
 * Every field of the sources' schemas changes either what is made or what is reported: none is dropped in silence. The
 * lists are those of the CRDs: Kyverno 1.19 (v1alpha1, v1beta1 and v1 have the same fields) and policy-controller 0.13
 * (v1alpha1 and v1beta1). Each row names the field as the schema does, where the document gets it, and a value that is not the
 * default.
 */
type Row = readonly [field: string, at: readonly (string | number)[], value: unknown];

const selector = (prefix: string, at: readonly (string | number)[]): Row[] => [
  [`${prefix}.matchLabels{}`, [...at, 'matchLabels', 'team'], 'shop'],
  [`${prefix}.matchExpressions[].key`, [...at, 'matchExpressions'], [{ key: 'team', operator: 'Exists' }]],
  [`${prefix}.matchExpressions[].operator`, [...at, 'matchExpressions'], [{ key: 'k', operator: 'DoesNotExist' }]],
  [
    `${prefix}.matchExpressions[].values[]`,
    [...at, 'matchExpressions'],
    [{ key: 'k', operator: 'In', values: ['shop'] }],
  ],
];

const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] };
const rules = (list: string): Row[] =>
  (
    [
      ['apiGroups[]', { ...rule, apiGroups: ['batch'] }],
      ['apiVersions[]', { ...rule, apiVersions: ['v2'] }],
      ['operations[]', { ...rule, operations: ['DELETE'] }],
      ['resources[]', { ...rule, resources: ['jobs'] }],
      ['resourceNames[]', { ...rule, resourceNames: ['web'] }],
      ['scope', { ...rule, scope: 'Namespaced' }],
    ] as const
  ).map(
    ([field, value]): Row => [`spec.matchConstraints.${list}[].${field}`, ['spec', 'matchConstraints', list], [value]],
  );

const kyverno: readonly Row[] = [
  ['spec.auditAnnotations[].key', ['spec', 'auditAnnotations'], [{ key: 'k', valueExpression: "'x'" }]],
  ['spec.auditAnnotations[].valueExpression', ['spec', 'auditAnnotations'], [{ key: 'k', valueExpression: "'y'" }]],
  ['spec.autogen.podControllers.controllers[]', ['spec', 'autogen', 'podControllers', 'controllers'], ['jobsets']],
  ['spec.evaluation.admission.enabled', ['spec', 'evaluation', 'admission', 'enabled'], false],
  ['spec.evaluation.background.enabled', ['spec', 'evaluation', 'background', 'enabled'], false],
  ['spec.evaluation.mode', ['spec', 'evaluation', 'mode'], 'JSON'],
  ['spec.failurePolicy', ['spec', 'failurePolicy'], 'Ignore'],
  ['spec.matchConditions[].expression', ['spec', 'matchConditions'], [{ name: 'c', expression: 'object != null' }]],
  ['spec.matchConditions[].name', ['spec', 'matchConditions'], [{ name: 'd', expression: 'true' }]],
  ...rules('resourceRules'),
  ...rules('excludeResourceRules'),
  ['spec.matchConstraints.matchPolicy', ['spec', 'matchConstraints', 'matchPolicy'], 'Exact'],
  ...selector('spec.matchConstraints.namespaceSelector', ['spec', 'matchConstraints', 'namespaceSelector']),
  ...selector('spec.matchConstraints.objectSelector', ['spec', 'matchConstraints', 'objectSelector']),
  ['spec.validationActions[]', ['spec', 'validationActions'], ['Audit']],
  ['spec.validations[].expression', ['spec', 'validations', 0, 'expression'], 'object.x == 1'],
  ['spec.validations[].message', ['spec', 'validations', 2], { expression: 'object.x == 1', message: 'x is not one' }],
  [
    'spec.validations[].messageExpression',
    ['spec', 'validations', 2],
    { expression: 'object.x == 1', messageExpression: "'x is ' + string(object.x)" },
  ],
  ['spec.validations[].reason', ['spec', 'validations', 2], { expression: 'object.x == 1', reason: 'Invalid' }],
  ['spec.variables[].expression', ['spec', 'variables'], [{ name: 'v', expression: 'object.spec' }]],
  ['spec.variables[].name', ['spec', 'variables'], [{ name: 'w', expression: '1' }]],
  ['spec.webhookConfiguration.timeoutSeconds', ['spec', 'webhookConfiguration', 'timeoutSeconds'], 20],
];

const attestor = ['spec', 'attestors', 0];
const keyless = [...attestor, 'cosign', 'keyless'];
const keyed = ['spec', 'attestors', 1, 'cosign'];
const ctlog = [...attestor, 'cosign', 'ctlog'];

const imageRows: readonly Row[] = [
  ...kyverno,
  ['spec.attestations[].intoto.type', ['spec', 'attestations', 0, 'intoto', 'type'], 'https://spdx.dev/Document'],
  ['spec.attestations[].name', ['spec', 'attestations', 0, 'name'], 'other'],
  ['spec.attestations[].referrer.type', ['spec', 'attestations', 0, 'referrer', 'type'], 'sbom/example'],
  ['spec.attestors[].cosign.annotations{}', [...attestor, 'cosign', 'annotations', 'env'], 'prod'],
  [
    'spec.attestors[].cosign.certificate.cert.expression',
    [...attestor, 'cosign', 'certificate', 'cert'],
    { expression: 'x' },
  ],
  ['spec.attestors[].cosign.certificate.cert.value', [...attestor, 'cosign', 'certificate', 'cert'], { value: 'PEM' }],
  [
    'spec.attestors[].cosign.certificate.certChain.expression',
    [...attestor, 'cosign', 'certificate', 'certChain'],
    { expression: 'x' },
  ],
  [
    'spec.attestors[].cosign.certificate.certChain.value',
    [...attestor, 'cosign', 'certificate', 'certChain'],
    { value: 'x' },
  ],
  ['spec.attestors[].cosign.ctlog.ctLogPubKey', [...ctlog, 'ctLogPubKey'], 'PEM'],
  ['spec.attestors[].cosign.ctlog.insecureIgnoreSCT', [...ctlog, 'insecureIgnoreSCT'], true],
  ['spec.attestors[].cosign.ctlog.insecureIgnoreTlog', [...ctlog, 'insecureIgnoreTlog'], true],
  ['spec.attestors[].cosign.ctlog.rekorPubKey', [...ctlog, 'rekorPubKey'], 'PEM'],
  ['spec.attestors[].cosign.ctlog.tsaCertChain', [...ctlog, 'tsaCertChain'], 'PEM'],
  ['spec.attestors[].cosign.ctlog.url', [...ctlog, 'url'], 'https://rekor.example'],
  ['spec.attestors[].cosign.key.data', [...keyed, 'key', 'data'], otherPem],
  ['spec.attestors[].cosign.key.expression', [...keyed, 'key'], { expression: 'variables.key' }],
  ['spec.attestors[].cosign.key.hashAlgorithm', [...keyed, 'key', 'hashAlgorithm'], 'sha512'],
  ['spec.attestors[].cosign.key.kms', [...keyed, 'key'], { kms: 'awskms:///alias/key' }],
  [
    'spec.attestors[].cosign.keyless.additionalExtensions{}',
    [...keyless, 'additionalExtensions', 'buildTrigger'],
    'push',
  ],
  ['spec.attestors[].cosign.keyless.identities[].issuer', [...keyless, 'identities', 0, 'issuer'], 'https://j.example'],
  ['spec.attestors[].cosign.keyless.identities[].issuerRegExp', [...keyless, 'identities', 0, 'issuerRegExp'], 'a|b'],
  ['spec.attestors[].cosign.keyless.identities[].subject', [...keyless, 'identities', 0, 'subject'], 'a@b.example'],
  [
    'spec.attestors[].cosign.keyless.identities[].subjectExpression',
    [...keyless, 'identities', 0, 'subjectExpression'],
    'x',
  ],
  ['spec.attestors[].cosign.keyless.identities[].subjectRegExp', [...keyless, 'identities', 0, 'subjectRegExp'], 'a@b'],
  ['spec.attestors[].cosign.keyless.roots', [...keyless, 'roots'], 'PEM'],
  [
    'spec.attestors[].cosign.source.PullSecrets[].name',
    [...attestor, 'cosign', 'source', 'PullSecrets'],
    [{ name: 's' }],
  ],
  ['spec.attestors[].cosign.source.repository', [...attestor, 'cosign', 'source', 'repository'], 'ghcr.io/acme/sigs'],
  ['spec.attestors[].cosign.source.tagPrefix', [...attestor, 'cosign', 'source', 'tagPrefix'], 'p'],
  ['spec.attestors[].cosign.trustedRoot.expression', [...attestor, 'cosign', 'trustedRoot'], { expression: 'x' }],
  ['spec.attestors[].cosign.trustedRoot.value', [...attestor, 'cosign', 'trustedRoot'], { value: '{}' }],
  ['spec.attestors[].cosign.tuf.mirror', [...attestor, 'cosign', 'tuf', 'mirror'], 'https://tuf.example'],
  ['spec.attestors[].cosign.tuf.root.data', [...attestor, 'cosign', 'tuf', 'root', 'data'], 'e30='],
  ['spec.attestors[].cosign.tuf.root.path', [...attestor, 'cosign', 'tuf', 'root', 'path'], '/root.json'],
  ['spec.attestors[].name', [...attestor, 'name'], 'b'],
  ['spec.attestors[].notary.certs.expression', [...attestor, 'notary', 'certs'], { expression: 'x' }],
  ['spec.attestors[].notary.certs.value', [...attestor, 'notary', 'certs'], { value: 'x' }],
  ['spec.attestors[].notary.tsaCerts.expression', [...attestor, 'notary', 'tsaCerts'], { expression: 'x' }],
  ['spec.attestors[].notary.tsaCerts.value', [...attestor, 'notary', 'tsaCerts'], { value: 'x' }],
  ['spec.credentials.allowInsecureRegistry', ['spec', 'credentials', 'allowInsecureRegistry'], true],
  ['spec.credentials.providers[]', ['spec', 'credentials', 'providers'], ['github']],
  ['spec.credentials.secrets[]', ['spec', 'credentials', 'secrets'], ['s']],
  ['spec.images[].expression', ['spec', 'images'], [{ name: 'n', expression: '[object.spec.image]' }]],
  ['spec.images[].name', ['spec', 'images'], [{ name: 'n', expression: '[]' }]],
  ['spec.matchImageReferences[].expression', ['spec', 'matchImageReferences'], [{ expression: 'true' }]],
  ['spec.matchImageReferences[].glob', ['spec', 'matchImageReferences'], [{ glob: 'quay.io/*' }]],
  ['spec.validationConfigurations.mutateDigest', ['spec', 'validationConfigurations', 'mutateDigest'], false],
  ['spec.validationConfigurations.required', ['spec', 'validationConfigurations', 'required'], false],
  ['spec.validationConfigurations.verifyDigest', ['spec', 'validationConfigurations', 'verifyDigest'], false],
];

/** Whichever engine Kyverno would have judged it with, here it is a policy of Kubernetes: the value changes nothing. */
const vpolRows: readonly Row[] = kyverno;
const vpolSilent = ['spec.autogen.validatingAdmissionPolicy.enabled'];

const authority = ['spec', 'authorities', 0];
const policyFields = (prefix: string, at: readonly (string | number)[]): Row[] => [
  [`${prefix}.configMapRef.key`, [...at, 'configMapRef'], { name: 'n', key: 'k' }],
  [`${prefix}.configMapRef.name`, [...at, 'configMapRef'], { name: 'n' }],
  [`${prefix}.configMapRef.namespace`, [...at, 'configMapRef'], { name: 'n', namespace: 's' }],
  [`${prefix}.data`, [...at, 'data'], 'import "time"'],
  [`${prefix}.fetchConfigFile`, [...at, 'fetchConfigFile'], true],
  [`${prefix}.includeObjectMeta`, [...at, 'includeObjectMeta'], true],
  [`${prefix}.includeSpec`, [...at, 'includeSpec'], true],
  [`${prefix}.includeTypeMeta`, [...at, 'includeTypeMeta'], true],
  [`${prefix}.remote.sha256sum`, [...at, 'remote'], { url: 'https://x.example', sha256sum: 'aa' }],
  [`${prefix}.remote.url`, [...at, 'remote'], { url: 'https://x.example' }],
  [`${prefix}.type`, [...at, 'type'], 'rego'],
];
const keyFields = (prefix: string, at: readonly (string | number)[]): Row[] => [
  [`${prefix}.data`, [...at, 'data'], 'PEM'],
  [`${prefix}.hashAlgorithm`, [...at, 'hashAlgorithm'], 'sha512'],
  [`${prefix}.kms`, at, { kms: 'awskms:///alias/key' }],
  [`${prefix}.secretRef.name`, at, { secretRef: { name: 's' } }],
  [`${prefix}.secretRef.namespace`, at, { secretRef: { name: 's', namespace: 'n' } }],
];

const cipRows: readonly Row[] = [
  ['spec.authorities[].attestations[].name', ['spec', 'authorities', 2, 'attestations', 0, 'name'], 'renamed'],
  ...policyFields('spec.authorities[].attestations[].policy', ['spec', 'authorities', 2, 'attestations', 0, 'policy']),
  [
    'spec.authorities[].attestations[].predicateType',
    ['spec', 'authorities', 2, 'attestations', 0, 'predicateType'],
    'vuln',
  ],
  ['spec.authorities[].ctlog.trustRootRef', [...authority, 'ctlog', 'trustRootRef'], 'mine'],
  ['spec.authorities[].ctlog.url', [...authority, 'ctlog', 'url'], 'https://rekor.example'],
  ...keyFields('spec.authorities[].key', ['spec', 'authorities', 1, 'key']),
  ...keyFields('spec.authorities[].keyless.ca-cert', [...authority, 'keyless', 'ca-cert']),
  [
    'spec.authorities[].keyless.identities[].issuer',
    [...authority, 'keyless', 'identities', 0, 'issuer'],
    'https://j.example',
  ],
  [
    'spec.authorities[].keyless.identities[].issuerRegExp',
    [...authority, 'keyless', 'identities', 0, 'issuerRegExp'],
    'a.*',
  ],
  [
    'spec.authorities[].keyless.identities[].subject',
    [...authority, 'keyless', 'identities', 0, 'subject'],
    'a@b.example',
  ],
  [
    'spec.authorities[].keyless.identities[].subjectRegExp',
    [...authority, 'keyless', 'identities', 0, 'subjectRegExp'],
    '.*',
  ],
  ['spec.authorities[].keyless.insecureIgnoreSCT', [...authority, 'keyless', 'insecureIgnoreSCT'], true],
  ['spec.authorities[].keyless.trustRootRef', [...authority, 'keyless', 'trustRootRef'], 'mine'],
  ['spec.authorities[].keyless.url', [...authority, 'keyless', 'url'], 'https://fulcio.example'],
  ['spec.authorities[].name', [...authority, 'name'], 'renamed'],
  ['spec.authorities[].rfc3161timestamp.trustRootRef', [...authority, 'rfc3161timestamp', 'trustRootRef'], 'mine'],
  ['spec.authorities[].signatureFormat', [...authority, 'signatureFormat'], 'bundle'],
  ['spec.authorities[].source[].oci', [...authority, 'source'], [{ oci: 'ghcr.io/acme/sigs' }]],
  [
    'spec.authorities[].source[].signaturePullSecrets[].name',
    [...authority, 'source'],
    [{ signaturePullSecrets: [{ name: 's' }] }],
  ],
  ['spec.authorities[].source[].tagPrefix', [...authority, 'source'], [{ tagPrefix: 'p' }]],
  ['spec.authorities[].static.action', ['spec', 'authorities', 3], { static: { action: 'pass' } }],
  ['spec.authorities[].static.message', ['spec', 'authorities'], [{ static: { action: 'fail', message: 'no' } }]],
  ['spec.images[].glob', ['spec', 'images', 0, 'glob'], 'quay.io/**'],
  ['spec.match[].group', ['spec', 'match'], [{ group: 'apps', version: 'v1', resource: 'deployments' }]],
  ['spec.match[].resource', ['spec', 'match'], [{ version: 'v1', resource: 'pods' }]],
  ...selector('spec.match[].selector', ['spec', 'match', 0, 'selector']),
  ['spec.match[].version', ['spec', 'match'], [{ version: 'v2', resource: 'pods' }]],
  ['spec.mode', ['spec', 'mode'], 'warn'],
  ...policyFields('spec.policy', ['spec', 'policy']),
];

/** The document with the value put in; mappings and lists on the way are made. */
function put(source: object, at: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(source) as Record<string | number, unknown>;
  let parent = copy;
  for (const [index, step] of at.slice(0, -1).entries()) {
    parent[step] ??= typeof at[index + 1] === 'number' ? [] : {};
    parent = parent[step] as Record<string | number, unknown>;
  }
  parent[at.at(-1)!] = value;
  return copy;
}

/** Places in the text are not what is made. */
const outcome = (source: object) => {
  const { documents, entries } = imported(source);
  return JSON.stringify([documents, entries.map(({ kind, path, why, consequence }) => [kind, path, why, consequence])]);
};

const versions = {
  ValidatingPolicy: ['policies.kyverno.io/v1alpha1', 'policies.kyverno.io/v1beta1', 'policies.kyverno.io/v1'],
  NamespacedValidatingPolicy: ['policies.kyverno.io/v1beta1', 'policies.kyverno.io/v1'],
  ImageValidatingPolicy: ['policies.kyverno.io/v1alpha1', 'policies.kyverno.io/v1beta1', 'policies.kyverno.io/v1'],
  NamespacedImageValidatingPolicy: ['policies.kyverno.io/v1beta1', 'policies.kyverno.io/v1'],
  ClusterImagePolicy: ['policy.sigstore.dev/v1alpha1', 'policy.sigstore.dev/v1beta1'],
} as const;

const tables = [
  ['ValidatingPolicy', sources.ValidatingPolicy, vpolRows],
  ['NamespacedValidatingPolicy', sources.ValidatingPolicy, vpolRows],
  ['ImageValidatingPolicy', sources.ImageValidatingPolicy, imageRows],
  ['NamespacedImageValidatingPolicy', sources.ImageValidatingPolicy, imageRows],
  ['ClusterImagePolicy', sources.ClusterImagePolicy, cipRows],
] as const;

for (const [kind, source, rows] of tables) {
  for (const apiVersion of versions[kind]) {
    const base = { ...source, apiVersion, kind };
    // Where a rule is to differ from one that is there already.
    const started = kind.endsWith('ValidatingPolicy')
      ? put(base, ['spec', 'matchConstraints', 'excludeResourceRules'], [rule])
      : base;
    describe(`${apiVersion} ${kind}`, () => {
      it.each(rows)('does not drop %s in silence', (field, at, value) => {
        const before = field.startsWith('spec.matchConstraints.resourceRules')
          ? put(base, ['spec', 'matchConstraints', 'resourceRules'], [rule])
          : field.startsWith('spec.matchConstraints.exclude')
            ? started
            : base;
        expect(outcome(put(before, at, value))).not.toBe(outcome(before));
      });
    });
  }
}

describe('the lists of fields', () => {
  it('say of every field once or more what it does', () => {
    expect(new Set(vpolRows.map(([field]) => field)).size).toBe(38);
    expect(new Set(imageRows.map(([field]) => field)).size).toBe(86);
    expect(new Set(cipRows.map(([field]) => field)).size).toBe(60);
  });

  it('leave nothing that is unknown to the importer unsaid', () => {
    for (const [kind, source] of tables) {
      const base = { ...source, kind };
      const { entries, documents } = imported(put(base, ['spec', 'ofTomorrow', 'field'], 'x'));
      expect(entries.map(({ path, consequence }) => [path, consequence])).toContainEqual([
        'spec.ofTomorrow.field',
        'refuses',
      ]);
      expect(JSON.stringify(documents)).toContain('not translated wholly');
    }
  });

  it.each(vpolSilent)('know that %s says nothing of verdicts', (field) => {
    const at = field.split('.');
    expect(outcome(put(sources.ValidatingPolicy, at, true))).toBe(outcome(sources.ValidatingPolicy));
  });
});
