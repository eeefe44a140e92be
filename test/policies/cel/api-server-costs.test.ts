import { describe, expect, it } from 'vitest';
import { compile, declareEnvironment, evaluate, type Value } from '../../../policies/cel/index.ts';
import { deploymentText } from '../../bench/cel/deployment.ts';
import recorded from './api-server-costs.json' with { type: 'json' };

const environment = declareEnvironment({ variables: { object: { kind: 'dyn' } }, kubernetesMinor: 36 });
const object = JSON.parse(deploymentText) as Value;

describe(`the costs that the API server itself counts (${recorded.of})`, () => {
  it.each(recorded.rows.map((row) => [row.expression, row] as const))('%s', (text, row) => {
    const program = compile(environment, text);
    if ('phase' in program) return expect(row).toMatchObject({ refused: true });
    const result = evaluate(program, { object });
    if (row.error === true) return expect(result.kind).toBe('error');
    return expect(result).toMatchObject({ kind: 'value', cost: row.cost });
  });
});
