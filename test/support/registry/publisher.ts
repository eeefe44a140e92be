import { sha256 } from './store.ts';

/** Where images and signatures are put: a registry of ours directly, or any other over HTTP. */
export interface Publisher {
  readonly host: string;
  /** The blob's digest. */
  putBlob(repository: string, bytes: Buffer): Promise<string>;
  /** The manifest's digest. */
  putManifest(repository: string, reference: string, mediaType: string, bytes: Buffer): Promise<string>;
  getManifest(
    repository: string,
    reference: string,
  ): Promise<{ readonly digest: string; readonly mediaType: string; readonly bytes: Buffer } | undefined>;
}

/** Publishes over plain HTTP without credentials; throws what the registry answers instead of success. */
export function httpPublisher(host: string): Publisher {
  const base = `http://${host}/v2`;
  const expect = async (response: Response, ...statuses: readonly number[]): Promise<Response> => {
    if (statuses.includes(response.status)) return response;
    throw new Error(`${response.url} answers ${response.status}: ${await response.text()}`);
  };
  return {
    host,
    async putBlob(repository, bytes) {
      const digest = sha256(bytes);
      const begun = await expect(await fetch(`${base}/${repository}/blobs/uploads/`, { method: 'POST' }), 202);
      const location = new URL(begun.headers.get('location') ?? '', base);
      location.searchParams.set('digest', digest);
      const headers = { 'content-type': 'application/octet-stream' };
      await expect(await fetch(location, { method: 'PUT', headers, body: new Uint8Array(bytes) }), 201);
      return digest;
    },
    async putManifest(repository, reference, mediaType, bytes) {
      const headers = { 'content-type': mediaType };
      const url = `${base}/${repository}/manifests/${reference}`;
      await expect(await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) }), 201);
      return sha256(bytes);
    },
    async getManifest(repository, reference) {
      const headers = { accept: acceptable.join(', ') };
      const response = await expect(await fetch(`${base}/${repository}/manifests/${reference}`, { headers }), 200, 404);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status === 404) return undefined;
      return { digest: sha256(bytes), mediaType: response.headers.get('content-type') ?? '', bytes };
    },
  };
}

const acceptable = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
