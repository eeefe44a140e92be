/** One thing that must hold before reviews are answered by policies. */
export interface Condition {
  readonly name: 'policies' | 'trust' | 'tls' | 'serving';
  readonly ready: boolean;
  /** One line for a person; also says what went wrong since the last good version. */
  readonly detail: string;
}

/** The conditions of this moment; the server is ready when each of them is. */
export type Readiness = () => readonly Condition[];

export const isReady = (conditions: readonly Condition[]): boolean => conditions.every(({ ready }) => ready);

/** As the API server's own /readyz lists its checks. */
export function renderConditions(conditions: readonly Condition[]): string {
  return conditions.map(({ name, ready, detail }) => `[${ready ? '+' : '-'}] ${name}: ${detail}\n`).join('');
}
