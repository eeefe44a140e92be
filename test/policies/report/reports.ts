import type { Finding } from '../../../policies/decision.ts';
import type { Position } from '../../../policies/document.ts';
import { noPolicies } from '../../../policies/policy.ts';
import { type Collected, collectReport, type JudgedObject } from '../../../policies/report/collect.ts';
import type { Report, ReportedObject } from '../../../policies/report/report.ts';
import { decision } from './decisions.ts';

/** An object of a file with these lines, judged to have these findings, each at the same place. */
export const judgedObject = (
  findings: readonly Finding[],
  given: Partial<JudgedObject> & { readonly lines?: readonly string[]; readonly at?: Position } = {},
): JudgedObject => {
  const { lines = ['spec:', '  containers:', '  - image: nginx:1.29', '    name: web'], at, ...rest } = given;
  return {
    source: { file: 'deploy/shop.yaml', start: { line: 1, column: 1 } },
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'shop',
    name: 'web',
    decision: decision(findings),
    place: () => at ?? { line: 3, column: 12 },
    line: (number) => lines[number - 1],
    ...rest,
  };
};

/** A report of a run that took 912 ms at a fixed time. */
export const reportOf = (objects: readonly JudgedObject[], given: Partial<Collected> = {}): Report =>
  collectReport({
    version: '0.1.0',
    started: new Date('2026-11-02T10:14:07Z'),
    ended: new Date('2026-11-02T10:14:08Z'),
    policies: noPolicies,
    objects,
    unreadable: [],
    files: 1,
    requests: 9,
    milliseconds: 912,
    ...given,
  });

export const reported = (...given: Parameters<typeof judgedObject>): ReportedObject => {
  const [object] = reportOf([judgedObject(...given)]).objects;
  if (object === undefined) throw new Error('one object was given');
  return object;
};
