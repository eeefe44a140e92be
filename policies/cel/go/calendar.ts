/** A moment as a wall clock of the proleptic Gregorian calendar shows it; month and day count from one, weekday from Sunday as zero. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Days since January 1, from zero. */
  readonly yearDay: number;
  readonly weekday: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** The wall clock so many seconds after 1970-01-01T00:00:00. */
export const civil = (seconds: number): Civil => {
  const days = Math.floor(seconds / daySeconds);
  const rest = seconds - days * daySeconds;
  const { year, month, day } = date(days);
  return {
    year,
    month,
    day,
    yearDay: days - daysBefore(year, 1, 1),
    weekday: (((days + thursday) % 7) + 7) % 7,
    hours: Math.floor(rest / 3600),
    minutes: Math.floor(rest / 60) % 60,
    seconds: rest % 60,
  };
};

/** Seconds from 1970-01-01T00:00:00 to this wall clock; the date must exist. */
export const secondsOf = (at: Pick<Civil, 'year' | 'month' | 'day' | 'hours' | 'minutes' | 'seconds'>): number =>
  daysBefore(at.year, at.month, at.day) * daySeconds + at.hours * 3600 + at.minutes * 60 + at.seconds;

/** How many days a month of the proleptic Gregorian calendar has. */
export const daysIn = (year: number, month: number): number => {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

const daySeconds = 86_400;
/** 1970-01-01 was a Thursday. */
const thursday = 4;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days from 1970-01-01 to a date; years begin in March here, so that the leap day is the last of its year. */
const daysBefore = (year: number, month: number, day: number): number => {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

const date = (days: number): Pick<Civil, 'year' | 'month' | 'day'> => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
};
