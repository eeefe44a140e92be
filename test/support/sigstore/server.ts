import { createPublicKey, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logEntry } from './bundle.ts';
import { certificatePem } from './certificate.ts';
import { keyOfRequest } from './fulcio.ts';
import { identityOf, identityToken } from './identity-token.ts';
import { githubWorkflow, type Identity, person } from './identity.ts';
import { publicPem } from './key.ts';
import { canonicalise, canonicalise2 } from './log-body.ts';
import { createSigstore, type Sigstore, type SigstoreOptions } from './sigstore.ts';
import { parseTimestampRequest } from './timestamp-authority.ts';
import type { LogEntry } from './transparency-log.ts';

/** A private Sigstore that answers on loopback as the real services do. */
export interface SigstoreServer extends Sigstore, AsyncDisposable {
  readonly fulcioUrl: string;
  readonly rekorUrl: string;
  /** The whole address to which timestamp requests are posted. */
  readonly tsaUrl: string;
  /** Where people without this library get a token: `?email=`, `?issuer=&subject=`, or `?repository=&workflow=&ref=`. */
  readonly identityTokenUrl: string;
  /** A token that Fulcio here takes for this identity. It looks like any issuer's; nobody checks who signed it. */
  identityToken(identity: Identity): string;
  close(): Promise<void>;
}

/** Starts a private Sigstore, or puts one that exists on the network. */
export async function startSigstore(
  options: SigstoreOptions & { readonly port?: number; readonly sigstore?: Sigstore } = {},
): Promise<SigstoreServer> {
  const sigstore = options.sigstore ?? createSigstore(options);
  const server = createServer((request, response) => {
    answer(sigstore, request, response).catch((error: unknown) => {
      send(response, 400, { code: 400, message: error instanceof Error ? error.message : 'bad request' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    ...sigstore,
    fulcioUrl: url,
    rekorUrl: url,
    tsaUrl: `${url}/api/v1/timestamp`,
    identityTokenUrl: `${url}/identity-token`,
    identityToken: (identity) => identityToken(identity, sigstore.now()),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answer(sigstore: Sigstore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sigstore.test');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { rekor, fulcio, timestamps } = sigstore;
  const chain = [fulcio.intermediate.certificate, fulcio.root.certificate].map(certificatePem);
  switch (`${request.method} ${url.pathname}`) {
    case 'POST /api/v1/signingCert': {
      const [leaf = '', ...above] = certify(sigstore, request, body);
      // The certificate carries its SCT inside; the header stays empty, as with the public good instance.
      send(response, 201, leaf + above.join(''), { 'content-type': 'application/pem-certificate-chain' });
      return;
    }
    case 'POST /api/v2/signingCert':
      send(response, 200, {
        signedCertificateEmbeddedSct: { chain: { certificates: certify(sigstore, request, body) } },
      });
      return;
    case 'GET /api/v1/rootCert':
      send(response, 200, chain.join(''), { 'content-type': 'application/pem-certificate-chain' });
      return;
    case 'GET /api/v2/trustBundle':
      send(response, 200, { chains: [{ certificates: chain }] });
      return;
    case 'POST /api/v1/log/entries':
      propose(sigstore, body, response);
      return;
    case 'POST /api/v2/log/entries':
      send(response, 201, bundledEntry(sigstore.rekor2.append(canonicalise2(body.toString('utf8')), sigstore.now())));
      return;
    case 'GET /api/v1/log':
      send(response, 200, {
        rootHash: rekor.rootHash().toString('hex'),
        treeSize: rekor.size,
        signedTreeHead: rekor.checkpoint(),
        treeID: '1193050959916656506',
        inactiveShards: [],
      });
      return;
    case 'GET /api/v1/log/publicKey':
      send(response, 200, publicPem(rekor.key.publicKey), { 'content-type': 'application/x-pem-file' });
      return;
    case 'GET /api/v1/log/entries':
      found(rekor.find(Number(url.searchParams.get('logIndex'))), response);
      return;
    case 'POST /api/v1/timestamp':
      send(response, 201, timestamps.respond(parseTimestampRequest(body), sigstore.now()), {
        'content-type': 'application/timestamp-reply',
      });
      return;
    case 'GET /api/v1/timestamp/certchain':
      send(response, 200, [timestamps.certificate, timestamps.root.certificate].map(certificatePem).join(''), {
        'content-type': 'application/pem-certificate-chain',
      });
      return;
    case 'GET /identity-token':
      send(response, 200, identityToken(wantedIdentity(url.searchParams), sigstore.now()), {
        'content-type': 'text/plain',
      });
      return;
    case 'GET /trusted_root.json':
      send(response, 200, sigstore.trustedRoot, { 'content-type': 'application/json' });
      return;
    default: {
      const uuid = /^\/api\/v1\/log\/entries\/([0-9a-f]{64,80})$/.exec(url.pathname)?.[1];
      if (uuid !== undefined) found(rekor.find(uuid), response);
      else send(response, 404, { code: 404, message: 'no such route' });
    }
  }
}

function wantedIdentity(query: URLSearchParams): Identity {
  const asked = (name: string): string => query.get(name) ?? '';
  if (query.has('email')) return person(asked('email'), query.get('issuer') ?? undefined);
  if (!query.has('repository')) return { issuer: asked('issuer'), subject: { kind: 'uri', value: asked('subject') } };
  return githubWorkflow({ repository: asked('repository'), workflow: asked('workflow'), ref: asked('ref') });
}

interface CertificateRequest {
  /** In v1 an object around base64 of DER or PEM. */
  readonly publicKey?: { readonly content?: string };
  /** In v2 an object around an object around PEM. */
  readonly publicKeyRequest?: { readonly publicKey?: { readonly content?: string } };
  /** Base64 of PEM, in both; cosign 2 writes null where it has none. */
  readonly certificateSigningRequest?: string | null;
  readonly credentials?: { readonly oidcIdentityToken?: string };
}

/** The PEM chain for whoever the token speaks of; proof of possession is not asked. */
function certify({ fulcio }: Sigstore, request: IncomingMessage, body: Buffer): string[] {
  const wanted = JSON.parse(body.toString('utf8')) as CertificateRequest;
  const token = wanted.credentials?.oidcIdentityToken ?? request.headers.authorization?.replace(/^Bearer /i, '');
  const certificate = fulcio.issue(identityOf(token ?? ''), keyOf(wanted));
  return [certificate, fulcio.intermediate.certificate, fulcio.root.certificate].map(certificatePem);
}

function keyOf(request: CertificateRequest): KeyObject {
  const signingRequest = request.certificateSigningRequest ?? '';
  if (signingRequest !== '') return keyOfRequest(Buffer.from(signingRequest, 'base64').toString('utf8'));
  const pem = request.publicKeyRequest?.publicKey?.content;
  if (pem !== undefined) return createPublicKey(pem);
  const key = Buffer.from(request.publicKey?.content ?? '', 'base64');
  return key.subarray(0, 5).toString() === '-----'
    ? createPublicKey(key)
    : createPublicKey({ key, format: 'der', type: 'spki' });
}

function propose(sigstore: Sigstore, body: Buffer, response: ServerResponse): void {
  const entry = canonicalise(body.toString('utf8'));
  const { rekor } = sigstore;
  const known = rekor.has(entry);
  const { uuid, ...rest } = named(rekor.append(entry, sigstore.now()));
  const headers = { etag: uuid, location: `/api/v1/log/entries/${uuid}` };
  if (known) send(response, 409, { code: 409, message: 'an equivalent entry already exists' }, headers);
  else send(response, 201, { [uuid]: rest }, headers);
}

function found(entry: LogEntry | undefined, response: ServerResponse): void {
  if (!entry) {
    send(response, 404, { code: 404, message: 'no such entry' });
    return;
  }
  const { uuid, ...rest } = named(entry);
  send(response, 200, { [uuid]: rest });
}

/** An entry as Rekor v2 answers: as a bundle will hold it. */
function bundledEntry(entry: LogEntry): Record<string, unknown> {
  const { kind, apiVersion } = JSON.parse(entry.body.toString('utf8')) as { kind: string; apiVersion: string };
  return logEntry({ kind, version: apiVersion, entry, promised: false, proven: true });
}

/** An entry as Rekor v1 spells it in JSON. */
function named({ uuid, body, integratedTime, logId, logIndex, inclusionProof, signedEntryTimestamp }: LogEntry) {
  return {
    uuid,
    body: body.toString('base64'),
    integratedTime,
    logID: logId.toString('hex'),
    logIndex,
    verification: {
      inclusionProof: {
        checkpoint: inclusionProof.checkpoint,
        hashes: inclusionProof.hashes.map((hash) => hash.toString('hex')),
        logIndex: inclusionProof.logIndex,
        rootHash: inclusionProof.rootHash.toString('hex'),
        treeSize: inclusionProof.treeSize,
      },
      signedEntryTimestamp: signedEntryTimestamp.toString('base64'),
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(raw);
}
