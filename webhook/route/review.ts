import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stopwatch } from '../../host/clock.ts';
import {
  type Decision,
  renderAdmissionMessage,
  renderAuditAnnotations,
  renderJsonPatch,
  renderWarnings,
  type Review,
} from '../../policies/index.ts';
import { type ParsedBody, parseBody } from '../body.ts';
import { deadlineFrom, type FaultCode, type Judge, type Judged, judgeWithin } from '../deadline.ts';
import { limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Metrics, Verdict } from '../metrics.ts';
import { type AdmissionAnswer, type AskedReview, parseReview, renderReview } from '../review.ts';

/** What the review routes need of the server around them. */
export interface ReviewParts {
  readonly judge: Judge;
  readonly metrics: Metrics;
  readonly log: Log;
  /** What is answered when Assay itself is at fault. */
  readonly failureMode: 'Fail' | 'Ignore';
  /** The longest a review may take where the API server states no timeout. */
  readonly reviewSeconds: number;
  /** Whether callers should come back over another connection, which leads to another replica. */
  readonly draining: () => boolean;
}

/** `POST /mutate` and `POST /validate`: an AdmissionReview in, one out. */
export function addReviewRoutes(server: FastifyInstance, parts: ReviewParts): void {
  server.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: limits.bodyBytes } as const;
  server.addContentTypeParser('application/json', options, (_request: FastifyRequest, bytes: Buffer, done) => {
    done(null, parseBody(bytes));
  });
  for (const phase of ['mutate', 'validate'] as const) {
    server.post(`/${phase}`, { onRequest: refuseOtherContent }, (request, reply) =>
      answer(phase, request, reply, parts),
    );
  }
}

/** The API server sends exactly this; whatever reads a header more loosely than we do gets no say. */
function refuseOtherContent({ headers }: FastifyRequest, reply: FastifyReply, next: () => void): void {
  const type = headers['content-type'] ?? '';
  if (type === 'application/json' && headers['content-encoding'] === undefined) next();
  else if (/^application\/json(?:; ?charset=utf-8)?$/i.test(type) && headers['content-encoding'] === undefined) next();
  else
    reply
      .code(415)
      .header('connection', 'close')
      .send({ error: 'expected content-type application/json, not encoded' });
}

/** Sends the answer now, or comes to it. */
function answer(
  phase: Review['phase'],
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ReviewParts,
): FastifyReply | Promise<object> {
  const elapsed = stopwatch();
  const body = bodyOf(request);
  const parsed = body.kind === 'malformed' ? body : parseReview(body.value, phase);
  if (parsed.kind === 'malformed') {
    parts.metrics.reviewed(phase, 'malformed', elapsed() / 1000);
    parts.log.warn({ phase, detail: parsed.detail }, 'malformed review');
    return reply.code(400).send({ error: parsed.detail });
  }
  const { about, uid } = parsed.request;
  const finish = ({ verdict, answer: given, fields }: Ended): object => {
    const seconds = elapsed() / 1000;
    parts.metrics.reviewed(phase, verdict, seconds);
    const told = () => ({
      phase,
      uid,
      ...about(),
      verdict,
      milliseconds: Math.round(seconds * 10_000) / 10,
      ...fields(),
    });
    parts.log[levels[verdict]](told, 'review');
    if (parts.draining()) reply.header('connection', 'close');
    return renderReview(given);
  };
  const tooDeep = body.kind === 'value' && body.tooDeep;
  const ended = tooDeep ? refuseDepth(parsed.request) : judgeRequest(parsed.request, request.query, parts);
  return ended instanceof Promise ? ended.then(finish) : reply.send(finish(ended));
}

/** What simply passed is counted by the metrics and kept by the API server's audit log. */
const levels = { allowed: 'debug', warned: 'info', denied: 'info', fault: 'error', malformed: 'warn' } as const;

/** A request without a body never meets the parser. */
function bodyOf({ body }: FastifyRequest): ParsedBody {
  const parsed = body as ParsedBody | null | undefined;
  return parsed ?? parseBody(Buffer.alloc(0));
}

/** How a review ended: the answer, and what the log tells of it. */
interface Ended {
  readonly verdict: Verdict;
  readonly answer: AdmissionAnswer;
  readonly fields: () => object;
}

function judgeRequest(
  { uid, review }: AskedReview,
  query: unknown,
  { judge, reviewSeconds, failureMode }: ReviewParts,
): Ended | Promise<Ended> {
  const deadline = () => {
    const timeout: unknown =
      typeof query === 'object' && query !== null && 'timeout' in query ? query.timeout : undefined;
    return deadlineFrom(timeout, reviewSeconds);
  };
  const end = (judged: Judged): Ended => {
    if (judged.kind === 'fault') return atFault(uid, judged.code, judged.error, failureMode);
    try {
      return decided(uid, judged.decision);
    } catch (error) {
      return atFault(uid, 'FAULT_THROWN', error, failureMode);
    }
  };
  const judged = judgeWithin(judge, review, deadline);
  return judged instanceof Promise ? judged.then(end) : end(judged);
}

function decided(uid: string, decision: Decision): Ended {
  const { allowed, version, findings, images } = decision;
  const warnings = renderWarnings(decision);
  const message = allowed ? undefined : renderAdmissionMessage(decision, { maxCharacters: limits.messageCharacters });
  return {
    verdict: allowed ? (warnings.length > 0 ? 'warned' : 'allowed') : 'denied',
    answer: {
      uid,
      allowed,
      warnings,
      auditAnnotations: renderAuditAnnotations(decision),
      ...(message === undefined
        ? { patch: renderJsonPatch(version) }
        : { status: { code: 403, reason: 'Forbidden', message } }),
    },
    fields: () => ({
      images: images.length,
      patches: version.patches.length,
      findings: findings.slice(0, limits.warnings).map(({ policy, rule, code, effect, field, image }) => {
        return { policy, rule, code, effect, field, image: image?.reference, digest: image?.digest };
      }),
    }),
  };
}

/** Whoever writes an object can cause this, so it is a denial and no fault; a mutation changes nothing and leaves it to validation. */
function refuseDepth({ uid, review }: AskedReview): Ended {
  if (review.phase === 'mutate')
    return { verdict: 'allowed', answer: { uid, allowed: true }, fields: () => ({ code: 'LIMIT_DEPTH' }) };
  const message = `the object nests deeper than ${limits.bodyDepth} levels\n  LIMIT_DEPTH  assay explain LIMIT_DEPTH`;
  return {
    verdict: 'denied',
    answer: { uid, allowed: false, status: { code: 403, reason: 'Forbidden', message } },
    fields: () => ({ code: 'LIMIT_DEPTH' }),
  };
}

const faultSentences: Readonly<Record<FaultCode, string>> = {
  FAULT_THROWN: 'an error of its own stopped assay from judging this object',
  FAULT_TIMEOUT: 'assay did not come to a decision within the deadline of the API server',
  FAULT_NOT_READY: 'assay has no policies or no trust roots in force yet',
};

function atFault(uid: string, code: FaultCode, error: unknown, failureMode: ReviewParts['failureMode']): Ended {
  const message = `${faultSentences[code]}; the failure mode is ${failureMode}\n  ${code}  assay explain ${code}`;
  const fields = () => ({ code, failureMode, ...(error === undefined ? {} : { error }) });
  if (failureMode === 'Ignore')
    return { verdict: 'fault', answer: { uid, allowed: true, warnings: [message] }, fields };
  return {
    verdict: 'fault',
    answer: { uid, allowed: false, status: { code: 500, reason: 'InternalError', message } },
    fields,
  };
}
