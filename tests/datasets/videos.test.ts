/** Videos in a set: written to the letter of LeRobot v3.0, read by ffmpeg, whole or not at all. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/index.js";
import {
  type Camera,
  countPictures,
  createDataset,
  DEPTH_SCALE,
  decodeDepth,
  type EpisodeVideo,
  encodeDepth,
  type FileStore,
  memoryStore,
  openDataset,
  readClip,
  resumeDataset,
} from "../../datasets/index.js";
import { camera, decode, FFMPEG, plain, videoOf, withFfmpeg } from "./clips.js";
import { contractOf, episodeOf } from "./rig.js";

const CONTRACT = contractOf({ observations: [3], goals: [2], actions: [2] });
const FPS = CONTRACT.rates.record;
const FRONT = camera("front");
const WRIST = camera("wrist", 48);

/** Pictures of an episode: each frame a grey of its own. */
const greys = ({ width }: Camera, episode: number, frames: number): Uint8Array[] =>
  Array.from({ length: frames }, (_, k) => plain(width, greyOf(episode, k)));
const greyOf = (episode: number, frame: number): [number, number, number] => {
  const grey = 30 + 60 * episode + 6 * frame;
  return [grey, grey, grey];
};
/** Encoding takes a process each: once is enough. */
const made = new Map<string, Record<string, EpisodeVideo>>();
function videosOf(episode: number, frames: number): Record<string, EpisodeVideo> {
  const known = made.get(`${episode} ${frames}`) ?? {
    [FRONT.key]: videoOf(FRONT, greys(FRONT, episode, frames), FPS),
    [WRIST.key]: videoOf(WRIST, greys(WRIST, episode, frames), FPS),
  };
  made.set(`${episode} ${frames}`, known);
  return known;
}
const LENGTHS = [5, 8, 3];

async function recorded(store: FileStore): Promise<void> {
  const writer = await createDataset(store, { contract: CONTRACT, cameras: [FRONT, WRIST] });
  for (const [i, length] of LENGTHS.entries())
    await writer.append(episodeOf(CONTRACT, i, length), videosOf(i, length));
  await writer.close();
}

describe.skipIf(!FFMPEG)(withFfmpeg("videos of a set"), () => {
  it("are where the table says: one file, every picture at its time, the episodes one after the other", async () => {
    const store = memoryStore();
    await recorded(store);
    const reader = await openDataset(store);
    expect(reader.cameras.map(({ key, width, kind, codec }) => [key, width, kind, codec])).toEqual([
      ["observation.images.front", 32, "colour", "h264"],
      ["observation.images.wrist", 48, "colour", "h264"],
    ]);
    let before = 0;
    for (const [i, length] of LENGTHS.entries()) {
      expect(reader.video(i, FRONT.key)).toEqual({
        path: "videos/observation.images.front/chunk-000/file-000.mp4",
        from: before / FPS,
        to: (before + length) / FPS,
      });
      before += length;
    }
    const { pixels, times } = decode(await store.read(reader.video(0, FRONT.key).path), "rgba");
    expect(times).toEqual(Array.from({ length: before }, (_, k) => expect.closeTo(k / FPS, 6)));
    const size = FRONT.width ** 2 * 4;
    let at = 0;
    for (const [i, length] of LENGTHS.entries())
      for (let k = 0; k < length; k++, at++)
        expect(Math.abs(pixels[at * size]! - greyOf(i, k)[0])).toBeLessThan(4);
    expect(pixels.length).toBe(at * size);
  });

  it("are described in info.json and stats.json as LeRobot does", async () => {
    const store = memoryStore();
    await recorded(store);
    const json = async (path: string) => JSON.parse(new TextDecoder().decode(await store.read(path)));
    const info = await json("meta/info.json");
    expect(info.video_path).toBe("videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4");
    expect(info.features[FRONT.key]).toMatchObject({
      dtype: "video",
      shape: [32, 32, 3],
      names: ["height", "width", "channels"],
      info: {
        "video.height": 32,
        "video.width": 32,
        "video.codec": "h264",
        "video.pix_fmt": "yuv420p",
        "video.fps": FPS,
        "video.channels": 3,
        "video.g": 2,
        has_audio: false,
        is_depth_map: false,
      },
    });
    const { mean, count } = (await json("meta/stats.json"))[FRONT.key];
    const all = LENGTHS.flatMap((length, i) => Array.from({ length }, (_, k) => greyOf(i, k)[0] / 255));
    const average = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(mean).toEqual([0, 1, 2].map(() => [[expect.closeTo(average, 9)]]));
    expect(count).toEqual([16]);
  });

  it("begin a new file before the size limit, and when a set is gone on with", async () => {
    const noisy = (seed: number): Uint8Array[] => {
      const random = createRandom(seed);
      return Array.from({ length: 24 }, () =>
        Uint8Array.from({ length: 128 * 128 * 4 }, () => random.integer(256)),
      );
    };
    const eye = camera("eye", 128);
    const video = (seed: number) => ({ [eye.key]: videoOf(eye, noisy(seed), FPS, ["-qp", "1"]) });
    const store = memoryStore();
    const writer = await createDataset(store, { contract: CONTRACT, cameras: [eye], videoFilesSizeInMb: 1 });
    for (const seed of [1, 2]) await writer.append(episodeOf(CONTRACT, seed, 24), video(seed));
    await writer.close();
    const again = await resumeDataset(store);
    await again.append(episodeOf(CONTRACT, 3, 24), video(3));
    await again.close();
    const reader = await openDataset(store);
    const places = [0, 1, 2].map((i) => reader.video(i, eye.key));
    expect(places.map(({ path }) => path.slice(-12))).toEqual([
      "file-000.mp4",
      "file-001.mp4",
      "file-002.mp4",
    ]);
    expect(places.map(({ from, to }) => [from, to])).toEqual([0, 1, 2].map(() => [0, 24 / FPS]));
  });

  it("are refused when they are not whole or not of the camera, and nothing changes", async () => {
    const store = memoryStore();
    await recorded(store);
    const writer = await resumeDataset(store);
    const before = await store.read("meta/info.json");
    const good = videosOf(0, 5);
    const front = good[FRONT.key]!;
    const bad = {
      "must be a whole MP4 file": { ...front, bytes: front.bytes.slice(0, front.bytes.length >> 1) },
      "must have the 5 pictures of its episode": videoOf(FRONT, greys(FRONT, 0, 4), FPS),
      "must be 32 x 32 pixels in h264": videoOf(camera("front", 48), greys(WRIST, 0, 5), FPS),
      "picture 1 must be shown at": videoOf(FRONT, greys(FRONT, 0, 5), FPS * 2),
    };
    for (const [rule, video] of Object.entries(bad))
      await expect(
        writer.append(episodeOf(CONTRACT, 9, 5), { ...good, [FRONT.key]: video }),
        rule,
      ).rejects.toThrow(rule);
    const { [FRONT.key]: _, ...fewer } = good;
    await expect(writer.append(episodeOf(CONTRACT, 9, 5), fewer)).rejects.toThrow(
      "must have a video of every camera",
    );
    expect(await store.read("meta/info.json")).toEqual(before);
    await writer.append(episodeOf(CONTRACT, 9, 5), good);
    await writer.close();
    expect((await openDataset(store)).length).toBe(4);
  });

  it.each([1, 2, 3, 4])("stay whole when the writer dies after %i files of an append", async (placed) => {
    const store = memoryStore();
    await recorded(store);
    let dying = false;
    const writer = await resumeDataset({
      ...store,
      write: async (files) => {
        await store.write(dying ? files.slice(0, placed) : files);
        if (dying) throw new Error("killed");
      },
    });
    // Into a file that is there already, so that its end is what must be cut.
    await writer.append(episodeOf(CONTRACT, 7, 5), videosOf(0, 5));
    dying = true;
    await expect(writer.append(episodeOf(CONTRACT, 8, 6), videosOf(1, 6))).rejects.toThrow("killed");
    await writer.close();
    const committed = placed > 3 ? 5 : 4;
    const read = await openDataset(store);
    expect(read.length).toBe(committed);
    const again = await resumeDataset(store);
    expect(again.length).toBe(committed);
    await again.append(episodeOf(CONTRACT, 9, 4), videosOf(2, 4));
    await again.close();
    const reader = await openDataset(store);
    for (let i = 0; i < reader.length; i++)
      for (const { key } of reader.cameras) {
        const { path, from, to } = reader.video(i, key);
        const { frames } = await readClip(path, await store.read(path), FPS);
        expect(Math.round((to - from) * FPS)).toBe(reader.rows[i]!.length);
        expect(frames).toBeGreaterThanOrEqual(Math.round(to * FPS));
      }
    // What died uncommitted is gone from the end of the file.
    const { path } = reader.video(3, FRONT.key);
    const { frames } = await readClip(path, await store.read(path), FPS);
    expect(frames).toBe(committed === 5 ? 11 : 5);
  });
});

describe("numbers of pictures", () => {
  it("are those of a naive computation over the sampled pictures", () => {
    const random = createRandom(5);
    const eye = camera("eye", 32);
    const frames = 7;
    const pictures = Array.from({ length: frames }, () =>
      Uint8Array.from({ length: 32 * 32 * 4 }, () => 40 + random.integer(100)),
    );
    const counts = countPictures(eye, frames);
    pictures.forEach((picture, k) => {
      counts.add(k, picture);
    });
    const found = counts.finish();
    for (let channel = 0; channel < 3; channel++) {
      const values = pictures.flatMap((picture) =>
        Array.from({ length: 32 * 32 }, (_, i) => picture[4 * i + channel]! / 255),
      );
      values.sort((a, b) => a - b);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      expect(found.min[channel]).toBe(values[0]);
      expect(found.max[channel]).toBe(values.at(-1));
      expect(found.mean[channel]).toBeCloseTo(mean, 10);
      expect(found.std[channel]).toBeCloseTo(std, 10);
      // a histogram's quantile lies within a bin of the exact one
      for (const [name, q] of [
        ["q10", 0.1],
        ["q50", 0.5],
        ["q99", 0.99],
      ] as const)
        expect(Math.abs(found[name][channel]! - values[Math.ceil(q * values.length) - 1]!)).toBeLessThan(
          1e-4,
        );
    }
    expect(found.count).toEqual([frames]);
  });

  it("keep depth to less than a millimetre up to a metre and a half, and say the farthest for nothing", () => {
    const metres = Float32Array.from({ length: 5000 }, (_, i) => 0.02 + (i * 7.9) / 5000);
    const back = decodeDepth(encodeDepth(metres));
    metres.forEach((depth, i) => {
      expect(Math.abs(back[i]! - depth)).toBeLessThan(depth < 0.5 ? 0.0004 : depth < 1.5 ? 0.00075 : 0.004);
    });
    expect([...encodeDepth([Number.POSITIVE_INFINITY, 0])]).toEqual([4095, 0]);
    expect(decodeDepth([4095])[0]).toBeCloseTo(DEPTH_SCALE.max, 5);
  });
});
