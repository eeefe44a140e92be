import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dark, light } from '../../../../policies/report/html/colours.ts';
import { renderHtml } from '../../../../policies/report/html/document.ts';
import { limits } from '../../../../policies/report/limits.ts';
import { auditReport, largeReport } from './audit.ts';
import { executable, missing, type Opened, type Opener, startBrowser } from './browser.ts';
import { payloads, poisoned } from './hostile.ts';

const report = renderHtml(auditReport());
const findings = 9;

if (missing) console.warn(`${executable} is absent: the HTML report was not looked at in a browser`);

describe.skipIf(missing)('the HTML report in a browser', { timeout: 120_000 }, () => {
  let browser: Opener;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => browser[Symbol.asyncDispose]());

  const open = (...given: Parameters<Opener['open']>): Promise<Opened> => browser.open(...given);
  const shown = (page: Page) => page.locator('.finding:visible').count();
  const focused = (page: Page) => page.evaluate('document.activeElement.id');

  it('asks for nothing and complains of nothing', async () => {
    const { complaints, requests } = await open(report);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  describe.each(Object.entries(payloads))('where every text holds %s', (_, payload) => {
    let clean: unknown;
    beforeAll(async () => {
      clean ??= await elements((await open(report)).page);
    });
    it('runs none of it, asks for nothing, and shows the same elements', async () => {
      const { page, complaints, requests } = await open(renderHtml(poisoned(auditReport(), payload)));
      await page.locator('summary').first().click();
      await page.locator('.finding h4 a').first().click();
      expect(await page.evaluate('typeof window.pwned')).toBe('undefined');
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      expect(await elements(page)).toEqual(clean);
      expect(await page.locator('#matches').textContent()).toBe(`${findings} of ${findings} findings shown`);
    });
  });

  it('would not run markup that slipped in either', async () => {
    const broken = report.replace(
      '<footer>',
      '<footer><script>window.pwned = 1</script><img src="x" onerror="window.pwned = 1"><style>body { display: none }</style>',
    );
    const { page, complaints } = await open(broken);
    expect(await page.evaluate('typeof window.pwned')).toBe('undefined');
    expect(await page.locator('body').isVisible()).toBe(true);
    expect(complaints.length).toBeGreaterThanOrEqual(3);
  });

  describe('its filters', () => {
    it('are reached, used and cleared with the keyboard, and say what they left', async () => {
      const { page, complaints } = await open(report);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('filter-text');
      await page.keyboard.type('ledger');
      expect(await page.locator('#matches').textContent()).toBe(`2 of ${findings} findings shown`);
      expect(await page.locator('#matches').getAttribute('aria-live')).toBe('polite');
      expect(await shown(page)).toBe(2);
      expect(await page.locator('.object:visible').count()).toBe(1);
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('filter-outcome');
      await page.keyboard.press('w');
      expect(await page.locator('#matches').textContent()).toBe(`1 of ${findings} findings shown`);
      while ((await page.evaluate('document.activeElement.type')) !== 'reset') await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await shown(page)).toBe(findings);
      expect(await focused(page)).toBe('filter-text');
      expect(complaints).toEqual([]);
    });

    it('choose by outcome, severity, policy and namespace, and by all at once', async () => {
      const { page } = await open(report);
      const choose = async (name: string, label: string): Promise<number> => {
        await page.selectOption(`#filter-${name}`, { label });
        return shown(page);
      };
      expect(await choose('severity', 'high')).toBe(3);
      expect(await choose('outcome', 'denied')).toBe(2);
      expect(await choose('namespace', 'shop')).toBe(1);
      expect(await choose('policy', 'resource-limits')).toBe(0);
      expect(await page.locator('#matches').textContent()).toBe(`0 of ${findings} findings shown`);
      await page.click('#filters button[type=reset]');
      expect(await shown(page)).toBe(findings);
    });

    it('are set by the names in the overview', async () => {
      const { page } = await open(report);
      await page.locator('#overview a', { hasText: 'pod-security-restricted' }).click();
      expect(await page.locator('#filter-policy option:checked').textContent()).toBe(
        'pod-security-restricted-run-as-non-root',
      );
      expect(await shown(page)).toBe(2);
      expect(await focused(page)).toBe('filter-policy');
    });

    it('choose by a control of a standard, from the overview too', async () => {
      const { page } = await open(report);
      await page.selectOption('#filter-controls', { label: 'CIS 5.2.3' });
      expect(await shown(page)).toBe(1);
      await page.locator('#overview a', { hasText: 'NSA-PS' }).click();
      expect(await page.locator('#filter-controls option:checked').textContent()).toBe('NSA-PS');
      expect(await shown(page)).toBe(3);
    });

    it('find every word of a text, in any order and case', async () => {
      const { page } = await open(report);
      await page.fill('#filter-text', 'MALLORY web.yaml');
      expect(await shown(page)).toBe(1);
    });

    it('hide what a headline does not need', async () => {
      const { page } = await open(report);
      await page.click('#brief');
      expect(await page.locator('#brief').getAttribute('aria-pressed')).toBe('true');
      expect(await page.locator('.facts:visible').count()).toBe(0);
      expect(await page.locator('.at:visible').first().textContent()).toBe('spec.template.spec.containers[0].image');
      expect(await shown(page)).toBe(findings);
    });
  });

  it('opens at the finding that a link names, unfolded and in focus, though a filter hides it', async () => {
    const [, id = ''] = /id="(finding-[0-9a-f]{16})"/.exec(report) ?? [];
    const { page } = await open(report, { fragment: `#${id}` });
    expect(await focused(page)).toBe(id);
    expect(await page.locator(`#${id} details`).getAttribute('open')).toBe('');
    await page.fill('#filter-text', 'nothing has this text');
    expect(await shown(page)).toBe(0);
    await page.evaluate(`location.hash = ''; location.hash = '#${id}'`);
    await page.locator(`#${id}`).waitFor({ state: 'visible' });
    expect(await shown(page)).toBe(findings);
  });

  it('leads to each object from a list, though a filter hides it', async () => {
    const { page } = await open(report);
    await page.fill('#filter-text', 'ledger');
    await page.locator('.index summary').click();
    await page.locator('.index a', { hasText: 'nightly' }).click();
    await page.locator('h3', { hasText: 'nightly' }).waitFor({ state: 'visible' });
    expect(await shown(page)).toBe(findings);
    const top = (await page.locator('h3', { hasText: 'nightly' }).boundingBox())?.y ?? -1;
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(900);
    await page.fill('#filter-text', 'ledger');
    await page.locator('.index a', { hasText: 'nightly' }).click();
    await page.locator('h3', { hasText: 'nightly' }).waitFor({ state: 'visible' });
  });

  it('shows everything without JavaScript, and no control that would do nothing', async () => {
    const { page } = await open(report, { javaScriptEnabled: false });
    expect(await shown(page)).toBe(findings);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('#theme').isVisible()).toBe(false);
    await page.locator('.finding summary').first().click();
    expect(await page.locator('.finding .evidence dl').first().isVisible()).toBe(true);
  });

  describe('on paper', () => {
    it('has no controls, and everything unfolded on white', async () => {
      const { page } = await open(report, { colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print' });
      for (const control of ['nav', '#filters', '.skip', '.index'])
        expect(await page.locator(control).isVisible(), control).toBe(false);
      expect(await page.locator('details[open]').count()).toBe(0);
      for (const tree of await page.locator('.evidence > ul').all())
        expect((await tree.boundingBox())?.height).toBeGreaterThan(40);
      expect(await colourOf(page, 'backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await colourOf(page, 'color')).toBe(rgb(light.ink));
    });

    it('says of a filter that it is in force', async () => {
      const { page } = await open(report);
      await page.fill('#filter-text', 'ledger');
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('#matches').isVisible()).toBe(true);
      expect(await page.locator('#filter-text').isVisible()).toBe(false);
    });

    it('unfolds for browsers whose style cannot, and folds again', async () => {
      const { page } = await open(report);
      await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
      expect(await page.locator('details:not([open])').count()).toBe(0);
      await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
      expect(await page.locator('details[open]').count()).toBe(0);
    });
  });

  describe('its colours', () => {
    for (const [scheme, palette] of Object.entries({ light, dark }))
      it(`follow a system that is ${scheme}, until the button says otherwise`, async () => {
        const { page } = await open(report, { colorScheme: scheme as 'light' | 'dark' });
        expect(await colourOf(page, 'backgroundColor')).toBe(rgb(palette.paper));
        expect(await page.locator('#theme').getAttribute('aria-pressed')).toBe(String(scheme === 'dark'));
        await page.click('#theme');
        expect(await colourOf(page, 'backgroundColor')).toBe(rgb(scheme === 'dark' ? light.paper : dark.paper));
        expect(await page.locator('#theme').getAttribute('aria-pressed')).toBe(String(scheme !== 'dark'));
      });
  });

  describe('for people who do not see it, or see it narrow', () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

    for (const [what, options] of Object.entries({
      'in light colours': { colorScheme: 'light' },
      'in dark colours': { colorScheme: 'dark' },
      'on a telephone': { viewport: { width: 360, height: 20_000 } },
    } as const))
      it(`has no fault that axe finds ${what}`, async () => {
        // As tall as the page, or axe passes over what is not laid out; its own script is not the page's.
        const { page } = await open(report, { viewport: { width: 1280, height: 12_000 }, ...options, bypassCSP: true });
        await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
        await page.evaluate(axe);
        const violations = await page.evaluate(
          "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))",
        );
        expect(violations).toEqual([]);
      });

    it('has its headings in order and one of the first rank', async () => {
      const { page } = await open(report);
      const ranks = (await page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(({ localName }) => Number(localName[1]))",
      )) as number[];
      expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
      ranks.forEach((rank, index) => expect(rank).toBeLessThanOrEqual((ranks[index - 1] ?? 0) + 1));
    });

    it('needs no scrolling to the side, however long a name is', async () => {
      for (const width of [320, 768]) {
        const { page } = await open(renderHtml(poisoned(auditReport(), 'x'.repeat(300))), {
          viewport: { width, height: 900 },
        });
        expect(await page.evaluate('document.documentElement.scrollWidth'), String(width)).toBeLessThanOrEqual(width);
      }
    });

    it('shows where the focus is', async () => {
      const { page } = await open(report);
      await page.focus('#filter-text');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    });
  });

  it('opens and filters ten thousand findings without a wait', async () => {
    const { page } = await open(renderHtml(largeReport(10_000)));
    const milliseconds = await page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
    expect(milliseconds).toBeLessThan(10_000);
    await page.fill('#filter-text', 'web-33');
    const all = limits.htmlFindings;
    await page.waitForFunction(`document.getElementById('matches').textContent === '44 of ${all} findings shown'`);
    expect(await page.locator('#left-out').isVisible()).toBe(true);
  });
});

/** How many elements of each name there are, and whether any has an attribute that runs. */
const elements = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    const counts = {};
    for (const element of document.querySelectorAll('*')) {
      counts[element.localName] = (counts[element.localName] ?? 0) + 1;
      for (const { name, value } of element.attributes)
        if (/^on|^style$/.test(name) || (/^(href|src|action)$/.test(name) && !/^(#|data:,$)/.test(value))) counts[name + '=' + value] = 1;
    }
    return counts;
  })()`);

const colourOf = (page: Page, property: 'color' | 'backgroundColor'): Promise<unknown> =>
  page.evaluate(`getComputedStyle(document.body).${property}`);

/** `#1c1d1f` as a browser says it. */
const rgb = (colour: string): string =>
  `rgb(${[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)).join(', ')})`;
