/**
 * Judging an episode at the table, frame by frame, from the exact state: success once the goal has been met for half a
 * second without a break, failure once nothing can be saved or the time is up. Frame: the arm's base; metres, seconds,
 * newtons. Not here: what a task's goal is (its own file), and when an episode begins (`tabletop-environment.ts`).
 */
import {
  distance,
  type FailureKind,
  type GoalBinding,
  type GoalSlot,
  norm,
  type Outcome,
  objectById,
  type Pose,
  type RobotContact,
  type SceneObject,
  transformPoint,
  type Vec3,
} from "../../core/index.js";
import { TABLETOP } from "../tabletop/layout.js";
import type { PropBody } from "../tabletop/setup.js";
import type { TableSim } from "../tabletop/table-sim.js";

/** What is known of one hand, at one moment. */
export interface HandFacts {
  readonly gripperWidth: number;
  readonly tool: Pose;
  /** whether both fingers press on an object, or any */
  grasped(object: SceneObject): boolean;
  touched(object: SceneObject): boolean;
  /** N on the wrist by what the fingers carry and push, base frame */
  readonly wrist: Vec3;
}

/** What a task decides from, at one moment; what is said of a hand is of the first, where there are several. */
export interface TableFacts extends HandFacts {
  /** of every arm in order */
  readonly hands: readonly HandFacts[];
  readonly target: SceneObject;
  /** speed of the target, m/s */
  readonly targetSpeed: number;
  /** null for a task without a place */
  readonly place: SceneObject | null;
  /** what a slot of the task is bound to */
  bound(slot: GoalSlot): SceneObject;
  /** m/s */
  speedOf(object: SceneObject): number;
  /** whether two objects press on each other */
  touching(a: SceneObject, b: SceneObject): boolean;
  /** what the episode has left behind, see `Trace`; empty for a task without */
  readonly trace: Float64Array;
}

/** Force at which an episode fails, N; null: never. */
export interface ForceLimits {
  /** on the gripper from outside: `force-exceeded` */
  readonly gripper: number | null;
  /** on any link of the arm: `collided` */
  readonly links: number | null;
  /** on the wrist, of what the fingers carry and push: `force-exceeded` */
  readonly wrist?: number;
}

/** What of a task an episode is judged by. */
export interface JudgedTask {
  readonly slots: readonly GoalSlot[];
  /** default: no force fails an episode */
  readonly limits?: ForceLimits;
  /**
   * whether a target is in hand, where that is not: between the fingers and off the table
   * @param taken whether it was before
   */
  held?(facts: TableFacts, taken: boolean): boolean;
  /**
   * whether the goal is met at this moment
   * @param score of this moment, where the task has one: it need not be worked out twice
   */
  met(facts: TableFacts, score: number): boolean;
  /** how well it stands at this moment, 0 to 1, where that is told beside success */
  score?(facts: TableFacts): number;
}

/** Rules that hold for every task at the table. */
export const TABLE_RULES = {
  physicsRate: 120,
  /** frames in a row that the goal must be met */
  frames: 10,
  /** below this height an object has left the table, m */
  floor: -0.05,
  /** a thing that no slot is bound to and that lies this far from where it lay was disturbed, m */
  disturbed: 0.1,
  /** the target counts as taken once it was this far above the table between fingers, m */
  taken: 0.01,
} as const;

/** How an episode stands. */
export interface Judgement {
  /** frames in a row that the goal was met */
  readonly met: number;
  /** whether a target was ever in hand */
  readonly taken: boolean;
  /** the highest so far; 0 of a task without */
  readonly score: number;
  readonly outcome: Outcome;
}

/** The judgement of an episode in which nothing has happened yet. */
export const UNJUDGED: Judgement = { met: 0, taken: false, score: 0, outcome: { state: "running" } };

/** What is judged in a frame. */
export interface JudgedFrame {
  readonly sim: TableSim;
  readonly goal: GoalBinding;
  readonly trace: Float64Array;
  /** where everything lay when the goal was bound, in the order of the scene */
  readonly rest: readonly Vec3[];
  /** whether the horizon is over */
  readonly timeUp: boolean;
}

/** Whether a slot is for something to be taken. */
export const isTarget = (slot: GoalSlot): boolean => slot === "target" || slot === "second-target";

/** What there is to decide from now. */
export function factsOf({ sim, goal, trace }: Omit<JudgedFrame, "rest" | "timeUp">): TableFacts {
  const scene = sim.scene();
  const bound = (slot: GoalSlot): SceneObject => objectById(scene, goal[slot]!)!;
  const target = bound("target");
  const hands = sim.arms.map(
    (arm): HandFacts => ({
      gripperWidth: arm.gripperWidth(),
      tool: arm.toolPose(),
      grasped: ({ id }) => arm.fingersOn(id) === 2,
      touched: ({ id }) => arm.fingersOn(id) > 0,
      wrist: arm.wrist(),
    }),
  );
  return {
    ...hands[0]!,
    hands,
    target,
    targetSpeed: sim.speedOf(target.id),
    place: goal.place === undefined ? null : bound("place"),
    bound,
    speedOf: ({ id }) => sim.speedOf(id),
    touching: (a, b) => sim.touching(a.id, b.id),
    trace,
  };
}

/** How an episode stands after one more frame; an outcome stays what it is. */
export function judge(task: JudgedTask, before: Judgement, frame: JudgedFrame): Judgement {
  if (before.outcome.state !== "running") return before;
  const { sim, goal, rest, timeUp } = frame;
  const { slots, limits } = task;
  const { props } = sim.setup;
  const scene = sim.scene();
  const facts = factsOf(frame);
  const { bound } = facts;
  const liftedInHand = (slot: GoalSlot): boolean => {
    const object = bound(slot);
    const { grasp } = props.find(({ id }) => id === object.id)!;
    const at = grasp === undefined ? object.pose.position : transformPoint(object.pose, grasp);
    return (
      object.pose.position[2] > object.size[2] / 2 + TABLE_RULES.taken &&
      facts.hands.some(({ tool, gripperWidth }) => distance(tool.position, at) < 0.03 && gripperWidth < 0.06)
    );
  };
  const held = task.held?.(facts, before.taken) ?? slots.filter(isTarget).some(liftedInHand);
  const taken = before.taken || held;
  const scored = task.score?.(facts) ?? 0;
  const met = task.met(facts, scored) ? before.met + 1 : 0;
  const score = Math.max(before.score, scored);
  const isBound = (object: SceneObject): boolean => slots.some((slot) => goal[slot] === object.id);
  const failure = (): FailureKind | null => {
    const most = limits?.wrist ?? Number.POSITIVE_INFINITY;
    if (facts.hands.some(({ wrist }) => norm(wrist) > most)) return "force-exceeded";
    const excess =
      limits === undefined
        ? null
        : exceeded(
            limits,
            sim.arms.flatMap((arm) => arm.contacts()),
          );
    if (excess !== null) return excess;
    if (scene.objects.some((object) => isBound(object) && offTable(object.pose.position)))
      return "left-workspace";
    const disturbed = scene.objects.some(
      (object, index) =>
        !mayMove.includes(props[index]!.body.kind) &&
        !isBound(object) &&
        (offTable(object.pose.position) ||
          distance(object.pose.position, rest[index]!) > TABLE_RULES.disturbed),
    );
    if (disturbed) return "disturbed";
    if (!timeUp) return null;
    return !taken ? "missed" : held ? "timed-out" : "dropped";
  };
  if (met >= TABLE_RULES.frames) return { met, taken, score, outcome: { state: "success" } };
  const kind = failure();
  return { met, taken, score, outcome: kind === null ? before.outcome : { state: "failure", kind } };
}

/** What is not disturbed by being elsewhere: it cannot be, or what it hangs on was to be moved. */
const mayMove: readonly PropBody["kind"][] = ["fixed", "link"];

const offTable = ([x, y, z]: Vec3): boolean => {
  const { low, high } = TABLETOP.table;
  return z < TABLE_RULES.floor || x < low[0] || x > high[0] || y < low[1] || y > high[1];
};

/** Which limit of force is exceeded now, as a failure; null when none is. */
function exceeded(limits: ForceLimits, contacts: readonly RobotContact[]): FailureKind | null {
  for (const { part, force } of contacts) {
    if (force === null) continue;
    const limit = part === "gripper" ? limits.gripper : limits.links;
    if (limit !== null && norm(force) > limit) return part === "gripper" ? "force-exceeded" : "collided";
  }
  return null;
}

const OUTCOMES: readonly Outcome[] = [
  { state: "running" },
  { state: "success" },
  ...(
    ["timed-out", "missed", "dropped", "left-workspace", "collided", "disturbed", "force-exceeded"] as const
  ).map((kind): Outcome => ({ state: "failure", kind })),
];

const sameOutcome = (a: Outcome, b: Outcome): boolean =>
  a.state === b.state && (a.state !== "failure" || b.state !== "failure" || a.kind === b.kind);

/** An outcome as a number of a snapshot, and back; undefined for a number that is none. */
export const outcomeNumber = (outcome: Outcome): number =>
  OUTCOMES.findIndex((each) => sameOutcome(each, outcome));
export const outcomeOf = (number: number): Outcome | undefined => OUTCOMES[number];
