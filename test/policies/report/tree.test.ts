import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../evidence/index.ts';
import { entitiesOf } from '../../../policies/report/entity.ts';
import { decisionRecord } from '../../../policies/report/json.ts';
import { renderTree } from '../../../policies/report/tree.ts';
import {
  accepted,
  decision,
  finding,
  hostile,
  judged,
  manifestDigest,
  outage,
  proven,
  rejected,
  shopDigest,
} from './decisions.ts';

const style = { columns: 100, paint: (_: string, text: string) => text };
const release = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.2';
const other = `sha256:${'77'.repeat(32)}` as Digest;

const tree = (given: Parameters<typeof decision>) =>
  renderTree(
    {
      reference: 'ghcr.io/acme/shop:1.4.2',
      decision: decision(...given),
      platforms: ['linux/amd64', 'linux/arm64'],
      policies: [
        { name: 'acme-releases', threshold: 1 },
        { name: 'elsewhere', threshold: 5 },
      ],
      milliseconds: 312,
      requests: 6,
    },
    style,
  );

describe('assay verify, in text', () => {
  it('shows who signed, where it was found, when it was logged and what the certificate says', () => {
    expect(tree([[], [judged([accepted(release)])]])).toBe(
      [
        'ghcr.io/acme/shop:1.4.2',
        'sha256:3f2a91c03f2a...  index, linux/amd64 and linux/arm64',
        `  signature   accepted  acme-releases/release: ${release}, issuer https://token.actions.githubusercontent.com`,
        '              from a bundle found through the referrers API (sha256:9b07aa119b07...), logged 2026-11-02 10:14:07 UTC (rekor.sigstore.dev 184467440)',
        '              runner github-hosted, commit 4fd1c2e74fd1, trigger push',
        '1 of 1 required signatures: admitted by acme-releases                    312 ms, 6 registry requests',
      ].join('\n'),
    );
  });

  it('shows a stranger with the authority that came nearest, and a rejection with its code', () => {
    const text = tree([
      [finding()],
      [judged([proven('https://github.com/mallory/shop', 'release', 3), rejected('release')])],
    ]);
    expect(text).toContain('proven, not accepted  https://github.com/mallory/shop');
    expect(text).toContain('nearest: acme-releases/release (subject differs after "https://github.com/")');
    expect(text).toContain(
      'rejected  TIMESTAMP_OUTSIDE_CERTIFICATE  signed 2026-11-02 10:31 UTC, certificate ended 10:24',
    );
    expect(text).toContain('0 of 1 required signatures: denied by acme-releases');
    expect(text).toContain('SIGNER_NOT_ACCEPTED  assay explain SIGNER_NOT_ACCEPTED');
  });

  it('says of a revoked signer who names it and who took that back', () => {
    const revoked = {
      ...proven(release, 'release', 1000),
      difference: { agreed: 1000, revoked: true, detail: 'revoked by "stolen": the token leaked' },
    } as const;
    expect(tree([[finding()], [judged([revoked])]])).toContain(
      'named by acme-releases/release, and revoked by "stolen": the token leaked',
    );
    expect(decisionRecord(decision([], [judged([revoked])])).images[0]?.entities[0]?.code).toBe('SIGNER_REVOKED');
  });

  it('never calls an outage a denial', () => {
    expect(tree([[outage()], []])).toContain('0 of 1 required signatures: could not be decided by acme-releases');
  });

  it('prints no control character of a certificate', () => {
    const text = tree([[], [judged([accepted(hostile), proven(hostile, 'release', 0, other)])]]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.split('\n')).toHaveLength(9);
  });
});

describe('signatures of an image', () => {
  it('are told once each, however many authorities judged them', () => {
    expect(entitiesOf(judged([rejected('keys'), accepted(release), proven(release, 'nightly', 2)]))).toMatchObject([
      { state: 'accepted', authorities: ['acme-releases/release'] },
    ]);
  });

  it('keep the nearest of several misses', () => {
    const [entity] = entitiesOf(judged([proven('x', 'far', 0), proven('x', 'near', 2.5)]));
    expect(entity).toMatchObject({ state: 'notAccepted', nearest: { authority: 'acme-releases/near' } });
  });

  it('keep the rejected one beside the good one of the same manifest', () => {
    const both = judged([accepted(release, 'a'), rejected('a'), rejected('b'), rejected('b')]);
    expect(entitiesOf(both).map(({ state }) => state)).toEqual(['accepted', 'rejected']);
  });
});

describe('a decision as JSON', () => {
  it('has whole digests, every fact, and each finding in one list', () => {
    const findings = [
      finding(),
      outage(),
      finding({ kind: 'error' }),
      finding({ effect: 'warn' }),
      finding({ effect: 'audit' }),
    ];
    const record = decisionRecord(
      decision(findings, [judged([accepted(release), proven('x', 'release', 1, other), rejected('release')])]),
    );
    expect(record).toMatchObject({
      allowed: false,
      violations: [
        {
          policy: 'acme-releases',
          rule: 'signatures',
          code: 'SIGNER_NOT_ACCEPTED',
          path: 'spec.template.spec.containers[0].image',
          image: 'ghcr.io/acme/shop:1.4.2',
          digest: shopDigest,
        },
      ],
      gaps: [{ code: 'REGISTRY_LIMITED' }],
      errors: [{}],
      warnings: [{ effect: 'warn' }],
      audits: [{ effect: 'audit' }],
      patch: [{ op: 'replace', path: '/spec/containers/0/image', value: `ghcr.io/acme/shop:1.4.2@${shopDigest}` }],
    });
    expect(record.images[0]?.entities).toMatchObject([
      {
        kind: 'signature',
        state: 'accepted',
        code: null,
        authority: 'acme-releases/release',
        source: { via: 'referrers', manifest: manifestDigest },
        signer: { subject: release },
      },
      { state: 'notAccepted', code: 'SIGNER_NOT_ACCEPTED', nearest: { authority: 'acme-releases/release' } },
      { state: 'rejected', code: 'TIMESTAMP_OUTSIDE_CERTIFICATE', signer: null },
    ]);
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});
