import { expect } from 'vitest';
import type { Verdict } from './assay.ts';

/** The command denied, for one of these reasons, and because it knew, not because it could not find out. */
export const refused = ({ exit, report }: Verdict, ...codes: string[]): void => {
  expect({ exit, admitted: report.admitted, gaps: report.gaps }).toEqual({ exit: 1, admitted: false, gaps: [] });
  expect(codes).toContain(report.violations[0]?.code);
};
