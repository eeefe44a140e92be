import { describe, expect, it } from 'vitest';
import { errorSections, stale } from '../generate.ts';

describe('generated files', () => {
  it('are what their sources give (npm run generate)', async () => {
    expect((await stale()).map(({ file }) => file)).toEqual([]);
  });

  it('take one section a code from a page of errors', () => {
    expect([
      ...errorSections('# Errors\n\nIntro.\n\n## ONE\n\nA cause.\n\n## TWO\nB.\n\n# Other\n\n## Not a code\n\ntext\n'),
    ]).toEqual([
      ['ONE', 'A cause.'],
      ['TWO', 'B.'],
    ]);
  });
});
