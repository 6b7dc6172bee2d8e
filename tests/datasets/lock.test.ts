/** One writer at a time; a dead one does not keep the others out. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDataset, folderStore, memoryStore, resumeDataset } from "../../datasets/index.node.js";
import { episodeOf, SMALL, temporaryFolder } from "./rig.js";

describe("the lock of a set", () => {
  it.each(["folder", "memory"])("keeps a second writer out until the first closes (%s)", async (kind) => {
    const store = kind === "folder" ? folderStore(temporaryFolder()) : memoryStore();
    const first = await createDataset(store, { contract: SMALL });
    await expect(resumeDataset(store)).rejects.toThrow("must have one writer at a time");
    await first.append(episodeOf(SMALL, 0, 3));
    await first.close();
    const second = await resumeDataset(store);
    expect(second.length).toBe(1);
    await expect(first.append(episodeOf(SMALL, 1, 3))).rejects.toThrow("after it was closed");
    await second.close();
  });

  it("of a dead process is taken over", async () => {
    const folder = temporaryFolder();
    await (await createDataset(folderStore(folder), { contract: SMALL })).close();
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const lock = join(folder, "meta", "apprentice.lock");
    for (const left of [JSON.stringify({ pid, host: hostname(), began: null, token: "t" }), "{", ""]) {
      writeFileSync(lock, left);
      await (await resumeDataset(folderStore(folder))).close();
    }
  });

  it("of another process that got the dead one's number is taken over", async () => {
    const folder = temporaryFolder();
    await (await createDataset(folderStore(folder), { contract: SMALL })).close();
    const holder = { pid: process.pid, host: hostname(), began: "0", token: "t" };
    writeFileSync(join(folder, "meta", "apprentice.lock"), JSON.stringify(holder));
    if (process.platform !== "linux") return;
    await (await resumeDataset(folderStore(folder))).close();
  });

  it("of another machine is left alone", async () => {
    const folder = temporaryFolder();
    await (await createDataset(folderStore(folder), { contract: SMALL })).close();
    const lock = join(folder, "meta", "apprentice.lock");
    writeFileSync(lock, JSON.stringify({ pid: 1, host: "elsewhere", began: null, token: "t" }));
    await expect(resumeDataset(folderStore(folder))).rejects.toThrow(/delete the file.*elsewhere/);
    expect(readFileSync(lock, "utf8")).toContain("elsewhere");
  });

  it("lost to another stops the writer before it writes", async () => {
    const folder = temporaryFolder();
    const writer = await createDataset(folderStore(folder), { contract: SMALL });
    writeFileSync(join(folder, "meta", "apprentice.lock"), "{}");
    await expect(writer.append(episodeOf(SMALL, 0, 3))).rejects.toThrow("lost its lock");
    expect(await folderStore(folder).list("data")).toEqual([]);
  });
});
