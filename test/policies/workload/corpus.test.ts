import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../../policies/document.ts';
import { isObject } from '../../../policies/version.ts';
import { imagesOf, isPod, podSpecs } from '../../../policies/workload.ts';

const corpus = join(resolve(process.env['ASSAY_CORPUS'] ?? '../shared/corpus'), 'workloads');

/** Texts that are to be filled in by whoever reads the example. */
const placeholders = ['${NGINX_IMAGE}', 'ghcr.io/<username>/<image>:<tag>'];

describe.skipIf(process.env['CI'] === undefined && !existsSync(corpus))(`manifests of others, in ${corpus}`, () => {
  it('have images where people put them, and nothing that cannot be read or is not known', () => {
    const files = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && /\.ya?ml$/.test(entry.name),
    );
    const objects = files.flatMap(({ parentPath, name }) =>
      parseDocuments(readFileSync(join(parentPath, name), 'utf8'), name).documents.map(({ value }) => value),
    );
    const found = objects.filter(isObject).map((object) => ({ object, ...imagesOf(object) }));
    expect(found.length).toBeGreaterThan(150);
    expect(found.flatMap(({ unreadable, notJudged }) => [...unreadable, ...notJudged])).toEqual([]);
    const malformed = found.flatMap(({ uses }) =>
      uses.filter(({ reference }) => 'kind' in reference).map(({ text }) => text),
    );
    expect(malformed.toSorted()).toEqual(placeholders.toSorted());
    const ofKind = (kind: string) => found.filter(({ object }) => object.kind === kind);
    for (const { uses } of ofKind('SpinApp')) expect(uses).toMatchObject([{ kind: 'reference', field: 'spec.image' }]);
    for (const { object, uses } of [...ofKind('Deployment'), ...ofKind('Pod'), ...ofKind('CronJob')]) {
      expect(podSpecs(object)).toHaveLength(1);
      expect(uses.length).toBeGreaterThan(0);
      for (const { podSpec, kind } of uses)
        expect([podSpec, kind === 'reference']).toEqual([podSpecs(object)[0]?.path, false]);
    }
    expect(found.filter(({ object }) => isPod(object)).length).toBeGreaterThan(10);
    for (const kind of ['Service', 'ConfigMap', 'VirtualService', 'RuntimeClass'])
      expect(ofKind(kind).flatMap(({ uses }) => uses)).toEqual([]);
  });
});
