import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from '../../../policies/index.ts';
import { judgeObject } from './judge-object.ts';

const corpus = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'vap/kubescape');
const resource = (name: string): string => readFileSync(join(corpus, 'test-resources', name), 'utf8');

interface Row {
  readonly name: string;
  readonly template: string;
  readonly expected: 'pass' | 'fail' | 'warn';
  readonly field_change_list?: readonly string[];
  readonly binding_template?: string;
}

describe.skipIf(!existsSync(corpus) && process.env['CI'] === undefined)('kubescape/cel-admission-library', () => {
  for (const control of existsSync(corpus) ? readdirSync(join(corpus, 'controls')) : []) {
    const folder = join(corpus, 'controls', control);
    const rows = JSON.parse(readFileSync(join(folder, 'tests.json'), 'utf8')) as readonly Row[];
    const policy = readFileSync(join(folder, 'policy.yaml'), 'utf8');
    describe(control, () => {
      for (const row of rows) {
        it(`${row.name}: ${row.expected}`, async () => {
          const decision = await judgeObject(`${policy}\n---\n${bindingOf(policy, row)}`, changed(row), {
            objects: [
              { ...(parse(resource('default-control-configuration.yaml')) as object), metadata: { name: 'p' } },
            ],
          });
          const effects = new Set(decision.findings.map(({ effect }) => effect));
          expect(effects.has('deny') ? 'fail' : effects.has('warn') ? 'warn' : 'pass').toBe(row.expected);
        });
      }
    });
  }
});

it('the corpus of kubescape is there', ({ skip }) => {
  if (!existsSync(corpus) && process.env['CI'] === undefined) skip(`${corpus} is absent: its rows did not run`);
  expect(existsSync(corpus)).toBe(true);
});

function bindingOf(policy: string, { binding_template = 'policy-binding.yaml' }: Row): string {
  const { metadata, spec } = parseAllDocuments(policy)[0]!.toJS() as {
    metadata: { name: string };
    spec: { paramKind?: unknown };
  };
  const binding = parse(resource(binding_template)) as { spec: { policyName: string; paramRef?: { name: string } } };
  binding.spec.policyName = metadata.name;
  if (spec.paramKind === undefined) delete binding.spec.paramRef;
  else binding.spec.paramRef!.name = 'p';
  return stringify({ ...binding, metadata: { name: 'b' } });
}

/** `a.[0].b=value`, the value as YAML. */
function changed({ template, field_change_list: changes = [] }: Row): KubernetesObject {
  const object = parse(resource(template)) as Record<string, unknown>;
  for (const change of changes) {
    const [path, text] = [change.slice(0, change.indexOf('=')), change.slice(change.indexOf('=') + 1)];
    const steps = path.split('.').map((step) => (/^\[\d+\]$/.test(step) ? Number(step.slice(1, -1)) : step));
    let at: unknown = object;
    for (const [index, step] of steps.slice(0, -1).entries()) {
      const next = Reflect.get(at as object, step) as unknown;
      if (next === undefined || next === null)
        Reflect.set(at as object, step, typeof steps[index + 1] === 'number' ? [] : {});
      at = Reflect.get(at as object, step);
    }
    Reflect.set(at as object, steps.at(-1)!, parse(text));
  }
  return object;
}
