import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's; `test/end-to-end/provision/provision chromium` installs it. */
export const executable = process.env['ASSAY_CHROMIUM'] ?? '/usr/bin/chromium';

/** In CI a missing browser is a failing test, elsewhere a skipped one. */
export const missing = !existsSync(executable) && process.env['CI'] === undefined;

/** A page opened from a file, as an auditor opens it. */
export interface Opened {
  readonly page: Page;
  /** What the console said, and what a script threw. */
  readonly complaints: readonly string[];
  /** Every address that was asked for, but the file itself. */
  readonly requests: readonly string[];
}

/** A browser and a folder for its pages. */
export interface Opener extends AsyncDisposable {
  readonly open: (html: string, options?: BrowserContextOptions & { readonly fragment?: string }) => Promise<Opened>;
}

/** Starts the browser; everything that it opens ends with it. */
export async function startBrowser(): Promise<Opener> {
  // Without its sandbox, which a container does not allow; it is shown nothing but these pages.
  const browser: Browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  const folder = mkdtempSync(join(tmpdir(), 'assay-html-'));
  let opened = 0;
  return {
    async open(html, { fragment = '', ...options } = {}) {
      opened += 1;
      const file = join(folder, `report-${opened}.html`);
      writeFileSync(file, html);
      const url = pathToFileURL(file).href;
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(url)) requests.push(request.url());
      });
      await page.goto(`${url}${fragment}`);
      return { page, complaints, requests };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
