/**
 * Cameras of a set, as `info.json` of LeRobot v3.0 has them: features of dtype `video`, shape height × width ×
 * channels, with what is known of the encoding under `info`. Colour is what policies see; depth is 12-bit codes as
 * LeRobot's depth maps are; ids are a grey picture whose values name what is seen. Not here: the files themselves.
 */
import { integerIn, refuse } from "../../core/index.js";
import type { DatasetFeature, DatasetInfo } from "./info.js";

/** What a camera's video holds. */
export type CameraKind = "colour" | "depth" | "ids";

/**
 * How metres become 12-bit codes and back: by the logarithm of the depth plus `shift`, `min` at 0 and `max` at 4095,
 * all in metres. Huggingface/lerobot, `depth_utils.py`.
 */
export interface DepthScale {
  readonly min: number;
  readonly max: number;
  readonly shift: number;
}

/** Finest near the gripper: a step is 0.3 mm at 0.1 m, 0.6 mm at 0.5 m, 1.0 mm at 1 m; `max`: nothing is nearer. */
export const DEPTH_SCALE: DepthScale = { min: 0.01, max: 8, shift: 0.3 };
const DEPTH_CODES = 4095;

/** A camera of a set. */
export interface Camera {
  /** the feature's name: `observation.images.front` */
  readonly key: string;
  readonly kind: CameraKind;
  /** pixels */
  readonly width: number;
  readonly height: number;
  /** `av1`, `h264`, `hevc`; null where the set does not say */
  readonly codec: string | null;
  /** as ffmpeg names it; null where the set does not say */
  readonly pixelFormat: string | null;
  /** of a depth camera, else null */
  readonly depth: DepthScale | null;
  /** what the values of an ids picture stand for, from 0; null otherwise */
  readonly labels: readonly string[] | null;
  /** what the encoder was told, by LeRobot's words: `g`, `crf`, `preset`, `extra_options` */
  readonly encoder: Readonly<Record<string, unknown>>;
}

const LABELS = "apprentice.labels";
const ENCODER_WORDS = ["g", "crf", "preset", "fast_decode", "extra_options"];

/**
 * The feature of a camera. Pictures of ids have three equal channels, because that is what readers of v3.0 make of a
 * grey video.
 * @param fps of the set, hertz
 */
export function cameraFeature(camera: Camera, fps: number): DatasetFeature {
  const { kind, width, height, codec, pixelFormat, depth, labels, encoder } = camera;
  integerIn("camera", "width", width, 16, 4096);
  integerIn("camera", "height", height, 16, 4096);
  return {
    dtype: "video",
    shape: [height, width, kind === "depth" ? 1 : 3],
    names: ["height", "width", "channels"],
    info: {
      "video.height": height,
      "video.width": width,
      "video.codec": codec,
      "video.pix_fmt": pixelFormat,
      "video.fps": fps,
      "video.channels": kind === "colour" ? 3 : 1,
      has_audio: false,
      ...Object.fromEntries(Object.entries(encoder).map(([word, value]) => [`video.${word}`, value])),
      // Whoever goes on with the set asks this one for an encoder of the codec.
      "video.video_backend": "pyav",
      is_depth_map: kind === "depth",
      ...(depth === null
        ? {}
        : {
            "video.depth_min": depth.min,
            "video.depth_max": depth.max,
            "video.shift": depth.shift,
            "video.use_log": true,
            depth_unit: "m",
          }),
      ...(labels === null ? {} : { [LABELS]: labels }),
    },
  };
}

/** The cameras whose pictures a set holds as videos, ours or anybody's. */
export const camerasOf = (info: DatasetInfo): Camera[] =>
  Object.entries(info.features)
    .filter(([, feature]) => feature.dtype === "video")
    .map(([key, feature]) => cameraOf(key, feature));

function cameraOf(key: string, { shape, info = {} }: DatasetFeature): Camera {
  if (shape.length !== 3) refuse(`data set feature ${key}`, "shape must be height, width, channels", shape);
  // Sets of old have channels first; there are never as many as pixels.
  const [height, width] = shape[0]! <= 4 && shape[2]! > 4 ? [shape[1]!, shape[2]!] : [shape[0]!, shape[1]!];
  const text = (name: string): string | null => {
    const value = info[name];
    return typeof value === "string" ? value : null;
  };
  const number = (name: string, instead: number): number => {
    const value = info[name];
    return typeof value === "number" && Number.isFinite(value) ? value : instead;
  };
  const labels = info[LABELS];
  const isDepth = info["is_depth_map"] === true || info["video.is_depth_map"] === true;
  const isIds = Array.isArray(labels) && labels.every((label) => typeof label === "string");
  return {
    key,
    kind: isDepth ? "depth" : isIds ? "ids" : "colour",
    width,
    height,
    codec: text("video.codec"),
    pixelFormat: text("video.pix_fmt"),
    depth: isDepth
      ? {
          min: number("video.depth_min", 0.01),
          max: number("video.depth_max", 10),
          shift: number("video.shift", 3.5),
        }
      : null,
    labels: isIds ? (labels as string[]) : null,
    encoder: Object.fromEntries(
      ENCODER_WORDS.filter((word) => info[`video.${word}`] !== undefined).map((word) => [
        word,
        info[`video.${word}`],
      ]),
    ),
  };
}

/** Metres as codes of 0 to 4095; Infinity is the farthest. */
export function encodeDepth(metres: ArrayLike<number>, scale: DepthScale = DEPTH_SCALE): Uint16Array {
  const low = Math.log(scale.min + scale.shift);
  const steps = DEPTH_CODES / (Math.log(scale.max + scale.shift) - low);
  const codes = new Uint16Array(metres.length);
  for (let i = 0; i < codes.length; i++) {
    const code = Math.round((Math.log(metres[i]! + scale.shift) - low) * steps);
    codes[i] = Math.max(0, Math.min(DEPTH_CODES, code));
  }
  return codes;
}

/** Codes as metres; the farthest code as `scale.max`. */
export function decodeDepth(codes: ArrayLike<number>, scale: DepthScale = DEPTH_SCALE): Float32Array {
  const low = Math.log(scale.min + scale.shift);
  const step = (Math.log(scale.max + scale.shift) - low) / DEPTH_CODES;
  return Float32Array.from(codes, (code) => Math.exp(low + code * step) - scale.shift);
}
