import { faultOfUrl } from '../go/url.ts';
import { traversal } from '../cost.ts';
import { type FunctionDeclaration, type Library, type Outcome, overload } from '../function.ts';
import { decodeBase64 } from '../go/base64.ts';
import { Failure } from '../go/failure.ts';
import { parseTimestamp } from '../go/timestamp.ts';
import { codePoints } from '../size.ts';
import { Opaque, Optional } from '../value.ts';
import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, prefix, qualifiedName } from './name-format.ts';

/** A named format; `patternSize` is what its pattern counts for in cost. */
class NamedFormat extends Opaque {
  readonly #name: string;
  readonly #validate: (text: string) => readonly string[];
  readonly #patternSize: number;

  constructor(name: string, patternSize: number, validate: (text: string) => readonly string[]) {
    super();
    this.#name = name;
    this.#patternSize = patternSize;
    this.#validate = validate;
  }

  get typeName(): string {
    return 'kubernetes.NamedFormat';
  }

  get patternSize(): number {
    return this.#patternSize;
  }

  equals(other: Opaque): boolean {
    return other instanceof NamedFormat && other.#name === this.#name;
  }

  toString(): string {
    return this.#name;
  }

  /** None where the text is of the format, otherwise the sentences that say why not. */
  validate(text: string): Optional {
    const faults = this.#validate(text);
    return faults.length === 0 ? Optional.none : new Optional(faults);
  }
}

/** As net/url's ParseRequestURI says it. */
const requestUri = (text: string): readonly string[] => {
  const fault = faultOfUrl(text);
  return fault === undefined ? [] : [fault.message];
};

const faultIf = (wrong: boolean, fault: string): readonly string[] => (wrong ? [fault] : []);

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

const formats: readonly (readonly [
  name: string,
  patternSize: number,
  validate: (text: string) => readonly string[],
  example: string,
])[] = [
  ['dns1123Label', 30, dns1123Label, 'my-label-name'],
  ['dns1123Subdomain', 60, dns1123Subdomain, 'apiextensions.k8s.io'],
  ['dns1035Label', 30, dns1035Label, 'my-label-name'],
  ['qualifiedName', 60, qualifiedName, 'apiextensions.k8s.io/v1beta1'],
  ['dns1123LabelPrefix', 30, prefix(dns1123Label), 'my-label-prefix-'],
  ['dns1123SubdomainPrefix', 60, prefix(dns1123Subdomain), 'mysubdomain.prefix.-'],
  ['dns1035LabelPrefix', 30, prefix(dns1035Label), 'my-label-prefix-'],
  ['labelValue', 40, labelValue, 'my-value'],
  ['uri', 1104, requestUri, 'http://example.com'],
  [
    'uuid',
    72,
    (text) => faultIf(!uuid.test(text), 'does not match the UUID format'),
    '123e4567-e89b-12d3-a456-426614174000',
  ],
  ['byte', 84, (text) => faultIf(!isBase64(text), 'invalid base64'), 'aGVsbG8='],
  ['date', 72, (text) => faultIf(!isDate(text), 'invalid date'), '2021-01-01'],
  [
    'datetime',
    72,
    (text) => faultIf(parseTimestamp(text) instanceof Failure, 'invalid datetime'),
    '2021-01-01T00:00:00Z',
  ],
];

const named = new Map(formats.map(([name, size, validate]) => [name, new NamedFormat(name, size, validate)]));

const isBase64 = (text: string): boolean => text.length % 4 === 0 && !(decodeBase64(text) instanceof Failure);

const isDate = (text: string): boolean =>
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && !(parseTimestamp(`${text}T00:00:00Z`) instanceof Failure);

const maker = (name: string, format: NamedFormat, example: string): FunctionDeclaration => ({
  name: `format.${name}`,
  summary: `The format ${name}.`,
  examples: [[`format.${name}().validate('${example}').hasValue()`, 'false']],
  overloads: [overload(`format-${name}`, '() -> kubernetes.NamedFormat', () => format)],
});

/** Kubernetes' formats of names and values. */
export const formatLibrary: Library = {
  name: 'format',
  functions: [
    {
      name: 'format.named',
      summary: 'The format of that name, if there is one.',
      examples: [["format.named('unknown').hasValue()", 'false']],
      overloads: [
        overload('format-named', '(string) -> optional(kubernetes.NamedFormat)', (name: string): Outcome => {
          const format = named.get(name);
          return format ? new Optional(format) : Optional.none;
        }),
      ],
    },
    ...formats.flatMap(([name, , , example]) => {
      const format = named.get(name);
      return format ? [maker(name, format, example)] : [];
    }),
    {
      name: 'validate',
      summary: 'None where a text is of a format, otherwise the sentences that say why not.',
      examples: [["format.dns1123Label().validate('a b').hasValue()", 'true']],
      overloads: [
        overload(
          'format-validate',
          'kubernetes.NamedFormat.(string) -> optional(list(string))',
          (format: NamedFormat, text: string) => format.validate(text),
          {
            cost: ([format, text]) =>
              typeof text === 'string' && format instanceof NamedFormat
                ? traversal(1 + codePoints(text)) * Math.ceil(format.patternSize / 4)
                : 1,
            costByName: true,
          },
        ),
      ],
    },
  ],
};
