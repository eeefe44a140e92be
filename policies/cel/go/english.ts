import { formatFixed, formatScientific } from './double.ts';

/** A double in fixed point for readers of English: thousands in groups, no minus before a zero (golang.org/x/text, en-US). */
export const englishFixed = (value: number, precision: number): string => {
  if (!Number.isFinite(value)) return unusual(value);
  const text = formatFixed(value === 0 ? 0 : value, precision);
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replaceAll(/(?<=[0-9])(?=(?:[0-9]{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};

/** A double as `1.052033×10⁰³`: always six digits after the point, since cel-go takes what should be the precision for a width. */
export const englishScientific = (value: number, width: number): string => {
  if (!Number.isFinite(value)) return unusual(value).padStart(width);
  const [mantissa = '', exponent = ''] = formatScientific(value === 0 ? 0 : value, 6).split('e');
  return `${mantissa}×10${Array.from(exponent, raised).join('')}`.padStart(width);
};

const unusual = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '∞' : '-∞';
};

const raised = (mark: string): string => {
  if (mark === '+') return '';
  return mark === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(mark)] ?? '');
};
