import { type Dialect, ExpressionCompiler } from './expression.ts';
import type { FieldPath } from './document.ts';
import { limits } from './limits.ts';
import type { CompiledPolicy } from './policy.ts';
import { present } from './present.ts';
import type { Report } from './problem.ts';
import { revocationRuleName } from './revocation.ts';
import type { Rule } from './rule.ts';
import { annotationRule } from './rule/annotation.ts';
import { validationRule } from './rule/validation.ts';

/** The fields of a policy document that are expressions, however the document is called. */
export interface ExpressionsSpec {
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations?: readonly {
    readonly name?: string;
    readonly expression: string;
    readonly message?: string;
    readonly messageExpression?: string;
    readonly reason?: string;
  }[];
  readonly auditAnnotations?: readonly { readonly key: string; readonly valueExpression: string }[];
}

export type CompiledExpressions = Pick<CompiledPolicy, 'matchConditions' | 'variables'> & {
  readonly rules: readonly Rule[];
  /** For what else the document says in expressions. */
  readonly compiler: ExpressionCompiler;
};

/** Compiles them in the order in which one may read the other; every problem is told with its field. */
export function compileExpressions(spec: ExpressionsSpec, dialect: Dialect, report: Report): CompiledExpressions {
  const compiler = new ExpressionCompiler(dialect, report);
  const { variables = [], validations = [], auditAnnotations = [] } = spec;
  if (variables.length + validations.length + auditAnnotations.length > limits.expressionsPerPolicy) {
    report('FIELD_WRONG', ['spec'], `more than ${limits.expressionsPerPolicy} expressions in one policy`);
    return { matchConditions: [], variables: [], rules: [], compiler };
  }
  const matchConditions = compileConditions(spec, compiler, report);
  for (const [index, { name, expression }] of variables.entries()) {
    const path = ['spec', 'variables', index];
    if (taken(variables, index, (one) => one.name))
      report('NAME_TAKEN', [...path, 'name'], `a variable "${name}" stands above`);
    else compiler.declare(name, expression, [...path, 'expression']);
  }
  return {
    compiler,
    matchConditions,
    variables: compiler.variables,
    rules: [
      ...compileValidations(validations, compiler, report),
      ...auditAnnotations.flatMap(({ key, valueExpression }, index): Rule[] => {
        const path: FieldPath = ['spec', 'auditAnnotations', index];
        if (taken(auditAnnotations, index, (one) => one.key))
          report('NAME_TAKEN', [...path, 'key'], `an annotation "${key}" stands above`);
        const expression = compiler.compileAnnotation(valueExpression, [...path, 'valueExpression']);
        return expression === undefined ? [] : [annotationRule({ key, expression })];
      }),
    ],
  };
}

function compileConditions(
  { matchConditions = [] }: ExpressionsSpec,
  compiler: ExpressionCompiler,
  report: Report,
): CompiledExpressions['matchConditions'] {
  return matchConditions.flatMap(({ name, expression: text }, index) => {
    const path: FieldPath = ['spec', 'matchConditions', index];
    if (taken(matchConditions, index, (one) => one.name))
      report('NAME_TAKEN', [...path, 'name'], `a match condition "${name}" stands above`);
    const expression = compiler.compileCondition(text, [...path, 'expression']);
    if (expression === undefined) return [];
    if (expression.scope !== 'object')
      report(
        'EXPRESSION_WRONG',
        [...path, 'expression'],
        'a match condition speaks of the whole object, not of one image or PodSpec',
      );
    return [{ name, expression }];
  });
}

function compileValidations(
  specs: NonNullable<ExpressionsSpec['validations']>,
  compiler: ExpressionCompiler,
  report: Report,
): Rule[] {
  return specs.flatMap((spec, index): Rule[] => {
    const path: FieldPath = ['spec', 'validations', index];
    const { name = `validations[${index}]`, message, reason } = spec;
    if (reserved.has(name)) report('NAME_TAKEN', [...path, 'name'], `"${name}" is the name of a rule of Assay's own`);
    if (spec.name !== undefined && taken(specs, index, (one) => one.name))
      report('NAME_TAKEN', [...path, 'name'], `a validation "${name}" stands above`);
    const expression = compiler.compile(spec.expression, [...path, 'expression'], ['bool']);
    const messageExpression =
      (spec.messageExpression ?? '') === ''
        ? undefined
        : compiler.compileMessage(spec.messageExpression ?? '', [...path, 'messageExpression']);
    return expression === undefined
      ? []
      : [
          validationRule(
            present({ name, expression, message: message === '' ? undefined : message, messageExpression, reason }),
          ),
        ];
  });
}

/** Names of rules that a document's own may not take. */
const reserved: ReadonlySet<string> = new Set([
  'signatures',
  'pin',
  revocationRuleName,
  'match',
  'rewrites',
  'object',
  'limits',
]);

const taken = <T>(all: readonly T[], index: number, name: (one: T) => string | undefined): boolean =>
  all.findIndex((one) => name(one) === name(all[index]!)) < index;
