import { randomUUID } from 'node:crypto';
import { type Answer, json, type Question, trouble } from './exchange.ts';

/** How a registry asks who is there. Absent: everybody may do everything. */
export interface Authentication {
  readonly scheme: 'basic' | 'bearer';
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** Who may do what; `user` is undefined for somebody without credentials. By default every known user, and nobody else. */
  readonly allow?: (access: Access) => boolean;
  /** Bearer: where tokens are had, instead of this registry's own `/token`; a wrong one tests the client's caution. */
  readonly realm?: string;
  /** Bearer: the name of the service in the challenge. */
  readonly service?: string;
  /** Bearer: seconds for which a token holds. */
  readonly expiresIn?: number;
  /** Bearer: the field of the token answer; both are in use. */
  readonly tokenField?: 'token' | 'access_token';
  /** What somebody hears who is known and not allowed: 401 again (distribution), or 403 (others). */
  readonly refusal?: 401 | 403;
  /** Replaces the whole `WWW-Authenticate` value. */
  readonly challenge?: string;
}

/** One thing that somebody wants to do. */
export interface Access {
  readonly user: string | undefined;
  readonly repository: string;
  readonly action: 'pull' | 'push' | 'delete';
}

/** The doorkeeper: an answer where the request goes no further, nothing where it may pass. */
export type Doorkeeper = (question: Question) => Answer | undefined;

/** Builds the doorkeeper of a registry at `url`; it answers `/token` itself. */
export function doorkeeper(options: Authentication, url: string, now: () => number): Doorkeeper {
  const tokens = new Map<
    string,
    { readonly user: string | undefined; readonly scopes: Set<string>; readonly until: number }
  >();
  const allow = options.allow ?? (({ user }: Access) => user !== undefined);
  const service = options.service ?? 'registry.test';

  const challenge = (scope: string | undefined, error?: string): Record<string, string> => ({
    'www-authenticate':
      options.challenge ??
      (options.scheme === 'basic'
        ? `Basic realm="${service}"`
        : `Bearer realm="${options.realm ?? `${url}/token`}",service="${service}"` +
          (scope === undefined ? '' : `,scope="${scope}"`) +
          (error === undefined ? '' : `,error="${error}"`)),
  });

  const refuse = (known: boolean, scope: string | undefined): Answer =>
    known && options.refusal === 403
      ? trouble(403, 'DENIED', 'requested access to the resource is denied')
      : trouble(
          401,
          'UNAUTHORIZED',
          'authentication required',
          challenge(scope, known ? 'insufficient_scope' : undefined),
        );

  const issue = (question: Question): Answer => {
    const form = question.method === 'POST' ? new URLSearchParams(question.body.toString('utf8')) : question.query;
    const credentials = basic(question.authorization) ?? {
      user: form.get('username') ?? undefined,
      password: form.get('password') ?? '',
    };
    const named = credentials.user !== undefined && credentials.user !== '';
    if (named && options.users[credentials.user] !== credentials.password) {
      return trouble(401, 'UNAUTHORIZED', 'wrong user or password');
    }
    const user = named ? credentials.user : undefined;
    const scopes = form
      .getAll('scope')
      .flatMap((scope) => scope.split(' '))
      .flatMap((scope) => granted(scope, user));
    const token = randomUUID();
    const expiresIn = options.expiresIn ?? 300;
    tokens.set(token, { user, scopes: new Set(scopes), until: now() + expiresIn * 1000 });
    return json(200, { [options.tokenField ?? 'token']: token, expires_in: expiresIn });
  };

  const granted = (scope: string, user: string | undefined): string[] => {
    const [, repository = '', actions = ''] = /^repository:(.+):([a-z,*]*)$/.exec(scope) ?? [];
    return (['pull', 'push', 'delete'] as const)
      .filter((action) => actions.split(',').some((asked) => asked === action || asked === '*'))
      .filter((action) => allow({ user, repository, action }))
      .map((action) => `${repository}:${action}`);
  };

  return (question) => {
    if (options.scheme === 'bearer' && question.path === '/token') return issue(question);
    const wanted = wants(question);
    const scope = wanted && `repository:${wanted.repository}:${wanted.action === 'push' ? 'pull,push' : wanted.action}`;
    if (options.scheme === 'basic') {
      const { user, password } = basic(question.authorization) ?? {};
      const known = user !== undefined && options.users[user] === password;
      if (user !== undefined && !known) return refuse(false, scope);
      if (!wanted) return known ? undefined : refuse(false, scope);
      return allow({ user, ...wanted }) ? undefined : refuse(known, scope);
    }
    const token = tokens.get(/^Bearer (.+)$/i.exec(question.authorization ?? '')?.[1] ?? '');
    if (!token || token.until <= now()) return refuse(false, scope);
    if (!wanted || token.scopes.has(`${wanted.repository}:${wanted.action}`)) return undefined;
    return refuse(true, scope);
  };
}

function wants(question: Question): Omit<Access, 'user'> | undefined {
  const repository = /^\/v2\/(.+?)\/(?:manifests|blobs|tags|referrers)\//.exec(question.path)?.[1];
  if (repository === undefined) return undefined;
  if (question.method === 'GET' || question.method === 'HEAD') return { repository, action: 'pull' };
  return { repository, action: question.method === 'DELETE' ? 'delete' : 'push' };
}

function basic(header: string | undefined): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { user: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
}
