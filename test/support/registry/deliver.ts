import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './exchange.ts';
import type { Fault } from './faults.ts';

/** Changes an answer as the faults that concern its content say. */
export function spoil(answer: Answer, fault: Fault): Answer {
  const headers = { ...answer.headers };
  switch (fault.kind) {
    case 'status':
      return replaced(fault.status, Buffer.from(fault.body ?? '{"errors":[]}'), fault.headers);
    case 'redirect':
      return replaced(fault.status ?? 307, Buffer.alloc(0), { location: fault.location });
    case 'headers':
      for (const [name, value] of Object.entries(fault.headers)) {
        if (value === '') delete headers[name];
        else headers[name] = value;
      }
      return { ...answer, headers };
    case 'content-type':
      return { ...answer, headers: { ...headers, 'content-type': fault.value } };
    case 'wrong-digest-header':
      return {
        ...answer,
        headers: { ...headers, 'docker-content-digest': fault.digest ?? `sha256:${'0'.repeat(64)}` },
      };
    case 'wrong-bytes': {
      const body = fault.bytes === undefined ? lastByteChanged(answer.body) : Buffer.from(fault.bytes);
      return { ...answer, headers: { ...headers, 'content-length': String(body.length) }, body };
    }
    case 'latency':
    case 'truncated':
    case 'endless':
    case 'slow':
    case 'content-length':
    case 'hang':
    case 'drop':
    case 'answers-in-turn':
      return answer;
  }
}

const replaced = (status: number, body: Buffer, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers },
  body,
});

function lastByteChanged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const last = copy.length - 1;
  if (last >= 0) copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
}

/** Sends an answer, in the way that the faults that concern delivery say; settles when nothing more will be sent. */
export async function deliver(
  response: ServerResponse,
  method: string,
  answer: Answer,
  faults: readonly Fault[],
): Promise<void> {
  for (const fault of faults) if (fault.kind === 'latency') await sleep(fault.milliseconds);
  if (faults.some(({ kind }) => kind === 'hang')) return;
  if (faults.some(({ kind }) => kind === 'drop')) {
    response.destroy();
    return;
  }
  const body = method === 'HEAD' ? Buffer.alloc(0) : answer.body;
  for (const fault of faults) {
    if (fault.kind === 'endless') return endless(response, answer);
    if (fault.kind === 'slow') return trickle(response, answer, body, fault.bytesPerSecond);
    if (fault.kind === 'truncated') {
      return cutShort(response, answer, body.subarray(0, fault.after ?? Math.floor(body.length / 2)));
    }
    if (fault.kind === 'content-length') {
      const headers = { ...answer.headers, 'content-length': String(fault.value), connection: 'close' };
      return cutShort(response, { ...answer, headers }, body);
    }
  }
  response.writeHead(answer.status, answer.headers);
  response.end(body);
}

/** What is said and what is sent differ in length, so the connection ends here. */
function cutShort(response: ServerResponse, answer: Answer, body: Buffer): void {
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  response.write(body, () => response.socket?.end());
}

async function endless(response: ServerResponse, answer: Answer): Promise<void> {
  const { 'content-length': _length, ...headers } = answer.headers;
  response.writeHead(answer.status, headers);
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  while (!response.destroyed) {
    await (response.write(chunk) ? nextTurn() : sleep(5));
  }
}

async function trickle(response: ServerResponse, answer: Answer, body: Buffer, bytesPerSecond: number): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  const step = Math.max(1, Math.floor(bytesPerSecond / 20));
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    response.write(body.subarray(at, at + step));
    await sleep((1000 * step) / bytesPerSecond);
  }
  response.end();
}
