import { formatRepository, parseReference } from '../../evidence/index.ts';
import type { Authority } from '../authority.ts';
import type { CompileContext } from '../compile.ts';
import { compileAuthorities } from '../compile-authority.ts';
import type { Configuration } from '../configuration.ts';
import type { Problem, ProblemCode } from '../problem.ts';
import { renderPath } from '../document.ts';

/** Who must have signed the bundles of a repository. */
export interface BundleTrust {
  /** Canonical. */
  readonly repository: string;
  readonly authorities: readonly Authority[];
  readonly threshold: number;
}

/** The section `policyBundles`, compiled, or everything that is wrong with it; `file` is the configuration's. */
export function compileBundleTrust(
  { policyBundles = [] }: Configuration,
  context: CompileContext,
  file: string,
): { readonly trusts: readonly BundleTrust[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const trusts: BundleTrust[] = [];
  for (const [index, spec] of policyBundles.entries()) {
    const report = (code: ProblemCode, path: readonly (string | number)[], detail: string): void =>
      void problems.push({ code, file, path: renderPath(['policyBundles', index, ...path]), detail });
    const reference = parseReference(spec.repository, { requireFullyQualified: true });
    if ('kind' in reference) {
      report('FIELD_WRONG', ['repository'], reference.detail);
      continue;
    }
    const repository = formatRepository(reference.repository);
    if (repository !== spec.repository.toLowerCase())
      report('FIELD_WRONG', ['repository'], `write the repository alone: "${repository}"`);
    if (trusts.some((other) => other.repository === repository))
      report('NAME_TAKEN', ['repository'], `"${repository}" stands above; all its signers stand in one entry`);
    // Its paths begin with a policy's `spec`.
    const authorities = compileAuthorities(spec.authorities, context, (code, path, detail) =>
      report(code, path.slice(1), detail),
    );
    const { threshold = 1 } = spec;
    if (threshold > spec.authorities.length)
      report(
        'UNSAFE_COMBINATION',
        ['threshold'],
        `${threshold} of ${spec.authorities.length} authorities can never be reached`,
      );
    for (const [position, { name }] of spec.authorities.entries()) {
      const names = [...(authorities.get(name)?.identities ?? []), ...(authorities.get(name)?.aliases ?? [])];
      const capture = names.flatMap((one) => one.names)[0];
      if (capture !== undefined)
        report(
          'PATTERN_WRONG',
          ['authorities', position],
          `there is no {${capture}} to capture: the repository is literal`,
        );
    }
    trusts.push({ repository, authorities: [...authorities.values()], threshold });
  }
  return { trusts, problems };
}
