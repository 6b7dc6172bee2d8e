/**
 * Camera videos for a data set, after the fact: a new set with the same episodes, each with the pictures of its
 * cameras drawn from the scene made again. An episode is in the new set with all its pictures or not at all, so the
 * work can be stopped and gone on with. Who draws and who encodes is given: Chromium and ffmpeg on a machine, the page
 * and its WebCodecs in a browser.
 */
import {
  type ArmRobot,
  armOption,
  type Demonstrator,
  type Environment,
  type OnProgress,
  type Randomisation,
  refuse,
} from "../../core/index.js";
import {
  type Camera,
  type CameraKind,
  countPictures,
  createDataset,
  type DatasetReader,
  type DatasetWriter,
  DEPTH_SCALE,
  type Episode,
  type EpisodeMeta,
  type EpisodeVideo,
  encodeDepth,
  type FileStore,
  isDataset,
  openDataset,
  resumeDataset,
} from "../../datasets/index.js";
import {
  DEFAULT_STYLE,
  DEMONSTRATION_STYLES,
  type RandomisationRanges,
  type Randomiser,
  randomiseBy,
  sensesOf,
  type TaskModule,
} from "../../sim/index.js";
import { type CameraChannel, type CameraPicture, figureOf } from "../../sim/view/index.js";
import { ENDLESS, type Restaged, restage } from "./restage.js";

/** What a camera saw of one state, as far as it was asked for. */
export type Drawn = Pick<CameraPicture, "camera" | "rgba" | "depth" | "ids">;

/** What to draw of every state. */
export interface DrawRequest {
  /** names of the recorded cameras */
  readonly which: readonly string[];
  readonly size: { readonly width: number; readonly height: number };
  readonly channels: readonly CameraChannel[];
}

/** Draws scenes. */
export interface Painter {
  /** Draws every state in order; `take` gets each frame's pictures, in the order of `which`, and is waited for. */
  draw(
    scene: Restaged,
    request: DrawRequest,
    take: (frame: number, pictures: readonly Drawn[]) => Promise<void>,
  ): Promise<void>;
}

/** Encodes the pictures of one camera of one episode. */
export interface PictureEncoder {
  /** RGBA, 12-bit codes of depth in 16 bits, or ids; resolves when the next may come. */
  add(pixels: Uint8Array | Uint8ClampedArray | Uint16Array): Promise<void>;
  /** The MP4 file. */
  finish(): Promise<Uint8Array>;
  /** Gives up; harmless after `finish`. */
  cancel(): void;
}

/** How videos are encoded, by what they hold. */
export interface Encoding {
  /** what `info.json` says of it; null where this kind cannot be encoded */
  describe(kind: CameraKind): Pick<Camera, "codec" | "pixelFormat" | "encoder"> | null;
  /** @param fps hertz */
  begin(camera: Camera, fps: number): PictureEncoder;
}

/** What is wanted of the cameras. */
export interface CameraWishes {
  /** names of the recorded cameras: `front`, `wrist`; of a base `front`, `map`; see `cameraMounts` */
  readonly which: readonly string[];
  /** pixels of a side: pictures are square */
  readonly size: number;
  readonly kinds: readonly CameraKind[];
}

const CHANNEL = { colour: "colour", depth: "depth", ids: "ids" } as const satisfies Record<
  CameraKind,
  CameraChannel
>;

/** The feature of a camera's pictures: `observation.images.front`, `…front_depth`, `…front_ids`. */
const keyOf = (name: string, kind: CameraKind): string =>
  `observation.images.${name}${kind === "colour" ? "" : `_${kind}`}`;

/** The cameras of a set as wished, in the order of `which`, colour first. */
export function camerasFor(
  { which, size, kinds }: CameraWishes,
  encoding: Encoding,
  labels: readonly string[],
): Camera[] {
  return which.flatMap((name) =>
    kinds.map((kind): Camera => {
      const how =
        encoding.describe(kind) ?? refuse("cameras", "must be of a kind that can be encoded here", kind);
      return {
        key: keyOf(name, kind),
        kind,
        width: size,
        height: size,
        depth: kind === "depth" ? DEPTH_SCALE : null,
        labels: kind === "ids" ? labels : null,
        ...how,
      };
    }),
  );
}

/** What rendering a set needs. */
export interface RenderJob {
  readonly source: DatasetReader;
  /** where the new set goes: empty, or holding a part of it */
  readonly target: FileStore;
  readonly wishes: CameraWishes;
  /** draws light, colours and cameras for every episode, instead of what was recorded; absent or null: as recorded */
  readonly looks?: RandomisationRanges | null;
  /** of the set, with its script */
  readonly task: TaskModule;
  /** the set's arm where it is not built in; default the one that its contract names */
  readonly robot?: ArmRobot;
  readonly painter: Painter;
  readonly encoding: Encoding;
  /** stops after what is in the set is safe */
  readonly signal: AbortSignal;
  /** frames done and in all */
  readonly onProgress: OnProgress;
}

/** What came of it. */
export interface Rendered {
  readonly cameras: readonly Camera[];
  /** episodes that were there before */
  readonly before: number;
  readonly episodes: number;
  /** drawn and encoded now */
  readonly frames: number;
}

/**
 * Renders what is missing. Refuses a target that is not a part of this rendering, and an episode that cannot be made
 * again as it was recorded.
 * @throws the signal's reason when it is stopped; what was finished before is in the set
 */
export async function renderSet(job: RenderJob): Promise<Rendered> {
  const { source, target, wishes, encoding, signal, onProgress, looks = null } = job;
  /** of the episode that is being made again */
  let drawn: Randomisation | null = null;
  const some = looks !== null || source.rows.some(({ meta }) => meta?.randomisation !== undefined);
  const look = looks === null ? null : randomiseBy(looks);
  const randomise: Randomiser = (seed, ids) => {
    const appearance = look?.(seed, ids)?.appearance;
    return appearance === undefined ? drawn : { ...(drawn ?? NOTHING_DRAWN), appearance };
  };
  const robot = job.robot === undefined ? armOption(source.contract?.robot ?? "") : { robot: job.robot };
  const environment = await job.task.create({
    horizon: ENDLESS,
    senses: source.contract === null ? [] : sensesOf(source.contract),
    ...(some ? { randomise } : {}),
    ...robot,
  });
  try {
    const labels = wishes.kinds.includes("ids") ? labelsOf(source, environment) : [];
    const cameras = camerasFor(wishes, encoding, labels);
    /** as it stands in the new set */
    const metaOf = (meta: EpisodeMeta | null): EpisodeMeta | null => {
      if (look === null || meta === null || meta.seed === null) return meta;
      drawn = meta.randomisation ?? null;
      environment.reset(meta.seed);
      return { ...meta, randomisation: environment.randomisation!()! };
    };
    const writer = await openTarget(source, target, cameras, metaOf);
    try {
      const before = writer.length;
      const done = source.rows.slice(0, before).reduce((sum, { length }) => sum + length, 0);
      let frames = 0;
      for (let index = before; index < source.length; index++) {
        signal.throwIfAborted();
        const episode = await source.episode(index);
        drawn = episode.meta.randomisation ?? null;
        const scene = restage(
          environment,
          episode,
          scriptOf(job.task, episode),
          `${source.name} episode ${index}`,
          robot.robot === undefined ? undefined : figureOf(robot.robot),
        );
        const videos = await film(job, scene, cameras, labels, (frame) =>
          onProgress({ stage: "render", done: done + frames + frame, total: source.frames }),
        );
        await writer.append({ ...episode, meta: metaOf(episode.meta)! }, videos);
        frames += episode.length;
      }
      return { cameras, before, episodes: writer.length, frames };
    } finally {
      await writer.close();
    }
  } finally {
    environment.free();
  }
}

/** An episode of the task as it is. */
const NOTHING_DRAWN: Randomisation = { version: 1, things: {}, gains: 1, latency: 0 };

/** The script that made an episode, at its beginning; null where nothing of the kind did. */
function scriptOf({ card, demonstrator }: TaskModule, { meta }: Episode): Demonstrator | null {
  const [, task, style] = /^scripted:([^/]+)\/(.+)$/.exec(meta.maker) ?? [];
  // Sets of before there were styles say `human-like`.
  const known = style === "human-like" ? DEFAULT_STYLE : DEMONSTRATION_STYLES.find((each) => each === style);
  return known === undefined || task !== card.name || meta.seed === null
    ? null
    : demonstrator(meta.seed, known);
}

/** The videos of one episode. */
async function film(
  { painter, encoding, wishes, signal, source }: RenderJob,
  scene: Restaged,
  cameras: readonly Camera[],
  labels: readonly string[],
  onFrame: (frame: number) => void,
): Promise<Record<string, EpisodeVideo>> {
  const { which, size, kinds } = wishes;
  const films = cameras.map((camera) => ({
    camera,
    encoder: encoding.begin(camera, source.fps),
    counts: countPictures(camera, scene.states.length),
  }));
  const numbers = numbersOf(scene, labels);
  try {
    const request = {
      which,
      size: { width: size, height: size },
      channels: kinds.map((kind) => CHANNEL[kind]),
    };
    await painter.draw(scene, request, async (frame, pictures) => {
      signal.throwIfAborted();
      const drawn = pictures.flatMap((picture) => kinds.map((kind) => pixelsOf(picture, kind, numbers)));
      for (const [i, { encoder, counts }] of films.entries()) {
        counts.add(frame, drawn[i]!);
        await encoder.add(drawn[i]!);
      }
      onFrame(frame + 1);
    });
    const videos: Record<string, EpisodeVideo> = {};
    for (const { camera, encoder, counts } of films)
      videos[camera.key] = { bytes: await encoder.finish(), statistics: counts.finish() };
    return videos;
  } finally {
    for (const { encoder } of films) encoder.cancel();
  }
}

function pixelsOf(
  { rgba, depth, ids }: Drawn,
  kind: CameraKind,
  numbers: Uint8Array,
): Uint8ClampedArray | Uint16Array | Uint8Array {
  switch (kind) {
    case "colour":
      return rgba!;
    case "depth":
      return encodeDepth(depth!);
    case "ids":
      return Uint8Array.from(ids!, (id) => numbers[id]!);
  }
}

/** What a picture of ids can say beside objects, by the view's numbers. */
const FIXED = ["background", "robot", "table"];

/** Names by number for the whole set: an object has the same number in every episode. */
function labelsOf(source: DatasetReader, environment: Environment): string[] {
  const labels = [...FIXED];
  for (const { meta } of source.rows) {
    if (meta?.seed === undefined || meta.seed === null) continue;
    environment.reset(meta.seed);
    for (const { id } of environment.scene().objects) if (!labels.includes(id)) labels.push(id);
  }
  if (labels.length > 256)
    refuse("cameras", "a set must have at most 253 objects for pictures of ids", labels.length);
  return labels;
}

/** The set's number of each number that the view gives in this scene. */
const numbersOf = ({ objects }: Restaged, labels: readonly string[]): Uint8Array =>
  Uint8Array.from([...FIXED, ...objects.map(({ id }) => id)], (label) => Math.max(0, labels.indexOf(label)));

/** Begins the new set, or goes on with one that begins with the same episodes and has the same cameras. */
async function openTarget(
  source: DatasetReader,
  target: FileStore,
  cameras: readonly Camera[],
  metaOf: (meta: EpisodeMeta | null) => EpisodeMeta | null,
): Promise<DatasetWriter> {
  const { contract, fps, info } = source;
  if (contract === null)
    return refuse(source.name, "must be a set of ours: a foreign one has no scenes to be made again");
  if (!(await isDataset(target)))
    return createDataset(target, { contract, fps, robotType: info.robotType ?? contract.robot, cameras });
  const begun = await openDataset(target);
  const told = (each: Camera): unknown[] => [
    ...[each.key, each.kind, each.width, each.height, each.codec, each.pixelFormat],
    ...[each.depth, each.labels, each.encoder],
  ];
  if (JSON.stringify(begun.cameras.map(told)) !== JSON.stringify(cameras.map(told)))
    refuse(
      target.name,
      "must have been begun with these cameras",
      begun.cameras.map(({ key, width, codec }) => `${key} ${width} ${codec}`),
    );
  for (const [i, row] of begun.rows.entries()) {
    const same = ({ tasks, length, meta }: typeof row): string =>
      JSON.stringify([tasks, length, Object.entries(meta ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))]);
    const from = source.rows[i];
    if (from === undefined || same({ ...from, meta: metaOf(from.meta) }) !== same(row))
      refuse(target.name, `must be begun from ${source.name}: its episodes or their looks differ`, i);
  }
  return resumeDataset(target, { contract });
}
