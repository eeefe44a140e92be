import { isCompletable, isMembers, isUnset, itemsOf, type Members, membersOf, orAbsent, orElse } from './members.ts';

/** Defaults of a Service that depend on its type. */
export function completeService(service: Members): Members {
  if (!isCompletable(service, 'spec')) return service;
  const spec = orElse(membersOf(service['spec']), { sessionAffinity: 'None', type: 'ClusterIP' });
  const affine = spec['sessionAffinity'] === 'ClientIP';
  const { sessionAffinityConfig: config, ...rest } = spec;
  const timeout = membersOf(membersOf(config)['clientIP'])['timeoutSeconds'];
  const typed = orElse(rest, byType(rest));
  const made = affine
    ? { ...typed, sessionAffinityConfig: timeout === undefined ? { clientIP: { timeoutSeconds: 10_800 } } : config }
    : typed;
  return { ...service, spec: made };
}

function byType(spec: Members): Members {
  const type = spec['type'];
  const balanced = type === 'LoadBalancer';
  const external = balanced || type === 'NodePort' || (type === 'ClusterIP' && itemsOf(spec['externalIPs']).length > 0);
  return {
    ...(external ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' }),
    ...(balanced ? { allocateLoadBalancerNodePorts: true } : {}),
  };
}

/** A port of a Service leads to the same one of the Pods. */
export const completePort = (port: Members): Members =>
  isUnset(port['targetPort']) ? { ...port, targetPort: port['port'] ?? 0 } : port;

/** What a policy governs follows from what it says. */
export function completePolicyTypes(spec: Members): Members {
  if (itemsOf(spec['policyTypes']).length > 0) return spec;
  const egress = itemsOf(spec['egress']).length > 0;
  return { ...spec, policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'] };
}

/** The metrics and behaviour of an autoscaler that says nothing of them. */
export function completeAutoscaler(spec: Members): Members {
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };
  const { behavior } = spec;
  return {
    ...orAbsent(spec, { minReplicas: 1 }),
    metrics: itemsOf(spec['metrics']).length > 0 ? spec['metrics'] : [cpu],
    ...(isMembers(behavior) ? { behavior: completeBehavior(behavior) } : {}),
  };
}

const percent = { type: 'Percent', value: 100, periodSeconds: 15 };

const completeBehavior = ({ scaleUp, scaleDown }: Members): Members => ({
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent],
    ...membersOf(scaleUp),
  },
  scaleDown: { selectPolicy: 'Max', policies: [percent], ...membersOf(scaleDown) },
});
