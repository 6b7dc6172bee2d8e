/**
 * The thread that makes the scene of a recorded take again: the layout of its seed, stepped by its commands. The same
 * engine gives the same bits, and the page is told how far the end lies from what was recorded. Metres, radians.
 */
import { armOption, type GoalBinding, InputError, type SceneObject, sameGoal } from "../../../core/index.js";
import { taskByName } from "../../../sim/index.js";
import { Capture } from "../../studio/capture.js";
import { stateOffsets } from "../../studio/protocol.js";

/** A take to be made again. */
export interface ReplayRequest {
  readonly id: number;
  readonly task: string;
  /** the name in its contract */
  readonly robot: string;
  readonly seed: number;
  readonly goal: GoalBinding;
  /** [frames * size] */
  readonly actions: Float32Array;
  readonly size: number;
  /** the tool (of a base: its place) as observed in the last frame */
  readonly end: readonly number[];
}

/** The scene of every frame, or why there is none. */
export type ReplayAnswer =
  | {
      readonly kind: "replayed";
      readonly id: number;
      readonly objects: readonly SceneObject[];
      readonly joints: readonly string[];
      /** [frames * stride], see `stateOffsets` */
      readonly data: Float32Array<ArrayBuffer>;
      /** m between the end here and the one that was recorded */
      readonly difference: number;
    }
  | { readonly kind: "refused"; readonly id: number; readonly reason: string };

/** A horizon that no take reaches, s. */
const LONG = 24 * 3600;
const FRAMES_MOST = 200_000;

addEventListener("message", async ({ data }: MessageEvent<ReplayRequest>) => {
  try {
    const answer = await replay(data);
    postMessage(answer, { transfer: [answer.data.buffer] });
  } catch (error) {
    const reason = error instanceof InputError || error instanceof Error ? error.message : String(error);
    postMessage({ kind: "refused", id: data.id, reason } satisfies ReplayAnswer);
  }
});

async function replay({ id, task, robot, seed, goal, actions, size, end }: ReplayRequest) {
  const frames = Math.floor(actions.length / size);
  if (frames > FRAMES_MOST) throw new Error(`a take must have at most ${FRAMES_MOST} frames to be shown`);
  const environment = await taskByName(task).create({ horizon: LONG, ...armOption(robot) });
  try {
    environment.reset(seed);
    if (!sameGoal(goal, environment.goal())) environment.bind(goal);
    const { objects } = environment.scene();
    const capture = new Capture(environment);
    const { stride } = stateOffsets(capture.joints.length, objects.length);
    const data = new Float32Array(frames * stride);
    let difference = Number.NaN;
    for (let frame = 0; frame < frames; frame++) {
      capture.begin();
      data.set(capture.finish().data.subarray(0, stride), frame * stride);
      if (frame === frames - 1) difference = endError(environment.observe().values, end);
      environment.step(actions.subarray(frame * size, (frame + 1) * size));
    }
    return { kind: "replayed", id, objects, joints: capture.joints, data, difference } as const;
  } finally {
    environment.free();
  }
}

function endError(values: Readonly<Record<string, Float32Array>>, end: readonly number[]): number {
  const here = values["observation.ee.position"] ?? values["observation.base.position"] ?? [];
  return Math.hypot(...end.map((value, i) => value - (here[i] ?? Number.NaN)));
}
