import { limits } from './limits.ts';
import { count, instant, listed, printable, quoted } from './printable.ts';
import type { Report, UnusedException } from './report.ts';

/** Of each exception that covers nothing of what was judged a sentence, the first to end first; beyond a bound they are counted. Notes, not findings. */
export function unusedSentences({
  unusedExceptions,
  ended,
}: Pick<Report, 'unusedExceptions' | 'ended'>): readonly string[] {
  const more = unusedExceptions.length - limits.unusedShown;
  return [
    ...unusedExceptions.slice(0, limits.unusedShown).map((one) => sentence(one, ended)),
    ...(more > 0 ? [`${count(more, 'more exception')} covered nothing here`] : []),
  ];
}

function sentence({ exception, policy, rules, until }: UnusedException, now: Date): string {
  const ends = `${until <= now ? 'ended' : 'ends'} ${instant(until)}`;
  const named = rules.slice(0, limits.rulesNamed).map((rule) => printable(rule));
  const others = rules.length - named.length;
  const all = listed([...named, ...(others > 0 ? [count(others, 'other rule')] : [])]);
  return `exception ${quoted(printable(exception))} of ${quoted(printable(policy))} (${all}) covered nothing here; it ${ends}`;
}
