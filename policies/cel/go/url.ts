import { Opaque } from '../value.ts';
import { Failure, failure, quoted } from './failure.ts';
import { escape, unescape } from './url-escape.ts';
import { parseUrlParts, type UrlParts } from './url-parts.ts';

/** A URL as `url()` reads it: absolute, or a path that begins with a slash (net/url). */
export class Url extends Opaque {
  readonly #parts: UrlParts;

  constructor(parts: UrlParts) {
    super();
    this.#parts = parts;
  }

  get typeName(): string {
    return 'kubernetes.URL';
  }

  /** URLs are equal that are written alike. */
  equals(other: Opaque): boolean {
    return other instanceof Url && other.toString() === this.toString();
  }

  toString(): string {
    const parts = this.#parts;
    const query = parts.query === undefined ? '' : `?${parts.query}`;
    const fragment = parts.fragment === '' ? '' : `#${escaped(parts.fragment, parts.rawFragment, 'fragment')}`;
    const scheme = parts.scheme === '' ? '' : `${parts.scheme}:`;
    if (parts.opaque !== '') return text(`${scheme}${parts.opaque}${query}${fragment}`);
    const path = escaped(parts.path, parts.rawPath, 'path');
    return text(`${scheme}${this.#authority()}${path}${query}${fragment}`);
  }

  get scheme(): string {
    return this.#parts.scheme;
  }

  /** The host with its port, a literal of IPv6 in its brackets. */
  get host(): string {
    return text(this.#parts.host);
  }

  /** The host without port and brackets. */
  get hostname(): string {
    const host = this.#parts.host.replace(/:[0-9]*$/, '');
    return text(/^\[.*\]$/s.test(host) ? host.slice(1, -1) : host);
  }

  /** The port's digits, empty where there is none. */
  get port(): string {
    return /:([0-9]*)$/.exec(this.#parts.host)?.[1] ?? '';
  }

  /** The path as it stands in the URL. */
  get escapedPath(): string {
    return text(escaped(this.#parts.path, this.#parts.rawPath, 'path'));
  }

  /** The values of each name in the query, in their order; what cannot be read is left out, as in Go. */
  query(): ReadonlyMap<string, readonly string[]> {
    const values = new Map<string, string[]>();
    const pairs = (this.#parts.query ?? '').split('&', mostParameters + 1);
    if (pairs.length > mostParameters) return values;
    for (const pair of pairs) {
      if (pair === '' || pair.includes(';')) continue;
      const [, rawName = '', rawValue = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
      const [name, value] = [unescape(rawName, 'query'), unescape(rawValue, 'query')];
      if (name instanceof Failure || value instanceof Failure) continue;
      const known = values.get(text(name));
      if (known === undefined) values.set(text(name), [text(value)]);
      else known.push(text(value));
    }
    return values;
  }

  #authority(): string {
    const { scheme, host, user, path, omitHost } = this.#parts;
    if (scheme === '' && host === '' && user === undefined) return '';
    if (omitHost && host === '' && user === undefined) return '';
    if (host === '' && path === '' && user === undefined) return '';
    return `//${user === undefined ? '' : `${user.map((part) => escape(part, 'user')).join(':')}@`}${escape(host, 'host')}`;
  }
}

/** `url(string)`: checked as a request URI and read again for its fragment, as the API server does. */
export const parseUrl = (value: string): Url | Failure => {
  const requested = faultOfUrl(value);
  if (requested !== undefined) return refused(requested);
  const parts = parseUrlParts(bytes(value), false);
  return parts instanceof Failure ? refused(unread(value, parts)) : new Url(parts);
};

/** `isURL(string)`, and the format `uri`: undefined where it is one, else what is wrong. */
export const faultOfUrl = (value: string): Failure | undefined => {
  const parts = parseUrlParts(bytes(value), true);
  return parts instanceof Failure ? unread(value, parts) : undefined;
};

/** Go reads no query with more. */
const mostParameters = 10_000;

/** UTF-8 with one UTF-16 unit for each byte: escapes stand for bytes, not for characters. */
const bytes = (value: string): string => {
  if (/^[ -~]*$/.test(value)) return value;
  let units = '';
  for (const byte of new TextEncoder().encode(value)) units += String.fromCharCode(byte);
  return units;
};

const text = (units: string): string =>
  /^[ -~]*$/.test(units) ? units : decoder.decode(Uint8Array.from(units, (unit) => unit.charCodeAt(0)));

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** As it was written where that is a possible escaping, otherwise escaped anew. */
const escaped = (value: string, raw: string, part: 'path' | 'fragment'): string => {
  if (raw !== '' && possible[part].test(raw) && unescape(raw, part) === value) return raw;
  return part === 'path' && value === '*' ? '*' : escape(value, part);
};

const possible = {
  path: /^[A-Za-z0-9\-._~$&+,/:;=@!'()*[\]%]*$/,
  fragment: /^[A-Za-z0-9\-._~$&+,/:;=@!'()*[\]%?]*$/,
} as const;

const unread = (value: string, reason: Failure): Failure => failure(`parse ${quoted(value)}: ${reason.message}`);

const refused = (reason: Failure): Failure =>
  failure(`URL parse error during conversion from string: ${reason.message}`);
