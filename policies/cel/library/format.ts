import { traversal } from '../cost.ts';
import { type FunctionDeclaration, type Library, type Outcome, overload } from '../function.ts';
import { NamedFormat, namedFormats } from '../go/named-format.ts';
import { codePoints } from '../size.ts';
import { Optional } from '../value.ts';

/** A text of each format, by the name of its function. */
const examples: Readonly<Record<string, string>> = {
  dns1123Label: 'my-label-name',
  dns1123Subdomain: 'apiextensions.k8s.io',
  dns1035Label: 'my-label-name',
  qualifiedName: 'apiextensions.k8s.io/v1beta1',
  dns1123LabelPrefix: 'my-label-prefix-',
  dns1123SubdomainPrefix: 'mysubdomain.prefix.-',
  dns1035LabelPrefix: 'my-label-prefix-',
  labelValue: 'my-value',
  uri: 'http://example.com',
  uuid: '123e4567-e89b-12d3-a456-426614174000',
  byte: 'aGVsbG8=',
  date: '2021-01-01',
  datetime: '2021-01-01T00:00:00Z',
};

const maker = (name: string, format: NamedFormat): FunctionDeclaration => ({
  name: `format.${name}`,
  summary: `The format ${name}.`,
  examples: [[`format.${name}().validate('${examples[name] ?? ''}').hasValue()`, 'false']],
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
          const format = namedFormats.get(name);
          return format ? new Optional(format) : Optional.none;
        }),
      ],
    },
    ...[...namedFormats].map(([name, format]) => maker(name, format)),
    {
      name: 'validate',
      summary: 'None where a text is of a format, otherwise the sentences that say why not.',
      examples: [["format.dns1123Label().validate('a b').hasValue()", 'true']],
      overloads: [
        overload(
          'format-validate',
          'kubernetes.NamedFormat.(string) -> optional(list(string))',
          (format: NamedFormat, text: string) => {
            const faults = format.validate(text);
            return faults.length === 0 ? Optional.none : new Optional(faults);
          },
          {
            cost: ([format, text]) =>
              typeof text === 'string' && format instanceof NamedFormat
                ? traversal(1 + codePoints(text)) * Math.ceil(format.regexSize / 4)
                : 1,
            costByName: true,
          },
        ),
      ],
    },
  ],
};
