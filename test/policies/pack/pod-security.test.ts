import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../policies/index.ts';
import { generatePods } from './generate-pod.ts';
import { judgeBy, openPack } from './judge-pack.ts';
import {
  type Answer,
  covers,
  disagreements,
  forbiddenBy,
  newest,
  openVersions,
  policyOf,
} from './pod-security-oracle.ts';

const corpus = join(process.env['ASSAY_CORPUS'] ?? '../shared/corpus', 'pod-security');
const folders = (path: string): string[] => (existsSync(path) ? readdirSync(path).sort() : []);

describe('the pack pod-security', () => {
  it('has its corpus here, where it is tested by itself', () => {
    if (process.env['CI'] === 'true') expect(existsSync(corpus), corpus).toBe(true);
    else if (!existsSync(corpus)) console.warn(`${corpus} is not here: the pods of Kubernetes are not judged`);
  });

  for (const level of ['baseline', 'restricted'])
    for (const version of folders(join(corpus, level)))
      it(`is right about every pod of Kubernetes for ${level} ${version}`, async () => {
        const policies = await openPack(`pod-security:${level}@${version}`);
        let judged = 0;
        for (const want of ['pass', 'fail']) {
          const folder = join(corpus, level, version, want);
          for (const file of folders(folder)) {
            const pod = parse(readFileSync(join(folder, file), 'utf8')) as KubernetesObject;
            const { allowed, findings } = await judgeBy(policies, pod);
            expect(allowed, `${want}/${file}`).toBe(want === 'pass');
            expect(findings.map(({ kind }) => kind).filter((kind) => kind !== 'violation')).toEqual([]);
            judged += 1;
          }
        }
        expect(judged).toBeGreaterThan(30);
      });

  // The pods come from the seed, the answers from Kubernetes' own code; `node test/policies/pack/pod-security-oracle.ts COUNT SEED` asks it anew.
  it('agrees with the admission plugin of Kubernetes about generated pods, check by check, at every minor version', async () => {
    const { seed, answers } = JSON.parse(
      readFileSync(join(import.meta.dirname, 'pod-security-answers.json'), 'utf8'),
    ) as { seed: number; answers: Answer[] };
    const versions = await openVersions();
    expect(versions).toHaveLength(newest + 1);
    const apart: unknown[] = [];
    for (const [index, pod] of generatePods(answers.length, seed).entries()) {
      for (const [minor, policies] of versions.entries()) {
        // Every sixth pod at an old version, a different one each: all of them at all versions is what the program does.
        if ((minor + index) % 6 !== 0 && minor < 35) continue;
        const checks = disagreements(await forbiddenBy(policies, pod), answers[index] ?? {}, minor);
        if (checks.length > 0) apart.push({ pod, minor, checks });
      }
    }
    expect(apart).toEqual([]);
    for (const check of [...Object.keys(policyOf), 'baseline', 'restricted'])
      expect(answers.filter((answer) => answer[check] !== undefined).length, check).toBeGreaterThan(5);
  }, 120_000);

  it('forbids what the levels forbid, but for pods of Windows with fields that such pods cannot have', async () => {
    const { seed, answers } = JSON.parse(
      readFileSync(join(import.meta.dirname, 'pod-security-answers.json'), 'utf8'),
    ) as { seed: number; answers: Answer[] };
    const pods = generatePods(answers.length, seed);
    for (const [level, minor] of [
      ['baseline', 30],
      ['restricted', 36],
      ['restricted', 24],
    ] as const) {
      const policies = await openPack(`pod-security:${level}@v1.${minor}`);
      for (const [index, pod] of pods.entries()) {
        if (pods.length > 600 && index % 3 > 0) continue;
        const forbidden = covers(answers[index]?.[level], minor);
        const { allowed } = await judgeBy(policies, pod);
        // restricted leaves checks of the baseline out that its own replace; a pod of Windows with such fields is no valid object.
        const windows = level === 'restricted' && JSON.stringify(pod).includes('"name":"windows"');
        if (allowed === forbidden && !windows) expect({ pod, level, minor, allowed }).toEqual({ allowed: !forbidden });
      }
    }
  }, 120_000);
});
