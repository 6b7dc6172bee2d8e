/** Decisions about takes beside a set: kept, read again, and what a training makes of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  asEdited,
  asJudged,
  beginAt,
  checkEpisode,
  createDataset,
  endAt,
  type FileStore,
  gapsOf,
  goalAt,
  joinAt,
  leftOut,
  memoryStore,
  NO_EDITS,
  openDataset,
  partsOfTake,
  readEdits,
  restoreAt,
  sliceEpisode,
  splitAt,
  type TakePart,
  withBegin,
  withEnd,
  withoutPart,
  withParts,
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
    const edits = {
      excluded: [0, 4],
      removed: [2],
      success: { 1: false, 7: true },
      parts: {
        3: [{ from: 2, to: 5 }],
        5: [
          { from: 0, to: 4 },
          { from: 4, to: 9 },
        ],
      },
    };
    await writeEdits(store, edits);
    expect(await readEdits(store)).toEqual(edits);
  });

  it("leave out deleted, excluded and failed takes, as judged last; unjudged ones are used", () => {
    const edits = { ...NO_EDITS, excluded: [1, 2], removed: [2], success: { 3: false, 4: true, 5: false } };
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
    await writeEdits(store, {
      excluded: [0],
      removed: [1],
      success: { 2: false },
      parts: { 2: [{ from: 3, to: 7 }] },
    });
    const after = await openDataset(store);
    expect(after.rows).toEqual(before.rows);
    expect(await Promise.all([0, 1, 2].map((i) => after.episode(i)))).toEqual(episodes);
  });

  it.each([
    ["{", /meta\/apprentice-edits\.json: must be JSON/],
    ['{"version":3}', /version must be 1 or 2, got 3/],
    ["null", /version must be 1 or 2/],
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
    expect(await readEdits(store)).toEqual({ ...NO_EDITS, excluded: [1], success: { 0: true } });
  });

  it("of version 1 are read, and know no parts", async () => {
    const store = memoryStore();
    await put(
      store,
      '{"version":1,"excluded":[1],"removed":[],"success":{},"parts":{"0":[{"from":1,"to":2}]}}',
    );
    expect(await readEdits(store)).toEqual({ ...NO_EDITS, excluded: [1] });
  });

  it.each([
    ["[]"],
    ['[{"from":3,"to":3}]'],
    ['[{"from":-1,"to":3}]'],
    ['[{"from":0,"to":1.5}]'],
    ['[{"from":0,"to":5},{"from":4,"to":8}]'],
    ['"all"'],
  ])("name no parts by %s: the take is used whole", async (parts) => {
    const store = memoryStore();
    await put(store, `{"version":2,"parts":{"0":${parts},"x":[{"from":0,"to":1}]}}`);
    const edits = await readEdits(store);
    expect(edits.parts).toEqual({});
    expect(partsOfTake(edits, 0, 10)).toEqual([{ from: 0, to: 10 }]);
  });
});

describe("a take that is trimmed or split", () => {
  const take = episodeOf(SMALL, 0, 10);
  const whole = partsOfTake(NO_EDITS, 0, 10);

  it("is cut where the playhead is, and grown again from beyond its ends", () => {
    const trimmed = endAt(beginAt(whole, 2), 7);
    expect(trimmed).toEqual([{ from: 2, to: 8 }]);
    expect(endAt(beginAt(trimmed, 1), 9)).toEqual([{ from: 1, to: 10 }]);
    const split = splitAt(trimmed, 5);
    expect(split).toEqual([
      { from: 2, to: 5 },
      { from: 5, to: 8 },
    ]);
    expect(splitAt(split, 5)).toEqual(split);
    expect(withoutPart(split, 3)).toEqual([{ from: 5, to: 8 }]);
    expect(withoutPart([{ from: 5, to: 8 }], 6)).toEqual([{ from: 5, to: 8 }]);
  });

  it("has one part again where two that touch are joined, and no other", () => {
    const split = splitAt(splitAt(whole, 3), 7);
    expect(joinAt(split, 7)).toEqual([
      { from: 0, to: 3 },
      { from: 3, to: 10 },
    ]);
    expect(joinAt(split, 5)).toEqual(split);
    expect(joinAt(withoutPart(split, 4), 7)).toEqual(withoutPart(split, 4));
  });

  it("gets back what was left out: by the part before it, at its beginning by the first", () => {
    const parts = [
      { from: 2, to: 4 },
      { from: 6, to: 8 },
    ];
    expect(gapsOf(parts, 10)).toEqual([
      { from: 0, to: 2 },
      { from: 4, to: 6 },
      { from: 8, to: 10 },
    ]);
    expect(restoreAt(parts, 1, 10)[0]).toEqual({ from: 0, to: 4 });
    expect(restoreAt(parts, 5, 10)).toEqual([{ from: 2, to: 6 }, parts[1]]);
    expect(restoreAt(parts, 9, 10)).toEqual([parts[0], { from: 6, to: 10 }]);
    expect(restoreAt(parts, 3, 10)).toEqual(parts);
  });

  it("stays in order and used somewhere, whatever is done to it; frames are moved only by what names them", () => {
    const length = 12;
    const place = fc.integer({ min: 0, max: length - 1 });
    const deed = fc.oneof(
      ...[beginAt, endAt, splitAt, joinAt, withoutPart].map((each) =>
        place.map((frame) => (parts: readonly TakePart[]) => each(parts, frame)),
      ),
      place.map((frame) => (parts: readonly TakePart[]) => restoreAt(parts, frame, length)),
      fc.tuple(place, fc.integer({ min: -3, max: 15 })).map(
        ([which, frame]) =>
          (parts: readonly TakePart[]) =>
            withBegin(parts, which % parts.length, frame),
      ),
      fc.tuple(place, fc.integer({ min: -3, max: 15 })).map(
        ([which, frame]) =>
          (parts: readonly TakePart[]) =>
            withEnd(parts, which % parts.length, frame, length),
      ),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
        let parts = partsOfTake(NO_EDITS, 0, length);
        for (const each of deeds) {
          parts = each(parts);
          // Parts and gaps are the take, each frame once.
          const all = [...parts, ...gapsOf(parts, length)].sort((a, b) => a.from - b.from);
          expect(all.map(({ from }) => from)).toEqual([0, ...all.slice(0, -1).map(({ to }) => to)]);
          expect(all.at(-1)!.to).toBe(length);
          expect(parts.length).toBeGreaterThan(0);
          for (const { from, to } of parts) expect(to).toBeGreaterThan(from);
          // What is written is what is read: the file's own rule holds, too.
          expect(partsOfTake(withParts(NO_EDITS, 0, length, parts), 0, length)).toEqual(parts);
        }
      }),
    );
  });

  it("is whole again when nothing of it is missing", () => {
    const cut = withParts(NO_EDITS, 0, 10, [{ from: 2, to: 8 }]);
    expect(cut.parts).toEqual({ 0: [{ from: 2, to: 8 }] });
    expect(withParts(cut, 0, 10, [{ from: 0, to: 10 }])).toEqual(NO_EDITS);
  });

  it("gives a training its parts: rows as recorded, what was commanded before, no seed after the beginning", () => {
    const edits = withParts({ ...NO_EDITS, success: { 0: false } }, 0, 10, [
      { from: 0, to: 4 },
      { from: 6, to: 9 },
    ]);
    const [first, second, ...more] = asEdited(edits, 0, take);
    expect(more).toEqual([]);
    expect([first!.length, first!.meta.seed, first!.meta.initialCommand]).toEqual([
      4,
      take.meta.seed,
      take.meta.initialCommand,
    ]);
    expect([second!.length, second!.meta.seed, second!.meta.success]).toEqual([3, null, false]);
    const size = take.actions.length / take.length;
    expect(second!.actions).toEqual(take.actions.slice(6 * size, 9 * size));
    expect(second!.meta.initialCommand).toEqual(Array.from(take.actions.slice(5 * size, 6 * size)));
    for (const part of [first!, second!]) checkEpisode(SMALL, part);
    expect(asEdited(NO_EDITS, 0, take)).toEqual([take]);
  });

  it("keeps the goal of each frame and who drove in it", () => {
    const { meta } = take;
    const told = {
      ...take,
      meta: {
        ...meta,
        goal: { target: "a" },
        goalChanges: [
          { frame: 3, goal: { target: "b" } },
          { frame: 8, goal: { target: "c" } },
        ],
        interventions: [
          { from: 1, to: 3 },
          { from: 4, to: 9 },
        ],
      },
    };
    const part = sliceEpisode(told, 5, 9);
    for (let frame = 5; frame < 9; frame++)
      expect(goalAt(part.meta, frame - 5)).toEqual(goalAt(told.meta, frame));
    expect(part.meta.interventions).toEqual([{ from: 0, to: 4 }]);
    expect(() => sliceEpisode(told, 5, 11)).toThrow(/must be \[from, to\) within its 10 frames/);
  });
});
