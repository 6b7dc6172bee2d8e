/**
 * Videos by the browser's own encoders (WebCodecs), through `mediabunny`: colour in AV1 where there is an encoder for
 * it, else H.264, a key picture every second one. Depth and ids need an encoder without loss, which browsers lack.
 */
import type { Camera } from "../../datasets/index.js";
import type { Encoding, PictureEncoder } from "./render-set.js";

/** Bits a pixel and picture: about what LeRobot's quality takes of these pictures. */
const BITS = 0.8;
const NAMES = { av1: "av1", avc: "h264" } as const;

/** What this browser encodes colour with at that size, pixels of a side; null where it has neither encoder. */
export async function webEncoding(size: number): Promise<Encoding | null> {
  const {
    BufferTarget,
    getFirstEncodableVideoCodec,
    Mp4OutputFormat,
    Output,
    Quality,
    VideoSample,
    VideoSampleSource,
  } = await import("mediabunny");
  const bitsOf = (fps: number): number => Math.round(size * size * fps * BITS);
  const found = await getFirstEncodableVideoCodec(["av1", "avc"], { width: size, height: size });
  if (found !== "av1" && found !== "avc") return null;
  const begin = ({ width, height }: Camera, fps: number): PictureEncoder => {
    const target = new BufferTarget();
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
    const track = new VideoSampleSource({
      codec: found,
      quality: new Quality({ bitrate: bitsOf(fps) }),
      keyFrameInterval: 2 / fps,
    });
    output.addVideoTrack(track, { frameRate: fps });
    const started = output.start();
    let frames = 0;
    let over = false;
    return {
      add: async (pixels) => {
        await started;
        const at = { timestamp: frames++ / fps, duration: 1 / fps };
        const sample = new VideoSample(pixels as Uint8ClampedArray<ArrayBuffer>, {
          ...{ format: "RGBA", codedWidth: width, codedHeight: height },
          ...at,
        });
        try {
          await track.add(sample);
        } finally {
          sample.close();
        }
      },
      finish: async () => {
        over = true;
        await output.finalize();
        return new Uint8Array(target.buffer!);
      },
      cancel: () => {
        if (!over) void output.cancel();
        over = true;
      },
    };
  };
  return {
    describe: (kind) =>
      kind === "colour" ? { codec: NAMES[found], pixelFormat: "yuv420p", encoder: { g: 2 } } : null,
    begin,
  };
}
