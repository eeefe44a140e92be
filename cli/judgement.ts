import {
  type Assumptions,
  type Decision,
  defaulted,
  type Finding,
  imagesOf,
  isObject,
  judge,
  type JudgementRecord,
  judgementRecord,
  type KubernetesObject,
  type Lookup,
  requestFor,
  type RequestOptions,
  type Review,
  valueAt,
} from '../policies/index.ts';
import { now, stopwatch } from '../host/clock.ts';
import type { Session } from './session.ts';

/** What a command line says of the request that would bring an object. */
export interface Circumstances extends RequestOptions {
  readonly oldObject?: KubernetesObject;
  readonly lookup?: Lookup;
  /** For `assay test` alone: what is to be found of images. */
  readonly assumptions?: Assumptions;
  /** Told of the validating phase, with all that led to its decision. */
  readonly onJudged?: (record: JudgementRecord) => void;
}

/**
 * Judges an object as the webhook's two phases do, one after the other: mutation pins, validation judges what mutation
 * made. Both see the object as the API server completes it. Findings name images as the file writes them.
 */
export async function judgeBothPhases(
  object: KubernetesObject,
  { assembled, policies }: Session,
  signal: AbortSignal,
  { oldObject, lookup, assumptions, onJudged, ...options }: Circumstances = {},
): Promise<Decision> {
  const elapsed = stopwatch();
  const surroundings = {
    ...{ ...assembled, policies, now: now(), signal },
    ...(lookup === undefined ? {} : { lookup }),
    ...(assumptions === undefined ? {} : { assumptions }),
  };
  const request = requestFor(object, options);
  const { operation } = request;
  const deleted = operation === 'DELETE';
  const arrived = defaulted(placed(object, request.namespace));
  const before = deleted ? arrived : oldObject && defaulted(placed(oldObject, request.namespace));
  const review = { operation, request, ...(before === undefined ? {} : { oldObject: before }) };
  const mutated = await judge({ phase: 'mutate', ...review, ...(deleted ? {} : { object: arrived }) }, surroundings);
  const changed = mutated.version.object;
  const final = deleted ? {} : { object: changed === arrived ? arrived : defaulted(changed) };
  const validated: Review = { phase: 'validate', ...review, ...final };
  const judged = await judge(validated, surroundings);
  onJudged?.(judgementRecord(validated, judged, surroundings, elapsed()));
  const findings = judged.findings.filter((finding) => !echoes(finding, judged.findings));
  const written = new Map(imagesOf(object, assembled.references).uses.map(({ field, text }) => [field, text]));
  const asWritten = (field: string, text: string): string => written.get(field) ?? text;
  return {
    allowed: findings.every(({ effect }) => effect !== 'deny'),
    version: { ...judged.version, patches: mutated.version.patches },
    annotations: judged.annotations,
    ...(judged.passed === undefined ? {} : { passed: judged.passed }),
    findings: findings.map((finding) =>
      finding.image === undefined
        ? finding
        : { ...finding, image: { ...finding.image, reference: asWritten(finding.field, finding.image.reference) } },
    ),
    images: judged.images.map((image) => ({
      ...image,
      use: { ...image.use, text: asWritten(image.use.field, image.use.text) },
    })),
  };
}

/** The object in the namespace of its request, as the API server puts it there; what names one, or lies in none, stays as it is. */
export function placed(object: KubernetesObject, namespace: string | undefined): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  if (namespace === undefined || (apiVersion === 'v1' && kind === 'Namespace')) return object;
  if (typeof valueAt(metadata, ['namespace']) === 'string' && valueAt(metadata, ['namespace']) !== '') return object;
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), namespace } };
}

/** Where the tag could not be resolved, that it is not pinned is our own phase's doing and says nothing more. */
const echoes = (finding: Finding, all: readonly Finding[]): boolean =>
  finding.code === 'NOT_PINNED' &&
  all.some((other) => other !== finding && other.field === finding.field && other.policy === finding.policy);

/** A number of seconds, or `500ms`, `30s`, `2m`; in milliseconds. Undefined where it is none, or not above zero. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d{1,6})(ms|s|m)?$/.exec(text) ?? [];
  const milliseconds = Number(number ?? 0) * { ms: 1, s: 1000, m: 60_000 }[unit === 'ms' || unit === 'm' ? unit : 's'];
  return milliseconds > 0 ? milliseconds : undefined;
}
