import { describe, expect, it } from 'vitest';
import { type Cidr, parseCidr } from '../../../../policies/cel/go/cidr.ts';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { type Ip, isCanonicalIp, parseIp } from '../../../../policies/cel/go/ip.ts';

const known = <T>(value: T | Failure): T => {
  if (value instanceof Failure) throw new Error(value.message);
  return value;
};
const ip = (text: string): Ip => known(parseIp(text));
const cidr = (text: string): Cidr => known(parseCidr(text));

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', 4],
    ['::', '::', 6],
    ['::1', '::1', 6],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1', 6],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8', 6],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', 6],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304', 6],
  ])('are read from %s and written as %s', (text, written, family) => {
    expect(ip(text).toString()).toBe(written);
    expect(ip(text).family).toBe(family);
    expect(isCanonicalIp(text)).toBe(text === written);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.04',
    '1.2.3.',
    '0x1.2.3.4',
    '1:2:3',
    '1::2::3',
    ':::',
    ':1',
    '1:2:3:4:5:6:7:8:9',
    '1::2:3:4:5:6:7:8',
    '12345::',
    '::1.2.3.4.5',
    '1.2.3.4::',
    'fe80::1%eth0',
    '::%',
    '%',
    '::ffff:1.2.3.4',
    '::ffff:102:304',
    '1.2.3.4\0',
    ' 1.2.3.4',
    '１.2.3.4',
  ])('are not read from %j', (text) => {
    expect(parseIp(text)).toBeInstanceOf(Failure);
    expect(isCanonicalIp(text)).toBeInstanceOf(Failure);
  });

  it.each([
    ['isUnspecified', ['0.0.0.0', '::'], ['0.0.0.1', '::1']],
    ['isLoopback', ['127.0.0.1', '127.255.0.1', '::1'], ['128.0.0.1', '::2']],
    ['isLinkLocalMulticast', ['224.0.0.255', 'ff02::1', 'ff32::1'], ['224.0.1.0', 'ff01::1']],
    ['isLinkLocalUnicast', ['169.254.1.1', 'fe80::1', 'febf::1'], ['169.255.1.1', 'fec0::1']],
    [
      'isGlobalUnicast',
      ['8.8.8.8', '10.0.0.1', '2001:db8::1', 'fd00::1', '240.0.0.1'],
      ['255.255.255.255', '224.0.1.1', '239.1.1.1', 'ff05::1', 'fe80::1', '127.0.0.1', '0.0.0.0', '::'],
    ],
  ] as const)('know whether they are: %s', (name, yes, no) => {
    for (const text of yes) expect(ip(text)[name](), text).toBe(true);
    for (const text of no) expect(ip(text)[name](), text).toBe(false);
  });

  it('name what is wrong in quotes', () => {
    expect(parseIp('x')).toMatchObject({
      message: 'IP Address "x" parse error during conversion from string: unable to parse IP',
    });
    expect(parseIp('fe80::1%e\n')).toMatchObject({
      message: 'IP address "fe80::1%e\\n" with zone value is not allowed',
    });
  });

  it('of a hostile megabyte are refused at once', () => {
    const start = performance.now();
    for (const text of ['1.', '1:', ':', '::', '%', '1'].map((part) => part.repeat(1_000_000)))
      expect(parseIp(text)).toBeInstanceOf(Failure);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('networks', () => {
  it('contain addresses and networks of their own family', () => {
    expect(cidr('10.0.0.1/8').containsIp(ip('10.255.0.1'))).toBe(true);
    expect(cidr('10.0.0.0/8').containsIp(ip('11.0.0.0'))).toBe(false);
    expect(cidr('0.0.0.0/0').containsIp(ip('::1'))).toBe(false);
    expect(cidr('::/0').containsCidr(cidr('fd00::/8'))).toBe(true);
    expect(cidr('10.0.0.0/8').containsCidr(cidr('10.1.0.0/16'))).toBe(true);
    expect(cidr('10.0.0.0/16').containsCidr(cidr('10.0.0.0/8'))).toBe(false);
    expect(cidr('10.0.0.0/8').containsCidr(cidr('10.0.0.0/8'))).toBe(true);
  });

  it('keep their host bits until they are masked', () => {
    expect(cidr('192.168.1.7/24').toString()).toBe('192.168.1.7/24');
    expect(cidr('192.168.1.7/24').masked().toString()).toBe('192.168.1.0/24');
    expect(cidr('fd00::ffff/64').masked().toString()).toBe('fd00::/64');
    expect(cidr('1.2.3.4/0').masked().toString()).toBe('0.0.0.0/0');
    expect(cidr('192.168.1.7/24').ip.toString()).toBe('192.168.1.7');
    expect(cidr('192.168.1.7/24').prefixLength).toBe(24);
    expect(cidr('10.0.0.1/8').equals(cidr('10.0.0.0/8'))).toBe(false);
    expect(cidr('10.0.0.1/8').equals(cidr('10.0.0.1/8'))).toBe(true);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    'fe80::%e/64',
    '::ffff:1.2.3.4/120',
    '10.0.0.0/8\0',
  ])('are not read from %j', (text) => expect(parseCidr(text)).toBeInstanceOf(Failure));
});
