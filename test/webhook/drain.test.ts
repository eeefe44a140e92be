import { describe, expect, it } from 'vitest';
import type { Judge } from '../../webhook/deadline.ts';
import { drainServer } from '../../webhook/drain.ts';
import { buildLog } from '../../webhook/log.ts';
import { buildMetrics, noEvidence } from '../../webhook/metrics.ts';
import { noRecords } from '../../webhook/records.ts';
import { buildServer } from '../../webhook/server.ts';
import { admissionReview, decision } from './review-case.ts';

async function listening(judge: Judge) {
  const server = buildServer(
    {
      judge,
      metrics: buildMetrics(() => ({
        policies: 0,
        problems: 0,
        trust: new Map(),
        requests: 0,
        evidence: noEvidence,
        records: noRecords,
      })),
      log: buildLog('silent'),
      failureMode: 'Fail',
      reviewSeconds: 10,
      draining: () => true,
      readiness: () => [],
    },
    { kind: 'plain' },
  );
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const review = () =>
    fetch(`${address}/validate`, {
      method: 'POST',
      body: JSON.stringify(admissionReview()),
      headers: { 'content-type': 'application/json' },
    });
  return { server, review };
}

describe('draining', () => {
  it('waits for the reviews under way and takes no new ones', async () => {
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { server, review } = await listening(async (each) => {
      asked.resolve();
      await go.promise;
      return decision(each);
    });
    const answer = review();
    await asked.promise;
    const drained = drainServer(server, 0, 10_000);
    await expect
      .poll(() =>
        review().then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('refused');
    go.resolve();
    expect((await answer).status).toBe(200);
    expect(await drained).toBe(true);
  });

  it('cuts off what outlives the bound', async () => {
    const asked = Promise.withResolvers<void>();
    const { server, review } = await listening(() => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const answer = review().then(
      () => 'answered',
      () => 'cut',
    );
    await asked.promise;
    expect(await drainServer(server, 0, 100)).toBe(false);
    expect(await answer).toBe('cut');
  });

  it('ends at once when nothing is under way', async () => {
    const { server } = await listening(async (each) => decision(each));
    const started = performance.now();
    expect(await drainServer(server, 0, 60_000)).toBe(true);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
