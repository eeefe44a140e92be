import {
  getConformanceSuite,
  type IncrementalTest,
  type IncrementalTestSuite,
} from '@bufbuild/cel-spec/testdata/tests.js';
import { describe, expect, it } from 'vitest';
import { equal } from '../../../policies/cel/equality.ts';
import {
  compile,
  declareEnvironment,
  evaluate,
  type Evaluated,
  formatType,
  interpret,
  type Library,
  type Value,
} from '../../../policies/cel/index.ts';
import { guardOf, typeOfValue } from '../../../policies/cel/value-type.ts';
import type { CelType } from '../../../policies/cel/typing.ts';
import { fromProto, NeedsProtobuf, typeFromProto } from './protobuf-value.ts';

/** What speaks of protobuf messages and enums; this engine's objects are JSON. */
const protobuf =
  /TestAllTypes|google\.protobuf\.(?!Timestamp\b|Duration\b)|cel\.expr\.conformance|NestedEnum|GlobalEnum|TestRequired|\b(?:U?Int(?:32|64)|Float|Double|Bool|String|Bytes)?Value\{/;

/** Why a test of cel-spec is not passed; each is asserted to fail still, so that a change is noticed. */
const exceptions: readonly { readonly tests: RegExp; readonly why: string }[] = [
  { tests: /^block_ext\//, why: 'cel.block is how optimizers write shared parts; it is no language for people' },
];

interface Case {
  readonly path: string;
  readonly test: IncrementalTest['original'];
}

function cases(suite: IncrementalTestSuite, prefix = ''): readonly Case[] {
  return [
    ...suite.tests.map(({ original }) => ({ path: `${prefix}${original.name}`, test: original })),
    ...suite.suites.flatMap((child) => cases(child, `${prefix}${child.name}/`)),
  ];
}

const all = cases(getConformanceSuite()).filter(
  ({ test }) => !protobuf.test(test.expr) && !/proto/.test(test.container),
);

/** Undefined where the test passes, a sentence where it does not. */
function verdict({ test }: Case): string | undefined {
  const variables: Record<string, CelType> = {};
  const bindings: Record<string, Value> = {};
  const functions: Library['functions'][number][] = [];
  for (const { name, declKind } of test.typeEnv) {
    if (declKind.case === 'ident') variables[name] = typeFromProto(declKind.value.type);
    if (declKind.case === 'function') {
      functions.push({
        name,
        summary: '',
        examples: [],
        overloads: declKind.value.overloads.map((each) => {
          const parameters = each.params.map(typeFromProto);
          return {
            id: each.overloadId,
            signature: '',
            receiver: each.isInstanceFunction,
            parameters,
            result: typeFromProto(each.resultType),
            generic: true,
            guards: parameters.map(guardOf),
            since: undefined,
            call: () => null,
            cost: undefined,
            costByName: false,
          };
        }),
      });
    }
  }
  for (const [name, value] of Object.entries(test.bindings)) {
    if (value.kind.case !== 'value') throw new NeedsProtobuf('binding');
    bindings[name] = fromProto(value.kind.value);
    variables[name] ??= { kind: 'dyn' };
  }
  if (Object.values(variables).some(({ kind }) => kind === 'object')) throw new NeedsProtobuf('variable');
  const environment = declareEnvironment({
    language: 'core',
    variables,
    container: test.container,
    libraries: [{ name: 'test', functions }],
  });
  const program = compile(test.disableMacros ? { ...environment, macros: [] } : environment, test.expr, {
    unchecked: test.disableCheck,
  });
  if ('phase' in program) return `${program.phase}: ${program.error.message}`;
  const { resultMatcher: matcher } = test;
  if (matcher.case === 'typedResult') {
    const deduced = formatType(typeFromProto(matcher.value.deducedType));
    if (deduced !== formatType(program.type)) return `type ${formatType(program.type)}, wanted ${deduced}`;
  }
  if (test.checkOnly) return undefined;
  const slow = interpret(program, bindings, 1_000_000);
  const result = evaluate(program, bindings);
  if (slow.kind !== result.kind || slow.cost !== result.cost)
    return `interpreter ${show(slow)}, generated ${show(result)}`;
  if (matcher.case === 'evalError') return result.kind === 'error' ? undefined : `no error: ${show(result)}`;
  const wanted =
    matcher.case === 'typedResult' ? matcher.value.result : matcher.case === 'value' ? matcher.value : undefined;
  if (result.kind !== 'value') return show(result);
  return same(result.value, wanted ? fromProto(wanted) : true) ? undefined : show(result);
}

function same(a: Value, b: Value): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  return equal(a, b) === true && typeOfValue(a).kind === typeOfValue(b).kind;
}

const show = (result: Evaluated): string =>
  result.kind === 'error'
    ? result.error.message
    : JSON.stringify(result, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

describe('the simple tests of cel-spec', () => {
  let passed = 0;
  let skipped = 0;
  for (const group of new Set(all.map(({ path }) => path.split('/')[0]!))) {
    it(`${group}: pass`, () => {
      const failures: string[] = [];
      for (const each of all.filter(({ path }) => path.startsWith(`${group}/`))) {
        if (exceptions.some(({ tests }) => tests.test(each.path))) continue;
        try {
          const failure = verdict(each);
          if (failure === undefined) passed++;
          else failures.push(`${each.path}: ${each.test.expr}: ${failure}`);
        } catch (error) {
          if (!(error instanceof NeedsProtobuf)) throw error;
          skipped++;
        }
      }
      expect(failures).toEqual([]);
    });
  }

  it('are many, and few of them need protobuf messages in their data', () => {
    expect(passed).toBeGreaterThan(1600);
    expect(skipped).toBeLessThan(100);
  });

  for (const { tests, why } of exceptions) {
    const listed = all.filter(({ path }) => tests.test(path));
    it(`still fails ${listed.length} of ${tests.source}: ${why}`, () => {
      expect(listed.length).toBeGreaterThan(0);
      const passes = (each: Case): boolean => {
        try {
          return verdict(each) === undefined;
        } catch (error) {
          if (error instanceof NeedsProtobuf) return false;
          throw error;
        }
      };
      expect(listed.filter(passes).map(({ path }) => path)).toEqual([]);
    });
  }
});
