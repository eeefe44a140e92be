import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A TUF repository on loopback with one target, whose metadata a test can make old, expired or unsigned. */
export interface TufRepository {
  readonly url: string;
  /** The file of its first root. */
  readonly rootFile: string;
  readonly cache: string;
  readonly asked: string[];
  publish(target: string, wish?: Published): void;
  /** From now on takes requests and answers none. */
  hang(): void;
  close(): Promise<void>;
}

export interface Published {
  readonly version?: number;
  readonly expires?: Date;
  readonly signedBy?: KeyObject;
  /** What is served instead of the target that the metadata speak of. */
  readonly served?: string;
}

export async function startTufRepository(): Promise<TufRepository> {
  const key = generateKeyPairSync('ed25519');
  const files = new Map<string, Buffer>();
  const asked: string[] = [];
  let hanging = false;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (hanging) return;
    const body = files.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const folder = mkdtempSync(join(tmpdir(), 'tuf-'));
  const rootFile = join(folder, 'root.json');
  const far = new Date('2096-01-01T00:00:00Z');
  const keyid = 'k1';
  const role = { keyids: [keyid], threshold: 1 };
  const point = key.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const root = {
    consistent_snapshot: false,
    keys: { [keyid]: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: point } } },
    roles: { root: role, timestamp: role, snapshot: role, targets: role },
  };
  const metadata = (type: string, version: number, expires: Date, body: object, by = key.privateKey): Buffer => {
    const date = expires.toISOString().replace('.000', '');
    const signed = { _type: type, spec_version: '1.0.31', version, expires: date, ...body };
    const sig = sign(null, Buffer.from(canonical(signed)), by).toString('hex');
    return Buffer.from(JSON.stringify({ signatures: [{ keyid, sig }], signed }));
  };
  writeFileSync(rootFile, metadata('root', 1, far, root));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rootFile,
    cache: join(folder, 'cache'),
    asked,
    publish(target, { version = 1, expires = far, signedBy = key.privateKey, served = target } = {}) {
      const hashes = { sha256: createHash('sha256').update(target).digest('hex') };
      const targets = { 'trusted_root.json': { length: Buffer.byteLength(target), hashes } };
      files.set(
        '/timestamp.json',
        metadata('timestamp', version, expires, { meta: { 'snapshot.json': { version } } }, signedBy),
      );
      files.set('/snapshot.json', metadata('snapshot', version, far, { meta: { 'targets.json': { version } } }));
      files.set('/targets.json', metadata('targets', version, far, { targets }));
      files.set('/targets/trusted_root.json', Buffer.from(served));
    },
    hang() {
      hanging = true;
    },
    close: () => closed(server),
  };
}

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });

/** OLPC canonical JSON, which TUF signs; the texts here need no escapes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
