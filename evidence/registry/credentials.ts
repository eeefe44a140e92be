import { isRecord, own, parseJson } from '../attestation/json.ts';
import type { Repository } from '../image/reference.ts';
import { limits } from '../limits.ts';
import { type Gap, gap } from '../outcome.ts';

/** Who may read which repository. A credential is only ever sent to the host it was found for, and to that host's token service. */
export interface Keychain {
  /** Undefined: nobody in particular. A gap: there is a credential and it cannot be had now. */
  credential(repository: Repository, signal: AbortSignal): Promise<Credential | undefined | Gap>;
  /** What one scope could read is never shown to another; equal scopes hold equal credentials. */
  readonly scope: string;
}

export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A refresh token, to be exchanged (distribution, "Token Authentication", oauth2). */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent to the registry as it is. */
  | { readonly kind: 'bearer'; readonly token: string };

/** Shows no credential to anybody. */
export const anonymous: Keychain = { scope: 'anonymous', credential: () => Promise.resolve(undefined) };

/** Runs `docker-credential-NAME get` for a server and gives its standard output. */
export type RunHelper = (
  name: string,
  server: string,
  signal: AbortSignal,
) => Promise<
  { readonly kind: 'output'; readonly output: string } | { readonly kind: 'unavailable'; readonly detail: string }
>;

export interface CredentialsProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

/**
 * The text of a docker config.json -> Keychain. `auths` may name a host or a path below it (the longest wins, as in
 * Kubernetes' pull secrets); helpers are asked only where `runHelper` is given.
 */
export function parseDockerConfig(
  text: string,
  runHelper?: RunHelper,
  scope = 'docker-config',
): Keychain | CredentialsProblem {
  const json = parseJson(text, { depth: limits.credentialDepth, values: limits.credentialValues });
  if (json.kind === 'problem') return problem(`the docker config is ${json.detail}`);
  if (!isRecord(json.value)) return problem('the docker config is no JSON object');
  const auths = new Map<string, Credential>();
  for (const [key, entry] of Object.entries(recordAt(json.value, 'auths'))) {
    const credential = readAuth(entry);
    if (credential !== undefined && 'detail' in credential)
      return problem(`auths[${JSON.stringify(key.slice(0, 100))}] ${credential.detail}`);
    if (credential !== undefined) auths.set(normalized(key), credential);
  }
  const helpers = new Map<string, string>();
  for (const [key, name] of Object.entries(recordAt(json.value, 'credHelpers')))
    if (typeof name === 'string') helpers.set(normalized(key), name);
  const store = own(json.value, 'credsStore');
  const fallback = typeof store === 'string' && store !== '' ? store : undefined;
  return {
    scope,
    async credential(repository, signal) {
      const helper = helpers.get(repository.registry);
      if (helper !== undefined && runHelper) return ask(runHelper, helper, repository.registry, signal);
      const written = longest(auths, repository);
      if (written !== undefined) return written;
      return fallback !== undefined && runHelper ? ask(runHelper, fallback, repository.registry, signal) : undefined;
    },
  };
}

const problem = (detail: string): CredentialsProblem => ({ kind: 'problem', detail });

function recordAt(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = own(value, name);
  return isRecord(found) ? found : {};
}

/** One entry of `auths`; an empty one says that a helper keeps it. */
function readAuth(entry: unknown): Credential | undefined | { readonly detail: string } {
  const [identity, registry, auth, username, password] = [
    'identitytoken',
    'registrytoken',
    'auth',
    'username',
    'password',
  ].map((name) => {
    const value = own(entry, name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  });
  if (identity !== undefined) return { kind: 'identity-token', token: identity };
  if (registry !== undefined) return { kind: 'bearer', token: registry };
  if (username !== undefined && password !== undefined) return { kind: 'basic', username, password };
  if (auth === undefined) return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1) return { detail: 'has an auth that is not base64 of user:password' };
  return { kind: 'basic', username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replaceAll('\0', '') };
}

/** `https://index.docker.io/v1/` -> `docker.io`, `https://ghcr.io/acme/` -> `ghcr.io/acme`. */
function normalized(key: string): string {
  const bare = key.replace(/^https?:\/\//i, '').replace(/\/+$/, '');
  const [host = '', ...path] = bare.split('/');
  const name = host.toLowerCase().replace(/(?<=\..*|localhost|\]):443$/, '');
  const hub = name === 'index.docker.io' || name === 'registry-1.docker.io' || name === 'docker.io';
  const below = path.length === 1 && /^v[12]$/.test(path[0] ?? '') ? [] : path;
  return [hub ? 'docker.io' : name, ...below].join('/');
}

/** The entry for the repository itself, else for the nearest path above it, else for the host. */
function longest(auths: ReadonlyMap<string, Credential>, { registry, path }: Repository): Credential | undefined {
  const parts = [registry, ...path.split('/')];
  for (let length = parts.length; length > 0; length--) {
    const credential = auths.get(parts.slice(0, length).join('/'));
    if (credential !== undefined) return credential;
  }
  return undefined;
}

async function ask(
  run: RunHelper,
  name: string,
  registry: string,
  signal: AbortSignal,
): Promise<Credential | undefined | Gap> {
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const answer = await run(name, server, signal);
  if (answer.kind === 'unavailable') {
    // docker's protocol: a helper that has nothing says so and ends with an error, which looks like any other.
    return gap('CREDENTIALS_UNAVAILABLE', `${answer.detail} (asked for ${registry})`);
  }
  const json = parseJson(answer.output, { depth: limits.credentialDepth, values: limits.credentialValues });
  const username = json.kind === 'json' ? own(json.value, 'Username') : undefined;
  const secret = json.kind === 'json' ? own(json.value, 'Secret') : undefined;
  if (typeof username !== 'string' || typeof secret !== 'string')
    return gap(
      'CREDENTIALS_UNAVAILABLE',
      `the credential helper ${JSON.stringify(name)} answered something else than a user name and a secret`,
    );
  // "<token>" stands for a refresh token (docker-credential-helpers).
  return username === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'basic', username, password: secret };
}
