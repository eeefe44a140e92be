import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importPolicy, parseDocuments } from '../../../policies/index.ts';
import { imported, keyPem, otherPem, signatureCheck, sources, specOf, told } from './source.ts';

const vpol = (spec: object, metadata: object = {}, kind = 'ValidatingPolicy') => ({
  apiVersion: 'policies.kyverno.io/v1',
  kind,
  metadata: { name: 'check', ...metadata },
  spec: { ...sources.ValidatingPolicy.spec, ...spec },
});
const ivpol = (spec: object) => ({
  ...sources.ImageValidatingPolicy,
  spec: { ...sources.ImageValidatingPolicy.spec, ...spec },
});
const pods = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
};
const identity = { issuer: 'https://i.example', subject: 'https://s.example/x' };
const attestorOf = (cosign: object) => [{ name: 'a', cosign }];
const onlyA = { attestations: [], validations: [{ expression: signatureCheck('a') }] };

describe('a ValidatingPolicy', () => {
  it('becomes a ValidatingAdmissionPolicy and its binding, with nothing to be told', () => {
    const one = imported(
      vpol({
        validationActions: ['Audit', 'Warn'],
        failurePolicy: 'Ignore',
        variables: [{ name: 'v', expression: 'object.spec.type' }],
        validations: [
          { expression: "variables.v != 'x'", messageExpression: "'found ' + variables.v", reason: 'Invalid' },
        ],
        auditAnnotations: [{ key: 'k', valueExpression: 'string(variables.v)' }],
        matchConditions: [{ name: 'c', expression: "request.operation == 'CREATE'" }],
      }),
    );
    expect(told(one)).toEqual([]);
    expect(one.documents).toMatchObject([
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'check' },
        spec: {
          failurePolicy: 'Ignore',
          matchConstraints: sources.ValidatingPolicy.spec.matchConstraints,
          matchConditions: [{ name: 'c' }],
          variables: [{ name: 'v', expression: 'object.spec.type' }],
          validations: [
            { expression: "variables.v != 'x'", messageExpression: "'found ' + variables.v", reason: 'Invalid' },
          ],
          auditAnnotations: [{ key: 'k' }],
        },
      },
      {
        kind: 'ValidatingAdmissionPolicyBinding',
        spec: { policyName: 'check', validationActions: ['Audit', 'Warn'] },
      },
    ]);
  });

  it('denies and fails by default, as there', () => {
    const [policy, binding] = imported(vpol({})).documents;
    expect(policy?.spec).toMatchObject({ failurePolicy: 'Fail' });
    expect(binding?.spec).toMatchObject({ validationActions: ['Deny'] });
  });

  it.each([
    "resource.Get('v1', 'configmaps', 'default', 'x').data.y == 'z'",
    "http.Get('https://x.example').ok",
    "globalContext.Get('x', '') == 1",
    "image('nginx').registry() == 'docker.io'",
    'images.containers.all(i, true)',
    "user.parseServiceAccount('x').Name == 'y'",
    "hash.sha256('x') == 'y'",
    'object.spec.',
  ])('denies everything where a validation is %s, and says which', (expression) => {
    const one = imported(vpol({ validations: [{ expression }, { expression: 'true' }] }));
    expect(told(one)).toEqual(['lost spec.validations[0].expression refuses']);
    expect(one.documents[0]?.spec['validations']).toEqual([
      { expression: 'true' },
      { expression: 'false', message: expect.stringMatching(/settled: spec\.validations\[0\]\.expression$/) as string },
    ]);
  });

  it('loses what reads a variable that is lost, however far down', () => {
    const one = imported(
      vpol({
        variables: [
          { name: 'a', expression: "resource.Get('v1', 'configmaps', 'd', 'x')" },
          { name: 'b', expression: 'variables.a.data' },
          { name: 'c', expression: '1' },
        ],
        validations: [
          { expression: 'variables.b.x == 1' },
          { expression: 'variables.c == 1' },
          { expression: "variables['b'] == 1" },
        ],
      }),
    );
    expect(told(one)).toEqual([
      'lost spec.variables[0].expression none',
      'lost spec.variables[1].expression none',
      'lost spec.validations[0].expression refuses',
      'lost spec.validations[2].expression refuses',
    ]);
    expect(specOf(one)['variables']).toEqual([{ name: 'c', expression: '1' }]);
  });

  it('speaks of more where a condition is lost, and keeps its message where only the expression of it is', () => {
    const one = imported(
      vpol({
        matchConditions: [
          { name: 'c', expression: "http.Get('x').y" },
          { name: 'd', expression: 'variables.x' },
        ],
        validations: [{ expression: 'false', message: 'no', messageExpression: "http.Get('x').z" }],
      }),
    );
    expect(told(one)).toEqual([
      'lost spec.matchConditions[0].expression stricter',
      'lost spec.matchConditions[1].expression stricter',
      'lost spec.validations[0].messageExpression none',
    ]);
    expect(specOf(one)).not.toHaveProperty('matchConditions');
    expect(specOf(one)['validations']).toEqual([{ expression: 'false', message: 'no' }]);
  });

  it('about Pods becomes those about controllers too that Kyverno generates', () => {
    const one = imported(
      vpol({
        matchConstraints: pods,
        validations: [
          {
            expression:
              "object.spec.containers.all(c, c.image != 'x') && object.metadata.namespace != oldObject.metadata.name",
          },
        ],
      }),
    );
    expect(one.documents.map(({ kind, metadata }) => `${kind.slice(19)} ${metadata.name}`)).toEqual([
      'Policy check',
      'PolicyBinding check',
      'Policy check-autogen-defaults',
      'PolicyBinding check-autogen-defaults',
      'Policy check-autogen-cronjobs',
      'PolicyBinding check-autogen-cronjobs',
    ]);
    expect(one.documents[2]?.spec).toMatchObject({
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['apps'],
            operations: ['CREATE'],
            resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
          },
          { apiGroups: ['batch'], operations: ['CREATE'], resources: ['jobs'] },
        ],
      },
      validations: [
        {
          expression:
            "object.spec.template.spec.containers.all(c, c.image != 'x') && object.metadata.namespace != oldObject.spec.template.metadata.name",
        },
      ],
    });
    expect(JSON.stringify(one.documents[4]?.spec)).toContain('object.spec.jobTemplate.spec.template.spec.containers');
  });

  it('about Pods and more, or selected ones, generates nothing; controllers may be chosen', () => {
    const count = (spec: object) => imported(vpol(spec)).documents.length;
    expect(count({ matchConstraints: { ...pods, objectSelector: { matchLabels: { a: 'b' } } } })).toBe(2);
    expect(count({ matchConstraints: { ...pods, excludeResourceRules: pods.resourceRules } })).toBe(2);
    expect(count({ matchConstraints: pods, autogen: { podControllers: { controllers: [] } } })).toBe(2);
    expect(count({ matchConstraints: pods, autogen: { podControllers: { controllers: ['jobs'] } } })).toBe(4);
    const odd = imported(
      vpol({ matchConstraints: pods, autogen: { podControllers: { controllers: ['cronjobs', 'jobsets'] } } }),
    );
    expect(odd.documents).toHaveLength(4);
    expect(told(odd)).toEqual(['lost spec.autogen.podControllers.controllers[1] none']);
  });

  it('of a namespace is bound to that namespace', () => {
    const one = imported(vpol({}, { namespace: 'shop' }, 'NamespacedValidatingPolicy'));
    expect(one.documents[1]).toMatchObject({
      metadata: { name: 'shop-check' },
      spec: {
        policyName: 'shop-check',
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } },
      },
    });
  });

  it('that never denied at admission denies nothing, and one over other JSON becomes nothing', () => {
    const audited = imported(vpol({ evaluation: { admission: { enabled: false } } }));
    expect(audited.documents[1]?.spec['validationActions']).toEqual(['Audit']);
    const json = imported(vpol({ evaluation: { mode: 'JSON' } }));
    expect(json.documents).toEqual([]);
    expect(told(json)).toEqual(['lost spec.evaluation.mode none']);
  });

  it('takes the warning from a denial, which is shown anyway', () => {
    const one = imported(vpol({ validationActions: ['Deny', 'Warn', 'Audit'] }));
    expect(one.documents[1]?.spec['validationActions']).toEqual(['Deny', 'Audit']);
  });

  it('carries labels and annotations, but nothing that a cluster wrote', () => {
    const metadata = {
      labels: { a: 'b' },
      annotations: { 'policies.kyverno.io/title': 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      uid: '1',
      managedFields: [{}],
    };
    const one = imported({ ...vpol({}, metadata), status: { ready: true } });
    expect(told(one)).toEqual([]);
    expect(one.documents[0]?.metadata).toEqual({
      name: 'check',
      labels: { a: 'b' },
      annotations: { 'policies.kyverno.io/title': 'x' },
    });
  });
});

describe('an ImageValidatingPolicy', () => {
  it('becomes authorities, signatures and attestations', () => {
    const one = imported(sources.ImageValidatingPolicy);
    expect(told(one)).toEqual([
      'changed spec.validations[0].expression stricter',
      'changed spec.validations[1].expression stricter',
    ]);
    expect(one.documents).toEqual([
      {
        apiVersion: 'assay.dev/v1alpha1',
        kind: 'ClusterWorkloadPolicy',
        metadata: { name: 'check' },
        spec: {
          images: ['ghcr.io/acme/**'],
          authorities: [
            { name: 'a', keyless: { trustRoot: 'public-good', identities: [identity] } },
            { name: 'k', key: { data: keyPem, trustRoot: 'public-good' }, log: 'Required' },
          ],
          signatures: { from: ['a', 'k'], threshold: 1 },
          attestations: [{ name: 'sbom', type: 'https://cyclonedx.org/bom', from: ['a'], required: true }],
          pin: 'Pods',
          validationActions: ['Deny'],
        },
      },
    ]);
  });

  it('of a namespace is a WorkloadPolicy', () => {
    const source = {
      ...sources.ImageValidatingPolicy,
      kind: 'NamespacedImageValidatingPolicy',
      metadata: { name: 'n', namespace: 'shop' },
    };
    expect(imported(source).documents).toMatchObject([
      { kind: 'WorkloadPolicy', metadata: { name: 'n', namespace: 'shop' } },
    ]);
  });

  it.each([
    ['images.containers.all(i, verifyImageSignatures(i, [attestors.a, attestors.k]) > 0)', 1],
    ['images.initContainers.map(i, verifyImageSignatures(i, [attestors.a, attestors.k])).all(e, e >= 2)', 2],
    ['images.containers.map(i, verifyImageSignatures(i, [attestors.a, attestors.k])).all(e, e == 2)', 2],
    ['images.containers.map(i, verifyImageSignatures(i, [attestors.a, attestors.k])).all(e, 0 < e)', 1],
    ['images.containers.map(i, verifyImageSignatures(i, [attestors.a, attestors.k])).all(e, e != 0)', 1],
    ['images.containers.map(i, verifyImageSignatures(i, [attestors.a, attestors.k])).all(e, e > 1)', 2],
  ])('reads %s as a threshold of %j', (expression, threshold) => {
    expect(specOf(imported(ivpol({ validations: [{ expression }] })))['signatures']).toEqual({
      from: ['a', 'k'],
      threshold,
    });
  });

  it.each([
    signatureCheck('a', 'k').replace('> 0', '== 1'),
    signatureCheck('a', 'k').replace('> 0', '>= 0'),
    signatureCheck('a', 'k').replace('> 0', '> 2'),
    signatureCheck('a', 'k').replace('> 0', '< 1'),
    signatureCheck('a').replace('.all(', '.exists('),
    signatureCheck('a', 'a'),
    signatureCheck('a').replace('[attestors.a]', 'attestors'),
    signatureCheck('a').replace('images.containers', "images.containers.filter(i, i != 'x')"),
    signatureCheck('a').replace('images.containers', 'images.other'),
    signatureCheck('a').replace('map(image, ', "map(image, image != 'x', "),
    signatureCheck('a').replace('verifyImageSignatures(image', 'verifyImageSignatures(object'),
    signatureCheck('a').replace('verifyImageSignatures(image', "verifyImageSignatures('x'"),
    `object == null || ${signatureCheck('a')}`,
    'images.containers.map(i, verifyAttestationSignatures(i, attestations.none, [attestors.a])).all(e, e > 0)',
    'images.containers.map(i, verifyAttestationSignatures(i, attestations.sbom, [attestors.a, attestors.k])).all(e, e > 1)',
    "images.containers.map(i, extractPayload(i, attestations.sbom).bomFormat == 'CycloneDX').all(e, e)",
    'images.containers.all(i, getImageData(i).config.User != "root")',
    signatureCheck('unknown'),
  ])('denies every image where a validation is %s', (expression) => {
    const one = imported(ivpol({ validations: [{ expression }] }));
    expect(told(one)).toContain('lost spec.validations[0].expression refuses');
    expect(specOf(one)['validations']).toContainEqual({
      name: 'not-translated',
      expression: "image.path == ''",
      message: expect.stringContaining('spec.validations[0].expression') as string,
    });
  });

  it('demands a second list of attestors as well', () => {
    const one = imported(
      ivpol({
        validations: [{ expression: signatureCheck('a') }, { expression: signatureCheck('k'), message: 'no k' }],
      }),
    );
    expect(specOf(one)).toMatchObject({
      signatures: { from: ['a'], threshold: 1 },
      validations: [
        {
          name: 'validation-2',
          expression: "['k'].filter(a, image.signatures.exists(s, s.authority == a)).size() >= 1",
          message: 'no k',
        },
      ],
    });
  });

  it('denies where one attestation is demanded of two lists of attestors', () => {
    const by = (name: string) => ({
      expression: `images.containers.map(i, verifyAttestationSignatures(i, attestations.sbom, [attestors.${name}])).all(e, e > 0)`,
    });
    const one = imported(ivpol({ validations: [by('a'), by('k')] }));
    expect(told(one)).toContain('lost spec.validations[1].expression refuses');
    expect(specOf(one)).toHaveProperty('attestations[0].from', ['a']);
  });

  it('denies where it verifies nothing, as Kyverno does by default', () => {
    const nothing = { validations: [{ expression: 'object.spec.x == 1' }] };
    expect(told(imported(ivpol(nothing)))).toEqual(['lost spec.validationConfigurations.required refuses']);
    const optional = imported(ivpol({ ...nothing, validationConfigurations: { required: false } }));
    expect(told(optional)).toEqual(['changed spec.validationConfigurations.required none']);
    expect(specOf(optional)['validations']).toEqual([{ name: 'validation-1', expression: 'object.spec.x == 1' }]);
  });

  it.each([
    ['notary', [{ name: 'a', notary: { certs: { value: 'PEM' } } }]],
    ['cosign.annotations', attestorOf({ keyless: { identities: [identity] }, annotations: { env: 'prod' } })],
    ['cosign.certificate', attestorOf({ certificate: { cert: { value: 'PEM' } } })],
    ['cosign.key.kms', attestorOf({ key: { kms: 'k8s://ns/secret' } })],
    ['cosign.key.data', attestorOf({ key: { data: 'PEM' } })],
    ['cosign.key.expression', attestorOf({ key: { expression: 'variables.key' } })],
    [
      'cosign.keyless.identities[0].issuerRegExp',
      attestorOf({ keyless: { identities: [{ issuerRegExp: '.*', subject: 'a@b.c' }] } }),
    ],
    [
      'cosign.keyless.identities[0].subjectExpression',
      attestorOf({ keyless: { identities: [{ issuer: 'i', subjectExpression: 'x' }] } }),
    ],
    ['cosign.keyless.identities[0]', attestorOf({ keyless: { identities: [{ subject: 'a@b.c' }] } })],
    [
      'cosign.keyless.additionalExtensions.colour',
      attestorOf({ keyless: { identities: [identity], additionalExtensions: { colour: 'red' } } }),
    ],
  ])('denies where its only attestor has %s', (path, attestors) => {
    const one = imported(ivpol({ ...onlyA, attestors }));
    expect(told(one)).toEqual([
      `lost spec.attestors[0].${path} stricter`,
      'lost spec.validations[0].expression refuses',
      'lost spec.validationConfigurations.required refuses',
    ]);
    expect(specOf(one)).not.toHaveProperty('signatures');
    expect(specOf(one)).toHaveProperty('validations[0].name', 'not-translated');
  });

  it('goes on with the attestors that are left where those are enough, and never with fewer', () => {
    const attestors = [
      { name: 'a', cosign: { keyless: { identities: [identity] } } },
      { name: 'n', notary: { certs: { value: 'x' } } },
    ];
    const check = (expression: string) =>
      imported(ivpol({ attestors, attestations: [], validations: [{ expression }] }));
    expect(specOf(check(signatureCheck('a', 'n')))['signatures']).toEqual({ from: ['a'], threshold: 1 });
    expect(told(check(signatureCheck('a', 'n').replace('> 0', '> 1')))).toContain(
      'lost spec.validations[0].expression refuses',
    );
  });

  it('keeps what a log entry is asked for, and asks for more where it was left out', () => {
    const authorityOf = (cosign: object) => {
      const one = imported(ivpol({ ...onlyA, attestors: attestorOf(cosign) }));
      return [(specOf(one)['authorities'] as unknown[])[0], told(one).filter((line) => line.includes('attestors'))];
    };
    expect(
      authorityOf({ key: { data: otherPem }, ctlog: { insecureIgnoreTlog: true, insecureIgnoreSCT: true } }),
    ).toEqual([{ name: 'a', key: { data: otherPem } }, []]);
    expect(authorityOf({ key: { data: otherPem }, ctlog: { url: 'https://rekor.sigstore.dev' } })).toEqual([
      { name: 'a', key: { data: otherPem, trustRoot: 'public-good' }, log: 'Required' },
      [],
    ]);
    const ignoring = {
      keyless: { identities: [identity] },
      ctlog: { insecureIgnoreTlog: true, insecureIgnoreSCT: true },
    };
    expect(authorityOf(ignoring)[1]).toEqual([
      'lost spec.attestors[0].cosign.ctlog.insecureIgnoreTlog stricter',
      'lost spec.attestors[0].cosign.ctlog.insecureIgnoreSCT stricter',
    ]);
  });

  it('has a trust root of its own where pieces of one are named, which the configuration must have', () => {
    const cosign = {
      keyless: { identities: [identity], roots: 'PEM' },
      ctlog: { url: 'https://rekor.example', rekorPubKey: 'PEM' },
    };
    const one = imported(ivpol({ ...onlyA, attestors: attestorOf(cosign) }));
    expect(specOf(one)).toHaveProperty('authorities[0].keyless.trustRoot', 'check-a');
    expect(told(one).filter((line) => line.startsWith('lost'))).toEqual([
      'lost spec.attestors[0].cosign.keyless.roots stricter',
      'lost spec.attestors[0].cosign.ctlog.rekorPubKey stricter',
      'lost spec.attestors[0].cosign.ctlog.url stricter',
    ]);
  });

  it('demands the extensions that it names, by their name or OID', () => {
    const additionalExtensions = { buildTrigger: 'push', '1.3.6.1.4.1.57264.1.12': 'https://github.com/acme/shop' };
    const one = imported(
      ivpol({ ...onlyA, attestors: attestorOf({ keyless: { identities: [identity], additionalExtensions } }) }),
    );
    expect(specOf(one)).toHaveProperty('authorities[0].keyless.identities', [
      { ...identity, buildTrigger: 'push', sourceRepository: 'https://github.com/acme/shop' },
    ]);
  });

  it('governs all images where one reference is an expression', () => {
    const one = imported(
      ivpol({ matchImageReferences: [{ glob: 'ghcr.io/acme/*' }, { expression: "ref.startsWith('x')" }] }),
    );
    expect(specOf(one)).not.toHaveProperty('images');
    expect(told(one)).toContain('lost spec.matchImageReferences[1] stricter');
  });

  it('denies whatever it matches where it finds images by expressions', () => {
    const one = imported(ivpol({ images: [{ name: 'x', expression: '[object.spec.image]' }] }));
    expect(specOf(one)['validations']).toMatchObject([{ name: 'not-translated', expression: 'false' }]);
  });

  it('about Pods speaks of controllers and of containers that are put into running Pods', () => {
    const one = imported(ivpol({ matchConstraints: pods }));
    expect(specOf(one)).toHaveProperty('matchConstraints.resourceRules.length', 4);
    expect(specOf(one)).toHaveProperty('matchConstraints.resourceRules[0].resources', [
      'pods',
      'pods/ephemeralcontainers',
    ]);
  });

  it('about Pods is parted where its expressions read the fields of a Pod', () => {
    const validations = [...sources.ImageValidatingPolicy.spec.validations, { expression: '!object.spec.hostNetwork' }];
    const one = imported(ivpol({ matchConstraints: pods, validations }));
    expect(one.documents.map(({ metadata }) => metadata.name)).toEqual([
      'check',
      'check-autogen-defaults',
      'check-autogen-cronjobs',
    ]);
    const read = one.documents.map(
      ({ spec }) =>
        spec as {
          signatures: object;
          validations: object[];
          matchConstraints: { resourceRules: { resources: string[] }[] };
        },
    );
    expect(read.map((spec) => spec.matchConstraints.resourceRules.flatMap(({ resources }) => resources))).toEqual([
      ['pods', 'pods/ephemeralcontainers'],
      ['daemonsets', 'deployments', 'replicasets', 'statefulsets', 'jobs'],
      ['cronjobs'],
    ]);
    expect(read.map((spec) => spec.validations)).toMatchObject([
      [{ expression: '!object.spec.hostNetwork' }],
      [{ expression: '!object.spec.template.spec.hostNetwork' }],
      [{ expression: '!object.spec.jobTemplate.spec.template.spec.hostNetwork' }],
    ]);
    expect(new Set(read.map((spec) => JSON.stringify(spec.signatures))).size).toBe(1);
  });

  it.each([
    [{}, 'Pods'],
    [{ mutateDigest: false }, 'Pods'],
    [{ verifyDigest: false }, 'Pods'],
    [{ mutateDigest: false, verifyDigest: false }, 'None'],
  ])('with %j pins %s', (validationConfigurations, pin) => {
    expect(specOf(imported(ivpol({ validationConfigurations })))['pin']).toBe(pin);
  });
});

describe('the policies of kyverno-vpol', () => {
  const corpus = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'kyverno-vpol');
  const files = ((): readonly string[] => {
    try {
      return readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
        (file) => file.endsWith('.yaml') && !file.includes('.kyverno-test'),
      );
    } catch {
      return [];
    }
  })();

  it.skipIf(files.length === 0 && process.env['CI'] !== 'true')(
    'are imported, and what is lost is what Kyverno alone has',
    () => {
      const found = files.flatMap((file) => {
        const { documents } = parseDocuments(readFileSync(join(corpus, file), 'utf8'), file);
        return documents.flatMap((document) => {
          const one = importPolicy(document);
          return 'code' in one
            ? [one.code]
            : one.entries.filter(({ consequence }) => consequence !== 'none').map(({ why }) => `${file}: ${why}`);
        });
      });
      expect(files.length).toBeGreaterThan(10);
      expect(found).toEqual([]);
    },
  );
});
