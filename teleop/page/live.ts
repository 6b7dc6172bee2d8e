/**
 * The live state of the world, from the steps that the simulation sends: the row of the page's own time, between
 * rows a straight line. Frame of the scene; metres, radians, seconds of the shared clock.
 */
import { armFoot, IDENTITY_POSE, type Pose } from "../../core/index.js";
import { blendStates, type ViewState } from "../../sim/view/index.js";
import type { Body } from "../devices/intent.js";
import type { Hand } from "../studio/hand.js";
import { type SceneMessage, type StatesMessage, stateOffsets } from "../studio/protocol.js";

/** The world at a moment, with the tool's pose beside what is drawn. */
export interface LiveState extends ViewState {
  readonly tool: Pose;
  readonly hand: Hand;
}

/** world ← the foot of the arm: what a hand is told in. */
export const footOf = ({ base, joints }: LiveState): Pose =>
  base === undefined || joints.length === 0 ? IDENTITY_POSE : armFoot(base, joints[0]!);

/** Follows the steps of one scene. */
export interface Live {
  take(states: StatesMessage): void;
  /** The state at `now`; null before the first step. */
  at(now: number): LiveState | null;
  /** when the newest row holds; null before the first step */
  readonly newest: number | null;
}

const poseAt = (data: Float32Array, at: number): Pose => ({
  position: [data[at]!, data[at + 1]!, data[at + 2]!],
  orientation: [data[at + 3]!, data[at + 4]!, data[at + 5]!, data[at + 6]!],
});

/** Reads rows of states as the scene orders them. */
export function createLive(scene: SceneMessage, body: Body): Live {
  const offsets = stateOffsets(scene.joints.length, scene.objects.length);
  let before: StatesMessage | null = null;
  let latest: StatesMessage | null = null;

  const rowOf = (states: StatesMessage, row: number): LiveState => {
    const start = row * offsets.stride;
    const { data } = states;
    const root = poseAt(data, start + offsets.root);
    const state = {
      time: states.time + row * states.tick,
      joints: data.subarray(start + offsets.joints, start + offsets.joints + scene.joints.length),
      gripperWidth: data[start + offsets.gripper]!,
      objects: Object.fromEntries(
        scene.objects.map(({ id }, i) => [id, poseAt(data, start + offsets.objects + 7 * i)]),
      ),
      tool: poseAt(data, start + offsets.tool),
      hand: states.hand,
    };
    return body === "arm" ? state : { ...state, base: root };
  };

  return {
    get newest() {
      return latest === null ? null : latest.at + (latest.rows - 1) * latest.tick;
    },
    take: (states) => {
      before = latest;
      latest = states;
    },
    at: (now) => {
      if (latest === null) return null;
      const states = before !== null && now < latest.at ? before : latest;
      const row = Math.max(0, Math.min(states.rows - 1, (now - states.at) / states.tick));
      const low = Math.floor(row);
      const high = Math.min(states.rows - 1, low + 1);
      const [a, b] = [rowOf(states, low), rowOf(states, high)];
      const u = row - low;
      return { ...blendStates(a, b, u), tool: u < 0.5 ? a.tool : b.tool, hand: states.hand };
    },
  };
}
