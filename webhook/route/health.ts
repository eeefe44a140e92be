import type { FastifyInstance } from 'fastify';
import { isReady, type Readiness, renderConditions } from '../readiness.ts';

/** `GET /livez`: the process answers. `GET /readyz`: 200 when every condition holds, else 503; both list them. */
export function addHealthRoutes(server: FastifyInstance, readiness: Readiness): void {
  server.get('/livez', async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'));
  server.get('/readyz', async (_request, reply) => {
    const conditions = readiness();
    return reply
      .code(isReady(conditions) ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(renderConditions(conditions));
  });
}
