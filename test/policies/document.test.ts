import { describe, expect, it } from 'vitest';
import { type Document, parseDocuments, renderPath } from '../../policies/document.ts';
import { limits } from '../../policies/limits.ts';
import { renderProblem } from '../../policies/problem.ts';

const parse = (text: string) => parseDocuments(text, 'a.yaml');
const only = (text: string): Document => {
  const { documents, problems } = parse(text);
  expect(problems).toEqual([]);
  expect(documents).toHaveLength(1);
  return documents[0]!;
};

describe('a text of documents', () => {
  it('A-PRS-6: is read as YAML 1.2: no is a string, 012 is twelve', () => {
    expect(only('a: no\nb: 012\n').value).toEqual({ a: 'no', b: 12 });
  });

  it('is read as JSON just as well', () => {
    expect(only('{"kind": "Pod", "n": [1, 2]}').value).toEqual({ kind: 'Pod', n: [1, 2] });
  });

  it('knows the line and column of a field, and of the parent of a missing one', () => {
    const document = only('kind: Pod\nspec:\n  containers:\n  - name: a\n    image: x\n');
    expect(document.locate(['spec', 'containers', 0, 'image'])).toEqual({ line: 5, column: 12 });
    expect(document.locate(['spec', 'containers', 0, 'missing'])).toEqual({ line: 4, column: 5 });
  });

  it('holds several documents, and an empty one is none', () => {
    expect(parse('a: 1\n---\n---\nb: 2\n').documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  const broken: readonly (readonly [text: string, place: string, detail: string])[] = [
    ['b: [1', '', 'Flow sequence'],
    ['b: {c: [{', '', 'Flow'],
    ['b: c: d: e: f', '3:4', 'Nested mappings'],
    ['b: "x', '3:4', 'the quote that opens here does not end'],
    ["b: 'ok'\nc: 'x\nd: e", '4:4', 'the quote that opens here does not end'],
    ['\tb: 1\n\tc: 2\n\td: 3', '3:1', 'Tabs are not allowed'],
    [']]]]]]]]', '3:1', 'Unexpected flow-seq-end'],
    ['}\n}\n}\n]', '3:1', 'Unexpected flow-map-end'],
    ['{{{{{{{{', '', ''],
    [
      '{{ .Values.all }}\nspec: {{ if .x }}\n{{- end }}\n  {{- toYaml .y | nindent 2 }}',
      '3:2',
      'a key that is no text',
    ],
    ['{{- range .Values.x }}\n- a\n{{- end }}', '3:2', 'a key that is no text'],
    ['@', '3:1', 'reserved character'],
  ];

  it.each(broken)('has one problem where a document is broken, and keeps the others: %j', (text, place, detail) => {
    const { documents, problems } = parse(`a: 1\n---\n${text}\n---\n# good\nc: 3\n...\n---\nd: 4\n`);
    expect(documents.map(({ value, index }) => [index, value])).toEqual([
      [0, { a: 1 }],
      [2, { c: 3 }],
      [3, { d: 4 }],
    ]);
    expect(problems.map(({ code }) => code)).toEqual(['DOCUMENT_UNREADABLE']);
    expect(problems[0]?.detail).toContain(detail);
    const [{ line = 0, column = 0 } = {}] = problems;
    expect(line >= 3 && column >= 1).toBe(true);
    if (place !== '') expect(`${line}:${column}`).toBe(place);
  });

  it('knows the places of documents after a broken one, and the comment above them', () => {
    const { documents } = parse(
      'a: [\n---\nx: "\n# Source: one.yaml\n---\n# Source: two.yaml\n%YAML 1.2\n---\nb:\n  c: 1\r\n',
    );
    expect(documents.map(({ value }) => value)).toEqual([{ b: { c: 1 } }]);
    expect(documents[0]?.locate(['b', 'c'])).toEqual({ line: 10, column: 6 });
  });

  it('tells of a second fault only where the first did not bring it', () => {
    expect(parse('a: !x 1\nb: !y 2\n').problems).toMatchObject([{ line: 1 }, { line: 2 }]);
    const many = Array.from({ length: limits.faultsShown + 2 }, (_, index) => `k${index}: !x 1`).join('\n');
    expect(parse(many).problems).toHaveLength(limits.faultsShown);
  });

  it('A-PRS-2: refuses a key that stands twice', () => {
    const { documents, problems } = parse('spec:\n  a: 1\n  a: 2\n');
    expect(documents).toEqual([]);
    expect(problems[0]).toMatchObject({ code: 'DOCUMENT_UNREADABLE', line: 3 });
  });

  it('A-PRS-6: refuses a merge key, behind which kubectl would find containers that nobody judged', () => {
    const { documents, problems } = parse('more: &more {initContainers: []}\nspec:\n  containers: []\n  <<: *more\n');
    expect(documents).toEqual([]);
    expect(problems[0]).toMatchObject({ code: 'DOCUMENT_UNREADABLE', line: 4 });
    expect(only('data:\n  "<<": text\n').value).toEqual({ data: { '<<': 'text' } });
  });

  it('refuses an alias within what it names, which has no end', () => {
    for (const text of ['a: &x [*x]\n', '&l {kind: List, items: [*l]}\n', 'a: &a {b: &b [*b, *a]}\n'])
      expect(parse(text).problems[0]?.code).toBe('DOCUMENT_TOO_LARGE');
  });

  it('takes time in proportion to its keys', () => {
    const keys = Array.from({ length: 40_000 }, (_, index) => `k${index}: v`);
    const began = performance.now();
    expect(Object.keys(only(keys.join('\n')).value as object)).toHaveLength(40_000);
    expect(parse([...keys, 'k7: v'].join('\n')).problems[0]).toMatchObject({ line: 40_001 });
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('A-PRS-6: refuses a custom tag', () => {
    expect(parse('a: !!js/function "x"\n').problems[0]?.code).toBe('DOCUMENT_UNREADABLE');
  });

  it('A-PRS-3: keeps a __proto__ key an own property and pollutes nothing', () => {
    const { value } = only('data:\n  __proto__: {polluted: true}\n');
    expect(JSON.stringify(value)).toBe('{"data":{"__proto__":{"polluted":true}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it(`refuses more than ${limits.yamlAliases} aliases`, () => {
    const bomb = `a: &a [x]\nb: [${'*a, '.repeat(limits.yamlAliases + 1)}]\n`;
    expect(parse(bomb).problems[0]?.code).toBe('DOCUMENT_TOO_LARGE');
  });

  it('A-PRS-6: refuses a billion laughs without expanding it', () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`,
    );
    expect(parse(`l0: &l0 lol\n${levels.join('\n')}\n`).problems[0]?.code).toBe('DOCUMENT_TOO_LARGE');
  });

  it(`refuses nesting deeper than ${limits.documentDepth}`, () => {
    expect(parse('['.repeat(5000)).problems.length).toBeGreaterThan(0);
    expect(parse(`${'['.repeat(500)}${']'.repeat(500)}`).problems[0]?.code).toBe('DOCUMENT_TOO_LARGE');
  });

  it('refuses a text above the bound', () => {
    expect(parse(' '.repeat(limits.documentTextBytes + 1)).problems[0]?.code).toBe('DOCUMENT_TOO_LARGE');
  });
});

describe('a field path', () => {
  it('is spelled as Kubernetes does', () => {
    expect(renderPath(['spec', 'containers', 0, 'image'])).toBe('spec.containers[0].image');
    expect(renderPath(['metadata', 'labels', 'app.kubernetes.io/name'])).toBe(
      'metadata.labels["app.kubernetes.io/name"]',
    );
  });
});

describe('a problem', () => {
  it('is written as compilers do', () => {
    const problem = { code: 'FIELD_WRONG', file: 'a.yaml', path: 'spec.pin', line: 3, column: 8, detail: 'x' } as const;
    expect(renderProblem(problem)).toBe('a.yaml:3:8: spec.pin: x (FIELD_WRONG)');
  });
});
