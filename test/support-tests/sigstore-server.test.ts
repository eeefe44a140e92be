import { createHash, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  generateKey,
  githubWorkflow,
  person,
  publicPem,
  type SigstoreServer,
  startSigstore,
} from '../support/sigstore/index.ts';

// A PKCS #10 request for a P-256 key, made by openssl.
const signingRequest = `-----BEGIN CERTIFICATE REQUEST-----
MIHFMG4CAQAwDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BLGVV6mQBzXvCbyqbAM4SspvG7TJ57uG18NGaNjGGhHfmMRi80j3rsS4rZEPi+VH
4j5hSejA7TYGzmbdHKAh3ZqgADAKBggqhkjOPQQDAgNHADBEAiBCLLHnz3/Q/3iX
Ei+N9Kvh9xv2c2z4JdoGkooFQW6VawIgY+y+/KHwpwkQEoexlkd3WgCDp3fT+YJt
FWUKGi+DjOM=
-----END CERTIFICATE REQUEST-----
`;

describe('the private Sigstore on the network', () => {
  let sigstore: SigstoreServer;
  beforeAll(async () => {
    sigstore = await startSigstore();
  });
  afterAll(() => sigstore.close());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${sigstore.fulcioUrl}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  const authorization = () => ({ authorization: `Bearer ${sigstore.identityToken(person('ann@example.com'))}` });

  it('certifies a key by Fulcio v1, as cosign 2 asks', async () => {
    const key = generateKey();
    const content = Buffer.from(publicPem(key.publicKey)).toString('base64');
    const request = { publicKey: { content }, certificateSigningRequest: null };
    const response = await post('/api/v1/signingCert', request, authorization());
    expect(response.status).toBe(201);
    const certificate = new X509Certificate(await response.text());
    expect(certificate.subjectAltName).toBe('email:ann@example.com');
    expect(certificate.publicKey.equals(key.publicKey)).toBe(true);
  });

  it('certifies a key by Fulcio v2, as cosign 3 asks', async () => {
    const { publicKey } = generateKey();
    const request = { publicKeyRequest: { publicKey: { content: publicPem(publicKey) } } };
    const answer = (await (await post('/api/v2/signingCert', request, authorization())).json()) as {
      signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
    };
    const { certificates } = answer.signedCertificateEmbeddedSct.chain;
    expect(certificates.map((pem) => new X509Certificate(pem).ca)).toEqual([false, true, true]);
  });

  it('certifies the key of a signing request', async () => {
    const oidcIdentityToken = sigstore.identityToken(
      githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' }),
    );
    const request = {
      credentials: { oidcIdentityToken },
      certificateSigningRequest: Buffer.from(signingRequest).toString('base64'),
    };
    const response = await post('/api/v1/signingCert', request);
    const { publicKey } = new X509Certificate(await response.text());
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    expect(createHash('sha256').update(spki).digest('hex')).toBe(
      '9352121fc78c7fa2064dac19ff55f4e77e2524f31390e7b50369da1c07838869',
    );
  });

  it('logs what is proposed, once, and finds it again', async () => {
    const proposal = {
      kind: 'hashedrekord',
      apiVersion: '0.0.1',
      spec: {
        signature: { content: 'c2ln', publicKey: { content: 'cGVt' } },
        data: { hash: { algorithm: 'sha256', value: 'ab' } },
      },
    };
    const first = await post('/api/v1/log/entries', proposal);
    expect(first.status).toBe(201);
    const entries = (await first.json()) as Record<string, { body: string; logIndex: number }>;
    const [[uuid, entry] = []] = Object.entries(entries);
    expect([first.headers.get('etag'), first.headers.get('location')]).toEqual([uuid, `/api/v1/log/entries/${uuid}`]);
    expect(Buffer.from(entry?.body ?? '', 'base64').toString()).toBe(
      '{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"ab"}},' +
        '"signature":{"content":"c2ln","publicKey":{"content":"cGVt"}}}}',
    );
    expect((await post('/api/v1/log/entries', proposal)).status).toBe(409);
    for (const path of [`/api/v1/log/entries/${uuid}`, `/api/v1/log/entries?logIndex=${entry?.logIndex}`]) {
      expect(Object.keys((await (await fetch(`${sigstore.rekorUrl}${path}`)).json()) as object)).toEqual([uuid]);
    }
  });

  it('refuses what it does not understand', async () => {
    expect((await post('/api/v1/log/entries', { kind: 'rpm', apiVersion: '0.0.1', spec: {} })).status).toBe(400);
    expect((await post('/api/v1/nothing', {})).status).toBe(404);
  });
});
