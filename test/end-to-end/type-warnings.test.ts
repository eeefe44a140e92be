import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckedSpec, type TypeWarning, typeWarnings } from '../../policies/kubernetes/type-check.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-warnings-'));
let cluster: ControlPlane;

const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';

interface Rule {
  readonly group: string;
  readonly resources: readonly string[];
}

const pods: Rule = { group: '', resources: ['pods'] };
const apps: Rule = { group: 'apps', resources: ['deployments', 'daemonsets'] };

/** What is found wrong with it there is that the field has no type. */
const otherwise = 'object.spec.containers[0].resources.limits["cpu"] == 1';

/** Expressions of one policy each: where they fit and where they do not. */
const expressions: readonly (readonly [Rule, string])[] = [
  ...[
    'object.spec.containers.all(c, c.image.startsWith("a"))',
    'object.spec.containers.all(c, c.imagee.startsWith("a"))',
    'object.spec.containers[0].image == 1',
    'object.spec.containers.exists(c, has(c.securityContext.runAsNonRoot))',
    'object.spec.containers.exists(c, has(c.securityContext.runasnonroot))',
    'object.spec.containers + object.spec.containers == []',
    'object.spec.containers + object.spec.initContainers == []',
    'object.spec.containers[0].ports[0].containerPort > 80',
    'object.spec.containers[0].ports[0].containerPort > 80.5',
    'object.spec.containers[0].ports[0].containerPort == "80"',
    'object.spec.containers[0].livenessProbe.httpGet.port == 80',
    'object.spec.containers[0].livenessProbe.httpGet.port == "web"',
    'object.spec.containers[0].livenessProbe.httpGet.port.anything',
    otherwise,
    'object.metadata.labels["a"].size() > 0',
    'object.metadata.labels.a.size() > 0',
    'object.metadata.labels.all(k, k.startsWith("a"))',
    'object.metadata.labels == {}',
    'object.metadata.labels == []',
    'object.metadata.namespace == "a"',
    'object.metadata.__namespace__ == "a"',
    'object.metadata.creationTimestamp > timestamp("2026-01-01T00:00:00Z")',
    'object.metadata.creationTimestamp == "2026-01-01T00:00:00Z"',
    'object.metadata.creationTimestamp == null',
    'object.metadata.ownerReferences[0].controller',
    'object.metadata.ownerReferences.exists(o, o.controlled)',
    'object.metadata.managedFields[0].fieldsV1 != null',
    'object.kind == "Pod" && object.apiVersion == "v1"',
    'object.kind == 1',
    'object.spec.replicas > 1',
    'object.spec == oldObject.spec',
    'object.spec.hostNetwork || object.spec.hostPID',
    'object.spec.hostNetwork == "true"',
    'object.spec.?hostNetwork.orValue(false)',
    'object.spec.?hostnetwork.orValue(false)',
    'object.spec.tolerations.all(t, t.tolerationSeconds > 1)',
    'object.spec.securityContext.sysctls.map(s, s.name).exists(n, n == "a")',
    'object.spec.volumes.exists(v, has(v.hostPath))',
    'object.spec.volumes.exists(v, has(v.hostpath))',
    'object.status.conditions.exists(c, c.lastTransitionTime > c.lastProbeTime)',
    'object == oldObject',
    'object == null',
    'oldObject == null || oldObject.spec.nodeName == ""',
    'request.userInfo.groups.exists(g, g == "a")',
    'namespaceObject.metadata.labels["a"] == "b"',
    'authorizer.group("").resource("pods").check("get").allowed()',
    'dyn(object).anything.at.all == 1',
    'type(object.spec) == type(object.spec)',
    'has(object.spec.anything)',
    'object["spec"].hostNetwork',
  ].map((expression) => [pods, expression] as const),
  ...[
    'object.spec.replicas > 1',
    'object.spec.template.spec.containers[0].image == ""',
    'object.spec.strategy.type == ""',
    'object.spec.updateStrategy.rollingUpdate.maxSurge == 1',
  ].map((expression) => [apps, expression] as const),
  ...[
    'object.data["a"] == b"a"',
    'object.data["a"] == "YQ=="',
    'object.stringData["a"] == "a"',
    'object.type.size() > 1',
  ].map((expression) => [{ group: '', resources: ['secrets'] }, expression] as const),
  ...['object.data.anything == 1', 'object.data == null', 'object.revision > 1'].map(
    (expression) => [{ group: 'apps', resources: ['controllerrevisions'] }, expression] as const,
  ),
  ...[
    'object.spec.versions[0].schema.openAPIV3Schema.properties["a"] != null',
    'object.spec.versions[0].schema.openAPIV3Schema.properties["a"].type == "object"',
    'object.spec.versions[0].schema.openAPIV3Schema.type == "object"',
    'object.spec.versions[0].schema.openAPIV3Schema.default == 1',
    'object.spec.versions[0].schema.openAPIV3Schema.maximum > 1.0',
    'object.spec.versions[0].schema.openAPIV3Schema.x__dash__kubernetes__dash__int__dash__or__dash__string',
    'object.spec.versions[0].schema.openAPIV3Schema.enum == []',
  ].map(
    (expression) => [{ group: 'apiextensions.k8s.io', resources: ['customresourcedefinitions'] }, expression] as const,
  ),
];

/** The API server finds no type of a quantity, and so no field that holds one; here it is known. */
const knownDifferences: readonly (readonly [Rule, string])[] = [
  'object.spec.containers[0].resources.limits["cpu"] == "1"',
  'quantity(object.spec.containers[0].resources.limits["cpu"]).isInteger()',
].map((expression) => [pods, expression] as const);

const cases = [...expressions, ...knownDifferences].map(([{ group, resources }, expression], index) => {
  const spec: CheckedSpec & Record<string, unknown> = {
    matchConstraints: {
      resourceRules: [{ apiGroups: [group], apiVersions: ['v1'], resources, operations: ['CREATE'] } as never],
    },
    validations: [{ expression }],
  };
  return { name: `case-${index}`, expression, resources, spec };
});

beforeAll(async () => {
  cluster = await startControlPlane(folder, { controllers: true });
  for (const { name, spec } of cases) {
    const typed = boolean(spec);
    const policy = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: typed,
    };
    const { status, body } = await cluster.request('POST', path, policy);
    if (status !== 201) throw new Error(`${name}: ${String(body['message'])}`);
  }
});

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an expression that a real API server warns of is warned of here, and no other', () => {
  it.each(cases.slice(0, expressions.length))('over $resources: $expression', async ({ name, spec, expression }) => {
    const warned = await warningsOf(name);
    const ours = typeWarnings(boolean(spec)).map(sentence);
    if (expression !== otherwise) return expect(ours).toEqual(sentencesIn(warned));
    expect(ours).not.toEqual(sentencesIn(warned));
    expect(ours).toHaveLength(kindsIn(warned));
  });
});

it.each(cases.slice(expressions.length))('a real API server still warns of $expression', async ({ name, spec }) => {
  expect(kindsIn(await warningsOf(name))).toBe(1);
  expect(typeWarnings(boolean(spec))).toEqual([]);
});

/** The spec with its expression made one that comes to a bool, whatever it was. */
function boolean<S extends CheckedSpec>(spec: S): S {
  return {
    ...spec,
    validations: (spec.validations ?? []).map(({ expression }) => ({ expression: `[${expression}] != []` })),
  };
}

async function warningsOf(name: string): Promise<readonly string[]> {
  for (let tries = 0; tries < 300; tries++) {
    const { body } = await cluster.request('GET', `${path}/${name}`);
    const { status = {} } = body as {
      status?: { observedGeneration?: number; typeChecking?: { expressionWarnings?: { warning: string }[] } };
    };
    if (status.observedGeneration !== undefined)
      return (status.typeChecking?.expressionWarnings ?? []).map(({ warning }) => warning);
    await sleep(100);
  }
  throw new Error(`nobody has checked ${name}`);
}

/** Kind and sentence, without the place, which is a point there and a range here, and the number that a type there is named after. */
const sentencesIn = (warnings: readonly string[]): readonly string[] =>
  warnings
    .flatMap((warning) => [...warning.matchAll(/^(\S*\/\S+, Kind=\w+: )ERROR: <input>:\d+:\d+: (.+)$/gm)])
    .map(([, kind = '', text = '']) => kind + text.replaceAll(/\b([A-Z][A-Za-z]+)\d+(?=[.,) ])/g, '$1'));

/** In the API server's words: it says of a field that is not there only its name, and writes one type otherwise. */
const sentence = ({ kind, detail }: TypeWarning): string =>
  `${kind}: ${detail.replace(/^undefined field "(.*)" of .*$/, "undefined field '$1'").replace('google.protobuf.Timestamp', 'timestamp')}`;

/** How many kinds a warning names, each at the beginning of a line. */
const kindsIn = (warnings: readonly string[]): number =>
  warnings.flatMap((warning) => warning.match(/^\S*\/\S+, Kind=\w+: /gm) ?? []).length;
