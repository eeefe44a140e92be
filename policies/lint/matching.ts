import { builtinResources } from '../kubernetes/openapi.ts';
import { valueAt } from '../validate.ts';
import { type Doubt, itemsAt } from './doubt.ts';

/** Resource rules that no object of Kubernetes can match. */
export function lintMatching(value: unknown, doubt: Doubt): void {
  const served = builtinResources();
  for (const field of ['matchConstraints', 'matchResources']) {
    for (const { item, at } of itemsAt(value, ['spec', field, 'resourceRules'])) {
      const [groups, versions, resources] = ['apiGroups', 'apiVersions', 'resources'].map((name) =>
        textsIn(item, name),
      );
      if (groups === undefined || versions === undefined || resources === undefined) continue;
      // What is behind a wildcard, or of a group that a cluster may add, is not known here.
      if ([...groups, ...versions, ...resources].some((text) => text.includes('*'))) continue;
      if (!groups.every((group) => served.some((one) => one.group === group))) continue;
      for (const [index, resource] of resources.entries()) {
        const [plural, subresource] = resource.split('/');
        const inGroups = served.filter((one) => one.plural === plural && groups.includes(one.group));
        if (subresource !== undefined && inGroups.length > 0) continue;
        const elsewhere = served.find((one) => one.plural === plural);
        if (inGroups.length === 0)
          doubt(
            'never-matches',
            [...at, 'resources', index],
            `${groups.map((group) => JSON.stringify(group)).join(', ')} ${groups.length === 1 ? 'has' : 'have'} no ${JSON.stringify(resource)}${elsewhere === undefined ? '' : `; it is in ${JSON.stringify(elsewhere.group)}`}`,
          );
      }
    }
  }
}

function textsIn(item: unknown, field: string): readonly string[] | undefined {
  const list = valueAt(item, [field]);
  return Array.isArray(list) && list.every((one): one is string => typeof one === 'string') ? list : undefined;
}
