import type { Evidence } from '../../../evidence/index.ts';
import { absent, anonymous, found, gap, parseDigest, sha256 } from '../../../evidence/index.ts';
import {
  type AdmissionRequest,
  compilePolicies,
  type Decision,
  judge,
  type KubernetesObject,
  objectLookup,
  parseDocuments,
  requestFor,
  type RequestOptions,
  type UnmatchedImages,
} from '../../../policies/index.ts';

export interface ObjectOptions extends RequestOptions {
  /** What is known of the cluster: parameter objects, namespaces. */
  readonly objects?: readonly KubernetesObject[];
  readonly oldObject?: KubernetesObject;
  readonly request?: AdmissionRequest;
  readonly phase?: 'mutate' | 'validate';
  readonly unmatchedImages?: UnmatchedImages;
  /** What a registry would say; that it cannot be reached where it is left out. */
  readonly evidence?: 'nothing' | 'everything';
}

/** Judges one object by policies that ask for nothing of its images. */
export async function judgeObject(
  policies: string,
  object: KubernetesObject,
  { objects = [], oldObject, phase = 'validate', unmatchedImages = 'Allow', evidence, ...options }: ObjectOptions = {},
): Promise<Decision> {
  const compiled = compilePolicies(parseDocuments(policies, 'policies.yaml').documents, {
    trustRoots: new Map(),
    exceptionNamespaces: 'all',
  });
  if (compiled.problems.length > 0) throw new Error(JSON.stringify(compiled.problems));
  const operation = options.operation ?? (oldObject === undefined ? 'CREATE' : 'UPDATE');
  const review = {
    phase,
    operation,
    request: options.request ?? requestFor(object, { ...options, operation }),
    ...(operation === 'DELETE' ? { oldObject: object } : { object }),
    ...(oldObject === undefined ? {} : { oldObject }),
  };
  return await judge(review, {
    policies: compiled.policies,
    references: {},
    unmatchedImages,
    evidence: evidence === undefined ? noEvidence : knownEvidence(evidence === 'everything'),
    keychain: anonymous,
    lookup: objectLookup(objects),
    now: new Date('2026-11-02T00:00:00Z'),
    signal: AbortSignal.timeout(5000),
  });
}

const named = { mediaType: 'application/octet-stream', digest: sha256(Buffer.from('')), size: 0, annotations: {} };
const emptyManifest = { kind: 'manifest', mediaType: '', config: named, layers: [], annotations: {} } as const;

/** A registry that has every image, or none. */
const knownEvidence = (there: boolean): Evidence => ({
  ...noEvidence,
  fulfil: (needs) =>
    Promise.resolve(
      needs.map((need) => {
        const digest = parseDigest(`sha256:${'a'.repeat(64)}`)!;
        switch (need.kind) {
          case 'image':
            return { kind: need.kind, need, read: there ? found({ digest, kind: 'manifest' as const }) : absent };
          case 'signatures':
            return { kind: need.kind, need, read: found({ proven: [], rejected: [] }) };
          case 'attestations':
            return { kind: need.kind, need, read: found({ proven: [], rejected: [] }) };
          case 'config':
            return { kind: need.kind, need, read: there ? found({ config: {} }) : absent };
          case 'manifest':
            return { kind: need.kind, need, read: there ? found(emptyManifest) : absent };
          case 'modules':
            return { kind: need.kind, need, read: there ? found({ modules: [] }) : absent };
          case 'platforms':
            return {
              kind: need.kind,
              need,
              read: there ? found({ kind: 'manifest' as const, runnable: [{ digest }] }) : absent,
            };
        }
      }),
    ),
});

export const noEvidence: Evidence = {
  fulfil: (needs) =>
    Promise.resolve(
      needs.map((need) => {
        const read = gap('REGISTRY_UNREACHABLE', 'no registry here');
        switch (need.kind) {
          case 'image':
            return { kind: need.kind, need, read };
          case 'signatures':
            return { kind: need.kind, need, read };
          case 'attestations':
            return { kind: need.kind, need, read };
          case 'platforms':
            return { kind: need.kind, need, read };
          case 'config':
            return { kind: need.kind, need, read };
          case 'manifest':
            return { kind: need.kind, need, read };
          case 'modules':
            return { kind: need.kind, need, read };
        }
      }),
    ),
  stats: () => ({ discoveries: 0, discoveriesFromCache: 0, proofs: 0, proofsFromCache: 0 }),
  close: () => Promise.resolve(),
};
