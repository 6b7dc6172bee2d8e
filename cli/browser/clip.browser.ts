/**
 * A short video of states of a world: drawn by the view one frame after the other, as fast as graphics allow, and
 * encoded by the browser's own encoder (WebCodecs). Bundled for a page, where it stands as `drawClip`.
 */
import {
  BufferTarget,
  CanvasSource,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  type VideoCodec,
} from "mediabunny";
import type { SceneObject } from "../../core/index.js";
import { createWorldView, type Driver, type ViewState, type WorldKind } from "../../sim/view/index.js";

/** What to draw. */
export interface ClipRequest {
  readonly kind: WorldKind;
  /** name of a preset of the view's camera */
  readonly camera: string;
  /** who drives: the colour of rings and trail */
  readonly driver: Driver;
  /** what stands around the robot */
  readonly objects: readonly SceneObject[];
  /** one a frame */
  readonly states: readonly ViewState[];
  /** where the tool, or the base, has been: one point a frame, frame of the scene */
  readonly trail: readonly (readonly [number, number, number])[];
  /** px, multiples of 12: an even number after and a whole one before the view's coarser drawing */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** of the file, bytes: decides how finely it is encoded */
  readonly most: number;
}

/** A video. */
export interface Clip {
  /** e.g. `video/mp4` */
  readonly type: string;
  readonly codec: VideoCodec;
  /** the file, base64 */
  readonly base64: string;
  /** a frame from the second half to stand for it, JPEG, base64 */
  readonly poster: string;
}

/** Codecs in the order of how many players know them. */
const CODECS: readonly VideoCodec[] = ["avc", "vp9", "av1", "vp8"];
/** Pixels that the view draws for each of the page's where graphics are computed by the processor. */
const COARSE = 0.75;
/** Where in the video its poster is. */
const POSTER = 0.6;
/** bits a second of a picture that moves little */
const ENOUGH = 700_000;
/** Share of the bytes that the encoder is told of: it keeps to them on average only. */
const MARGIN = 0.7;

/** Draws and encodes. @throws where the browser encodes none of the codecs, or has no WebGL 2 */
export async function drawClip(request: ClipRequest): Promise<Clip> {
  const { kind, camera, driver, objects, states, trail, width, height, fps, most } = request;
  const bitrate = Math.round(Math.min(ENOUGH, (8 * MARGIN * most * fps) / states.length));
  const codec = await getFirstEncodableVideoCodec([...CODECS], { width, height, bitrate });
  if (codec === null) throw new Error("this browser encodes no video");
  const canvas = new OffscreenCanvas(width, height);
  const still = new OffscreenCanvas(width, height);
  let draw: ((milliseconds: number) => void) | null = null;
  const view = createWorldView({
    canvas,
    kind,
    theme: "light",
    objects,
    quality: "low",
    reducedMotion: true,
    requestFrame: (callback) => {
      draw = callback;
    },
  });
  try {
    view.resize(width / COARSE, height / COARSE, 1);
    view.setDriver(driver);
    view.camera.preset(camera);
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: "in-memory" }),
      target: new BufferTarget(),
    });
    const source = new CanvasSource(canvas, { codec, bitrate, latencyMode: "quality" });
    output.addVideoTrack(source, { frameRate: fps });
    await output.start();
    for (const [i, state] of states.entries()) {
      view.update(state);
      view.setTrail(trail.slice(0, i + 1));
      // A clock on which no frame is late: the view is not to draw still fewer pixels.
      (draw as ((milliseconds: number) => void) | null)?.(10 * i);
      // What was drawn is there until this turn of the page ends.
      if (i === Math.floor(POSTER * states.length)) still.getContext("2d")?.drawImage(canvas, 0, 0);
      await source.add(i / fps, 1 / fps);
    }
    await output.finalize();
    const bytes = new Uint8Array(output.target.buffer ?? new ArrayBuffer(0));
    const poster = await still.convertToBlob({ type: "image/jpeg", quality: 0.8 });
    return {
      type: "video/mp4",
      codec,
      base64: base64Of(bytes),
      poster: base64Of(new Uint8Array(await poster.arrayBuffer())),
    };
  } finally {
    view.dispose();
  }
}

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

Object.assign(globalThis, { drawClip });
