import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, evaluate, toDouble, type Value } from '../../../policies/cel/index.ts';
import { equal } from '../../../policies/cel/equality.ts';

const file = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'cel', 'kubernetes-library.json');

interface Row {
  readonly suite: string;
  readonly name: string;
  readonly expr: string;
  readonly value?: boolean | string | { readonly int?: number; readonly double?: string };
  readonly goValue?: string;
  readonly runtimeError?: string;
  readonly compileError?: readonly string[];
}

const environment = declareEnvironment({ kubernetesMinor: 36 });

function run(text: string): { readonly value?: Value; readonly evaluation?: string; readonly check?: string } {
  const program = compile(environment, text);
  if ('phase' in program) return { check: program.error.message };
  const result = evaluate(program, {});
  if (result.kind === 'value') return { value: result.value };
  return { evaluation: result.kind === 'error' ? result.error.message : 'unknown' };
}

/** The expression in our own language that a Go literal of the table stands for. */
function fromGo(go: string): string {
  const list =
    /^types\.OptionalOf\(types\.NewStringList\(types\.DefaultTypeAdapter, \[\]string\{(["`])([\s\S]*)\1\}\)\)$/.exec(
      go,
    );
  if (list) {
    const text = list[1] === '"' ? (JSON.parse(`"${list[2]}"`) as string) : list[2];
    return `optional.of([${JSON.stringify(text)}])`;
  }
  if (go === 'apiservercel.Quantity{Quantity: &twelveMi}') return "quantity('12Mi')";
  const semver = /^apiservercel\.Semver\{Version: semver\.MustParse\("([^"]+)"\)\}$/.exec(go);
  if (semver) return `semver('${semver[1]}')`;
  return 'optional.none()';
}

function wanted(row: Row): Value | undefined {
  if (typeof row.value === 'object') return row.value.int ?? toDouble(Number(row.value.double));
  if (typeof row.value === 'string') return run(row.value).value;
  if (row.value !== undefined) return row.value;
  return run(fromGo(row.goValue ?? '')).value;
}

describe.skipIf(!existsSync(file) && process.env['CI'] !== 'true')(`the API server's own tables (${file})`, () => {
  const rows = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Row[]) : [];
  it('are there', () => expect(rows.length).toBeGreaterThan(90));

  it.each(rows.map((row) => [`${row.suite}/${row.name}: ${row.expr}`, row] as const))('%s', (_, row) => {
    const got = run(row.expr);
    if (row.compileError) expect(got.check).toMatch(new RegExp(row.compileError[0]!));
    else if (row.runtimeError !== undefined) expect(got.evaluation).toMatch(new RegExp(row.runtimeError));
    else if (row.goValue?.endsWith('{') === true) {
      // The table's extraction cut this Go literal off after the opening brace.
      expect(run(`${row.expr}.hasValue()`).value).toBe(true);
    } else {
      const want = wanted(row);
      expect(want, 'what the table wants').toBeDefined();
      expect(equal(got.value ?? null, want ?? null), JSON.stringify(got)).toBe(true);
    }
  });
});
