/** A time for people: "2026-11-02 10:31:07 UTC". */
export const utc = (date: Date): string =>
  Number.isNaN(date.getTime()) ? 'at no time' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The second of two times, as much of it as differs: "10:24:07" on the same day, else all of it. */
export const utcAfter = (first: Date, second: Date): string =>
  utc(first).slice(0, 10) === utc(second).slice(0, 10) ? utc(second).slice(11, 19) : utc(second);
