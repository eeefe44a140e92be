import type { Static, TSchema } from 'typebox';
import { sha256, type TrustMaterial } from '../evidence/index.ts';
import { compilePolicy } from './compile-policy.ts';
import { compileException } from './compile-exception.ts';
import { compileRevocation } from './compile-revocation.ts';
import type { Document } from './document.ts';
import type { Exception } from './exception.ts';
import { admissionKinds, compileAdmissionPolicies } from './kubernetes/admission-policy.ts';
import { compileValidatingPolicy } from './kyverno/validating-policy.ts';
import { validatingPolicySchema } from './schema/kyverno.ts';
import type { LoadedKey } from './keys.ts';
import type { CompiledPolicy, DocumentVersion, PolicySet } from './policy.ts';
import { type Problem, renderProblem, type Report } from './problem.ts';
import type { Revocation } from './revocation.ts';
import { clusterWorkloadPolicySchema, workloadPolicySchema } from './schema/policy.ts';
import { exceptionSchema } from './schema/exception.ts';
import { revocationSchema } from './schema/revocation.ts';
import { problemAt, validate, valueAt } from './validate.ts';
import type { PolicyWarning } from './warning.ts';

/** What policies refer to by name. */
export interface CompileContext {
  readonly trustRoots: ReadonlyMap<string, TrustMaterial>;
  /** Keys of key services by URI (`loadKeys`); one that is not here is a problem of the policy that names it. */
  readonly keys?: ReadonlyMap<string, LoadedKey>;
  /** Where exceptions count: the namespaces that the configuration names, or wherever whoever passes them vouches for them. None where it is left out. */
  readonly exceptionNamespaces?: readonly string[] | 'all';
  /** The minor version of the API server whose functions its own kinds of policy may call; the newest that is known where left out. */
  readonly kubernetesMinor?: number;
}

export interface CompiledDocuments {
  readonly policies: PolicySet;
  /** Of all documents at once. A caller that finds any keeps the last good set. */
  readonly problems: readonly Problem[];
  /** What is doubtful about Kubernetes' own documents; looked for when asked for. */
  readonly warnings: () => readonly PolicyWarning[];
}

/** Whether the document is of a kind that an API server enforces by itself. */
export const isServedByCluster = ({ value }: Document): boolean => admissionKinds.has(valueAt(value, ['kind']));

/** Compiles every document; those with problems are left out and all their problems told. */
export function compilePolicies(documents: readonly Document[], context: CompileContext): CompiledDocuments {
  const problems: Problem[] = [];
  const policies = new Map<string, CompiledPolicy>();
  const revocations = new Map<string, Revocation>();
  const exceptions = new Map<string, Exception>();
  const kyverno: CompiledPolicy[] = [];
  const admission = documents.filter(isServedByCluster);
  const kubernetes = compileAdmissionPolicies(admission, context.kubernetesMinor);
  problems.push(...kubernetes.problems);
  for (const document of documents) {
    if (admission.includes(document)) continue;
    const kind = valueAt(document.value, ['kind']);
    switch (kind) {
      case 'ClusterWorkloadPolicy':
        keep(policies, document, problems, (report) => {
          const value = validated(document, clusterWorkloadPolicySchema, problems);
          return value && compilePolicy(value, context, report);
        });
        break;
      case 'WorkloadPolicy':
        keep(policies, document, problems, (report) => {
          const value = validated(document, workloadPolicySchema, problems);
          return value && compilePolicy(value, context, report);
        });
        break;
      case 'WorkloadException':
        keep(exceptions, document, problems, (report) => {
          const value = validated(document, exceptionSchema, problems);
          const counts = context.exceptionNamespaces ?? [];
          if (value !== undefined && counts !== 'all' && !counts.includes(value.metadata.namespace))
            report(
              'UNSAFE_COMBINATION',
              ['metadata', 'namespace'],
              `exceptions count in the namespaces that the configuration names, and "${value.metadata.namespace}" is none of them`,
            );
          return value && compileException(value, report);
        });
        break;
      case 'Revocation':
        keep(revocations, document, problems, (report) => {
          const value = validated(document, revocationSchema, problems);
          return value && compileRevocation(value, report);
        });
        break;
      case 'ValidatingPolicy':
      case 'NamespacedValidatingPolicy': {
        const before = problems.length;
        const value = validated(document, validatingPolicySchema, problems);
        const report: Report = (code, path, detail) => problems.push(problemAt(document, code, path, detail));
        const compiled = value === undefined ? [] : compileValidatingPolicy(value, report);
        if (problems.length === before) kyverno.push(...compiled);
        break;
      }
      default: {
        const detail = `kind ${JSON.stringify(kind) ?? 'nothing'} is no policy of this version; ClusterWorkloadPolicy, WorkloadPolicy, WorkloadException, Revocation, ValidatingAdmissionPolicy, MutatingAdmissionPolicy and their bindings, and Kyverno's ValidatingPolicy are`;
        problems.push(problemAt(document, 'DOCUMENT_KIND_UNKNOWN', ['kind'], detail));
      }
    }
  }
  const all = [
    ...byName(policies),
    ...[...kubernetes.policies, ...kyverno].toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
  ];
  const compiled = { policies: all, revocations: byName(revocations), exceptions: byName(exceptions) };
  return {
    policies: { ...compiled, documents: documents.map(versionOf) },
    problems: once(problems),
    warnings: kubernetes.warnings,
  };
}

/** What was lent to many policies is wrong in each of them, and mended in one place. */
const once = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [renderProblem(problem), problem])).values(),
];

function versionOf({ value }: Document): DocumentVersion {
  const text = (...path: readonly string[]): string => {
    const found = valueAt(value, path);
    return typeof found === 'string' ? found : '';
  };
  const [namespace, name] = [text('metadata', 'namespace'), text('metadata', 'name')];
  const digest = sha256(Buffer.from(JSON.stringify(value) ?? ''));
  return { kind: text('kind'), name: namespace === '' ? name : `${namespace}/${name}`, digest };
}

/** Keeps what compiles without a problem under its name, which it must be the first to have. */
function keep<T extends { readonly name: string }>(
  kept: Map<string, T>,
  document: Document,
  problems: Problem[],
  compile: (report: Report) => T | undefined,
): void {
  const before = problems.length;
  const compiled = compile((code, path, detail) => problems.push(problemAt(document, code, path, detail)));
  if (compiled === undefined || problems.length > before) return;
  if (kept.has(compiled.name)) {
    const detail = `a document of this kind named "${compiled.name}" is loaded already`;
    problems.push(problemAt(document, 'NAME_TAKEN', ['metadata', 'name'], detail));
  } else kept.set(compiled.name, compiled);
}

function validated<S extends TSchema>(document: Document, schema: S, problems: Problem[]): Static<S> | undefined {
  const result = validate(document, schema);
  if (result.kind === 'valid') return result.value;
  problems.push(...result.problems);
  return undefined;
}

/** By name, then by binding: the order in which mutations are made and findings told. */
const order = ({ name, binding = '' }: CompiledPolicy): string => `${name} ${binding}`;

const byName = <T extends { readonly name: string }>(kept: ReadonlyMap<string, T>): readonly T[] =>
  [...kept.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
