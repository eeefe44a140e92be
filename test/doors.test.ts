import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { judgeBothPhases, placed } from '../cli/judgement.ts';
import { anonymous } from '../evidence/index.ts';
import {
  compilePolicies,
  type Decision,
  decisionRecord,
  defaulted,
  isObject,
  judge,
  type KubernetesObject,
  parseDocuments,
  requestFor,
} from '../policies/index.ts';
import { parseReview } from '../webhook/review.ts';
import { judgeObject, noEvidence } from './policies/kubernetes/judge-object.ts';

/** One engine, two doors: what is true of every decision whoever asks. */

const corpus = process.env['ASSAY_CORPUS'] ?? '../shared/corpus';

const rules = [
  'object.metadata.name != "reviews-v1"',
  'object.?spec.?replicas.orValue(1) < 3',
  'pod.containers.all(c, has(c.resources))',
  'pod.?securityContext.?runAsNonRoot.orValue(false) == true',
  'image.tag != "latest" && image.tag != null',
  'image.platforms.size() > 0 || image.repository.startsWith("docker.io/")',
  'request.operation == "CREATE" && request.namespace != "kube-system"',
  'object.spec.none == 1',
  'has(object.metadata.namespace) ? namespaceObject.metadata.name == object.metadata.namespace : true',
];
const policyOf = (name: string, expressions: readonly string[], more: object = {}): string =>
  stringify({
    apiVersion: 'assay.dev/v1alpha1',
    kind: 'ClusterWorkloadPolicy',
    metadata: { name },
    spec: { validations: expressions.map((expression, at) => ({ name: `r${at}`, expression })), ...more },
  });
const mutation = stringify({
  apiVersion: 'assay.dev/v1alpha1',
  kind: 'ClusterWorkloadPolicy',
  metadata: { name: 'mutating' },
  spec: {
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"seen": "yes"}}}' },
      },
    ],
  },
});

const compiled = (text: string) => {
  const { policies, problems } = compilePolicies(parseDocuments(text, 'p.yaml').documents, { trustRoots: new Map() });
  expect(problems).toEqual([]);
  return policies;
};
const world = {
  references: {},
  unmatchedImages: 'Warn' as const,
  evidence: noEvidence,
  keychain: anonymous,
  signal: AbortSignal.timeout(600_000),
};

describe('the same object through the command line and the webhook', () => {
  const files = ['workloads', 'pod-security/baseline', 'pod-security/restricted'].flatMap((folder) =>
    manifestsBelow(join(corpus, folder)),
  );

  it('is there', ({ skip }) => {
    if (files.length === 0 && process.env['CI'] === undefined) skip(`${corpus} is absent: its objects were not judged`);
    expect(files.length).toBeGreaterThan(0);
  });

  it('A-CEL-11: gets the same decision', async () => {
    const policies = compiled(`${policyOf('p', rules, { pin: 'None' })}---\n${mutation}`);
    let judged = 0;
    for (const file of files) {
      for (const { value } of parseDocuments(readFileSync(file, 'utf8'), file).documents) {
        if (!isObject(value) || typeof value.kind !== 'string') continue;
        const byHand = await judgeBothPhases(
          value,
          { assembled: { ...world, trustRoots: new Map() } as never, policies, warnings: [], requests: () => 0 },
          world.signal,
        );
        const asked = await throughWebhook(value, policies);
        expect(told(asked), `${file} ${value.kind}`).toEqual(told(byHand));
        judged += 1;
      }
    }
    expect(judged > 200 || files.length === 0).toBe(true);
  }, 120_000);
});

/** The object as the API server would send it: in its namespace, with what is filled in, mutated first. */
async function throughWebhook(object: KubernetesObject, policies: ReturnType<typeof compiled>): Promise<Decision> {
  const request = requestFor(object);
  const arrived = defaulted(placed(object, request.namespace));
  const review = async (phase: 'mutate' | 'validate', of: KubernetesObject): Promise<Decision> => {
    const body = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: { uid: 'u', ...request, object: of },
    };
    const parsed = parseReview(JSON.parse(JSON.stringify(body)), phase);
    if (parsed.kind !== 'request') throw new Error(parsed.detail);
    return await judge(parsed.request.review, { ...world, policies, now: new Date() });
  };
  return await review('validate', (await review('mutate', arrived)).version.object);
}

/** Findings without what only a file has: the reference as it is written there. */
const told = (decision: Decision): readonly string[] => {
  const { violations, gaps, errors, warnings, audits } = decisionRecord(decision);
  return [violations, gaps, errors, warnings, audits]
    .flat()
    .map(({ policy, rule, code, path, effect, found }) => JSON.stringify([policy, rule, code, path, effect, found]))
    .toSorted();
};

function manifestsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => join(folder, file))
    .toSorted();
}

const pod = (images: readonly string[], labels: Readonly<Record<string, string>>): KubernetesObject => {
  const spec = { containers: images.map((image, at) => ({ name: `c${at}`, image })) };
  const made: object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', labels }, spec };
  return made;
};
const anyPod = fc
  .tuple(
    fc.array(fc.constantFrom('nginx', 'x.example/a:1', 'x.example/b:latest', 'not an image', ''), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('x', 'y')),
  )
  .map(([images, labels]) => pod(images, labels));
const anyRules = fc.subarray([...rules, 'true', 'false', '"a" in object.metadata.labels']);

describe('a decision', () => {
  it('is never turned from a denial into an admission by one rule, gap or error more', async () => {
    await fc.assert(
      fc.asyncProperty(anyPod, anyRules, anyRules, async (object, before, more) => {
        const few = await judgeObject(policyOf('a', ['true', ...before]), object);
        const beside = await judgeObject(
          `${policyOf('a', ['true', ...before])}---\n${policyOf('b', ['true', ...more])}`,
          object,
        );
        const within = await judgeObject(policyOf('a', ['true', ...before, ...more]), object);
        if (!few.allowed) expect([beside.allowed, within.allowed]).toEqual([false, false]);
      }),
      { numRuns: 150 },
    );
  });

  it('under onUnavailable: Deny admits nothing while evidence is unknown that it denies when it is known', async () => {
    const decided = [
      'image.platforms.size() > 0',
      'image.platforms.size() > 0 || image.tag == "1"',
      'image.tag != "1" || image.digest != ""',
    ];
    await fc.assert(
      fc.asyncProperty(
        anyPod,
        fc.subarray(decided, { minLength: 1 }),
        fc.boolean(),
        async (object, expressions, there) => {
          const policy = policyOf('a', expressions, { pin: 'None', onUnavailable: 'Deny' });
          const unknown = await judgeObject(policy, object);
          const known = await judgeObject(policy, object, { evidence: there ? 'everything' : 'nothing' });
          if (unknown.allowed) expect(known.allowed).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is the same in the same order each time', async () => {
    await fc.assert(
      fc.asyncProperty(anyPod, anyRules, async (object, expressions) => {
        const policy = policyOf('a', ['true', ...expressions]);
        const first = decisionRecord(await judgeObject(policy, object));
        expect(decisionRecord(await judgeObject(policy, object))).toEqual(first);
      }),
      { numRuns: 50 },
    );
  });

  it('A-CEL-8: whose patches are applied patches nothing the second time', async () => {
    await fc.assert(
      fc.asyncProperty(anyPod, async (object) => {
        const once = await judgeObject(mutation, object, { phase: 'mutate' });
        expect(once.version.patches.length).toBeGreaterThan(0);
        expect((await judgeObject(mutation, once.version.object, { phase: 'mutate' })).version.patches).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
