import { faultOfRewrite } from '../evidence/index.ts';
import type { Configuration } from './configuration.ts';
import type { Document } from './document.ts';
import type { Problem } from './problem.ts';
import { faultOfTrustRoot } from './trust-source.ts';
import { problemAt } from './validate.ts';
import { faultyWorkloads } from './workload/schema.ts';

/** What a schema cannot say: names that stand twice, fields that go together, patterns that are none. */
export function faultsOf(document: Document, configuration: Configuration): readonly Problem[] {
  return [
    ...twice(
      document,
      'trustRoots',
      configuration.trustRoots?.map((root) => root.name),
    ),
    ...twice(
      document,
      'registries.hosts',
      configuration.registries?.hosts?.map((entry) => entry.host.toLowerCase()),
    ),
    ...faultyRoots(document, configuration),
    ...halfPairs(document, configuration),
    ...faultyRewrites(document, configuration),
    ...faultyWorkloads(configuration.workloads).map(({ code, path, detail }) =>
      problemAt(document, code, ['workloads', ...path], detail),
    ),
  ];
}

function twice(document: Document, field: string, names: readonly string[] = []): Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [problemAt(document, 'NAME_TAKEN', [...field.split('.'), index], `"${name}" stands twice in ${field}`)],
  );
}

function faultyRoots(document: Document, { trustRoots }: Configuration): Problem[] {
  return (trustRoots ?? []).flatMap((root, index) => {
    const fault = faultOfTrustRoot(root);
    if (fault === undefined) return [];
    const [field, detail] = fault;
    const path = ['trustRoots', index, ...field.split('.').filter((step) => step !== '')];
    return [problemAt(document, field === 'tuf.mirror' ? 'FIELD_WRONG' : 'FIELD_MISSING', path, detail)];
  });
}

function halfPairs(document: Document, { registries }: Configuration): Problem[] {
  return (registries?.hosts ?? []).flatMap((entry, index) =>
    (entry.clientCertificateFile === undefined) === (entry.clientKeyFile === undefined)
      ? []
      : [
          problemAt(
            document,
            'UNSAFE_COMBINATION',
            ['registries', 'hosts', index],
            'clientCertificateFile and clientKeyFile go together',
          ),
        ],
  );
}

function faultyRewrites(document: Document, { registries }: Configuration): Problem[] {
  const rewrites = registries?.rewrites ?? [];
  return rewrites.flatMap((rewrite, index) => {
    const fault = faultOfRewrite(rewrite, rewrites);
    return fault === undefined ? [] : [problemAt(document, 'PATTERN_WRONG', ['registries', 'rewrites', index], fault)];
  });
}
