import { compilePolicies } from '../compile.ts';
import type { Document } from '../document.ts';
import { ExpressionCompiler, type Expression, withParameters, workloadDialect } from '../expression.ts';
import { mutationType } from '../kubernetes/mutations.ts';
import { withSchema } from '../compile-parameters.ts';
import type { ClusterWorkloadPolicy } from '../schema/policy.ts';
import { isObject } from '../version.ts';
import { halvesOf } from './halves.ts';
import { literalOf } from './literal.ts';
import { type PodSpecPlace, podSpecPlaces } from './places.ts';
import { rewriteNames, type Rewriting } from './rewrite.ts';

/** Documents that an API server enforces by itself, or why a policy cannot be one. */
export interface Exported {
  /** Of the policy. */
  readonly name: string;
  readonly documents: readonly ExportedDocument[];
  /** What the API server cannot do of it; then there are no documents. */
  readonly obstacles: readonly string[];
}

export interface ExportedDocument {
  readonly apiVersion: 'admissionregistration.k8s.io/v1';
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: object;
}

/** A policy that compiles, as ValidatingAdmissionPolicy or MutatingAdmissionPolicy with bindings: one for each path at which kinds keep PodSpecs, and one for what is not about these. */
export function exportPolicy(policy: ClusterWorkloadPolicy, kubernetesMinor?: number): Exported {
  const { name } = policy.metadata;
  const obstacles = [...declared(policy)];
  if (obstacles.length > 0) return { name, documents: [], obstacles };
  const compiled = compileParts(policy, obstacles);
  const aboutPods = compiled.some(({ expression }) => expression.scope === 'pod');
  if (aboutPods && policy.spec.matchConstraints !== undefined)
    obstacles.push('matchConstraints beside expressions about pod: an exported policy has one path, and its kinds');
  if (obstacles.length > 0) return { name, documents: [], obstacles };
  const { ofPods, ofObjects } = halvesOf(policy, compiled);
  const documents = [
    ...(ofPods === undefined ? [] : documentsOf(ofPods, places(ofPods), obstacles)),
    ...(ofObjects === undefined ? [] : documentsOf(ofObjects, [undefined], obstacles)),
  ];
  if (obstacles.length === 0) obstacles.push(...refusals(documents, kubernetesMinor));
  return { name, documents: obstacles.length > 0 ? [] : documents, obstacles: [...new Set(obstacles)] };
}

const places = ({ spec }: ClusterWorkloadPolicy): readonly PodSpecPlace[] =>
  podSpecPlaces(spec.mutations === undefined ? 'validate' : 'mutate');

function documentsOf(
  policy: ClusterWorkloadPolicy,
  at: readonly (PodSpecPlace | undefined)[],
  obstacles: string[],
): readonly ExportedDocument[] {
  const parts = compileParts(policy, obstacles);
  return at.flatMap((place) => documentsAt(policy, parts, place, obstacles));
}

/** Fields of which nothing but Assay knows. */
function declared({ spec }: ClusterWorkloadPolicy): readonly string[] {
  const found = Object.keys(spec).filter((field) => own.has(field));
  const both = spec.mutations !== undefined && (spec.validations ?? spec.auditAnnotations) !== undefined;
  return [
    ...found.map((field) => `spec.${field}: an API server has nothing like it`),
    ...(both ? ['validations beside mutations: each is a policy of its own there'] : []),
  ];
}

const own: ReadonlySet<string> = new Set([
  ...['images', 'authorities', 'signatures', 'attestations', 'pin', 'onUnavailable', 'previouslyVerifiedMaxAge'],
  ...['enforceFrom', 'paramKind', 'paramRef'],
]);

/** An expression of the policy, and where it stands in what is exported. */
interface Part {
  readonly field: 'variables' | 'validations' | 'messages' | 'matchConditions' | 'auditAnnotations' | 'mutations';
  readonly index: number;
  readonly expression: Expression;
}

function compileParts({ spec }: ClusterWorkloadPolicy, obstacles: string[]): readonly Part[] {
  const dialect = withParameters({ ...workloadDialect, findObject: mutationType });
  const compiler = new ExpressionCompiler(dialect, (_, path, detail) => obstacles.push(`${path.join('.')}: ${detail}`));
  const parts: Part[] = [];
  const add = (field: Part['field'], index: number, text: string | undefined): void => {
    const expression = text === undefined ? undefined : compiler.compile(text, ['spec', field, index]);
    if (expression !== undefined) parts.push({ field, index, expression });
  };
  for (const [index, { name, expression }] of (spec.variables ?? []).entries()) {
    compiler.declare(name, expression, ['spec', 'variables', index]);
    const declared = compiler.variables.at(-1)?.expression;
    if (declared !== undefined) parts.push({ field: 'variables', index, expression: declared });
  }
  for (const [index, one] of (spec.matchConditions ?? []).entries()) add('matchConditions', index, one.expression);
  for (const [index, one] of (spec.validations ?? []).entries()) {
    add('validations', index, one.expression);
    add('messages', index, one.messageExpression);
  }
  for (const [index, one] of (spec.auditAnnotations ?? []).entries())
    add('auditAnnotations', index, one.valueExpression);
  for (const [index, one] of (spec.mutations ?? []).entries())
    add('mutations', index, (one.jsonPatch ?? one.applyConfiguration)?.expression);
  return parts;
}

function documentsAt(
  policy: ClusterWorkloadPolicy,
  parts: readonly Part[],
  place: PodSpecPlace | undefined,
  obstacles: string[],
): readonly ExportedDocument[] {
  const { metadata, spec } = policy;
  const name = place === undefined ? metadata.name : `${metadata.name}.${place.suffix}`;
  const needed = new Map<string, string>();
  const rewriting = rewritingAt(policy, place, needed);
  const texts = new Map<string, string>();
  for (const { field, index, expression } of parts) {
    const text = rewriteNames(expression, rewriting);
    if (typeof text === 'string') texts.set(`${field} ${index}`, text);
    else obstacles.push(`${field}[${index}] reads ${text.name}, which an API server does not know`);
  }
  const textOf = (field: Part['field'], index: number): string => texts.get(`${field} ${index}`) ?? '';
  const own = (spec.variables ?? []).map((one, index) => ({ name: one.name, expression: textOf('variables', index) }));
  const variables = [...[...needed].map(([variable, expression]) => ({ name: variable, expression })), ...own];
  const common = {
    matchConstraints: place?.matchConstraints ?? spec.matchConstraints ?? everything,
    ...(spec.matchConditions === undefined
      ? {}
      : {
          matchConditions: spec.matchConditions.map((one, index) => ({
            ...one,
            expression: textOf('matchConditions', index),
          })),
        }),
    ...(variables.length === 0 ? {} : { variables }),
    failurePolicy: spec.failurePolicy ?? 'Fail',
  };
  const title = metadata.annotations?.['assay.dev/title'];
  const rules =
    spec.mutations === undefined
      ? {
          ...(spec.validations === undefined
            ? {}
            : {
                validations: spec.validations.map((one, index) => ({
                  expression: textOf('validations', index),
                  message: one.message ?? title ?? one.name,
                  ...(one.messageExpression === undefined ? {} : { messageExpression: textOf('messages', index) }),
                  ...(one.reason === undefined ? {} : { reason: one.reason }),
                })),
              }),
          ...(spec.auditAnnotations === undefined
            ? {}
            : {
                auditAnnotations: spec.auditAnnotations.map(({ key }, index) => ({
                  key,
                  valueExpression: textOf('auditAnnotations', index),
                })),
              }),
        }
      : {
          mutations: spec.mutations.map(({ patchType, jsonPatch }, index) => {
            const expression = textOf('mutations', index);
            return {
              patchType,
              ...(jsonPatch === undefined ? { applyConfiguration: { expression } } : { jsonPatch: { expression } }),
            };
          }),
          reinvocationPolicy: 'IfNeeded',
        };
  const kind = spec.mutations === undefined ? 'ValidatingAdmissionPolicy' : 'MutatingAdmissionPolicy';
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const { annotations } = metadata;
  const actions = spec.mutations === undefined ? { validationActions: spec.validationActions ?? ['Deny'] } : {};
  return [
    {
      apiVersion,
      kind,
      metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
      spec: { ...common, ...rules },
    },
    { apiVersion, kind: `${kind}Binding`, metadata: { name }, spec: { policyName: name, ...actions } },
  ];
}

const everything = {
  resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['*'] }],
};

/** What Assay's own names are at a path; variables that are needed for it are added. */
function rewritingAt(
  { spec }: ClusterWorkloadPolicy,
  place: PodSpecPlace | undefined,
  needed: Map<string, string>,
): Rewriting {
  const path = place?.path ?? 'spec';
  const values = parameterValues(spec.paramSchema);
  const above = path.split('.').slice(0, -1);
  const metadata = above.length === 0 ? 'object.metadata' : `object.${above.join('.')}.?metadata.orValue(null)`;
  return (name, member) => {
    switch (name) {
      case 'pod':
        needed.set('pod', `object.${path}`);
        return 'variables.pod';
      case 'podMetadata':
        needed.set('podMetadata', metadata);
        return 'variables.podMetadata';
      case 'podPath':
        return `'${path}'`;
      case 'params': {
        const value = member === undefined ? undefined : literalOf(values[member]);
        if (member === undefined || value === undefined) return undefined;
        needed.set(`params_${member}`, value);
        return `variables.params_${member}`;
      }
      case 'image':
      case 'images':
      case 'cluster':
        return undefined;
      default:
        return name;
    }
  };
}

/** The defaults of a policy without parameter objects are its parameters. */
function parameterValues(paramSchema: unknown): Readonly<Record<string, unknown>> {
  const { constant } = withSchema(undefined, paramSchema, () => undefined);
  return isObject(constant) ? { ...constant } : {};
}

/** What the API server of a version would refuse of them, as it is judged here. */
function refusals(documents: readonly ExportedDocument[], kubernetesMinor: number | undefined): readonly string[] {
  const read = documents.map((value): Document => ({ file: '', index: 0, value, locate: () => undefined }));
  const version = kubernetesMinor === undefined ? {} : { kubernetesMinor };
  const { problems } = compilePolicies(read, { trustRoots: new Map(), ...version });
  return problems.map(({ path, detail }) => `${path}: ${detail}`);
}
