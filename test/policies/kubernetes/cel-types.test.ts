import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, dyn, formatType, object } from '../../../policies/cel/index.ts';
import { admissionTypes } from '../../../policies/kubernetes/admission-types.ts';
import { celTypes } from '../../../policies/kubernetes/cel-types.ts';
import { builtinResources } from '../../../policies/kubernetes/openapi.ts';

/** What an expression over a kind comes to, or what is wrong with it. */
function check(apiVersion: string, kind: string, expression: string): string {
  const types = celTypes(apiVersion, kind);
  if (types === undefined) throw new Error(`no types of ${kind}`);
  const { root, findObject } = types;
  const environment = declareEnvironment({
    variables: {
      object: root,
      oldObject: root,
      request: object('kubernetes.AdmissionRequest'),
      namespaceObject: object('kubernetes.Namespace'),
      params: dyn,
    },
    objects: admissionTypes,
    findObject,
  });
  const program = compile(environment, expression);
  return 'phase' in program ? program.error.message : formatType(program.type);
}

const pod = (expression: string): string => check('v1', 'Pod', expression);

describe('an expression over a built-in kind', () => {
  const good: readonly (readonly [string, string])[] = [
    ['object.metadata.name', 'string'],
    ['object.metadata.labels["a"]', 'string'],
    ['object.metadata.namespace + object.metadata.__namespace__', 'string'],
    ['object.metadata.creationTimestamp', 'google.protobuf.Timestamp'],
    ['object.spec.containers[0].image', 'string'],
    ['object.spec.containers.all(c, c.securityContext.runAsNonRoot)', 'bool'],
    ['object.spec.terminationGracePeriodSeconds', 'int'],
    ['object.spec.containers[0].resources.limits', 'map(string, string)'],
    ['object.spec.containers[0].livenessProbe.httpGet.port', 'dyn'],
    ['object.spec == oldObject.spec', 'bool'],
    ['request.userInfo.groups', 'list(string)'],
    ['request.options.anything', 'dyn'],
    ['namespaceObject.metadata.labels', 'map(string, string)'],
    ['params.anything', 'dyn'],
  ];
  it.each(good)('%s is fine', (expression, type) => {
    expect(pod(expression)).toBe(type);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['object.spec.replicas > 1', 'undefined field "replicas"'],
    ['object.spec.containers[0].imagee', 'undefined field "imagee"'],
    ['object.spec.containers.image', 'type'],
    ['object.spec.containers[0].image == 1', 'no matching overload'],
    ['object.spec.containers + object.spec.initContainers', 'no matching overload'],
    ['request.nothing', 'undefined field "nothing"'],
    ['namespaceObject.metadata.uid', 'undefined field "uid"'],
  ];
  it.each(wrong)('%s is told of', (expression, message) => {
    expect(pod(expression)).toContain(message);
  });

  it('has bytes and doubles where the schema has them', () => {
    expect(check('v1', 'Secret', 'object.data["a"]')).toBe('bytes');
    expect(check('apps/v1', 'ControllerRevision', 'object.data')).toBe('ControllerRevision.data');
  });

  it('ends where a struct is within itself, and names no field of any JSON', () => {
    const crd = (expression: string): string =>
      check('apiextensions.k8s.io/v1', 'CustomResourceDefinition', expression);
    const schema = 'object.spec.versions[0].schema.openAPIV3Schema';
    expect(crd(`${schema}.properties['a']`)).toMatch(/properties\.@elem$/);
    expect(crd(`${schema}.properties['a'].type`)).toContain('undefined field "type"');
    expect(crd(`${schema}.default`)).toContain('undefined field "default"');
    expect(crd(`${schema}.x__dash__kubernetes__dash__int__dash__or__dash__string`)).toBe('bool');
    expect(crd(`${schema}.maximum`)).toBe('double');
  });

  it('is checked for every built-in resource, whose every type is found', () => {
    for (const { group, version, kind } of builtinResources()) {
      const types = celTypes(group === '' ? version : `${group}/${version}`, kind);
      const names = [kind];
      const seen = new Set<string>();
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        const type = types?.findObject(name);
        expect(type, name).toBeDefined();
        for (const field of Object.values(type?.fields ?? {}))
          for (const [nested] of formatType(field).matchAll(new RegExp(`\\b${kind}\\.[\\w.@]+`, 'g')))
            names.push(nested);
      }
    }
  });

  it('is not checked where the kind is not built in', () => {
    expect(celTypes('acme.dev/v1', 'Shop')).toBeUndefined();
  });
});
