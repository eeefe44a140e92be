import type { Expression } from '../expression.ts';
import type { ClusterWorkloadPolicy } from '../schema/policy.ts';

/** A compiled expression of a policy, and its place. */
export interface Placed {
  readonly field: string;
  readonly index: number;
  readonly expression: Expression;
}

/** What a policy says of PodSpecs, and what it says of every object; the same policy where it says only one of them. */
export interface Halves {
  readonly ofPods?: ClusterWorkloadPolicy;
  readonly ofObjects?: ClusterWorkloadPolicy;
}

/**
 * An API server judges PodSpecs at the path of each kind, where rules about other kinds would never be reached. Mutations, and rules
 * under conditions about PodSpecs, stay together.
 */
export function halvesOf(policy: ClusterWorkloadPolicy, parts: readonly Placed[]): Halves {
  const aboutPods = (field: string, index?: number): boolean =>
    parts.some(
      (part) =>
        part.field === field && (index === undefined || part.index === index) && part.expression.scope !== 'object',
    );
  if (!parts.some(({ expression }) => expression.scope === 'pod')) return { ofObjects: policy };
  const { validations = [], variables = [], auditAnnotations: _, ...rest } = policy.spec;
  const others = validations.filter((_one, index) => !aboutPods('validations', index) && !aboutPods('messages', index));
  const together = policy.spec.mutations !== undefined || aboutPods('matchConditions');
  if (together || others.length === 0) return { ofPods: policy };
  const own = variables.filter((_one, index) => !aboutPods('variables', index));
  const ofPods = {
    ...policy,
    spec: { ...policy.spec, validations: validations.filter((one) => !others.includes(one)) },
  };
  const ofObjects = { ...policy, spec: { ...rest, variables: own, validations: others } };
  return ofPods.spec.validations.length === 0 ? { ofObjects } : { ofPods, ofObjects };
}
