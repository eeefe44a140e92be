import { describe, expect, it } from 'vitest';
import type { Review } from '../../policies/index.ts';
import { deadlineFrom, judgeWithin, NotReady } from '../../webhook/deadline.ts';
import { decision, pod } from './review-case.ts';

const review: Review = { phase: 'validate', operation: 'CREATE', object: pod() };

describe('the deadline', () => {
  const cases: readonly (readonly [unknown, number])[] = [
    ['10s', 8_000],
    ['1s', 800],
    ['1.5s', 1_200],
    ['500ms', 400],
    ['30s', 24_000],
    // The API server allows 30 s at most.
    ['1m0s', 24_000],
    ['9999999h', 24_000],
    [undefined, 5_600],
    ['', 5_600],
    ['10', 5_600],
    ['-5s', 5_600],
    ['0s', 5_600],
    ['1e9s', 5_600],
    ['s', 5_600],
    [['10s', '1s'], 5_600],
    ['Infinitys', 5_600],
  ];
  for (const [timeout, milliseconds] of cases) {
    it(`is ${milliseconds} ms for ${JSON.stringify(timeout)}`, () => {
      expect(deadlineFrom(timeout, 7).milliseconds).toBeCloseTo(milliseconds);
    });
  }

  it('reaches the judge as a signal, and a judge that heeds it still decides', async () => {
    const judged = await judgeWithin(
      (asked, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(decision(asked)))),
      review,
      () => ({ milliseconds: 10, grace: 5_000 }),
    );
    expect(judged).toMatchObject({ kind: 'decision', decision: { allowed: true } });
  });

  it('does not wait for a judge that ignores it', async () => {
    const judged = await judgeWithin(
      () => new Promise(() => undefined),
      review,
      () => ({ milliseconds: 10, grace: 10 }),
    );
    expect(judged).toEqual({ kind: 'fault', code: 'FAULT_TIMEOUT' });
  });

  it('turns what a judge throws into a fault, also where it throws at once', async () => {
    const error = new Error('boom');
    expect(
      await judgeWithin(
        () => Promise.reject(error),
        review,
        () => ({ milliseconds: 100, grace: 10 }),
      ),
    ).toEqual({
      kind: 'fault',
      code: 'FAULT_THROWN',
      error,
    });
    const throwing = () => {
      throw error;
    };
    expect(await judgeWithin(throwing, review, () => ({ milliseconds: 100, grace: 10 }))).toEqual({
      kind: 'fault',
      code: 'FAULT_THROWN',
      error,
    });
    expect(
      await judgeWithin(
        () => Promise.reject(new NotReady()),
        review,
        () => ({ milliseconds: 100, grace: 10 }),
      ),
    ).toEqual({
      kind: 'fault',
      code: 'FAULT_NOT_READY',
    });
  });
});
