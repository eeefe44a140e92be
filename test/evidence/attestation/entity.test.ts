import { describe, expect, it } from 'vitest';
import { identify } from '../../../evidence/attestation/entity.ts';
import { decodeEnvelopeLayer, decodeSignatureLayer } from '../../../evidence/attestation/legacy.ts';
import { envelopeOf } from '../../support/sigstore/index.ts';
import { annotationsOf, entity, keyless, simplySigned, stated } from './world.ts';

/** A proof is kept under this identifier: two entities with one would share a verdict. */
describe('the identifier of a signed entity', () => {
  it('is another where one part grows by what its neighbour lost', () => {
    const parts = (...texts: readonly string[]) =>
      identify(
        'DSSE envelope',
        texts.map((text) => Buffer.from(text)),
      );
    expect(parts('ab', 'c')).toBe(parts('ab', 'c'));
    const all = [parts('ab', 'c'), parts('a', 'bc'), parts('abc'), parts('abc', ''), parts('', 'abc')];
    expect(new Set(all).size).toBe(all.length);
    expect(identify('cosign signature layer', [Buffer.from('ab'), Buffer.from('c')])).not.toBe(parts('ab', 'c'));
  });

  it('is another for other bytes of a layer under the same annotations', () => {
    const layer = simplySigned(keyless);
    const annotations = annotationsOf(layer);
    const id = (payload: Buffer) => entity(decodeSignatureLayer(payload, annotations)).id;
    expect(id(layer.payload)).toBe(id(Buffer.from(layer.payload)));
    expect(id(Buffer.concat([layer.payload, Buffer.from(' ')]))).not.toBe(id(layer.payload));

    const envelope = Buffer.from(JSON.stringify(envelopeOf(stated(keyless))));
    const idOfEnvelope = (bytes: Buffer) => entity(decodeEnvelopeLayer(bytes, annotations)).id;
    expect(idOfEnvelope(Buffer.concat([envelope, Buffer.from(' ')]))).not.toBe(idOfEnvelope(envelope));
  });

  it('is another for each annotation that can change what is proven', () => {
    const layer = simplySigned(keyless, { timestamp: true });
    const other = annotationsOf(simplySigned(keyless, { timestamp: true }));
    const annotations = annotationsOf(layer);
    const id = (changed: Record<string, string>) =>
      entity(decodeSignatureLayer(layer.payload, { ...annotations, ...changed })).id;
    for (const name of [
      'dev.cosignproject.cosign/signature',
      'dev.sigstore.cosign/certificate',
      'dev.sigstore.cosign/bundle',
      'dev.sigstore.cosign/rfc3161timestamp',
    ]) {
      expect(id({ [name]: other[name] ?? '' }), name).not.toBe(id({}));
    }
    expect(id({ predicateType: 'a hint' })).toBe(id({}));
  });
});
