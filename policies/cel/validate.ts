import { childrenOf, type Node } from './ast.ts';
import type { Checked } from './check.ts';
import type { Environment } from './environment.ts';
import { CelError } from './error.ts';
import { applyOverload } from './dispatch.ts';
import { exempt, unlikeElement } from './homogeneous.ts';
import { patternOf } from './pattern.ts';

/** The first literal pattern, duration or timestamp that can only be an error when it is evaluated, as the API server refuses it. */
export function validateLiterals(checked: Checked, environment: Environment): CelError | undefined {
  const seen = new Set<Node>();
  const mixed = new Set<Node>();
  const waiting: Node[] = [checked.root];
  if (!environment.kubernetes) return undefined;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const bad =
      node.kind === 'call'
        ? validateCall(checked, node)
        : (node.kind === 'list' || node.kind === 'map') && !mixed.has(node)
          ? unlikeElement(checked, node)
          : undefined;
    if (bad) return bad;
    const children = childrenOf(node);
    if (mixed.has(node) || (node.kind === 'call' && exempt.has(node.name)))
      for (const child of children) mixed.add(child);
    waiting.push(...children);
  }
  return undefined;
}

function validateCall(checked: Checked, node: Node & { kind: 'call' }): CelError | undefined {
  const reference = checked.references.get(node);
  if (reference?.kind !== 'function') return undefined;
  const literal = reference.args.at(patternFunctions.has(reference.name) ? 1 : 0);
  if (literal?.kind !== 'literal' || typeof literal.value !== 'string') return undefined;
  if (patternFunctions.has(reference.name)) {
    const pattern = patternOf(literal.value);
    return pattern instanceof CelError ? new CelError('CEL_BAD_LITERAL', pattern.message, literal.range) : undefined;
  }
  if (reference.name !== 'duration' && reference.name !== 'timestamp') return undefined;
  const { result } = applyOverload(reference, [literal.value]);
  return result instanceof CelError ? new CelError('CEL_BAD_LITERAL', result.message, literal.range) : undefined;
}

const patternFunctions: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);
