import { traversal, traverses } from '../cost.ts';
import type { CelError } from '../error.ts';
import { type FunctionDeclaration, type Library, overload, type OverloadOptions } from '../function.ts';
import { type Cidr, parseCidr } from '../go/cidr.ts';
import { Failure } from '../go/failure.ts';
import { type Ip, isCanonicalIp, parseIp } from '../go/ip.ts';
import { lift, liftTo } from '../lift.ts';
import { costSize } from '../size.ts';

const reading: OverloadOptions = { cost: traverses(), costByName: true };

const property = (
  name: string,
  summary: string,
  example: readonly [string, string],
  holds: (ip: Ip) => boolean,
): FunctionDeclaration => ({
  name,
  summary,
  examples: [example],
  overloads: [overload(`ip_${name}`, 'net.IP.() -> bool', holds)],
});

/** Comparing the bytes that the prefix covers, and, of a text, reading it first. */
const within = (parsed: boolean, again: boolean): OverloadOptions => ({
  cost: ([cidr, other]) => {
    const size = costSize(cidr);
    const masking = again ? traversal(size) + 1 : 0;
    return traversal(size * 2) + masking + (parsed ? traversal(costSize(other)) : 0);
  },
  costByName: true,
});

const containsIp = (cidr: Cidr, ip: string): boolean | CelError =>
  liftTo(parseIp(ip), (parsed) => cidr.containsIp(parsed));
const containsCidr = (cidr: Cidr, other: string): boolean | CelError =>
  liftTo(parseCidr(other), (parsed) => cidr.containsCidr(parsed));

/** IP addresses and networks. */
export const networkLibrary: Library = {
  name: 'network',
  functions: [
    {
      name: 'ip',
      summary: 'The address that a text spells, or that of a network.',
      examples: [
        ["ip('127.0.0.1').family()", '4'],
        ["ip('127.0.0.256')", 'error'],
        ["string(cidr('192.168.0.0/24').ip())", "'192.168.0.0'"],
      ],
      overloads: [
        overload('string_to_ip', '(string) -> net.IP', (text: string) => lift(parseIp(text)), reading),
        overload('cidr_ip', 'net.CIDR.() -> net.IP', (cidr: Cidr) => cidr.ip),
      ],
    },
    {
      name: 'isIP',
      summary: 'Whether a text spells an address.',
      examples: [["isIP('::1')", 'true']],
      overloads: [
        overload('is_ip', '(string) -> bool', (text: string) => !(parseIp(text) instanceof Failure), reading),
      ],
    },
    {
      name: 'ip.isCanonical',
      summary: 'Whether an address is written in its canonical form.',
      examples: [["ip.isCanonical('2001:DB8::1')", 'false']],
      overloads: [
        overload('ip_is_canonical', '(string) -> bool', (text: string) => lift(isCanonicalIp(text)), {
          cost: traverses(0, 2),
          costByName: true,
        }),
      ],
    },
    {
      name: 'family',
      summary: 'The version of the protocol, 4 or 6.',
      examples: [["ip('::1').family()", '6']],
      overloads: [overload('ip_family', 'net.IP.() -> int', (ip: Ip) => ip.family)],
    },
    property('isUnspecified', 'Whether the address is 0.0.0.0 or ::.', ["ip('::').isUnspecified()", 'true'], (ip) =>
      ip.isUnspecified(),
    ),
    property(
      'isLoopback',
      'Whether the address is a loopback address.',
      ["ip('127.0.0.1').isLoopback()", 'true'],
      (ip) => ip.isLoopback(),
    ),
    property(
      'isLinkLocalMulticast',
      'Whether the address is a link-local multicast address.',
      ["ip('224.0.0.1').isLinkLocalMulticast()", 'true'],
      (ip) => ip.isLinkLocalMulticast(),
    ),
    property(
      'isLinkLocalUnicast',
      'Whether the address is a link-local unicast address.',
      ["ip('169.254.169.254').isLinkLocalUnicast()", 'true'],
      (ip) => ip.isLinkLocalUnicast(),
    ),
    property(
      'isGlobalUnicast',
      'Whether the address is a global unicast address; private addresses are.',
      ["ip('10.0.0.1').isGlobalUnicast()", 'true'],
      (ip) => ip.isGlobalUnicast(),
    ),
    {
      name: 'cidr',
      summary: 'The network that a text such as 10.0.0.0/8 spells.',
      examples: [["cidr('10.0.0.0/8').prefixLength()", '8']],
      overloads: [overload('string_to_cidr', '(string) -> net.CIDR', (text: string) => lift(parseCidr(text)), reading)],
    },
    {
      name: 'isCIDR',
      summary: 'Whether a text spells a network.',
      examples: [["isCIDR('10.0.0.0')", 'false']],
      overloads: [
        overload('is_cidr', '(string) -> bool', (text: string) => !(parseCidr(text) instanceof Failure), reading),
      ],
    },
    {
      name: 'containsIP',
      summary: 'Whether an address lies in a network.',
      examples: [["cidr('192.168.0.0/24').containsIP('192.168.0.7')", 'true']],
      overloads: [
        overload('cidr_contains_ip_string', 'net.CIDR.(string) -> bool', containsIp, within(true, false)),
        overload(
          'cidr_contains_ip_ip',
          'net.CIDR.(net.IP) -> bool',
          (cidr: Cidr, ip: Ip) => cidr.containsIp(ip),
          within(false, false),
        ),
      ],
    },
    {
      name: 'containsCIDR',
      summary: 'Whether a network lies wholly in another.',
      examples: [["cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24')", 'true']],
      overloads: [
        overload('cidr_contains_cidr_string', 'net.CIDR.(string) -> bool', containsCidr, within(true, true)),
        overload(
          'cidr_contains_cidr',
          'net.CIDR.(net.CIDR) -> bool',
          (a: Cidr, b: Cidr) => a.containsCidr(b),
          within(false, true),
        ),
      ],
    },
    {
      name: 'masked',
      summary: 'The network with the bits of its hosts zero.',
      examples: [["cidr('192.168.1.5/24').masked() == cidr('192.168.1.0/24')", 'true']],
      overloads: [overload('cidr_masked', 'net.CIDR.() -> net.CIDR', (cidr: Cidr) => cidr.masked())],
    },
    {
      name: 'prefixLength',
      summary: 'The length of the prefix of a network, in bits.',
      examples: [["cidr('::/0').prefixLength()", '0']],
      overloads: [overload('cidr_prefix_length', 'net.CIDR.() -> int', (cidr: Cidr) => cidr.prefixLength)],
    },
    {
      name: 'string',
      summary: 'The canonical text of an address or a network.',
      examples: [["string(ip('2001:DB8::1'))", "'2001:db8::1'"]],
      overloads: [
        overload('ip_to_string', '(net.IP) -> string', (ip: Ip) => ip.toString()),
        overload('cidr_to_string', '(net.CIDR) -> string', (cidr: Cidr) => cidr.toString()),
      ],
    },
  ],
};
