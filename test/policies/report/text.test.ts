import { describe, expect, it } from 'vitest';
import { duration, renderObject, renderText, renderTotals } from '../../../policies/report/text.ts';
import { verdictOf } from '../../../policies/report/verdict.ts';
import { decision, finding, hostile, outage } from './decisions.ts';
import { judgedObject, reported, reportOf } from './reports.ts';

const style = { columns: 100, paint: (_: string, text: string) => text };

const unsigned = finding({
  code: 'NO_SIGNATURE',
  image: { reference: 'nginx:1.29' },
  found: 'no signature',
  remedy: 'sign the image in its release workflow',
});

describe('assay check, in text', () => {
  it('shows the line, a caret under the value, what was found and expected, and what to do', () => {
    expect(renderObject(reported([unsigned]), style)).toBe(
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
    expect(renderObject(reported([]), style)).toBe('');
  });

  it('calls an outage undecided, though the policy denies it', () => {
    const given = decision([outage()]);
    expect(given.allowed).toBe(false);
    expect(verdictOf(given)).toBe('undecided');
    expect(renderObject(reported([outage()]), style)).toMatch(/could not be decided\n/);
    expect(verdictOf(decision([outage(), finding()]))).toBe('denied');
    expect(verdictOf(decision([finding({ effect: 'warn' })]))).toBe('warned');
    expect(verdictOf(decision([finding({ effect: 'audit' })]))).toBe('clean');
  });

  it('shows JSON on one line around the place, under the right caret', () => {
    const line = `{"a":"${'x'.repeat(5000)}","image":"nginx:1.29"}`;
    const column = line.indexOf('"nginx') + 1;
    const lines = renderObject(reported([unsigned], { at: { line: 1, column }, lines: [line] }), style).split('\n');
    const caret = lines[2]?.indexOf('^') ?? 0;
    expect(lines[1]?.slice(caret, caret + 12)).toBe('"nginx:1.29"');
    expect(lines[1]?.length).toBeLessThan(300);
    expect(lines[2]).toContain('^'.repeat(12));
  });

  it('bounds what one object may say', () => {
    const text = renderObject(reported(Array.from({ length: 500 }, () => finding())), style);
    expect(text).toContain('and 480 findings more');
  });

  it('prints no control character of the file, its name or the finding', () => {
    const text = renderObject(
      reported([finding({ image: { reference: hostile } })], {
        source: { file: hostile },
        name: hostile,
        line: () => hostile,
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
    const objects = Array.from({ length: 38 }, () => reported([]));
    expect(renderTotals({ totals, objects }, style)).toBe(
      '38 objects in 12 files: 35 clean, 2 denied, 1 could not be decided  912 ms, 14 images, 9 registry requests',
    );
    expect(duration(1840)).toBe('1.8 s');
  });

  it('tells apart what denies, warns, is excused, only recorded and could not be told', () => {
    const until = new Date('2026-12-01T00:00:00Z');
    const excused = { exception: 'shop/legacy', reason: 'is replaced', approver: 'security', until };
    const report = reportOf([
      judgedObject([
        unsigned,
        finding({ effect: 'warn' }),
        finding({ effect: 'warn', excused }),
        outage(),
        finding({ effect: 'audit' }),
      ]),
    ]);
    const text = renderText(report, style);
    expect(text).toContain('^ acme-releases/signatures: found no signature');
    expect(text).toContain('^ warning: acme-releases/signatures: found 1 signature');
    expect(text).toContain('^ excused: acme-releases/signatures: found 1 signature');
    expect(text).toContain(
      '   excused until 2026-12-01 00:00 UTC by exception shop/legacy (is replaced), approved by security',
    );
    expect(text).toContain('^ acme-releases/signatures: could not tell: ghcr.io answered 429 twice');
    expect(text).toContain('0 clean, 1 denied, 1 finding excused, 1 finding only recorded');
  });

  it('says what a template made the object from, and what is unreadable', () => {
    const source = { file: '-', template: 'shop/templates/web.yaml' };
    const report = reportOf([judgedObject([unsigned], { source })], {
      unreadable: [{ file: 'broken\u001B.yaml', line: 7, message: 'is no object\r' }],
    });
    const text = renderText(report, style);
    expect(text).toContain('   made from shop/templates/web.yaml\n');
    expect(text).toMatch(/^broken\uFFFD\.yaml:7 {2}is no object\uFFFD +unreadable$/m);
    expect(text).toContain('0 clean, 1 denied, 1 unreadable');
  });
});
