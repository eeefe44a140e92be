import { parsePathPattern } from '../../../policies/workload/path.ts';

/** An object in which the value stands where the path of the table says, and nothing else but its kind. */
export function specimen(group: string, kind: string, path: string, value: unknown): object {
  const steps = parsePathPattern(path) ?? [];
  const body = steps.toReversed().reduce<unknown>((inner, step) => {
    switch (step.kind) {
      case 'key':
        return { [step.key]: inner };
      case 'items':
        return [inner];
      case 'values':
        return { one: inner };
      case 'where':
        return [{ [step.key]: step.value, ...(inner as object) }];
      case 'anywhere':
        return { somewhere: [{ below: inner }] };
    }
  }, value);
  return { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind, ...(body as object) };
}
