import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../policies/limits.ts';
import { imagesOf, podSpecs, readLines } from '../../policies/workload.ts';
import { verbs } from '../../policies/workload/lines.ts';
import { parsePathPattern } from '../../policies/workload/path.ts';
import { workloadTable } from '../../policies/workload/table.ts';
import { specimen } from '../policies/workload/specimen.ts';

/** Names that paths of the table go through, so that hostile values stand where something is expected. */
const names = [
  ...new Set(
    workloadTable.flatMap((line) =>
      verbs.flatMap((verb) => (line[verb] ?? []).flatMap((path) => path.match(/[A-Za-z]\w*/g) ?? [])),
    ),
  ),
  ...[
    'containers',
    'initContainers',
    'ephemeralContainers',
    'volumes',
    'image',
    'reference',
    'name',
    'items',
    'apiVersion',
    'kind',
    'metadata',
    'Containers',
  ],
  ...['__proto__', 'constructor', 'toString', ''],
];

const texts = fc.oneof(
  fc.constantFrom(
    '',
    'nginx',
    'oci://a/b',
    'docker://',
    '{{x}}',
    '$(x)',
    'v1',
    'Pod',
    'containers: [{image: x}]',
    '&a [*a]',
    'a: *b',
    '"',
    '\u0000',
    '\ud800',
  ),
  fc.string(),
);
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    texts,
    fc.constantFrom(null, true, 0, -1.5, [], {}),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  ),
})).value;

const kinds = workloadTable.flatMap(({ group, kinds }) =>
  kinds.map((kind) => ({ apiVersion: group === '' ? 'v1' : `${group}/v1`, kind })),
);
const places = workloadTable.flatMap((line) =>
  verbs.flatMap((verb) => (line[verb] ?? []).map((path) => ({ group: line.group, kind: line.kinds[0] ?? '', path }))),
);

const whole = (object: object): void => {
  const frozen = JSON.stringify(object);
  const { uses, unreadable, notJudged } = imagesOf(object);
  expect(uses.length).toBeLessThanOrEqual(limits.imagesPerObject + 1);
  expect(notJudged.length).toBeLessThanOrEqual(limits.imagesPerObject);
  expect(new Set(uses.map(({ field }) => field)).size).toBe(uses.length);
  for (const { path } of podSpecs(object)) expect(path.length).toBeGreaterThan(0);
  for (const { found, expected } of unreadable) expect(found).not.toBe(expected);
  expect(JSON.stringify(object)).toBe(frozen);
};

describe('images of objects, whatever stands in them', () => {
  it('never throw, are bounded, stand at places of their own, and leave the object alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.dictionary(fc.constantFrom('spec', 'template', 'metadata', 'status', 'items'), hostile),
        (kind, rest) => {
          whole({ ...rest, ...kind });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('nor where a hostile value stands at the end of a path', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), hostile, ({ group, kind, path }, value) =>
        whole(specimen(group, kind, path, value)),
      ),
      { numRuns: 3000 },
    );
  });

  it('of kinds that a configuration describes by any path', () => {
    fc.assert(
      fc.property(fc.string(), hostile, (path, value) => {
        if (parsePathPattern(path) === undefined) return;
        const workloads = readLines([{ group: 'example.com', kinds: ['Widget'], podSpecs: [path], images: [path] }]);
        imagesOf({ apiVersion: 'example.com/v1', kind: 'Widget', spec: value }, { workloads });
      }),
    );
  });

  it('are found with what stands beside them', () => {
    const image = 'ghcr.io/acme/shop:1.4.2';
    fc.assert(
      fc.property(
        fc.constantFrom(...workloadTable.filter((line) => line.podSpecs !== undefined)),
        hostile,
        (line, beside) => {
          const [path = ''] = line.podSpecs ?? [];
          const podSpec = {
            containers: [{ name: 'a', image, resources: beside }],
            volumes: [{ name: 'v', emptyDir: beside }],
          };
          const object = specimen(line.group, line.kinds[0] ?? '', path, podSpec);
          expect(imagesOf(object).uses.map(({ text }) => text)).toEqual([image]);
        },
      ),
    );
  });
});
