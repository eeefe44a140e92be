import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completed, goldenFile, judgeWorkloads } from './workloads-golden.ts';

const folder = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'workloads');
const there = existsSync(folder) || process.env['CI'] === 'true';

describe.skipIf(!there)(
  `manifests of others under all packs${there ? '' : ` (did not run: no ${folder})`}`,
  async () => {
    const judged = there ? await judgeWorkloads(folder) : [];

    it('come to what the committed table says', () => {
      expect(judged.flatMap(({ lines }) => lines)).toEqual(
        readFileSync(goldenFile, 'utf8').replace(/\n$/, '').split('\n'),
      );
    });

    it('are denied for fields that they have, or that are missing from something that they have', () => {
      const nowhere = judged.flatMap(({ file, object, denials }) =>
        denials.flatMap(({ rule, fields }) =>
          fields.filter((field) => !stands(completed(object), field)).map((field) => `${file}: ${rule}: ${field}`),
        ),
      );
      expect(nowhere).toEqual([]);
    });

    it('are never denied as a whole, nor for their kind', () => {
      const vague = judged.flatMap(({ file, denials }) =>
        denials
          .filter(({ fields }) =>
            fields.every((field) => ['', 'kind', 'apiVersion', 'metadata', 'spec'].includes(field)),
          )
          .map(({ rule, fields }) => `${file}: ${rule}: ${fields.join(' ')}`),
      );
      expect(vague).toEqual([]);
    });
  },
);

/** Whether the path leads to something, or to what is missing from the innermost spec or item of a list on its way, which is there. */
function stands(object: unknown, field: string): boolean {
  const steps = [...field.matchAll(/\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => ({
    step: index ?? quoted ?? name ?? '',
    item: index !== undefined,
  }));
  const needed = Math.max(
    1,
    steps.findLastIndex(({ item, step }, at) => item || (step === 'spec' && at < steps.length - 1)) + 1,
  );
  let at: unknown = object;
  for (const { step } of steps.slice(0, needed)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
    at = Reflect.get(at, step);
  }
  return true;
}
