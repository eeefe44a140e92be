import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../policies/decision.ts';
import { noPolicies, type PolicySet } from '../../../../policies/policy.ts';
import { renderHtml } from '../../../../policies/report/html/document.ts';
import { bar } from '../../../../policies/report/html/chart.ts';
import { dark, light, type Palette } from '../../../../policies/report/html/colours.ts';
import { html } from '../../../../policies/report/html/markup.ts';
import { limits } from '../../../../policies/report/limits.ts';
import { accepted, decision, finding, judged } from '../decisions.ts';
import { judgedObject, reportOf } from '../reports.ts';
import { auditReport, largeReport } from './audit.ts';
import { payloads, poisoned } from './hostile.ts';

const tags = (text: string): readonly string[] => [...text.matchAll(/<\/?[a-zA-Z!][^\s>]*/g)].map(([tag]) => tag);

/** What stands between the tags of the only element of this name. */
function contentOf(name: string, page: string): string {
  const found = [...page.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))];
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? '';
}

describe('a template', () => {
  it('makes text of every value', () => {
    expect(html`<p title="${'"\'`<>&'}">${'<b>'}</p>`.toString()).toBe(
      '<p title="&quot;&#39;&#96;&lt;&gt;&amp;">&lt;b&gt;</p>',
    );
  });

  it('shows what turns the direction of text, or ends a line, instead of obeying it', () => {
    expect(html`${'a\u202Eb\u2066c\u200B\nd\u0000'}`.toString()).toBe('a\uFFFDb\uFFFDc\uFFFD\uFFFDd\uFFFD');
  });

  it('writes nothing that a CI server would take for a command', () => {
    expect(html`${'::error::x ##vso[task] ##[group]'}`.toString()).toBe(
      '&#58;:error&#58;:x #&#35;vso[task] #&#35;[group]',
    );
  });

  it('takes nothing for markup that only looks like it', () => {
    expect(html`${['<script>', html`<i>${'<'}</i>`]}`.toString()).toBe('&lt;script&gt;<i>&lt;</i>');
    const forged = { toString: () => '<script>' };
    expect(() => html`${forged as never}`).toThrow(TypeError);
  });
});

describe('a bar', () => {
  it('shows what is there, however few, and says it in words', () => {
    const text = bar({ denied: 1, clean: 99_999 }, 100_000, 8).toString();
    expect(text).toContain('aria-label="1 denied and 99999 clean"');
    expect(Number(/class="denied" x="0" y="0" width="([\d.]+)"/.exec(text)?.[1])).toBeGreaterThanOrEqual(2);
  });
});

describe('the HTML report', () => {
  const page = renderHtml(auditReport());

  it('lets a browser run its own style and script only, and ask for nothing', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(contentOf('style', page))}`,
      `script-src ${hash(contentOf('script', page))}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });

  it('names no address to load from', () => {
    expect(
      [...page.matchAll(/\s(?:src|srcset|href|action|data|poster)="([^"]*)"/g)]
        .map(([, url = '']) => url)
        .filter((url) => !/^(#[\w-]+|data:,)$/.test(url)),
    ).toEqual([]);
    expect(contentOf('style', page)).not.toMatch(/url\(|@import|@font-face/);
  });

  it('says what was judged, when, by which version and under which policies by digest', () => {
    for (const text of [
      '2 of 11 objects denied',
      '2026-11-02 10:14:07 UTC',
      'assay 0.1.0',
      `sha256:${'3f2a91c0'.repeat(8)}`,
    ])
      expect(page).toContain(text);
  });

  it('marks exceptions that have ended, and says how long the others last', () => {
    expect(page).toContain('<strong class="outcome denied">ended</strong> <time datetime="2026-10-15T00:00:00.000Z">');
    expect(page).toContain('18 days before this run');
    expect(page).toContain('in 28 days');
  });

  it('lists exceptions that cover nothing, what they were written for, and none that covers something', () => {
    expect(page).toContain('1 exception that covers nothing of what was judged here.');
    expect(page).toContain('covers nothing here; written for acme-releases/signatures and acme-releases/pin');
    const of = (policies: PolicySet, findings: readonly Finding[] = []) =>
      renderHtml(reportOf([judgedObject(findings)], { policies }));
    const until = new Date('2027-01-01T00:00:00Z');
    const exception = { name: 'shop/e', policy: 'acme-releases', rules: new Set(['signatures']), objects: [] };
    const policies = {
      ...noPolicies,
      exceptions: [{ ...exception, gaps: false, reason: 'r', approver: 'ada', expires: until }],
    };
    const excuse = { exception: 'shop/e', reason: 'r', approver: 'ada', until };
    const unused = 'covers nothing of what was judged here';
    expect(of(policies)).toContain(unused);
    expect(of(policies)).toContain('<a href="#exceptions">');
    expect(of(policies, [finding({ effect: 'warn', excused: excuse })])).not.toContain(unused);
    expect(of(policies, [finding({ expired: excuse })])).not.toContain(unused);
    expect(of(noPolicies)).not.toContain('id="exceptions"');
  });

  for (const [what, payload] of Object.entries(payloads))
    it(`has the same markup where every text holds ${what}`, () => {
      const hostile = renderHtml(poisoned(auditReport(), payload));
      expect(hostile).not.toBe(page);
      expect(tags(hostile)).toEqual(tags(page));
      expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    });

  it('gives a finding the same fragment wherever its line stands', () => {
    const idOf = (line: number) =>
      /id="(finding-[0-9a-f]{16})"/.exec(
        renderHtml(reportOf([judgedObject([finding()], { at: { line, column: 3 } })])),
      )?.[1];
    expect(idOf(2)).toMatch(/^finding-/);
    expect(idOf(2)).toBe(idOf(3));
  });

  it('says so where nothing was found', () => {
    const text = renderHtml(reportOf([judgedObject([])]));
    expect(text).toContain('No policy found anything.');
    expect(text).toContain('The object is allowed');
    expect(text).not.toContain('id="filters"');
  });

  it('says so where nothing could be read', () => {
    const text = renderHtml(reportOf([], { unreadable: [{ file: 'a.yaml', message: 'is no YAML' }] }));
    expect(text).toContain('Nothing could be read');
    expect(text).toContain('is no YAML');
  });
});

describe('the bounds of the HTML report', () => {
  const ids = (text: string) => [...text.matchAll(/<article class="finding/g)].length;

  it('hold the number of findings, count the others, and say so', () => {
    const text = renderHtml(largeReport(10_000));
    expect(ids(text)).toBe(limits.htmlFindings);
    expect(text).toContain('2000 findings of 10000 are spelt out here');
    expect(text).toContain('The other 8000 are counted');
    expect(text.length).toBeLessThan(4_000_000);
  });

  it('hold the characters, whatever the texts are', () => {
    const long = '"'.repeat(100_000);
    const objects = Array.from({ length: 1500 }, (_, index) =>
      judgedObject([finding({ found: long, expected: long, policy: long, rule: long, remedy: long })], {
        name: `web-${index}`,
      }),
    );
    const text = renderHtml(reportOf(objects));
    expect(ids(text)).toBeLessThan(1500);
    expect(text).toContain('are spelt out here');
    expect(text.length).toBeLessThan(2 * limits.htmlCharacters);
  });

  it('hold the signatures of an image and the names of what is clean', () => {
    const signatures = Array.from({ length: 200 }, (_, index) => ({
      ...accepted(`https://example.com/${index}`),
      source: { via: 'referrers', manifest: `sha256:${String(index).padStart(64, '0')}` } as never,
    }));
    const objects = Array.from({ length: 1200 }, (_, index) =>
      judgedObject([], { name: `web-${index}`, decision: decision([], index === 0 ? [judged(signatures)] : []) }),
    );
    const text = renderHtml(reportOf(objects));
    expect(text).toContain('<li>and 150 more</li>');
    expect(text).toContain('200 more are not shown');
    expect([...text.matchAll(/<li class="accepted">/g)]).toHaveLength(limits.htmlSignatures);
  });

  it('hold each text and each name, and how many policies the head names', () => {
    const long = 'x'.repeat(5000);
    const text = renderHtml(reportOf([judgedObject([finding({ found: long })], { name: long })]));
    const lengths = [...text.matchAll(/x{100,}/g)].map(([run]) => run.length).toSorted((a, b) => b - a);
    expect(lengths[0]).toBe(limits.htmlTextCharacters - '...'.length);
    expect(lengths[1]).toBe(limits.htmlNameCharacters - '...'.length);
    const many = auditReport();
    const controls = Array.from({ length: 30 }, (_, index) => `CIS ${index}`);
    const checked = { ...many, policies: many.policies.map((policy) => ({ ...policy, about: { controls } })) };
    expect(renderHtml(checked)).toContain('<span class="control">CIS 19</span></p>');
    const policies = Array.from({ length: 20 }, (_, index) => ({ ...many.policies[0]!, name: `policy-${index}` }));
    expect(renderHtml({ ...many, policies })).toContain('>14 other policies and whole digests</a>');
  });

  it('hold the rows of each table', () => {
    const objects = Array.from({ length: 700 }, (_, index) => judgedObject([finding()], { namespace: `n-${index}` }));
    expect(renderHtml(reportOf(objects))).toContain('200 more rows not shown.');
  });
});

describe('the colours', () => {
  const words = ['ink', 'soft', 'link', 'denied', 'undecided', 'warned', 'excused', 'recorded', 'clean'] as const;
  for (const [name, palette] of Object.entries({ light, dark }))
    it(`of the ${name} page are read on what they stand on`, () => {
      for (const word of words) {
        expect(contrast(palette[word], palette.paper), `${word} on paper`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(palette[word], palette.raised), `${word} on raised`).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(palette.ink, palette.mark)).toBeGreaterThanOrEqual(4.5);
    });
});

/** WCAG 2.2: contrast ratio of two colours. */
function contrast(one: Palette['ink'], other: Palette['ink']): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
