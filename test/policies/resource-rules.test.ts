import { describe, expect, it } from 'vitest';
import { renderPath } from '../../policies/document.ts';
import type { AdmissionRequest } from '../../policies/request.ts';
import { equivalentResources } from '../../policies/resource.ts';
import { anyRuleMatches, anyRuleMatchesSomeVersion, checkRules } from '../../policies/resource-rules.ts';
import type { ResourceRuleSpec } from '../../policies/schema/match.ts';

const rule = (change: Partial<ResourceRuleSpec> = {}): ResourceRuleSpec => ({
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['pods'],
  ...change,
});
const pods = { group: '', version: 'v1', resource: 'pods' };
const request = (change: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: pods,
  name: 'p',
  namespace: 'shop',
  operation: 'CREATE',
  userInfo: {},
  ...change,
});
const matches = (change: Partial<ResourceRuleSpec>, asked: AdmissionRequest = request()): boolean =>
  anyRuleMatches([rule(change)], asked, asked.resource);

describe('a resource rule', () => {
  it('means the resource alone, a subresource, or both', () => {
    const asked = { plain: request(), exec: request({ subResource: 'exec' }), log: request({ subResource: 'log' }) };
    const rows: readonly (readonly [string, readonly (keyof typeof asked)[]])[] = [
      ['pods', ['plain']],
      ['pods/exec', ['exec']],
      ['pods/*', ['plain', 'exec', 'log']],
      ['*', ['plain']],
      ['*/exec', ['exec']],
      ['*/*', ['plain', 'exec', 'log']],
      ['services', []],
      ['services/*', []],
      // As the API server reads it.
      ['pods/', ['plain']],
    ];
    for (const [resource, expected] of rows) {
      const found = Object.entries(asked).filter(([, one]) => matches({ resources: [resource] }, one));
      expect([resource, found.map(([name]) => name)]).toEqual([resource, expected]);
    }
  });

  it('means operations, groups and versions by name or all of them', () => {
    expect(matches({ operations: ['UPDATE', 'DELETE'] })).toBe(false);
    expect(matches({ operations: ['*'] }, request({ operation: 'CONNECT' }))).toBe(true);
    expect(matches({ apiGroups: ['apps'] })).toBe(false);
    expect(matches({ apiGroups: ['*'], apiVersions: ['*'] })).toBe(true);
    expect(matches({ apiVersions: ['v2'] })).toBe(false);
  });

  it('means some version where any of several does', () => {
    const others = rule({ resources: ['services'] });
    const old = request();
    expect(anyRuleMatchesSomeVersion([others, rule({ apiVersions: ['v0'] })], old, old.resource)).toBe(true);
    expect(anyRuleMatchesSomeVersion([others, others], old, old.resource)).toBe(false);
  });

  it('A-ADM-14: means an object by its name only where it has one already', () => {
    const { name: _, ...unnamed } = request();
    expect(matches({ resourceNames: ['q', 'p'] })).toBe(true);
    expect(matches({ resourceNames: ['q'] })).toBe(false);
    expect(matches({ resourceNames: ['p'] }, unnamed)).toBe(false);
    expect(matches({ resourceNames: [] }, unnamed)).toBe(true);
  });

  it('means what lies in a namespace or in none, and a Namespace lies in none', () => {
    const { namespace: _, ...cluster } = request({ resource: { group: '', version: 'v1', resource: 'nodes' } });
    const itself = request({ resource: { group: '', version: 'v1', resource: 'namespaces' }, namespace: 'shop' });
    const lookalike = request({ resource: { group: 'acme.example', version: 'v1', resource: 'namespaces' } });
    const scopes = (asked: AdmissionRequest): readonly boolean[] =>
      (['Namespaced', 'Cluster', '*'] as const).map((scope) =>
        matches({ scope, resources: ['*'], apiGroups: ['*'] }, asked),
      );
    expect(scopes(request())).toEqual([true, false, true]);
    expect(scopes(cluster)).toEqual([false, true, true]);
    expect(scopes(itself)).toEqual([false, true, true]);
    expect(scopes(lookalike)).toEqual([true, false, true]);
  });

  it('is one of several: any suffices', () => {
    expect(anyRuleMatches([rule({ resources: ['x'] }), rule()], request(), pods)).toBe(true);
    expect(anyRuleMatches([], request(), pods)).toBe(false);
  });
});

describe('resource rules that the API server refuses', () => {
  const problemsOf = (change: Partial<ResourceRuleSpec>): readonly string[] => {
    const problems: string[] = [];
    checkRules([rule(change)], ['r'], (code, path) => void problems.push(`${code} ${renderPath(path)}`));
    return problems;
  };
  const rows: readonly (readonly [Partial<ResourceRuleSpec>, readonly string[]])[] = [
    [{ apiGroups: ['*', 'apps'] }, ['r[0].apiGroups']],
    [{ apiVersions: ['v1', '*'] }, ['r[0].apiVersions']],
    [{ operations: ['*', 'CREATE'] }, ['r[0].operations']],
    [{ apiVersions: [''] }, ['r[0].apiVersions[0]']],
    [{ resources: ['pods', ''] }, ['r[0].resources[1]']],
    [{ resources: ['*/*', 'pods'] }, ['r[0].resources']],
    [{ resources: ['*', 'pods'] }, ['r[0].resources']],
    [{ resources: ['pods/*', 'pods/log'] }, ['r[0].resources[1]']],
    [{ resources: ['*/scale', 'deployments/scale'] }, ['r[0].resources[1]']],
    [{ resourceNames: ['a', 'a'] }, ['r[0].resourceNames[1]']],
    [
      { resourceNames: ['a/b', '..', 'c%'] },
      ['r[0].resourceNames[0]', 'r[0].resourceNames[1]', 'r[0].resourceNames[2]'],
    ],
  ];
  it.each(rows)('has a problem with %j', (change, places) => {
    expect(problemsOf(change)).toEqual(places.map((place) => `FIELD_WRONG ${place}`));
  });

  it('and no problem with what it takes', () => {
    const taken: readonly Partial<ResourceRuleSpec>[] = [
      { resources: ['*', 'pods/log', '*/scale'] },
      { resources: ['pods/log', 'pods/*'] },
      { resources: ['pods', '*'] },
      { apiGroups: [''], resources: ['pods', 'pods/ephemeralcontainers'] },
      { resourceNames: ['a', 'system:node'] },
    ];
    for (const change of taken) expect([change, problemsOf(change)]).toEqual([change, []]);
  });
});

describe('the equivalents of a resource', () => {
  const of = (group: string, version: string, resource: string, sub?: string): readonly string[] | undefined =>
    equivalentResources({ group, version, resource }, sub)?.map((one) => `${one.group}/${one.version}`);

  it('are the other versions and groups under which it is served', () => {
    expect(of('autoscaling', 'v1', 'horizontalpodautoscalers')).toEqual(['autoscaling/v2']);
    expect(of('', 'v1', 'events')).toEqual(['events.k8s.io/v1']);
    expect(of('events.k8s.io', 'v1', 'events')).toEqual(['/v1']);
    expect(of('apps', 'v1', 'deployments')).toEqual([]);
  });

  it('A-ADM-15: of a version that is not served any more are those that are', () => {
    expect(of('extensions', 'v1beta1', 'deployments')).toEqual(['apps/v1']);
    expect(of('extensions', 'v1beta1', 'ingresses')).toEqual(['networking.k8s.io/v1']);
    expect(of('batch', 'v1beta1', 'cronjobs')).toEqual(['batch/v1']);
    expect(of('apps', 'v1beta2', 'statefulsets')).toEqual(['apps/v1']);
  });

  it('have the same subresource', () => {
    expect(of('extensions', 'v1beta1', 'deployments', 'scale')).toEqual(['apps/v1']);
    expect(of('autoscaling', 'v1', 'horizontalpodautoscalers', 'status')).toEqual(['autoscaling/v2']);
    expect(of('autoscaling', 'v1', 'horizontalpodautoscalers', 'scale')).toEqual([]);
  });

  it('are not known of a group that is not built in', () => {
    expect(of('acme.example', 'v1', 'oxen')).toBeUndefined();
  });
});
