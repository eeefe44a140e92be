import {
  type AlternativeName,
  alternativeNames,
  authorityKeyIdentifier,
  certificateAuthority,
  certificatePem,
} from '../sigstore/certificate.ts';
import {
  digitalSignature,
  distinguishedName,
  extendedKeyUsage,
  issue,
  subjectKeyIdentifier,
} from '../sigstore/certificate.ts';
import { generateKey } from '../sigstore/key.ts';

/** A certificate authority of one's own for TLS on loopback. */
export interface TlsAuthority {
  /** PEM, for those who are to trust it. */
  readonly ca: string;
  /** A certificate for a server at these addresses; DNS names and IPv4 addresses, `127.0.0.1` and `localhost` by default. */
  server(options?: TlsWish): TlsIdentity;
  /** A certificate for a client of this name. */
  client(name: string, options?: Omit<TlsWish, 'names'>): TlsIdentity;
}

/** What a server or client shows, in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** What is peculiar about a certificate. */
export interface TlsWish {
  readonly names?: readonly string[];
  /** A day ago by default. */
  readonly notBefore?: Date;
  /** A year later by default. */
  readonly notAfter?: Date;
}

const day = 24 * 3600_000;

/** Makes an authority that holds from a day ago, for ten years. */
export function createTlsAuthority(commonName = 'test authority'): TlsAuthority {
  const started = Date.now() - day;
  const validity = { notBefore: new Date(started), notAfter: new Date(started + 3650 * day) };
  const authority = certificateAuthority('tls.test', commonName, generateKey(), validity);
  const show = (commonName: string, names: readonly string[], client: boolean, wish: TlsWish): TlsIdentity => {
    const key = generateKey();
    const notBefore = wish.notBefore ?? validity.notBefore;
    const certificate = issue(
      {
        subject: distinguishedName('tls.test', commonName),
        publicKey: key.publicKey,
        notBefore,
        notAfter: wish.notAfter ?? new Date(notBefore.getTime() + 365 * day),
        extensions: [
          digitalSignature,
          extendedKeyUsage(client ? 'clientAuth' : 'serverAuth'),
          subjectKeyIdentifier(key.publicKey),
          authorityKeyIdentifier(authority.key.publicKey),
          ...(names.length === 0 ? [] : [alternativeNames(names.map(named))]),
        ],
      },
      authority,
    );
    return {
      cert: certificatePem(certificate),
      key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  return {
    ca: certificatePem(authority.certificate),
    server: (options = {}) => show('server', options.names ?? ['127.0.0.1', 'localhost'], false, options),
    client: (name, options = {}) => show(name, [], true, options),
  };
}

const named = (value: string): AlternativeName => ({ kind: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value });
