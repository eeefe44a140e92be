import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishedImage, pushImage, type Registry, sha256, startRegistry } from '../support/registry/index.ts';
import {
  attestImage,
  createSigstore,
  generateKey,
  githubWorkflow,
  keySigner,
  publicPem,
  signImage,
} from '../support/sigstore/index.ts';

interface Manifest {
  readonly artifactType?: string;
  readonly subject?: { readonly digest: string; readonly size: number };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly manifests: readonly { readonly artifactType?: string }[];
  readonly layers: readonly {
    readonly mediaType: string;
    readonly digest: string;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

describe('signing an image without cosign', () => {
  const sigstore = createSigstore();
  const identity = githubWorkflow({ repository: 'acme/shop', workflow: 'release.yml', ref: 'refs/tags/v1' });
  let registry: Registry;
  let image: PublishedImage;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.close());

  const fresh = async (repository: string) => {
    image = await pushImage(registry, { repository, tag: 'v1' });
    return { registry, repository, digest: image.digest };
  };
  const document = (repository: string, reference: string): Manifest =>
    JSON.parse(registry.store.manifest(repository, reference)?.bytes.toString() ?? 'null') as Manifest;
  const blob = (repository: string, digest: string): string =>
    registry.store.find(repository)?.blobs.get(digest)?.toString() ?? '';

  it('writes a .sig tag as cosign 2 does, and adds to it', async () => {
    const to = await fresh('sig');
    await signImage({ ...to, as: sigstore.keyless(identity), format: 'sig-tag', timestamp: true });
    await signImage({ ...to, as: keySigner(), format: 'sig-tag' });
    const { layers } = document('sig', `${image.digest.replace(':', '-')}.sig`);
    expect(layers.map(({ annotations }) => Object.keys(annotations).sort())).toEqual([
      [
        'dev.cosignproject.cosign/signature',
        'dev.sigstore.cosign/bundle',
        'dev.sigstore.cosign/certificate',
        'dev.sigstore.cosign/chain',
        'dev.sigstore.cosign/rfc3161timestamp',
      ],
      ['dev.cosignproject.cosign/signature'],
    ]);
    expect(JSON.parse(blob('sig', layers[0]?.digest ?? ''))).toEqual({
      critical: {
        identity: { 'docker-reference': `${registry.host}/sig` },
        image: { 'docker-manifest-digest': image.digest },
        type: 'cosign container image signature',
      },
      optional: null,
    });
  });

  it('writes a bundle that the referrers API lists as cosign 3 has it listed', async () => {
    const to = await fresh('referrer');
    const { manifest } = await signImage({ ...to, as: sigstore.keyless(identity), format: 'bundle' });
    const list = (await (await fetch(`${registry.url}/v2/referrer/referrers/${image.digest}`)).json()) as object;
    expect(list).toMatchObject({
      manifests: [
        {
          digest: manifest,
          artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
          annotations: {
            'dev.sigstore.bundle.content': 'dsse-envelope',
            'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1',
          },
        },
      ],
    });
    expect(document('referrer', manifest).subject).toMatchObject({ digest: image.digest, size: image.size });
  });

  it('keeps the fallback tag of a registry without the API, and adds to it', async () => {
    const to = await fresh('fallback');
    const key = generateKey();
    const emptyType = 'application/vnd.oci.empty.v1+json';
    for (const listedAs of [emptyType, 'application/vnd.dev.sigstore.bundle.v0.3+json']) {
      await signImage({ ...to, as: keySigner(key), format: 'bundle', via: 'fallback-tag', listedAs });
    }
    const index = document('fallback', image.digest.replace(':', '-'));
    expect(index.manifests.map(({ artifactType }) => artifactType)).toEqual([
      emptyType,
      'application/vnd.dev.sigstore.bundle.v0.3+json',
    ]);
    expect(publicPem(key.publicKey)).toContain('BEGIN PUBLIC KEY');
  });

  it('signs another subject than it is attached to, where that is asked for', async () => {
    const to = await fresh('other');
    const subject = sha256('another image');
    const { signed } = await signImage({ ...to, as: keySigner(), format: 'bundle', subject });
    expect(JSON.parse(signed.payload.toString())).toMatchObject({
      subject: [{ digest: { sha256: subject.slice(7) } }],
    });
    const legacy = await signImage({ ...to, as: keySigner(), format: 'sig-tag', subject });
    expect(legacy.signed.payload.toString()).toContain(subject);
  });

  it('attests under a .att tag and as a referrer', async () => {
    const to = await fresh('attested');
    const about = { ...to, as: keySigner(), predicateType: 'https://slsa.dev/provenance/v1', predicate: { a: 1 } };
    await attestImage({ ...about, format: 'att-tag' });
    const { manifest } = await attestImage({ ...about, format: 'bundle' });
    const [layer] = document('attested', `${image.digest.replace(':', '-')}.att`).layers;
    expect(layer).toMatchObject({
      mediaType: 'application/vnd.dsse.envelope.v1+json',
      annotations: { predicateType: 'https://slsa.dev/provenance/v1' },
    });
    const envelope = JSON.parse(blob('attested', layer?.digest ?? '')) as { payload: string };
    expect(JSON.parse(Buffer.from(envelope.payload, 'base64').toString())).toMatchObject({ predicate: { a: 1 } });
    expect(document('attested', manifest).annotations).toMatchObject({
      'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1',
    });
  });
});
