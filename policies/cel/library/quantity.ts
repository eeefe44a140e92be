import { traverses } from '../cost.ts';
import { type FunctionDeclaration, type Library, overload, type OverloadOptions } from '../function.ts';
import { Failure } from '../go/failure.ts';
import { parseQuantity, type Quantity, quantityOfInt } from '../go/quantity.ts';
import { lift, liftTo } from '../lift.ts';
import { type Int, toDouble, toInt } from '../value.ts';

const reading: OverloadOptions = { cost: traverses(), costByName: true };
const type = 'kubernetes.Quantity';

const comparison = (
  name: string,
  summary: string,
  example: readonly [string, string],
  holds: (order: number) => boolean,
): FunctionDeclaration => ({
  name,
  summary,
  examples: [example],
  overloads: [
    overload(`quantity_${name}`, `${type}.(${type}) -> bool`, (a: Quantity, b: Quantity) => holds(a.compareTo(b))),
  ],
});

/** Amounts of resources, as `1.5Gi`. */
export const quantityLibrary: Library = {
  name: 'quantity',
  functions: [
    {
      name: 'quantity',
      summary: 'The quantity that a text such as 1.5Gi spells.',
      examples: [
        ["quantity('1Gi') == quantity('1024Mi')", 'true'],
        ["quantity('1Xi')", 'error'],
      ],
      overloads: [
        overload('string_to_quantity', `(string) -> ${type}`, (text: string) => lift(parseQuantity(text)), reading),
      ],
    },
    {
      name: 'isQuantity',
      summary: 'Whether a text spells a quantity.',
      examples: [["isQuantity('1Xi')", 'false']],
      overloads: [
        overload(
          'is_quantity_string',
          '(string) -> bool',
          (text: string) => !(parseQuantity(text) instanceof Failure),
          reading,
        ),
      ],
    },
    {
      name: 'sign',
      summary: 'One, zero or minus one, as the sign of the quantity is.',
      examples: [["quantity('-5').sign()", '-1']],
      overloads: [
        // The API server has the function alone; its documentation, the method alone.
        overload('quantity_sign', `(${type}) -> int`, (quantity: Quantity) => quantity.sign()),
        overload('quantity_sign_method', `${type}.() -> int`, (quantity: Quantity) => quantity.sign()),
      ],
    },
    {
      name: 'isInteger',
      summary: 'Whether the quantity can be read as an int.',
      examples: [["quantity('50k').isInteger()", 'true']],
      overloads: [overload('quantity_is_integer', `${type}.() -> bool`, (quantity: Quantity) => quantity.isInteger())],
    },
    {
      name: 'asInteger',
      summary: 'The quantity as an int, an error where it is none.',
      examples: [["quantity('50k').asInteger()", '50000']],
      overloads: [
        overload('quantity_as_integer', `${type}.() -> int`, (quantity: Quantity) =>
          liftTo(quantity.asInteger(), toInt),
        ),
      ],
    },
    {
      name: 'asApproximateFloat',
      summary: 'A double near the quantity.',
      examples: [["quantity('50.703k').asApproximateFloat()", '50703.0']],
      overloads: [
        overload('quantity_as_float', `${type}.() -> double`, (quantity: Quantity) =>
          toDouble(quantity.asApproximateFloat()),
        ),
      ],
    },
    {
      name: 'add',
      summary: 'The sum of a quantity and another, or an int.',
      examples: [["quantity('50k').add(20) == quantity('50020')", 'true']],
      overloads: [
        overload('quantity_add', `${type}.(${type}) -> ${type}`, (a: Quantity, b: Quantity) => a.add(b)),
        overload('quantity_add_int', `${type}.(int) -> ${type}`, (a: Quantity, b: Int) => a.add(quantityOfInt(b))),
      ],
    },
    {
      name: 'sub',
      summary: 'The difference of a quantity and another, or an int.',
      examples: [["quantity('50k').sub(quantity('20')) == quantity('49980')", 'true']],
      overloads: [
        overload('quantity_sub', `${type}.(${type}) -> ${type}`, (a: Quantity, b: Quantity) => a.sub(b)),
        overload('quantity_sub_int', `${type}.(int) -> ${type}`, (a: Quantity, b: Int) => a.sub(quantityOfInt(b))),
      ],
    },
    comparison(
      'isGreaterThan',
      'Whether the quantity is greater than another.',
      ["quantity('50Mi').isGreaterThan(quantity('50M'))", 'true'],
      (order) => order > 0,
    ),
    comparison(
      'isLessThan',
      'Whether the quantity is less than another.',
      ["quantity('50M').isLessThan(quantity('50Mi'))", 'true'],
      (order) => order < 0,
    ),
    {
      name: 'compareTo',
      summary: 'One, zero or minus one, as the quantity is greater than, equal to or less than another.',
      examples: [["quantity('200M').compareTo(quantity('0.2G'))", '0']],
      overloads: [
        overload('quantity_compare_to', `${type}.(${type}) -> int`, (a: Quantity, b: Quantity) => a.compareTo(b)),
      ],
    },
  ],
};
