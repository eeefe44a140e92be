import { type Civil, civil, daysIn, secondsOf } from './calendar.ts';
import { type Failure, failure, quoted } from './failure.ts';
import { isInt64 } from './number.ts';
import { zoneOffset } from './zone.ts';

/** A moment from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z. */
export interface Moment {
  /** Seconds since 1970-01-01T00:00:00Z, rounded down. */
  readonly seconds: number;
  /** Nanoseconds after that second, 0 to 999,999,999. */
  readonly nanos: number;
  /** Seconds east of UTC in which it was written: it shows in `string()` and nowhere else. */
  readonly offset: number;
}

/** `timestamp(string)`: RFC 3339 as Go reads it: one digit for the hour and a comma before the fraction pass, digits beyond the ninth are dropped. */
export const parseTimestamp = (text: string): Moment | Failure => {
  const match = rfc3339.exec(text);
  if (match === null) return refused(text);
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1, 7).map(Number);
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!exists || hours > 23 || minutes > 59 || seconds > 59) return refused(text);
  // Go refuses an offset only beyond 24 hours and 60 minutes.
  if (offsetHours > 24 || offsetMinutes > 60) return refused(text);
  const offset = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -60 : 60) + 0;
  const nanos = Number((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return within(secondsOf({ year, month, day, hours, minutes, seconds }) - offset, nanos, offset);
};

/** `timestamp(int)`: seconds since 1970, in UTC. */
export const timestampFromSeconds = (seconds: number | bigint): Moment | Failure => within(Number(seconds), 0, 0);

/** `string(timestamp)`: RFC 3339 in the offset it was written in, the fraction without trailing zeros. */
export const formatTimestamp = (moment: Moment): string => {
  const at = civil(moment.seconds + moment.offset);
  const fraction = moment.nanos === 0 ? '' : `.${pad(moment.nanos, 9).replace(/0+$/, '')}`;
  const date = `${pad(at.year, 4)}-${pad(at.month, 2)}-${pad(at.day, 2)}`;
  return `${date}T${pad(at.hours, 2)}:${pad(at.minutes, 2)}:${pad(at.seconds, 2)}${fraction}${zone(moment.offset)}`;
};

/** The wall clock of a moment in a zone (IANA name or fixed offset), in UTC where none is given. */
export const clockAt = (moment: Moment, zone?: string): Civil | Failure => {
  if (zone === undefined) return civil(moment.seconds);
  const offset = zoneOffset(zone, moment.seconds);
  return typeof offset === 'number' ? civil(moment.seconds + offset) : offset;
};

/** The getters of a timestamp in CEL's counting: months, days of the month and of the year from zero, `getDate` from one, Sunday zero. */
export const timestampGetters = {
  getFullYear: (at: Civil) => at.year,
  getMonth: (at: Civil) => at.month - 1,
  getDayOfYear: (at: Civil) => at.yearDay,
  getDayOfMonth: (at: Civil) => at.day - 1,
  getDate: (at: Civil) => at.day,
  getDayOfWeek: (at: Civil) => at.weekday,
  getHours: (at: Civil) => at.hours,
  getMinutes: (at: Civil) => at.minutes,
  getSeconds: (at: Civil) => at.seconds,
} as const;

/** `getMilliseconds()` of a timestamp: those after the second, the same in every zone. */
export const timestampMilliseconds = (moment: Moment): number => Math.trunc(moment.nanos / 1_000_000);

/** timestamp + duration in nanoseconds; outside the years 1 to 9999 an overflow. */
export const addDuration = (moment: Moment, duration: bigint): Moment | Failure => {
  const nanos = BigInt(moment.nanos) + duration;
  const rest = ((nanos % second) + second) % second;
  return within(moment.seconds + Number((nanos - rest) / second), Number(rest), moment.offset);
};

/** timestamp - duration in nanoseconds; the one duration that has no negative is an overflow, as in cel-go. */
export const subtractDuration = (moment: Moment, duration: bigint): Moment | Failure =>
  isInt64(-duration) ? addDuration(moment, -duration) : failure('integer overflow');

/** timestamp - timestamp as nanoseconds within int64. */
export const timestampDifference = (left: Moment, right: Moment): bigint | Failure => {
  const seconds = BigInt(left.seconds - right.seconds) * second;
  const value = seconds + BigInt(left.nanos - right.nanos);
  // cel-go checks the whole seconds by themselves.
  return isInt64(seconds) && isInt64(value) ? value : failure('integer overflow');
};

/** Negative, zero or positive as the left moment is before, at or after the right; the offsets do not count. */
export const compareTimestamps = (left: Moment, right: Moment): number =>
  left.seconds - right.seconds || left.nanos - right.nanos;

const rfc3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

const second = 1_000_000_000n;
const earliest = -62_135_596_800;
const latest = 253_402_300_799;

const within = (seconds: number, nanos: number, offset: number): Moment | Failure =>
  seconds >= earliest && seconds <= latest ? { seconds, nanos, offset } : failure('timestamp overflow');

const refused = (text: string): Failure =>
  failure(
    `type conversion error from 'string' to 'google.protobuf.Timestamp': ${quoted(text)} is not a date and time as RFC 3339 writes it`,
  );

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

const zone = (offset: number): string => {
  if (offset === 0) return 'Z';
  const minutes = Math.abs(offset) / 60;
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`;
};
