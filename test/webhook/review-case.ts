import type { Decision, Finding, Review } from '../../policies/index.ts';

/** A Pod as the API server sends it. */
export const pod = (image = 'ghcr.io/acme/shop:1.4.2', metadata: object = { name: 'shop', namespace: 'default' }) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec: { containers: [{ name: 'web', image }] },
});

/** An AdmissionReview of a Pod's creation, with anything replaced. */
export function admissionReview(request: object = {}, envelope: object = {}): object {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'shop',
      namespace: 'default',
      operation: 'CREATE',
      userInfo: { username: 'alice', groups: ['system:authenticated'] },
      object: pod(),
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
      ...request,
    },
    ...envelope,
  };
}

/** A decision over what the review brought. */
export function decision(review: Review, change: Partial<Decision> = {}): Decision {
  const version = { object: review.object ?? review.oldObject ?? {}, patches: [] };
  return { allowed: true, version, findings: [], images: [], annotations: {}, ...change };
}

export const finding = (change: Partial<Finding> = {}): Finding => ({
  kind: 'violation',
  effect: 'deny',
  policy: 'acme-releases',
  rule: 'signatures',
  code: 'NO_SIGNATURE',
  field: 'spec.containers[0].image',
  image: { reference: 'ghcr.io/acme/shop:1.4.2', repository: 'ghcr.io/acme/shop' },
  found: 'no signature',
  expected: '1 by release',
  ...change,
});
