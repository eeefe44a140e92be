import type { Checked } from './check.ts';
export interface CostRange {
  readonly min: number;
  readonly max: number;
}
export function estimateCost(_checked: Checked, _kubernetes: boolean): CostRange {
  return { min: 0, max: 0 };
}
