import { defineConfig } from "vitest/config";

const shared = {
  globalSetup: "tests/setup.ts",
  pool: "forks",
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;
const tiers = ["tests/long/**", "tests/interop/**", "tests/page/**", "tests/view/**", "node_modules/**"];

/** Tests in which a robot's clock runs: sockets, watchdogs, rates. */
const onTheClock = ["tests/robot/*.test.ts"];

/**
 * First everything that only computes, as many files at once as there are cores; then, one file after the other, what
 * keeps real time: it is a test of our code, not of how many other tests the machine runs beside it.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "computing",
          include: ["tests/**/*.test.ts"],
          exclude: [...tiers, ...onTheClock],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "on the clock",
          include: onTheClock,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
