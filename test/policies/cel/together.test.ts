import { describe, expect, it } from 'vitest';
import {
  compile,
  compileTogether,
  declareEnvironment,
  dyn,
  evaluate,
  mostTogether,
  Opaque,
  type Program,
  Unknown,
  type Value,
} from '../../../policies/cel/index.ts';
import { ExpressionGenerator, randomFrom } from './generate-expression.ts';
import { differentialBindings, differentialEnvironments, specialName } from './differential.ts';

const environment = declareEnvironment({ variables: { object: dyn, other: dyn }, kubernetesMinor: 36 });

function programs(...texts: readonly string[]): readonly Program[] {
  return texts.map((text) => {
    const program = compile(environment, text);
    if ('phase' in program) throw program.error;
    return program;
  });
}

const all = 2 ** mostTogether - 1;
const run = (texts: readonly string[], bindings: Record<string, Value>, wanted = all): number | undefined =>
  compileTogether(programs(...texts))?.(bindings, wanted);

describe('programs in one function', () => {
  const object = { name: 'shop', replicas: 3, labels: { app: 'shop' }, list: [1, 2, 3] };

  it('are told apart by their bits: only what is true has one', () => {
    const texts = ['object.replicas == 3', 'object.replicas == 4', 'object.name', 'has(object.labels.app)'];
    expect(run(texts, { object, other: null })).toBe(0b1001);
  });

  it('do not see each other: an error, an unknown or a budget of one leaves the others as they are', () => {
    const endless = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(b, '.repeat(3);
    const dear = `${endless}a + b > 0${'))'.repeat(3)}`;
    const texts = [
      'object.missing == 1',
      'true',
      'other.unknown',
      '1 / object.list[3] == 0',
      dear,
      'object.list.all(i, i > 0)',
    ];
    const other = { unknown: new Unknown([{ key: 'U' }]) } as unknown as Value;
    const [expensive] = programs(dear);
    expect(evaluate(expensive as Program, {}).kind).toBe('error');
    expect(run(texts, { object, other })).toBe(0b100010);
  });

  it('are evaluated only where they are wanted', () => {
    let read = 0;
    const counted = {
      get name() {
        read += 1;
        return 'shop';
      },
    };
    const texts = ["object.name == 'shop'", 'true'];
    expect(run(texts, { object: counted, other: null }, 0b10)).toBe(0b10);
    expect(read).toBe(0);
    expect(run(texts, { object: counted, other: null }, 0b11)).toBe(0b11);
    expect(read).toBeGreaterThan(0);
  });

  it('say nothing of what reads a binding that is missing', () => {
    expect(run(['object.replicas == 3', 'true'], {})).toBe(0b10);
  });

  it('are no more than an answer has bits', () => {
    const many = (count: number) => compileTogether(programs(...Array.from({ length: count }, () => 'true')));
    expect(many(mostTogether)?.({}, all)).toBe(all);
    expect(many(mostTogether + 1)).toBeUndefined();
    expect(compileTogether([])).toBeUndefined();
  });

  it('read otherwise where a class of values has a name that they read', () => {
    const together = compileTogether(programs('object.appearing == 1', 'object.replicas == 3'));
    const bindings = { object: { ...object, appearing: 1 }, other: null };
    expect(together?.(bindings, all)).toBe(0b11);
    class Late extends Opaque {
      get typeName() {
        return 'late';
      }
      get appearing() {
        return 1;
      }
      equals() {
        return false;
      }
      toString() {
        return 'late';
      }
    }
    expect(new Late().appearing).toBe(1);
    expect(together?.(bindings, all)).toBe(0b11);
    // What the class inherits is no field of its values.
    expect(together?.({ object: new Late(), other: null }, all)).toBe(0);
  });

  it('come to what each of them comes to by itself, whatever they are', { timeout: 120_000 }, () => {
    const random = randomFrom(20_261_123);
    let told = 0;
    for (const [which, each] of differentialEnvironments.entries()) {
      const generator = new ExpressionGenerator(each, random, specialName);
      for (let batch = 0; batch < 60; batch += 1) {
        const chosen: Program[] = [];
        while (chosen.length < mostTogether) {
          const text = generator.expression(2 + (chosen.length % 4));
          const program = compile(each, random() < 0.5 ? text : `(${text}) == (${text})`, { unchecked: which === 1 });
          if (!('phase' in program) && program.fastPath !== undefined) chosen.push(program);
        }
        const together = compileTogether(chosen);
        // In the first run a class may appear, which says nothing then.
        together?.(differentialBindings, all);
        const answer = together?.(differentialBindings, all);
        for (const [bit, program] of chosen.entries()) {
          const alone = program.fastPath?.run(differentialBindings, 1_000_000);
          const isTrue = alone !== undefined && alone.value === true;
          if (isTrue) told += 1;
          expect((((answer ?? 0) >> bit) & 1) === 1, program.text).toBe(isTrue);
        }
      }
    }
    expect(told).toBeGreaterThan(200);
  });
});
