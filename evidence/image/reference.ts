import { type Digest, parseDigest } from './digest.ts';
import { limits } from '../limits.ts';

/** Where an image's bytes live: the canonical origin host and the path below it. `docker.io/library/nginx` for `nginx`. */
export interface Repository {
  /** Lower-case host, with `:port` unless it is 443 and the host is one without; Docker Hub is always `docker.io`. */
  readonly registry: string;
  readonly path: string;
}

/** A parsed image reference. With a digest the tag is only a comment: the digest wins. */
export interface Reference {
  /** As it was written. */
  readonly text: string;
  readonly repository: Repository;
  /** `latest` where neither tag nor digest is written; absent where a digest stands alone. */
  readonly tag?: string;
  readonly digest?: Digest;
  /** True where the host was left out and `docker.io` was put in its place. */
  readonly short: boolean;
  /** There where the configuration says that nodes pull it from elsewhere: what was written. */
  readonly rewrittenFrom?: Repository;
}

/** Why a text is no image reference; `detail` says what was found and what would be right. */
export interface ReferenceProblem {
  readonly kind: 'problem';
  readonly code: 'REFERENCE_MALFORMED' | 'REFERENCE_AMBIGUOUS' | 'REFERENCE_HOST_REFUSED';
  readonly detail: string;
}

export interface ReferenceOptions {
  /** Refuse references that leave the registry out: nodes complete them each in their own way. */
  readonly requireFullyQualified?: boolean;
  /** Hosts with internationalised labels (`xn--`) that are meant. */
  readonly internationalHosts?: readonly string[];
}

/**
 * Parses an image reference as container runtimes do (distribution/reference grammar), and refuses what two of them
 * could read differently. Every naming rule of Assay stands in this file.
 */
export function parseReference(text: string, options: ReferenceOptions = {}): Reference | ReferenceProblem {
  if (text === '') return malformed('the image is empty');
  if (text.length > limits.referenceCharacters)
    return malformed(`the image has ${text.length} characters; at most ${limits.referenceCharacters} make a reference`);
  // Homoglyphs, zero-width and right-to-left characters, NUL and line ends: nothing but printable ASCII names an image.
  if (!/^[\x21-\x7e]+$/.test(text))
    return refused(`${quoted(text)} has characters outside of printable ASCII; a name that looks right may not be`);
  const split = splitReference(text);
  if ('kind' in split) return split;
  const located = locate(split.name, options);
  if ('kind' in located) return located;
  const tag = split.tag ?? (split.digest === undefined ? 'latest' : undefined);
  return {
    text,
    ...located,
    ...(tag === undefined ? {} : { tag }),
    ...(split.digest === undefined ? {} : { digest: split.digest }),
  };
}

/** `docker.io/library/nginx`: what globs match, and what evidence is filed under. */
export const formatRepository = ({ registry, path }: Repository): string => `${registry}/${path}`;

/** The canonical text of a reference, with everything that was left out. */
export const formatReference = ({ repository, tag, digest }: Reference): string =>
  `${formatRepository(repository)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;

interface Split {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

function splitReference(text: string): Split | ReferenceProblem {
  const [head = '', digestText, ...more] = text.split('@');
  if (more.length > 0) return malformed(`${quoted(text)} has more than one "@"`);
  let digest: Digest | undefined;
  if (digestText !== undefined) {
    digest = parseDigest(digestText);
    if (digest === undefined)
      return malformed(
        `"@${shortened(digestText)}" is no digest; sha256: and 64 lower-case hex digits are (or sha512: and 128)`,
      );
  }
  if (head.includes('://'))
    return malformed(`${quoted(text)} has a scheme; a reference begins with the registry's host`);
  const colon = head.lastIndexOf(':');
  const tag = colon > head.lastIndexOf('/') && colon !== -1 ? head.slice(colon + 1) : undefined;
  if (tag === undefined) return digest === undefined ? { name: head } : { name: head, digest };
  if (!/^\w[\w.-]{0,127}$/.test(tag))
    return malformed(`":${shortened(tag)}" is no tag; up to 128 letters, digits, "_", "." and "-" are`);
  return { name: head.slice(0, colon), tag, ...(digest === undefined ? {} : { digest }) };
}

function locate(
  name: string,
  options: ReferenceOptions,
): { repository: Repository; short: boolean } | ReferenceProblem {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const short = !isHost(first);
  if (short && options.requireFullyQualified)
    return ambiguous(
      `${quoted(name)} leaves the registry out; write ${quoted(`docker.io/${slash === -1 ? 'library/' : ''}${name}`)} if that is meant`,
    );
  const registry = short ? 'docker.io' : canonicalHost(first, options);
  if (typeof registry !== 'string') return registry;
  const below = short ? name : name.slice(slash + 1);
  const path = registry === 'docker.io' && !below.includes('/') ? `library/${below}` : below;
  if (path.length > limits.repositoryCharacters)
    return malformed(
      `the repository has ${path.length} characters; at most ${limits.repositoryCharacters} are allowed`,
    );
  if (!path.split('/').every((part) => pathComponent.test(part))) {
    return malformed(
      `${quoted(below)} is no repository; lower-case letters and digits are, joined by ".", "_", "__" or "-", in parts between "/"`,
    );
  }
  return { repository: { registry, path }, short };
}

const pathComponent = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;

/** distribution/reference: a first part is a host when it has a dot or a colon, is localhost, or has an upper-case letter. */
const isHost = (part: string): boolean => /[.:]/.test(part) || part === 'localhost' || /[A-Z]/.test(part);

function canonicalHost(text: string, options: ReferenceOptions): string | ReferenceProblem {
  const matched = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const [, name = '', portText] = matched ?? [];
  if (matched === null) return malformed(`${quoted(text)} is no registry host; host or host:port is`);
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535 || String(port) !== portText))
    return malformed(`":${portText}" is no port`);
  const host = name.startsWith('[') ? canonicalIpv6(name) : canonicalName(name.toLowerCase(), options);
  if (typeof host !== 'string') return host;
  // Written out without what made it one, such a host would name a path of Docker Hub.
  if (port === undefined && !isHost(host))
    return ambiguous(`${quoted(name)} is a host only by its capital letters; write it with its port`);
  const known = dockerHub.has(host) && (port === undefined || port === 443) ? 'docker.io' : host;
  return port === undefined || (port === 443 && isHost(host)) ? known : `${known}:${port}`;
}

/** The names under which Docker Hub answers. */
const dockerHub: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

function canonicalName(host: string, { internationalHosts = [] }: ReferenceOptions): string | ReferenceProblem {
  const labels = host.split('.');
  if (host.length > 253 || !labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) {
    return host.endsWith('.')
      ? ambiguous(`${quoted(host)} ends with a dot, which not every client reads alike`)
      : malformed(`${quoted(host)} is no host name`);
  }
  if (labels.some((label) => label.startsWith('xn--')) && !internationalHosts.includes(host)) {
    return refused(
      `${quoted(host)} is an internationalised name, which can look like another; list it in the configuration if it is meant`,
    );
  }
  // inet_aton reads 2130706433, 127.1, 0x7f.1 and 0177.0.0.1 as addresses; only the plain dotted form means one thing.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '') && !isPlainIpv4(labels)) {
    return ambiguous(
      `${quoted(host)} is a number that some clients read as an address; write the address with four decimal parts`,
    );
  }
  return host;
}

const isPlainIpv4 = (labels: readonly string[]): boolean =>
  labels.length === 4 &&
  labels.every((label) => /^\d{1,3}$/.test(label) && Number(label) < 256 && String(Number(label)) === label);

/** RFC 5952, as WHATWG URL writes it. */
function canonicalIpv6(bracketed: string): string | ReferenceProblem {
  const url = URL.parse(`https://${bracketed}/`);
  return url === null ? malformed(`${quoted(bracketed)} is no IPv6 address`) : url.hostname;
}

const problem = (code: ReferenceProblem['code'], detail: string): ReferenceProblem => ({
  kind: 'problem',
  code,
  detail,
});
const malformed = (detail: string): ReferenceProblem => problem('REFERENCE_MALFORMED', detail);
const ambiguous = (detail: string): ReferenceProblem => problem('REFERENCE_AMBIGUOUS', detail);
const refused = (detail: string): ReferenceProblem => problem('REFERENCE_HOST_REFUSED', detail);

/** Shown escaped, so that a homoglyph or a line end is seen for what it is. */
const quoted = (text: string): string =>
  `"${shortened(text).replaceAll(/[^\x20-\x7e]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)}"`;

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}...` : text);
