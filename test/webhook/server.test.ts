import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { Patch, Review } from '../../policies/index.ts';
import type { Judge } from '../../webhook/deadline.ts';
import { limits } from '../../webhook/limits.ts';
import { buildLog } from '../../webhook/log.ts';
import { buildMetrics } from '../../webhook/metrics.ts';
import { noRecords } from '../../webhook/records.ts';
import { buildServer, type Patience, type ServerParts, type Transport } from '../../webhook/server.ts';
import { createTlsAuthority } from '../support/tls/index.ts';
import { admissionReview, decision, finding, pod } from './review-case.ts';

const open: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Setup extends Partial<ServerParts> {
  readonly transport?: Transport;
  readonly times?: Patience;
}

function setUp({ times, transport = { kind: 'plain' }, ...change }: Setup = {}) {
  const seen: Review[] = [];
  const lines: string[] = [];
  const judge: Judge = async (review) => {
    seen.push(review);
    return decision(review);
  };
  const counts = { discoveries: 0, discoveriesFromCache: 0, proofs: 0, proofsFromCache: 0 };
  const parts: ServerParts = {
    judge,
    metrics: buildMetrics(() => ({
      policies: 1,
      problems: 0,
      trust: new Map(),
      requests: 0,
      evidence: counts,
      records: noRecords,
    })),
    log: buildLog('debug', { write: (line: string) => void lines.push(line) }),
    failureMode: 'Fail',
    reviewSeconds: 10,
    draining: () => false,
    readiness: () => [{ name: 'policies', ready: true, detail: '1 in force' }],
    ...change,
  };
  const server = buildServer(parts, transport, times);
  open.push(server);
  const post = async (body: string | Buffer | object, url = '/validate', headers: Record<string, string> = {}) => {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const answer = await server.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    });
    const json = answer.json<{
      error?: string;
      response?: {
        uid: string;
        allowed: boolean;
        status?: { code: number; reason: string; message: string };
        warnings?: string[];
        patch?: string;
      };
    }>();
    return { status: answer.statusCode, ...json };
  };
  return { server, post, seen, lines, parts };
}

describe('a review over HTTP', () => {
  it('A-ADM-23: is answered with its uid', async () => {
    const { post } = setUp();
    expect(await post(admissionReview({ uid: 'replayed' }))).toMatchObject({
      status: 200,
      response: { uid: 'replayed', allowed: true },
    });
    expect(await post(admissionReview({ uid: 'replayed' }))).toMatchObject({
      status: 200,
      response: { uid: 'replayed' },
    });
  });

  it('that is denied carries the reason, the message and status 403', async () => {
    const { post } = setUp({ judge: async (review) => decision(review, { allowed: false, findings: [finding()] }) });
    const { status, response } = await post(admissionReview());
    expect(status).toBe(200);
    expect(response).toMatchObject({ allowed: false, status: { code: 403, reason: 'Forbidden' } });
    expect(response?.status?.message).toMatch(
      /^acme-releases\/signatures: spec\.containers\[0\]\.image ghcr\.io\/acme\/shop:1\.4\.2[\s\S]*NO_SIGNATURE/,
    );
    expect(response).not.toHaveProperty('patch');
  });

  it('that only warns says so', async () => {
    const { post } = setUp({ judge: async (review) => decision(review, { findings: [finding({ effect: 'warn' })] }) });
    const { response } = await post(admissionReview());
    expect(response).toMatchObject({ allowed: true, warnings: [expect.stringContaining('NO_SIGNATURE')] });
  });

  it('of the mutating phase carries the patch', async () => {
    const object = pod();
    const patches: readonly Patch[] = [
      { op: 'replace', path: ['spec', 'containers', 0, 'image'], value: 'ghcr.io/acme/shop:1.4.2@sha256:0' },
    ];
    const { post, seen } = setUp({ judge: async (review) => decision(review, { version: { object, patches } }) });
    const { response } = await post(admissionReview(), '/mutate');
    expect(JSON.parse(Buffer.from(response?.patch ?? '', 'base64').toString())).toEqual([
      { op: 'replace', path: '/spec/containers/0/image', value: 'ghcr.io/acme/shop:1.4.2@sha256:0' },
    ]);
    expect(seen).toEqual([]);
  });

  it('reaches the judge with the phase of its path', async () => {
    const { post, seen } = setUp();
    await post(admissionReview(), '/mutate?timeout=5s');
    await post(admissionReview(), '/validate?timeout=5s');
    expect(seen.map(({ phase }) => phase)).toEqual(['mutate', 'validate']);
  });

  it('takes the deadline from the API server', async () => {
    const { post } = setUp({
      judge: (review, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () =>
            resolve(
              decision(review, {
                allowed: false,
                findings: [finding({ kind: 'undecided', code: 'DEADLINE_EXCEEDED' })],
              }),
            ),
          );
        }),
    });
    const { response } = await post(admissionReview(), '/validate?timeout=100ms');
    expect(response?.status?.message).toContain('DEADLINE_EXCEEDED');
  });

  it('A-ADM-13: gives the judge the same whoever asks: no user name, namespace or dry run exempts', async () => {
    const { post, seen } = setUp();
    await post(admissionReview());
    await post(
      admissionReview({
        userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
        namespace: 'kube-system',
        dryRun: true,
      }),
    );
    const [{ request: _, ...judged }] = seen as [Review];
    expect(seen[1]).toMatchObject(judged);
    expect(seen[1]?.request).toMatchObject({ dryRun: true, namespace: 'kube-system' });
  });
});

describe('a fault of our own', () => {
  const failing: Judge = () => Promise.reject(new Error('password=hunter2\nat the wrong place'));

  it('denies with a code in the failure mode Fail, and tells the caller nothing of the error', async () => {
    const { post, lines } = setUp({ judge: failing });
    const { response } = await post(admissionReview());
    expect(response).toMatchObject({ allowed: false, status: { code: 500, reason: 'InternalError' } });
    expect(response?.status?.message).toContain('FAULT_THROWN');
    expect(response?.status?.message).not.toContain('hunter2');
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ level: 'error', code: 'FAULT_THROWN', verdict: 'fault' }),
    );
  });

  it('admits with a warning in the failure mode Ignore', async () => {
    const { post } = setUp({ judge: failing, failureMode: 'Ignore' });
    expect((await post(admissionReview())).response).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('FAULT_THROWN')],
    });
  });

  it('A-ADM-19: never hangs a request, however long the judge takes', async () => {
    const { post } = setUp({ judge: () => new Promise(() => undefined) });
    expect((await post(admissionReview(), '/validate?timeout=50ms')).response?.status?.message).toContain(
      'FAULT_TIMEOUT',
    );
  });

  it('is also what a decision is that cannot be rendered', async () => {
    const { post } = setUp({ judge: async (review) => ({ ...decision(review), findings: null as never }) });
    expect((await post(admissionReview())).response).toMatchObject({ allowed: false, status: { code: 500 } });
  });
});

describe('what is no review', () => {
  it('A-ADM-23: is refused with status 400 and a sentence', async () => {
    const { post, seen } = setUp();
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '\ufeff{}',
      JSON.stringify({ kind: 'AdmissionReview' }),
      Buffer.from([0x7b, 0xff, 0x7d]),
    ]) {
      expect(await post(body), String(body)).toMatchObject({
        status: 400,
        error: expect.stringMatching(/^expected /) as string,
      });
    }
    expect(await post(admissionReview({}, { apiVersion: 'admission.k8s.io/v1beta1' }))).toMatchObject({ status: 400 });
    expect(seen).toEqual([]);
  });

  it('A-ADM-23: is refused by path and method', async () => {
    const { server, post } = setUp();
    expect((await post(admissionReview(), '/other')).status).toBe(404);
    expect((await post(admissionReview(), '/validate/')).status).toBe(404);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const) {
      expect((await server.inject({ method, url: '/validate' })).statusCode, method).toBe(404);
    }
  });

  const types = [
    'text/plain',
    'application/jsonp',
    'application/json\ta',
    'application/json ; charset=utf-8',
    'application/json;charset=utf-16',
    'application/json, text/plain',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
  ];
  for (const type of types) {
    it(`A-ADM-23, A-PRS-9: is refused with content-type ${JSON.stringify(type)}`, async () => {
      const { post, seen } = setUp();
      expect(await post(admissionReview(), '/validate', { 'content-type': type })).toMatchObject({ status: 415 });
      expect(seen).toEqual([]);
    });
  }

  it('is refused when it is encoded', async () => {
    expect((await setUp().post(admissionReview(), '/validate', { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

describe('what a review may hold', () => {
  it('A-PRS-1: two objects of 3 MiB each, and what the API server adds', async () => {
    const { post } = setUp();
    const object = pod('nginx', { name: 'shop', annotations: { big: 'x'.repeat(3 * 1024 * 1024) } });
    const body = admissionReview({ operation: 'UPDATE', object, oldObject: object });
    expect((await post(body)).response).toMatchObject({ allowed: true });
  });

  it('A-PRS-1: and not one byte more than the bound', async () => {
    const { post, seen } = setUp();
    const body = JSON.stringify(admissionReview());
    const padded = (bytes: number) => body + ' '.repeat(bytes - Buffer.byteLength(body));
    expect((await post(padded(limits.bodyBytes))).status).toBe(200);
    expect(await post(padded(limits.bodyBytes + 1))).toMatchObject({
      status: 413,
      error: expect.stringContaining(String(limits.bodyBytes)) as string,
    });
    expect(seen).toHaveLength(1);
  });

  it('A-PRS-3: keys named __proto__ and constructor, which pollute nothing', async () => {
    const { post, seen } = setUp();
    const object = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"__proto__":"a","constructor":"b","prototype":"c"},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`;
    const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
    const body = JSON.stringify(admissionReview({ kind })).replace(JSON.stringify(pod()), object);
    expect((await post(body)).response).toMatchObject({ allowed: true });
    const [review] = seen;
    expect(JSON.stringify(review?.object)).toBe(object);
    expect(Object.getPrototypeOf(review?.object)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('an envelope whose prototype is no request', async () => {
    const body = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","__proto__":${JSON.stringify(admissionReview())}}`;
    expect(await setUp().post(body)).toMatchObject({ status: 400 });
  });

  it('A-PRS-2: equal keys, of which the last one counts, as in the API server', async () => {
    const { post, seen } = setUp();
    await post(JSON.stringify(admissionReview()).replace('"name":"web"', '"name":"first","name":"web"'));
    expect(seen[0]?.object).toEqual(pod());
  });

  it('A-PRS-4: numbers of any size', async () => {
    const { post } = setUp();
    const body = JSON.stringify(admissionReview()).replace(
      '"name":"web"',
      '"name":"web","a":9007199254740993,"b":1e400,"c":-0,"d":1e-400',
    );
    expect((await post(body)).response).toMatchObject({ allowed: true });
  });

  it('A-PRS-5: odd texts: NUL, halves of surrogate pairs, CRLF', async () => {
    const { post, lines } = setUp();
    const body = JSON.stringify(admissionReview({ name: 'x' })).replace(
      '"name":"x"',
      String.raw`"name":"a\u0000\r\n\ud800{\"level\":\"fatal\"}"`,
    );
    expect((await post(body)).response).toMatchObject({ allowed: true });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'a \ufffd{"level":"fatal"}' });
  });

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const deep = (depth: number) =>
    JSON.stringify(admissionReview()).replace('"name":"web"', `"name":"web","deep":${nested(depth)}`);

  it('A-PRS-5: no more levels than the bound, whatever the failure mode', async () => {
    const { post, seen } = setUp({ failureMode: 'Ignore' });
    // AdmissionReview, request, object, spec, containers, [0].
    expect((await post(deep(limits.bodyDepth - 6))).response).toMatchObject({ allowed: true });
    for (const depth of [limits.bodyDepth - 5, 10_000, 100_000]) {
      const { response } = await post(deep(depth));
      expect(response).toMatchObject({ allowed: false, status: { code: 403 } });
      expect(response?.status?.message).toContain('LIMIT_DEPTH');
    }
    expect((await post(deep(10_000), '/mutate')).response).toMatchObject({ allowed: true });
    expect(seen).toHaveLength(1);
  });

  it('brackets inside of texts, which are no levels', async () => {
    const body = admissionReview({ name: '['.repeat(2000), object: pod(`\\"${'{'.repeat(2000)}\\\\`) });
    expect((await setUp().post(body)).response).toMatchObject({ allowed: true });
  });

  it('A-PRS-5: a list of a million items', async () => {
    const body = JSON.stringify(admissionReview()).replace(
      '"name":"web"',
      `"name":"web","list":[${'0,'.repeat(1_000_000)}0]`,
    );
    expect((await setUp().post(body)).response).toMatchObject({ allowed: true });
  });
});

describe('callers', () => {
  it('hold no more connections than the bound', () => {
    expect(setUp().server.server.maxConnections).toBe(limits.connections);
  });
});

describe('a slow caller', () => {
  const times: Patience = { request: 300, headers: 200, handshake: 100, check: 50 };

  const talk = async (server: FastifyInstance, start: string, drip?: string) => {
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.write(start);
    const timer = drip === undefined ? undefined : setInterval(() => socket.write(drip), 30);
    const text = await received(socket);
    clearInterval(timer);
    return text;
  };

  it('A-PRS-9: that drips headers is let go', async () => {
    expect(await talk(setUp({ times }).server, 'POST /validate HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n')).toMatch(
      /^HTTP\/1.1 408 /,
    );
  });

  it('that does not begin to speak TLS is let go', async () => {
    const { cert, key } = createTlsAuthority().server();
    const transport = {
      kind: 'tls',
      material: { context: { cert, key }, notAfter: new Date(Date.now() + 1e9) },
      clientCertificates: false,
    } as const;
    const { server } = setUp({ times, transport });
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    expect(await received(socket)).toBe('');
  });

  it('A-PRS-9: that never ends a chunked body is let go', async () => {
    const head =
      'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await talk(setUp({ times }).server, head, '1\r\n \r\n')).toMatch(/^HTTP\/1.1 408 /);
  });

  it('A-PRS-9: that sends both a length and chunks is refused', async () => {
    const head =
      'POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await talk(setUp({ times }).server, head)).toMatch(/^HTTP\/1.1 400 /);
  });

  it('A-PRS-9: that sends requests one behind the other gets the answers in that order', async () => {
    const { server } = setUp({ times });
    const request = (uid: string, connection: string) => {
      const body = JSON.stringify(admissionReview({ uid }));
      return `POST /validate HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    };
    const text = await talk(server, request('first', 'keep-alive') + request('second', 'close'));
    expect([...text.matchAll(/"uid":"(\w+)"/g)].map(([, uid]) => uid)).toEqual(['first', 'second']);
  });
});

function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

describe('the health checks', () => {
  it('are live always and ready when every condition holds', async () => {
    for (const name of ['policies', 'trust', 'tls', 'serving'] as const) {
      const names = ['policies', 'trust', 'tls', 'serving'] as const;
      const { server } = setUp({
        readiness: () => names.map((each) => ({ name: each, ready: each !== name, detail: 'x' })),
      });
      expect((await server.inject('/livez')).statusCode).toBe(200);
      const ready = await server.inject('/readyz');
      expect(ready.statusCode).toBe(503);
      expect(ready.body).toContain(`[-] ${name}: x\n`);
    }
    expect((await setUp().server.inject('/readyz')).statusCode).toBe(200);
  });
});
