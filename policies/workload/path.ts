/**
 * Where something stands in the objects of a kind: `spec.tasks[].template.spec` (every item of a list), `spec.replicas.*.template` (every value
 * of a map), `spec.params[name=bundle].value` (items with that field), `spec.value.**.uri` (at any depth), `spec.conf["a.b"]` (a key with dots).
 */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'items' }
  | { readonly kind: 'values' }
  | { readonly kind: 'where'; readonly key: string; readonly value: string }
  | { readonly kind: 'anywhere' };

/** A path in that language, read; undefined where the text is none. */
export function parsePathPattern(text: string): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const [whole = '', dot, name, stars, where, value, quoted] = token.exec(text) ?? [];
    const named = name !== undefined || stars !== undefined;
    // A dot joins names; nothing but the first name goes without one.
    if (whole === '' || (dot === '.') !== (named && at > 0)) return undefined;
    if (name !== undefined) steps.push({ kind: 'key', key: name });
    else if (stars !== undefined) steps.push({ kind: stars === '*' ? 'values' : 'anywhere' });
    else if (where !== undefined) steps.push({ kind: 'where', key: where, value: value ?? '' });
    else if (quoted !== undefined) steps.push({ kind: 'key', key: String(JSON.parse(quoted)) });
    else steps.push({ kind: 'items' });
    at += whole.length;
  }
  return steps.length === 0 || steps.at(-1)?.kind === 'anywhere' ? undefined : steps;
}

const token =
  /(\.?)(?:([A-Za-z_][\w-]*)|(\*{1,2})|\[(?:([\w-]+)=([\w.-]+)|("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"))?\])/uy;

/** The text that {@link parsePathPattern} reads as these steps. */
export const renderPathPattern = (steps: readonly PathStep[]): string =>
  steps.map(renderStep).join('').replace(/^\./, '');

function renderStep(step: PathStep): string {
  switch (step.kind) {
    case 'key':
      return /^[A-Za-z_][\w-]*$/.test(step.key) ? `.${step.key}` : `[${JSON.stringify(step.key)}]`;
    case 'items':
      return '[]';
    case 'values':
      return '.*';
    case 'where':
      return `[${step.key}=${step.value}]`;
    case 'anywhere':
      return '.**';
  }
}

/** Whether places at the path are among those that the pattern leads to, or below one of them where `below` is set. */
export function leadsTo(pattern: readonly PathStep[], path: readonly PathStep[], below = false): boolean {
  const [first, ...rest] = pattern;
  const [next, ...after] = path;
  if (first === undefined) return below || next === undefined;
  if (first.kind === 'anywhere')
    return leadsTo(rest, path, below) || (next !== undefined && leadsTo(pattern, after, below));
  if (next === undefined) return false;
  switch (first.kind) {
    case 'key':
      return next.kind === 'key' && next.key === first.key && leadsTo(rest, after, below);
    case 'values':
      return (next.kind === 'values' || next.kind === 'key') && leadsTo(rest, after, below);
    case 'items':
    case 'where':
      return next.kind === 'items' && leadsTo(rest, after, below);
  }
}
