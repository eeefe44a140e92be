import { type Flags, parseArguments, usage } from '../arguments.ts';
import { refuse } from '../refuse.ts';
import type { Command } from './index.ts';
import { bundlePolicies } from './policy-bundle.ts';
import { importPolicies } from './policy-import.ts';

const flags = {
  output: {
    value: 'PATH',
    short: 'o',
    help: 'where the result is written: a new folder for an OCI layout; for import a folder, or - (default) for standard output',
  },
  version: { value: 'VERSION', help: 'semantic version of the bundle, such as 1.2.3; each one is newer than the last' },
} as const satisfies Flags;

/** `assay policy bundle`: policies as an OCI artifact. `assay policy import`: policies of other tools as ours. */
export const policy: Command = {
  name: 'policy',
  summary: 'import policies of other tools, and make bundles of policies for registries',
  usage: ['policy import FILE|FOLDER|- ... [-o FOLDER|-]', 'policy bundle FOLDER --version VERSION -o LAYOUT'],
  flags,
  notes: [
    'import translates ValidatingPolicy and ImageValidatingPolicy of Kyverno (policies.kyverno.io) and ClusterImagePolicy of Sigstore (policy.sigstore.dev). What is made admits nothing that the source denies. Every field that has no equivalent, or another one, is told on standard error with its place; where a verdict depended on it the policy denies until somebody has settled it. Ends with 0 where all was translated, 2 where something has no equivalent, 64 where something cannot be read.',
    'bundle writes an OCI image layout of every policy file below FOLDER. Push it with any tool for layouts (oras cp --from-oci-layout LAYOUT REGISTRY/REPOSITORY:TAG), and sign the digest that is printed (cosign sign). -p oci://REGISTRY/REPOSITORY:TAG uses it, where policyBundles of the configuration says who signs it.',
  ],
  async run(words, door) {
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(door.terminal, parsed, policy);
    const [verb, ...rest] = parsed.positionals;
    const verbs = { bundle: bundlePolicies, import: importPolicies };
    const done =
      verb === 'bundle' || verb === 'import'
        ? await verbs[verb](rest, parsed, door)
        : usage('import and bundle are what there is to do');
    return typeof done === 'object' ? refuse(door.terminal, done, policy) : done;
  },
};
