import { anonymous, publicGoodRoot } from '../../../evidence/index.ts';
import { shippedFolders } from '../../../host/library.ts';
import {
  type Assumptions,
  compilePolicies,
  type Decision,
  type Document,
  defaulted,
  judge,
  type KubernetesObject,
  type Lookup,
  type PolicySet,
  renderProblem,
  requestFor,
  type RequestOptions,
  withPacks,
} from '../../../policies/index.ts';
import { noEvidence } from '../kubernetes/judge-object.ts';

export const library = shippedFolders('policies/library');

/** The policies of packs, such as `pod-security:restricted@v1.34`, compiled. */
export async function openPack(...words: readonly string[]): Promise<PolicySet> {
  const { documents, lines } = await withPacks(words, [], library);
  if (lines.length > 0) throw new Error(lines.join('\n'));
  return compileAll(documents);
}

const trustRoots = new Map([['public-good', publicGoodRoot().material]]);

export function compileAll(documents: readonly Document[]): PolicySet {
  const { policies, problems } = compilePolicies(documents, { trustRoots, exceptionNamespaces: 'all' });
  if (problems.length > 0) throw new Error(problems.map(renderProblem).join('\n'));
  return policies;
}

export interface Circumstances extends RequestOptions {
  readonly oldObject?: KubernetesObject;
  readonly lookup?: Lookup;
  readonly phase?: 'mutate' | 'validate';
  readonly assumptions?: Assumptions;
}

/** What the policies say of an object as the API server completes it. */
export async function judgeBy(
  policies: PolicySet,
  object: KubernetesObject,
  { oldObject, lookup, assumptions, phase = 'validate', ...options }: Circumstances = {},
): Promise<Decision> {
  const operation = options.operation ?? (oldObject === undefined ? 'CREATE' : 'UPDATE');
  const completed = defaulted(object);
  const review = {
    phase,
    operation,
    request: requestFor(object, { ...options, operation }),
    ...(operation === 'DELETE' ? { oldObject: completed } : { object: completed }),
    ...(oldObject === undefined ? {} : { oldObject: defaulted(oldObject) }),
  };
  return await judge(review, {
    policies,
    references: {},
    unmatchedImages: 'Allow',
    evidence: noEvidence,
    keychain: anonymous,
    ...(lookup === undefined ? {} : { lookup }),
    ...(assumptions === undefined ? {} : { assumptions }),
    now: new Date('2026-11-02T00:00:00Z'),
    signal: AbortSignal.timeout(30_000),
  });
}
