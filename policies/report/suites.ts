import { element, xmlText } from './xml.ts';

/** Tests as CI servers show them, whatever they are about. */
export interface Suite {
  readonly name: string;
  readonly file?: string;
  /** Seconds. */
  readonly time?: number;
  readonly cases: readonly Case[];
}

export interface Case {
  readonly name: string;
  /** What servers group by. */
  readonly group: string;
  /** Seconds. */
  readonly time?: number;
  readonly result: CaseResult;
}

export type CaseResult =
  | { readonly kind: 'passed' /** What is worth reading all the same. */; readonly output?: string }
  | { readonly kind: 'failed' | 'broken'; readonly type: string; readonly message: string; readonly text: string }
  | { readonly kind: 'skipped'; readonly message: string };

/** JUnit's XML, with what the strictest of its schemas allows and nothing else: junit-10.xsd of Jenkins' xunit plugin. */
export function renderSuites(
  name: string,
  suites: readonly Suite[],
  { started, milliseconds }: { readonly started: Date; readonly milliseconds: number },
): string {
  const timestamp = started.toISOString().slice(0, 19);
  const all = suites.flatMap(({ cases }) => cases);
  const { tests, failures, errors } = counts(all);
  const head = { name, tests, failures, errors, time: seconds(milliseconds / 1000) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('testsuites', head, ['\n', ...suites.map((suite) => `${suiteText(suite, timestamp)}\n`)]),
  ].join('\n');
}

function suiteText({ name, file, time = 0, cases }: Suite, timestamp: string): string {
  const attributes = { name, file, timestamp, time: seconds(time), ...counts(cases) };
  return element('testsuite', attributes, ['\n', ...cases.map((one) => `  ${caseText(one)}\n`)]);
}

function counts(cases: readonly Case[]): Readonly<Record<'tests' | 'failures' | 'errors' | 'skipped', number>> {
  const having = (kind: CaseResult['kind']): number => cases.filter(({ result }) => result.kind === kind).length;
  return { tests: cases.length, failures: having('failed'), errors: having('broken'), skipped: having('skipped') };
}

const caseText = ({ name, group, time = 0, result }: Case): string =>
  element('testcase', { name, classname: group, time: seconds(time) }, resultText(result));

function resultText(result: CaseResult): readonly string[] {
  switch (result.kind) {
    case 'passed':
      return result.output === undefined ? [] : [element('system-out', {}, [xmlText(result.output)])];
    case 'failed':
    case 'broken': {
      const { type, message, text } = result;
      return [element(result.kind === 'failed' ? 'failure' : 'error', { message, type }, [xmlText(text)])];
    }
    case 'skipped':
      return [element('skipped', { message: result.message })];
  }
}

const seconds = (time: number): string => time.toFixed(3);
