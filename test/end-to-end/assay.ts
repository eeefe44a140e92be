import { resolve } from 'node:path';
import { run } from './program.ts';

/** What `assay verify -o json` prints, as far as the tests read it. */
export interface VerifyReport {
  readonly reference: string;
  readonly digest: string | null;
  readonly platforms: readonly string[];
  readonly admitted: boolean;
  readonly entities: readonly {
    readonly kind: string;
    readonly state: 'accepted' | 'notAccepted' | 'rejected';
    readonly code?: string;
  }[];
  readonly violations: readonly { readonly rule: string; readonly code: string; readonly message: string }[];
  readonly gaps: readonly { readonly code: string }[];
  readonly requests: number;
}

/** What the command said and how it ended. */
export interface Verdict {
  readonly exit: number;
  readonly report: VerifyReport;
}

/** The command line that users install. */
export const commandPath = resolve(import.meta.dirname, '../../dist/assay.js');

/** The webhook that users install. */
export const webhookPath = resolve(import.meta.dirname, '../../dist/assay-webhook.js');

/** Verifies an image over plain HTTP with the command that users install. */
export const verify = (image: string, flags: readonly string[]): Promise<Verdict> =>
  verifyAs([`--plain-http=${image.split('/')[0] ?? ''}`, ...flags, image]);

/** `assay verify -o json` with these arguments, and an environment where one is given. */
export async function verifyAs(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Verdict> {
  const { exit, stdout, stderr } = await run(process.execPath, [commandPath, 'verify', '-o', 'json', ...args], { env });
  if (stdout === '') throw new Error(`assay verify printed nothing and ended with ${exit}: ${stderr}`);
  return { exit, report: JSON.parse(stdout) as VerifyReport };
}
