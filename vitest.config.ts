import { defineConfig } from "vitest/config";

// Suites that need an engine, a browser or minutes live in test/image and test/slow and have their own make targets.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
  },
});
