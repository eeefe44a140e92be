import { describe, expect, it } from 'vitest';
import { limits } from '../../../evidence/limits.ts';
import { type Keychain, parseDockerConfig, type RunHelper } from '../../../evidence/registry/credentials.ts';
import { repository } from './reading.ts';

const basic = (text: string) => Buffer.from(text).toString('base64');
const keychain = (config: unknown, run?: RunHelper): Keychain => {
  const parsed = parseDockerConfig(typeof config === 'string' ? config : JSON.stringify(config), run);
  if ('kind' in parsed) throw new Error(parsed.detail);
  return parsed;
};
const credential = (chain: Keychain, image: string) => chain.credential(repository(image), AbortSignal.timeout(1000));

describe('a docker config', () => {
  it('gives the credential of the exact host', async () => {
    const chain = keychain({ auths: { 'ghcr.io': { auth: basic('acme:pass:word') } } });
    expect(await credential(chain, 'ghcr.io/acme/shop')).toEqual({
      kind: 'basic',
      username: 'acme',
      password: 'pass:word',
    });
    for (const other of [
      'ghcr.io.evil.example/a/b',
      'evil-ghcr.io/a/b',
      'ghcr.io:8443/a/b',
      'sub.ghcr.io/a/b',
      'nginx',
    ])
      expect(await credential(chain, other)).toBeUndefined();
  });

  it('leaves out the usual port only where the host is one without', async () => {
    const entry = { auth: basic('u:p') };
    const chain = keychain({ auths: { 'ghcr.io:443': entry, 'registry:443': entry } });
    expect(await credential(chain, 'ghcr.io/acme/shop')).toMatchObject({ username: 'u' });
    expect(await credential(chain, 'registry:443/shop')).toMatchObject({ username: 'u' });
    expect(await credential(chain, 'registry/shop')).toBeUndefined();
  });

  it('gives that of the nearest path above the repository', async () => {
    const chain = keychain({
      auths: {
        'ghcr.io': { username: 'host', password: '1' },
        'ghcr.io/acme': { username: 'acme', password: '2' },
        'ghcr.io/acme/shop': { username: 'shop', password: '3' },
      },
    });
    expect(await credential(chain, 'ghcr.io/acme/shop')).toMatchObject({ username: 'shop' });
    expect(await credential(chain, 'ghcr.io/acme/other')).toMatchObject({ username: 'acme' });
    expect(await credential(chain, 'ghcr.io/acmes/other')).toMatchObject({ username: 'host' });
  });

  for (const key of [
    'https://index.docker.io/v1/',
    'index.docker.io',
    'docker.io',
    'registry-1.docker.io',
    'HTTPS://Index.Docker.io/v2/',
  ]) {
    it(`means Docker Hub by ${key}`, async () => {
      const chain = keychain({ auths: { [key]: { auth: basic('u:p') } } });
      expect(await credential(chain, 'nginx')).toEqual({ kind: 'basic', username: 'u', password: 'p' });
    });
  }

  it('may hold identity tokens and registry tokens', async () => {
    const chain = keychain({
      auths: { 'a.example': { auth: basic('u:'), identitytoken: 'refresh' }, 'b.example': { registrytoken: 'bearer' } },
    });
    expect(await credential(chain, 'a.example/x')).toEqual({ kind: 'identity-token', token: 'refresh' });
    expect(await credential(chain, 'b.example/x')).toEqual({ kind: 'bearer', token: 'bearer' });
  });

  it('runs the helper of the host, else what is written, else the store', async () => {
    const asked: string[] = [];
    const run: RunHelper = async (name, server) => {
      asked.push(`${name} ${server}`);
      return { kind: 'output', output: JSON.stringify({ ServerURL: server, Username: name, Secret: 's' }) };
    };
    const chain = keychain(
      {
        auths: { 'a.example': { auth: basic('u:p') }, 'b.example': { auth: basic('u:p') }, 'c.example': {} },
        credHelpers: { 'b.example': 'ecr-login' },
        credsStore: 'desktop',
      },
      run,
    );
    expect(await credential(chain, 'a.example/x')).toMatchObject({ username: 'u' });
    expect(await credential(chain, 'b.example/x')).toMatchObject({ username: 'ecr-login' });
    expect(await credential(chain, 'c.example/x')).toMatchObject({ username: 'desktop' });
    expect(await credential(chain, 'nginx')).toMatchObject({ username: 'desktop' });
    expect(asked).toEqual(['ecr-login b.example', 'desktop c.example', 'desktop https://index.docker.io/v1/']);
  });

  it('takes <token> of a helper for an identity token', async () => {
    const chain = keychain({ credsStore: 'x' }, async () => ({
      kind: 'output',
      output: '{"Username":"<token>","Secret":"t"}',
    }));
    expect(await credential(chain, 'a.example/x')).toEqual({ kind: 'identity-token', token: 't' });
  });

  it('runs no helper where none may be run', async () => {
    expect(
      await credential(keychain({ credsStore: 'x', credHelpers: { 'a.example': 'y' } }), 'a.example/x'),
    ).toBeUndefined();
  });

  it('has a gap where a helper fails or writes something else', async () => {
    const fails = keychain({ credsStore: 'x' }, async () => ({
      kind: 'unavailable',
      detail: 'docker-credential-x is not on PATH',
    }));
    expect(await credential(fails, 'a.example/x')).toMatchObject({ kind: 'gap', code: 'CREDENTIALS_UNAVAILABLE' });
    const lies = keychain({ credsStore: 'x' }, async () => ({ kind: 'output', output: 'secret-in-the-wrong-place' }));
    const read = await credential(lies, 'a.example/x');
    expect(read).toMatchObject({ kind: 'gap', code: 'CREDENTIALS_UNAVAILABLE' });
    expect(JSON.stringify(read)).not.toContain('secret-in');
  });

  const bad = [
    '',
    '[]',
    '{"auths":{"a":{"auth":"@@"}}}',
    `{"auths":{"a":{"auth":"${basic('nocolon')}"}}}`,
    '{"auths":{},"auths":{}}',
  ];
  for (const text of bad) {
    it(`is a problem where it is ${text.slice(0, 40)}`, () =>
      expect(parseDockerConfig(text)).toMatchObject({ kind: 'problem' }));
  }

  it('is a problem where it is larger or deeper than any', () => {
    const auths = Object.fromEntries(Array.from({ length: limits.credentialValues }, (_, at) => [`a${at}`, {}]));
    expect(parseDockerConfig(JSON.stringify({ auths }))).toMatchObject({ kind: 'problem' });
    expect(
      parseDockerConfig(`{"x":${'['.repeat(limits.credentialDepth)}${']'.repeat(limits.credentialDepth)}}`),
    ).toMatchObject({ kind: 'problem' });
  });

  it('never repeats a secret in a problem', () => {
    const read = parseDockerConfig(`{"auths":{"a.example":{"auth":"${basic('topsecret')}"}}}`);
    expect(JSON.stringify(read)).not.toContain(basic('topsecret'));
  });
});
