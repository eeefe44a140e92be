import { formatRepository, type Repository } from '../evidence/index.ts';
import { matchGlob } from './glob.ts';
import type { CompiledPolicy, Governed, PolicySet } from './policy.ts';

/** The policies that speak of images of this repository, each with what its pattern captured. The first pattern that matches captures. */
export function governing({ policies }: PolicySet, repository: Repository): readonly Governed[] {
  const name = formatRepository(repository);
  return policies.flatMap((policy) => {
    const captures = governs(policy, name);
    return captures === undefined ? [] : [{ policy, captures }];
  });
}

function governs({ images }: CompiledPolicy, name: string): Governed['captures'] | undefined {
  if (images === undefined) return {};
  for (const glob of images) {
    const captures = matchGlob(glob, name);
    if (captures !== undefined) return captures;
  }
  return undefined;
}
