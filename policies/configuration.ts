import { type Static, Type } from 'typebox';
import { faultsOf } from './configuration-faults.ts';
import type { Document } from './document.ts';
import type { Problem } from './problem.ts';
import { policyBundle } from './schema/bundle.ts';
import { validate } from './validate.ts';
import { workloadsSchema } from './workload/schema.ts';

/** The one configuration document of both doors; every section may be left out. Files are relative to the document. */

const closed = { additionalProperties: false } as const;
const file = (description: string) => Type.String({ minLength: 1, description });
const seconds = (description: string, fallback: number, maximum = 3600) =>
  Type.Integer({ minimum: 1, maximum, default: fallback, description });

const host = Type.Object(
  {
    host: Type.String({
      minLength: 1,
      description: 'The registry, as references name it: `registry.example.com:5000`.',
    }),
    plainHttp: Type.Optional(Type.Boolean({ description: 'Speak HTTP without TLS to this one host.' })),
    allowPrivateAddresses: Type.Optional(
      Type.Boolean({ description: 'The host may resolve to loopback, link-local or private addresses.' }),
    ),
    mirrors: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Hosts asked first, in this order. A mirror that has nothing proves nothing.',
      }),
    ),
    redirectHosts: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Hosts at private addresses that this registry may redirect a blob to.',
      }),
    ),
    tokenHosts: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Hosts beside the registry itself that may be asked for its tokens.',
      }),
    ),
    caFile: Type.Optional(file('Certificates (PEM) trusted for this host instead of the public ones.')),
    clientCertificateFile: Type.Optional(file('Certificate (PEM) shown to this host.')),
    clientKeyFile: Type.Optional(file('Private key (PEM) of that certificate.')),
  },
  closed,
);

const registries = Type.Object(
  {
    hosts: Type.Optional(Type.Array(host)),
    requireFullyQualified: Type.Optional(
      Type.Boolean({ description: 'Refuse references that leave the registry out.' }),
    ),
    rewrites: Type.Optional(
      Type.Array(
        Type.Object(
          {
            prefix: Type.String({ minLength: 1, description: 'A canonical prefix: `docker.io`, `docker.io/library`.' }),
            replacement: Type.String({ minLength: 1, description: 'What stands there instead: `mirror.example/hub`.' }),
          },
          closed,
        ),
        {
          description:
            'Images that nodes are to pull from elsewhere. Policies, evidence and pins are about the result; mutation writes it into Pods, and a Pod that arrives without it is denied (NOT_REWRITTEN).',
        },
      ),
    ),
    internationalHosts: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Registry hosts with internationalised labels (`xn--`) that are meant.',
      }),
    ),
    credentials: Type.Optional(
      Type.Object(
        {
          dockerConfigFile: Type.Optional(file('A docker config.json with `auths`, `credHelpers` or `credsStore`.')),
          helpers: Type.Optional(
            Type.Boolean({
              description: 'Run the credential helpers that the docker config names (docker-credential-NAME on PATH).',
            }),
          ),
        },
        { ...closed, description: 'Left out: $DOCKER_CONFIG/config.json for the command line, none for the webhook.' },
      ),
    ),
    proxy: Type.Optional(
      Type.Object(
        {
          https: Type.Optional(Type.String()),
          http: Type.Optional(Type.String()),
          noProxy: Type.Optional(Type.String()),
        },
        { ...closed, description: 'Left out: HTTPS_PROXY, HTTP_PROXY and NO_PROXY.' },
      ),
    ),
  },
  { ...closed, description: 'How registries are reached.' },
);

const trustRoot = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      description: 'What policies call it. `public-good` is built in and can be replaced.',
    }),
    file: Type.Optional(file('A Sigstore trusted_root.json.')),
    tuf: Type.Optional(
      Type.Object(
        {
          mirror: Type.Optional(
            Type.String({
              minLength: 1,
              description:
                'Base URL of the repository, or `public-good` or `github`; left out, the instance that is called like the trust root.',
            }),
          ),
          rootFile: Type.Optional(
            file('The root.json that everything is measured by; only that of public-good comes with the program.'),
          ),
          refreshHours: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 24 * 30,
              default: 24,
              description:
                'How often the webhook asks, in the background; the command line asks in `assay trust refresh` only.',
            }),
          ),
        },
        { ...closed, description: 'A TUF repository that keeps a trusted_root.json. The last good one stays.' },
      ),
    ),
  },
  { ...closed, description: 'A Sigstore instance: exactly one of `file` and `tuf` is written.' },
);

const bounds = Type.Object(
  {
    reviewSeconds: Type.Optional(
      seconds('The longest a review may take where the API server states no timeout.', 10, 30),
    ),
    discoverySeconds: Type.Optional(seconds('How long the list of what a registry has for a digest is believed.', 60)),
    proofCacheBytes: Type.Optional(
      Type.Integer({ minimum: 1 << 20, default: 64 << 20, description: 'Memory for what is proven.' }),
    ),
    connectionsPerHost: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 256,
        default: 16,
        description: 'Requests under way to one registry at once.',
      }),
    ),
  },
  { ...closed, description: 'Limits that an operator may set; all others are fixed.' },
);

const webhook = Type.Object(
  {
    address: Type.Optional(Type.String({ minLength: 1, default: '0.0.0.0' })),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, default: 8443 })),
    metricsPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, default: 9090 })),
    certificateFile: file('The serving certificate (PEM, with its chain); read again when it changes.'),
    keyFile: file('Its private key (PEM).'),
    clientCaFile: Type.Optional(file('Where given, callers must show a certificate of this CA.')),
    drainSeconds: Type.Optional(seconds('How long reviews under way may take after SIGTERM.', 20, 300)),
  },
  { ...closed, description: 'The webhook server; the command line ignores it.' },
);

const records = Type.Object(
  {
    file: file(
      'Where decisions are written, one JSON document a line, for `assay replay`; a file of each replica its own.',
    ),
    decisions: Type.Optional(
      Type.Enum(['All', 'Denied'], { default: 'Denied', description: 'Which of them; those of dry runs never.' }),
    ),
    bytes: Type.Optional(
      Type.Integer({
        minimum: 1 << 20,
        default: 64 << 20,
        description: 'So much is kept: the newer half in the file, the older one beside it in `FILE.1`.',
      }),
    ),
  },
  {
    ...closed,
    description:
      'Decisions of the webhook written down with what led to them. They hold objects whole, but for the values of Secrets. A record that cannot be written is told and counted, and changes no answer.',
  },
);

export const configurationSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay.dev/v1alpha1'),
    kind: Type.Literal('Configuration'),
    registries: Type.Optional(registries),
    trustRoots: Type.Optional(Type.Array(trustRoot)),
    policies: Type.Optional(
      Type.Array(file('A policy file, a folder of them, or `oci://REPOSITORY:TAG`.'), {
        description: 'Where policies come from.',
      }),
    ),
    policyBundles: Type.Optional(
      Type.Array(policyBundle, {
        description: 'Who must have signed the policies that come from registries; from elsewhere none are taken.',
      }),
    ),
    policyBundleSeconds: Type.Optional(
      seconds('How often the webhook asks whether a tag names a newer bundle.', 60, 86_400),
    ),
    stateFolder: Type.Optional(
      file(
        'A writable folder for what must not be forgotten: the version of each policy bundle that was used last; $XDG_STATE_HOME/assay or ~/.local/state/assay where left out.',
      ),
    ),
    exceptions: Type.Optional(
      Type.Object(
        {
          namespaces: Type.Array(Type.String({ minLength: 1 }), {
            minItems: 1,
            description:
              'The namespaces in which WorkloadExceptions count; whoever may write there can excuse workloads anywhere.',
          }),
        },
        {
          ...closed,
          description:
            'Where WorkloadExceptions count. In the cluster nowhere where it is left out; the command line counts those whose files it is given.',
        },
      ),
    ),
    unmatchedImages: Type.Optional(
      Type.Enum(['Deny', 'Warn', 'Allow'], {
        default: 'Warn',
        description:
          'What becomes of an image that no policy speaks of. Left out it is warned about, unless policies are loaded and none is about images.',
      }),
    ),
    workloads: Type.Optional(workloadsSchema),
    failureMode: Type.Optional(
      Type.Enum(['Fail', 'Ignore'], {
        default: 'Fail',
        description: 'What the webhook answers when Assay itself is at fault.',
      }),
    ),
    bounds: Type.Optional(bounds),
    storeFolder: Type.Optional(
      file(
        'A folder that replicas share for the bytes of signatures, by digest; each replica verifies what it takes from it.',
      ),
    ),
    trustFolder: Type.Optional(
      file(
        'A writable folder for what TUF brings, of each process its own; $XDG_CACHE_HOME/assay/tuf or ~/.cache/assay/tuf where left out. Without a writable home the webhook needs it.',
      ),
    ),
    webhook: Type.Optional(webhook),
    records: Type.Optional(records),
  },
  {
    ...closed,
    title: 'Configuration',
    description: 'The configuration of Assay, for the command line and the webhook alike.',
  },
);

export type Configuration = Static<typeof configurationSchema>;

/** What an empty configuration means. */
export const defaultConfiguration: Configuration = { apiVersion: 'assay.dev/v1alpha1', kind: 'Configuration' };

export type ParsedConfiguration =
  | { readonly kind: 'configuration'; readonly configuration: Configuration }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** The whole document or all its problems; names that stand twice are one. */
export function parseConfiguration(document: Document): ParsedConfiguration {
  const validated = validate(document, configurationSchema);
  if (validated.kind === 'problems') return validated;
  const configuration = validated.value;
  const problems = faultsOf(document, configuration);
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'configuration', configuration };
}
