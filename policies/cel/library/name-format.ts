/** Formats of Kubernetes names and values: each answers the sentences that say what is wrong (apimachinery, validation). */

const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label1123}(\\.${label1123})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueFormat = `(${qualified})?`;

type Faults = readonly string[];

export function dns1123Label(text: string): Faults {
  if (text.length > 63) return [tooLong(63)];
  if (whole(label1123, text)) return [];
  if (whole(subdomain, text)) return ['must not contain dots'];
  return [
    regexFault(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      label1123,
      ['my-name', '123-abc'],
    ),
  ];
}

export function dns1123Subdomain(text: string): Faults {
  if (text.length > 253) return [tooLong(253)];
  if (whole(subdomain, text)) return [];
  return [
    regexFault(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      subdomain,
      ['example.com'],
    ),
  ];
}

export function dns1035Label(text: string): Faults {
  if (text.length > 63) return [tooLong(63)];
  if (whole(label1035, text)) return [];
  return [
    regexFault(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      label1035,
      ['my-name', 'abc-123'],
    ),
  ];
}

export function qualifiedName(text: string): Faults {
  const message =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const fault = regexFault(message, qualified, ['MyName', 'my.name', '123-abc']);
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) {
    return [`a qualified name ${fault} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = second ?? first;
  const faults: string[] = [];
  if (second !== undefined) {
    if (first === '') faults.push('prefix part must be non-empty');
    else faults.push(...dns1123Subdomain(first).map((each) => `prefix part ${each}`));
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > 63) faults.push(`name part ${tooLong(63)}`);
  if (!whole(qualified, name)) faults.push(`name part ${fault}`);
  return faults;
}

export function labelValue(text: string): Faults {
  const faults = text.length > 63 ? [tooLong(63)] : [];
  if (whole(labelValueFormat, text)) return faults;
  const message =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...faults, regexFault(message, labelValueFormat, ['MyValue', 'my_value', '12345'])];
}

/** A name that something will be appended to: a dash at its end is none at the end of the whole. */
export const prefix =
  (format: (text: string) => Faults) =>
  (text: string): Faults =>
    format(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -1)}a` : text);

const tooLong = (most: number): string => `must be no more than ${most} characters`;

function regexFault(message: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

/** The patterns are ours and linear: each is a run of one class, bounded by characters that the run also holds. */
const whole = (pattern: string, text: string): boolean =>
  text.length <= 1000 && new RegExp(`^(?:${pattern})$`).test(text);
