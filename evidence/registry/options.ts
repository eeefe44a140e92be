import type { Repository } from '../image/reference.ts';
import type { Resolve } from './address.ts';

/** How registries are reached; what the configuration document says, with files already read. */
export interface RegistryOptions {
  /** By canonical host, as in {@link Repository}. */
  readonly hosts: Readonly<Record<string, HostOptions>>;
  readonly proxy?: ProxyOptions;
  /** Requests under way to one host at once. */
  readonly connectionsPerHost?: number;
  /** Told of every request before it is sent, redirects and tokens included. */
  readonly onRequest?: (request: RequestNote) => void;
  readonly userAgent?: string;
  /** The clock by which tokens end and hosts are left alone. */
  readonly now: () => Date;
  /** Nothing is sent to anybody, nor is a name resolved: every request is a gap. */
  readonly offline?: boolean;
  /** Instead of the system's resolver. */
  readonly resolve?: Resolve;
}

export interface HostOptions {
  /** HTTP without TLS, to this host only; its address may then be private. */
  readonly plainHttp?: boolean;
  readonly allowPrivateAddresses?: boolean;
  /** Hosts asked first, in this order; each is described by its own entry. */
  readonly mirrors?: readonly string[];
  /** Hosts at private addresses to which this one may redirect. */
  readonly redirectHosts?: readonly string[];
  /** Hosts beside this one that may be asked for its tokens. */
  readonly tokenHosts?: readonly string[];
  /** Certificates (PEM) trusted for this host instead of the public ones. */
  readonly ca?: string;
  /** Shown to this host only (PEM). */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
}

/** Proxy URLs, and the hosts that are reached without (NO_PROXY: hosts, `.suffix`, addresses, CIDR, `*`). */
export interface ProxyOptions {
  readonly https?: string;
  readonly http?: string;
  readonly noProxy?: string;
}

/** One request, for counting; `kind` says what was asked for. */
export interface RequestNote {
  readonly host: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly kind: RequestKind;
}

export type RequestKind = 'manifest' | 'blob' | 'referrers' | 'token';

/** A host that is asked for a repository: the origin, or a mirror of it. */
export interface Endpoint {
  /** Canonical: what credentials and options are filed under. */
  readonly host: string;
  /** `https://registry-1.docker.io` */
  readonly origin: string;
  readonly repository: Repository;
  /** The origin's host where this is a mirror of it; its 404 proves nothing. */
  readonly mirrorOf?: string;
}

/** The hosts to ask in turn, the origin last (containerd's hosts.toml). */
export function endpointsOf(repository: Repository, options: RegistryOptions): readonly Endpoint[] {
  const mirrors = hostOptions(repository.registry, options).mirrors ?? [];
  return [
    ...mirrors.map((host) => endpoint({ registry: host, path: repository.path }, options, repository.registry)),
    endpoint(repository, options),
  ];
}

function endpoint(repository: Repository, options: RegistryOptions, mirrorOf?: string): Endpoint {
  const host = repository.registry;
  const name = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const scheme = hostOptions(host, options).plainHttp === true ? 'http' : 'https';
  const written = `${scheme}://${name}`;
  // As URL writes it, so that `localhost:80` and `localhost` are one; what is no host is found when it is asked.
  return {
    host,
    origin: URL.parse(written)?.origin ?? written,
    repository,
    ...(mirrorOf === undefined ? {} : { mirrorOf }),
  };
}

/** The own entry of a host, or nothing said. */
export const hostOptions = (host: string, { hosts }: RegistryOptions): HostOptions =>
  Object.hasOwn(hosts, host) ? (hosts[host] ?? {}) : {};

/** True where the configuration says of the host that it may be at a private address. */
export function mayBePrivate(host: string, options: RegistryOptions): boolean {
  const { plainHttp, allowPrivateAddresses } = hostOptions(host, options);
  return plainHttp === true || allowPrivateAddresses === true;
}
