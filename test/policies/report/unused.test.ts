import { describe, expect, it } from 'vitest';
import { limits } from '../../../policies/report/limits.ts';
import { renderJson } from '../../../policies/report/json-report.ts';
import { renderMarkdown } from '../../../policies/report/markdown.ts';
import { renderText } from '../../../policies/report/text.ts';
import { unusedSentences } from '../../../policies/report/unused.ts';
import { check } from '../../../cli/command/check.ts';
import { assayHere, folderOf } from '../../cli/assay.ts';
import { hostile } from './decisions.ts';
import { noPolicies } from '../../../policies/policy.ts';
import { reportOf } from './reports.ts';

const exception = (name: string, day: string, more: object = {}) => ({
  ...{ name, policy: 'ports', rules: new Set(['low']), objects: [], gaps: false, reason: 'moves', approver: 'ada' },
  expires: new Date(`${day}T00:00:00Z`),
  ...more,
});
const having = (...exceptions: readonly ReturnType<typeof exception>[]) =>
  reportOf([], { policies: { ...noPolicies, exceptions } });
const style = { columns: 100, paint: (_: string, text: string) => text };

describe('an exception that covers nothing', () => {
  it('is told with its end, the first to end first, those that end together by their names', () => {
    const report = having(
      exception('b/late', '2026-12-03'),
      exception('b/same', '2026-12-02'),
      exception('a/same', '2026-12-02'),
      exception('c/gone', '2026-01-02'),
    );
    const names = ['c/gone', 'a/same', 'b/same', 'b/late'];
    expect(unusedSentences(report)[0]).toBe(
      'exception c/gone of ports (low) covered nothing here; it ended 2026-01-02 00:00:00 UTC',
    );
    expect(unusedSentences(report)[1]).toContain('; it ends 2026-12-02 00:00:00 UTC');
    for (const text of [renderText(report, style), renderMarkdown(report), renderJson(report)]) {
      const places = names.map((name) => text.indexOf(name));
      expect(places.every((place) => place >= 0)).toBe(true);
      expect(places).toEqual(places.toSorted((x, y) => x - y));
    }
  });

  it('is counted beyond a number that somebody reads, and so are its rules', () => {
    const many = Array.from({ length: limits.unusedShown + 3 }, (_, at) => exception(`a/e${at}`, '2026-12-01'));
    const told = unusedSentences(having(...many));
    expect(told).toHaveLength(limits.unusedShown + 1);
    expect(told.at(-1)).toBe('3 more exceptions covered nothing here');
    const rules = new Set(Array.from({ length: limits.rulesNamed + 2 }, (_, at) => `r${at}`));
    const [one] = unusedSentences(having(exception('a/e', '2026-12-01', { rules })));
    expect(one).toContain(`r${limits.rulesNamed - 1} and 2 other rules)`);
    expect(JSON.parse(renderJson(having(...many)))).toMatchObject({ unusedExceptions: { length: many.length } });
  });

  it('brings no lines of its own', () => {
    const [one = ''] = unusedSentences(
      having(exception(hostile, '2026-12-01', { policy: hostile, rules: new Set([hostile]) })),
    );
    expect([...one].every((character) => character >= ' ' && character !== '\u202E')).toBe(true);
  });

  it('is not told of where there is none', () => {
    expect(renderText(having(), style)).not.toContain('note');
    expect(renderMarkdown(having())).not.toContain('note');
  });

  it('changes no exit code, and is no finding', async () => {
    const unused = (policy: string) =>
      `---\napiVersion: assay.dev/v1alpha1\nkind: WorkloadException\nmetadata: {name: e, namespace: shop}\nspec:\n  policy: ${policy}\n  rules: [named]\n  objects: [{kind: Service, namespace: shop, name: other}]\n  reason: moves\n  approver: ada\n  expires: "2999-01-01T00:00:00Z"\n`;
    using folder = folderOf({
      'policy.yaml':
        'apiVersion: assay.dev/v1alpha1\nkind: ClusterWorkloadPolicy\nmetadata: {name: p}\nspec:\n  validations: [{name: named, expression: "object.metadata.name != \'bad\'"}]\n',
      'exception.yaml': unused('p'),
      'good.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: good, namespace: shop}\n',
      'bad.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: bad, namespace: shop}\n',
    });
    const at = (file: string) => `${folder.path}/${file}`;
    const run = (file: string, ...words: string[]) =>
      assayHere(check, ['-p', at('policy.yaml'), '--exceptions', at('exception.yaml'), ...words, at(file)]);
    const good = await run('good.yaml');
    expect(good.code).toBe(0);
    expect(good.stdout).toContain(
      'note: exception shop/e of p (named) covered nothing here; it ends 2999-01-01 00:00:00 UTC',
    );
    expect((await run('bad.yaml')).code).toBe(1);
    const { decisions, unusedExceptions } = JSON.parse((await run('good.yaml', '-o', 'json')).stdout) as {
      decisions: { warnings: unknown[] }[];
      unusedExceptions: unknown[];
    };
    expect(decisions.map(({ warnings }) => warnings)).toEqual([[]]);
    expect(unusedExceptions).toHaveLength(1);
  });
});
