import { BlockList, isIP } from 'node:net';
import { literalAddress } from './address.ts';
import type { ProxyOptions } from './options.ts';

/** The proxy for a URL, or undefined where it is reached directly. */
export function proxyFor(url: URL, proxy: ProxyOptions | undefined): string | undefined {
  const chosen = url.protocol === 'https:' ? proxy?.https : proxy?.http;
  if (chosen === undefined || chosen === '') return undefined;
  if (bypasses(url, proxy?.noProxy ?? '')) return undefined;
  return chosen.includes('://') ? chosen : `http://${chosen}`;
}

/** NO_PROXY as Go's httpproxy reads it: `*`, `example.com` with all below, `.example.com` below only, addresses, CIDR, `:port`. */
function bypasses(url: URL, noProxy: string): boolean {
  const address = literalAddress(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const entries = noProxy.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.some((entry) => entry === '*' || matches(entry.toLowerCase(), url.hostname, address, port));
}

function matches(entry: string, hostname: string, address: string | undefined, port: string): boolean {
  if (entry.includes('/')) return address !== undefined && inNetwork(entry, address);
  const [, bare = '', wanted] = /^(\[[^\]]*\]|[^:]*|[0-9a-f:]*:[0-9a-f:.]*)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  if (address !== undefined) return bare.replace(/^\[(.*)\]$/, '$1') === address;
  if (bare === '') return false;
  const name = bare.replace(/^\*\./, '.');
  return name.startsWith('.') ? hostname.endsWith(name) : hostname === name || hostname.endsWith(`.${name}`);
}

function inNetwork(entry: string, address: string): boolean {
  const [network = '', prefix = ''] = entry.split('/');
  const family = isIP(network);
  const bits = Number(prefix);
  if (family === 0 || family !== isIP(address) || !/^\d{1,3}$/.test(prefix) || bits > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
