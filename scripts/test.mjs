/**
 * `npm test`: types, lint, then the tests; ends with one line that counts. `test:page`, `test:long` and `test:interop`
 * are the other tiers. What is skipped says why, here, at the end, where it is seen.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tier = process.argv[2] ?? "test";
const rest = process.argv.slice(3);

const CONFIG = {
  test: "vitest.config.ts",
  "test:page": "tests/page/vitest.config.ts",
  "test:long": "tests/long/vitest.config.ts",
  "test:interop": "tests/interop/vitest.config.ts",
};

const modules = (...parts) => join(root, "node_modules", ...parts);
const node = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;

let [passed, failed, skipped] = [0, 0, 0];
const reasons = new Map();

function step(name, args) {
  const status = node(args);
  console.log(`${status === 0 ? "✓" : "✗"} ${name}`);
  if (status === 0) passed += 1;
  else failed += 1;
}

if (tier === "test") {
  step("types", [modules("typescript", "bin", "tsc"), "--noEmit"]);
  step("lint and format", [
    modules("@biomejs", "biome", "bin", "biome"),
    "check",
    "--error-on-warnings",
    ".",
  ]);
}

const folder = mkdtempSync(join(tmpdir(), "apprentice-test-"));
const file = join(folder, "results.json");
try {
  const status = node([
    modules("vitest", "vitest.mjs"),
    "run",
    "--config",
    CONFIG[tier],
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    ...rest,
  ]);
  const results = JSON.parse(readFileSync(file, "utf8"));
  for (const suite of results.testResults) {
    if (suite.assertionResults.length === 0 && suite.status === "failed") failed += 1;
    for (const test of suite.assertionResults) {
      if (test.status === "passed") passed += 1;
      else if (test.status === "failed") failed += 1;
      else {
        skipped += 1;
        const title = test.fullName;
        const reason = /\[skipped: ([^\]]+)\]/.exec(title)?.[1] ?? title;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  if (status !== 0 && failed === 0) failed += 1;
} catch (error) {
  console.error(`test: the results could not be read: ${error.message}`);
  failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const [reason, count] of reasons) console.log(`skipped ${count}: ${reason}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
