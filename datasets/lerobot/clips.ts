/**
 * MP4 files of one video track at a constant rate, in memory: what they hold, and several of them as one, without
 * encoding anything anew. Picture k of a file is shown at exactly k / rate seconds, because readers of LeRobot v3.0
 * find pictures by their time. Not here: pictures; whoever encodes or decodes has them.
 */
import type { EncodedPacket, Input, VideoCodec } from "mediabunny";
import { InputError, messageOf, refuse } from "../../core/index.js";

/** What an MP4 file holds. */
export interface Clip {
  /** LeRobot's word: `av1`, `h264`, `hevc`, `vp9` */
  readonly codec: string;
  /** pixels */
  readonly width: number;
  readonly height: number;
  /** pictures */
  readonly frames: number;
}

/** LeRobot's words for codecs. */
const CODEC_NAMES: Partial<Record<VideoCodec, string>> = {
  av1: "av1",
  avc: "h264",
  hevc: "hevc",
  vp9: "vp9",
};

/** What an open file holds, and its parts. */
interface OpenClip {
  readonly clip: Clip;
  readonly config: VideoDecoderConfig;
  readonly packets: readonly EncodedPacket[];
}

/**
 * What a file holds. Refuses one that is not whole, and one whose pictures are not `fps` apart from 0 on.
 * @param place of the file, for messages
 */
export async function readClip(place: string, bytes: Uint8Array, fps: number): Promise<Clip> {
  return (await openClip(place, bytes, fps)).clip;
}

/**
 * The pictures of several files one after the other, as one file; all of one codec and size.
 * @param most pictures to take in all; default every one
 */
export async function joinClips(
  place: string,
  files: readonly Uint8Array[],
  fps: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const { BufferTarget, EncodedVideoPacketSource, Mp4OutputFormat, Output } = await import("mediabunny");
  const clips = await Promise.all(files.map((bytes) => openClip(place, bytes, fps)));
  const [first] = clips;
  if (first === undefined) return refuse(place, "must be of at least one file");
  const track = new EncodedVideoPacketSource(codecOf(first.clip));
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
  output.addVideoTrack(track, { frameRate: fps });
  await output.start();
  let at = 0;
  for (const { clip, config, packets } of clips) {
    if (!sameCoding(first, { clip, config }))
      refuse(place, "files to be joined must be coded alike", { first: first.clip, other: clip });
    for (const packet of packets) {
      if (at >= most) break;
      const moved = packet.clone({ timestamp: at / fps, duration: 1 / fps });
      await track.add(moved, at === 0 ? { decoderConfig: config } : undefined);
      at++;
    }
  }
  await output.finalize();
  return new Uint8Array(target.buffer!);
}

const codecOf = ({ codec }: Clip): VideoCodec =>
  (Object.keys(CODEC_NAMES) as VideoCodec[]).find((each) => CODEC_NAMES[each] === codec)!;

/** Whether one file can go on where another ends: the decoder is told the same. */
function sameCoding(a: Pick<OpenClip, "clip" | "config">, b: Pick<OpenClip, "clip" | "config">): boolean {
  const told = ({ config }: Pick<OpenClip, "config">): string => {
    const { description } = config;
    if (description === undefined) return config.codec;
    const view = ArrayBuffer.isView(description)
      ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
      : new Uint8Array(description);
    return `${config.codec} ${view.join(" ")}`;
  };
  return a.clip.width === b.clip.width && a.clip.height === b.clip.height && told(a) === told(b);
}

async function openClip(place: string, bytes: Uint8Array, fps: number): Promise<OpenClip> {
  const { BufferSource, EncodedPacketSink, Input, MP4 } = await import("mediabunny");
  let input: Input | null = null;
  try {
    input = new Input({ source: new BufferSource(bytes), formats: [MP4] });
    const track =
      (await input.getPrimaryVideoTrack()) ?? refuse(place, "must be a whole MP4 file with a video in it");
    const codec =
      CODEC_NAMES[(await track.getCodec()) ?? "vp8"] ?? refuse(place, "must be AV1, H.264, HEVC or VP9");
    const config = (await track.getDecoderConfig()) ?? refuse(place, "must say how it is decoded");
    const packets: EncodedPacket[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (Math.abs(packet.timestamp - packets.length / fps) > 1e-5)
        refuse(
          place,
          `picture ${packets.length} must be shown at ${packets.length / fps} s`,
          packet.timestamp,
        );
      packets.push(packet);
    }
    if (packets.length === 0) refuse(place, "must hold pictures");
    if (packets[0]!.type !== "key") refuse(place, "must begin with a key picture");
    const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
    return { clip: { codec, width, height, frames: packets.length }, config, packets };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(place, `must be a whole MP4 file (${messageOf(error)})`);
  } finally {
    input?.dispose();
  }
}
