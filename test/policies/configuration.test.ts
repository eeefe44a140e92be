import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../policies/configuration.ts';
import { parseDocuments } from '../../policies/document.ts';

const parse = (yaml: string) => {
  const { documents } = parseDocuments(`apiVersion: assay.dev/v1alpha1\nkind: Configuration\n${yaml}`, 'assay.yaml');
  return parseConfiguration(documents[0]!);
};
const problems = (yaml: string) => {
  const parsed = parse(yaml);
  return parsed.kind === 'problems' ? parsed.problems : [];
};

describe('the configuration', () => {
  it('may be empty', () => expect(parse('').kind).toBe('configuration'));

  it('tells every problem at once, each with its line', () => {
    const found = problems(
      'unmatchedImages: Maybe\nregistries:\n  hosts:\n  - host: r.example\n    plainHtpp: true\nbounds: {reviewSeconds: 31}\n',
    );
    expect(found.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['FIELD_UNKNOWN', 'registries.hosts[0].plainHtpp', 7],
      ['FIELD_WRONG', 'unmatchedImages', 3],
      ['FIELD_WRONG', 'bounds.reviewSeconds', 8],
    ]);
  });

  it('refuses a name that stands twice', () => {
    expect(problems('trustRoots:\n- {name: a, file: x}\n- {name: a, file: y}\n')[0]).toMatchObject({
      code: 'NAME_TAKEN',
      path: 'trustRoots[1]',
    });
    expect(problems('registries: {hosts: [{host: R.example}, {host: r.example}]}')[0]).toMatchObject({
      code: 'NAME_TAKEN',
    });
  });

  it('refuses half a client certificate', () => {
    expect(problems('registries: {hosts: [{host: r, clientKeyFile: k}]}')[0]).toMatchObject({
      code: 'UNSAFE_COMBINATION',
    });
  });

  it('refuses another kind', () => {
    const { documents } = parseDocuments('apiVersion: v1\nkind: ConfigMap\n', 'x');
    expect(parseConfiguration(documents[0]!).kind).toBe('problems');
  });
});
