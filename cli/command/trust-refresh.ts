import { RefreshedTrust, type RenewedTrust, type TrustMaterial, type TrustRepository } from '../../evidence/index.ts';
import { now } from '../../host/clock.ts';
import { readNamed } from '../../host/named-files.ts';
import { keep, readAllKept } from '../../host/trust-cache.ts';
import {
  assemble,
  type Configuration,
  count,
  listed,
  type NamedTrust,
  printable,
  trustSources,
} from '../../policies/index.ts';
import { usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import type { Loaded } from '../source/configuration.ts';
import { maximumTextBytes } from '../source/text.ts';
import { trustRepositories, withPublicGood } from '../source/trust.ts';
import type { Door } from './index.ts';

/** `assay trust refresh [NAME]`: fetches trust roots by TUF and says what changed. The last good one stays where that goes wrong. */
export async function refreshTrust(
  loaded: Loaded,
  only: string | undefined,
  { terminal, environment }: Door,
): Promise<ExitCode | UsageProblem> {
  const configuration = withPublicGood(loaded.configuration);
  const names = trustSources(configuration).map(({ name }) => name);
  if (only !== undefined && !names.includes(only))
    return usage(
      `no trust root ${JSON.stringify(only)} is fetched by TUF; ${names.length === 0 ? 'none is' : `${names.join(', ')}: these are`}`,
    );
  const files = trustSources(configuration).flatMap(({ rootFile }) => (rootFile === undefined ? [] : [rootFile]));
  const { texts, lines } = await readNamed(files, loaded.folder, maximumTextBytes);
  if (lines.length > 0) {
    terminal.error(lines.join('\n'));
    return exit.usage;
  }
  const repositories = trustRepositories({ ...loaded, configuration }, texts, environment);
  let failed = false;
  for (const repository of repositories.filter(({ name }) => only === undefined || name === only)) {
    terminal.progress(`asking ${repository.mirror}`);
    const before = await current(repository, configuration);
    const outcome = await fetchAndKeep(repository);
    terminal.progress('');
    if (typeof outcome === 'string') terminal.error(`${outcome}; ${stays(before)}`);
    else terminal.out(`${printable(repository.name)}  ${changes(before, outcome)}`);
    failed ||= typeof outcome === 'string';
  }
  return failed ? exit.undecided : exit.allowed;
}

async function fetchAndKeep(repository: TrustRepository): Promise<RenewedTrust | string> {
  const renewed = await new RefreshedTrust(repository).refresh(now());
  if ('kind' in renewed) return renewed.detail;
  try {
    await keep(repository.cache, renewed);
    return renewed;
  } catch (error) {
    return `what was fetched of ${printable(repository.name)} is not kept: ${repository.cache} cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'})`;
  }
}

/** What judging commands use until now; undefined where they would refuse. */
async function current(repository: TrustRepository, configuration: Configuration): Promise<NamedTrust | undefined> {
  const { fetched } = await readAllKept([repository]);
  const trustRoots = (configuration.trustRoots ?? []).filter(({ name }) => name === repository.name);
  const machine = { texts: new Map<string, string>(), fetched, now };
  const assembled = assemble(
    { apiVersion: configuration.apiVersion, kind: configuration.kind, trustRoots },
    machine,
    '',
  );
  if (!('evidence' in assembled)) return undefined;
  await assembled.evidence.close();
  return assembled.trust.get(repository.name);
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** Days since then, in words. */
const ago = (date: Date): string =>
  `${count(Math.max(0, Math.floor((now().getTime() - date.getTime()) / 86_400_000)), 'day')} ago`;

const stays = (before: NamedTrust | undefined): string =>
  before?.asOf === undefined
    ? 'there is none until then'
    : `the ${before.from === 'embedded' ? 'embedded' : 'last good'} one of ${day(before.asOf)} (${ago(before.asOf)}) stays`;

function changes(before: NamedTrust | undefined, { material, asOf }: RenewedTrust): string {
  const as = `as of ${day(asOf)}`;
  if (before?.asOf === undefined) return `new, ${as}\n  ${material.id}\n  holds  ${holdings(material)}`;
  const was = `before ${day(before.asOf)} (${ago(before.asOf)})`;
  if (before.material.id === material.id) return `unchanged, ${as}; ${was}\n  ${material.id}`;
  return [
    `changed, ${as}; ${was}`,
    `  was    ${before.material.id}, ${holdings(before.material)}`,
    `  is     ${material.id}, ${holdings(material)}`,
  ].join('\n');
}

/** How many of each kind a trust root has, for people. */
export const holdings = ({ offers }: Pick<TrustMaterial, 'offers'>): string =>
  listed([
    count(offers.certificateAuthorities, 'certificate authority', 'certificate authorities'),
    count(offers.logs, 'log'),
    count(offers.ctLogs, 'CT log'),
    count(offers.timestampAuthorities, 'timestamp authority', 'timestamp authorities'),
  ]);
