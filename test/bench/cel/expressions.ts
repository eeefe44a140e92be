import { RE2JS } from 're2js';

/** An expression and the same in JavaScript by hand: absence, null and wrong types throw, integers stay safe. */
export interface Compared {
  readonly text: string;
  readonly byHand: (object: unknown) => unknown;
}

type Map = Readonly<Record<string, unknown>>;

function get(of: unknown, key: string): unknown {
  const value = (of as Map)[key];
  if (value === undefined || Array.isArray(of)) throw new Error(key);
  return value;
}
/** Unrolled: a list of keys would be made anew by every call. */
function at(of: unknown, a: string, b: string, c?: string, d?: string, e?: string): unknown {
  const second = get(get(of, a), b);
  if (c === undefined) return second;
  const third = get(second, c);
  if (d === undefined) return third;
  const fourth = get(third, d);
  return e === undefined ? fourth : get(fourth, e);
}
const has = (of: unknown, key: string): boolean => {
  if (typeof of !== 'object' || of === null || Array.isArray(of)) throw new Error(key);
  return (of as Map)[key] !== undefined;
};
const int = (value: unknown): number => {
  if (!Number.isSafeInteger(value)) throw new Error('no int');
  return value as number;
};
const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error('no string');
  return value;
};
const list = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error('no list');
  return value as readonly unknown[];
};
const containers = (object: unknown): readonly unknown[] => list(at(object, 'spec', 'template', 'spec', 'containers'));
const image = RE2JS.compile('^ghcr\\.io/acme/[a-z0-9-]+:');
const version = RE2JS.compile('^[0-9]+\\.[0-9]+\\.[0-9]+$');
const pods = 'object.spec.template.spec';

/** Four classes of expressions, reported apart. */
export const classes: Readonly<Record<string, readonly Compared[]>> = {
  'field access and arithmetic': [
    { text: 'object.spec.replicas <= 5', byHand: (o) => int(at(o, 'spec', 'replicas')) <= 5 },
    { text: "object.metadata.labels['app'] == 'shop'", byHand: (o) => at(o, 'metadata', 'labels', 'app') === 'shop' },
    {
      text: `has(${pods}.securityContext) && ${pods}.securityContext.runAsNonRoot == true`,
      byHand: (o) =>
        has(at(o, 'spec', 'template', 'spec'), 'securityContext') &&
        at(o, 'spec', 'template', 'spec', 'securityContext', 'runAsNonRoot') === true,
    },
    { text: 'object.spec.replicas * 2 + 1 > 3', byHand: (o) => int(int(int(at(o, 'spec', 'replicas')) * 2) + 1) > 3 },
    {
      text: 'has(object.metadata.labels.owner) ? false : true',
      byHand: (o) => !has(at(o, 'metadata', 'labels'), 'owner'),
    },
  ],
  comprehensions: [
    {
      text: `${pods}.containers.all(c, has(c.securityContext) && c.securityContext.allowPrivilegeEscalation == false)`,
      byHand: (o) =>
        containers(o).every(
          (c) => has(c, 'securityContext') && at(c, 'securityContext', 'allowPrivilegeEscalation') === false,
        ),
    },
    {
      text: `${pods}.containers.exists(c, c.name == 'container-4')`,
      byHand: (o) => containers(o).some((c) => get(c, 'name') === 'container-4'),
    },
    {
      text: `${pods}.containers.all(c, c.env.all(e, e.name != 'SECRET'))`,
      byHand: (o) => containers(o).every((c) => list(get(c, 'env')).every((e) => get(e, 'name') !== 'SECRET')),
    },
    {
      text: `${pods}.containers.filter(c, c.imagePullPolicy == 'Always').size() == 0`,
      byHand: (o) => containers(o).filter((c) => get(c, 'imagePullPolicy') === 'Always').length === 0,
    },
    {
      text: `${pods}.containers.map(c, c.name).exists(n, n == 'container-2')`,
      byHand: (o) =>
        containers(o)
          .map((c) => get(c, 'name'))
          .includes('container-2'),
    },
  ],
  strings: [
    {
      text: "object.metadata.name.startsWith('shop-')",
      byHand: (o) => text(at(o, 'metadata', 'name')).startsWith('shop-'),
    },
    { text: "object.metadata.name.contains('web')", byHand: (o) => text(at(o, 'metadata', 'name')).includes('web') },
    {
      text: "object.metadata.namespace + '/' + object.metadata.name == 'shop/shop-web'",
      byHand: (o) => `${text(at(o, 'metadata', 'namespace'))}/${text(at(o, 'metadata', 'name'))}` === 'shop/shop-web',
    },
    {
      text: `${pods}.containers.all(c, c.image.startsWith('ghcr.io/') && !c.image.endsWith(':latest'))`,
      byHand: (o) =>
        containers(o).every(
          (c) => text(get(c, 'image')).startsWith('ghcr.io/') && !text(get(c, 'image')).endsWith(':latest'),
        ),
    },
    {
      text: "object.metadata.labels['team'] in ['storefront', 'payments', 'platform']",
      byHand: (o) => ['storefront', 'payments', 'platform'].includes(text(at(o, 'metadata', 'labels', 'team'))),
    },
  ],
  patterns: [
    {
      text: "object.metadata.labels['app.kubernetes.io/version'].matches('^[0-9]+\\\\.[0-9]+\\\\.[0-9]+$')",
      byHand: (o) => version.test(text(at(o, 'metadata', 'labels', 'app.kubernetes.io/version'))),
    },
    {
      text: `${pods}.containers.all(c, c.image.matches('^ghcr\\\\.io/acme/[a-z0-9-]+:'))`,
      byHand: (o) => containers(o).every((c) => image.test(text(get(c, 'image')))),
    },
  ],
};
