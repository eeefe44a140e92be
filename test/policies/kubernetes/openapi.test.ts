import { describe, expect, it } from 'vitest';
import {
  builtinResources,
  builtinType,
  type Field,
  kubernetesVersion,
  resourceFor,
  type StructType,
  type Type,
} from '../../../policies/kubernetes/openapi.ts';

describe('the types of Kubernetes', () => {
  it('are those of one version', () => {
    expect(kubernetesVersion).toMatch(/^v1\.\d+\.\d+$/);
  });

  it('are there for every resource', () => {
    const without = builtinResources().filter(({ group, version, kind }) => {
      const type = builtinType(group === '' ? version : `${group}/${version}`, kind);
      return type === undefined || !type.fields.has('metadata');
    });
    expect(without).toEqual([]);
  });

  it('are there for the kinds of subresources, which are no resources', () => {
    expect(builtinType('policy/v1', 'Eviction')?.fields.has('deleteOptions')).toBe(true);
    expect(builtinType('autoscaling/v1', 'Scale')?.name).toBe('autoscaling.v1.Scale');
    expect(resourceFor('autoscaling/v1', 'Scale')).toBeUndefined();
  });

  it('are not there for kinds that no Kubernetes has', () => {
    expect(builtinType('v1', 'Shop')).toBeUndefined();
    expect(builtinType('', 'Pod')).toBeUndefined();
    expect(builtinType('v1', '__proto__')).toBeUndefined();
    expect(resourceFor('apps/v2', 'Deployment')).toBeUndefined();
  });

  it('say how lists merge', () => {
    const spec = at(builtinType('v1', 'Pod'), 'spec');
    expect(spec.fields.get('containers')?.type).toMatchObject({ kind: 'list', relation: 'map', keys: ['name'] });
    expect(spec.fields.get('tolerations')?.type).toMatchObject({ kind: 'list', relation: 'atomic', keys: [] });
    const metadata = at(builtinType('v1', 'Pod'), 'metadata');
    expect(metadata.fields.get('finalizers')?.type).toMatchObject({
      kind: 'list',
      relation: 'set',
      element: { kind: 'scalar', scalar: 'string' },
    });
  });

  it('say how maps and structs merge', () => {
    const deployment = at(builtinType('apps/v1', 'Deployment'), 'spec');
    expect(deployment.fields.get('selector')?.type).toMatchObject({ kind: 'struct', atomic: true });
    expect(at(builtinType('v1', 'Pod'), 'spec').fields.get('nodeSelector')?.type).toMatchObject({
      kind: 'map',
      atomic: true,
    });
    expect(at(builtinType('v1', 'Pod'), 'metadata').fields.get('labels')?.type).toEqual({
      kind: 'map',
      atomic: false,
      values: { kind: 'scalar', scalar: 'string' },
    });
  });

  it('let a field say that its struct merges otherwise', () => {
    const volume = at(builtinType('v1', 'PersistentVolume'), 'spec');
    expect(volume.fields.get('claimRef')?.type).toMatchObject({ name: 'core.v1.ObjectReference', atomic: false });
    const binding = at(builtinType('v1', 'Binding'));
    expect(binding.fields.get('target')?.type).toMatchObject({ name: 'core.v1.ObjectReference', atomic: true });
  });

  it('have the scalars that JSON does not have', () => {
    const port = at(builtinType('v1', 'Service'), 'spec', 'ports');
    expect(scalar(port.fields.get('targetPort'))).toBe('int-or-string');
    expect(port.fields.get('protocol')).toEqual({
      type: { kind: 'scalar', scalar: 'string' },
      default: 'TCP',
      kept: false,
    });
    expect(scalar(at(builtinType('v1', 'Pod'), 'metadata').fields.get('creationTimestamp'))).toBe('date-time');
    expect(at(builtinType('v1', 'Secret')).fields.get('data')?.type).toMatchObject({ values: { scalar: 'byte' } });
    const resources = at(builtinType('v1', 'Pod'), 'spec', 'containers', 'resources');
    expect(resources.fields.get('limits')?.type).toMatchObject({ kind: 'map', values: { scalar: 'quantity' } });
  });

  it('have any JSON, in one piece where it is a raw extension', () => {
    expect(at(builtinType('apps/v1', 'ControllerRevision')).fields.get('data')?.type).toEqual({
      kind: 'any',
      atomic: true,
    });
    const schema = at(builtinType('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), 'spec', 'versions', 'schema');
    const properties = at(schema, 'openAPIV3Schema');
    expect(properties.fields.get('default')?.type).toEqual({ kind: 'any', atomic: false });
    expect(properties.fields.get('not')?.type).toBe(properties);
  });

  it('say what stands in place of what is absent', () => {
    expect(builtinType('v1', 'Pod')?.fields.get('status')?.default).toEqual({});
    expect(builtinType('v1', 'Pod')?.fields.get('spec')?.default).toEqual({});
    expect(at(builtinType('v1', 'Pod'), 'spec').fields.get('securityContext')?.default).toBeUndefined();
    expect(at(builtinType('v1', 'Pod'), 'spec').fields.get('containers')?.kept).toBe(true);
    expect(at(builtinType('v1', 'Pod'), 'spec').fields.get('volumes')?.kept).toBe(false);
  });

  it('say what a resource is called, whether a namespace holds it, and what is under it', () => {
    expect(resourceFor('apps/v1', 'Deployment')).toEqual({
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      plural: 'deployments',
      namespaced: true,
      subresources: ['scale', 'status'],
    });
    expect(resourceFor('v1', 'Namespace')).toMatchObject({ group: '', plural: 'namespaces', namespaced: false });
    expect(resourceFor('v1', 'Pod')?.subresources).toContain('ephemeralcontainers');
    expect(resourceFor('networking.k8s.io/v1', 'IngressClass')?.subresources).toEqual([]);
  });
});

/** The struct at a path of fields, through lists. */
function at(struct: StructType | undefined, ...path: readonly string[]): StructType {
  let type: Type | undefined = struct;
  for (const step of path) {
    type = type?.kind === 'struct' ? type.fields.get(step)?.type : undefined;
    if (type?.kind === 'list') type = type.element;
  }
  if (type?.kind !== 'struct') throw new Error(`no struct at ${path.join('.')}`);
  return type;
}

const scalar = (field: Field | undefined): string | undefined =>
  field?.type.kind === 'scalar' ? field.type.scalar : undefined;
