/** Something that a registry does wrong. Faults of several kinds that match one request all apply, in the order they were added. */
export type Fault =
  /** Waits before it answers. */
  | { readonly kind: 'latency'; readonly milliseconds: number }
  /** Answers with a status of its own: 429 with `retry-after`, 401, 403, 500, or a 404 that is a lie. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Says something else in some headers; an empty value leaves the header out. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> }
  /** Names another digest than that of the bytes. */
  | { readonly kind: 'wrong-digest-header'; readonly digest?: string }
  /** Sends other bytes: those given, or its own with the last byte changed. */
  | { readonly kind: 'wrong-bytes'; readonly bytes?: Buffer | string }
  /** Promises the whole length, sends this many bytes (half by default) and hangs up. */
  | { readonly kind: 'truncated'; readonly after?: number }
  /** Sends bytes without end. */
  | { readonly kind: 'endless' }
  /** Sends the right bytes at a trickle. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Declares another length than that of the body. */
  | { readonly kind: 'content-length'; readonly value: number }
  | { readonly kind: 'content-type'; readonly value: string }
  /** Sends elsewhere: a path of this host, another host, an address that nobody may ask. */
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Hangs up without a word. */
  | { readonly kind: 'drop' }
  /** Answers as if the manifest had been asked by the next of these references each time, round and round. */
  | { readonly kind: 'answers-in-turn'; readonly references: readonly string[] };

/** Which requests a fault meets. */
export interface FaultScope {
  /** Tested against path and query; a string is the whole of it, with `*` for anything. Absent: every request. */
  readonly path?: RegExp | string;
  readonly method?: string;
  /** Meets this many requests and is then over. */
  readonly times?: number;
  /** Lets this many matching requests pass first. */
  readonly after?: number;
}

/** The faults of a registry, changed at any time. */
export class Faults {
  readonly #entries: { readonly scope: FaultScope; readonly fault: Fault; seen: number }[] = [];

  /** Adds a fault; the result takes it away again. */
  add(fault: Fault, scope: FaultScope = {}): () => void {
    const entry = { fault, scope, seen: 0 };
    this.#entries.push(entry);
    return () => {
      const at = this.#entries.indexOf(entry);
      if (at >= 0) this.#entries.splice(at, 1);
    };
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** The faults that meet this request, with the number of requests each has met before; counting is the side effect. */
  meet(method: string, url: string): { readonly fault: Fault; readonly nth: number }[] {
    return this.#entries.flatMap((entry) => {
      const { scope } = entry;
      if (scope.method !== undefined && scope.method !== method) return [];
      if (scope.path !== undefined && !matches(scope.path, url)) return [];
      const nth = entry.seen++ - (scope.after ?? 0);
      return nth < 0 || nth >= (scope.times ?? Infinity) ? [] : [{ fault: entry.fault, nth }];
    });
  }
}

function matches(pattern: RegExp | string, url: string): boolean {
  if (typeof pattern !== 'string') return pattern.test(url);
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`).test(url);
}
