import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The attacks on admission, parsing, expressions, references and proofs that Assay answers, each with the tests that fail where its defence is off.
 * Their names begin with the attack's, so that whoever breaks one reads what is open.
 */
const attacks: Readonly<Record<string, readonly string[]>> = {
  ...each('A-REF', {
    1: ['corridor', 'end-to-end/control-plane'],
    2: ['evidence/registry/client'],
    3: ['corridor'],
    4: ['evidence/image/reference'],
    5: ['evidence/image/reference'],
    6: ['policies/glob'],
    7: ['evidence/image/reference'],
    8: ['evidence/image/reference'],
    9: ['evidence/image/reference'],
    10: ['corridor'],
    11: ['evidence/registry/platform'],
    12: ['evidence/registry/manifest'],
    13: ['evidence/registry/manifest'],
    14: ['policies/workload/attacks'],
    15: ['policies/workload-attacks', 'policies/evasions'],
  }),
  ...each('A-ADM', {
    1: ['policies/workload-attacks', 'end-to-end/control-plane'],
    2: ['policies/workload-attacks', 'policies/request-attacks', 'policies/evasions'],
    3: ['policies/request-attacks'],
    4: ['policies/workload-attacks'],
    5: ['policies/workload-attacks', 'webhook/corridor'],
    6: ['policies/workload-attacks', 'end-to-end/control-plane'],
    7: ['policies/workload-attacks'],
    8: ['policies/request-attacks', 'policies/match-constraints'],
    9: ['policies/request-attacks', 'policies/match-constraints', 'policies/object-lookup'],
    10: ['policies/workload-attacks', 'policies/match-constraints'],
    11: ['policies/request-attacks', 'policies/match-constraints', 'webhook/review'],
    12: ['policies/request-attacks', 'policies/match-constraints', 'webhook/review', 'webhook/corridor'],
    13: ['policies/request-attacks', 'webhook/corridor', 'webhook/server'],
    14: [
      'policies/request',
      'policies/request-attacks',
      'policies/match-constraints',
      'policies/resource-rules',
      'policies/evasions',
      'webhook/review',
    ],
    15: ['policies/match-constraints', 'policies/request', 'policies/resource-rules', 'webhook/corridor'],
    16: ['policies/request-attacks'],
    17: ['policies/workload-attacks', 'end-to-end/control-plane'],
    18: ['end-to-end/matching'],
    19: ['webhook/server', 'webhook/corridor'],
    20: ['policies/request-attacks'],
    21: ['policies/request-attacks'],
    22: ['policies/engine-attacks'],
    23: ['webhook/server', 'webhook/review'],
  }),
  ...each('A-PRS', {
    1: ['webhook/server'],
    2: ['policies/document', 'evidence/attestation/json', 'evidence/registry/manifest', 'webhook/server'],
    3: ['webhook/server', 'policies/document', 'policies/kubernetes/mutations'],
    4: ['policies/engine-attacks', 'webhook/server'],
    5: ['webhook/server'],
    6: ['policies/document'],
    7: ['policies/engine-attacks', 'policies/kubernetes/json-patch'],
    8: ['webhook/log', 'webhook/review'],
    9: ['webhook/server'],
  }),
  ...each('A-CEL', {
    1: ['policies/cel/attacks', 'policies/expressions'],
    2: ['policies/cel/attacks'],
    3: ['policies/cel/attacks'],
    4: ['policies/cel/attacks'],
    5: ['policies/cel/attacks'],
    6: ['policies/engine-attacks'],
    7: ['policies/exceptions'],
    8: ['doors', 'policies/kubernetes/mutations'],
    9: ['policies/cel/attacks'],
    10: ['policies/engine-attacks'],
    11: ['doors'],
  }),
  ...each('A-VER', {
    1: ['evidence/attestation/attacks'],
    2: ['evidence/attestation/attacks'],
    3: ['evidence/attestation/attacks', 'policies/authority'],
    4: ['evidence/attestation/attacks'],
    5: ['evidence/attestation/attacks'],
    6: ['evidence/attestation/attacks', 'evidence/attestation/verify-bundle', 'policies/identity'],
    7: ['evidence/attestation/attacks'],
    8: ['policies/fields'],
    9: ['evidence/attestation/verify-bundle', 'policies/identity', 'policies/authority'],
    17: [
      'evidence/registry/redirect',
      'evidence/registry/session',
      'evidence/registry/referrers',
      'evidence/registry/address',
    ],
    18: ['evidence/registry/client', 'evidence/registry/referrers', 'evidence/registry/load', 'corridor'],
    19: ['policies/revocation', 'evidence/store', 'corridor'],
    20: ['evidence/trust/refresh', 'webhook/trust'],
    21: ['corridor', 'evidence/registry/referrers', 'policies/unavailable'],
    22: ['evidence/attestation/attacks', 'evidence/trust/key'],
    23: ['policies/unsigned-evidence'],
    24: ['evidence/attestation/attacks'],
    26: ['evidence/registry/redirect'],
  }),
};

describe('every attack of the list', () => {
  for (const [attack, files] of Object.entries(attacks)) {
    it(`${attack} has a test that is named after it, in ${files.length} places`, () => {
      for (const file of files) expect([file, namesOf(file).some((name) => tells(name, attack))]).toEqual([file, true]);
    });
  }

  it('stands in the table, wherever a test is named after one', () => {
    const told = Object.entries(attacks).flatMap(([attack, files]) => files.map((file) => [attack, file] as const));
    const named = [...new Set(told.map(([, file]) => file))].flatMap((file) =>
      namesOf(file)
        .flatMap((name) => name.match(/A-(?:REF|ADM|PRS|CEL|VER)-\d+/g) ?? [])
        .map((attack) => `${attack} ${file}`),
    );
    const known = new Set(told.map((pair) => pair.join(' ')));
    expect([...new Set(named)].filter((pair) => !known.has(pair))).toEqual([]);
  });
});

function each(group: string, files: Readonly<Record<number, readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(files).map(([number, each]) => [`${group}-${number}`, each]));
}

/** What the tests of a file are called, templates as they are written; tests that are skipped or to be written are none. */
function namesOf(file: string): readonly string[] {
  const path = join(import.meta.dirname, `${file}.test.ts`);
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^\s*(?:it|describe|\])(?:\.each\([^\n]*\))?\)?\(\s*(['"`])(.*?)\1/gm)].map(
    ([, , name = '']) => name,
  );
}

const tells = (name: string, attack: string): boolean => new RegExp(`${attack}(?!\\d)`).test(name);
