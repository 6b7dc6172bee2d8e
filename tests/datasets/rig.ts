/** Temporary folders that go away with their test, and the test's contracts and episodes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export * from "./contracts.js";

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "apprentice-datasets-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
