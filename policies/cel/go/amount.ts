/** unscaled * 10^exponent. */
export interface Amount {
  readonly unscaled: bigint;
  readonly exponent: number;
  /** Kept as an int64 and a power of ten; otherwise as a decimal of any size, which Kubernetes calls no integer even if it is one. */
  readonly exact: boolean;
}

/** How a quantity is written: suffixes of ten (`k`), of two (`Ki`), or an exponent (`e3`). */
export type Notation = 'decimal' | 'binary' | 'exponent';

/** Whether a value stays within int64. */
export const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** A decimal of any size, not negative, rounded up to nano. */
export const decimal = (unscaled: bigint, exponent: number): Amount => {
  if (unscaled === 0n) return { unscaled, exponent, exact: false };
  const shift = exponent + 9;
  if (shift >= 0) return { unscaled: unscaled * ten(shift), exponent: -9, exact: false };
  const divisor = ten(-shift);
  const up = unscaled % divisor === 0n ? 0n : 1n;
  return { unscaled: unscaled / divisor + up, exponent: -9, exact: false };
};

/** The sum, an int64 with a power of ten as long as it fits. */
export const add = (left: Amount, right: Amount): Amount => {
  if (left.exact && right.exact) {
    if (right.unscaled === 0n) return left;
    if (left.unscaled === 0n) return right;
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const [first, second] = [scaled(left, exponent), scaled(right, exponent)];
  const exact = left.exact && right.exact && fits(first) && fits(second) && fits(first + second);
  return { unscaled: first + second, exponent, exact };
};

/** The same amount below zero. */
export const negated = (amount: Amount): Amount => ({ ...amount, unscaled: -amount.unscaled });

/** -1, 0 or 1. */
export const compare = (left: Amount, right: Amount): number => {
  const exponent = Math.min(left.exponent, right.exponent);
  const [first, second] = [scaled(left, exponent), scaled(right, exponent)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
};

/** The int64 it is, where Kubernetes keeps it as one and its power of ten is not negative. */
export const asInteger = (amount: Amount): bigint | undefined => {
  if (!amount.exact || amount.exponent < 0) return undefined;
  const value = scaled(amount, 0);
  return fits(value) ? value : undefined;
};

/** A double near it. */
export const toFloat = (amount: Amount): number =>
  amount.exponent === 0 ? Number(amount.unscaled) : Number(amount.unscaled) * powerOfTen(amount.exponent);

const ten = (exponent: number): bigint => 10n ** BigInt(exponent);

const scaled = (amount: Amount, exponent: number): bigint => amount.unscaled * ten(amount.exponent - exponent);

/** Go's math.Pow10 multiplies two powers of its tables, which is not always the nearest double. */
const powerOfTen = (exponent: number): number => {
  if (exponent > 308) return Infinity;
  if (exponent < -323) return 0;
  const size = Math.abs(exponent);
  const [large, small] = [size - (size % 32), size % 32];
  return exponent < 0 ? Number(`1e-${large}`) / Number(`1e${small}`) : Number(`1e${large}`) * Number(`1e${small}`);
};
