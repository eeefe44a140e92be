import { describe, expect, it } from 'vitest';
import { endpointsOf, hostOptions, type RegistryOptions } from '../../../evidence/registry/options.ts';
import { realmOf } from '../../../evidence/registry/token.ts';
import { repository } from './reading.ts';

const options = (hosts: RegistryOptions['hosts'] = {}): RegistryOptions => ({ hosts, now: () => new Date() });
const origins = (name: string, hosts?: RegistryOptions['hosts']) =>
  endpointsOf(repository(name), options(hosts)).map(({ origin }) => origin);

describe('the hosts to ask', () => {
  it('are Docker Hub’s own for docker.io, which keeps its name for credentials', () => {
    expect(origins('nginx')).toEqual(['https://registry-1.docker.io']);
    expect(endpointsOf(repository('nginx'), options())[0]).toMatchObject({
      host: 'docker.io',
      repository: { path: 'library/nginx' },
    });
  });

  it('are the mirrors in their order, and the origin last', () => {
    const hosts = { 'docker.io': { mirrors: ['mirror.gcr.io', 'local:5000'] }, 'local:5000': { plainHttp: true } };
    expect(origins('nginx', hosts)).toEqual([
      'https://mirror.gcr.io',
      'http://local:5000',
      'https://registry-1.docker.io',
    ]);
  });

  it('have no port where it is the usual one', () => {
    expect(origins('a.example:80/x', { 'a.example:80': { plainHttp: true } })).toEqual(['http://a.example']);
    expect(origins('a.example:443/x')).toEqual(['https://a.example']);
  });

  it('have own entries only', () => expect(hostOptions('constructor', options())).toEqual({}));
});

describe('a token service', () => {
  const realm = (name: string, url: string, hosts?: RegistryOptions['hosts']) => {
    const [endpoint] = endpointsOf(repository(name), options(hosts));
    const challenge = {
      scheme: 'bearer',
      parameters: new Map([
        ['realm', url],
        ['service', 's'],
      ]),
    };
    return realmOf(challenge, endpoint!, options(hosts));
  };

  it('is known for Docker Hub and GitLab, each for itself only', () => {
    expect(realm('nginx', 'https://auth.docker.io/token')).toMatchObject({ service: 's' });
    expect(realm('registry.gitlab.com/a/b', 'https://gitlab.com/jwt/auth')).toMatchObject({ service: 's' });
    expect(realm('ghcr.io/a/b', 'https://auth.docker.io/token')).toMatchObject({ code: 'REDIRECT_REFUSED' });
    expect(realm('nginx', 'https://gitlab.com/jwt/auth')).toMatchObject({ code: 'REDIRECT_REFUSED' });
  });

  it('is the registry itself, at the same port and with TLS where it has TLS', () => {
    expect(realm('ghcr.io/a/b', 'https://ghcr.io/token')).toMatchObject({ service: 's' });
    for (const url of [
      'http://ghcr.io/token',
      'https://ghcr.io:8443/token',
      'https://ghcr.io@evil.example/token',
      'https://user:pass@ghcr.io/token',
    ])
      expect(realm('ghcr.io/a/b', url), url).toMatchObject({ code: 'REDIRECT_REFUSED' });
  });

  it('that is named has TLS, unless its own entry says that it has none', () => {
    const named = { 'a.example': { tokenHosts: ['tokens.example'] } };
    expect(realm('a.example/x', 'https://tokens.example/t', named)).toMatchObject({ service: 's' });
    expect(realm('a.example/x', 'http://tokens.example/t', named)).toMatchObject({ code: 'REDIRECT_REFUSED' });
    expect(
      realm('a.example/x', 'http://tokens.example/t', { ...named, 'tokens.example': { plainHttp: true } }),
    ).toMatchObject({ service: 's' });
    expect(
      realm('a.example/x', 'ftp://tokens.example/t', { ...named, 'tokens.example': { plainHttp: true } }),
    ).toMatchObject({ code: 'REDIRECT_REFUSED' });
  });
});
