import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Environment, variable } from '../host/environment.ts';
import { isThere } from '../host/files.ts';
import { type Configuration, partSources, settleSource } from '../policies/index.ts';
import { type LogLevel, logLevels } from './log.ts';
import type { RecordSettings } from './records.ts';
import type { TlsFiles } from './tls.ts';

/** One setting: its flag, its variable (`ASSAY_` and the flag in capitals) and what it is. */
interface Option {
  readonly flag: string;
  readonly value: string;
  readonly about: string;
  readonly many?: true;
}

const options = [
  { flag: 'config', value: 'FILE', about: 'the Configuration document; without one the defaults hold' },
  {
    flag: 'policies',
    value: 'PATH',
    about:
      'a policy file, a folder of them, oci://REPOSITORY:TAG or PACK[:PROFILE][@VERSION]; may be repeated, replaces those of the file',
    many: true,
  },
  { flag: 'address', value: 'ADDRESS', about: 'where both servers listen (0.0.0.0)' },
  { flag: 'port', value: 'PORT', about: 'reviews, /livez and /readyz over TLS (8443)' },
  { flag: 'metrics-port', value: 'PORT', about: '/metrics, /livez and /readyz without TLS (9090)' },
  { flag: 'tls-cert', value: 'FILE', about: 'the serving certificate with its chain, PEM; read again when it changes' },
  { flag: 'tls-key', value: 'FILE', about: 'its private key, PEM' },
  { flag: 'client-ca', value: 'FILE', about: 'where given, callers must show a certificate of this CA' },
  { flag: 'drain-seconds', value: 'SECONDS', about: 'how long reviews under way may take after SIGTERM (20)' },
  { flag: 'failure-mode', value: 'Fail|Ignore', about: 'the answer when Assay itself is at fault (Fail)' },
  { flag: 'log-level', value: 'LEVEL', about: `one of ${logLevels.join(', ')} (info)` },
] as const satisfies readonly Option[];

type Flag = (typeof options)[number]['flag'];

/** The text of `--help`. */
export const help = `usage: assay-webhook [--config FILE] [--policies PATH]... --tls-cert FILE --tls-key FILE

Answers the AdmissionReviews of a Kubernetes API server at /mutate and /validate.

${options.map(({ flag, value, about }) => `  ${`--${flag} ${value}`.padEnd(28)}  ${about}`).join('\n')}
  --help                        this text
  --version                     the version

A flag goes before its variable (--tls-cert: ASSAY_TLS_CERT; several paths in ASSAY_POLICIES are parted by ":", a bundle or a pack with its profile stands alone), the
variable before the configuration file. SIGTERM drains. Exit codes: 0 drained, 1 ended by a fault, 64 usage or a
configuration that does not load.
`;

/** What was asked for on the command line and in the environment, still as text. */
export type Command =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'serve'; readonly given: Given }
  | { readonly kind: 'usage'; readonly detail: string };

export type Given = Readonly<Partial<Record<Flag, string>>> & { readonly paths: readonly string[] };

/** Reads flags over variables. Unknown flags and stray arguments are usage errors. */
export function parseCommand(args: readonly string[], environment: Environment): Command {
  const declared = Object.fromEntries(
    options.map((option) => [option.flag, { type: 'string' as const, multiple: 'many' in option }]),
  );
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...declared, help: { type: 'boolean' }, version: { type: 'boolean' } },
      strict: true,
    });
    if (values['help'] === true) return { kind: 'help' };
    if (values['version'] === true) return { kind: 'version' };
    const flags = new Map(Object.entries(values));
    const given = options.flatMap(({ flag }) => {
      const value = flags.get(flag) ?? variable(environment, variableOf(flag));
      return typeof value === 'string' ? [[flag, value] as const] : [];
    });
    const many = flags.get('policies');
    const stated = variable(environment, 'ASSAY_POLICIES') ?? '';
    const paths = Array.isArray(many) ? many.map(String) : partSources(stated, isThere);
    return { kind: 'serve', given: { ...Object.fromEntries(given), paths: paths.filter((path) => path !== '') } };
  } catch (error) {
    return { kind: 'usage', detail: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

const variableOf = (flag: Flag): string => `ASSAY_${flag.toUpperCase().replaceAll('-', '_')}`;

/** Everything the server runs by, with every default filled in. */
export interface Settings {
  /** Files, folders, bundles and packs. */
  readonly policies: readonly string[];
  /** How often tags of bundles are asked for. */
  readonly bundleSeconds: number;
  readonly address: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly tls: TlsFiles;
  readonly drainSeconds: number;
  readonly failureMode: 'Fail' | 'Ignore';
  readonly reviewSeconds: number;
  readonly logLevel: LogLevel;
  /** Where decisions are written down; nowhere where it is absent. */
  readonly records?: RecordSettings;
}

/** What was given over what the configuration says over the defaults, or everything that is wrong. */
export function settle(
  given: Given,
  configuration: Configuration,
  file: string | undefined,
  there: (path: string) => boolean = isThere,
): Settings | readonly string[] {
  const wrong: string[] = [];
  const { webhook, records } = configuration;
  const fromFile = (path: string | undefined) =>
    path === undefined || file === undefined ? path : resolve(dirname(file), path);
  const number = (flag: Flag, least: number, most: number, otherwise: number) => {
    const text = given[flag];
    if (text === undefined) return otherwise;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    wrong.push(`--${flag}: expected a whole number from ${least} to ${most}, found ${JSON.stringify(text)}`);
    return otherwise;
  };
  const word = <T extends string>(flag: Flag, allowed: readonly T[], otherwise: T): T => {
    const text = given[flag];
    const found = allowed.find((value) => value === text);
    if (text !== undefined && found === undefined)
      wrong.push(`--${flag}: expected one of ${allowed.join(', ')}, found ${JSON.stringify(text)}`);
    return found ?? otherwise;
  };
  const certificate = given['tls-cert'] ?? fromFile(webhook?.certificateFile);
  const key = given['tls-key'] ?? fromFile(webhook?.keyFile);
  const clientCa = given['client-ca'] ?? fromFile(webhook?.clientCaFile);
  const policies =
    given.paths.length > 0
      ? given.paths.map((word) => settleSource(word, word, there))
      : (configuration.policies ?? []).map((word) => settleSource(word, fromFile(word) ?? word, there));
  if (certificate === undefined || key === undefined)
    wrong.push(
      '--tls-cert and --tls-key, or webhook.certificateFile and webhook.keyFile of the configuration, are needed',
    );
  if (policies.length === 0) wrong.push('--policies, or policies of the configuration, is needed');
  const settings = {
    policies,
    bundleSeconds: configuration.policyBundleSeconds ?? 60,
    address: given.address ?? webhook?.address ?? '0.0.0.0',
    port: number('port', 0, 65_535, webhook?.port ?? 8443),
    metricsPort: number('metrics-port', 0, 65_535, webhook?.metricsPort ?? 9090),
    tls: { certificate: certificate ?? '', key: key ?? '', ...(clientCa === undefined ? {} : { clientCa }) },
    drainSeconds: number('drain-seconds', 1, 300, webhook?.drainSeconds ?? 20),
    failureMode: word('failure-mode', ['Fail', 'Ignore'], configuration.failureMode ?? 'Fail'),
    reviewSeconds: configuration.bounds?.reviewSeconds ?? 10,
    logLevel: word('log-level', logLevels, 'info'),
    ...(records === undefined ? {} : { records: { ...records, file: fromFile(records.file) ?? records.file } }),
  };
  return wrong.length > 0 ? wrong : settings;
}
