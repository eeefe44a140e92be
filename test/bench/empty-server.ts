import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';

/** fastify over TLS that reads an AdmissionReview and admits it: what no webhook can be cheaper than. Arguments: certificate, key. */
const [cert = '', key = ''] = process.argv.slice(2);
const server = fastify({ https: { cert: readFileSync(cert), key: readFileSync(key) } });
server.post<{ Body: { request: { uid: string } } }>('/validate', async ({ body }) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: body.request.uid, allowed: true },
}));
server.get('/metrics', async () => {
  const { user, system } = process.cpuUsage();
  return `process_cpu_seconds_total ${(user + system) / 1e6}\nprocess_resident_memory_bytes ${process.memoryUsage.rss()}\n`;
});
const address = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(JSON.stringify({ msg: 'listening', port: Number(new URL(address).port) }));
process.on('SIGTERM', () => process.exit(0));
