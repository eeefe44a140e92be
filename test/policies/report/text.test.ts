import { describe, expect, it } from 'vitest';
import { type CheckedObject, duration, renderChecked, renderTotals } from '../../../policies/report/text.ts';
import { verdictOf } from '../../../policies/report/verdict.ts';
import { decision, finding, hostile, outage } from './decisions.ts';

const style = { columns: 100, paint: (_: string, text: string) => text };
const source = ['spec:', '  containers:', '  - image: nginx:1.29', '    name: web'];

const object = (given: Partial<CheckedObject> = {}): CheckedObject => ({
  file: 'deploy/shop.yaml',
  title: 'Deployment shop/web',
  decision: decision([
    finding({
      code: 'NO_SIGNATURE',
      image: { reference: 'nginx:1.29' },
      found: 'no signature',
      remedy: 'sign the image in its release workflow',
    }),
  ]),
  place: () => ({ line: 3, column: 12 }),
  line: (number) => source[number - 1],
  ...given,
});

describe('assay check, in text', () => {
  it('shows the line, a caret under the value, what was found and expected, and what to do', () => {
    expect(renderChecked(object(), style)).toBe(
      [
        'deploy/shop.yaml:3:12  Deployment shop/web                                                    denied',
        '    2 |   containers:',
        '    3 |   - image: nginx:1.29',
        '      |            ^^^^^^^^^^ acme-releases/signatures: found no signature for nginx:1.29',
        '   expected: 1 by https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/*',
        '   fix: sign the image in its release workflow (assay explain NO_SIGNATURE)',
      ].join('\n'),
    );
  });

  it('says nothing of a clean object', () => {
    expect(renderChecked(object({ decision: decision([]) }), style)).toBe('');
  });

  it('calls an outage undecided, though the policy denies it', () => {
    const given = decision([outage()]);
    expect(given.allowed).toBe(false);
    expect(verdictOf(given)).toBe('undecided');
    expect(renderChecked(object({ decision: given }), style)).toMatch(/could not be decided\n/);
    expect(verdictOf(decision([outage(), finding()]))).toBe('denied');
    expect(verdictOf(decision([finding({ effect: 'warn' })]))).toBe('warned');
    expect(verdictOf(decision([finding({ effect: 'audit' })]))).toBe('clean');
  });

  it('shows JSON on one line around the place, under the right caret', () => {
    const line = `{"a":"${'x'.repeat(5000)}","image":"nginx:1.29"}`;
    const column = line.indexOf('"nginx') + 1;
    const lines = renderChecked(
      object({ place: () => ({ line: 1, column }), line: (number) => (number === 1 ? line : undefined) }),
      style,
    ).split('\n');
    const caret = lines[2]?.indexOf('^') ?? 0;
    expect(lines[1]?.slice(caret, caret + 12)).toBe('"nginx:1.29"');
    expect(lines[1]?.length).toBeLessThan(300);
    expect(lines[2]).toContain('^'.repeat(12));
  });

  it('bounds what one object may say', () => {
    const text = renderChecked(object({ decision: decision(Array.from({ length: 500 }, () => finding())) }), style);
    expect(text).toContain('and 480 findings more');
  });

  it('prints no control character of the file, its name or the finding', () => {
    const text = renderChecked(
      object({
        file: hostile,
        title: hostile,
        line: () => hostile,
        decision: decision([finding({ image: { reference: hostile } })]),
      }),
      style,
    );
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text.split('\n')).toHaveLength(6);
  });

  it('counts what it did', () => {
    const totals = {
      files: 12,
      verdicts: { clean: 35, warned: 0, undecided: 1, denied: 2 },
      unreadable: 0,
      milliseconds: 912,
      images: 14,
      requests: 9,
    };
    expect(renderTotals(totals, style)).toBe(
      '38 objects in 12 files: 35 clean, 2 denied, 1 could not be decided  912 ms, 14 images, 9 registry requests',
    );
    expect(duration(1840)).toBe('1.8 s');
  });
});
