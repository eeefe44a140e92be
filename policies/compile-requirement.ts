import { type Requirement, requirementOf, type TrustMaterial } from '../evidence/index.ts';
import type { FieldPath } from './document.ts';
import type { Report } from './problem.ts';
import type { AuthoritySpec } from './schema/authority.ts';

/** What the material asks for by itself, and what the authority asks for on top; never less, but in so many words. */
export function compileRequirement(
  spec: AuthoritySpec,
  material: TrustMaterial,
  path: FieldPath,
  report: Report,
): Requirement {
  const { offers } = material;
  const least = requirementOf(material, spec.time === undefined ? {} : { time: spec.time });
  const wanted = {
    log: spec.log === 'Required' || spec.time === 'log' ? 1 : 0,
    timestamps: spec.timestamps ?? (spec.time === 'tsa' ? 1 : 0),
    scts: spec.scts ?? 0,
  };
  const offered = { log: offers.logs, timestamps: offers.timestampAuthorities, scts: offers.ctLogs };
  for (const field of ['log', 'timestamps', 'scts'] as const) {
    if (wanted[field] <= offered[field]) continue;
    const detail = `${wanted[field]} wanted, but the trust root offers ${offered[field]}: no signature could ever be accepted`;
    report('UNSAFE_COMBINATION', [...path, field], detail);
  }
  checkTime(spec, material, [...path, 'time'], report);
  return {
    ...least,
    log: Math.max(least.log, wanted.log),
    timestamps: Math.max(least.timestamps, wanted.timestamps),
    scts: Math.max(least.scts, wanted.scts),
  };
}

/** Somebody must state when it was signed, and whoever wants to believe the wall clock instead says so. */
function checkTime(
  { time, certificateAuthority }: AuthoritySpec,
  { offers }: TrustMaterial,
  path: FieldPath,
  report: Report,
): void {
  if (time === 'wallClock' && certificateAuthority === undefined) {
    const detail = 'wallClock is for a certificateAuthority of your own; anything else needs a log or a timestamp';
    report('UNSAFE_COMBINATION', path, detail);
  }
  if (certificateAuthority !== undefined && time !== 'wallClock' && offers.logs + offers.timestampAuthorities === 0) {
    const detail =
      'nobody states the time of signing: name a trustRoot with logs or timestamp authorities, or say "time: wallClock"';
    report('FIELD_MISSING', path, detail);
  }
}
