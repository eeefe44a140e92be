import { type Double, fromDouble, type Int, Uint } from '../value.ts';

/** The nearest double of a number of any of the three types. */
export const number = (value: number | Double | Int | Uint): number => {
  if (value instanceof Uint) return Number(value.uint);
  return typeof value === 'bigint' ? Number(value) : fromDouble(value);
};
