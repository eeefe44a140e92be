import type { Digest } from '../../../evidence/image/digest.ts';
import { parseDigest } from '../../../evidence/image/digest.ts';
import { parseReference, type Reference, type Repository } from '../../../evidence/image/reference.ts';
import { createRegistryClient, type RegistryClient, type ResolveScope } from '../../../evidence/registry/client.ts';
import { anonymous } from '../../../evidence/registry/credentials.ts';
import type { RegistryOptions, RequestNote } from '../../../evidence/registry/options.ts';

/** A client of the reader whose requests are kept. */
export interface Reading extends AsyncDisposable {
  readonly client: RegistryClient;
  readonly requests: RequestNote[];
  /** `GET manifest` and so on, in order. */
  methods(): string[];
}

export function startReading(options: Partial<RegistryOptions>): Reading {
  const requests: RequestNote[] = [];
  const client = createRegistryClient({
    hosts: {},
    now: () => new Date(),
    onRequest: (request) => requests.push(request),
    ...options,
  });
  return {
    client,
    requests,
    methods: () => requests.map(({ method, kind }) => `${method} ${kind}`),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

export const scope = (more: Partial<ResolveScope> = {}): ResolveScope => ({
  signal: AbortSignal.timeout(5000),
  keychain: anonymous,
  isKnown: () => false,
  ...more,
});

export function reference(text: string): Reference {
  const parsed = parseReference(text);
  if ('kind' in parsed) throw new Error(parsed.detail);
  return parsed;
}

export const repository = (text: string): Repository => reference(text).repository;

export function digest(text: string): Digest {
  const parsed = parseDigest(text);
  if (parsed === undefined) throw new Error(`${text} is no digest`);
  return parsed;
}
