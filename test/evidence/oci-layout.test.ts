import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeEnvelopeLayer, envelopeLayer } from '../../evidence/attestation/legacy.ts';
import { isVerified, verify } from '../../evidence/attestation/verify.ts';
import { parseReference, type Reference } from '../../evidence/image/reference.ts';
import { limits } from '../../evidence/limits.ts';
import { createRegistryClient, type RegistryClient } from '../../evidence/registry/client.ts';
import { anonymous } from '../../evidence/registry/credentials.ts';
import { publicGoodRoot } from '../../evidence/trust/root.ts';
import { parseDigest } from '../../evidence/image/digest.ts';
import { type Registry, startRegistry } from '../support/registry/index.ts';
import { openCorridor } from '../support/shop/corridor.ts';
import { deployment, shopConfiguration } from '../support/shop/index.ts';
import { createSigstore } from '../support/sigstore/index.ts';
import { bytesOf, corpusHas, folders, textOf } from './attestation/corpus.ts';

const suite = 'oci-layout';
const here = corpusHas(suite);
const name = 'container_workflow_dispatch';

describe.skipIf(!here)('an OCI layout of the corpus, pushed to a registry', () => {
  let registry: Registry;
  let client: RegistryClient;
  beforeAll(async () => {
    registry = await startRegistry();
    client = createRegistryClient({ hosts: { [registry.host]: { plainHttp: true } }, now: () => new Date() });
    for (const version of folders(suite)) await push(registry, version);
  });
  afterAll(async () => {
    await client.close();
    await registry.close();
  });

  for (const version of here ? folders(suite) : []) {
    const digest = parseDigest(textOf(suite, version, `${name}.digest`)?.trim() ?? '')!;
    const reference = () => parseReference(`${registry.host}/${version}@${digest}`) as Reference;
    const scope = () => ({ signal: AbortSignal.timeout(10_000), keychain: anonymous });

    it(`${version}: its attestations are read by their tag and prove what they say`, async () => {
      const { repository } = reference();
      const read = await client.tagged(repository, `${digest.replace(':', '-')}.att`, scope());
      if (read.kind !== 'found' || read.value.parsed.kind !== 'manifest')
        throw new Error(`no attestations: ${read.kind}`);
      const layers = read.value.parsed.layers.filter(({ mediaType }) => mediaType === envelopeLayer);
      expect(layers.length).toBeGreaterThan(0);
      for (const layer of layers) {
        const blob = await client.blob(repository, layer, limits.envelopeBytes, scope());
        if (blob.kind !== 'found') throw new Error(`no layer: ${blob.kind}`);
        const entity = decodeEnvelopeLayer(blob.value, layer.annotations);
        if (entity.kind === 'rejection') throw new Error(entity.detail);
        const verified = verify(entity, { digest }, publicGoodRoot().material);
        expect(isVerified(verified) && verified.statement.role).toBe('attestation');
      }
    });

    it(`${version}: an attestation is no signature, and the image is denied as unsigned`, async () => {
      await using corridor = openCorridor({
        configuration: shopConfiguration(registry.host),
        policies: `apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata: {name: slsa}
spec:
  images: ["${registry.host}/**"]
  authorities:
  - name: generator
    keyless:
      trustRoot: public-good
      identities:
      - issuer: https://token.actions.githubusercontent.com
        subjectGlob: https://github.com/slsa-framework/slsa-github-generator/**
  signatures: {from: [generator]}
`,
        files: { 'trusted_root.json': createSigstore().trustedRoot },
      });
      const { findings } = await corridor.judge(deployment('d', [reference().text]));
      expect(findings.map(({ code }) => code)).toEqual(['NO_SIGNATURE']);
    });
  }
});

/** The layout's manifests and what blobs it has; image layers were left out of the corpus. */
async function push(registry: Registry, version: string): Promise<void> {
  const blob = (digest: string): Buffer => bytesOf(suite, version, name, 'blobs', ...digest.split(':'));
  const index = JSON.parse(bytesOf(suite, version, name, 'index.json').toString()) as { manifests: Descriptor[] };
  const subject = textOf(suite, version, `${name}.digest`)?.trim().replace(':', '-') ?? '';
  for (const { digest, mediaType, annotations } of index.manifests) {
    const bytes = blob(digest);
    const { layers = [] } = JSON.parse(bytes.toString()) as { layers?: Descriptor[] };
    const attestations = annotations?.['kind'] === 'dev.cosignproject.cosign/atts';
    for (const layer of attestations ? layers : []) await registry.putBlob(version, blob(layer.digest));
    await registry.putManifest(version, attestations ? `${subject}.att` : digest, mediaType, bytes);
  }
}

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
