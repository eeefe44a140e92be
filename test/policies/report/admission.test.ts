import { describe, expect, it } from 'vitest';
import { renderAdmissionMessage, renderAuditAnnotations, renderWarnings } from '../../../policies/report/admission.ts';
import { limits } from '../../../policies/report/limits.ts';
import { decision, finding, hostile, judged, outage, shopDigest } from './decisions.ts';

describe('the message of a denial', () => {
  it('spells out what denies, and counts the rest', () => {
    const five = Array.from({ length: 5 }, (_, index) => finding({ field: `spec.containers[${index}].image` }));
    const message = renderAdmissionMessage(decision(five));
    expect(message.match(/^acme-releases\/signatures: spec\.containers\[\d\]/gm)).toHaveLength(
      limits.findingsInMessage,
    );
    expect(message).toMatch(/\nand 2 more \(run: assay check FILE\)$/);
  });

  it('leaves out what only warns', () => {
    const message = renderAdmissionMessage(decision([finding(), finding({ effect: 'warn', rule: 'other' })]));
    expect(message).not.toContain('other');
    expect(message).not.toContain('more');
  });

  it('stays within any bound, and shows the first finding whatever it holds', () => {
    const huge = Array.from({ length: 400 }, () =>
      finding({ found: 'x'.repeat(50_000), expected: 'y'.repeat(50_000) }),
    );
    for (const maxCharacters of [80, 500, 3500]) {
      const message = renderAdmissionMessage(decision(huge), { maxCharacters });
      expect(message.length).toBeLessThanOrEqual(maxCharacters);
      expect(message).toContain('acme-releases/signatures');
    }
    expect(renderAdmissionMessage(decision(huge))).toContain('assay explain SIGNER_NOT_ACCEPTED');
    expect(renderAdmissionMessage(decision(huge))).toMatch(/and 39\d more/);
  });

  it('is the same for the same decision', () => {
    const given = decision([finding(), outage()]);
    expect(renderAdmissionMessage(given)).toBe(renderAdmissionMessage(structuredClone(given)));
  });
});

describe('warnings of a review', () => {
  it('are one line each, of at most 256 characters, with the code', () => {
    const warnings = renderWarnings(
      decision([finding({ effect: 'warn', found: 'x'.repeat(1000) }), outage({ effect: 'warn' }), finding()]),
    );
    expect(warnings).toHaveLength(2);
    for (const warning of warnings) {
      expect(warning.length).toBeLessThanOrEqual(256);
      expect(warning).toMatch(/\([A-Z_]+\)/);
    }
  });

  it('are said once, and at most so many', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      finding({ effect: 'warn', field: `spec.containers[${index % 50}].image` }),
    );
    const warnings = renderWarnings(decision(many));
    expect(warnings).toHaveLength(limits.warningsShown + 1);
    expect(warnings.at(-1)).toBe(`and ${50 - limits.warningsShown} more (run: assay check FILE)`);
    expect(warnings.join('').length).toBeLessThan(4096);
  });
});

describe('audit annotations', () => {
  it('keep verdict, images with whole digests, and findings', () => {
    const annotations = renderAuditAnnotations(decision([finding({ effect: 'audit' })], [judged([])]));
    expect(annotations['verdict']).toBe('allowed');
    expect(JSON.parse(annotations['images'] ?? '')).toEqual([
      { field: 'spec.containers[0].image', image: 'ghcr.io/acme/shop:1.4.2', digest: shopDigest },
    ]);
    expect(JSON.parse(annotations['findings'] ?? '')).toMatchObject([
      { effect: 'audit', code: 'SIGNER_NOT_ACCEPTED', digest: shopDigest },
    ]);
  });

  it('stay within their bound, count what they leave out, and stay JSON', () => {
    const annotations = renderAuditAnnotations(
      decision(Array.from({ length: 1000 }, () => finding({ image: { reference: hostile } }))),
    );
    const kept: unknown = JSON.parse(annotations['findings'] ?? '');
    expect((annotations['findings'] ?? '').length).toBeLessThanOrEqual(limits.auditAnnotationCharacters);
    expect(Array.isArray(kept) && kept.length + Number(annotations['findings-left-out'])).toBe(1000);
  });
});
