/** Decisions about takes beside a set: kept, read again, and what a training makes of them. */
import { describe, expect, it } from "vitest";
import {
  asJudged,
  createDataset,
  type FileStore,
  leftOut,
  memoryStore,
  NO_EDITS,
  openDataset,
  readEdits,
  writeEdits,
} from "../../datasets/index.js";
import { episodeOf, SMALL } from "./rig.js";

const FILE = "meta/apprentice-edits.json";
const put = (store: FileStore, text: string): Promise<void> =>
  store.write([{ path: FILE, bytes: new TextEncoder().encode(text) }]);

describe("edits of a set", () => {
  it("are none without the file, and come back as they were written", async () => {
    const store = memoryStore();
    expect(await readEdits(store)).toEqual(NO_EDITS);
    const edits = { excluded: [0, 4], removed: [2], success: { 1: false, 7: true } };
    await writeEdits(store, edits);
    expect(await readEdits(store)).toEqual(edits);
  });

  it("leave out deleted, excluded and failed takes, as judged last; unjudged ones are used", () => {
    const edits = { excluded: [1, 2], removed: [2], success: { 3: false, 4: true, 5: false } };
    const recorded = [true, true, true, true, false, null, null, false];
    expect(recorded.map((success, i) => leftOut(edits, i, success))).toEqual([
      null,
      "excluded",
      "deleted",
      "failed",
      null,
      "failed",
      null,
      "failed",
    ]);
  });

  it("give a take the judgement that it has now, and leave the rest of it alone", () => {
    const take = episodeOf(SMALL, 0, 10);
    const unjudged = { ...take, meta: { ...take.meta, success: null } };
    const edits = { ...NO_EDITS, success: { 0: true } };
    expect(asJudged(edits, 0, unjudged)).toEqual({ ...unjudged, meta: { ...unjudged.meta, success: true } });
    expect(asJudged(edits, 1, unjudged)).toBe(unjudged);
  });

  it("touch no frame and no table: a set with them reads as before", async () => {
    const store = memoryStore();
    const writer = await createDataset(store, { contract: SMALL });
    for (let i = 0; i < 3; i++) await writer.append(episodeOf(SMALL, i, 10));
    await writer.close();
    const before = await openDataset(store);
    const episodes = await Promise.all([0, 1, 2].map((i) => before.episode(i)));
    await writeEdits(store, { excluded: [0], removed: [1], success: { 2: false } });
    const after = await openDataset(store);
    expect(after.rows).toEqual(before.rows);
    expect(await Promise.all([0, 1, 2].map((i) => after.episode(i)))).toEqual(episodes);
  });

  it.each([
    ["{", /meta\/apprentice-edits\.json: must be JSON/],
    ['{"version":2}', /version must be 1, got 2/],
    ["null", /version must be 1/],
  ])("of %j are refused with place and rule", async (text, message) => {
    const store = memoryStore();
    await put(store, text);
    await expect(readEdits(store)).rejects.toThrow(message);
  });

  it("that make no sense are not heeded", async () => {
    const store = memoryStore();
    await put(
      store,
      '{"version":1,"excluded":[1,-2,0.5,"3"],"removed":5,"success":{"0":true,"x":true,"1":1}}',
    );
    expect(await readEdits(store)).toEqual({ excluded: [1], removed: [], success: { 0: true } });
  });
});
