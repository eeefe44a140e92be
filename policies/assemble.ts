import {
  anonymous,
  createEvidence,
  createRegistryClient,
  type Evidence,
  type Keychain,
  parseDockerConfig,
  parseTrustedRoot,
  publicGoodRoot,
  type RegistryOptions,
  type Store,
  type TrustMaterial,
} from '../evidence/index.ts';
import type { Configuration } from './configuration.ts';
import type { UnmatchedImages } from './decide.ts';
import { present } from './present.ts';
import type { Problem } from './problem.ts';
import type { ReferenceRules } from './workload.ts';

/** What a machine gives a configuration: texts of the files it names, and what the environment says where it is silent. */
export interface Machine {
  /** By name as the configuration writes it; a file that could not be read is absent. */
  readonly texts: ReadonlyMap<string, string>;
  /** A docker config found without being named. */
  readonly dockerConfig?: string;
  readonly proxies?: RegistryOptions['proxy'];
  readonly runHelper?: Parameters<typeof parseDockerConfig>[1];
  readonly onRequest?: RegistryOptions['onRequest'];
  /** What replicas share, where the configuration names a folder for it. */
  readonly store?: Store;
  /** The clock by which tokens end and broken hosts are tried again. */
  readonly now: () => Date;
}

/** Everything that judging needs besides policies and the object. */
export interface Assembled {
  readonly evidence: Evidence;
  readonly keychain: Keychain;
  readonly trustRoots: ReadonlyMap<string, TrustMaterial>;
  readonly references: ReferenceRules;
  readonly unmatchedImages: UnmatchedImages;
}

/** Every file whose text {@link assemble} needs, as the configuration writes it. */
export function filesNamed({ registries, trustRoots }: Configuration): readonly string[] {
  const hosts = (registries?.hosts ?? []).flatMap(({ caFile, clientCertificateFile, clientKeyFile }) => [
    caFile,
    clientCertificateFile,
    clientKeyFile,
  ]);
  const all = [...hosts, registries?.credentials?.dockerConfigFile, ...(trustRoots ?? []).map(({ file }) => file)];
  return [...new Set(all.filter((name) => name !== undefined))];
}

/** Builds what a configuration describes; both doors judge with the result. */
export function assemble(configuration: Configuration, machine: Machine, file: string): Assembled | readonly Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, detail: string): void =>
    void problems.push({ code: 'REFERENCE_UNRESOLVED', file, path, detail });
  const trustRoots = loadTrustRoots(configuration, machine, report);
  const registry = registryOptions(configuration, machine, report);
  const keychain = loadKeychain(configuration, machine, report);
  if (problems.length > 0) return problems;
  const { discoverySeconds = 60, proofCacheBytes = 64 << 20 } = configuration.bounds ?? {};
  const { requireFullyQualified, internationalHosts, rewrites } = configuration.registries ?? {};
  return {
    evidence: createEvidence(
      createRegistryClient(registry),
      present({ discoverySeconds, cacheBytes: proofCacheBytes, store: machine.store }),
    ),
    keychain,
    trustRoots,
    references: present({ requireFullyQualified, internationalHosts, rewrites }),
    unmatchedImages: configuration.unmatchedImages ?? 'Warn',
  };
}

type Report = (path: string, detail: string) => void;

/** The embedded public-good root is there under its name unless the configuration puts another in its place. */
function loadTrustRoots(
  { trustRoots = [] }: Configuration,
  { texts }: Machine,
  report: Report,
): ReadonlyMap<string, TrustMaterial> {
  const roots = new Map([['public-good', publicGoodRoot().material]]);
  for (const [index, { name, file }] of trustRoots.entries()) {
    const text = readNamed(texts, file, `trustRoots[${index}].file`, report);
    const root = text === undefined ? undefined : parseTrustedRoot(text, name);
    if (root?.kind === 'problem') report(`trustRoots[${index}].file`, `${file}: ${root.detail}`);
    else if (root !== undefined) roots.set(name, root);
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
