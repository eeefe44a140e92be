import { type Flags, parseArguments, usage } from '../arguments.ts';
import { listed } from '../../policies/index.ts';
import { refuse } from '../refuse.ts';
import type { Command } from './index.ts';
import { bundlePolicies } from './policy-bundle.ts';
import { importPolicies } from './policy-import.ts';
import { printSchema } from './policy-schema.ts';

const flags = {
  output: {
    value: 'PATH',
    short: 'o',
    help: 'where the result is written: a new folder for an OCI layout; for import a folder, or - (default) for standard output',
  },
  version: { value: 'VERSION', help: 'semantic version of the bundle, such as 1.2.3; each one is newer than the last' },
} as const satisfies Flags;

/** Every verb, a line each. */
const verbs = { import: importPolicies, bundle: bundlePolicies, schema: printSchema } as const;

/** `assay policy VERB`: what is done with policy documents besides judging by them. */
export const policy: Command = {
  name: 'policy',
  summary: 'import policies of other tools, bundle policies for registries, print their schemas',
  usage: [
    'policy import FILE|FOLDER|- ... [-o FOLDER|-]',
    'policy bundle FOLDER --version VERSION -o LAYOUT',
    'policy schema [KIND]',
  ],
  flags,
  verbs: Object.keys(verbs),
  notes: [
    'import translates ValidatingPolicy and ImageValidatingPolicy of Kyverno (policies.kyverno.io) and ClusterImagePolicy of Sigstore (policy.sigstore.dev). What is made admits nothing that the source denies. Every field that has no equivalent, or another one, is told on standard error with its place; where a verdict depended on it the policy denies until somebody has settled it. Ends with 0 where all was translated, 2 where something has no equivalent, 64 where something cannot be read.',
    'bundle writes an OCI image layout of every policy file below FOLDER. Push it with any tool for layouts (oras cp --from-oci-layout LAYOUT REGISTRY/REPOSITORY:TAG), and sign the digest that is printed (cosign sign). -p oci://REGISTRY/REPOSITORY:TAG uses it, where policyBundles of the configuration says who signs it.',
    'schema prints the JSON Schema of a kind of document, for editors; without a kind, the kinds.',
  ],
  async run(words, door) {
    const parsed = parseArguments(words, flags);
    if ('kind' in parsed) return refuse(door.terminal, parsed, policy);
    const [verb, ...rest] = parsed.positionals;
    const done = isVerb(verb)
      ? await verbs[verb](rest, parsed, door)
      : usage(`${listed(Object.keys(verbs))} are what there is to do`);
    return typeof done === 'object' ? refuse(door.terminal, done, policy) : done;
  },
};

const isVerb = (text: string | undefined): text is keyof typeof verbs =>
  text !== undefined && Object.hasOwn(verbs, text);
