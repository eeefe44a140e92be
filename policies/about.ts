import { valueAt } from './validate.ts';

/** What a policy says of itself in its annotations, `assay.dev/...`; reports, catalogue and explanations show it. */
export interface PolicyAbout {
  readonly title?: string;
  /** The rule in prose. */
  readonly description?: string;
  readonly severity?: Severity;
  /** What to do about a violation. */
  readonly remediation?: string;
  /** `PSS-B`, `CIS 5.2.2`. */
  readonly controls?: readonly string[];
  /** `PSB-01`. */
  readonly check?: string;
  /** `Kubernetes`, `Istio`. */
  readonly system?: string;
}

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** From the mildest on. */
export const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Undefined where no annotation says anything. A severity that is none of ours is left out: annotations are anybody's. */
export function readAbout(metadata: object): PolicyAbout | undefined {
  const text = (name: string): string | undefined => {
    const value = valueAt(metadata, ['annotations', `assay.dev/${name}`]);
    const line = typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : '';
    return line === '' ? undefined : line;
  };
  const severity = severities.find((one) => one === text('severity'));
  const controls = (text('controls') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const plain = Object.fromEntries(
    (['title', 'description', 'remediation', 'check', 'system'] as const).flatMap((name) => {
      const value = text(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const about: PolicyAbout = {
    ...plain,
    ...(severity === undefined ? {} : { severity }),
    ...(controls.length === 0 ? {} : { controls }),
  };
  return Object.keys(about).length === 0 ? undefined : about;
}
