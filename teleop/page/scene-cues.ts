/**
 * What cues look like in the scene: rings, arrows, hatches, where the hand cannot go on, a ghost that parts from the
 * arm; and the ring of the first lesson. Pure, from what is known of a moment; how it is drawn is `sim/view`'s. Words
 * are in `pins.ts`. Arm's base frame, metres, radians.
 */
import {
  add,
  carriedBy,
  invert,
  norm,
  type SceneObject,
  scale,
  subtract,
  type ToolReach,
  transformPoint,
} from "../../core/index.js";
import type { Cues, ReachCue, RingCue } from "../../sim/view/index.js";
import type { Cue } from "../studio/cues.js";
import type { LessonStep } from "./lesson.js";
import { footOf, type LiveState } from "./live.js";

/** What is known beside cues and the state. */
export interface SceneFacts {
  /** names of the joints, in the order of the states */
  readonly joints: readonly string[];
  readonly stopped: boolean;
  /** the step of the first lesson that is shown */
  readonly lesson: LessonStep | null;
  /** what the task is about */
  readonly target: SceneObject | null;
  /** where the arm ends */
  readonly reach: ToolReach;
}

/** m above the table below which nothing is to be said about height */
const LOW = 0.03;
/** m of the lesson's ring around the corners of what it rings */
const BESIDE = 0.014;

/** What the picture says of a moment. @param facts null: nothing of it is live */
export function sceneCues(cues: readonly Cue[], state: LiveState, facts: SceneFacts | null): Cues {
  if (facts === null) return {};
  const indexes = (...kinds: readonly Cue["kind"][]): number[] =>
    cues.flatMap((cue) =>
      "joint" in cue && kinds.includes(cue.kind)
        ? [facts.joints.indexOf(cue.joint) - carriedBy(facts.joints)].filter((index) => index >= 0)
        : [],
    );
  const { position } = state.tool;
  return {
    nearLimit: indexes("near-limit", "at-limit"),
    atLimit: indexes("at-limit"),
    forces: cues.flatMap((cue) =>
      (cue.kind === "contact" || cue.kind === "collision") && cue.force !== null && cue.direction !== null
        ? [{ point: cue.at, direction: cue.direction, newtons: cue.force, hit: cue.kind === "collision" }]
        : [],
    ),
    // What lies under an arm on a base is not one table.
    plumb: state.joints.length > 0 && state.base === undefined && position[2] > LOW ? position : null,
    collided: cues.flatMap((cue) =>
      cue.kind === "collision" ? (cue.other === null ? [cue.part] : [cue.part, cue.other]) : [],
    ),
    stopped: facts.stopped,
    reach: reachOf(cues, state, facts.reach),
    ring: ringOf(facts, state),
  };
}

/** What of cues can be seen: two of the same key look the same. */
export const cueKey = (cues: readonly Cue[]): string =>
  cues.map((cue) => `${cue.kind} ${detailOf(cue)}`).join(";");

function detailOf(cue: Cue): string {
  switch (cue.kind) {
    case "near-limit":
    case "at-limit":
      return cue.joint;
    case "contact":
    case "collision":
      return `${cue.part} ${cue.other} ${cue.force?.toFixed(1)}`;
    case "edge":
      return `${cue.axis} ${cue.side}`;
    case "unreachable":
      return [...cue.wanted, cue.yaw].map((value) => value.toFixed(2)).join();
    default:
      return "";
  }
}

/** m and rad by which the ghost parts from an arm that a joint's limit holds back: far enough to be seen as another. */
const PARTING = { distance: 0.045, angle: 0.4 } as const;

/** The hand as its ghost shows it: where a joint is at its limit, it leans the way that is asked for in vain. */
export function leaning(hand: LiveState["hand"], cues: readonly Cue[]): LiveState["hand"] {
  const cue = cues.find((each) => each.kind === "unreachable");
  if (cue?.kind !== "unreachable" || cue.reach !== null) return hand;
  if (!cues.some(({ kind }) => kind === "at-limit")) return hand;
  const way = subtract(cue.wanted, hand.position);
  const far = norm(way);
  return {
    ...hand,
    position: far < 1e-4 ? hand.position : add(hand.position, scale(way, PARTING.distance / far)),
    yaw: hand.yaw + PARTING.angle * Math.sign(Math.round((cue.yaw - hand.yaw) * 1e4)),
  };
}

/** m before the arm's reach at which the surface where it ends is shown with an arm that one way is blocked for */
const STRETCHED = 0.06;

/** Where the hand cannot go on; null where nothing stops it. */
function reachOf(cues: readonly Cue[], state: LiveState, { axis, at }: ToolReach): ReachCue | null {
  const foot = footOf(state);
  const stretched = (): boolean => {
    const tool = transformPoint(invert(foot), state.tool.position);
    const reach = at(tool, state.hand.yaw);
    return reach !== null && Math.hypot(tool[0] - axis[0], tool[1] - axis[1]) > reach - STRETCHED;
  };
  const arm = cues.some(
    (cue) => (cue.kind === "unreachable" && cue.reach !== null) || (cue.kind === "singular" && stretched()),
  );
  const faces = cues.flatMap((cue): ReachCue["faces"] => {
    if (cue.kind !== "edge" || cue.axis === "yaw") return [];
    const axis = (["x", "y", "z"] as const).indexOf(cue.axis) as 0 | 1 | 2;
    // The table is a surface that is seen.
    return axis === 2 && cue.side < 0 && state.base === undefined ? [] : [[axis, cue.side]];
  });
  if (!arm && faces.length === 0) return null;
  const { position, yaw } = state.hand;
  return { tool: position, yaw, arm, faces, ...(state.base === undefined ? {} : { foot }) };
}

/** The ring of the first lesson around what is to be reached; null when it is not about that. */
function ringOf({ lesson, target }: SceneFacts, state: LiveState): RingCue | null {
  if (lesson !== "move" && lesson !== "reach" && lesson !== "grip") return null;
  const pose = target === null ? undefined : state.objects[target.id];
  if (target === null || pose === undefined) return null;
  const [x, y] = pose.position;
  const radius = Math.hypot(target.size[0], target.size[1]) / 2 + BESIDE;
  return { at: [x, y, 0], radius, reached: lesson === "grip" };
}
