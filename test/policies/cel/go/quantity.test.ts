import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../policies/cel/go/failure.ts';
import { parseQuantity, type Quantity, quantityOfInt } from '../../../../policies/cel/go/quantity.ts';
import { limits } from '../../../../policies/limits.ts';

const quantity = (text: string): Quantity => {
  const value = parseQuantity(text);
  if (value instanceof Failure) throw new Error(`${text}: ${value.message}`);
  return value;
};

describe('quantities', () => {
  it.each([
    ['1024Ki', '1Mi'],
    ['1Ki', '1Ki'],
    ['512Ki', '512Ki'],
    ['8Ki', '8Ki'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['1000m', '1'],
    ['0.1', '100m'],
    ['1000', '1k'],
    ['1234567', '1234567'],
    ['12e6', '12e6'],
    ['12000e3', '12e6'],
    ['1E', '1E'],
    ['0.00000000001', '1n'],
    ['-1e-30', '-1e-9'],
    ['99Ei', '9223372036854775807'],
    ['-', '0'],
    ['k', '0'],
    ['+5', '+5'],
    ['1.', '1.'],
    ['1000E', '1'],
  ])('write %s as %s', (text, written) => expect(quantity(text).toString()).toBe(written));

  it.each([
    ['', /^quantities must match/],
    ['10Mo', /^quantities must match the regular expression '\^\(\[\+-\]\?\[0-9\.\]\+\)/],
    ['1.2.3', /^quantities must match/],
    ['1 ', /^quantities must match/],
    ['1\0', /^quantities must match/],
    ['10Mm', /^unable to parse quantity's suffix$/],
    ['1e', /^unable to parse quantity's suffix$/],
    ['Pi', /^unable to parse numeric part of quantity$/],
    [`1e${limits.quantityExponent + 1}`, /^the exponent of a quantity is beyond 4096$/],
    ['1e-99999999999999999999', /^the exponent/],
    ['1'.repeat(limits.numberText + 1), /^quantities must match/],
  ])('refuse %j', (text, message) => {
    const value = parseQuantity(text);
    expect(value instanceof Failure ? value.message : '').toMatch(message);
  });

  it('are ints only where Kubernetes keeps them as such', () => {
    expect(quantity('1Ti').asInteger()).toBe(2n ** 40n);
    expect(quantity('1k').asInteger()).toBe(1000n);
    for (const text of ['1Pi', '1.5', '100m', '9999999999999999999999', '10E']) {
      expect(quantity(text).isInteger(), text).toBe(false);
      expect(quantity(text).asInteger(), text).toMatchObject({ message: 'cannot convert value to integer' });
    }
  });

  it('compare exactly, whatever their notation', () => {
    expect(quantity('1Gi').compareTo(quantity('1G'))).toBe(1);
    expect(quantity('0.1').compareTo(quantity('100m'))).toBe(0);
    expect(quantity('-1').compareTo(quantity('1e-9'))).toBe(-1);
    expect(quantity('9999999999999999999k').compareTo(quantity('9999999999999999999001'))).toBe(-1);
    expect(quantity('1000Ki').equals(quantity('1024000'))).toBe(true);
    expect([quantity('-5'), quantity('0'), quantity('5n')].map((value) => value.sign())).toEqual([-1, 0, 1]);
  });

  it('add and subtract, a zero taking the notation of the other', () => {
    expect(quantity('1Gi').add(quantity('1Mi')).toString()).toBe('1025Mi');
    expect(quantity('0').add(quantity('1Gi')).toString()).toBe('1Gi');
    expect(quantity('50k').add(quantityOfInt(-50_000)).sign()).toBe(0);
    expect(quantity('50k').sub(quantityOfInt(20n)).toString()).toBe('49980');
    expect(quantity('1').sub(quantity('1n')).toString()).toBe('999999999n');
    const sum = quantity('9223372036854775k').add(quantity('9223372036854775k'));
    expect([sum.toString(), sum.isInteger()]).toEqual(['18446744073709550k', false]);
  });

  it('are doubles as Kubernetes computes them', () => {
    expect(quantity('1.5').asApproximateFloat()).toBe(1.5);
    expect(quantity('1e400').asApproximateFloat()).toBe(Infinity);
    expect(quantity('-9.9Gi').asApproximateFloat()).toBe(-10630044057.6);
  });

  it('stay fast at the bounds', () => {
    const start = performance.now();
    const large = quantity(`${'9'.repeat(limits.numberText - 10)}e${limits.quantityExponent}`);
    const small = quantity(`1e-${limits.quantityExponent}`);
    for (let index = 0; index < 100; index += 1) large.add(small).compareTo(large);
    expect(large.add(small).toString()).toMatch(/^9{2390}0{4095}/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
