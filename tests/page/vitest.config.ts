import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The tier of the page: a real Chromium, software graphics, minutes. One file after the other: each wants the machine. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["tests/page/**/*.test.ts", "tests/view/**/*.test.ts"],
    globalSetup: ["tests/setup.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
