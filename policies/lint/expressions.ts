import { type Doubt, itemsAt, textAt } from './doubt.ts';

/** Messages, variables, patterns and expressions that say nothing. */
export function lintExpressions(value: unknown, doubt: Doubt): void {
  const validations = itemsAt(value, ['spec', 'validations']);
  for (const { item, at } of validations) {
    if (textAt(item, ['message']) === '' && textAt(item, ['messageExpression']) === '')
      doubt('message-missing', at, 'no message says what is wanted; whoever is denied reads the expression');
    if (textAt(item, ['expression']).trim() === 'true')
      doubt('always-true', [...at, 'expression'], 'the expression is always true, so that the rule denies nothing');
  }
  for (const { item, at } of itemsAt(value, ['spec', 'matchConditions']))
    if (textAt(item, ['expression']).trim() === 'false')
      doubt(
        'never-matches',
        [...at, 'expression'],
        'the condition is never true, so that the policy speaks of nothing',
      );
  if (textAt(value, ['spec', 'failurePolicy']) === 'Ignore')
    doubt(
      'fails-open',
      ['spec', 'failurePolicy'],
      'an object passes where an expression fails on it; "Fail" denies it',
    );
  lintVariables(value, doubt);
  lintPatterns(value, doubt);
}

function lintVariables(value: unknown, doubt: Doubt): void {
  const texts = expressionsIn(value);
  // Whoever computes the name of a variable may mean any of them.
  if (texts.some((text) => /\bvariables\s*\[/.test(text))) return;
  for (const { item, at } of itemsAt(value, ['spec', 'variables'])) {
    const name = textAt(item, ['name']);
    if (name === '') continue;
    const read = new Set(
      texts.flatMap((text) => [...text.matchAll(/\bvariables\s*\.\s*\??([A-Za-z_]\w*)/g)].map(([, one]) => one)),
    );
    if (!read.has(name)) doubt('variable-unused', at, `no expression reads variables.${name}`);
  }
}

/** Every text below `spec` that may be CEL. */
function expressionsIn(value: unknown): readonly string[] {
  const found: string[] = [];
  const pending: unknown[] = [value];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (typeof one === 'string') found.push(one);
    else if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) pending.push(inner);
  }
  return found;
}

/** `matches` of CEL finds its pattern anywhere in the text. */
function lintPatterns(value: unknown, doubt: Doubt): void {
  for (const section of ['variables', 'validations', 'matchConditions']) {
    for (const { item, at } of itemsAt(value, ['spec', section])) {
      const text = textAt(item, ['expression']);
      for (const [, , pattern = ''] of text.matchAll(/\.matches\(\s*[rR]?(["'])((?:(?!\1).)*)\1\s*\)/g)) {
        if (pattern.startsWith('^') && pattern.endsWith('$')) continue;
        doubt(
          'pattern-unanchored',
          [...at, 'expression'],
          `matches(${JSON.stringify(pattern)}) finds its pattern anywhere in the text; ^ and $ hold it to the whole`,
        );
      }
    }
  }
}
