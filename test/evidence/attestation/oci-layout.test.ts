import { describe, expect, it } from 'vitest';
import { type Annotations, decodeEnvelopeLayer, envelopeLayer } from '../../../evidence/attestation/legacy.ts';
import { verify } from '../../../evidence/attestation/verify.ts';
import { isRecord, listAt, textAt } from '../../../evidence/attestation/json.ts';
import { parseDigest } from '../../../evidence/image/digest.ts';
import { publicGoodRoot } from '../../../evidence/trust/root.ts';
import { bytesOf, corpusHas, folders, textOf } from './corpus.ts';
import { entity, otherImage, proven, refusedWith } from './world.ts';

const suite = 'oci-layout';
const here = corpusHas(suite);

describe.skipIf(!here)("the corpus' images with cosign attestations", () => {
  for (const version of here ? folders(suite) : []) {
    it(`prove their provenance offline, ${version}`, () => {
      const verified = layersOf(version).map(({ bytes, annotations, subject }) =>
        proven(verify(entity(decodeEnvelopeLayer(bytes, annotations)), { digest: subject }, publicGoodRoot().material)),
      );
      expect(verified).not.toHaveLength(0);
      for (const { statement, signer, logEntries } of verified) {
        expect(statement).toMatchObject({ role: 'attestation', predicateType: 'https://slsa.dev/provenance/v0.2' });
        expect(signer).toMatchObject({
          issuer: 'https://token.actions.githubusercontent.com',
          subject: {
            kind: 'uri',
            value: `https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/${version}`,
          },
        });
        expect(logEntries[0]?.integratedTime).toBeInstanceOf(Date);
      }
    });

    it(`prove nothing of another image or without the log, ${version}`, () => {
      for (const { bytes, annotations, subject } of layersOf(version)) {
        const layer = entity(decodeEnvelopeLayer(bytes, annotations));
        const { material } = publicGoodRoot();
        expect(refusedWith(verify(layer, otherImage, material))).toMatch(/^SUBJECT_MISMATCH/);
        const { 'dev.sigstore.cosign/bundle': _, ...bare } = annotations;
        expect(refusedWith(verify(entity(decodeEnvelopeLayer(bytes, bare)), { digest: subject }, material))).toMatch(
          /^LOG_ENTRY_MISSING/,
        );
        // The same statement, stored with one byte more: the oldest kind of entry is over the stored envelope.
        const padded = entity(decodeEnvelopeLayer(Buffer.concat([bytes, Buffer.from(' ')]), annotations));
        const outcome = refusedWith(verify(padded, { digest: subject }, material));
        expect(outcome).toMatch(version === 'v1.4.0' ? /^LOG_ENTRY_WRONG/ : /^verified/);
      }
    });
  }
});

interface Layer {
  readonly bytes: Buffer;
  readonly annotations: Annotations;
  readonly subject: NonNullable<ReturnType<typeof parseDigest>>;
}

function layersOf(version: string): Layer[] {
  const layout = [suite, version, 'container_workflow_dispatch'];
  const subject = parseDigest(textOf(suite, version, 'container_workflow_dispatch.digest')?.trim() ?? '');
  const blob = (digest: string): Buffer => bytesOf(...layout, 'blobs', ...digest.split(':'));
  const index: unknown = JSON.parse(bytesOf(...layout, 'index.json').toString('utf8'));
  return listAt(index, 'manifests')
    .map((descriptor): unknown => JSON.parse(blob(textAt(descriptor, 'digest')).toString('utf8')))
    .flatMap((manifest) => listAt(manifest, 'layers'))
    .filter((layer) => textAt(layer, 'mediaType') === envelopeLayer)
    .map((layer) => {
      const annotations = isRecord(layer) && isRecord(layer['annotations']) ? layer['annotations'] : {};
      if (subject === undefined) throw new Error('no digest');
      return {
        bytes: blob(textAt(layer, 'digest')),
        annotations: Object.fromEntries(Object.entries(annotations).map(([name, value]) => [name, String(value)])),
        subject,
      };
    });
}
