/**
 * Camera videos of a recorded set, drawn by the processor and encoded by ffmpeg, against the pictures themselves:
 * ffmpeg decodes what was written. Ids and the codes of depth must come back to the bit.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FfmpegEncoding, openFfmpeg } from "../../cli/cameras/ffmpeg.js";
import { type OwnPainter, openPainter } from "../../cli/cameras/painter.js";
import {
  beginTake,
  createDataset,
  type DatasetReader,
  decodeDepth,
  type Episode,
  encodeDepth,
  type FileStore,
  memoryStore,
  openDataset,
} from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import {
  type CameraWishes,
  type Drawn,
  ENDLESS,
  type RenderJob,
  renderSet,
  restage,
} from "../../teleop/index.js";
import { decode, FFMPEG, withFfmpeg } from "../datasets/clips.js";

const LIFT = taskByName("lift");
const SIZE = 96;
const LENGTHS = [6, 4];
const WISHES: CameraWishes = { which: ["front", "wrist"], size: SIZE, kinds: ["colour", "depth", "ids"] };

/** A short take of a person: down to the table, fingers closing. */
async function driven(seed: number, frames: number): Promise<Episode> {
  const environment = await LIFT.create();
  environment.reset(seed);
  const take = beginTake(environment, { seed, linger: 0 });
  for (let frame = 0; frame < frames; frame++) {
    const observation = environment.observe();
    const command = Float32Array.of(
      0.45,
      0.02 * frame,
      0.3 - 0.01 * frame,
      0.05 * frame,
      0.08 - 0.01 * frame,
    );
    environment.step(command);
    take.add(observation, command, environment.outcome());
  }
  environment.free();
  return take.finish("lift it", "teleop:keyboard");
}

describe.skipIf(!FFMPEG)(withFfmpeg("camera videos of a recorded set"), () => {
  let source: DatasetReader;
  let painter: OwnPainter;
  let encoding: FfmpegEncoding;
  const target = memoryStore();
  const job = (to: FileStore, more: Partial<RenderJob> = {}): RenderJob => ({
    ...{ source, target: to, wishes: WISHES, task: LIFT, painter, encoding },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  });
  /** The pictures of an episode, drawn once more. */
  const drawn: Drawn[][] = [];

  beforeAll(async () => {
    const store = memoryStore();
    const environment = await LIFT.create({ horizon: ENDLESS });
    const writer = await createDataset(store, { contract: environment.contract });
    for (const [i, length] of LENGTHS.entries()) await writer.append(await driven(40 + i, length));
    await writer.close();
    source = await openDataset(store);
    painter = await openPainter();
    encoding = await openFfmpeg();
    await renderSet(job(target));
    for (let i = 0; i < source.length; i++) {
      const scene = restage(environment, await source.episode(i), null, "it");
      await painter.draw(
        scene,
        { which: WISHES.which, size: { width: SIZE, height: SIZE }, channels: WISHES.kinds },
        async (frame, pictures) => {
          drawn.push(pictures.map((each) => ({ ...each, rgba: each.rgba!.slice(), ids: each.ids!.slice() })));
          expect(frame).toBe(drawn.length - 1 - (i === 0 ? 0 : LENGTHS[0]!));
        },
      );
    }
    environment.free();
  });
  afterAll(async () => {
    await painter?.close();
    encoding?.close();
  });

  const decoded = async (name: string, format: string) => {
    const reader = await openDataset(target);
    const { path } = reader.video(0, `observation.images.${name}`);
    return decode(await target.read(path), format);
  };

  it.each(["front", "wrist"])("show in colour what was drawn, frame for frame (%s)", async (name) => {
    const { pixels, times } = await decoded(name, "rgba");
    expect(times).toEqual(drawn.map((_, k) => expect.closeTo(k / source.fps, 6)));
    const size = SIZE * SIZE * 4;
    for (const [k, pictures] of drawn.entries()) {
      const { rgba } = pictures.find(({ camera }) => camera === name)!;
      const found = pixels.subarray(k * size, (k + 1) * size);
      const gaps = Array.from(rgba!, (value, i) => found[i]! - value);
      expect(gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / size).toBeLessThan(6);
      // What coding costs is detail; the colours as a whole stay.
      for (let c = 0; c < 3; c++) {
        const shift = gaps.filter((_, i) => i % 4 === c).reduce((sum, gap) => sum + gap, 0) / SIZE ** 2;
        expect(Math.abs(shift)).toBeLessThan(1.5);
      }
    }
  });

  it.each(["front", "wrist"])("hold depth without loss behind its 12-bit code (%s)", async (name) => {
    const { pixels } = await decoded(`${name}_depth`, "gray12le");
    const codes = new Uint16Array(pixels.buffer.slice(pixels.byteOffset, pixels.byteOffset + pixels.length));
    for (const [k, pictures] of drawn.entries()) {
      const { depth } = pictures.find(({ camera }) => camera === name)!;
      const found = codes.subarray(k * SIZE * SIZE, (k + 1) * SIZE * SIZE);
      expect(found).toEqual(encodeDepth(depth!));
      const metres = decodeDepth(found);
      const worst = Math.max(...depth!.map((value, i) => (value < 1.5 ? Math.abs(metres[i]! - value) : 0)));
      expect(worst).toBeLessThan(0.00075);
    }
  });

  it.each(["front", "wrist"])("hold ids without loss, named in info.json (%s)", async (name) => {
    const reader = await openDataset(target);
    const { labels } = reader.cameras.find(({ key }) => key.endsWith(`${name}_ids`))!;
    expect(labels!.slice(0, 3)).toEqual(["background", "robot", "table"]);
    const { pixels } = await decoded(`${name}_ids`, "gray");
    const all = drawn.flatMap((pictures) => [...pictures.find(({ camera }) => camera === name)!.ids!]);
    expect([...pixels]).toEqual(all);
    expect(new Set(all).size).toBeGreaterThan(3);
  });

  it("are the same when the work was stopped between two episodes and gone on with", async () => {
    const store = memoryStore();
    const stop = new AbortController();
    const onProgress: RenderJob["onProgress"] = ({ done }) => {
      if (done > LENGTHS[0]!) stop.abort(new Error("interrupted"));
    };
    await expect(renderSet(job(store, { signal: stop.signal, onProgress }))).rejects.toThrow("interrupted");
    expect((await openDataset(store)).length).toBe(1);
    expect(await renderSet(job(store))).toMatchObject({ before: 1, episodes: 2, frames: LENGTHS[1] });
    const [whole, parts] = [await openDataset(target), await openDataset(store)];
    for (const { key } of whole.cameras.filter(({ kind }) => kind === "ids")) {
      const last = parts.video(1, key);
      const { pixels } = decode(await store.read(last.path), "gray");
      const once = decode(await target.read(whole.video(1, key).path), "gray").pixels;
      expect(pixels).toEqual(once.subarray(LENGTHS[0]! * SIZE * SIZE));
    }
    expect(parts.statistics).toEqual(whole.statistics);
  });

  it("look as was drawn for them after the fact, and again so from the new set", async () => {
    const looks = { light: [0.3, 0.4], cameraShift: [0.01, 0.02] } as const;
    const wishes: CameraWishes = { ...WISHES, which: ["front"], kinds: ["colour"] };
    const [dressed, plain, again] = [memoryStore(), memoryStore(), memoryStore()];
    await renderSet(job(plain, { wishes }));
    await renderSet(job(dressed, { wishes, looks }));
    const [dark, usual] = [await openDataset(dressed), await openDataset(plain)];
    const mean = ({ statistics }: DatasetReader): number[] =>
      statistics!["observation.images.front"]!.mean as number[];
    expect(mean(dark).flat(2)[0]!).toBeLessThan(0.7 * mean(usual).flat(2)[0]!);
    const drawnFor = dark.rows.map(({ meta }) => meta!.randomisation!.appearance!.light.key);
    expect(drawnFor.every((key) => key > 0.3 && key < 0.4)).toBe(true);
    expect(await renderSet(job(dressed, { wishes, looks }))).toMatchObject({ before: 2, frames: 0 });
    await expect(renderSet(job(dressed, { wishes }))).rejects.toThrow("episodes or their looks differ");
    await renderSet(job(again, { wishes, source: dark }));
    expect((await openDataset(again)).statistics).toEqual(dark.statistics);
  });

  it("are not put to a set that was begun with other cameras", async () => {
    await expect(renderSet(job(target, { wishes: { ...WISHES, size: 64 } }))).rejects.toThrow(
      "must have been begun with these cameras",
    );
  });
});
