import { describe, expect, it } from 'vitest';
import { limits } from '../../webhook/limits.ts';
import { type AdmissionAnswer, parseReview, renderReview } from '../../webhook/review.ts';
import { admissionReview, pod } from './review-case.ts';

const parsed = (body: unknown) => {
  const result = parseReview(body, 'validate');
  if (result.kind === 'malformed') throw new Error(result.detail);
  return result.request;
};

const response = (answer: Partial<AdmissionAnswer>): Record<string, unknown> => {
  const rendered = renderReview({ uid: 'u', allowed: true, ...answer }) as { response: Record<string, unknown> };
  return rendered.response;
};

describe('an AdmissionReview that arrives', () => {
  it('becomes a review with the object as it is', () => {
    const { uid, review, about } = parsed(admissionReview());
    expect(uid).toBe('705ab4f5-6393-11e8-b7cc-42010a800002');
    expect(review).toMatchObject({ phase: 'validate', operation: 'CREATE', object: pod() });
    expect(about()).toEqual({
      operation: 'CREATE',
      kind: 'v1 Pod',
      resource: 'pods',
      namespace: 'default',
      name: 'shop',
      dryRun: false,
    });
  });

  it('A-ADM-14: may have no name yet, when the name will be generated', () => {
    const { about, review } = parsed(
      admissionReview({ name: undefined, object: pod('nginx', { generateName: 'shop-' }) }),
    );
    expect(about().name).toBe('');
    expect(review.object).toEqual(pod('nginx', { generateName: 'shop-' }));
  });

  it('A-ADM-11: of a DELETE brings the old object alone', () => {
    const { review } = parsed(admissionReview({ operation: 'DELETE', object: null, oldObject: pod() }));
    expect(review).toMatchObject({ phase: 'validate', operation: 'DELETE', oldObject: pod() });
    expect(review).not.toHaveProperty('object');
  });

  it('A-ADM-12: of a CONNECT brings options instead of an object, and no old object', () => {
    const object = { apiVersion: 'v1', kind: 'PodExecOptions', command: ['sh'] };
    const { review, about } = parsed(
      admissionReview({
        operation: 'CONNECT',
        subResource: 'exec',
        kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
        object,
      }),
    );
    expect(review).toMatchObject({ phase: 'validate', operation: 'CONNECT', object, request: { subResource: 'exec' } });
    expect(review).not.toHaveProperty('oldObject');
    expect(about().resource).toBe('pods/exec');
  });

  it('of an object under deletion is a review like any other', () => {
    const object = pod('nginx', { name: 'shop', deletionTimestamp: '2026-11-02T10:00:00Z', finalizers: ['a/b'] });
    expect(parsed(admissionReview({ operation: 'UPDATE', object, oldObject: pod() })).review).toMatchObject({ object });
  });

  it('says whether it is a dry run', () => {
    expect(parsed(admissionReview({ dryRun: true })).about().dryRun).toBe(true);
  });

  it('brings the request that expressions read: without uid and objects, as it came', () => {
    const extra = { scopes: ['a', 'b'] };
    const asked = {
      subResource: 'ephemeralcontainers',
      requestSubResource: 'ephemeralcontainers',
      requestKind: { group: '', version: 'v1beta1', kind: 'Pod' },
      operation: 'UPDATE',
      userInfo: { username: 'alice', uid: '7', groups: ['dev'], extra },
      dryRun: true,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'UpdateOptions', fieldManager: 'kubectl' },
    };
    const { review } = parsed(admissionReview({ ...asked, oldObject: pod() }));
    expect(review.request).toEqual({
      ...asked,
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'shop',
      namespace: 'default',
    });
  });

  it('has no name, no namespace and no subresource in its request where the API server sends an empty one', () => {
    const { review } = parsed(admissionReview({ name: '', namespace: '', subResource: '', options: null }));
    for (const field of ['name', 'namespace', 'subResource', 'options'])
      expect(review.request).not.toHaveProperty(field);
  });

  it('A-PRS-8: puts nothing but plain text into what is logged', () => {
    const { about } = parsed(admissionReview({ name: 'a\nb\u001b[31m\u202e\ud800', namespace: 'x'.repeat(1000) }));
    expect(about().name).toBe('a b [31m \ufffd');
    expect(about().namespace).toHaveLength(253);
  });

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ['null', null, /kind AdmissionReview/],
    ['an array', [], /kind AdmissionReview/],
    ['another kind', admissionReview({}, { kind: 'Pod' }), /kind AdmissionReview/],
    [
      'v1beta1',
      admissionReview({}, { apiVersion: 'admission.k8s.io/v1beta1' }),
      /expected apiVersion admission.k8s.io\/v1, found "admission.k8s.io\/v1beta1"/,
    ],
    ['no version', admissionReview({}, { apiVersion: undefined }), /found none/],
    ['no request', admissionReview({}, { request: null }), /object in "request"/],
    ['a request that is a list', admissionReview({}, { request: [] }), /object in "request"/],
    ['no uid', admissionReview({ uid: '' }), /request.uid/],
    ['a uid that is no text', admissionReview({ uid: 7 }), /request.uid/],
    ['an endless uid', admissionReview({ uid: 'u'.repeat(limits.uidCharacters + 1) }), /request.uid/],
    ['an unknown operation', admissionReview({ operation: 'PATCH' }), /request.operation/],
    ['a CREATE without object', admissionReview({ object: null }), /request.object of a CREATE/],
    [
      'a CONNECT without object',
      admissionReview({ operation: 'CONNECT', object: null }),
      /request.object of a CONNECT/,
    ],
    ['an UPDATE without the old object', admissionReview({ operation: 'UPDATE' }), /request.oldObject of an UPDATE/],
    ['an object that is a list', admissionReview({ object: [] }), /request.object/],
    [
      'a DELETE whose old object is a text',
      admissionReview({ operation: 'DELETE', object: null, oldObject: 'x' }),
      /request.oldObject/,
    ],
    [
      'an object of another kind than the request says',
      admissionReview({ kind: { group: 'apps', version: 'v1', kind: 'Deployment' } }),
      /expected request.object to be the apps\/v1 Deployment that request.kind says, found v1 Pod/,
    ],
    ['an object that hides its kind', admissionReview({ object: { spec: {} } }), /found/],
    ['an uid that is inherited', Object.create(admissionReview()), /kind AdmissionReview/],
  ];
  for (const [what, body, why] of refused) {
    it(`A-ADM-23: is malformed with ${what}`, () => {
      expect(parseReview(body, 'validate')).toMatchObject({
        kind: 'malformed',
        detail: expect.stringMatching(why) as string,
      });
    });
  }
});

describe('an AdmissionReview that is answered', () => {
  it('echoes the uid and carries a base64 JSON patch', () => {
    const patch = [{ op: 'replace', path: '/spec/containers/0/image', value: 'a@sha256:0' }] as const;
    expect(renderReview({ uid: 'u-1', allowed: true, patch })).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        uid: 'u-1',
        allowed: true,
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      },
    });
  });

  it('has no patch and no patch type where nothing changes', () => {
    expect(response({ patch: [] })).toEqual({ uid: 'u', allowed: true });
  });

  it('says why it is denied', () => {
    const status = { code: 403, reason: 'Forbidden', message: 'because' };
    expect(response({ allowed: false, status })).toEqual({ uid: 'u', allowed: false, status });
  });

  it('bounds the message', () => {
    const message = 'x'.repeat(limits.messageCharacters + 1);
    expect(response({ status: { code: 403, reason: 'Forbidden', message } })['status']).toMatchObject({
      message: `${'x'.repeat(limits.messageCharacters - 3)}...`,
    });
  });

  it('has warnings of one line each, bounded in length and number', () => {
    const warnings = response({ warnings: Array.from({ length: 40 }, () => `a\n${'b'.repeat(500)}`) })[
      'warnings'
    ] as string[];
    expect(warnings).toHaveLength(limits.warnings + 1);
    expect(warnings[0]).toHaveLength(limits.warningCharacters);
    expect(warnings[0]).toMatch(/^a b/);
    expect(warnings.at(-1)).toBe('and 25 more warnings');
    expect(warnings.join('').length).toBeLessThan(4096);
  });

  it('drops audit annotations that the API server would refuse, and bounds the others', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'v']));
    const long = { long: 'x'.repeat(limits.auditValueCharacters + 1) };
    const annotations = response({ auditAnnotations: { 'a/b': 'x', '': 'y', 'a b': 'z', ...long, ...many } })[
      'auditAnnotations'
    ] as Record<string, string>;
    expect(Object.keys(annotations)).toHaveLength(limits.auditAnnotations);
    expect(annotations['long']).toHaveLength(limits.auditValueCharacters);
    expect(annotations).not.toHaveProperty(['a/b']);
  });
});
