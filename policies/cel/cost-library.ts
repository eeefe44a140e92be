import { nodeCost } from './cost.ts';
import { type CallEstimate, type CallQuestion, type Operand, over, patternCost, sizeOf } from './cost-call.ts';
import { type CostRange, exactly, product, scaled, sum, unbounded, unknownRange } from './cost-range.ts';
import { type CelType, partsOf, sameType } from './typing.ts';

/**
 * What the API server's libraries may cost (k8s.io/apiserver, pkg/cel/library/cost.go): by the name of the function, whatever its receiver.
 * Undefined for any other.
 */
export function libraryEstimate(question: CallQuestion): CallEstimate | undefined {
  if (unitFunctions.has(question.name)) return { cost: one };
  const known = Object.hasOwn(functions, question.name) ? functions[question.name] : undefined;
  return known?.(question);
}

const one = exactly(1);

/** Builders and accessors: one unit each. */
const unitFunctions: ReadonlySet<string> = new Set([
  ...['serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name'],
  ...['allowed', 'reason', 'error', 'errored', 'format.named'],
  ...['masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast'],
  ...['isLinkLocalUnicast', 'isGlobalUnicast', 'major', 'minor', 'patch'],
  ...['sign', 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan', 'compareTo', 'add', 'sub'],
  ...['getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath', 'getQuery'],
]);

type Estimate = (question: CallQuestion) => CallEstimate | undefined;

const selector: Estimate = ({ args: [text, more] }) => {
  if (text === undefined || more !== undefined) return undefined;
  // Two characters are the shortest requirement; each is a structure and a list.
  const requirements = scaled(scaled(sizeOf(text), 0.5), nodeCost.list + nodeCost.struct);
  return { cost: sum(exactly(nodeCost.list), over(sizeOf(text)), requirements) };
};

/** Each element of a list is looked at, all of it where it is a string; a receiver that is no list is gone over. */
const elements: Estimate = ({ target }) => {
  if (target === undefined) return undefined;
  const element = elementOf(target);
  if (element === undefined) return { cost: over(sizeOf(target)) };
  const text = element.type.kind === 'string' || element.type.kind === 'bytes';
  return { cost: product(sizeOf(target), text ? sum(one, over(element.size)) : one) };
};

const keepsSize: Estimate = ({ args: [text, more] }) =>
  text === undefined || more !== undefined ? undefined : { cost: over(sizeOf(text)), size: sizeOf(text) };

const ofReceiver: Estimate = ({ target }) => target && { cost: over(sizeOf(target)), size: sizeOf(target) };

const reading: Estimate = ({ args: [text] }) => text && { cost: over(sizeOf(text)) };

const finding: Estimate = ({ target, args: [pattern] }) =>
  target &&
  pattern && { cost: patternCost(sizeOf(target), sizeOf(pattern)), size: { min: 0n, max: sizeOf(target).max } };

/** An address is four bytes or sixteen, and compared with a second one; a string is read first. */
const containing =
  (read: string, more: CostRange): Estimate =>
  ({ overload, args: [other] }) =>
    other && { cost: sum(over(sum(address, address)), more, overload === read ? over(sizeOf(other)) : exactly(0)) };

const address: CostRange = { min: 4n, max: 16n };

const functions: Readonly<Record<string, Estimate>> = {
  check: () => ({ cost: exactly(350_000) }),
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: elements,
  sum: elements,
  max: elements,
  min: elements,
  indexOf: elements,
  lastIndexOf: elements,
  url: keepsSize,
  'jsonpatch.escapeKey': keepsSize,
  lowerAscii: ofReceiver,
  upperAscii: ofReceiver,
  substring: ofReceiver,
  trim: ofReceiver,
  replace: ({ target, args: [from, to] }) =>
    target &&
    from &&
    to && { cost: scaled(sizeOf(target), 0.2), size: replaced(sizeOf(target), sizeOf(from), sizeOf(to)) },
  split: ({ target, args: [, limit] }) =>
    target && { cost: scaled(sizeOf(target), 0.2), size: { min: 0n, max: literalLimit(limit) ?? sizeOf(target).max } },
  join: ({ target, args: [separator] }) => {
    if (target === undefined) return undefined;
    const list = sizeOf(target);
    const contents = product(list, elementOf(target)?.size ?? exactly(0));
    const gaps: CostRange = { min: list.min > 0n ? list.min - 1n : 0n, max: list.max > 0n ? list.max - 1n : 0n };
    const size = separator ? sum(contents, product(sizeOf(separator), gaps)) : contents;
    return { cost: over(size), size };
  },
  find: finding,
  findAll: finding,
  cidr: reading,
  isIP: reading,
  isCIDR: reading,
  ip: (question) => (question.overload === 'cidr_ip' ? { cost: one } : reading(question)),
  'ip.isCanonical': ({ args: [text] }) => text && { cost: scaled(sizeOf(text), 0.2) },
  containsIP: containing('cidr_contains_ip_string', exactly(0)),
  // The address is masked first, and the lengths of the prefixes compared.
  containsCIDR: containing('cidr_contains_cidr_string', sum(over(address), one)),
  quantity: reading,
  isQuantity: reading,
  semver: reading,
  isSemver: reading,
  // The longest of the named formats' patterns.
  validate: ({ args: [text] }) => text && { cost: scaled(over(sizeOf(text)), 128 * 0.25) },
  '_==_': ({ args: [a, b] }) => {
    if (a === undefined || b === undefined || a.type.kind !== 'object' || !sameType(a.type, b.type)) return undefined;
    if (scalarObjects.has(a.type.name)) return { cost: one };
    if (a.type.name === 'kubernetes.NamedFormat') return { cost: over({ min: 1n, max: longestFormat }) };
    return a.type.name === 'kubernetes.URL' ? { cost: over({ min: 1n, max: b.size?.max ?? 1n }) } : undefined;
  },
};

const longestFormat = 64n;

/** Types whose values are compared in one unit. */
const scalarObjects: ReadonlySet<string> = new Set([
  ...['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver', 'kubernetes.authorization.Authorizer'],
  ...['kubernetes.authorization.PathCheck', 'kubernetes.authorization.GroupCheck'],
  ...['kubernetes.authorization.ResourceCheck', 'kubernetes.authorization.Decision'],
]);

/** The type and size of what is in a list; undefined where the type is not made of others. */
function elementOf({ type, elementSize }: Operand): { readonly type: CelType; readonly size: CostRange } | undefined {
  const [element] = partsOf(type);
  return element && { type: element, size: elementSize ?? unknownRange };
}

/** The limit that is written, as the unsigned number that a negative one is in Go. */
function literalLimit(limit: Operand | undefined): bigint | undefined {
  const value = limit?.node.kind === 'literal' ? limit.node.value : undefined;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return BigInt.asUintN(64, BigInt(value));
}

/** How long a text may be after replacement: its ends are found with the fewest short replacements and the most long ones. */
function replaced(text: CostRange, from: CostRange, to: CostRange): CostRange {
  const longest =
    from.min === 0n
      ? { count: text.max < unbounded ? text.max + 1n : text.max, kept: text.max }
      : to.max <= from.min
        ? { count: 0n, kept: text.max }
        : { count: roundedUp(text.max, from.min), kept: 0n };
  const shortest =
    from.max === 0n
      ? { count: text.min < unbounded ? text.min + 1n : text.min, kept: text.min }
      : from.max <= to.min
        ? { count: 0n, kept: text.min }
        : { count: roundedUp(text.min, from.max), kept: 0n };
  const count: CostRange = { min: shortest.count, max: longest.count };
  return sum(product(count, to), { min: shortest.kept, max: longest.kept });
}

const roundedUp = (a: bigint, b: bigint): bigint => exactly(Math.ceil(Number(a) / Number(b))).max;
