/**
 * Videos by the `ffmpeg` program, one run an episode and camera: colour as LeRobot encodes it (AV1 by SVT-AV1 where
 * there is one, else H.264; a key picture every second one, yuv420p), depth as its depth maps are (HEVC, 12-bit grey,
 * without loss), ids as grey H.264 without loss. `FFMPEG_PATH` names another program than the one on the path.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { InputError } from "../../core/index.js";
import type { Camera, CameraKind } from "../../datasets/index.node.js";
import type { Encoding, PictureEncoder } from "../../teleop/index.js";

/** The program with a folder of its own: close it. */
export interface FfmpegEncoding extends Encoding {
  close(): void;
}

/** How a kind of video is made by one of the program's encoders. */
interface Recipe {
  readonly encoder: string;
  readonly says: Pick<Camera, "codec" | "pixelFormat" | "encoder">;
  /** of the raw pixels given to it */
  readonly input: "rgba" | "gray12le" | "gray";
  readonly options: readonly string[];
}

const TO_YUV = [
  ...["-vf", "scale=out_color_matrix=bt601:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int"],
  ...["-colorspace", "smpte170m", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1"],
  ...["-color_range", "tv"],
];

/** The best first. */
const RECIPES: Readonly<Record<CameraKind, readonly Recipe[]>> = {
  colour: [
    {
      encoder: "libsvtav1",
      says: {
        codec: "av1",
        pixelFormat: "yuv420p",
        encoder: { g: 2, crf: 30, preset: 12, fast_decode: 0, extra_options: {} },
      },
      input: "rgba",
      options: ["-g", "2", "-crf", "30", "-preset", "12", "-svtav1-params", "lp=1", ...TO_YUV],
    },
    {
      encoder: "libx264",
      says: {
        codec: "h264",
        pixelFormat: "yuv420p",
        encoder: { g: 2, crf: 23, preset: "veryfast", fast_decode: 0, extra_options: { bf: 0 } },
      },
      input: "rgba",
      options: ["-g", "2", "-crf", "23", "-preset", "veryfast", "-bf", "0", "-threads", "1", ...TO_YUV],
    },
  ],
  depth: [
    {
      encoder: "libx265",
      says: {
        codec: "hevc",
        pixelFormat: "gray12le",
        encoder: {
          g: 2,
          preset: "ultrafast",
          fast_decode: 0,
          extra_options: { "x265-params": "lossless=1" },
        },
      },
      input: "gray12le",
      options: [
        ...["-preset", "ultrafast", "-tag:v", "hvc1", "-g", "2"],
        ...["-x265-params", "lossless=1:keyint=2:bframes=0:pools=1:frame-threads=1:log-level=error"],
      ],
    },
  ],
  ids: [
    {
      encoder: "libx264",
      says: {
        codec: "h264",
        pixelFormat: "gray",
        encoder: { g: 2, preset: "veryfast", fast_decode: 0, extra_options: { qp: 0, bf: 0 } },
      },
      input: "gray",
      options: [
        ...["-g", "2", "-qp", "0", "-preset", "veryfast", "-bf", "0", "-threads", "1"],
        // the whole range of 0 to 255 means what it says
        ...["-color_range", "pc"],
      ],
    },
  ],
};

/**
 * Looks what the program can do.
 * @throws InputError where there is none, with the command that installs one
 */
export async function openFfmpeg(program = process.env["FFMPEG_PATH"] ?? "ffmpeg"): Promise<FfmpegEncoding> {
  const asked = await promisify(execFile)(program, ["-hide_banner", "-encoders"], {
    maxBuffer: 2 ** 24,
  }).catch(() => null);
  if (asked === null)
    throw new InputError("render", `needs the ffmpeg program to encode with: ${installCommand()}`);
  const known = new Set(asked.stdout.split("\n").map((line) => line.trim().split(/\s+/)[1]));
  const recipeOf = (kind: CameraKind): Recipe | null =>
    RECIPES[kind].find(({ encoder }) => known.has(encoder)) ?? null;
  const folder = mkdtempSync(join(tmpdir(), "apprentice-render-"));
  let runs = 0;
  return {
    describe: (kind) => recipeOf(kind)?.says ?? null,
    begin: (camera, fps) =>
      begin(program, recipeOf(camera.kind)!, camera, fps, join(folder, `${runs++}.mp4`)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function installCommand(): string {
  switch (process.platform) {
    case "darwin":
      return "brew install ffmpeg";
    case "win32":
      return "winget install -e --id Gyan.FFmpeg";
    default:
      return "sudo apt-get install -y ffmpeg";
  }
}

function begin(
  program: string,
  { encoder, input, options }: Recipe,
  { width, height, key }: Camera,
  fps: number,
  file: string,
): PictureEncoder {
  const child: ChildProcess = spawn(
    program,
    [
      ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
      ...["-f", "rawvideo", "-pix_fmt", input, "-s", `${width}x${height}`, "-r", String(fps), "-i", "pipe:0"],
      ...["-an", "-c:v", encoder, ...options],
      ...["-pix_fmt", input === "rgba" ? "yuv420p" : input, "-fps_mode", "passthrough", file],
    ],
    { stdio: ["pipe", "ignore", "pipe"] },
  );
  const stdin = child.stdin!;
  let said = "";
  child.stderr!.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`ffmpeg (${key}): ${said.trim() || why}`));
    child.on("error", (error) => fail(error.message));
    child.on("close", (code, signal) => (code === 0 ? resolve() : fail(`ended with ${signal ?? code}`)));
  });
  ended.catch(() => undefined);
  // A program that is gone closes the pipe; why it went is what `ended` says.
  stdin.on("error", () => undefined);
  return {
    add: async (pixels) => {
      const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
      if (child.exitCode !== null) await ended;
      if (!stdin.write(bytes)) await Promise.race([new Promise((done) => stdin.once("drain", done)), ended]);
    },
    finish: async () => {
      stdin.end();
      await ended;
      const bytes = await readFile(file);
      await rm(file, { force: true });
      return bytes;
    },
    cancel: () => {
      if (child.exitCode === null) child.kill("SIGKILL");
    },
  };
}
