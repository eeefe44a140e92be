import { sha256 } from '../../../evidence/index.ts';
import type { Report } from '../report.ts';
import { cleanSection, imagesSection, policiesSection, unreadableSection, warningsSection } from './appendix.ts';
import { exceptionsSection } from './exceptions.ts';
import { findingsSection } from './findings.ts';
import { pageHeader } from './header.ts';
import { listsOf } from './lists.ts';
import { html, type Html, raw } from './markup.ts';
import { overviewSection } from './overview.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { headline } from './words.ts';

/**
 * The report as one HTML document that asks nothing of anybody: no fonts, no images, no requests. Its own policy lets it run
 * one style and one script, by their hashes, so that even markup which slipped in could do nothing.
 */
export function renderHtml(report: Report): string {
  const lists = listsOf(report);
  const sections = [
    { id: 'overview', word: 'Overview', body: overviewSection(report, lists) },
    { id: 'findings', word: 'Findings', body: findingsSection(report, lists) },
    { id: 'exceptions', word: 'Exceptions', body: exceptionsSection(report) },
    { id: 'unreadable', word: 'Could not be read', body: unreadableSection(report) },
    { id: 'warnings', word: 'Doubts', body: warningsSection(report) },
    { id: 'images', word: 'Images', body: imagesSection(report) },
    { id: 'policies', word: 'Policies', body: policiesSection(report) },
    { id: 'clean', word: 'Without a finding', body: cleanSection(report) },
  ].filter(({ body }) => body !== undefined);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="assay ${report.version}">
<title>${headline(report)} - assay check</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#findings-title">to the findings</a>
<div class="page">
${pageHeader(report)}
${navigation(sections)}
<main>
${sections.map(({ body }) => body)}
</main>
<footer><p>Written by assay ${report.version}. Times are UTC; digests are SHA-256 of what was judged.</p></footer>
</div>
<script>${raw(script)}</script>
</body>
</html>
`.toString();
}

const navigation = (sections: readonly { readonly id: string; readonly word: string }[]): Html =>
  html`<nav aria-label="sections"><ul>${sections.map(({ id, word }) => html`<li><a href="#${id}">${word}</a></li>`)}</ul><button type="button" id="theme" aria-pressed="false" hidden>dark colours</button></nav>`;

/** A hash as the policy writes it: base64 of the text between the tags, exactly as it stands there (CSP Level 3, section 6.7.3.3). */
const hashOf = (text: string): string =>
  `'sha256-${Buffer.from(sha256(new TextEncoder().encode(text)).replace(/^sha256:/, ''), 'hex').toString('base64')}'`;

const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
