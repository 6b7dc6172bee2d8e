/** The zip export, opened by foreign programs: Python's zipfile, and `unzip` where there is one. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { memoryStore } from "../../datasets/index.js";
import { zipOf } from "../../teleop/index.js";

async function zipped(): Promise<{ zip: Uint8Array; files: Record<string, Uint8Array> }> {
  const store = memoryStore();
  const files: Record<string, Uint8Array> = {
    "meta/info.json": new TextEncoder().encode('{"a": 1}'),
    "data/chunk-000/file-000.parquet": Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) >> 3),
    "data/empty.bin": new Uint8Array(0),
  };
  await store.write([
    ...Object.entries(files).map(([path, bytes]) => ({ path, bytes })),
    { path: "meta/apprentice.lock", bytes: Uint8Array.of(1) },
  ]);
  const parts: Uint8Array[] = [];
  for await (const part of zipOf(store, ["meta", "data"], "lift")) parts.push(part);
  return { zip: Buffer.concat(parts), files };
}

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

describe("a data set as a zip", () => {
  it.skipIf(!has("python3", "--version"))("is whole for Python's zipfile, without the lock", async () => {
    const { zip, files } = await zipped();
    const folder = mkdtempSync(join(tmpdir(), "zip-"));
    writeFileSync(join(folder, "set.zip"), zip);
    const program =
      "import zipfile,sys,json,hashlib\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n" +
      "print(json.dumps({n:hashlib.sha256(z.read(n)).hexdigest() for n in z.namelist()}))";
    const { stdout, stderr } = spawnSync("python3", ["-c", program, join(folder, "set.zip")]);
    expect(stderr.toString()).toBe("");
    const { createHash } = await import("node:crypto");
    expect(JSON.parse(stdout.toString())).toEqual(
      Object.fromEntries(
        Object.entries(files).map(([path, bytes]) => [
          `lift/${path}`,
          createHash("sha256").update(bytes).digest("hex"),
        ]),
      ),
    );
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!has("unzip", "-v"))("is whole for unzip", async () => {
    const { zip } = await zipped();
    const folder = mkdtempSync(join(tmpdir(), "zip-"));
    writeFileSync(join(folder, "set.zip"), zip);
    const { status, stdout } = spawnSync("unzip", ["-t", join(folder, "set.zip")]);
    expect(stdout.toString()).toContain("No errors detected");
    expect(status).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it("is the same bytes for the same files", async () => {
    expect((await zipped()).zip).toEqual((await zipped()).zip);
  });
});
