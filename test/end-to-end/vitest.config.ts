import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/end-to-end/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Processes of Go and of Node share the machine with the tests; files one after the other keep times honest.
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
