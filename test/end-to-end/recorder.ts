import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createTlsAuthority } from '../support/tls/index.ts';

/** A validating webhook that allows everything and remembers what it was asked. */
export interface Recorder {
  /** Its registration for every resource and subresource as the client named it. */
  readonly registration: object;
  /** AdmissionReviews of the administrator since the last call, as they came. */
  take(): readonly unknown[];
  stop(): Promise<void>;
}

interface Asked {
  readonly request: { readonly uid: string; readonly userInfo: { readonly username?: string } };
}

/** Starts one on loopback. */
export async function startRecorder(): Promise<Recorder> {
  const authority = createTlsAuthority();
  const reviews: unknown[] = [];
  const server = createServer(authority.server(), (incoming, answer) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    incoming.on('end', () => {
      const review = JSON.parse(text) as Asked;
      // Components of the API server write leases and more all the time.
      if (review.request.userInfo.username === 'admin') reviews.push(review);
      const response = { uid: review.request.uid, allowed: true };
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caBundle = Buffer.from(authority.ca).toString('base64');
  return {
    registration: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'recorder' },
      webhooks: [
        {
          name: 'recorder.assay.dev',
          clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle },
          rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'] }],
          matchPolicy: 'Exact',
          failurePolicy: 'Ignore',
          sideEffects: 'None',
          timeoutSeconds: 10,
          admissionReviewVersions: ['v1'],
        },
      ],
    },
    take: () => reviews.splice(0),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
