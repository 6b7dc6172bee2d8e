/** Long work can be stopped and goes on: an interrupted training ends with the file of one that was not. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const BIN = fileURLToPath(new URL("../../bin/apprentice.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "apprentice-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [BIN, ...args], { cwd: folder, encoding: "utf8" });

describe("an interrupted training", () => {
  it.skipIf(process.platform === "win32")("goes on from where it stood, to the same bytes", async () => {
    expect(run("record", "lift", "--episodes", "4").status).toBe(0);
    const dataset = join("runs", "lift", "dataset");
    const train = (out: string) => ["train", dataset, "--steps", "1500", "--choose", "0", "--out", out];
    expect(run(...train("whole.onnx")).status).toBe(0);

    const child = spawn(process.execPath, [BIN, ...train("resumed.onnx")], { cwd: folder });
    let errors = "";
    child.stderr.on("data", (data: Buffer) => {
      errors += data.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (data: Buffer) => {
        if (data.toString().includes("… train")) setTimeout(resolve, 800);
      });
    });
    child.kill("SIGINT");
    const code = await ended;
    if (code !== 0) {
      expect(errors).toMatch(/stopped at step \d+; the same command goes on from there/);
      expect(existsSync(join(folder, "resumed.onnx.partial"))).toBe(true);
      expect(run(...train("resumed.onnx")).status).toBe(0);
    }
    expect(readFileSync(join(folder, "resumed.onnx"))).toEqual(readFileSync(join(folder, "whole.onnx")));
    expect(existsSync(join(folder, "resumed.onnx.partial"))).toBe(false);
  });
});
