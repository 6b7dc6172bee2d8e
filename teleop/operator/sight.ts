/**
 * What a person sees of the page: the picture of a while ago. Frame: the scene's, of an arm its base; metres,
 * radians, seconds on the page's clock.
 */
import { type Quat, toolYaw, type Vec3, yawOf } from "../../core/index.js";
import { type SceneMessage, type StatesMessage, stateOffsets } from "../studio/protocol.js";

/** One thing in the picture. */
export interface Thing {
  readonly position: Vec3;
  readonly yaw: number;
}

/** A picture. */
export interface Sight {
  readonly time: number;
  readonly tool: Thing;
  /** where a base stands; of an arm what carries it */
  readonly base: Thing;
  /** m between the fingers */
  readonly width: number;
  readonly things: Readonly<Record<string, Thing>>;
  /** the words on the recorder's card */
  readonly phase: string;
  /** the check or the cross in review */
  readonly done: "success" | "failure" | null;
}

/** Seconds of pictures that are remembered. */
const MEMORY = 2;

/** The pictures of the last moments. */
export class Eyes {
  private readonly pictures: Sight[] = [];

  /** The page shows this from now on. */
  show(sight: Sight): void {
    this.pictures.push(sight);
    while (this.pictures.length > 2 && this.pictures[1]!.time < sight.time - MEMORY) this.pictures.shift();
  }

  /** The picture that was there at a time; the first one before any. */
  at(time: number): Sight | null {
    return this.pictures.findLast((picture) => picture.time <= time) ?? this.pictures[0] ?? null;
  }
}

/** What the page draws at a moment. */
export function sightOf(
  time: number,
  scene: SceneMessage,
  { at, tick, rows, data }: StatesMessage,
  recorder: StatesMessage["recorder"],
): Sight {
  const offsets = stateOffsets(scene.joints.length, scene.objects.length);
  const row = Math.max(0, Math.min(rows - 1, Math.floor((time - at) / tick + 1e-6)));
  const base = row * offsets.stride;
  const pose = (offset: number): { position: Vec3; orientation: Quat } => ({
    position: [data[base + offset]!, data[base + offset + 1]!, data[base + offset + 2]!],
    orientation: [
      data[base + offset + 3]!,
      data[base + offset + 4]!,
      data[base + offset + 5]!,
      data[base + offset + 6]!,
    ],
  });
  const [tool, root] = [pose(offsets.tool), pose(offsets.root)];
  const { phase } = recorder;
  return {
    time,
    tool: { position: tool.position, yaw: toolYaw(tool.orientation) },
    base: { position: root.position, yaw: yawOf(root.orientation) },
    width: data[base + offsets.gripper]!,
    things: Object.fromEntries(
      scene.objects.map(({ id }, i): [string, Thing] => {
        const { position, orientation } = pose(offsets.objects + 7 * i);
        return [id, { position, yaw: yawOf(orientation) }];
      }),
    ),
    phase: phase.name,
    done: phase.name === "review" && phase.ended.by !== "person" ? phase.ended.by : null,
  };
}
