/** The real LeRobot 0.4.4 loads, trains on, edits and continues a set of ours, and would have written the same. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Camera,
  countPictures,
  createDataset,
  type Episode,
  type FileStore,
  folderStore,
  type NewFile,
  openDataset,
  resumeDataset,
} from "../../datasets/index.node.js";
import { camera, encode, FFMPEG, plain, videoOf, withFfmpeg } from "../datasets/clips.js";
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
  readonly filmed: Filmed;
}
interface Filmed {
  readonly items: Record<string, Record<string, unknown>[]>;
  readonly ours: Layout;
  readonly theirs: Layout;
  /** ours, then theirs */
  readonly ranges: Record<string, Record<string, [unknown, unknown]>>;
  readonly places: Record<string, number>[];
  readonly fewer: Record<string, number>;
}

const CONTRACT = contractOf({ observations: [7, 3], goals: [3, 4], actions: [4, 1] });
const LENGTHS = [40, 55, 33, 60, 20, 48];

const FRONT = camera("front", 64);
const FILMED = [7, 4];
/** As `lerobot_peer.py` has it. */
const greyOf = (episode: number, frame: number): number => 30 + 60 * episode + 6 * frame;

/** A set whose pictures are of one grey each, in colour and as ids. */
async function film(store: FileStore): Promise<void> {
  const ids: Camera = {
    ...camera("front_ids", 64),
    kind: "ids",
    pixelFormat: "gray",
    labels: ["background"],
  };
  const writer = await createDataset(store, { contract: CONTRACT, cameras: [FRONT, ids] });
  for (const [i, length] of FILMED.entries()) {
    const greys = Array.from({ length }, (_, k) => greyOf(i, k));
    const pictures = greys.map((grey) => plain(64, [grey, grey, grey]));
    const counts = countPictures(ids, length);
    greys.forEach((grey, k) => {
      counts.add(k, new Uint8Array(64 * 64).fill(grey));
    });
    const lossless = ["-vf", "scale=out_range=pc", "-pix_fmt", "gray", "-qp", "0", "-color_range", "pc"];
    await writer.append(episodeOf(CONTRACT, i, length), {
      [FRONT.key]: videoOf(FRONT, pictures, 20),
      [ids.key]: { bytes: encode(pictures, 64, 20, lossless), statistics: counts.finish() },
    });
  }
  await writer.close();
}

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
    if (FFMPEG) await film(folderStore(join(work, "filmed")));
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

  it.skipIf(!FFMPEG)(withFfmpeg("sees every picture of every camera at its frame, by both decoders"), () => {
    for (const [decoder, items] of Object.entries(seen.filmed.items)) {
      expect(items.map(({ episode, frame }) => [episode, frame])).toEqual(
        FILMED.flatMap((length, i) => Array.from({ length }, (_, k) => [i, k])),
      );
      for (const item of items) {
        const grey = greyOf(item["episode"] as number, item["frame"] as number);
        const [shape, mean, std] = item[FRONT.key] as [number[], number, number];
        expect(shape).toEqual([3, 64, 64]);
        expect(Math.abs(mean - grey), decoder).toBeLessThan(2.5);
        expect(std).toBeLessThan(2);
        // ids are the very numbers, in every channel
        const ids = item["observation.images.front_ids"] as [number[], number, number];
        expect(ids.flat(), decoder).toEqual([3, 64, 64, expect.closeTo(grey, 3), expect.closeTo(0, 3)]);
      }
    }
  });

  it.skipIf(!FFMPEG)(
    withFfmpeg("would have written the same columns, places and numbers of cameras"),
    async () => {
      const { ours, theirs, ranges, places, fewer } = seen.filmed;
      const common = (table: Record<string, string>) =>
        Object.fromEntries(Object.entries(table).filter(([name]) => !name.startsWith("apprentice/")));
      expect(common(ours.episodes)).toEqual(theirs.episodes);
      expect(ours.stats).toEqual(theirs.stats);
      expect(ours.info["video_path"]).toBe(theirs.info["video_path"]);
      type Features = Record<string, { readonly info: Record<string, unknown> }>;
      const [mine, his] = [ours.info.features as Features, theirs.info.features as Features];
      for (const key of [FRONT.key]) {
        const { info, ...feature } = mine[key]!;
        const { info: told, ...same } = his[key]!;
        expect(feature).toEqual(same);
        const { "video.is_depth_map": _, ...words } = told;
        expect(info).toMatchObject(words);
      }
      for (const each of Object.values(ranges))
        for (const [own, theirOwn] of Object.values(each))
          expect([own].flat(4)).toEqual(
            [theirOwn].flat(4).map((value) => expect.closeTo(value as number, 6)),
          );
      const reader = await openDataset(folderStore(join(work, "filmed")));
      expect(reader.rows.map(({ videos }) => videos[FRONT.key])).toEqual(
        places.map((row) => ({
          file: {
            chunk: row[`videos/${FRONT.key}/chunk_index`],
            file: row[`videos/${FRONT.key}/file_index`],
          },
          from: expect.closeTo(row[`videos/${FRONT.key}/from_timestamp`]!, 6),
          to: expect.closeTo(row[`videos/${FRONT.key}/to_timestamp`]!, 6),
        })),
      );
      // and after LeRobot has deleted the first episode, what was the second's first picture is shown
      expect(Math.abs(fewer[FRONT.key]! - greyOf(1, 0))).toBeLessThan(4);
    },
  );

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
