import type { Expression } from '../expression.ts';

/** A name that stands for something else in what is exported. */
export type Rewriting = (name: string, member: string | undefined) => string | undefined;

/** The expression with names replaced; the name that has no replacement where there is one. */
export function rewriteNames({ text, program }: Expression, rewriting: Rewriting): string | { readonly name: string } {
  const edits = new Map<number, { readonly end: number; readonly text: string }>();
  for (const [node, reference] of program.checked.references) {
    if (reference.kind !== 'variable') continue;
    const [start, end] = node.range;
    const member = /^\s*\.\s*([A-Za-z_]\w*)/.exec(text.slice(end));
    const other = rewriting(reference.name, member?.[1]);
    if (other === undefined) return { name: reference.name };
    if (other === reference.name) continue;
    const whole = reference.name === 'params' ? (member?.[0].length ?? 0) : 0;
    edits.set(start, { end: end + whole, text: other });
  }
  let made = '';
  let at = 0;
  for (const [start, edit] of [...edits].toSorted(([a], [b]) => a - b)) {
    made += text.slice(at, start) + edit.text;
    at = edit.end;
  }
  return made + text.slice(at);
}
