import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AdmissionRequest,
  type KubernetesObject,
  requestFor,
  type Review,
  valueAt,
} from '../../policies/index.ts';
import type { Constraint } from '../../policies/govern.ts';
import { learn, nothingKnown } from '../../policies/known.ts';
import { compileMatchConstraints } from '../../policies/match-constraints.ts';
import type { MatchResourcesSpec } from '../../policies/schema/match.ts';
import { parseReview } from '../../webhook/review.ts';
import { type ApiAnswer, apiServer, type ApiRequest } from './api-server.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Constraints, constraints, refused } from './matching-constraints.ts';
import { type Asked, asked, collectionOf, objects } from './matching-requests.ts';
import { until } from './program.ts';
import { type Recorder, startRecorder } from './recorder.ts';

/**
 * The API server says for each request which of many policies speak of it: each of them warns. Assay is shown the same request, as the API
 * server sends it to a webhook and as the command line makes it from a manifest, and must say the same.
 */

const policies = constraints(45);
const folder = mkdtempSync(join(tmpdir(), 'assay-matching-'));
let cluster: ControlPlane;
let recorder: Recorder;
let call: (asked: ApiRequest) => Promise<ApiAnswer>;
const namespaces = new Map<string, KubernetesObject>();

beforeAll(async () => {
  cluster = await startControlPlane(folder);
  call = apiServer(folder);
  recorder = await startRecorder();
  for (const object of objects) await created(object);
  await created(recorder.registration, `${registrations}/validatingwebhookconfigurations`);
  for (const one of [...policies, last]) await put(one);
  const probe = (): Promise<ApiAnswer> => call({ method: 'GET', path: '/api/v1/namespaces/shop/pods/p/proxy/' });
  await until('the last policy warns', async () => warned(await probe()).includes(last.name));
  await until('the recorder is asked', async () => {
    await probe();
    return recorder.take().length > 0;
  });
  // What was written before the last one may still be on its way: policies and bindings come by different watches.
  await sleep(3000);
  const { items } = JSON.parse((await call({ method: 'GET', path: '/api/v1/namespaces' })).body) as {
    items: { metadata: { name: string } }[];
  };
  for (const item of items) namespaces.set(item.metadata.name, item);
});

afterAll(async () => {
  await cluster?.stop();
  await recorder?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const registrations = '/apis/admissionregistration.k8s.io/v1';
const last: Constraints = {
  name: 'last',
  policy: { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }] },
};

/** Creates an object; one whose kind is about to be served is tried again. */
async function created(object: KubernetesObject, path = collectionOf(object)): Promise<void> {
  let answer: ApiAnswer | undefined;
  await until(`${path} takes an object`, async () => {
    answer = await call({ method: 'POST', path, body: object });
    return answer.status !== 404;
  });
  if (answer?.status !== 201) throw new Error(`${path}: ${answer?.body}`);
}

/** A policy that warns of whatever it speaks of. */
const policyOf = ({ name, policy }: Constraints): object => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: { matchConstraints: policy, validations: [{ expression: 'false', message: 'no' }] },
});

async function put(one: Constraints): Promise<void> {
  const { name, binding } = one;
  await created(policyOf(one), `${registrations}/validatingadmissionpolicies`);
  const matchResources = binding === undefined ? {} : { matchResources: binding };
  const spec = { policyName: name, validationActions: ['Warn'], ...matchResources };
  const document = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' };
  await created({ ...document, metadata: { name }, ...{ spec } }, `${registrations}/validatingadmissionpolicybindings`);
}

const warned = ({ warnings }: ApiAnswer): readonly string[] =>
  warnings.flatMap((text) => /ValidatingAdmissionPolicy '([^']+)'/.exec(text)?.[1] ?? []);

const compiled = new Map<string, readonly Constraint[]>(
  policies.map(({ name, policy, binding }) => [
    name,
    [policy, ...(binding === undefined ? [] : [binding])].map((spec) => constraintOf(spec).constraint),
  ]),
);

function constraintOf(spec: MatchResourcesSpec): { readonly constraint: Constraint; readonly problems: number } {
  let problems = 0;
  const constraint = compileMatchConstraints(spec, [], () => void (problems += 1));
  return { constraint, problems };
}

/** Names of the policies that speak of the review, as Assay has it. */
function spoken(review: Review): readonly string[] {
  const { object = {}, oldObject } = review;
  const shown = review.operation === 'DELETE' ? (oldObject ?? {}) : object;
  const version = { object: shown, ...(oldObject === undefined ? {} : { oldObject }), patches: [] };
  const speaks = (constraint: Constraint): boolean => {
    const first = constraint.evaluate({ review, version }, nothingKnown());
    if (typeof first === 'string') return first === 'matched';
    if (first.kind !== 'needs') throw new Error(JSON.stringify(first));
    const answers = first.needs.flatMap((need) => {
      const value = need.kind === 'namespace' ? namespaces.get(need.name) : undefined;
      return need.kind === 'namespace' && value !== undefined
        ? [{ kind: need.kind, need, read: { kind: 'found', value } as const }]
        : [];
    });
    const second = constraint.evaluate({ review, version }, learn(nothingKnown(), answers));
    if (typeof second !== 'string') throw new Error(JSON.stringify(second));
    return second === 'matched';
  };
  return [...compiled].filter(([, all]) => all.every(speaks)).map(([name]) => name);
}

interface Shown {
  readonly real: readonly string[];
  readonly recorded?: Review;
}

const shown = new Map<Asked, Promise<Shown>>();

/** What the API server made of the request, asked once. */
function show(one: Asked): Promise<Shown> {
  const before = shown.get(one);
  if (before !== undefined) return before;
  const now = showNow(one);
  shown.set(one, now);
  return now;
}

async function showNow({ request }: Asked): Promise<Shown> {
  recorder.take();
  const answer = await call(request);
  const [body] = recorder.take();
  const real = warned(answer).filter((name) => name !== last.name);
  // Otherwise the API server has begun to leave warnings out.
  expect(answer.warnings.join('').length).toBeLessThan(4000);
  // An answer before admission would be no comparison.
  if (warned(answer).length === 0) expect([201, 200]).toContain(answer.status);
  if (body === undefined) return { real };
  const parsed = parseReview(body, 'validate');
  if (parsed.kind === 'malformed') throw new Error(parsed.detail);
  return { real, recorded: parsed.request.review };
}

const inOrder = (names: readonly string[]): readonly string[] => names.toSorted();

describe('the policies that speak of a request', () => {
  for (const one of asked) {
    it(`for ${one.name} are those of the API server`, async () => {
      const { real, recorded } = await show(one);
      if (recorded !== undefined) expect(inOrder(spoken(recorded))).toEqual(inOrder(real));
      const { manifest } = one;
      if (manifest === undefined) expect(recorded).toBeDefined();
      else expect(inOrder(spoken(reviewOf(manifest)))).toEqual(inOrder(real));
    });
  }

  it('are some and not all, over more than a thousand pairs', async () => {
    const all = await Promise.all(asked.map((one) => show(one)));
    const pairs = all.length * policies.length;
    const matched = all.reduce((sum, { real }) => sum + real.length, 0);
    expect(pairs).toBeGreaterThan(1000);
    expect(matched / pairs).toBeGreaterThan(0.1);
    expect(matched / pairs).toBeLessThan(0.9);
  });
});

const requestOf = ({ object, operation }: NonNullable<Asked['manifest']>): AdmissionRequest =>
  requestFor(object, { operation, resourceOf: declared });

it('A-ADM-18: the API server asks no webhook about registrations of webhooks and policies', async () => {
  const registered = asked.filter(({ request }) => request.path.startsWith(registrations));
  expect(registered).toHaveLength(2);
  for (const one of registered) expect((await show(one)).recorded).toBeUndefined();
});

function reviewOf(manifest: NonNullable<Asked['manifest']>): Review {
  const { object, operation, old } = manifest;
  const before = operation === 'DELETE' ? object : old;
  return {
    phase: 'validate',
    operation,
    request: requestOf(manifest),
    ...(operation === 'DELETE' ? {} : { object: withoutNulls(object) }),
    ...(before === undefined ? {} : { oldObject: before }),
  };
}

/** As the definition says it. */
const declared = (apiVersion: string, kind: string) =>
  kind === 'Ox' && apiVersion.startsWith('acme.example/') ? { plural: 'oxen', namespaced: true } : undefined;

/** What a merge patch leaves. */
const withoutNulls = (object: KubernetesObject): KubernetesObject =>
  JSON.parse(JSON.stringify(object), (_, value: unknown) => (value === null ? undefined : value)) as KubernetesObject;

describe('the request that the command line makes of a manifest', () => {
  for (const one of asked) {
    const { manifest } = one;
    if (manifest === undefined) continue;
    it(`for ${one.name} is that of the API server`, async () => {
      const { recorded } = await show(one);
      // The API server keeps some requests from webhooks, too.
      if (recorded?.request === undefined) return;
      const { userInfo: _, options, dryRun, name, ...asked } = recorded.request;
      const { userInfo, options: own, dryRun: dry, name: given, ...made } = requestOf(manifest);
      expect(made).toEqual(asked);
      // Where it makes the name, it has done so by the time that it asks for validation.
      const prefix = valueAt(manifest.object, ['metadata', 'generateName']);
      expect(given ?? prefix).toBe(typeof prefix === 'string' ? name?.slice(0, prefix.length) : name);
      expect([userInfo, dry, dryRun]).toEqual([{}, false, true]);
      expect(options).toMatchObject({ apiVersion: 'meta.k8s.io/v1' });
      // A patch has options of its own.
      if (one.request.method !== 'PATCH') expect(options).toMatchObject(own as object);
    });
  }
});

describe('constraints that the API server refuses', () => {
  for (const [name, spec] of Object.entries(refused)) {
    it(`are refused here too: ${name}`, async () => {
      const path = `${registrations}/validatingadmissionpolicies?dryRun=All`;
      const { status, body } = await call({ method: 'POST', path, body: policyOf({ name: 'refused', policy: spec }) });
      expect([status, body]).toEqual([422, expect.stringContaining('spec.matchConstraints')]);
      expect(constraintOf(spec).problems).toBeGreaterThan(0);
    });
  }

  it('are not those that it takes', async () => {
    for (const { policy, binding } of policies) {
      expect(constraintOf(policy).problems).toBe(0);
      if (binding !== undefined) expect(constraintOf(binding).problems).toBe(0);
    }
  });
});
