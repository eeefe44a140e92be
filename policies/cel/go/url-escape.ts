import { type Failure, failure, quoted } from './failure.ts';

/** The parts of a URL that differ in what must be escaped (net/url). */
export type UrlPart = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

/** Bytes, one in each UTF-16 unit, with percent escapes for all that the part does not allow. */
export const escape = (value: string, part: Exclude<UrlPart, 'query'>): string =>
  value.replaceAll(/./gs, (byte) => (allowed[part].test(byte) ? byte : percent(byte)));

/** Bytes without their percent escapes; a Failure where an escape is broken, or not allowed in a host. */
export const unescape = (value: string, part: UrlPart): string | Failure => {
  const fault = faultOf(value, part);
  if (fault !== undefined) return fault;
  const spaced = part === 'query' ? value.replaceAll('+', ' ') : value;
  return spaced.replaceAll(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
};

const allowed: Readonly<Record<Exclude<UrlPart, 'query'>, RegExp>> = {
  path: /[A-Za-z0-9\-._~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]/,
  zone: /[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]/,
  user: /[A-Za-z0-9\-._~$&+,;=]/,
  fragment: /[A-Za-z0-9\-._~!$&()*+,/:;=?@]/,
};

const percent = (byte: string): string => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

const faultOf = (value: string, part: UrlPart): Failure | undefined => {
  const broken = /%(?![0-9a-fA-F]{2})/.exec(value);
  if (broken !== null) return badEscape(value.slice(broken.index, broken.index + 3));
  if (part !== 'host' && part !== 'zone') return undefined;
  for (const [found] of value.matchAll(/%..|[\0-\u007f]/g)) {
    if (found.length === 1) {
      if (!allowed.host.test(found)) return failure(`invalid character ${quoted(found)} in host name`);
    } else if (!allowedEscape(found, part)) return badEscape(found);
  }
  return undefined;
};

/** A host escapes only what is no ASCII, a zone also spaces and what a host could hold anyway. */
const allowedEscape = (found: string, part: 'host' | 'zone'): boolean => {
  const byte = Number.parseInt(found.slice(1), 16);
  if (found === '%25') return true;
  if (part === 'host') return byte >= 0x80;
  return byte === 0x20 || allowed.host.test(String.fromCharCode(byte));
};

const badEscape = (found: string): Failure => failure(`invalid URL escape ${quoted(found)}`);
