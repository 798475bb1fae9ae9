import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/postgres/global.ts',
    include: ['test/**/*.test.ts'],
    // Most tests wait for sockets and processes: three files at once fill two cores.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
