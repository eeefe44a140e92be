import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceFigure } from '../../../../policies/report/html/source.ts';
import type { SourcePlace } from '../../../../policies/report/report.ts';

const source = { file: 'deploy/shop.yaml' };

/** A place whose value is what stands between bars: `image: |nginx|`. */
const placeOf = (marked: string, before?: string): SourcePlace => {
  const [head = '', value = '', tail = ''] = marked.split('|');
  const column = head.length + 1;
  return {
    line: 23,
    column,
    endColumn: column + value.length,
    text: `${head}${value}${tail}`,
    ...(before === undefined ? {} : { before }),
  };
};

const figure = (place: SourcePlace): string => sourceFigure({ source }, { place })?.toString() ?? '';
const unescaped = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&#58;', ':');
const marked = (text: string): string => unescaped(/<mark>([^<]*)<\/mark>/.exec(text)?.[1] ?? '');
const plain = (text: string): readonly string[] =>
  unescaped(text.replace(/^.*<pre>/s, '').replaceAll(/<[^>]*>/g, '')).split('\n');

describe('the line of a finding', () => {
  it('stands under its place, with the line before, the value marked and carets below it', () => {
    const text = figure(placeOf('      - image: |nginx:1.29|', '      containers:'));
    expect(text).toContain('<figcaption>deploy/shop.yaml:23:16</figcaption>');
    expect(marked(text)).toBe('nginx:1.29');
    expect(plain(text)).toEqual(['22 │ containers:', '23 │ - image: nginx:1.29', '   │          ^^^^^^^^^^']);
  });

  it('keeps what it is indented by against the line before', () => {
    expect(plain(figure(placeOf('        runAsUser: |0|', '      securityContext:'))).slice(0, 2)).toEqual([
      '22 │ securityContext:',
      '23 │   runAsUser: 0',
    ]);
  });

  it('is cut around the value where all stands on one line', () => {
    const text = figure(
      placeOf(`{"a":"${'x'.repeat(5000)}","hostNetwork":|true|,"b":"${'y'.repeat(5000)}"}`, 'before'),
    );
    expect(marked(text)).toBe('true');
    expect(plain(text)).toHaveLength(2);
    expect(Math.max(...plain(text).map((line) => line.length))).toBeLessThan(130);
  });

  it('is none where the place is not known', () => {
    expect(sourceFigure({ source }, {})).toBeUndefined();
    expect(sourceFigure({}, { place: placeOf('a: |b|') })).toBeUndefined();
  });

  it('names standard input as people do', () => {
    expect(sourceFigure({ source: { file: '-' } }, { place: placeOf('a: |b|') })?.toString()).toContain(
      'standard input:23:4',
    );
  });

  it('marks the value, or its start, wherever it stands, with as many carets in the same column', () => {
    const word = fc.stringMatching(/^[a-z0-9:. ]{0,300}$/);
    const value = fc.stringMatching(/^[a-z0-9]{1,100}$/);
    fc.assert(
      fc.property(word, value, word, fc.nat(60), (head, value, tail, depth) => {
        const place = placeOf(`${' '.repeat(depth)}${head}|${value}|${tail}`);
        const text = figure(place);
        const mark = marked(text);
        const [line = '', carets = ''] = plain(text);
        expect(mark.length).toBeGreaterThan(0);
        expect(value.startsWith(mark.replace(/\.\.\.$/, ''))).toBe(true);
        expect(carets.lastIndexOf('^') - carets.indexOf('^') + 1).toBe(mark.length);
        expect(line.slice(carets.indexOf('^')).startsWith(mark)).toBe(true);
      }),
    );
  });
});
