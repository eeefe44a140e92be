import { type CompiledPolicy, type Document, isObject, printable, readAbout, valueAt } from '../policies/index.ts';

/** A policy document for a person: its rule in prose, what it speaks of, its rules, what to do about a violation. */
export function explainPolicy({ value, file }: Document): string {
  const text = (...path: string[]): string => {
    const found = valueAt(value, path);
    return typeof found === 'string' ? found : '';
  };
  const metadata = valueAt(value, ['metadata']);
  const {
    title,
    description,
    severity,
    remediation,
    controls = [],
    check,
    system,
  } = (isObject(metadata) ? readAbout(metadata) : undefined) ?? {};
  const parameters = valueAt(value, ['spec', 'paramSchema', 'properties']);
  const facts = [
    ['check', check],
    ['severity', severity],
    ['about', system],
    ['controls', controls.length === 0 ? undefined : controls.join(', ')],
    ['speaks of', speaksOf(value)],
    ['parameters', isObject(parameters) ? Object.keys(parameters).join(', ') : undefined],
    ['remedy', remediation],
  ].flatMap(([name = '', fact]) => (fact === undefined ? [] : [`  ${name.padEnd(12)}${fact}`]));
  const rules = rulesOf(value).map(([name, message]) => `  ${name}${message === '' ? '' : `: ${message}`}`);
  return [
    `${text('metadata', 'name')}  ${text('kind')}, ${file}${title === undefined ? '' : `\n${title}`}`,
    ...(description === undefined ? [] : [description]),
    facts.join('\n'),
    ...(rules.length === 0 ? [] : [['rules', ...rules].join('\n')]),
  ]
    .map((part) => part.split('\n').map(printable).join('\n'))
    .join('\n\n');
}

function speaksOf(value: unknown): string {
  const images = list(valueAt(value, ['spec', 'images']));
  const resources = list(valueAt(value, ['spec', 'matchConstraints', 'resourceRules'])).flatMap((rule) =>
    list(valueAt(rule, ['resources'])),
  );
  const conditions = list(valueAt(value, ['spec', 'matchConditions'])).map((one) => String(valueAt(one, ['name'])));
  return [
    resources.length === 0 ? 'whatever is written' : [...new Set(resources.map(String))].join(', '),
    ...(images.length === 0 ? [] : [`images ${images.map(String).join(', ')}`]),
    ...(conditions.length === 0 ? [] : [`where ${conditions.join(' and ')}`]),
  ].join('; ');
}

function rulesOf(value: unknown): readonly (readonly [name: string, message: string])[] {
  const from = list(valueAt(value, ['spec', 'signatures', 'from']));
  const demanded = list(valueAt(value, ['spec', 'attestations'])).filter((one) => valueAt(one, ['required']) === true);
  return [
    ...(from.length === 0 ? [] : [['signatures', `signed by ${from.map(String).join(', ')}`] as const]),
    ...demanded.map(
      (one) => [`attestations/${String(valueAt(one, ['name']))}`, String(valueAt(one, ['type']))] as const,
    ),
    ...list(valueAt(value, ['spec', 'validations'])).map((one, index) => {
      const [name = '', message = '', expression = ''] = ['name', 'message', 'expression'].map((field) => {
        const found = valueAt(one, [field]);
        return typeof found === 'string' ? found : '';
      });
      return [name || `validations[${index}]`, message || expression] as const;
    }),
  ];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Why a policy has nothing to say of an object. */
export function whySilent({ namespace, constraints, matchConditions, images }: CompiledPolicy, lies: string): string {
  if (namespace !== undefined && namespace !== lies) return `it governs namespace ${namespace} alone`;
  const matching = [
    ...(constraints.length === 0 ? [] : ['matchConstraints']),
    ...(matchConditions.length === 0 ? [] : matchConditions.map(({ name }) => `match condition ${name}`)),
  ];
  if (matching.length > 0) return `its ${matching.join(' or ')} leave the object out`;
  return images === undefined
    ? 'there is nothing in the object that its rules are about'
    : `no image of the object is ${images.map(({ text }) => text).join(' or ')}`;
}
