import { describe, expect, it } from 'vitest';
import { addressTrouble, guardedLookup, literalAddress, type Resolve } from '../../../evidence/registry/address.ts';

const special = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.1.1', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '100::1',
    '2001::1',
  ],
  // IPv4 in other clothes: mapped, compatible, translated, NAT64, 6to4.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:10.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b:1::1'],
  ...['2002:7f00:1::', '2002:a00:1::1'],
];
const open = [
  '1.1.1.1',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '192.169.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
];
const metadata = [
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
];

describe('an address', () => {
  for (const address of special) {
    it(`${address} is refused, unless private ones are meant`, () => {
      expect(addressTrouble(address, false)).toContain('no public address');
      expect(addressTrouble(address, true)).toBeUndefined();
    });
  }
  for (const address of open) it(`${address} is public`, () => expect(addressTrouble(address, false)).toBeUndefined());
  for (const address of metadata) {
    it(`${address} is a metadata service, and refused whatever is meant`, () => {
      expect(addressTrouble(address, false)).toContain('metadata');
      expect(addressTrouble(address, true)).toContain('metadata');
    });
  }
});

describe('a host name that is an address', () => {
  it('is told from a name', () => {
    expect(literalAddress('[::1]')).toBe('::1');
    expect(literalAddress('127.0.0.1')).toBe('127.0.0.1');
    expect(literalAddress('ghcr.io')).toBeUndefined();
  });
});

describe('a lookup', () => {
  const resolving =
    (...addresses: readonly string[]): Resolve =>
    (_, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
  const look = (resolve: Resolve, options: { all?: boolean; family?: 4 | 6 } = { all: true }): Promise<unknown> =>
    new Promise((settle) => {
      guardedLookup(false, resolve)('name.test', options, (error, address) => settle(error ?? address));
    });

  it('gives public addresses, all or the first, of the family that is wanted', async () => {
    const both = resolving('1.1.1.1', '2606:4700::1111');
    expect(await look(both)).toHaveLength(2);
    expect(await look(both, {})).toBe('1.1.1.1');
    expect(await look(both, { family: 6 })).toBe('2606:4700::1111');
  });

  it('A-VER-17: refuses a name of which one address is private', async () => {
    expect(await look(resolving('1.1.1.1', '10.0.0.1'))).toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('says where there is none, and where the resolver fails', async () => {
    expect(await look(resolving())).toMatchObject({ code: 'ENOTFOUND' });
    const failing: Resolve = (_, callback) => callback(Object.assign(new Error('x'), { code: 'EAI_AGAIN' }), []);
    expect(await look(failing)).toMatchObject({ code: 'EAI_AGAIN' });
  });
});
