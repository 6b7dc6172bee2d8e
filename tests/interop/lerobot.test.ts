/** The real LeRobot 0.4.4 loads, trains on, edits and continues a set of ours, and would have written the same. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createDataset,
  type Episode,
  folderStore,
  type NewFile,
  openDataset,
  resumeDataset,
} from "../../datasets/index.node.js";
import { collect, contractOf, episodeOf } from "../datasets/rig.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Runs a program to its end; its exit code and what it printed. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on("data", (data: Buffer) => {
      errors = (errors + data.toString()).slice(-8000);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output, errors }));
  });
}

const made = await run(process.execPath, [here("setup-lerobot.mjs")]);
if (made.code !== 0 && made.code !== 3)
  throw new Error(`setup-lerobot ended with ${made.code}:\n${made.errors}`);
const because = made.code === 3 ? ` [skipped: ${made.errors.trim()}]` : "";

interface Item extends Record<string, unknown> {
  readonly task: string;
}
interface Layout {
  readonly info: Record<string, unknown> & { readonly features: object };
  readonly data: Record<string, string>;
  readonly row_groups: number[];
  readonly episodes: Record<string, string>;
  readonly stats: Record<string, string[]>;
}
interface Edited {
  readonly episodes: number;
  readonly frames: number;
}
interface Seen extends Edited {
  readonly fps: number;
  readonly robot: string;
  readonly roles: unknown;
  readonly items: Record<string, Item>;
  readonly makers: string[];
  readonly statistics: { readonly episodes: Record<string, number>; readonly set: Record<string, number> };
  readonly train: { readonly shapes: Record<string, number[]>; readonly loss: number };
  readonly ours: Layout;
  readonly theirs: Layout;
  readonly deleted: Edited & { readonly item: Item };
  readonly merged: Edited & { readonly item: Item };
  readonly torn: Record<string, Edited & { readonly items: number; readonly last: Item }>;
  readonly resumed: Edited & { readonly last: Item };
}

const CONTRACT = contractOf({ observations: [7, 3], goals: [3, 4], actions: [4, 1] });
const LENGTHS = [40, 55, 33, 60, 20, 48];

/** Killed after that many files of an append: its frames are there, then its row too, but not the totals. */
const TORN = [
  ["torn-after-frames", 1],
  ["torn-after-row", 2],
] as const;

describe.skipIf(made.code === 3)(`the real LeRobot${because}`, () => {
  const work = mkdtempSync(join(tmpdir(), "apprentice-lerobot-"));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  const episodes = LENGTHS.map(
    (length, i): Episode => ({
      ...episodeOf(CONTRACT, i, length, { seed: i === 2 ? null : i, success: i === 3 ? null : true }),
      task: i < 4 ? "lift the green cube 🤖" : "把蓝色方块放进右边的箱子",
    }),
  );
  const frames = LENGTHS.reduce((sum, length) => sum + length, 0);
  let seen: Seen;

  beforeAll(async () => {
    const writer = await createDataset(folderStore(join(work, "set")), {
      contract: CONTRACT,
      robotType: "panda",
    });
    for (const episode of episodes) await writer.append(episode);
    await writer.close();
    cpSync(join(work, "set"), join(work, "copy"), { recursive: true });
    for (const [name, placed] of TORN) {
      const store = folderStore(join(work, name));
      cpSync(join(work, "set"), store.name, { recursive: true });
      // opening writes two files, the append the rest
      const write = (files: readonly NewFile[]) =>
        store.write(files.length > 2 ? files.slice(0, placed) : files);
      const again = await resumeDataset({ ...store, write });
      await again.append(episodes[0]!);
      await again.close();
    }
    mkdirSync(join(work, "home"));
    const offline = { HF_HUB_OFFLINE: "1", WANDB_MODE: "disabled", HF_HOME: join(work, "home") };
    const { code, output, errors } = await run(
      made.output.trim(),
      [here("lerobot_peer.py"), join(work, "set"), work],
      { ...process.env, ...offline },
    );
    if (code !== 0) throw new Error(`lerobot_peer.py ended with ${code}:\n${errors}`);
    seen = JSON.parse(output.trim().split("\n").at(-1)!) as Seen;
  });

  it("loads the set and gives its features their roles", () => {
    expect([seen.episodes, seen.frames, seen.fps, seen.robot]).toEqual([6, frames, 20, "panda"]);
    expect(seen.roles).toEqual({
      action: ["ACTION", [5]],
      "observation.state": ["STATE", [10]],
      "observation.environment_state": ["ENV", [7]],
    });
  });

  it("reads frames and sentences as they were recorded", () => {
    const starts = LENGTHS.map((_, i) => LENGTHS.slice(0, i).reduce((sum, length) => sum + length, 0));
    for (const [key, item] of Object.entries(seen.items)) {
      const index = Number(key);
      const episode = starts.findLastIndex((start) => start <= index);
      const frame = index - starts[episode]!;
      const { features, actions, task } = episodes[episode]!;
      const row = (name: string, size: number) =>
        Array.from(features[name]!.subarray(frame * size, (frame + 1) * size));
      expect(item).toMatchObject({
        task,
        action: Array.from(actions.subarray(frame * 5, (frame + 1) * 5)),
        "observation.state": [...row("observation.o0", 7), ...row("observation.o1", 3)],
        "observation.environment_state": [...row("goal.g0", 3), ...row("goal.g1", 4)],
        frame_index: frame,
        episode_index: episode,
        index,
        timestamp: Math.fround(frame / 20),
      });
    }
    expect(seen.makers).toEqual(episodes.map(({ meta }) => meta.maker));
  });

  it("computes the same statistics, but for its float32", () => {
    const { episodes: each, set } = seen.statistics;
    for (const name of ["min", "max", "count"]) expect([each[name], set[name]]).toEqual([0, 0]);
    for (const name of ["mean", "std"]) {
      expect(each[name]).toBeLessThan(1e-4);
      expect(set[name]).toBeLessThan(1e-9);
    }
    // a value on the edge of one of the 5000 bins may fall on the other side
    for (const name of ["q01", "q10", "q50", "q90", "q99"]) expect(each[name]).toBeLessThan(1.01 / 5000);
  });

  it("trains ACT on chunks of actions", () => {
    expect(seen.train.shapes).toMatchObject({
      action: [16, 8, 5],
      action_is_pad: [16, 8],
      "observation.state": [16, 10],
      "observation.environment_state": [16, 7],
    });
    expect(seen.train.loss).toBeGreaterThan(0);
  });

  it("would have written the same columns and totals", () => {
    const { ours, theirs } = seen;
    expect([ours.data, ours.row_groups]).toEqual([theirs.data, theirs.row_groups]);
    const own = Object.keys(ours.episodes).filter((name) => name.startsWith("apprentice/"));
    const { episodes: table } = ours;
    expect(Object.fromEntries(Object.entries(table).filter(([name]) => !own.includes(name)))).toEqual(
      theirs.episodes,
    );
    expect(ours.stats).toEqual(theirs.stats);
    const choice = { data_files_size_in_mb: 0, video_files_size_in_mb: 0 };
    expect({ ...ours.info, ...choice }).toEqual({ ...theirs.info, ...choice });
    expect(Object.keys(ours.info.features)).toEqual(Object.keys(theirs.info.features));
  });

  it("deletes episodes, after which nobody claims to know their makers", async () => {
    expect(seen.deleted).toMatchObject({ episodes: 4, frames: frames - 55 - 20 });
    const kept = episodes.filter((_, i) => i !== 1 && i !== 4);
    const found = await collect((await openDataset(folderStore(join(work, "deleted")))).episodes());
    expect(found.map(({ actions, task }) => ({ actions, task }))).toEqual(
      kept.map(({ actions, task }) => ({ actions, task })),
    );
    expect(found.map(({ meta }) => meta.maker)).toEqual(kept.map(() => "unknown"));
  });

  it("merges sets; makers stay with their episodes", async () => {
    const found = await collect((await openDataset(folderStore(join(work, "merged")))).episodes());
    expect(seen.merged).toMatchObject({ episodes: 10, frames: 2 * frames - 75 });
    expect(found.map(({ actions }) => actions)).toEqual(
      [...episodes, ...episodes.filter((_, i) => i !== 1 && i !== 4)].map(({ actions }) => actions),
    );
    const known = found.slice(0, 6).map(({ meta }) => [meta.maker, meta.seed, meta.success]);
    expect(known).toEqual(episodes.map(({ meta }) => [meta.maker, meta.seed, meta.success]));
    expect(found.slice(6).map(({ meta }) => meta.maker)).toEqual([
      "unknown",
      "unknown",
      "unknown",
      "unknown",
    ]);
  });

  it.each(TORN)("sees a whole set where a recorder died in the middle (%s)", (name) => {
    const { task } = episodes.at(-1)!;
    expect(seen.torn[name]).toMatchObject({
      episodes: 6,
      frames,
      items: frames,
      last: { task, index: frames - 1 },
    });
  });

  it("records into our set, and we read on", async () => {
    expect(seen.resumed).toMatchObject({ episodes: 7, frames: frames + 5 });
    expect(seen.resumed.last).toMatchObject({ task: "a task of LeRobot's", action: [4, 4, 4, 4, 4] });
    const reader = await openDataset(folderStore(join(work, "copy")));
    const found = await collect(reader.episodes());
    expect(found.slice(0, 6)).toEqual(episodes);
    expect(found[6]).toMatchObject({ length: 5, task: "a task of LeRobot's" });
    expect(found[6]!.meta.maker).toBe("unknown");
  });
});
