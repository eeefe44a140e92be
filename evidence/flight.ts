/**
 * Work that many ask for at once and that is done once. It outlives the caller that began it, up to a bound of its own,
 * so that what came too late for one review is there for the next.
 */
export class SingleFlight<T> {
  readonly #underWay = new Map<string, Promise<T>>();
  readonly #boundMilliseconds: number;

  constructor(boundMilliseconds: number) {
    this.#boundMilliseconds = boundMilliseconds;
  }

  /** The shared result, or `late()` when this caller's own signal aborts first. */
  async run(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>, late: () => T): Promise<T> {
    const flight = this.#underWay.get(key) ?? this.#begin(key, work, late);
    return race(flight, signal, late);
  }

  /** Work that does not heed its signal, as a store on a hung disk, ends all the same: it must not hold its key for good. */
  #begin(key: string, work: (signal: AbortSignal) => Promise<T>, late: () => T): Promise<T> {
    const bound = AbortSignal.timeout(this.#boundMilliseconds);
    const flight = race(work(bound), bound, late).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, flight);
    return flight;
  }
}

function race<T>(flight: Promise<T>, signal: AbortSignal, late: () => T): Promise<T> {
  if (signal.aborted) {
    // Nobody may be left waiting: a rejection of the shared work must not go unhandled.
    flight.catch(() => undefined);
    return Promise.resolve(late());
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(late());
    signal.addEventListener('abort', abort, { once: true });
    flight.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
