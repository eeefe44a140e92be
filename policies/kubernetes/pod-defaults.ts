import { parseReference } from '../../evidence/index.ts';
import { isCompletable, isUnset, itemsOf, isMembers, type Members, membersOf, orAbsent, orElse } from './members.ts';
import { builtinType } from './openapi.ts';

/** What only a Pod has filled in, not a template of one: requests from limits, service links, ports of the host's network. */
export function completePod(pod: Members): Members {
  if (!isCompletable(pod, 'spec')) return pod;
  const spec = membersOf(pod['spec']);
  const complete = (container: unknown): unknown => {
    if (!isMembers(container)) return container;
    return withRequests(spec['hostNetwork'] === true ? withHostPorts(container) : container);
  };
  const lists = ['containers', 'initContainers'].flatMap((name) =>
    itemsOf(spec[name]).length === 0 ? [] : [[name, itemsOf(spec[name]).map(complete)] as const],
  );
  return { ...pod, spec: { ...orAbsent(spec, { enableServiceLinks: true }), ...Object.fromEntries(lists) } };
}

function withRequests(container: Members): Members {
  const resources = membersOf(container['resources']);
  if (!isMembers(resources['limits'])) return container;
  const requests = { ...resources['limits'], ...membersOf(resources['requests']) };
  return { ...container, resources: { ...resources, requests } };
}

function withHostPorts(container: Members): Members {
  if (!Array.isArray(container['ports'])) return container;
  const ports = itemsOf(container['ports']).map((port) =>
    isMembers(port) && isUnset(port['hostPort']) ? { ...port, hostPort: port['containerPort'] } : port,
  );
  return { ...container, ports };
}

/** The two names of one field: conversion between versions of the API copies the newer one into the older. */
export function completeAccount(spec: Members): Members {
  const name = isUnset(spec['serviceAccountName']) ? spec['serviceAccount'] : spec['serviceAccountName'];
  return isUnset(name) ? spec : { ...spec, serviceAccountName: name, serviceAccount: name };
}

/** Defaults of a container, init and ephemeral ones included. */
export const completeContainer = (container: Members): Members =>
  orElse(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(container['image']),
  });

/** Whether a node asks the registry each time: for the tag latest, which is also what no tag means. */
function pullPolicy(image: unknown): string {
  const reference = parseReference(typeof image === 'string' ? image : '');
  return !('kind' in reference) && reference.tag === 'latest' ? 'Always' : 'IfNotPresent';
}

/** Numbers of a probe, where zero is as good as absent. */
export const completeProbe = (probe: Members): Members =>
  orElse(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });

/** A volume without a source is an empty directory; one that is an image is pulled as a container's is. */
export function completeVolume(volume: Members): Members {
  const image = volume['image'];
  if (isMembers(image)) return { ...volume, image: orElse(image, { pullPolicy: pullPolicy(image['reference']) }) };
  return Object.keys(volume).some((name) => sources().has(name)) ? volume : { ...volume, emptyDir: {} };
}

/** The fields of a volume that say what it is: all but its name. */
function sources(): ReadonlySet<string> {
  if (known.size > 0) return known;
  const spec = builtinType('v1', 'Pod')?.fields.get('spec')?.type;
  const volumes = spec?.kind === 'struct' ? spec.fields.get('volumes')?.type : undefined;
  const volume = volumes?.kind === 'list' ? volumes.element : undefined;
  for (const name of volume?.kind === 'struct' ? volume.fields.keys() : []) if (name !== 'name') known.add(name);
  return known;
}

const known = new Set<string>();
