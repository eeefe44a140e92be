import { describe, expect, it } from 'vitest';
import { assemble } from '../../policies/assemble.ts';
import { parseConfiguration } from '../../policies/configuration.ts';
import { parseDocuments } from '../../policies/document.ts';
import { imagesOf } from '../../policies/workload.ts';

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

  it('takes a trust root from a file or from TUF, from a mirror that is known or written out', () => {
    for (const root of [
      '{name: a, file: x}',
      '{name: public-good, tuf: {}}',
      '{name: a, tuf: {mirror: public-good}}',
      '{name: github, tuf: {rootFile: r.json}}',
      '{name: a, tuf: {mirror: "https://tuf.example/", rootFile: r.json, refreshHours: 1}}',
    ])
      expect(problems(`trustRoots: [${root}]`), root).toEqual([]);
    for (const [root, code, path, detail] of [
      ['{name: a}', 'FIELD_MISSING', 'trustRoots[0]', /exactly one of "file" and "tuf"/],
      ['{name: a, file: x, tuf: {}}', 'FIELD_MISSING', 'trustRoots[0]', /exactly one of "file" and "tuf"/],
      ['{name: a, tuf: {}}', 'FIELD_MISSING', 'trustRoots[0].tuf', /"a" is no known instance .* write its "mirror"/],
      ['{name: github, tuf: {}}', 'FIELD_MISSING', 'trustRoots[0].tuf', /write "rootFile"/],
      ['{name: a, tuf: {mirror: "ftp://x", rootFile: r}}', 'FIELD_WRONG', 'trustRoots[0].tuf.mirror', /"ftp:\/\/x"/],
      ['{name: a, tuf: {mirror: gitlab}}', 'FIELD_WRONG', 'trustRoots[0].tuf.mirror', /neither a known instance/],
      ['{name: public-good, tuf: {refreshHours: 0}}', 'FIELD_WRONG', 'trustRoots[0].tuf.refreshHours', /./],
    ] as const) {
      expect(problems(`trustRoots: [${root}]`), root).toMatchObject([
        { code, path, detail: expect.stringMatching(detail) as string },
      ]);
    }
  });

  describe('says of custom kinds where they keep images', () => {
    const pod = { containers: [{ name: 'a', image: 'ghcr.io/acme/shop:1' }] };
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', spec: { pod, image: 'oci://ghcr.io/acme/shop:2' } };
    const found = (line: string) => {
      const parsed = parse(`workloads: [${line}]`);
      if (parsed.kind === 'problems') return parsed.problems.map(({ code, path }) => `${code} ${path}`);
      const assembled = assemble(parsed.configuration, { texts: new Map(), now: () => new Date(0) }, 'assay.yaml');
      if ('length' in assembled) return assembled;
      return imagesOf(widget, assembled.references).uses.map(({ field }) => field);
    };

    it('and each field decides what is judged', () => {
      expect(found('{group: example.com, kinds: [Widget], podSpecs: [spec.pod]}')).toEqual([
        'spec.pod.containers[0].image',
      ]);
      expect(found('{group: example.com, kinds: [Widget], images: [spec.image]}')).toEqual(['spec.image']);
      expect(found('{group: example.org, kinds: [Widget], images: [spec.image]}')).toEqual([]);
      expect(found('{group: example.com, kinds: [Gadget], images: [spec.image]}')).toEqual([]);
      expect(found('{group: example.com, kinds: [Gadget, Widget], images: [spec.image]}')).toEqual(['spec.image']);
    });

    it('in paths that are none of fields that it does not know', () => {
      for (const path of [
        '',
        '.spec',
        'spec..a',
        'spec.',
        'spec[0]',
        'spec.**',
        'spec[',
        'sp ec',
        '$.spec',
        "spec['a']",
      ])
        expect(found(`{group: example.com, kinds: [Widget], podSpecs: [${JSON.stringify(path)}]}`), path).toEqual([
          path === '' ? 'FIELD_WRONG workloads[0].podSpecs[0]' : 'PATTERN_WRONG workloads[0].podSpecs[0]',
        ]);
      expect(found('{group: example.com, kinds: [Widget], images: [spec.image, "a b"]}')).toEqual([
        'PATTERN_WRONG workloads[0].images[1]',
      ]);
      expect(found('{group: example.com, kinds: [Widget]}')).toEqual(['FIELD_MISSING workloads[0]']);
      expect(found('{group: example.com, kinds: [], images: [a]}')).toEqual(['FIELD_WRONG workloads[0].kinds']);
      expect(found('{kinds: [Widget], images: [a]}')).toEqual(['FIELD_MISSING workloads[0].group']);
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
