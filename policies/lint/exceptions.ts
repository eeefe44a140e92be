import { type Doubt, textAt } from './doubt.ts';

/** A reason shorter than this names no cause: "see ticket 12" has 13. */
const reasonLetters = 12;

/** Exceptions that are over, and such as say nothing of their cause. */
export function lintExceptions(value: unknown, doubt: Doubt, now: Date): void {
  if (textAt(value, ['kind']) !== 'WorkloadException') return;
  const expires = textAt(value, ['spec', 'expires']);
  if (new Date(expires).getTime() <= now.getTime())
    doubt('exception-expired', ['spec', 'expires'], `it counts no more since ${expires}; it can go`);
  const reason = textAt(value, ['spec', 'reason']);
  if (reason.trim().length < reasonLetters)
    doubt(
      'exception-reason-poor',
      ['spec', 'reason'],
      `${JSON.stringify(reason)} tells nobody why; a cause or a ticket is wanted`,
    );
}
