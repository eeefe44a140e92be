import { defineConfig } from 'vitest/config';

/** The tests that say what a mutant does: without the fuzzing, which would run once for each. */
export default defineConfig({
  test: {
    include: [
      'test/evidence/trust/**/*.test.ts',
      'test/evidence/attestation/**/*.test.ts',
      'test/corridor.test.ts',
      'test/policies/{authority,identity,glob}.test.ts',
      'test/policies/{fields,fields-of-others,evasions,exceptions,revocation,expressions,namespaced}.test.ts',
      'test/policies/{match-constraints,resource-rules,selector,unavailable,request-attacks}.test.ts',
      'test/policies/kubernetes/{mutations,parameter-scope,apply,json-patch}.test.ts',
      'test/policies/workload/*.test.ts',
    ],
    testTimeout: 30_000,
  },
});
