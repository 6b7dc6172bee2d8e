/** What the demo's stages that need a browser do without one: one line with the command that helps, and no more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { addClips } from "../../cli/demo/clips.js";
import { showInPage } from "../../cli/demo/show.js";
import type { StageResult } from "../../cli/report/result.js";
import { createPool } from "../../cli/simulation/pool.js";
import { createTerminal } from "../../cli/terminal.js";

const folder = mkdtempSync(join(tmpdir(), "apprentice-show-"));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it("the stages that need a browser are skipped in one line without one", async () => {
  vi.stubEnv("CHROME_PATH", join(folder, "nowhere"));
  vi.stubEnv("PATH", "");
  const lines: string[] = [];
  const stages: StageResult[] = [];
  const pool = createPool(0);
  const context = {
    folder,
    pool,
    version: "0",
    signal: new AbortController().signal,
    terminal: createTerminal({ write: (text) => lines.push(text) }, {}, () => 0),
    onStage: (stage: StageResult) => stages.push(stage),
  };
  expect(await showInPage(context)).toBeNull();
  expect(await addClips([], context)).toEqual([]);
  await pool.close();
  expect(stages.map(({ name, seconds }) => [name, seconds])).toEqual([
    ["show by keys", 0],
    ["film rollouts", 0],
  ]);
  for (const { skipped } of stages)
    expect(skipped).toMatch(/^CHROME_PATH names no program \(.*nowhere\); \S/);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatch(/^– .*skipped: CHROME_PATH names no program .*\n$/);
});
