/**
 * A scripted demonstrator at the table: takes the target cube from above, lifts it and, where the goal names a
 * place, drops it there and leaves upwards. Closed loop: it looks at the exact scene in every step and starts over
 * when it missed or lost the cube. For demonstrations only. Frame `panda_link0`, metres, radians.
 */
import {
  createRandom,
  type Demonstrator,
  type Environment,
  FRANKA_HAND,
  nearestSymmetric,
  objectById,
  PANDA_WORKSPACE,
  planarDistance,
  type Random,
  type Scene,
  type SceneObject,
  toolYaw,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { createHandMotion, type HandMotion, type WayPoint } from "./hand-motion.js";
import type { DemonstrationStyle } from "./task.js";

type Phase = "above" | "down" | "close" | "reopen" | "up" | "carry" | "lower" | "release" | "leave";

/** What the hand misses its way points by in this attempt: a person never takes a thing twice alike. */
interface Habit {
  readonly offset: Vec3;
  readonly yaw: number;
  /** m above the target before going down */
  readonly hover: number;
  /** m of the lifted tool */
  readonly lift: number;
  /** steps to stay after closing */
  readonly dwell: number;
}

/** What the script knows in one step. */
interface Sight {
  readonly scene: Scene;
  readonly target: SceneObject;
  readonly place: SceneObject | null;
  readonly tool: Vec3;
  readonly toolYaw: number;
  readonly width: number;
  readonly command: Float64Array;
  /** fingers closed on something of a cube's size */
  readonly holding: boolean;
}

/** Steps after which a phase that does not come to its end is given up. */
const PATIENCE = 60;

/** A demonstrator of `lift` and `pick-place`, one an episode. */
export function createGraspScript(seed: number, style: DemonstrationStyle = "human"): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  const hand = createHandMotion(random, style);
  return new GraspScript(random, hand);
}

class GraspScript implements Demonstrator {
  private phase: Phase = "above";
  private steps = 0;
  private habit: Habit;
  private yaw: number | null = null;
  private anchor: Vec3 | null = null;
  private lastWidth = Number.NaN;

  constructor(
    private readonly random: Random,
    private readonly hand: HandMotion,
  ) {
    this.habit = this.newHabit();
  }

  act(environment: Environment): Float64Array {
    const sight = look(environment);
    this.steps++;
    // A phase may be over as soon as it is entered; more than a few changes in one step are a loop.
    for (let change = 0; change < 4; change++) {
      const next = this.nextPhase(sight);
      if (next === this.phase) break;
      this.enter(next);
    }
    const [x, y, z, yaw] = this.hand.next(sight.command, this.wayPoint(sight));
    this.lastWidth = sight.width;
    const closed =
      this.phase === "close" || this.phase === "up" || this.phase === "carry" || this.phase === "lower";
    return Float64Array.of(x, y, z, yaw, closed ? 0 : FRANKA_HAND.open);
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.steps = 0;
    this.anchor = null;
    this.lastWidth = Number.NaN;
    if (phase === "reopen") {
      this.habit = this.newHabit();
      this.yaw = null;
    }
  }

  private newHabit(): Habit {
    const { scatter } = this.hand;
    const spread = (half: number) => scatter * this.random.uniform(-half, half);
    return {
      offset: [spread(0.006), spread(0.006), spread(0.004)],
      yaw: spread(0.06),
      hover: 0.09 + spread(0.03),
      lift: 0.16 + spread(0.035),
      dwell: 3 + Math.floor(scatter * this.random.uniform(0, 4)),
    };
  }

  private nextPhase(sight: Sight): Phase {
    const { phase, steps, habit } = this;
    const { target, tool, width, place } = sight;
    const off = planarDistance(this.wayPoint(sight).position, tool);
    const turn = Math.abs(wrapAngle(this.graspYaw(sight) + habit.yaw - sight.toolYaw));
    const height = target.pose.position[2];
    switch (phase) {
      case "above":
        return off < 0.012 && turn < 0.15 && tool[2] < height + habit.hover + 0.03 ? "down" : "above";
      case "down":
        if (off > 0.03) return "above";
        return Math.abs(this.wayPoint(sight).position[2] - tool[2]) < 0.004 && off < 0.006 && turn < 0.12
          ? "close"
          : "down";
      case "close":
        if (steps > habit.dwell + 2 && Math.abs(width - this.lastWidth) < 4e-4)
          return sight.holding ? "up" : "reopen";
        return steps > PATIENCE ? "reopen" : "close";
      case "reopen":
        return width > 0.06 && tool[2] > 0.06 ? "above" : "reopen";
      case "up":
        if (!sight.holding) return "reopen";
        return place !== null && tool[2] > 0.7 * habit.lift ? "carry" : "up";
      case "carry":
        if (!sight.holding) return "reopen";
        return planarDistance(this.wayPoint(sight).position, tool) < 0.015 && tool[2] > habit.lift - 0.03
          ? "lower"
          : "carry";
      case "lower":
        if (!sight.holding) return "reopen";
        if (off > 0.02) return "carry";
        return tool[2] < RELEASE + 0.01 ? "release" : "lower";
      case "release":
        return width > 0.07 && steps >= 2 ? "leave" : "release";
      case "leave":
        return steps > PATIENCE ? "above" : "leave";
    }
  }

  private wayPoint(sight: Sight): WayPoint {
    const { habit, phase } = this;
    const { target, place, tool, command } = sight;
    const [x, y, z] = target.pose.position;
    const [ox, oy, oz] = habit.offset;
    const here = (): Vec3 => (this.anchor ??= [command[0]!, command[1]!, command[2]!]);
    const still = command[3]!;
    const yaw = phase === "above" || phase === "down" ? this.graspYaw(sight) + habit.yaw : still;
    switch (phase) {
      case "above":
        return { position: [x + ox, y + oy, z + habit.hover], yaw, care: 1 };
      case "down": {
        const depth = Math.max(0.013, z + oz);
        return { position: [x + ox / 2, y + oy / 2, depth], yaw, care: 0.6 };
      }
      case "close":
      case "release":
        return { position: here(), yaw, care: 1 };
      case "reopen":
        return { position: [tool[0], tool[1], Math.max(0.1, tool[2])], yaw, care: 1 };
      case "up": {
        const [ax, ay] = here();
        return { position: [ax, ay, habit.lift], yaw, care: 1 };
      }
      case "carry":
      case "lower": {
        const [px, py] = place!.pose.position;
        const height = phase === "carry" ? habit.lift : RELEASE;
        // The cube is to arrive, not the tool.
        return {
          position: [tool[0] + px + 2 * ox - x, tool[1] + py + 2 * oy - y, height],
          yaw,
          care: phase === "carry" ? 1 : 0.8,
        };
      }
      case "leave": {
        const [ax, ay] = here();
        return { position: [ax, ay, 0.2], yaw, care: 1 };
      }
    }
  }

  /** Of the cube's four equal yaws the one nearest the tool's, or its neighbour when the open fingers would not fit. */
  private graspYaw(sight: Sight): number {
    const face = yawOf(sight.target.pose.orientation);
    if (this.yaw === null) {
      const near = nearestSymmetric(face, sight.toolYaw, Math.PI / 2);
      const other = near > sight.toolYaw ? near - Math.PI / 2 : near + Math.PI / 2;
      const allowed = Math.abs(other) < PANDA_WORKSPACE.yaw;
      this.yaw = allowed && fingerRoom(sight, near) < 0 && fingerRoom(sight, other) > 0 ? other : near;
    }
    this.yaw = nearestSymmetric(face, this.yaw, Math.PI / 2);
    return this.yaw;
  }
}

/** m of the tool when it lets go over a bin: fingers and cube clear a cube that lies in it. */
const RELEASE = 0.075;

/** Clearance in metres between the open fingers around the target and the nearest other cube; negative: they hit. */
function fingerRoom({ scene, target }: Sight, yaw: number): number {
  const [x, y] = target.pose.position;
  const reach = FRANKA_HAND.open / 2 + 0.01;
  const radius = 0.015;
  let room = Number.POSITIVE_INFINITY;
  for (const object of scene.objects) {
    if (object.class !== "cube" || object.id === target.id) continue;
    const [ox, oy] = object.pose.position;
    for (const side of [1, -1]) {
      // A finger opens along the tool's y, which points to -y of the base at yaw 0: the sign does not matter here.
      const fx = x - side * reach * Math.sin(yaw);
      const fy = y + side * reach * Math.cos(yaw);
      room = Math.min(room, Math.hypot(ox - fx, oy - fy) - radius - (object.size[0] * Math.SQRT2) / 2);
    }
  }
  return room;
}

function look(environment: Environment): Sight {
  const scene = environment.scene();
  const goal = environment.goal();
  const { values } = environment.observe();
  const [tx, ty, tz] = values["observation.ee.position"]! as unknown as [number, number, number];
  const [qx, qy, qz, qw] = values["observation.ee.orientation"]! as unknown as [
    number,
    number,
    number,
    number,
  ];
  const width = values["observation.gripper.width"]![0]!;
  const target = objectById(scene, goal.target!)!;
  const tool: Vec3 = [tx, ty, tz];
  const near = Math.hypot(...target.pose.position.map((v, k) => v - tool[k]!)) < 0.04;
  return {
    scene,
    target,
    place: goal.place === undefined ? null : objectById(scene, goal.place)!,
    tool,
    toolYaw: toolYaw([qx, qy, qz, qw]),
    width,
    command: environment.command(),
    holding: near && width > 0.012 && width < 0.06,
  };
}
