import { describe, expect, it } from 'vitest';
import { readAbout } from '../../policies/index.ts';

const about = (annotations: Readonly<Record<string, unknown>>) => readAbout({ annotations });

describe('what a policy says of itself', () => {
  it('is read from its annotations', () => {
    expect(
      about({
        'assay.dev/title': 'No apples',
        'assay.dev/description': 'There are\n  no apples.\n',
        'assay.dev/severity': 'high',
        'assay.dev/remediation': 'eat them',
        'assay.dev/controls': 'PSS-B, CIS 5.2.2,, ',
        'assay.dev/check': 'PSB-01',
        'assay.dev/system': 'Kubernetes',
        other: 'x',
      }),
    ).toEqual({
      title: 'No apples',
      description: 'There are no apples.',
      severity: 'high',
      remediation: 'eat them',
      controls: ['PSS-B', 'CIS 5.2.2'],
      check: 'PSB-01',
      system: 'Kubernetes',
    });
  });

  it('is absent where nothing is said, or nothing that can be read', () => {
    for (const annotations of [
      {},
      { title: 'x' },
      { 'assay.dev/severity': 'deadly' },
      { 'assay.dev/title': ' ' },
      { 'assay.dev/title': 3 },
      { 'assay.dev/controls': ', ' },
    ])
      expect(about(annotations), JSON.stringify(annotations)).toBeUndefined();
    expect(readAbout({})).toBeUndefined();
  });
});
