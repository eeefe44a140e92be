import { encodeBase64 } from '../cel/go/base64.ts';
import { isCompletable, isMembers, isUnset, itemsOf, type Members, membersOf, orAbsent, orElse } from './members.ts';
import { completeAccount, completeContainer, completePod, completeProbe, completeVolume } from './pod-defaults.ts';
import { completeAutoscaler, completePolicyTypes, completePort, completeService } from './service-defaults.ts';

/** The members of a struct with what follows from the others. */
type Rule = (given: Members) => Members;

const rolling: Rule = (strategy) => {
  const { type, rollingUpdate } = strategy;
  if (!isUnset(type) && type !== 'RollingUpdate') return strategy;
  return { ...strategy, type: 'RollingUpdate', rollingUpdate: rollingUpdate ?? {} };
};

const counted: Rule = (request) => {
  const mode = isUnset(request['allocationMode']) ? 'ExactCount' : request['allocationMode'];
  return orElse(request, { allocationMode: mode, ...(mode === 'ExactCount' ? { count: 1 } : {}) });
};

/**
 * Defaults that depend on the fields beside them, or take zero for absent, by struct: k8s.io/kubernetes v1.36.3, pkg/apis/GROUP/VERSION/defaults.go
 * and conversion.go. They come before those of the fields.
 */
export const derived: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['core.v1.Pod', completePod],
  ['core.v1.PodSpec', completeAccount],
  ['core.v1.Container', completeContainer],
  ['core.v1.EphemeralContainer', completeContainer],
  ['core.v1.Probe', completeProbe],
  ['core.v1.Volume', completeVolume],
  ['core.v1.Service', completeService],
  ['core.v1.ServicePort', completePort],
  ['core.v1.Secret', completeSecret],
  ['core.v1.Namespace', completeNamespace],
  ['core.v1.LimitRangeItem', completeLimits],
  ['core.v1.ReplicationController', completeController],
  ['apps.v1.DeploymentStrategy', rolling],
  ['apps.v1.DaemonSetUpdateStrategy', rolling],
  ['apps.v1.StatefulSetUpdateStrategy', (strategy) => (isUnset(strategy['type']) ? rolling(strategy) : strategy)],
  ['apps.v1.StatefulSetSpec', completeClaims],
  ['batch.v1.Job', completeJob],
  ['networking.v1.NetworkPolicySpec', completePolicyTypes],
  ['rbac.v1.Subject', completeSubject],
  ['autoscaling.v2.HorizontalPodAutoscalerSpec', completeAutoscaler],
  ['flowcontrol.v1.FlowSchemaSpec', (spec) => orElse(spec, { matchingPrecedence: 1000 })],
  ['flowcontrol.v1.QueuingConfiguration', (spec) => orElse(spec, { queues: 64, handSize: 8, queueLengthLimit: 50 })],
  ['resource.v1.ExactDeviceRequest', counted],
  ['resource.v1.DeviceSubRequest', counted],
  ['apiextensions.v1.CustomResourceDefinitionNames', completeNames],
]);

/** What is given as text is kept as data. */
function completeSecret(secret: Members): Members {
  const { stringData, ...rest } = secret;
  if (!isMembers(stringData) || !isCompletable(secret, 'data')) return secret;
  const encoder = new TextEncoder();
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    typeof text === 'string' ? encodeBase64(encoder.encode(text)) : text,
  ]);
  return { ...rest, data: { ...membersOf(rest['data']), ...Object.fromEntries(encoded) } };
}

function completeNamespace(namespace: Members): Members {
  const metadata = membersOf(namespace['metadata']);
  if (isUnset(metadata['name'])) return namespace;
  const labels = { ...membersOf(metadata['labels']), 'kubernetes.io/metadata.name': metadata['name'] };
  return { ...namespace, metadata: { ...metadata, labels } };
}

/** Limits of containers follow from each other: max, default, defaultRequest, min. */
function completeLimits(item: Members): Members {
  if (item['type'] !== 'Container') return item;
  const limit = { ...membersOf(item['max']), ...membersOf(item['default']) };
  const request = { ...membersOf(item['min']), ...limit, ...membersOf(item['defaultRequest']) };
  return { ...item, default: limit, defaultRequest: request };
}

function completeController(controller: Members): Members {
  const { spec } = controller;
  const labels = templateLabels(spec);
  if (labels === undefined || !isMembers(spec)) return controller;
  const selector = Object.keys(membersOf(spec['selector'])).length === 0 ? labels : spec['selector'];
  return { ...labelled(controller, labels), spec: { ...spec, selector } };
}

const templateLabels = (spec: unknown): Members | undefined => {
  const labels = membersOf(membersOf(membersOf(spec)['template'])['metadata'])['labels'];
  return isMembers(labels) && Object.keys(labels).length > 0 ? labels : undefined;
};

/** The object with labels, where it has none of its own. */
function labelled(object: Members, labels: Members): Members {
  const metadata = membersOf(object['metadata']);
  const own = Object.keys(membersOf(metadata['labels'])).length > 0 || !isCompletable(object, 'metadata');
  return own ? object : { ...object, metadata: { ...metadata, labels } };
}

/** Claims within a StatefulSet are objects by themselves. */
function completeClaims(spec: Members): Members {
  const claims = itemsOf(spec['volumeClaimTemplates']);
  if (claims.length === 0) return spec;
  const named = claims.map((claim) =>
    isMembers(claim) ? { ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' } : claim,
  );
  return { ...spec, volumeClaimTemplates: named };
}

function completeJob(job: Members): Members {
  if (!isCompletable(job, 'spec')) return job;
  const spec = membersOf(job['spec']);
  const absent = (name: string): boolean => (spec[name] ?? undefined) === undefined;
  const labels = templateLabels(spec);
  return {
    ...(labels === undefined ? job : labelled(job, labels)),
    spec: orAbsent(spec, {
      ...(absent('completions') && absent('parallelism') ? { completions: 1 } : {}),
      parallelism: 1,
      backoffLimit: absent('backoffLimitPerIndex') ? 6 : 2_147_483_647,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: absent('podFailurePolicy') ? 'TerminatingOrFailed' : 'Failed',
      manualSelector: false,
    }),
  };
}

const completedGroups: ReadonlySet<unknown> = new Set(['User', 'Group']);

function completeSubject(subject: Members): Members {
  return completedGroups.has(subject['kind']) ? orElse(subject, { apiGroup: 'rbac.authorization.k8s.io' }) : subject;
}

function completeNames(names: Members): Members {
  const { kind } = names;
  return typeof kind === 'string' && kind !== ''
    ? orElse(names, { singular: kind.toLowerCase(), listKind: `${kind}List` })
    : names;
}
