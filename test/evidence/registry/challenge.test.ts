import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../evidence/registry/challenge.ts';

const parsed = (header: string) =>
  parseChallenges(header)?.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('WWW-Authenticate', () => {
  const good: readonly (readonly [string, unknown])[] = [
    ['', []],
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    ['basic', [['basic', {}]]],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:a/b:pull,push' },
        ],
      ],
    ],
    ['BEARER Realm = "a" , SERVICE=b', [['bearer', { realm: 'a', service: 'b' }]]],
    ['Bearer realm="a \\"quoted\\" \\\\ text"', [['bearer', { realm: 'a "quoted" \\ text' }]]],
    ['Basic realm="a, Bearer realm=b"', [['basic', { realm: 'a, Bearer realm=b' }]]],
    [
      'Negotiate, Bearer realm="a", Basic realm="b"',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'a' }],
        ['basic', { realm: 'b' }],
      ],
    ],
    [
      'Negotiate YIIJ+/==, Basic realm="b"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'b' }],
      ],
    ],
    ['Bearer realm=https://a.example:5000/token', [['bearer', { realm: 'https://a.example:5000/token' }]]],
    [', ,Basic realm="x",,', [['basic', { realm: 'x' }]]],
  ];
  for (const [header, expected] of good)
    it(`reads ${header.slice(0, 60)}`, () => expect(parsed(header)).toEqual(expected));

  const bad = [
    'realm="x"',
    'Bearer realm="x',
    'Bearer realm="a",realm="https://evil.example"',
    'Bearer realm="a" extra="b" "c"',
    'Bearer@ realm="a"',
    `Bearer realm="${'a'.repeat(5000)}"`,
  ];
  for (const header of bad) it(`makes nothing of ${header.slice(0, 60)}`, () => expect(parsed(header)).toBeUndefined());

  it('takes no longer for a header that is made to take long', () => {
    const started = process.hrtime.bigint();
    parsed(`Bearer ${'a = "\\"'.repeat(600)}`);
    parsed('a='.repeat(2000));
    parsed(`Bearer ${' '.repeat(4000)}x`);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
  });
});
