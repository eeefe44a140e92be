import { type Flags, parseArguments, usage } from '../arguments.ts';
import { listed } from '../../policies/index.ts';
import { refuse } from '../refuse.ts';
import { sessionFlags } from '../session.ts';
import type { Command } from './index.ts';
import { bundlePolicies } from './policy-bundle.ts';
import { exportPolicies } from './policy-export.ts';
import { importPolicies } from './policy-import.ts';
import { lintPolicies } from './policy-lint.ts';
import { newPolicy } from './policy-new.ts';
import { printSchema } from './policy-schema.ts';

const flags = {
  output: {
    value: 'PATH',
    short: 'o',
    help: 'where the result is written: a new folder for an OCI layout; for import and export a folder, for new a file, or - (default) for standard output; for lint text (default) or json',
  },
  'from-image': { value: 'IMAGE', help: 'for new: the image whose signers the policy is to accept' },
  key: {
    value: 'FILE',
    multiple: true,
    help: 'for new: public key (PEM) that may have signed the image; without an image the policy accepts the key',
  },
  strict: { help: 'for lint: end with 1 where something is doubtful' },
  config: sessionFlags.config,
  'trusted-root': sessionFlags['trusted-root'],
  offline: sessionFlags.offline,
  'plain-http': sessionFlags['plain-http'],
  version: { value: 'VERSION', help: 'semantic version of the bundle, such as 1.2.3; each one is newer than the last' },
  policies: {
    value: 'POLICIES',
    short: 'p',
    multiple: true,
    help: 'for export: policy file, folder of them, or a shipped pack as PACK[:PROFILE][@VERSION]',
  },
  params: { value: 'FILE', multiple: true, help: 'for export: PolicyParameters of packs' },
  'kubernetes-version': {
    value: 'VERSION',
    help: 'for export: the API server that is to take what is made, such as 1.36; the newest where left out',
  },
} as const satisfies Flags;

/** Every verb, a line each. */
const verbs = {
  new: newPolicy,
  lint: lintPolicies,
  import: importPolicies,
  export: exportPolicies,
  bundle: bundlePolicies,
  schema: printSchema,
} as const;

/** `assay policy VERB`: what is done with policy documents besides judging by them. */
export const policy: Command = {
  name: 'policy',
  summary:
    'write policies from signatures, lint them, import those of other tools, export them for API servers, bundle them, print schemas',
  usage: [
    'policy new NAME [--from-image IMAGE] [--key FILE] [-o FILE]',
    'policy lint [--strict] [-o FORMAT] POLICIES ...',
    'policy import FILE|FOLDER|- ... [-o FOLDER|-]',
    'policy export -p POLICIES ... [--kubernetes-version VERSION] [-o FOLDER|-]',
    'policy bundle FOLDER --version VERSION -o LAYOUT',
    'policy schema [KIND]',
  ],
  flags,
  verbs: Object.keys(verbs),
  notes: [
    'new writes a policy to begin with, and with -o FILE.yaml (or -o FOLDER) its cases beside it, ready for assay test and lint. With --from-image it reads every signature of an image and writes a ClusterWorkloadPolicy that accepts exactly who signed it: issuer, subject and what the certificate says of repository, workflow and runner, literally; what is of one build only (commits, the run) is left out. Signatures are proven by the trust roots of the configuration and by the keys given; --key alone accepts those keys. What cannot be read whole ends with 2, an image that nobody is proven to have signed with 1; nothing is written then.',
    'lint loads policies and tells what is doubtful about them: docs/policy-lint.md. Ends with 64 where one does not load.',
    'import translates ValidatingPolicy and ImageValidatingPolicy of Kyverno (policies.kyverno.io) and ClusterImagePolicy of Sigstore (policy.sigstore.dev). What is made admits nothing that the source denies. Every field that has no equivalent, or another one, is told on standard error with its place; where a verdict depended on it the policy denies until somebody has settled it. Ends with 0 where all was translated, 2 where something has no equivalent, 64 where something cannot be read.',
    'export writes policies that need the object alone as ValidatingAdmissionPolicy or MutatingAdmissionPolicy with bindings, so that an API server enforces them even where the webhook is down: one document for each path at which built-in kinds keep a PodSpec. Parameters are written into them. An UPDATE is judged there without regard to what was before. What needs images, evidence, the cluster or parameter objects is not exported, and named on standard error; then it ends with 2.',
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
