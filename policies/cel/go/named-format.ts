import { Opaque } from '../value.ts';
import { daysIn } from './calendar.ts';
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  maskTrailingDash,
  qualifiedName,
} from './kubernetes-name.ts';
import { faultOfUrl } from './url.ts';

/** A format that Kubernetes knows by name, as `format.dns1123Label()` gives it. */
export class NamedFormat extends Opaque {
  readonly #name: string;
  readonly #faults: (text: string) => readonly string[];
  readonly #regexSize: number;

  /** The size is that of a pattern which checks the same: the cost of `validate` grows with it. */
  constructor(name: string, faults: (text: string) => readonly string[], regexSize: number) {
    super();
    this.#name = name;
    this.#faults = faults;
    this.#regexSize = regexSize;
  }

  get typeName(): string {
    return 'kubernetes.NamedFormat';
  }

  equals(other: Opaque): boolean {
    return other instanceof NamedFormat && other.#name === this.#name;
  }

  toString(): string {
    return this.#name;
  }

  get regexSize(): number {
    return this.#regexSize;
  }

  /** What is wrong with a text, in Kubernetes' words; nothing where it has the format. */
  validate(text: string): readonly string[] {
    return this.#faults(text);
  }
}

const unless = (holds: (text: string) => boolean, fault: string) => (text: string) => (holds(text) ? [] : [fault]);

const prefix = (faults: (text: string) => readonly string[]) => (text: string) => faults(maskTrailingDash(text));

const uri = (text: string): readonly string[] => {
  const fault = faultOfUrl(text);
  return fault === undefined ? [] : [fault.message];
};

const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text);

/** Padded, of the standard alphabet, and not empty. */
const isBase64 = (text: string): boolean =>
  text !== '' && text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.replace(/={1,2}$/, ''));

const isDate = (text: string): boolean => {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
};

/** Kubernetes looks at what stands before and after the first T in either case, and not beyond a second one. */
const isDateTime = (text: string): boolean => {
  const [date = '', time = ''] = text.toLowerCase().split('t', 2);
  const match = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[^\n][0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/u.exec(time);
  if (match === null || !isDate(date)) return false;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return hours <= 23 && minutes <= 59 && seconds <= 59;
};

/** Every named format by the name of its function (k8s.io/apiserver, library/format.go). */
export const namedFormats: ReadonlyMap<string, NamedFormat> = new Map([
  ['dns1123Label', new NamedFormat('DNS1123Label', dns1123Label, 30)],
  ['dns1123Subdomain', new NamedFormat('DNS1123Subdomain', dns1123Subdomain, 60)],
  ['dns1035Label', new NamedFormat('DNS1035Label', dns1035Label, 30)],
  ['qualifiedName', new NamedFormat('QualifiedName', qualifiedName, 60)],
  ['dns1123LabelPrefix', new NamedFormat('DNS1123LabelPrefix', prefix(dns1123Label), 30)],
  ['dns1123SubdomainPrefix', new NamedFormat('DNS1123SubdomainPrefix', prefix(dns1123Subdomain), 60)],
  ['dns1035LabelPrefix', new NamedFormat('DNS1035LabelPrefix', prefix(dns1035Label), 30)],
  ['labelValue', new NamedFormat('LabelValue', labelValue, 40)],
  ['uri', new NamedFormat('URI', uri, 1103)],
  ['uuid', new NamedFormat('uuid', unless(isUuid, 'does not match the UUID format'), 70)],
  ['byte', new NamedFormat('byte', unless(isBase64, 'invalid base64'), 84)],
  ['date', new NamedFormat('date', unless(isDate, 'invalid date'), 71)],
  ['datetime', new NamedFormat('datetime', unless(isDateTime, 'invalid datetime'), 71)],
]);
