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
/** Of the tier of the page (`test:page`), what closes the loop, keeps takes safe and draws them. */
const inABrowser = ["loop", "opfs"]
  .map((name) => `tests/page/${name}.test.ts`)
  .concat("tests/view/view.test.ts");

/**
 * First everything that only computes, as many files at once as there are cores; then, one file after the other, what
 * keeps real time: it is a test of our code, not of how many other tests the machine runs beside it. Last a real
 * Chromium, where there is one.
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
      {
        test: {
          ...shared,
          name: "in a browser",
          include: inABrowser,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
