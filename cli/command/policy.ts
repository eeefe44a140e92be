import { type Flags, parseArguments, usage } from '../arguments.ts';
import { refuse } from '../refuse.ts';
import type { Command } from './index.ts';
import { bundlePolicies } from './policy-bundle.ts';

const flags = {
  output: {
    value: 'PATH',
    short: 'o',
    help: 'where the result is written: a new folder for an OCI layout',
  },
  version: { value: 'VERSION', help: 'semantic version of the bundle, such as 1.2.3; each one is newer than the last' },
} as const satisfies Flags;

/** `assay policy bundle`: policies as an OCI artifact. */
export const policy: Command = {
  name: 'policy',
  summary: 'make a bundle of policies for a registry',
  usage: ['policy bundle FOLDER --version VERSION -o LAYOUT'],
  flags,
  notes: [
    'bundle writes an OCI image layout of every policy file below FOLDER. Push it with any tool for layouts (oras cp --from-oci-layout LAYOUT REGISTRY/REPOSITORY:TAG), and sign the digest that is printed (cosign sign). -p oci://REGISTRY/REPOSITORY:TAG uses it, where policyBundles of the configuration says who signs it.',
  ],
  async run(words, door) {
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(door.terminal, parsed, policy);
    const [verb, ...rest] = parsed.positionals;
    const done = verb === 'bundle' ? await bundlePolicies(rest, parsed, door) : usage('bundle is what there is to do');
    return typeof done === 'object' ? refuse(door.terminal, done, policy) : done;
  },
};
