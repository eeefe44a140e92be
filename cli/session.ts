import { resolve } from 'node:path';
import { now } from '../host/clock.ts';
import { variable } from '../host/environment.ts';
import { isThere } from '../host/files.ts';
import {
  type Assembled,
  type Configuration,
  compilePolicies,
  type Document,
  isBundleReference,
  loadKeys,
  partSources,
  type PolicySet,
  type PolicyWarning,
  renderProblem,
  renderWarning,
  settleSource,
  staleTrust,
  valueAt,
} from '../policies/index.ts';
import type { Arguments, Flags } from './arguments.ts';
import type { Door } from './command/index.ts';
import { assembleConfiguration, loadConfiguration, type Problems } from './source/configuration.ts';
import { keyMilliseconds, readBundles } from './source/bundles.ts';
import { keyServices } from './source/keys.ts';
import { readPolicies } from './source/policies.ts';

/** Flags of every command that judges. */
export const sessionFlags = {
  policies: {
    value: 'POLICIES',
    short: 'p',
    multiple: true,
    help: 'policy file, folder of them, - for standard input, oci://REPOSITORY:TAG, or a shipped pack as PACK[:PROFILE][@VERSION] (pod-security:restricted@v1.34) where no file is called that; ASSAY_POLICIES, then the configuration, where left out',
  },
  exceptions: {
    value: 'PATH',
    multiple: true,
    help: 'WorkloadExceptions, beside those among the policies; whoever passes them vouches for them',
  },
  config: { value: 'FILE', short: 'c', help: 'configuration document; ASSAY_CONFIG where left out' },
  'trusted-root': {
    value: 'FILE',
    aliases: ['custom-trusted-root'],
    help: 'trusted_root.json to use in place of public-good',
  },
  offline: { help: 'use no network at all: what a registry or a key service would be asked stays undecided' },
  'plain-http': { value: 'HOST', multiple: true, help: 'speak HTTP without TLS to this registry, at whatever address' },
} as const satisfies Flags;

/** Everything that judging needs, ready. Whoever opens it closes it. */
export interface Session {
  readonly assembled: Assembled;
  readonly policies: PolicySet;
  /** What is doubtful about the policies; told already. */
  readonly warnings: readonly PolicyWarning[];
  /** Requests that went to registries so far. */
  readonly requests: () => number;
}

/** Reads configuration, trust and policies; flags go before the environment, the environment before the file. */
export async function openSession(
  given: Arguments,
  door: Door,
  more: readonly Document[] = [],
): Promise<({ readonly kind: 'session' } & Session) | Problems> {
  const loaded = await loadConfiguration(given.text('config'), door);
  if (loaded.kind === 'problems') return loaded;
  const configuration = withFlags(loaded.configuration, given);
  const offline = given.has('offline');
  const ready = await assembleConfiguration({ ...loaded, configuration }, door, { offline });
  if (ready.kind === 'problems') return ready;
  const { assembled, requests } = ready;

  const inFile = (configuration.policies ?? []).map((word) =>
    settleSource(word, resolve(loaded.folder, word), isThere),
  );
  const paths = policyPaths(given, door, inFile);
  const files = await readPolicies(
    [...paths.filter((path) => !isBundleReference(path)), ...given.texts('exceptions')],
    door.input,
    given.texts('params'),
    given.text('kubernetes-version'),
  );
  const bundles = await readBundles(
    paths.filter(isBundleReference),
    files.documents,
    { ...loaded, assembled, offline },
    door,
  );
  const read = {
    documents: [...files.documents, ...bundles.documents],
    lines: [...files.lines, ...files.stray, ...bundles.lines],
  };
  // A signer named on the command line takes the policies' place; nothing takes the place of a revocation.
  const documents = more.length === 0 ? read.documents : read.documents.filter(isRevocation);
  const all = [...more, ...documents];
  const keys = await loadKeys(all, keyServices(door, offline), AbortSignal.timeout(keyMilliseconds));
  const {
    policies,
    problems,
    warnings: doubts,
  } = compilePolicies(all, {
    trustRoots: assembled.trustRoots,
    keys,
    // Whoever passes a file here vouches for it.
    exceptionNamespaces: 'all',
    ...minorOf(given.text('kubernetes-version')),
  });
  const lines = [...read.lines, ...problems.map(renderProblem)];
  if (lines.length === 0) lines.push(...(await bundles.remember()));
  if (lines.length === 0) {
    const old = staleTrust(all, assembled.trust, now());
    if (old.length > 0) door.terminal.error(old.join('\n'));
    const warnings = doubts();
    if (warnings.length > 0) door.terminal.error(warnings.map(renderWarning).join('\n'));
    return { kind: 'session', assembled, policies, warnings, requests };
  }
  await assembled.evidence.close();
  return { kind: 'problems', lines };
}

/** `1.34`, `v1.34.2`: the minor version; empty of anything else. */
export function minorOf(version: string | undefined): { readonly kubernetesMinor?: number } {
  const [, minor] = /^v?1\.(\d{1,3})(?:\.\d{1,3})?$/.exec(version ?? '') ?? [];
  return minor === undefined ? {} : { kubernetesMinor: Number(minor) };
}

const isRevocation = ({ value }: Document): boolean => valueAt(value, ['kind']) === 'Revocation';

function policyPaths(given: Arguments, { environment }: Door, inFile: readonly string[]): readonly string[] {
  const stated = variable(environment, 'ASSAY_POLICIES');
  const flags = given.texts('policies');
  const words = flags.length > 0 || stated === undefined ? flags : partSources(stated, isThere);
  return words.length === 0 ? inFile : words.map((word) => settleSource(word, word, isThere));
}

/** `--plain-http` speaks of its host alone, and says that its address is meant as it is. */
export function withFlags(configuration: Configuration, given: Arguments): Configuration {
  const plain = given.texts('plain-http').map((host) => ({ host, plainHttp: true, allowPrivateAddresses: true }));
  const root = given.text('trusted-root');
  const named = new Set(plain.map(({ host }) => host.toLowerCase()));
  const hosts = [
    ...(configuration.registries?.hosts ?? []).filter(({ host }) => !named.has(host.toLowerCase())),
    ...plain,
  ];
  const others = (configuration.trustRoots ?? []).filter(({ name }) => name !== 'public-good');
  return {
    ...configuration,
    ...(plain.length === 0 ? {} : { registries: { ...configuration.registries, hosts } }),
    ...(root === undefined ? {} : { trustRoots: [...others, { name: 'public-good', file: resolve(root) }] }),
  };
}
