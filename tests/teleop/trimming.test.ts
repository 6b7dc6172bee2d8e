/**
 * A take on the desk of Episodes, trimmed and split at the playhead: the library of a real set behind the real server,
 * the real replay of a take whose scene cannot be made again, so that no thread is needed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDataset, type Edits, folderStore, readEdits } from "../../datasets/index.node.js";
import { type StudioServer, startStudioServer } from "../../teleop/index.node.js";
import { createLibrary, type Library, usedFrames } from "../../teleop/page/library.js";
import { createLink } from "../../teleop/page/link.js";
import { createReplay, type Replay } from "../../teleop/page/replay.js";
import { type Cut, createTrimming, type Trimming } from "../../teleop/page/trimming.js";
import { episodeOf, SMALL } from "../datasets/rig.js";

const LENGTH = 20;
const RATE = 10;
const root = mkdtempSync(join(tmpdir(), "trimming-"));
const store = folderStore(join(root, "sets", "small"));
let server: StudioServer;
let library: Library;
let replay: Replay;
let trimming: Trimming;

beforeAll(async () => {
  mkdirSync(join(root, "page"), { recursive: true });
  writeFileSync(join(root, "page", "index.html"), "<!doctype html><title>x</title>");
  server = await startStudioServer({ folder: join(root, "sets"), page: join(root, "page") });
  const writer = await createDataset(store, { contract: SMALL });
  for (let i = 0; i < 2; i++) {
    const episode = episodeOf(SMALL, i, LENGTH);
    await writer.append({ ...episode, meta: { ...episode.meta, seed: null } });
  }
  await writer.close();
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  await store.remove("meta/apprentice-edits.json");
  const link = createLink({ postMessage: () => {}, onmessage: null, onerror: null });
  const { url, token } = server;
  library = createLibrary(link, () => ({ kind: "server", url, token, set: "small" }));
  await library.open("small");
  replay = createReplay(library);
  trimming = createTrimming(library, replay);
  await replay.show(0, RATE, { task: "small", robot: "panda" });
});

const at = (frame: number): void => replay.seek(frame / RATE);
const cutAt = (frame: number, what: Cut): void => {
  at(frame);
  trimming.cut(what);
};
const partsOf = (edits: Edits): unknown => edits.parts;

describe("trimming and splitting at the playhead", () => {
  it("says how much is used, and is one edit of the stack that everything else is in", () => {
    cutAt(4, "begin");
    cutAt(16, "end");
    expect(library.edits.value.parts).toEqual({ 0: [{ from: 4, to: 17 }] });
    expect(usedFrames(library.takes.value[0]!)).toBe(13);
    expect([library.takes.value[1]!.parts, library.unsaved.value]).toEqual([null, 2]);
    library.edit((edits) => ({ ...edits, excluded: [1] }));
    library.undo();
    library.undo();
    expect(library.edits.value).toMatchObject({ excluded: [], parts: { 0: [{ from: 4, to: LENGTH }] } });
    library.undo();
    expect(trimming.parts.value).toEqual([{ from: 0, to: LENGTH }]);
    library.redo();
    expect(trimming.parts.value).toEqual([{ from: 4, to: LENGTH }]);
  });

  it("is written by saving and by nothing else, and is there again in another visit", async () => {
    cutAt(10, "split");
    cutAt(12, "leave-out");
    expect(partsOf(await readEdits(store))).toEqual({});
    await library.save();
    expect(partsOf(await readEdits(store))).toEqual({ 0: [{ from: 0, to: 10 }] });
    expect(library.unsaved.value).toBe(0);
    await library.open("small");
    expect(library.takes.value[0]!.parts).toEqual([{ from: 0, to: 10 }]);
    expect((await library.used(0)).map(({ length }) => length)).toEqual([10]);
  });

  it("offers only what would change something", () => {
    const offered = (frame: number): Cut[] => {
      at(frame);
      return [...trimming.possible.value];
    };
    expect(offered(0)).toEqual(["end"]);
    expect(offered(10)).toEqual(["begin", "end", "split"]);
    cutAt(10, "split");
    expect(offered(10)).toEqual(["end", "join", "leave-out", "whole"]);
    cutAt(10, "leave-out");
    expect(offered(15)).toEqual(["end", "restore", "whole"]);
    trimming.cut("restore");
    expect(library.edits.value.parts).toEqual({});
    cutAt(5, "restore");
    expect(library.unsaved.value).toBe(3);
  });

  it("moves an end with the playhead, as far as its neighbours let it; letting go is one edit", () => {
    cutAt(10, "split");
    for (const frame of [8, 7, 6]) trimming.move(0, "to", frame);
    expect(replay.time.value).toBe(0.6);
    expect(trimming.parts.value[0]).toEqual({ from: 0, to: 7 });
    expect(library.edits.value.parts).toEqual({
      0: [
        { from: 0, to: 10 },
        { from: 10, to: LENGTH },
      ],
    });
    trimming.letGo();
    expect(library.edits.value.parts).toEqual({
      0: [
        { from: 0, to: 7 },
        { from: 10, to: LENGTH },
      ],
    });
    expect(library.unsaved.value).toBe(2);
    trimming.move(1, "from", 2);
    trimming.letGo();
    expect(trimming.parts.value[1]).toEqual({ from: 7, to: LENGTH });
    trimming.move(1, "to", -5);
    expect(trimming.parts.value[1]).toEqual({ from: 7, to: 8 });
    trimming.cancel();
    expect(trimming.parts.value[1]).toEqual({ from: 7, to: LENGTH });
    trimming.letGo();
    expect(library.unsaved.value).toBe(3);
  });

  it("keeps what is moved to the take that is on the desk", async () => {
    trimming.move(0, "from", 5);
    await replay.show(1, RATE, { task: "small", robot: "panda" });
    expect(trimming.parts.value).toEqual([{ from: 0, to: LENGTH }]);
    trimming.letGo();
    expect(library.edits.value.parts).toEqual({});
  });

  it("shows nothing of an excluded take as used, and all of a trial", () => {
    cutAt(4, "begin");
    expect(trimming.used.value).toEqual([{ from: 0.35, to: 1.95 }]);
    library.edit((edits) => ({ ...edits, excluded: [0] }));
    expect(trimming.used.value).toEqual([]);
    const trial = episodeOf(SMALL, 7, LENGTH);
    replay.present({ ...trial, meta: { ...trial.meta, seed: null } }, RATE, {
      task: "small",
      robot: "panda",
    });
    expect([trimming.length.value, trimming.possible.value.size]).toEqual([null, 0]);
    expect(trimming.used.value).toEqual([{ from: 0, to: Number.POSITIVE_INFINITY }]);
  });
});
