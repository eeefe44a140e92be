import type { Amount, Notation } from './amount.ts';

/** The canonical text of a quantity: no fraction, the largest suffix that leaves a whole number (resource.Quantity, CanonicalizeBytes). */
export const canonical = (amount: Amount, notation: Notation): string => {
  if (amount.unscaled === 0n) return '0';
  const whole = notation === 'binary' ? wholeOf(amount) : undefined;
  // Below 1024, or with a fraction, powers of two say it no better.
  if (whole !== undefined && (whole >= 1024n || whole <= -1024n)) return binary(whole);
  return tens(amount, notation);
};

/** Indexed by the exponent, from nano on, in steps of three. */
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const wholeOf = (amount: Amount): bigint | undefined => {
  if (amount.exponent >= 0) return amount.unscaled * 10n ** BigInt(amount.exponent);
  const divisor = 10n ** BigInt(-amount.exponent);
  return amount.unscaled % divisor === 0n ? amount.unscaled / divisor : undefined;
};

const binary = (whole: bigint): string => {
  const [value, times] = withoutFactors(whole, 1024n);
  return `${value}${binarySuffixes[times] ?? ''}`;
};

const tens = (amount: Amount, notation: Notation): string => {
  const [value, times] = withoutFactors(amount.unscaled, 10n);
  const exponent = amount.exponent + times;
  const multiple = Math.floor(exponent / 3) * 3;
  const number = value * 10n ** BigInt(exponent - multiple);
  if (notation === 'exponent') return multiple === 0 ? String(number) : `${number}e${multiple}`;
  // Beyond its suffixes Kubernetes writes none.
  return `${number}${decimalSuffixes[multiple / 3 + 3] ?? ''}`;
};

const withoutFactors = (value: bigint, factor: bigint): [value: bigint, times: number] => {
  let rest = value;
  let times = 0;
  while (rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return [rest, times];
};
