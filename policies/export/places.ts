import { resourceFor } from '../kubernetes/openapi.ts';
import type { MatchResourcesSpec } from '../schema/match.ts';
import { workloadTable } from '../workload/table.ts';

/** A path at which built-in kinds keep a PodSpec, and the requests that bring one there. */
export interface PodSpecPlace {
  /** `spec.template.spec`. */
  readonly path: string;
  /** What documents about it are called at the end. */
  readonly suffix: string;
  readonly matchConstraints: MatchResourcesSpec;
}

/** Of validation: every write; of mutation: no write that may not change the PodSpec. */
export function podSpecPlaces(phase: 'validate' | 'mutate'): readonly PodSpecPlace[] {
  const paths = Map.groupBy(
    workloadTable.filter(({ required }) => required === true),
    ({ podSpecs = [] }) => podSpecs[0] ?? '',
  );
  return [...paths].map(([path, lines]) => ({
    path,
    suffix: suffixes[path] ?? path.toLowerCase(),
    matchConstraints: {
      resourceRules: lines.flatMap(({ group, kinds }) => {
        const resources = kinds.map((kind) => resourceFor(group === '' ? 'v1' : `${group}/v1`, kind)?.plural ?? '');
        // The PodSpec of a Pod cannot be changed but in a few fields.
        const isPod = path === 'spec';
        const operations = phase === 'mutate' && isPod ? (['CREATE'] as const) : (['CREATE', 'UPDATE'] as const);
        const rule = { apiGroups: [group], apiVersions: ['v1'], operations: [...operations], resources };
        const ephemeral = { ...rule, operations: ['UPDATE' as const], resources: ['pods/ephemeralcontainers'] };
        return isPod && phase === 'validate' ? [rule, ephemeral] : [rule];
      }),
    },
  }));
}

const suffixes: Readonly<Record<string, string>> = {
  spec: 'pods',
  'template.spec': 'podtemplates',
  'spec.template.spec': 'templates',
  'spec.jobTemplate.spec.template.spec': 'cronjobs',
};
