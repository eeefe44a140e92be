import { describe, expect, it } from 'vitest';
import { compileIdentity } from '../../../policies/identity.ts';
import { imported, keyPem, otherPem, sources, specOf, told } from './source.ts';

const cip = (spec: object) => ({
  ...sources.ClusterImagePolicy,
  spec: { images: [{ glob: 'ghcr.io/acme/*' }], ...spec },
});
const identity = { issuer: 'https://i.example', subject: 'https://s.example/x' };
const ctlog = { url: 'https://rekor.sigstore.dev' };
const keyless = (name: string, more: object = {}) => ({ name, keyless: { identities: [identity] }, ctlog, ...more });
const keyed = (name: string, more: object = {}) => ({ name, key: { data: keyPem }, ...more });
const built = { name: 'Built-By', predicateType: 'slsaprovenance1' };
const scanned = { name: '1 scan', predicateType: 'vuln' };

describe('a ClusterImagePolicy', () => {
  it('of signers becomes signatures of one of them', () => {
    const one = imported(cip({ authorities: [keyless('a'), keyed('K_1')], mode: 'warn' }));
    expect(told(one)).toEqual([]);
    expect(one.documents).toEqual([
      {
        apiVersion: 'assay.dev/v1alpha1',
        kind: 'ClusterWorkloadPolicy',
        metadata: { name: 'check' },
        spec: {
          images: ['ghcr.io/acme/*'],
          authorities: [
            { name: 'a', keyless: { trustRoot: 'public-good', identities: [identity] } },
            { name: 'k-1', key: { data: keyPem } },
          ],
          signatures: { from: ['a', 'k-1'], threshold: 1 },
          validationActions: ['Warn'],
        },
      },
    ]);
  });

  it('of one attesting authority becomes attestations, all of them required', () => {
    const one = imported(cip({ authorities: [keyless('a', { attestations: [built, scanned] })] }));
    expect(specOf(one)).not.toHaveProperty('signatures');
    expect(specOf(one)['attestations']).toEqual([
      { name: 'builtby', type: 'https://slsa.dev/provenance/v1', from: ['a'], required: true },
      { name: 'scan', type: 'https://cosign.sigstore.dev/attestation/vuln/v1', from: ['a'], required: true },
    ]);
  });

  it('of several becomes one expression: a signature of one, or all attestations of another', () => {
    const one = imported(cip({ authorities: [keyless('a', { attestations: [built, built] }), keyed('k')] }));
    expect(specOf(one)['attestations']).toEqual([
      { name: 'builtby', type: 'https://slsa.dev/provenance/v1', from: ['a'] },
      { name: 'builtby2', type: 'https://slsa.dev/provenance/v1', from: ['a'] },
    ]);
    expect(specOf(one)['validations']).toMatchObject([
      {
        expression:
          "(size(image.attestations.builtby) > 0 && size(image.attestations.builtby2) > 0) || image.signatures.exists(s, s.authority == 'k')",
      },
    ]);
  });

  it('without authorities denies', () => {
    const one = imported(cip({}));
    expect(told(one)).toEqual(['lost spec.authorities refuses']);
    expect(specOf(one)['validations']).toMatchObject([{ name: 'not-translated', expression: "image.path == ''" }]);
  });

  it('that fails statically denies with its message, and passes where one authority passes', () => {
    const fail = { static: { action: 'fail', message: 'not from there' } };
    expect(specOf(imported(cip({ authorities: [fail] })))['validations']).toEqual([
      { name: 'static-fail', expression: "image.path == ''", message: 'not from there' },
    ]);
    const pass = imported(cip({ authorities: [fail, { static: { action: 'pass' } }, keyless('a')] }));
    expect(specOf(pass)).toEqual({ images: ['ghcr.io/acme/*'], validationActions: ['Deny'] });
    expect(specOf(imported(cip({ authorities: [fail, keyed('k')] })))['signatures']).toEqual({
      from: ['k'],
      threshold: 1,
    });
  });

  it('with a policy in another language over everything denies, even where everything passes', () => {
    for (const type of ['cue', 'rego']) {
      const one = imported(cip({ authorities: [{ static: { action: 'pass' } }], policy: { type, data: 'x' } }));
      expect(told(one)).toEqual(['lost spec.policy refuses']);
      expect(specOf(one)['validations']).toMatchObject([{ name: 'not-translated' }]);
    }
  });

  it('with a policy in another language over an attestation goes on without that authority, and denies without others', () => {
    const judged = keyless('a', { attestations: [{ ...built, policy: { type: 'cue', data: 'x' } }] });
    const beside = imported(cip({ authorities: [judged, keyed('k')] }));
    expect(told(beside)).toEqual(['lost spec.authorities[0].attestations[0].policy stricter']);
    expect(specOf(beside)['signatures']).toEqual({ from: ['k'], threshold: 1 });
    expect(told(imported(cip({ authorities: [judged] })))).toContain('lost spec.authorities refuses');
  });

  it.each([
    ['key.secretRef', { key: { secretRef: { name: 's' } } }],
    ['key.kms', { key: { kms: 'k8s://x/y' } }],
    ['key.data', { key: { data: 'PEM' } }],
    ['keyless.ca-cert', { keyless: { identities: [identity], 'ca-cert': { data: 'PEM' } }, ctlog }],
    ['keyless.identities[0]', { keyless: { identities: [{ subject: 'a@b.c' }] }, ctlog }],
    [
      'keyless.identities[0].issuerRegExp',
      { keyless: { identities: [{ issuerRegExp: 'https://.*', subject: 'a@b.c' }] }, ctlog },
    ],
    [
      'keyless.identities[0].subjectRegExp',
      { keyless: { identities: [{ issuer: 'i', subjectRegExp: '(?=x)' }] }, ctlog },
    ],
  ])('denies where its only authority has %s', (path, authority) => {
    const one = imported(cip({ authorities: [authority] }));
    expect(told(one)).toEqual([`lost spec.authorities[0].${path} stricter`, 'lost spec.authorities refuses']);
    expect(specOf(one)).not.toHaveProperty('signatures');
    expect(specOf(one)).toHaveProperty('validations[0].name', 'not-translated');
  });

  it('shows no private key that somebody wrote there', () => {
    const one = imported(cip({ authorities: [{ key: { data: '-----BEGIN PRIVATE KEY-----\nMIIEsecret\n' } }] }));
    expect(JSON.stringify(one)).not.toContain('MIIE');
  });

  it('asks for a log entry and a timestamp where it did, by the trust root that it names', () => {
    const logged = imported(cip({ authorities: [keyed('k', { ctlog })] }));
    expect(specOf(logged)['authorities']).toEqual([
      { name: 'k', key: { data: keyPem, trustRoot: 'public-good' }, log: 'Required' },
    ]);
    const mine = keyless('a', {
      keyless: { identities: [identity], trustRootRef: 'mine' },
      ctlog: { trustRootRef: 'mine' },
      rfc3161timestamp: { trustRootRef: 'mine' },
    });
    const stamped = imported(cip({ authorities: [mine] }));
    expect(specOf(stamped)['authorities']).toEqual([
      { name: 'a', keyless: { trustRoot: 'mine', identities: [identity] }, timestamps: 1 },
    ]);
    expect(told(stamped)).toContain('changed spec.authorities[0].rfc3161timestamp stricter');
    const two = { ...mine, rfc3161timestamp: { trustRootRef: 'other' } };
    expect(told(imported(cip({ authorities: [two] })))).toContain(
      'lost spec.authorities[0].rfc3161timestamp.trustRootRef stricter',
    );
  });

  it('takes the trust root of another Fulcio or Rekor by its host', () => {
    const one = imported(
      cip({ authorities: [keyless('a', { keyless: { identities: [identity], url: 'https://fulcio.example' } })] }),
    );
    expect(specOf(one)).toHaveProperty('authorities[0].keyless.trustRoot', 'fulcio-example');
  });

  it('says where it asks for more than it was asked', () => {
    const bare = imported(
      cip({ authorities: [{ name: 'a', keyless: { identities: [identity], insecureIgnoreSCT: true } }] }),
    );
    expect(told(bare)).toEqual([
      'changed spec.authorities[0].keyless stricter',
      'lost spec.authorities[0].keyless.insecureIgnoreSCT stricter',
    ]);
  });

  it('speaks of the resources that it matches', () => {
    const matchLabels = { team: 'shop' };
    const match = [{ version: 'v1', resource: 'pods', selector: { matchLabels } }];
    expect(specOf(imported(cip({ authorities: [keyed('k')], match })))['matchConstraints']).toEqual({
      resourceRules: [
        {
          apiGroups: [''],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['pods', 'pods/ephemeralcontainers'],
        },
      ],
      objectSelector: { matchLabels },
    });
    const two = [...match, { group: 'apps', version: 'v1', resource: 'deployments' }];
    const one = imported(cip({ authorities: [keyed('k')], match: two }));
    expect(told(one)).toEqual(['lost spec.match[0].selector stricter']);
    expect(specOf(one)).not.toHaveProperty('matchConstraints.objectSelector');
  });

  it('governs everything where a glob does, or where it names no image', () => {
    expect(
      specOf(imported(cip({ authorities: [keyed('k')], images: [{ glob: 'ghcr.io/x/*' }, { glob: '**' }] }))),
    ).not.toHaveProperty('images');
    const none = imported(cip({ authorities: [keyed('k')], images: [] }));
    expect(told(none)).toEqual(['changed spec.images stricter']);
  });

  it('tells authorities apart whose names become the same', () => {
    const one = imported(
      cip({ authorities: [keyed('A B'), keyed('a_b', { key: { data: otherPem } }), { key: { data: keyPem } }] }),
    );
    expect((specOf(one)['authorities'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'a-b',
      'a-b-2',
      'authority-2',
    ]);
  });
});

describe('an identity of cosign', () => {
  const read = (source: object) => {
    const one = imported(cip({ authorities: [keyless('a', { keyless: { identities: [source] } })] }));
    const { authorities = [] } = specOf(one) as { authorities?: { keyless: { identities: object[] } }[] };
    return {
      identities: authorities[0]?.keyless.identities ?? [],
      told: told(one).map((line) => line.split('identities[0]')[1] ?? line),
    };
  };
  const issuer = 'https://i.example';

  it.each([
    [{ issuer, subject: 'a@b.example' }, [{ issuer, subject: 'a@b.example' }]],
    [{ issuerRegExp: '^https://i\\.example$', subject: 'a@b.example' }, [{ issuer, subject: 'a@b.example' }]],
    [{ issuerRegExp: 'https://i.example', subject: 'a@b.example' }, [{ issuer, subject: 'a@b.example' }]],
    [
      { issuer, subjectRegExp: '^https://github\\.com/acme/.+$' },
      [{ issuer, subjectRegExp: '^https://github\\.com/acme/.+$' }],
    ],
    [
      { issuer, subjectRegExp: 'https://github\\.com/acme/.*' },
      [{ issuer, subjectRegExp: '^https://github\\.com/acme/.*$' }],
    ],
    [
      { issuer, subjectRegExp: 'https://github.com/acme/x' },
      [{ issuer, subjectRegExp: '^https://github.com/acme/x$', broadPattern: 'Accept' }],
    ],
    [
      { issuer, subjectRegExp: '^https://a\\.example/x$|^https://a\\.example/y$' },
      [
        {
          issuer,
          subjectRegExp: '^(?:https://a\\.example/x$|^https://a\\.example/y)$',
          subjectKind: 'uri',
          broadPattern: 'Accept',
        },
      ],
    ],
    [{ issuer, subject: 'https://s.example/{x}*' }, [{ issuer, subjectRegExp: '^https://s\\.example/\\{x\\}\\*$' }]],
  ])('%j is read as %j', (source, identities) => {
    const [first, ...rest] = read(source).identities;
    expect([first, ...rest].slice(0, identities.length)).toMatchObject(identities);
    for (const one of [first, ...rest]) expect(compileIdentity(one as never)).not.toHaveProperty('length');
  });

  it('says that patterns are anchored, and that they go before literals', () => {
    expect(read({ issuer, subjectRegExp: 'https://a\\.example/x' }).told).toEqual(['.subjectRegExp stricter']);
    expect(
      read({ issuer: 'x', issuerRegExp: issuer, subject: 'y@z.example', subjectRegExp: '^a@b\\.example$' }),
    ).toMatchObject({
      identities: [{ issuer, subjectRegExp: '^a@b\\.example$' }],
      told: ['.issuerRegExp stricter', '.issuer none', '.subject none'],
    });
  });

  it('accepts only what the pattern accepted there', () => {
    for (const source of [
      'acme',
      '^https://a',
      'x|y',
      '^a|b$',
      '(?i)acme$',
      'a\\$',
      '^https://github.com/acme/[^/]+/x@refs/tags/.*',
    ]) {
      for (const { subjectRegExp = '' } of read({ issuer, subjectRegExp: source }).identities as {
        subjectRegExp?: string;
      }[]) {
        for (const text of [
          'acme',
          'https://a',
          'https://ab',
          'x',
          'y',
          'xy',
          'a',
          'b',
          'ab',
          'a$',
          'https://evil.example/acme',
          'https://github.com/acme/s/x@refs/tags/v1',
        ]) {
          const [theirs, ours] = [source, subjectRegExp].map(
            (pattern) => new RegExp(pattern.replaceAll('(?i)', ''), 'u'),
          );
          if (ours?.test(text)) expect(theirs?.test(text), `${source} ${subjectRegExp} ${text}`).toBe(true);
        }
      }
    }
  });

  it('without a subject is everybody of the issuer, as there, and says so', () => {
    const { identities, told } = read({ issuer });
    expect(identities).toHaveLength(3);
    expect(identities[0]).toEqual({ issuer, subjectRegExp: '^.*$', subjectKind: 'uri', broadPattern: 'Accept' });
    expect(told).toEqual([' none']);
  });
});
