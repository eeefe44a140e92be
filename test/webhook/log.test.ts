import { describe, expect, it } from 'vitest';
import { buildLog } from '../../webhook/log.ts';
import { limits } from '../../webhook/limits.ts';
import { plain } from '../../webhook/plain.ts';

function logged(fields: object, message = 'x'): Record<string, unknown> {
  const lines: string[] = [];
  buildLog('info', { write: (line) => void lines.push(line) }).info({ ...fields }, message);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('the log', () => {
  it('is one JSON object a line, with level and time', () => {
    expect(logged({ a: 1 }, 'said')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      a: 1,
      msg: 'said',
    });
  });

  it('A-PRS-8: holds no control characters and nothing endless', () => {
    const line = logged(
      { name: 'a\r\n\u001b[2J\u2028{"level":"fatal"}', long: 'x'.repeat(10_000), nested: { list: ['a\nb'] } },
      'm\n1',
    );
    expect(line).toMatchObject({ name: 'a [2J {"level":"fatal"}', nested: { list: ['a b'] }, msg: 'm 1' });
    expect(line['long']).toHaveLength(limits.logFieldCharacters);
  });

  const secrets: readonly (readonly [string, object])[] = [
    ['a token by its name', { token: 'hunter2' }],
    ['a header', { headers: { authorization: 'Basic hunter2' } }],
    ['a cookie', { headers: { Cookie: 'hunter2' } }],
    ['a docker config entry', { auths: { 'ghcr.io': { auth: 'hunter2' } } }],
    ['a password', { registryPassword: 'hunter2' }],
    ['the data of a Secret', { object: { data: { key: 'hunter2' } } }],
    ['user info of an address', { url: 'https://user:hunter2@ghcr.io/v2/' }],
    ['a bearer token in a text', { detail: 'sent Bearer hunter2hunter2' }],
    ['a JWT in a text', { detail: 'got eyJhbGciOiJub25lIn0.hunter2.hunter2' }],
    ['a parameter in a text', { detail: 'GET /?token=hunter2&a=b' }],
    ['a private key in a text', { detail: '-----BEGIN EC PRIVATE KEY----- hunter2 -----END EC PRIVATE KEY-----' }],
    ['an error', { error: new Error('password: hunter2') }],
    ['the cause in a nested error', { inner: { error: new Error('Bearer hunter2') } }],
  ];
  for (const [what, fields] of secrets) {
    it(`redacts ${what}`, () => {
      expect(JSON.stringify(logged(fields))).not.toContain('hunter2');
    });
  }

  it('tells where an error was thrown', () => {
    expect(logged({ error: new TypeError('boom') })['error']).toMatchObject({
      name: 'TypeError',
      message: 'boom',
      stack: expect.arrayContaining([expect.stringContaining('log.test.ts') as string]) as string[],
    });
  });

  it('ends at objects that are too deep or refer to themselves', () => {
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    expect(JSON.stringify(logged(loop))).toContain('[too deep]');
  });

  it('says nothing below its level', () => {
    const lines: string[] = [];
    const log = buildLog('warn', { write: (line) => void lines.push(line) });
    log.info({}, 'a');
    log.debug({}, 'b');
    log.warn({}, 'c');
    expect(lines).toHaveLength(1);
  });
});

describe('plain text', () => {
  it('is cut without leaving half a character', () => {
    expect(plain('abcdef', 5)).toBe('ab...');
    expect(plain('a😀bcdef', 5).isWellFormed()).toBe(true);
    expect(plain('abcde', 5)).toBe('abcde');
  });
});
