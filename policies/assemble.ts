import {
  anonymous,
  type Artifacts,
  createArtifacts,
  createEvidence,
  createRegistryClient,
  type Evidence,
  type Keychain,
  parseDockerConfig,
  parseTrustedRoot,
  type RegistryOptions,
  type Store,
  type TrustMaterial,
} from '../evidence/index.ts';
import type { Configuration } from './configuration.ts';
import type { UnmatchedImages } from './decide.ts';
import { LazyMap } from './lazy-map.ts';
import { present } from './present.ts';
import type { Problem } from './problem.ts';
import { embeddedTrust, loadFetched, type NamedTrust, trustSources } from './trust-source.ts';
import { readLines, type ReferenceRules } from './workload.ts';

/** What a machine gives a configuration: texts of the files it names, and what the environment says where it is silent. */
export interface Machine {
  /** By name as the configuration writes it; a file that could not be read is absent. */
  readonly texts: ReadonlyMap<string, string>;
  /** A docker config found without being named. */
  readonly dockerConfig?: string;
  readonly proxies?: RegistryOptions['proxy'];
  /** No registry is asked. */
  readonly offline?: boolean;
  readonly runHelper?: Parameters<typeof parseDockerConfig>[1];
  readonly onRequest?: RegistryOptions['onRequest'];
  /** What was fetched of trust roots by TUF, by name; nothing is fetched here. */
  readonly fetched?: ReadonlyMap<string, { readonly text: string; readonly asOf: Date }>;
  /** What replicas share, where the configuration names a folder for it. */
  readonly store?: Store;
  /** The clock by which tokens end and broken hosts are tried again. */
  readonly now: () => Date;
}

/** Everything that judging needs besides policies and the object. */
export interface Assembled {
  readonly evidence: Evidence;
  /** Through the same client; closed with the evidence. */
  readonly artifacts: Artifacts;
  readonly keychain: Keychain;
  readonly trustRoots: ReadonlyMap<string, TrustMaterial>;
  /** The same with where each is from and how old it is. */
  readonly trust: ReadonlyMap<string, NamedTrust>;
  readonly references: ReferenceRules;
  /** Where WorkloadExceptions count. */
  readonly exceptionNamespaces: readonly string[];
  /** Absent where the configuration does not say. */
  readonly unmatchedImages?: UnmatchedImages;
}

/** Every file whose text {@link assemble} needs, as the configuration writes it. */
export function filesNamed({ registries, trustRoots }: Configuration): readonly string[] {
  const hosts = (registries?.hosts ?? []).flatMap(({ caFile, clientCertificateFile, clientKeyFile }) => [
    caFile,
    clientCertificateFile,
    clientKeyFile,
  ]);
  const roots = (trustRoots ?? []).flatMap(({ file, tuf }) => [file, tuf?.rootFile]);
  const all = [...hosts, registries?.credentials?.dockerConfigFile, ...roots];
  return [...new Set(all.filter((name) => name !== undefined))];
}

/** Builds what a configuration describes; both doors judge with the result. */
export function assemble(configuration: Configuration, machine: Machine, file: string): Assembled | readonly Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, detail: string): void =>
    void problems.push({ code: 'REFERENCE_UNRESOLVED', file, path, detail });
  const trust = loadTrust(configuration, machine, report);
  const registry = registryOptions(configuration, machine, report);
  const keychain = loadKeychain(configuration, machine, report);
  if (problems.length > 0) return problems;
  const { discoverySeconds = 60, proofCacheBytes = 64 << 20 } = configuration.bounds ?? {};
  const { requireFullyQualified, internationalHosts, rewrites } = configuration.registries ?? {};
  const client = createRegistryClient(registry);
  return {
    evidence: createEvidence(client, present({ discoverySeconds, cacheBytes: proofCacheBytes, store: machine.store })),
    artifacts: createArtifacts(client),
    keychain,
    trustRoots: new LazyMap(new Map([...trust].map(([name, make]) => [name, () => make().material]))),
    trust: new LazyMap(trust),
    references: present({
      requireFullyQualified,
      internationalHosts,
      rewrites,
      workloads: readLines(configuration.workloads),
    }),
    exceptionNamespaces: configuration.exceptions?.namespaces ?? [],
    ...(configuration.unmatchedImages === undefined ? {} : { unmatchedImages: configuration.unmatchedImages }),
  };
}

type Report = (path: string, detail: string) => void;

/**
 * The embedded public-good root is there under its name unless the configuration puts another in its place. It is read when a policy names it:
 * its keys and certificates take a good part of the time in which a command line starts.
 */
function loadTrust(
  configuration: Configuration,
  { texts, fetched }: Machine,
  report: Report,
): ReadonlyMap<string, () => NamedTrust> {
  const roots = new Map<string, () => NamedTrust>([['public-good', embeddedTrust]]);
  const sources = trustSources(configuration);
  for (const [index, { name, file }] of (configuration.trustRoots ?? []).entries()) {
    const source = sources.find((one) => one.name === name);
    if (source !== undefined) {
      const trust = loadFetched(source, fetched?.get(name));
      if (typeof trust === 'string') report(`trustRoots[${index}].tuf`, trust);
      else roots.set(name, typeof trust === 'function' ? trust : () => trust);
    }
    if (file === undefined) continue;
    const text = readNamed(texts, file, `trustRoots[${index}].file`, report);
    const material = text === undefined ? undefined : parseTrustedRoot(text, name);
    if (material?.kind === 'problem') report(`trustRoots[${index}].file`, `${file}: ${material.detail}`);
    else if (material !== undefined) roots.set(name, () => ({ material, from: 'file' }));
  }
  return roots;
}

function registryOptions({ registries, bounds }: Configuration, machine: Machine, report: Report): RegistryOptions {
  const hosts = (registries?.hosts ?? []).map((entry, index) => {
    const { host, caFile, clientCertificateFile, clientKeyFile, ...rest } = entry;
    const read = (name: string | undefined, field: string) =>
      name === undefined ? undefined : readNamed(machine.texts, name, `registries.hosts[${index}].${field}`, report);
    const ca = read(caFile, 'caFile');
    const certificate = read(clientCertificateFile, 'clientCertificateFile');
    const key = read(clientKeyFile, 'clientKeyFile');
    const clientCertificate = certificate === undefined || key === undefined ? undefined : { certificate, key };
    return [host.toLowerCase(), present({ ...rest, ca, clientCertificate })] as const;
  });
  return present({
    hosts: Object.fromEntries(hosts),
    proxy: registries?.proxy ?? machine.proxies,
    connectionsPerHost: bounds?.connectionsPerHost,
    onRequest: machine.onRequest,
    offline: machine.offline,
    now: machine.now,
  });
}

function loadKeychain({ registries }: Configuration, machine: Machine, report: Report): Keychain {
  const named = registries?.credentials?.dockerConfigFile;
  const text =
    named === undefined
      ? machine.dockerConfig
      : readNamed(machine.texts, named, 'registries.credentials.dockerConfigFile', report);
  if (text === undefined) return anonymous;
  const keychain = parseDockerConfig(text, registries?.credentials?.helpers === false ? undefined : machine.runHelper);
  if (!('kind' in keychain)) return keychain;
  report('registries.credentials', `${named ?? 'the docker config'}: ${keychain.detail}`);
  return anonymous;
}

function readNamed(texts: ReadonlyMap<string, string>, name: string, path: string, report: Report): string | undefined {
  const text = texts.get(name);
  if (text === undefined) report(path, `${name} cannot be read`);
  return text;
}
