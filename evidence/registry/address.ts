import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Thrown into a connection attempt, and turned into a refusal where the request ends. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Resolves a name to addresses, as node:dns does; given by tests. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The system's resolver. */
export const systemResolve: Resolve = (hostname, callback) => resolveName(hostname, { all: true }, callback);

/**
 * Why no connection may be made to an IP address, or undefined where it may. Cloud metadata addresses are refused
 * whatever is configured: nobody keeps images there.
 */
export function addressTrouble(address: string, allowPrivate: boolean): string | undefined {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const plain = family === 'ipv6' ? unmapped(address) : address;
  const kind = plain === address ? family : 'ipv4';
  if (metadata.check(plain, kind)) return `${address} is the address of a cloud's metadata service`;
  if (allowPrivate || !special.check(plain, kind)) return undefined;
  return `${address} is no public address`;
}

/**
 * A lookup for net.connect that looks at every address after DNS resolution, at the moment of connecting, so that a name
 * cannot change its address in between. One refused address refuses the name.
 */
export function guardedLookup(allowPrivate: boolean, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error) return callback(error, '', 0);
      for (const { address } of addresses) {
        const trouble = addressTrouble(address, allowPrivate);
        if (trouble !== undefined) return callback(new AddressRefused(trouble), '', 0);
      }
      const wanted = addresses.filter(({ family }) => !options.family || family === familyNumber(options.family));
      const [first] = wanted;
      if (first === undefined) return callback(noAddress(hostname), '', 0);
      if (options.all === true) return callback(null, wanted);
      return callback(null, first.address, first.family);
    });
  };
}

const familyNumber = (family: number | 'IPv4' | 'IPv6'): number =>
  typeof family === 'number' ? family : family === 'IPv4' ? 4 : 6;

const noAddress = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });

/** `[::1]` -> `::1`; undefined where a URL's host name is a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

/** IPv4 inside of IPv6 (RFC 4291 mapped and compatible, RFC 6052 NAT64, RFC 3056 6to4) is judged as the IPv4 address it reaches. */
function unmapped(address: string): string {
  const words = expand(address);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = words;
  const v4 = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return v4(g, h);
  if (a === 0x2002) return v4(b, c);
  if (a !== 0 || b !== 0 || c !== 0 || d !== 0) return address;
  if (e === 0 && (f === 0xffff || (f === 0 && (g !== 0 || h > 1)))) return v4(g, h);
  if (e === 0xffff && f === 0) return v4(g, h);
  return address;
}

function expand(address: string): number[] {
  const hostname = URL.parse(`http://[${address.replace(/%.*$/, '')}]/`)?.hostname ?? '[::]';
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const words = (text: string | undefined): number[] =>
    text === undefined || text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const before = words(head);
  const after = words(tail);
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: gap }, () => 0), ...after];
}

const metadata = new BlockList();
for (const address of ['169.254.169.254', '169.254.169.253', '169.254.170.2', '169.254.170.23', '100.100.100.200'])
  metadata.addAddress(address, 'ipv4');
for (const address of ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']) metadata.addAddress(address, 'ipv6');

/** IANA's registries of special-purpose addresses: whatever is not globally reachable. */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  special.addSubnet(network, prefix, 'ipv6');
