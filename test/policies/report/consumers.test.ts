import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse as parseJunit } from 'junit2json';
import Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { formats } from '../../../policies/report/formats.ts';
import type { Report } from '../../../policies/report/report.ts';
import { finding, hostile } from './decisions.ts';
import { judgedObject, reportOf } from './reports.ts';
import { sampleReport } from './sample.ts';

const style = { columns: 120, paint: (_: string, text: string) => text };
const rendered = async (format: string, report: Report): Promise<string> => (await formats[format]!())(report, style);

/** Whatever an object, a file or an image may be called to break out of a format, or to give orders to who shows it. */
const attacks = [
  hostile,
  '::error file=a.yaml::EVIL\n::stop-commands::EVIL',
  '##vso[task.setvariable variable=EVIL]x ##[error]EVIL ##teamcity[EVIL]',
  '"><script>EVIL</script><img src=x onerror=EVIL>&lt;EVIL',
  ']]></failure></testcase><testcase name="EVIL"/>',
  '--- EVIL\n- EVIL: &a *b !!js/function {EVIL}',
  '| EVIL | EVIL |\n## EVIL',
  '`EVIL` ``EVIL`` \\`EVIL\\| \\\\| EVIL',
  '[EVIL](javascript:EVIL) ![EVIL](http://EVIL) <https://EVIL> www.EVIL.example @EVIL #1 EVIL/EVIL#2',
  '</details></summary><!-- EVIL --> *EVIL* _EVIL_ ~~EVIL~~ $EVIL$ :EVIL:',
  '%0A::error::EVIL%25,title=EVIL',
  '\uFFFE\uFFFF\uD800 EVIL \u0000',
  ' EVIL ',
  'EVIL | EVIL',
  'EVIL \\| EVIL',
  '`',
];

const attacked = (text: string): Report =>
  reportOf(
    [
      judgedObject(
        [
          finding({
            policy: text,
            field: text,
            found: text,
            expected: text,
            remedy: text,
            image: { reference: text },
            effect: 'warn',
            excused: { exception: text, reason: text, approver: text, until: new Date('2026-12-01T00:00:00Z') },
          }),
          finding({ kind: 'error', code: 'OBJECT_UNREADABLE', policy: text, field: text, found: text }),
        ],
        {
          source: { file: text, template: text },
          apiVersion: text,
          kind: text,
          namespace: text,
          name: text,
          lines: [text, text, text],
        },
      ),
    ],
    { unreadable: [{ file: text, line: 1, message: text }] },
  );

describe('whatever an object is called', () => {
  for (const [index, attack] of attacks.entries()) {
    it(`no format prints what a terminal or a runner would act on (${index})`, async () => {
      for (const format of Object.keys(formats)) {
        const text = await rendered(format, attacked(attack));
        expect(text.replaceAll('\n', ''), format).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u);
        expect(text, format).not.toMatch(/##\w*\[/);
        const commands = text.split('\n').filter((line) => /^\s*::/.test(line));
        expect(commands.length, format).toBe(format === 'github' ? 3 : 0);
      }
    });

    it(`GitHub reads three annotations, none of its making (${index})`, async () => {
      const lines = (await rendered('github', attacked(attack))).split('\n');
      expect(lines).toHaveLength(4);
      for (const line of lines.slice(0, 3)) {
        const [, properties = ''] = /^::(?:error|warning|notice) (.*?)::/.exec(line) ?? [];
        expect(properties.split(',').map((property) => property.replace(/=.*/, ''))).toEqual(
          line.includes('title=unreadable')
            ? ['file', 'line', 'title']
            : expect.arrayContaining(['file', 'line', 'title']),
        );
        expect(properties.split(',').length).toBeLessThanOrEqual(5);
      }
    });

    it(`JUnit readers see the cases that are there (${index})`, async () => {
      const read = await parseJunit(await rendered('junit', attacked(attack)));
      expect(read).toMatchObject({ tests: 3, errors: 2, failures: 0 });
      const suites = read && 'testsuite' in read ? (read.testsuite ?? []) : [];
      expect(suites.map(({ testcase = [] }) => testcase.length)).toEqual([2, 1]);
    });

    it(`reports of the cluster stay one document for each object (${index})`, async () => {
      for (const format of ['yaml', 'policyreport']) {
        const documents = [parseAllDocuments(await rendered(format, attacked(attack)))].flat();
        expect(documents).toHaveLength(1);
        expect(documents[0]?.errors).toEqual([]);
        expect(documents[0]?.toJS()).toMatchObject({ summary: { error: 1, skip: 1 } });
        expect(documents[0]?.getIn(['metadata', 'name'])).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
      }
    });

    it(`Markdown holds it in code alone (${index})`, async () => {
      const text = await rendered('markdown', attacked(attack));
      const outside = text.replaceAll(/<code>[^<`]*<\/code>/g, '').replaceAll(/`[^`\n]*`/g, '');
      expect(outside).not.toMatch(/EVIL|<(?!\/?(?:details|summary)>)|[@$*~\\]/);
      const rows = text.split('\n').filter((line) => line.startsWith('|'));
      expect(rows.map((row) => row.split('|').length)).toEqual([8, 8, 8, 7, 7, 7, 7]);
    });

    it(`JSON says what it is called, and stays what its readers want (${index})`, async () => {
      const json = JSON.parse(await rendered('json', attacked(attack))) as {
        decisions: { object: { name: string } }[];
      };
      expect(json.decisions[0]?.object.name.toWellFormed()).toBe(attack.toWellFormed());
      const sarif: unknown = JSON.parse(await rendered('sarif', attacked(attack)));
      expect(faults(sarif)).toEqual([]);
      expect(gitlabFaults(JSON.parse(await rendered('gitlab', attacked(attack))))).toEqual([]);
    });
  }
});

const packageFile = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json');
/** Its pattern for languages is no regular expression to an engine that reads Unicode; no language is written here. */
const schema = JSON.parse(
  readFileSync(packageFile.replace('package.json', 'lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
  (key, value: unknown) => (key === 'pattern' && String(value).includes('{2}]?') ? undefined : value),
) as object;
const validator = Schema.Compile(schema);
const faults = (value: unknown): readonly unknown[] => {
  const [valid, errors] = validator.Errors(value);
  return valid ? [] : errors;
};

describe('GitHub', () => {
  it('shows a percent sign as one, and nothing that its runner would decode', async () => {
    const text = await rendered('github', reportOf([judgedObject([finding({ found: '100%0A::error::x' })])]));
    expect(text).toContain('found 100%250A');
    expect(text).not.toMatch(/%0A/);
  });
});

describe('SARIF', () => {
  const log = async (report: Report): Promise<Sarif> => JSON.parse(await rendered('sarif', report)) as Sarif;

  it('is valid by the schema of SARIF 2.1.0, which notices what is not', async () => {
    const sarif = await log(sampleReport());
    expect(faults(sarif)).toEqual([]);
    expect(faults({ ...sarif, version: '2.0.0' })).not.toEqual([]);
    expect(faults({ ...sarif, runs: [{ ...sarif.runs[0], results: [{ message: {}, surprise: 1 }] }] })).not.toEqual([]);
  });

  it('points at line and column, relative to the root, and at the template where there is no file', async () => {
    const [first, , , , fifth] = (await log(sampleReport())).runs[0]!.results;
    expect(first).toMatchObject({
      ruleId: 'acme-releases/signatures',
      kind: 'fail',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'deploy/web.yaml', uriBaseId: '%SRCROOT%' },
            region: {
              startLine: 9,
              startColumn: 16,
              endColumn: 39,
              snippet: { text: '        image: ghcr.io/acme/shop:1.4.2' },
            },
          },
        },
      ],
    });
    expect(fifth).toMatchObject({
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'shop/templates/job.yaml' }, region: { startLine: 1 } } },
      ],
    });
    const elsewhere = judgedObject([finding()], { source: { file: '/srv/a b#c.yaml' } });
    expect((await log(reportOf([elsewhere]))).runs[0]!.results[0]).toMatchObject({
      locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///srv/a%20b%23c.yaml' } } }],
    });
  });

  it('suppresses what is excused, leaves open what could not be told, and notifies of broken files', async () => {
    const [run] = (await log(sampleReport())).runs;
    expect(run!.results.map(({ kind, suppressions }) => [kind, suppressions?.length ?? 0])).toEqual([
      ['fail', 0],
      ['fail', 1],
      ['open', 0],
      ['open', 0],
      ['fail', 0],
      ['fail', 0],
      ['open', 0],
    ]);
    expect(run!.invocations[0]).toMatchObject({ executionSuccessful: false });
    expect(run!.invocations[0]!.toolExecutionNotifications.map(({ message }) => message.text)).toEqual([
      'could not be read: the key "a" is written twice (DOCUMENT_UNREADABLE)',
      'could not be read: does not exist',
      expect.stringContaining('answered 429 twice'),
      expect.stringContaining('OBJECT_UNREADABLE'),
    ]);
  });

  it('has a rule for each result, with help', async () => {
    const [run] = (await log(sampleReport())).runs;
    const { rules } = run!.tool.driver;
    for (const { ruleId, ruleIndex } of run!.results) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  it('recognises a finding that has moved, and tells two apart', async () => {
    const prints = async (...findings: Parameters<typeof judgedObject>[0]): Promise<unknown[]> => {
      const [run] = (await log(reportOf([judgedObject(findings)]))).runs;
      return run!.results.map(({ partialFingerprints }) => partialFingerprints['assayFinding/v1']);
    };
    const [first] = await prints(finding());
    expect(await prints(finding({ field: 'spec.template.spec.containers[3].image', found: 'else' }))).toEqual([first]);
    const two = await prints(finding(), finding());
    expect(two[0]).toBe(first);
    expect(two[1]).not.toBe(first);
    expect(await prints(finding({ rule: 'pin' }))).not.toEqual([first]);
  });
});

interface Sarif {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly {
      readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly kind: string;
      readonly suppressions?: readonly unknown[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

describe('JUnit', () => {
  /** Attributes of each element in junit-10.xsd of Jenkins' xunit plugin, the strictest reader there is. */
  const allowed: Readonly<Record<string, readonly string[]>> = {
    testsuites: ['name', 'time', 'tests', 'failures', 'errors'],
    testsuite: [
      'name',
      'tests',
      'failures',
      'errors',
      'group',
      'time',
      'skipped',
      'timestamp',
      'hostname',
      'id',
      'package',
      'file',
      'log',
      'url',
    ],
    testcase: ['name', 'time', 'classname', 'group'],
    failure: ['type', 'message'],
    error: ['type', 'message'],
    skipped: ['type', 'message'],
    'system-out': [],
  };

  it('has the elements and attributes that the strictest schema allows', async () => {
    const text = await rendered('junit', sampleReport());
    for (const [, name = '', attributes = ''] of text.matchAll(/<([a-z][\w-]*)((?: [\w-]+="[^"]*")*)\/?>/g))
      for (const [, attribute = ''] of attributes.matchAll(/ ([\w-]+)="/g))
        expect(allowed[name], name).toContain(attribute);
    expect([...text.matchAll(/<([a-z][\w-]*)[ />]/g)].every(([, name = '']) => name in allowed)).toBe(true);
  });

  it('counts what readers count', async () => {
    const read = await parseJunit(await rendered('junit', sampleReport()));
    const suites = read && 'testsuite' in read ? (read.testsuite ?? []) : [];
    const cases = suites.flatMap(({ testcase = [] }) => testcase);
    expect(read).toMatchObject({ tests: cases.length, failures: 1, errors: 3 });
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(1);
    expect(cases.filter(({ error }) => error !== undefined)).toHaveLength(3);
    expect(cases.filter(({ skipped }) => skipped !== undefined)).toHaveLength(3);
  });
});

/** What https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format asks for; empty where all is there. */
function gitlabFaults(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return ['is no array'];
  const prints = new Set<unknown>();
  return value.flatMap((issue: Record<string, unknown>, index) => {
    const location = issue['location'] as { path?: unknown; lines?: { begin?: unknown } } | undefined;
    const wrong = [
      typeof issue['description'] === 'string' && issue['description'] !== '',
      typeof issue['check_name'] === 'string' && issue['check_name'] !== '',
      /^[0-9a-f]{64}$/.test(String(issue['fingerprint'])) && !prints.has(issue['fingerprint']),
      ['info', 'minor', 'major', 'critical', 'blocker'].includes(String(issue['severity'])),
      typeof location?.path === 'string' && !/^\.\/|^$/.test(location.path),
      Number.isInteger(location?.lines?.begin) && Number(location?.lines?.begin) > 0,
    ].flatMap((right, part) => (right ? [] : [`issue ${index}: part ${part}`]));
    prints.add(issue['fingerprint']);
    return wrong;
  });
}

describe('GitLab code quality', () => {
  it('has what GitLab asks for, without what is excused', async () => {
    const issues = JSON.parse(await rendered('gitlab', sampleReport())) as unknown[];
    expect(gitlabFaults(issues)).toEqual([]);
    expect(issues).toHaveLength(8);
    expect(JSON.stringify(issues)).not.toContain('NOT_PINNED');
  });

  it('leaves out what is in no file, for one such issue spoils the whole report', async () => {
    const { source: _, ...inNone } = judgedObject([finding()]);
    expect(await rendered('gitlab', reportOf([inNone]))).toBe('[]');
  });
});

describe('Markdown', () => {
  it('stays below what a comment may hold, and says what is left out', async () => {
    for (const text of ['x', '`|\\'.repeat(500)]) {
      const findings = Array.from({ length: 3000 }, (_, index) => finding({ found: `${index} ${text}`, policy: text }));
      const markdown = await rendered('markdown', reportOf([judgedObject(findings)]));
      expect(markdown.length).toBeLessThan(65_536);
      expect(markdown).toMatch(/\n\d+ parts left out, for this text would be too long/);
      expect(markdown.match(/<details>/g)?.length ?? 0).toBe(markdown.match(/<\/details>/g)?.length ?? 0);
    }
  });
});

describe('reports of the cluster', () => {
  it('bound what one object says, and count the rest', async () => {
    for (const letter of ['x', '\u{1F600}']) {
      const findings = Array.from({ length: 1000 }, () => finding({ found: letter.repeat(3000) }));
      const text = await rendered('yaml', reportOf([judgedObject(findings)]));
      expect(Buffer.byteLength(text)).toBeLessThan(1_300_000);
      expect(text).toMatch(/assay\.dev\/results-left-out: "[3-9]\d\d"/);
      expect(text).toContain('fail: 1000');
    }
  });

  it('name the same object the same every time, and two of one name apart', async () => {
    const names = async (...objects: ReturnType<typeof judgedObject>[]): Promise<unknown[]> =>
      [parseAllDocuments(await rendered('yaml', reportOf(objects)))]
        .flat()
        .map((one) => one.getIn(['metadata', 'name']));
    const [web] = await names(judgedObject([]));
    expect(await names(judgedObject([finding()], { source: { file: 'elsewhere.yaml' } }))).toEqual([web]);
    expect(new Set(await names(judgedObject([]), judgedObject([]))).size).toBe(2);
    expect(await names(judgedObject([], { apiVersion: 'acme.example/v1' }))).not.toEqual([web]);
    const [long] = await names(judgedObject([], { name: 'X'.repeat(300), kind: '9'.repeat(300) }));
    expect(long).toMatch(/^[a-z0-9-]{63}$/);
  });
});
