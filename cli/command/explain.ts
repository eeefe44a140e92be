import { isThere } from '../../host/files.ts';
import {
  type CompiledPolicy,
  type Decision,
  type Document,
  findingSentence,
  isPackReference,
  printable,
  readLibrary,
  settleSource,
  valueAt,
} from '../../policies/index.ts';
import { type Arguments, parseArguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { explainPolicy, whySilent } from '../explain-policy.ts';
import { judgeBothPhases } from '../judgement.ts';
import { nearest } from '../nearest.ts';
import { refuse } from '../refuse.ts';
import { openSession, sessionFlags } from '../session.ts';
import { type Manifest, readManifests } from '../source/manifests.ts';
import { library, readPolicies } from '../source/policies.ts';
import type { Command, Door } from './index.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'explain a code, a policy, or what policies say of an object',
  usage: ['explain [CODE]', 'explain [-p POLICIES] NAME|CHECK|FILE|PACK', 'explain -p POLICIES FILE [KIND/NAME]'],
  flags: sessionFlags,
  notes: [
    'Without a word: all codes, a line each. A policy is found by its name or its check (PSB-05) among those of -p, else among the shipped packs; of a file or a pack every policy is explained.',
    'Of a file of objects with -p: each policy with what each of its rules comes to, or why it says nothing. Ends with 0, whatever they say.',
  ],
  async run(words, door) {
    const { terminal } = door;
    const parsed = parseArguments(words, explain.flags);
    if ('kind' in parsed) return refuse(terminal, parsed, explain);
    const done = await explainWord(parsed, door);
    return typeof done === 'object' ? refuse(terminal, done, explain) : done;
  },
};

async function explainWord(given: Arguments, door: Door): Promise<ExitCode | UsageProblem> {
  const { explanations } = await import('../errors.generated.ts');
  const [word, which, surplus] = given.positionals;
  if (word === undefined) {
    const codes = Object.entries(explanations);
    const width = Math.max(...codes.map(([code]) => code.length)) + 2;
    door.terminal.out(
      codes.map(([code, text]) => `${code.padEnd(width)}${text.split(/(?<=\.)\s|\n/, 1)[0] ?? ''}`).join('\n'),
    );
    return exit.allowed;
  }
  const code = word.toUpperCase().replaceAll('-', '_');
  if (Object.hasOwn(explanations, code) && which === undefined) {
    door.terminal.out(`${code}\n\n${explanations[code]}`);
    return exit.allowed;
  }
  const source = settleSource(word, word, isThere);
  if (surplus !== undefined || (which !== undefined && !isThere(word)))
    return usage('one code, one policy, or a file of objects and one KIND/NAME at a time');
  if (isThere(word) && given.texts('policies').length > 0) return await explainObjects(word, which, given, door);
  const [pack = ''] = word.split(/[:@]/);
  const whole = isThere(word) || (isPackReference(source) && (await library().packs()).includes(pack));
  const sources = whole ? [source] : given.texts('policies').map((one) => settleSource(one, one, isThere));
  const read = await readPolicies(sources.length > 0 ? sources : await shippedWith(word), door.input);
  if (read.lines.length > 0) {
    door.terminal.error(read.lines.join('\n'));
    return exit.usage;
  }
  const policies = read.documents.filter((one) => isPolicy(one) && (whole || isCalled(one, word)));
  if (policies.length === 0) {
    const meant = nearest(code, Object.keys(explanations));
    return usage(
      whole
        ? `${JSON.stringify(word)} has no policy; for objects name policies with -p`
        : `there is no code and no policy ${JSON.stringify(word)}${meant === undefined ? '' : `; nearest is ${meant}`}`,
    );
  }
  door.terminal.out(policies.map(explainPolicy).join('\n\n\n'));
  return exit.allowed;
}

/** The profiles of shipped packs that have a policy of the name; none where there is no such. */
async function shippedWith(word: string): Promise<readonly string[]> {
  const packs = await readLibrary(library());
  const found = packs.flatMap(({ pack, policies }) =>
    policies
      .filter(({ name, about: { check } }) => name === word || check === word.toUpperCase())
      .flatMap(({ profiles: [profile] }) => (profile === undefined ? [] : [`${pack.metadata.name}:${profile}`])),
  );
  return found.slice(0, 1).map((one) => settleSource(one, one, () => false));
}

const isPolicy = ({ value }: Document): boolean => String(valueAt(value, ['kind'])).endsWith('Policy');

const isCalled = ({ value }: Document, word: string): boolean =>
  valueAt(value, ['metadata', 'name']) === word ||
  valueAt(value, ['metadata', 'annotations', 'assay.dev/check']) === word.toUpperCase();

/** Longest time for one object. */
const milliseconds = 30_000;

async function explainObjects(
  file: string,
  which: string | undefined,
  given: Arguments,
  door: Door,
): Promise<ExitCode | UsageProblem> {
  const { manifests, unreadable } = await readManifests([file], door.input);
  const lines = unreadable.map((one) => printable(`${one.file}:${one.line ?? 1}: ${one.message}`));
  const meant = manifests.filter((one) => which === undefined || isMeant(one, which));
  if (meant.length === 0 && lines.length === 0) lines.push(printable(`${file}: has no ${which ?? 'object'}`));
  if (lines.length > 0) {
    door.terminal.error(lines.join('\n'));
    return exit.usage;
  }
  const session = await openSession(given, door);
  if (session.kind === 'problems') {
    door.terminal.error(session.lines.join('\n'));
    return exit.usage;
  }
  try {
    for (const one of meant) {
      const decision = await judgeBothPhases(one.object, session, AbortSignal.timeout(milliseconds));
      const name = one.namespace === undefined ? one.name : `${one.namespace}/${one.name}`;
      door.terminal.out(
        [`${one.kind} ${name}`, ...session.policies.policies.flatMap((policy) => said(policy, decision, one))]
          .map(printable)
          .join('\n'),
      );
    }
    return exit.allowed;
  } finally {
    await session.assembled.evidence.close();
  }
}

/** `Deployment/web`, in any case, as kubectl takes it. */
const isMeant = ({ kind, name }: Manifest, which: string): boolean =>
  `${kind}/${name}`.toLowerCase() === which.toLowerCase();

/** What the rules of a policy come to, a line each; or why it says nothing. */
function said(
  policy: CompiledPolicy,
  { findings, passed = () => [] }: Decision,
  { namespace = 'default' }: Manifest,
): string[] {
  const found = findings.filter((one) => one.policy === policy.name);
  const good = new Set(
    passed()
      .filter((one) => one.policy === policy.name)
      .map(({ rule }) => rule),
  );
  for (const { rule } of found) good.delete(rule);
  if (found.length + good.size === 0) return [`  ${policy.name}  says nothing: ${whySilent(policy, namespace)}`];
  return [
    ...found.map(
      (one) =>
        `  ${policy.name}/${one.rule}  ${one.kind === 'violation' ? one.effect : one.kind}: ${findingSentence(one)}`,
    ),
    ...[...good].map((rule) => `  ${policy.name}/${rule}  pass`),
  ];
}
