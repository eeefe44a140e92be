import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Goes on answering for the grace, in which load balancers learn that this replica leaves, then takes no more connections
 * and waits for the requests under way. Whatever is left when `mostMilliseconds` have passed is cut off: false.
 */
export async function drainServer(
  server: FastifyInstance,
  graceMilliseconds: number,
  mostMilliseconds: number,
): Promise<boolean> {
  const cut = new AbortController();
  const late = delay(mostMilliseconds, false, { signal: cut.signal }).catch(() => false);
  await Promise.race([delay(graceMilliseconds), late]);
  const closed = server.close().then(() => true);
  const drained = await Promise.race([closed, late]);
  cut.abort();
  if (!drained) {
    server.server.closeAllConnections();
    await closed;
  }
  return drained;
}
