import { randomUUID } from 'node:crypto';
import { type Answer, answer, json, type Question, trouble } from './exchange.ts';
import { sha256, sha512, type Store, subjectOf } from './store.ts';

/** How this registry departs from the newest specification. */
export interface RouteOptions {
  /** Whether the referrers API of OCI 1.1 exists; without it clients keep a fallback tag. */
  readonly referrers: boolean;
  /** Where a referrer's artifactType comes from: the specification says the manifest, some registries say the config. */
  readonly artifactTypeFrom: 'manifest' | 'config';
  readonly referrersPageSize: number;
  readonly tagsPageSize: number;
}

/** OCI distribution-spec 1.1 over a store: one request, one answer. */
export type Routes = (question: Question) => Answer;

const route = /^\/v2\/(?<name>.+?)\/(?<kind>manifests|blobs\/uploads|blobs|tags|referrers)\/(?<rest>[^/]*)$/;

/** Builds the routes; unfinished uploads live in them. */
export function routes(store: Store, options: RouteOptions): Routes {
  const uploads = new Map<string, Buffer>();
  return (question) => {
    if (question.path === '/v2/' || question.path === '/v2') return json(200, {});
    if (question.path === '/v2/_catalog') return json(200, { repositories: store.names() });
    const { name, kind, rest } = route.exec(question.path)?.groups ?? {};
    if (name === undefined || rest === undefined) return trouble(404, 'NAME_UNKNOWN', 'no such route');
    if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(name))
      return trouble(400, 'NAME_INVALID', 'repository names are lower case');
    if (kind === 'manifests') return manifests(store, options, question, name, rest);
    if (kind === 'blobs/uploads') return upload(store, uploads, question, name, rest);
    if (kind === 'blobs') return blobs(store, question, name, rest);
    if (kind === 'tags') return tags(store, options, question, name);
    return referrers(store, options, question, name, rest);
  };
}

function manifests(store: Store, options: RouteOptions, question: Question, name: string, reference: string): Answer {
  const held = store.manifest(name, reference);
  switch (question.method) {
    case 'GET':
    case 'HEAD':
      if (!held) return trouble(404, 'MANIFEST_UNKNOWN', `no manifest ${reference}`);
      // RFC 9110, 13.1.2: what the client has already is not sent again.
      if (question.ifNoneMatch === `"${held.digest}"`) return answer(304, { etag: `"${held.digest}"` });
      return answer(
        200,
        { 'content-type': held.mediaType, 'docker-content-digest': held.digest, etag: `"${held.digest}"` },
        held.bytes,
      );
    case 'PUT':
      return putManifest(store, options, question, name, reference);
    case 'DELETE':
      if (!held) return trouble(404, 'MANIFEST_UNKNOWN', `no manifest ${reference}`);
      remove(store, name, reference);
      return answer(202);
    default:
      return trouble(405, 'UNSUPPORTED', 'GET, HEAD, PUT and DELETE only');
  }
}

function putManifest(store: Store, options: RouteOptions, question: Question, name: string, reference: string): Answer {
  const mediaType = question.contentType ?? 'application/vnd.oci.image.manifest.v1+json';
  const digest = reference.startsWith('sha512:') ? sha512(question.body) : sha256(question.body);
  if (reference.includes(':') && reference !== digest) {
    return trouble(400, 'DIGEST_INVALID', `the bytes are ${digest}`);
  }
  if (!reference.includes(':') && !/^\w[\w.-]{0,127}$/.test(reference)) {
    return trouble(400, 'TAG_INVALID', 'a tag has up to 128 word characters, dots and dashes');
  }
  store.putManifest(name, reference, { mediaType, bytes: question.body });
  const subject = subjectOf(question.body);
  return answer(201, {
    location: `/v2/${name}/manifests/${digest}`,
    'docker-content-digest': digest,
    // The header is how a client learns that it need not keep the fallback tag itself.
    ...(options.referrers && subject !== undefined ? { 'oci-subject': subject } : {}),
  });
}

function remove(store: Store, name: string, reference: string): void {
  const { manifests, tags } = store.open(name);
  if (!reference.includes(':')) {
    tags.delete(reference);
    return;
  }
  manifests.delete(reference);
  for (const [tag, digest] of tags) if (digest === reference) tags.delete(tag);
}

function blobs(store: Store, question: Question, name: string, digest: string): Answer {
  const bytes = store.find(name)?.blobs.get(digest);
  if (!bytes) return trouble(404, 'BLOB_UNKNOWN', `no blob ${digest}`);
  switch (question.method) {
    case 'GET':
    case 'HEAD':
      return answer(200, { 'content-type': 'application/octet-stream', 'docker-content-digest': digest }, bytes);
    case 'DELETE':
      store.open(name).blobs.delete(digest);
      return answer(202);
    default:
      return trouble(405, 'UNSUPPORTED', 'GET, HEAD and DELETE only');
  }
}

function upload(store: Store, uploads: Map<string, Buffer>, question: Question, name: string, id: string): Answer {
  const finish = (bytes: Buffer, digest: string): Answer => {
    const actual = digest.startsWith('sha512:') ? sha512(bytes) : sha256(bytes);
    if (actual !== digest) return trouble(400, 'DIGEST_INVALID', `the bytes are ${actual}`);
    uploads.delete(id);
    store.open(name).blobs.set(digest, bytes);
    return answer(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
  };
  const progress = (status: number, at: string, bytes: Buffer): Answer =>
    answer(status, {
      location: `/v2/${name}/blobs/uploads/${at}`,
      range: `0-${Math.max(0, bytes.length - 1)}`,
      'docker-upload-uuid': at,
    });
  const digest = question.query.get('digest');
  if (question.method === 'POST') {
    const mounted = mount(store, question.query);
    if (mounted) return finish(mounted, question.query.get('mount') ?? '');
    if (digest !== null) return finish(question.body, digest);
    const fresh = randomUUID();
    uploads.set(fresh, Buffer.alloc(0));
    return progress(202, fresh, Buffer.alloc(0));
  }
  const sofar = uploads.get(id);
  if (!sofar) return trouble(404, 'BLOB_UPLOAD_UNKNOWN', `no upload ${id}`);
  switch (question.method) {
    case 'GET':
      return progress(204, id, sofar);
    case 'DELETE':
      uploads.delete(id);
      return answer(204);
    case 'PATCH':
    case 'PUT': {
      const start = /^(?:bytes )?(\d+)-/.exec(question.contentRange ?? '')?.[1];
      if (start !== undefined && Number(start) !== sofar.length) {
        return { ...progress(416, id, sofar), status: 416 };
      }
      const bytes = Buffer.concat([sofar, question.body]);
      uploads.set(id, bytes);
      if (question.method === 'PATCH') return progress(202, id, bytes);
      return digest === null ? trouble(400, 'DIGEST_INVALID', 'an upload ends with ?digest=') : finish(bytes, digest);
    }
    default:
      return trouble(405, 'UNSUPPORTED', 'GET, POST, PATCH, PUT and DELETE only');
  }
}

function mount(store: Store, query: URLSearchParams): Buffer | undefined {
  const digest = query.get('mount');
  const from = query.get('from');
  return digest === null || from === null ? undefined : store.find(from)?.blobs.get(digest);
}

function tags(store: Store, options: RouteOptions, question: Question, name: string): Answer {
  const held = store.find(name);
  if (!held) return trouble(404, 'NAME_UNKNOWN', `no repository ${name}`);
  const last = question.query.get('last') ?? '';
  const size = Number(question.query.get('n') ?? options.tagsPageSize);
  const rest = [...held.tags.keys()].sort().filter((tag) => tag > last);
  const page = rest.slice(0, size);
  const next = `/v2/${name}/tags/list?n=${size}&last=${encodeURIComponent(page.at(-1) ?? '')}`;
  return json(200, { name, tags: page }, rest.length > page.length ? { link: `<${next}>; rel="next"` } : {});
}

function referrers(store: Store, options: RouteOptions, question: Question, name: string, subject: string): Answer {
  if (!options.referrers) return trouble(404, 'UNSUPPORTED', 'no referrers API here');
  const wanted = question.query.get('artifactType');
  const all = store
    .referrers(name, subject, options.artifactTypeFrom)
    .filter(({ artifactType }) => wanted === null || artifactType === wanted);
  const from = Number(question.query.get('from') ?? 0);
  const page = all.slice(from, from + options.referrersPageSize);
  const following = from + page.length;
  const filter = wanted === null ? '' : `&artifactType=${encodeURIComponent(wanted)}`;
  const index = 'application/vnd.oci.image.index.v1+json';
  return json(
    200,
    { schemaVersion: 2, mediaType: index, manifests: page },
    {
      'content-type': index,
      ...(wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...(following < all.length
        ? { link: `</v2/${name}/referrers/${subject}?from=${following}${filter}>; rel="next"` }
        : {}),
    },
  );
}
