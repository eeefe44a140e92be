import { isObject } from '../version.ts';
import type { Reading } from './reading.ts';

/** The kinds for which Kyverno also writes a policy about Pods, and where their Pod's fields stand. */
const controllers: Readonly<Record<string, { readonly group: string; readonly template: string }>> = {
  daemonsets: { group: 'apps', template: 'spec.template' },
  deployments: { group: 'apps', template: 'spec.template' },
  replicasets: { group: 'apps', template: 'spec.template' },
  statefulsets: { group: 'apps', template: 'spec.template' },
  jobs: { group: 'batch', template: 'spec.template' },
  cronjobs: { group: 'batch', template: 'spec.jobTemplate.spec.template' },
};

/** Resources that are judged by the same policy, with where the Pod stands in them. */
export interface Generated {
  readonly suffix: 'defaults' | 'cronjobs';
  readonly template: string;
  readonly resources: readonly { readonly group: string; readonly resource: string }[];
}

/**
 * What Kyverno generates of a policy that matches Pods and nothing else (pkg/cel/autogen): all the controllers that it knows,
 * or those that `autogen.podControllers.controllers` names.
 */
export function importAutogen(reading: Reading): readonly Generated[] {
  const path = ['spec', 'autogen', 'podControllers', 'controllers'];
  const stated = reading.peek(path);
  if (Array.isArray(stated) && stated.length === 0) reading.take(path);
  const named = reading.items(path).flatMap((item) => {
    const resource = reading.text(item) ?? '';
    if (Object.hasOwn(controllers, resource)) return [resource];
    reading.lost(
      item,
      'this controller is not generated for; its Pods are judged when they are made',
      'write its own policy, if it is to be denied sooner',
      'none',
    );
    return [];
  });
  if (!matchesPodsOnly(reading)) return [];
  const wanted = Array.isArray(stated) ? named : Object.keys(controllers);
  const groups = (['spec.template', 'spec.jobTemplate.spec.template'] as const).map((template): Generated => {
    const resources = [...new Set(wanted)]
      .filter((resource) => controllers[resource]?.template === template)
      .toSorted();
    return {
      suffix: template === 'spec.template' ? 'defaults' : 'cronjobs',
      template,
      resources: resources.map((resource) => ({ resource, group: controllers[resource]?.group ?? '' })),
    };
  });
  return groups.filter(({ resources }) => resources.length > 0);
}

/** A policy about Pods, about the Pods within controllers: Kyverno replaces in its whole text, names and messages included. */
export const replaced = (value: object, one: Generated): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner, one)]));

function replace(value: unknown, one: Generated): unknown {
  if (typeof value === 'string') return inTemplate(value, one);
  if (Array.isArray(value)) return value.map((item) => replace(item, one));
  return isObject(value) ? replaced(value, one) : value;
}

/** Letter by letter, as Kyverno does it. */
const inTemplate = (text: string, { template }: Generated): string =>
  text
    .replaceAll(/object\.spec(?!\.namespace(?![A-Za-z0-9_]))/g, `object.${template}.spec`)
    .replaceAll(/oldObject\.spec(?!\.namespace(?![A-Za-z0-9_]))/g, `oldObject.${template}.spec`)
    .replaceAll(/object\.metadata(?!\.namespace(?![A-Za-z0-9_]))/g, `object.${template}.metadata`)
    .replaceAll(/oldObject\.metadata(?!\.namespace(?![A-Za-z0-9_]))/g, `oldObject.${template}.metadata`);

/** The rules of a policy about Pods for what is generated. */
export function generatedRules({ resources }: Generated, operations: unknown): readonly object[] {
  const groups = [...new Set(resources.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    apiVersions: ['v1'],
    operations,
    resources: resources.filter((one) => one.group === group).map(({ resource }) => resource),
  }));
}

function matchesPodsOnly(reading: Reading): boolean {
  const at = (...path: (string | number)[]) => reading.peek(['spec', 'matchConstraints', ...path]);
  const [selector, rules, excluded] = [at('objectSelector'), at('resourceRules'), at('excludeResourceRules')];
  const selecting = typeof selector === 'object' && selector !== null && Object.values(selector).some(isFilled);
  if (selecting || isFilled(excluded) || !Array.isArray(rules) || rules.length !== 1) return false;
  const only = (field: string, value: string) => {
    const list = at('resourceRules', 0, field);
    return Array.isArray(list) && list.length === 1 && list[0] === value;
  };
  return (
    !isFilled(at('resourceRules', 0, 'resourceNames')) &&
    only('apiGroups', '') &&
    only('apiVersions', 'v1') &&
    only('resources', 'pods')
  );
}

const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;
