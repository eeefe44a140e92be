import type { Certificate } from '../trust/certificate.ts';

/** Extended key usages, RFC 5280, 4.2.1.12. */
export const codeSigning = '1.3.6.1.5.5.7.3.3';
export const timeStamping = '1.3.6.1.5.5.7.3.8';

/** The certificate says that its key is for this, and names no critical extension that is not understood here. */
export function allowsUsage({ x509 }: Certificate, usage: string): boolean {
  try {
    const listed = x509.extension('2.5.29.37')?.valueObj.subs[0]?.subs.map((oid) => oid.toOID()) ?? [];
    const signs = x509.extKeyUsage?.digitalSignature ?? true;
    return signs && listed.includes(usage);
  } catch {
    return false;
  }
}

/** RFC 5280, 4.2: whoever does not understand a critical extension must refuse the certificate. */
export function unknownCritical({ x509 }: Certificate): string | undefined {
  for (const extension of x509.extensions) {
    const [oid, critical] = extension.subs;
    const name = oid?.toOID() ?? '';
    if (extension.subs.length === 3 && critical?.toBoolean() === true && !understood.has(name)) return name;
  }
  return undefined;
}

/** Key usage, subject alternative name, basic constraints, extended key usage. */
const understood = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37']);
