import { sha256 } from '../../evidence/index.ts';
import type { Report, ReportedFinding, ReportedObject } from './report.ts';

/** A finding with its object, and what it is recognised by. */
export interface Fingerprinted {
  readonly object: ReportedObject;
  readonly reported: ReportedFinding;
  /** SHA-256, 64 hex digits: the same tomorrow though lines have moved, and different for every finding of a report. */
  readonly fingerprint: string;
}

/** Every finding of a report in its order. Lines and texts are left out: what moved or is worded anew is still the same finding. */
export function fingerprinted({ objects }: Report): readonly Fingerprinted[] {
  const seen = new Map<string, number>();
  return objects.flatMap((object) =>
    object.findings.map((reported) => {
      const identity = JSON.stringify(identityOf(object, reported));
      const nth = seen.get(identity) ?? 0;
      seen.set(identity, nth + 1);
      const hash = sha256(new TextEncoder().encode(nth === 0 ? identity : `${identity} ${nth}`));
      return { object, reported, fingerprint: hash.replace(/^sha256:/, '') };
    }),
  );
}

function identityOf(
  { source, apiVersion, kind, namespace, name }: ReportedObject,
  { finding }: ReportedFinding,
): readonly (string | null)[] {
  const { policy, rule, code, field, image } = finding;
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
  const container = image?.container ?? null;
  // A container keeps its name where it moves in its list.
  const at = container === null ? field : field.replace(/\[\d+\]/g, '[]');
  return [source?.file ?? null, group, kind, namespace ?? null, name, policy, rule, code, at, container];
}
