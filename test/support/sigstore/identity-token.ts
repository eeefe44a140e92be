import { sign } from 'node:crypto';
import type { Identity } from './identity.ts';
import { generateKey, type KeyPair } from './key.ts';

/** An OpenID Connect token of ten minutes that speaks of this identity, with a claim of our own for what certificates say beyond it. */
export function identityToken(identity: Identity, now: Date): string {
  const { kind, value } = identity.subject;
  const issued = Math.floor(now.getTime() / 1000);
  const claims = {
    iss: identity.issuer,
    aud: 'sigstore',
    iat: issued,
    nbf: issued,
    exp: issued + 600,
    sub: value,
    ...(kind === 'email' ? { email: value, email_verified: true } : {}),
    identity,
  };
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key().privateKey).toString('base64url')}`;
}

let made: KeyPair | undefined;

/** RSA, because cosign takes a token for the name of a file unless it is signed with RS256. */
function key(): KeyPair {
  made ??= generateKey('rsa');
  return made;
}

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly email?: string;
  readonly identity?: Identity;
}

/** Of whom a token speaks. Its signature and time are not checked: it is a test's own token. */
export function identityOf(token: string): Identity {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims;
  if (claims.identity) return claims.identity;
  if (claims.email !== undefined) return { issuer: claims.iss, subject: { kind: 'email', value: claims.email } };
  return { issuer: claims.iss, subject: { kind: claims.sub.includes('://') ? 'uri' : 'other', value: claims.sub } };
}
