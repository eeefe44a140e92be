/** From least to most: of units of cost, or of characters, bytes, elements or entries. `unbounded` is what is not known. */
export interface CostRange {
  readonly min: bigint;
  readonly max: bigint;
}

/** The largest number that cel-go counts to, and what it takes a size to be that nothing bounds. */
export const unbounded = 2n ** 64n - 1n;

export const unknownRange: CostRange = { min: 0n, max: unbounded };

/** A range of one number; one that is too large is the largest. */
export const exactly = (count: number | bigint): CostRange => {
  const number = saturated(BigInt(count));
  return { min: number, max: number };
};

export const sum = (...ranges: readonly CostRange[]): CostRange => ({
  min: saturated(ranges.reduce((total, { min }) => total + min, 0n)),
  max: saturated(ranges.reduce((total, { max }) => total + max, 0n)),
});

export const product = (a: CostRange, b: CostRange): CostRange => ({
  min: saturated(a.min * b.min),
  max: saturated(a.max * b.max),
});

/** The range of what is in either. */
export const union = (a: CostRange, b: CostRange): CostRange => ({
  min: a.min < b.min ? a.min : b.min,
  max: a.max > b.max ? a.max : b.max,
});

/** So much for each, rounded up as the API server rounds: in doubles. */
export const scaled = ({ min, max }: CostRange, factor: number): CostRange => ({
  min: scaledNumber(min, factor),
  max: scaledNumber(max, factor),
});

function scaledNumber(count: bigint, factor: number): bigint {
  const exact = Math.ceil(Number(count) * factor);
  return Number.isFinite(exact) ? saturated(BigInt(exact)) : unbounded;
}

const saturated = (count: bigint): bigint => (count > unbounded ? unbounded : count);
