import { limits } from '../../limits.ts';
import { secondsOf } from './calendar.ts';
import { type Failure, failure, quoted } from './failure.ts';

/** Seconds east of UTC that a zone has at a moment (seconds since 1970 UTC): an IANA name, or a fixed offset as `-07:00` or `+05:30`. */
export const zoneOffset = (zone: string, seconds: number): number | Failure => {
  // The API server's containers have no local zone: "Local" is UTC there.
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
  if (zone.includes(':')) return fixedOffset(zone);
  const clock = clockOf(zone);
  return clock === undefined ? failure(`unknown time zone ${quoted(zone)}`) : wallClock(clock, seconds) - seconds;
};

/** cel-go reads the hours with their sign and lets the sign before them rule the minutes. */
const fixedOffset = (zone: string): number | Failure => {
  const match = /^([+-]?)([0-9]{1,4}):([+-]?[0-9]{1,4})$/.exec(zone);
  if (match === null) return failure(`time zone ${quoted(zone)} is neither an IANA name nor an offset as -07:00`);
  const [, sign, hours, minutes] = match;
  const offset = sign === '-' ? -Number(hours) * 60 - Number(minutes) : Number(hours) * 60 + Number(minutes);
  return offset * 60 + 0;
};

/** Making a formatter takes a thousand times as long as asking it; the oldest goes when the cache is full. */
const clocks = new Map<string, Intl.DateTimeFormat>();

const clockOf = (zone: string): Intl.DateTimeFormat | undefined => {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = makeClock(zone);
  if (made === undefined) return undefined;
  const oldest = clocks.keys().next();
  if (clocks.size >= limits.timeZones && oldest.done !== true) clocks.delete(oldest.value);
  clocks.set(zone, made);
  return made;
};

/** Every part of an IANA name begins with a capital; Intl alone would take any case, and offsets without a colon. */
const ianaName = /^[A-Z][A-Za-z0-9_+-]{0,31}(?:\/[A-Z][A-Za-z0-9_+-]{0,31}){0,2}$/;

const makeClock = (zone: string): Intl.DateTimeFormat | undefined => {
  if (!ianaName.test(zone)) return undefined;
  try {
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return isSpelledSo(zone, clock.resolvedOptions().timeZone) ? clock : undefined;
  } catch {
    // The one thing it throws for with these options is a zone that it does not know.
    return undefined;
  }
};

/** Go finds a zone by the name of its file, letter by letter. Of an older name Intl tells only what it stands for. */
const isSpelledSo = (zone: string, canonical: string): boolean => {
  if (zone.toLowerCase() === canonical.toLowerCase()) return zone === canonical;
  if (!zone.includes('/')) return olderNames.has(zone);
  return zone.split('/').every((part) => part.length < 3 || part !== part.toUpperCase() || capitals.test(part));
};

/** The parts of names that are written in capitals. */
const capitals = /^(?:ACT|LHI|NSW|UCT|UTC|GMT(?:[+-]?[0-9]+)?)$/;

/** The names without a region that tzdata keeps for old times' sake. */
const olderNames: ReadonlySet<string> = new Set([
  ...['CET', 'CST6CDT', 'Cuba', 'EET', 'EST', 'EST5EDT', 'Egypt', 'Eire', 'GB', 'GB-Eire', 'GMT', 'GMT+0', 'GMT-0'],
  ...['GMT0', 'Greenwich', 'HST', 'Hongkong', 'Iceland', 'Iran', 'Israel', 'Jamaica', 'Japan', 'Kwajalein', 'Libya'],
  ...['MET', 'MST', 'MST7MDT', 'NZ', 'NZ-CHAT', 'Navajo', 'PRC', 'PST8PDT', 'Poland', 'Portugal', 'ROC', 'ROK'],
  ...['Singapore', 'Turkey', 'UCT', 'Universal', 'W-SU', 'WET', 'Zulu'],
]);

const wallClock = (clock: Intl.DateTimeFormat, seconds: number): number => {
  const parts = new Map(clock.formatToParts(seconds * 1000).map((part) => [part.type, part.value]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  return secondsOf({
    year: parts.get('era') === 'BC' ? 1 - part('year') : part('year'),
    month: part('month'),
    day: part('day'),
    hours: part('hour'),
    minutes: part('minute'),
    seconds: part('second'),
  });
};
