/** What is wrong with a label of RFC 1123, in Kubernetes' words (k8s.io/apimachinery, util/validation). */
export const dns1123Label = (text: string): readonly string[] => {
  const faults = tooLong(text, 63);
  if (isLabel(text)) return faults;
  return [
    ...faults,
    isSubdomain(text) ? 'must not contain dots' : mismatch(label, labelPattern, ['my-name', '123-abc']),
  ];
};

/** What is wrong with a subdomain of RFC 1123: labels with dots between. */
export const dns1123Subdomain = (text: string): readonly string[] => subdomainFaults(text, 'characters');

const subdomainFaults = (text: string, unit: 'bytes' | 'characters'): readonly string[] => [
  ...tooLong(text, 253, unit),
  ...(isSubdomain(text) ? [] : [mismatch(subdomain, `${labelPattern}(\\.${labelPattern})*`, ['example.com'])]),
];

/** What is wrong with a label of RFC 1035: it begins with a letter. */
export const dns1035Label = (text: string): readonly string[] => [
  ...tooLong(text, 63),
  ...(isLabel(text) && /^[a-z]/.test(text) ? [] : [mismatch(oldLabel, oldLabelPattern, ['my-name', 'abc-123'])]),
];

/** What is wrong with a qualified name: a name, before it perhaps a subdomain and a slash. */
export const qualifiedName = (text: string): readonly string[] => {
  const parts = text.split('/', 3);
  const pattern = mismatch(name, namePattern, ['MyName', 'my.name', '123-abc']);
  if (parts.length > 2)
    return [`a valid label key ${pattern} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const last = parts.at(-1) ?? '';
  const faults = last === '' ? [empty] : tooLong(last, 63, 'bytes');
  if (!isName(last)) faults.push(pattern);
  return [...prefixFaults(parts), ...faults.map((fault) => `name part ${fault}`)];
};

/** What is wrong with the value of a label: empty, or a name. */
export const labelValue = (text: string): readonly string[] => [
  ...tooLong(text, 63, 'bytes'),
  ...(text === '' || isName(text) ? [] : [mismatch(value, `(${namePattern})?`, ['MyValue', 'my_value', '12345'])]),
];

/** A prefix that is to be completed may end in a dash, which Kubernetes takes with the character before it for a letter. */
export const maskTrailingDash = (text: string): string => {
  if (!text.endsWith('-') || text.length < 2) return text;
  // Of a character beyond ASCII it takes one byte and leaves the rest, which no name has.
  return `${text.slice(0, -2)}${text.charCodeAt(text.length - 2) > 0x7f ? '\ufffd' : ''}a`;
};

const empty = 'must be non-empty';
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const oldLabel =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const oldLabelPattern = '[a-z]([-a-z0-9]*[a-z0-9])?';
const name =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const namePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const value =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const prefixFaults = (parts: readonly string[]): readonly string[] => {
  if (parts.length < 2) return [];
  const [prefix = ''] = parts;
  return (prefix === '' ? [empty] : subdomainFaults(prefix, 'bytes')).map((fault) => `prefix part ${fault}`);
};

/** The patterns of the messages, in steps that take linear time without a stack. */
const isLabel = (text: string): boolean =>
  text !== '' && !/[^-a-z0-9]/.test(text) && !text.startsWith('-') && !text.endsWith('-');

const isSubdomain = (text: string): boolean => text.split('.').every(isLabel);

const isName = (text: string): boolean =>
  text !== '' && !/[^-A-Za-z0-9_.]/.test(text) && /^[A-Za-z0-9]/.test(text) && /[A-Za-z0-9]$/.test(text);

/** Kubernetes counts bytes, and calls them characters in its older functions. */
const tooLong = (text: string, most: number, unit: 'bytes' | 'characters' = 'characters'): string[] =>
  new TextEncoder().encode(text).length > most ? [`must be no more than ${most} ${unit}`] : [];

const mismatch = (rule: string, pattern: string, examples: readonly string[]): string =>
  `${rule} (e.g. ${examples.map((example) => `'${example}'`).join(',  or ')}, regex used for validation is '${pattern}')`;
