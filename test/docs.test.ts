import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorSections } from '../generate.ts';

const root = resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sections = errorSections(read('docs/errors.md'));

/** The closed unions of codes, by the type's name, wherever it is declared. */
const unions = [
  'GapCode',
  'RefusalCode',
  'RejectionCode',
  'ViolationCode',
  'NotJudgedCode',
  'ErrorCode',
  'LookupGapCode',
  'ProblemCode',
  'FaultCode',
  'CelErrorCode',
  'BundleCode',
];

const sources = ['evidence', 'policies', 'webhook'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(room, file))),
);

/** The string members of a union as its declaration writes them. */
function codesOf(name: string): readonly string[] {
  const declarations = sources.flatMap(
    (text) => new RegExp(String.raw`^export type ${name} =([^;]*);`, 'm').exec(text)?.[1] ?? [],
  );
  expect(declarations, `${name} is declared once`).toHaveLength(1);
  return [...(declarations[0] ?? '').matchAll(/'([A-Z0-9_]+)'/g)].map(([, code = '']) => code);
}

describe('docs/errors.md', () => {
  const codes = new Map(unions.flatMap((union) => codesOf(union).map((code) => [code, union] as const)));

  it('finds the codes of every union', () => {
    for (const union of unions) expect([...codes.values()], union).toContain(union);
  });

  it('explains every code', () => {
    expect([...codes.keys()].filter((code) => !sections.has(code))).toEqual([]);
  });

  it('explains nothing that is no code', () => {
    expect([...sections.keys()].filter((code) => !codes.has(code))).toEqual([]);
  });

  it('gives each a cause, a remedy and an example', () => {
    const poor = [...sections].filter(
      ([, text]) =>
        !(/^[A-Z`].{30,}/.test(text) && /^Remedy: .{10,}/m.test(text) && /^Example:(?: .{5,}|\n)/m.test(text)),
    );
    expect(poor.map(([code]) => code)).toEqual([]);
  });

  it('explains a code once', () => {
    const headings = [...read('docs/errors.md').matchAll(/^## ([A-Z_0-9]+)$/gm)].map(([, code]) => code);
    expect(headings).toHaveLength(new Set(headings).size);
  });
});
