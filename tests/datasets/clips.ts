/** Little videos by the `ffmpeg` program, for tests: plain or noisy pictures, encoded and decoded by it alone. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Camera, countPictures, type EpisodeVideo } from "../../datasets/index.js";

/** Whether the program is there. */
export const FFMPEG = spawnSync("ffmpeg", ["-version"]).status === 0;

/** A title that says when its tests are skipped for want of it. */
export const withFfmpeg = (title: string): string =>
  FFMPEG ? title : `${title} [skipped: no ffmpeg found; apt-get install ffmpeg]`;

/** A colour camera of small pictures in H.264. */
export const camera = (name: string, size = 32): Camera => ({
  key: `observation.images.${name}`,
  kind: "colour",
  width: size,
  height: size,
  codec: "h264",
  pixelFormat: "yuv420p",
  depth: null,
  labels: null,
  encoder: { g: 2, crf: 18 },
});

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "apprentice-clips-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Encodes RGBA pictures. */
export const encode = (
  pictures: readonly Uint8Array[],
  size: number,
  fps: number,
  options: readonly string[] = ["-crf", "18"],
): Uint8Array =>
  inFolder((folder) => {
    const file = join(folder, "out.mp4");
    const raw = [
      "-f",
      "rawvideo",
      "-pix_fmt",
      "rgba",
      "-s",
      `${size}x${size}`,
      "-r",
      String(fps),
      "-i",
      "pipe:0",
    ];
    const how = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "2", "-pix_fmt", "yuv420p"];
    execFileSync("ffmpeg", ["-v", "error", ...raw, ...how, ...options, file], {
      input: Buffer.concat(pictures),
    });
    return new Uint8Array(readFileSync(file));
  });

/** Decodes a file to raw pictures of a pixel format, and the time of each, s. */
export const decode = (bytes: Uint8Array, format: string): { pixels: Buffer; times: number[] } =>
  inFolder((folder) => {
    const file = join(folder, "in.mp4");
    writeFileSync(file, bytes);
    const pixels = execFileSync(
      "ffmpeg",
      ["-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", format, "-fps_mode", "passthrough", "pipe:1"],
      { maxBuffer: 2 ** 30 },
    );
    const told = execFileSync("ffprobe", [
      ...["-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"],
      ...["-of", "csv=p=0", file],
    ]).toString();
    return {
      pixels,
      times: told
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    };
  });

/** A picture of one colour. */
export const plain = (size: number, [r, g, b]: readonly [number, number, number]): Uint8Array =>
  Uint8Array.from({ length: size * size * 4 }, (_, i) => [r, g, b, 255][i % 4]!);

/** The video of an episode: these pictures, with their statistics. */
export function videoOf(
  of: Camera,
  pictures: readonly Uint8Array[],
  fps: number,
  options?: readonly string[],
): EpisodeVideo {
  const counts = countPictures(of, pictures.length);
  pictures.forEach((picture, frame) => {
    counts.add(frame, picture);
  });
  return { bytes: encode(pictures, of.width, fps, options), statistics: counts.finish() };
}
