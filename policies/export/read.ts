import { compilePolicies } from '../compile.ts';
import type { Document } from '../document.ts';
import { renderProblem } from '../problem.ts';
import { type ClusterWorkloadPolicy, clusterWorkloadPolicySchema } from '../schema/policy.ts';
import { validate, valueAt } from '../validate.ts';

/** The ClusterWorkloadPolicies among documents; everything that is wrong with them, and each document of another kind, one line each. */
export function readWorkloadPolicies(documents: readonly Document[]): {
  readonly policies: readonly ClusterWorkloadPolicy[];
  readonly lines: readonly string[];
} {
  const lines: string[] = [];
  const policies: ClusterWorkloadPolicy[] = [];
  for (const document of documents) {
    const kind = valueAt(document.value, ['kind']);
    if (kind !== 'ClusterWorkloadPolicy') {
      lines.push(
        `${document.file}: kind ${JSON.stringify(kind) ?? 'nothing'} is not exported; ClusterWorkloadPolicy is`,
      );
      continue;
    }
    const { problems } = compilePolicies([document], { trustRoots: new Map() });
    // A trust root that only the configuration knows is not what keeps a policy from being exported.
    const wrong = problems.filter(({ code }) => code !== 'REFERENCE_UNRESOLVED');
    lines.push(...wrong.map(renderProblem));
    const read = validate(document, clusterWorkloadPolicySchema);
    if (read.kind === 'valid' && wrong.length === 0) policies.push(read.value);
  }
  return { policies, lines };
}
