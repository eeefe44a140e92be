import { maxExpressionCost, maxPolicyCost } from '../cel/index.ts';
import type { FieldPath } from '../document.ts';
import { type Expression, ExpressionCompiler, withParameters, workloadDialect } from '../expression.ts';
import { valueAt } from '../validate.ts';
import { type Doubt, itemsAt, textAt } from './doubt.ts';

/**
 * Expressions that cost more than they may whatever they read, as the API server estimates it of its own kinds: the rule fails on every object, and
 * says nothing of any.
 */
export function lintCost(value: unknown, doubt: Doubt): void {
  const kind = valueAt(value, ['kind']);
  if (kind !== 'ClusterWorkloadPolicy' && kind !== 'WorkloadPolicy') return;
  // What does not compile is told where the policy is loaded.
  const compiler = new ExpressionCompiler(withParameters(workloadDialect), () => undefined);
  let all = 0n;
  const estimate = (expression: Expression | undefined, at: FieldPath): void => {
    if (expression === undefined) return;
    const { min } = expression.program.cost;
    if (min > maxExpressionCost)
      doubt('expression-costly', at, `it costs at least ${min} units, and ${maxExpressionCost} is all that it has`);
    else all += min;
  };
  for (const { item, at } of itemsAt(value, ['spec', 'matchConditions']))
    estimate(compiler.compileCondition(textAt(item, ['expression']), at), [...at, 'expression']);
  for (const { item, at } of itemsAt(value, ['spec', 'variables'])) {
    const before = compiler.variables.length;
    compiler.declare(textAt(item, ['name']), textAt(item, ['expression']), at);
    estimate(compiler.variables[before]?.expression, [...at, 'expression']);
  }
  for (const { item, at } of itemsAt(value, ['spec', 'validations'])) {
    estimate(compiler.compile(textAt(item, ['expression']), at), [...at, 'expression']);
    const message = textAt(item, ['messageExpression']);
    if (message !== '') estimate(compiler.compileMessage(message, at), [...at, 'messageExpression']);
  }
  if (all > maxPolicyCost)
    doubt(
      'expression-costly',
      ['spec'],
      `all expressions cost at least ${all} units, and ${maxPolicyCost} is all that a policy has`,
    );
}
