import { listed, publishedSchemas, schemaDocument } from '../../policies/index.ts';
import { type Arguments, usage, type UsageProblem } from '../arguments.ts';
import { type ExitCode, exit } from '../exit.ts';
import { nearest } from '../nearest.ts';
import type { Door } from './index.ts';

/** Prints the JSON Schema of a kind of document; without one, the kinds that there are. */
export async function printSchema(
  [word, surplus]: readonly string[],
  _given: Arguments,
  { terminal }: Door,
): Promise<ExitCode | UsageProblem> {
  const kinds = Object.keys(publishedSchemas);
  if (surplus !== undefined) return usage('one kind at a time');
  if (word === undefined) {
    terminal.out(kinds.join('\n'));
    return exit.allowed;
  }
  const kind = kinds.find((one) => one.toLowerCase() === word.toLowerCase());
  const schema = kind === undefined ? undefined : publishedSchemas[kind];
  if (schema === undefined) {
    const meant = nearest(word, kinds);
    return usage(
      `there is no kind ${JSON.stringify(word)}; ${meant === undefined ? `there is ${listed(kinds)}` : `nearest is ${meant}`}`,
    );
  }
  terminal.out(JSON.stringify(schemaDocument(schema), undefined, 2));
  return exit.allowed;
}
