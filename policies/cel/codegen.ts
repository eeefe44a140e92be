import type { Checked } from './check.ts';
import type { Bindings } from './evaluation.ts';
import type { Evaluated } from './program.ts';
export interface FastPath {
  readonly run: (bindings: Bindings, limit: number) => Evaluated | undefined;
}
export function generate(_checked: Checked, _kubernetes: boolean): FastPath | undefined {
  return undefined;
}
