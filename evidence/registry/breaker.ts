import { limits } from '../limits.ts';
import { type Gap, gap } from '../outcome.ts';
import { memoryOfHosts } from './memory.ts';

/** Leaves hosts alone that fail again and again, or that asked for it. Times are milliseconds since 1970. */
export class Breakers {
  readonly #now: () => number;
  readonly #hosts = memoryOfHosts<{ failures: number; openUntil: number }>();
  readonly #limited = memoryOfHosts<{ until: number; answer: Gap }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Why the host is not asked now. Where it has been left alone long enough, this one request is the trial. */
  closedTo(host: string, quota: string): Gap | undefined {
    const now = this.#now();
    const limited = this.#limited.get(quota);
    if (limited !== undefined && limited.until > now) {
      const seconds = Math.ceil((limited.until - now) / 1000);
      return gap(limited.answer.code, `${host} asked to be left alone, next try allowed in ${seconds} s`, seconds);
    }
    const state = this.#hosts.get(host);
    if (state === undefined || state.failures < limits.breakerFailures) return undefined;
    if (state.openUntil > now) {
      const seconds = Math.ceil((state.openUntil - now) / 1000);
      return gap(
        'REGISTRY_UNREACHABLE',
        `${host} has failed ${state.failures} times in a row, next try in ${seconds} s`,
        seconds,
      );
    }
    state.openUntil = now + limits.breakerSeconds * 1000;
    return undefined;
  }

  succeeded(host: string): void {
    this.#hosts.delete(host);
  }

  failed(host: string): void {
    const failures = (this.#hosts.get(host)?.failures ?? 0) + 1;
    this.#hosts.set(host, { failures, openUntil: this.#now() + limits.breakerSeconds * 1000 });
  }

  /** The caller's own deadline says nothing about the host, but a trial that it ended may be made again at once. */
  undecided(host: string): void {
    const state = this.#hosts.get(host);
    if (state !== undefined && state.failures >= limits.breakerFailures) state.openUntil = this.#now();
  }

  limited(quota: string, seconds: number, answer: Gap): void {
    this.#limited.set(quota, { until: this.#now() + seconds * 1000, answer });
  }
}
