import { type Static, Type } from 'typebox';
import type { FieldPath } from '../document.ts';
import type { ProblemCode } from '../problem.ts';
import { parsePathPattern } from './path.ts';

const paths = (description: string) => Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description }));

/** The lines that a configuration adds to the table. */
export const workloadsSchema = Type.Array(
  Type.Object(
    {
      group: Type.String({
        description: 'The API group, whatever its version: `example.com`; empty for the core group.',
      }),
      kinds: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'Kinds of this group that all keep them at the same places.',
      }),
      podSpecs: paths(
        'Where a PodSpec begins: `spec.template.spec`, `spec.roles[].pod` (each item of a list), `spec.replicas.*.template.spec` (each value of a map), `spec["a.b"]`.',
      ),
      images: paths('Where an image reference stands; `oci://` or `docker://` may stand in front of it.'),
    },
    { additionalProperties: false },
  ),
  {
    description:
      'Custom kinds that run images, beside those of docs/workloads.md. What they hold is judged as Pods and templates are; a line for a known kind adds to it.',
  },
);

/** Paths that are none, and lines that name no place. */
export function faultyWorkloads(lines: Static<typeof workloadsSchema> = []): readonly WorkloadFault[] {
  return lines.flatMap((line, index) => [
    ...(['podSpecs', 'images'] as const).flatMap((field) =>
      (line[field] ?? []).flatMap((path, place): WorkloadFault[] =>
        parsePathPattern(path) === undefined
          ? [
              {
                code: 'PATTERN_WRONG',
                path: [index, field, place],
                detail: `${JSON.stringify(path)} is no path such as spec.template.spec`,
              },
            ]
          : [],
      ),
    ),
    ...((line.podSpecs ?? []).length + (line.images ?? []).length === 0
      ? [
          {
            code: 'FIELD_MISSING',
            path: [index],
            detail: 'at least one place in "podSpecs" or "images" is wanted',
          } as const,
        ]
      : []),
  ]);
}

export interface WorkloadFault {
  readonly code: ProblemCode;
  /** From the list of lines on. */
  readonly path: FieldPath;
  readonly detail: string;
}
