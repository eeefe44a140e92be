import { parseAddress } from './address.ts';
import { Failure, failure, quoted } from './failure.ts';
import { escape, unescape } from './url-escape.ts';

/** A URL taken apart, every part as bytes with one in each UTF-16 unit. */
export interface UrlParts {
  readonly scheme: string;
  /** What follows the scheme where no slash does, as in `mailto:a@b`. */
  readonly opaque: string;
  /** The name, and the password where there is one. */
  readonly user: readonly string[] | undefined;
  readonly host: string;
  readonly path: string;
  /** The path as it was written, empty where escaping anew gives the same. */
  readonly rawPath: string;
  /** Undefined where there is no question mark. */
  readonly query: string | undefined;
  readonly fragment: string;
  readonly rawFragment: string;
  /** There was no `//`, and none is to be written. */
  readonly omitHost: boolean;
}

/** Takes a URL apart as net/url does: as the URI of a request, which has no fragment, or as any URL. */
export const parseUrlParts = (text: string, request: boolean): UrlParts | Failure => {
  const hash = request ? -1 : text.indexOf('#');
  const rawFragment = hash < 0 ? '' : text.slice(hash + 1);
  const before = hash < 0 ? text : text.slice(0, hash);
  const parts = parseBefore(before, request);
  if (parts instanceof Failure || rawFragment === '') return parts;
  const fragment = unescape(rawFragment, 'fragment');
  if (fragment instanceof Failure) return fragment;
  return { ...parts, fragment, rawFragment: escape(fragment, 'fragment') === rawFragment ? '' : rawFragment };
};

const nothing: UrlParts = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawPath: '',
  query: undefined,
  fragment: '',
  rawFragment: '',
  omitHost: false,
};

const parseBefore = (text: string, request: boolean): UrlParts | Failure => {
  if (/[^ -~\u0080-\u00ff]/.test(text)) return failure('net/url: invalid control character in URL');
  if (text === '' && request) return failure('empty url');
  if (text === '*') return { ...nothing, path: '*' };
  if (text.startsWith(':')) return failure('missing protocol scheme');
  const written = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  const scheme = written?.toLowerCase() ?? '';
  const [, rest = '', rawQuery] =
    /^([^?]*)(?:\?(.*))?$/s.exec(text.slice(written === undefined ? 0 : written.length + 1)) ?? [];
  const query = rawQuery;
  if (!rest.startsWith('/') && scheme !== '') return { ...nothing, scheme, opaque: rest, query };
  if (!rest.startsWith('/') && request) return failure('invalid URI for request');
  const colon = rest.startsWith('/') ? -1 : (rest.split('/', 1)[0] ?? '').indexOf(':');
  if (colon >= 0) return failure('first path segment in URL cannot contain colon');
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !(request || rest.startsWith('///')));
  if (!hasAuthority) return withPath({ ...nothing, scheme, query, omitHost: scheme !== '' }, rest);
  const slash = rest.indexOf('/', 2);
  const authority = parseAuthority(scheme, slash < 0 ? rest.slice(2) : rest.slice(2, slash));
  if (authority instanceof Failure) return authority;
  return withPath({ ...nothing, scheme, query, ...authority }, slash < 0 ? '' : rest.slice(slash));
};

const withPath = (parts: UrlParts, raw: string): UrlParts | Failure => {
  const path = unescape(raw, 'path');
  if (path instanceof Failure) return path;
  return { ...parts, path, rawPath: escape(path, 'path') === raw ? '' : raw };
};

const parseAuthority = (scheme: string, authority: string): Pick<UrlParts, 'user' | 'host'> | Failure => {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (host instanceof Failure) return host;
  if (at < 0) return { user: undefined, host };
  const written = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(written)) return failure('net/url: invalid userinfo');
  const colon = written.indexOf(':');
  const user = (colon < 0 ? [written] : [written.slice(0, colon), written.slice(colon + 1)]).map((part) =>
    unescape(part, 'user'),
  );
  const fault = user.find((part) => part instanceof Failure);
  return fault ?? { user: user.filter((part) => typeof part === 'string'), host };
};

const parseHost = (scheme: string, host: string): string | Failure => {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return failure('invalid IP-literal');
  if (bracket === 0) return parseLiteral(host);
  // More than one colon without brackets is refused where Go can tell what it would mean.
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0 && !isPort(host.slice(colon))) return badPort(host.slice(colon));
  return unescape(host, 'host');
};

const parseLiteral = (host: string): string | Failure => {
  const close = host.lastIndexOf(']');
  if (close < 0) return failure("missing ']' in host");
  const port = host.slice(close + 1);
  if (!isPort(port)) return badPort(port);
  const inner = host.slice(1, close);
  const zone = inner.indexOf('%25');
  const name = unescape(zone < 0 ? inner : inner.slice(0, zone), 'host');
  const rest = unescape(zone < 0 ? '' : inner.slice(zone), 'zone');
  if (name instanceof Failure) return name;
  if (rest instanceof Failure) return rest;
  const address = parseAddress(name + rest);
  if (typeof address === 'string') return failure(`invalid host: ${address}`);
  return address.family === 4 ? failure('invalid IP-literal') : `[${name}${rest}]${port}`;
};

const isPort = (text: string): boolean => /^(?::[0-9]*)?$/.test(text);

const badPort = (text: string): Failure => failure(`invalid port ${quoted(text)} after host`);
