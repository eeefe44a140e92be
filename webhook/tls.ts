import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls';
import { readText } from '../host/files.ts';
import { limits } from './limits.ts';
import type { Loaded } from './source/last-good.ts';

/** Where the serving certificate, its key and, if callers must show one, their CA are. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa?: string;
}

/** What the server shows and demands, checked: the key belongs to the certificate and the certificate is in its time. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  readonly notAfter: Date;
}

/** Reads all files anew, or tells every problem. No problem repeats what a file says. */
export async function loadTls({ certificate, key, clientCa }: TlsFiles, now: Date): Promise<Loaded<TlsMaterial>> {
  const problems: string[] = [];
  const read = async (path: string) => {
    const text = await readText(path, limits.namedFileBytes);
    if (text.kind === 'text') return text.text;
    problems.push(`${path}: ${text.detail}`);
    return '';
  };
  const [cert, privateKey, ca] = await Promise.all([
    read(certificate),
    read(key),
    clientCa === undefined ? undefined : read(clientCa),
  ]);
  if (problems.length > 0) return { kind: 'problems', problems };
  const context = { cert, key: privateKey, minVersion: 'TLSv1.2' as const, ...(ca === undefined ? {} : { ca }) };
  try {
    createSecureContext(context);
    const leaf = new X509Certificate(cert);
    if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----'))
      problems.push(`${clientCa}: holds no certificate in PEM`);
    if (leaf.validToDate < now) problems.push(`${certificate}: the certificate ended ${utc(leaf.validToDate)}`);
    if (problems.length > 0) return { kind: 'problems', problems };
    return { kind: 'loaded', value: { context, notAfter: leaf.validToDate } };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
    const clause = `expected a PEM certificate and the key that belongs to it (${code})`;
    return { kind: 'problems', problems: [`${certificate}, ${key}: ${clause}`] };
  }
}

/** New connections get the new certificate; those that are open stay as they are. */
export function replaceTls(server: Server, material: TlsMaterial): void {
  server.setSecureContext(material.context);
}

/** `2026-11-02 10:14:07 UTC`. */
export const utc = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
