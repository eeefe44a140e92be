import { describe, expect, it } from 'vitest';
import { builtinResources, builtinType, type Type } from '../../../policies/kubernetes/openapi.ts';
import { imagesOf } from '../../../policies/workload.ts';
import { specimen } from './specimen.ts';

/**
 * Every text of Kubernetes' own types that is called like an image, wherever a served kind reaches it: a new version that brings one which the
 * table does not lead to fails here.
 */
const called = /image|^reference$/i;

/** What is called so and names no image that anybody pulls for the object's sake; each is found, or it is no reason any more. */
const excused: readonly { readonly field: RegExp; readonly why: string }[] = [
  { field: /\.imagePullPolicy$/, why: 'says when to pull, not what' },
  { field: /\.rbd\.image$/, why: 'a block device of Ceph' },
  { field: /(^|\.)status\.(\w*[cC]ontainerStatuses)\[\]\./, why: 'what a node reports of a container that runs' },
  { field: /^status\.images\[\]\.names\[\]$/, why: 'what a node reports that it has' },
  { field: /^status\.nodeInfo\.osImage$/, why: 'the operating system of a node' },
];

const image = 'ghcr.io/acme/shop:1.4.2';

const kinds = builtinResources().map(({ group, version, kind }) => ({
  group,
  apiVersion: group === '' ? version : `${group}/${version}`,
  kind,
}));

/** Paths, in the table's language, to every text that is called like an image. */
function imagePaths(type: Type, path: string, name: string, above: readonly string[]): string[] {
  switch (type.kind) {
    case 'scalar':
      return type.scalar === 'string' && called.test(name) ? [path] : [];
    case 'any':
      return [];
    case 'list':
      return imagePaths(type.element, `${path}[]`, name, above);
    case 'map':
      return imagePaths(type.values, `${path}.*`, name, above);
    case 'struct':
      // A type within itself (a schema's properties) reaches nothing that it did not reach before.
      if (above.includes(type.name)) return [];
      return [...type.fields].flatMap(([field, { type: inner }]) =>
        imagePaths(
          inner,
          path === '' ? field : `${path}.${field}`,
          called.test(name) && inner.kind === 'list' ? name : field,
          [...above, type.name],
        ),
      );
  }
}

const fields = kinds.flatMap(({ group, apiVersion, kind }) => {
  const type = builtinType(apiVersion, kind);
  return type === undefined ? [] : imagePaths(type, '', '', []).map((path) => ({ group, apiVersion, kind, path }));
});

describe('the built-in API', () => {
  it('is there, with the kinds that hold Pods', () => {
    const names = new Set(fields.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
    for (const name of ['v1 Pod', 'v1 PodTemplate', 'apps/v1 Deployment', 'batch/v1 CronJob'])
      expect(names).toContain(name);
    expect(fields.length).toBeGreaterThan(40);
  });

  it('has no image field that the table does not lead to', () => {
    const missed = fields
      .filter(({ path }) => !excused.some(({ field }) => field.test(path)))
      .filter(({ group, apiVersion, kind, path }) => {
        const { uses } = imagesOf({ ...specimen(group, kind, path, image), apiVersion });
        return !uses.some(({ text }) => text === image);
      });
    expect(missed.map(({ apiVersion, kind, path }) => `${apiVersion} ${kind} ${path}`)).toEqual([]);
  });

  it('still has whatever is excused', () => {
    for (const { field, why } of excused)
      expect(
        fields.some(({ path }) => field.test(path)),
        why,
      ).toBe(true);
  });
});
