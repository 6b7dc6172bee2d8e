/**
 * Demonstrates `box-move`: turns to the box, brings the lift to its table, drives up, takes the box from above, carries
 * it to the other table and sets it down there. Closed loop: it looks at the exact scene in every step, and begins anew
 * where the box is not between the fingers. The base trembles as the navigator's does, the hand as at the table. For
 * demonstrations only. Things are seen in `panda_link0`, ways of the base in `base_link`; metres, radians, seconds.
 */
import {
  ARM_FOOT,
  armFoot,
  atan2,
  CARRIED_PANDA,
  cos,
  createRandom,
  type Demonstrator,
  type Environment,
  fromAxisAngle,
  invert,
  MOBILE_BASE,
  nearestSymmetric,
  objectById,
  type Pose,
  planarDistance,
  type Quat,
  type Random,
  sin,
  TOOL_STEP,
  toolYaw,
  transformPoint,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { createHandMotion, type HandMotion, type WayPoint } from "../tasks/hand-motion.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "../tasks/task.js";

type Phase =
  | "to-target"
  | "above"
  | "down"
  | "close"
  | "reopen"
  | "up"
  | "to-place"
  | "over"
  | "lower"
  | "release"
  | "leave";

/**
 * Where the base stands before what it handles: m from its middle, and how far off that, and rad off its bearing, it may be;
 * `off` is by how much an attempt means to stand elsewhere, so that the arm is shown to reach aside.
 */
const STAND = {
  distance: 0.67,
  within: 0.02,
  bearing: 0.04,
  off: { distance: 0.02, bearing: 0.12 },
} as const;
/** m: where it begins to turn so that what it handles will be aside, and how long that takes; before, it drives straight at it. */
const TURN_ASIDE = { from: 1.4, over: 0.5 } as const;
/** m before which it waits until the lift is within `within` of the table's height. */
const WAIT = { distance: 1.05, within: 0.03 } as const;
/** rad: farther aside than this is turned to before driving, and before the lift moves away from a table. */
const TURN_FIRST = 0.5;
/** m/s a m, rad/s a rad; ranges of the top speeds of an episode, m/s and rad/s. */
const DRIVE = { gain: 1.2, turnGain: 1.8, cruise: [0.35, 0.55], turn: [0.7, 1] } as const;
/** tremble: decay in a step, and standard deviations of a step's push, m/s and rad/s */
const TREMBLE = { decay: 0.2, linear: 0.02, angular: 0.06 } as const;
const SHAKY: Readonly<Record<DemonstrationStyle, number>> = { worse: 1.5, okay: 1.25, better: 1, clean: 0 };

/** Where the hand is held while driving, `panda_link0`. */
const CARRY: Vec3 = [0.42, 0, 0.28];
/** m: from this far off `CARRY` on the base may move */
const STOWED = 0.06;
/** m above the middle of the box, before going down and after taking it. */
const HOVER = 0.09;
const RAISE = 0.2;
/** m between box and table at which it is let go, and how far down at once */
const SET_DOWN = { above: 0.003, settle: 0.003, lead: 0.04, care: 0.5 } as const;
/** where things lie in front of the arm when it is told to handle them, m */
const REACH = { near: 0.36, far: 0.66, side: 0.2 } as const;
/** m beside the box that a hand which errs heads for first; m above its top at which fingers that close early find nothing. */
const DETOUR = 0.05;
const CLEAR_OF_TOP = 0.018;
/** Steps after which a phase that does not come to its end is given up. */
const PATIENCE = 80;

/** What the hand misses by in this attempt. */
interface Habit {
  readonly offset: Vec3;
  readonly yaw: number;
  readonly hover: number;
  readonly raise: number;
  readonly dwell: number;
  /** m beside the box that the hand heads for first, by mistake; null: it heads for the box */
  readonly detour: readonly [number, number] | null;
  /** whether it closes too high, on nothing */
  readonly early: boolean;
  /** where what it handles is when the base stands: m from its middle, rad to its left */
  readonly stand: Way;
}

/** What the script knows in one step; positions in `panda_link0`. */
interface Sight {
  readonly tool: Vec3;
  readonly toolYaw: number;
  readonly width: number;
  readonly target: Vec3;
  readonly targetYaw: number;
  readonly targetHeight: number;
  readonly place: Vec3;
  /** m of the lift at which the arm's foot is as high as the table below the target, and as the place */
  readonly targetLift: number;
  readonly placeLift: number;
  readonly lift: number;
  /** `base_link`: where they are to be driven to */
  readonly ways: { readonly target: Way; readonly place: Way };
  readonly command: Float64Array;
  readonly holding: boolean;
  readonly standing: boolean;
}

interface Way {
  readonly distance: number;
  readonly bearing: number;
}

/** A demonstrator of one episode. */
export const createBoxCarrier = (seed: number, style: DemonstrationStyle = DEFAULT_STYLE): Demonstrator => {
  const random = createRandom(seed).fork("demonstrator");
  return new BoxCarrier(random, createHandMotion(random, style), SHAKY[style]);
};

class BoxCarrier implements Demonstrator {
  private phase: Phase = "to-target";
  private steps = 0;
  private habit: Habit;
  private anchor: Vec3 | null = null;
  private lastWidth = Number.NaN;
  private readonly cruise: number;
  private readonly turn: number;
  private shake: [linear: number, angular: number] = [0, 0];

  constructor(
    private readonly random: Random,
    private readonly hand: HandMotion,
    private readonly tremble: number,
  ) {
    this.cruise = random.uniform(...DRIVE.cruise);
    this.turn = random.uniform(...DRIVE.turn);
    this.habit = this.newHabit();
  }

  act(environment: Environment): Float64Array {
    const sight = look(environment);
    this.steps++;
    // A phase may be over as soon as it is entered; more than a few changes in one step are a loop.
    for (let change = 0; change < 4; change++) {
      const next = this.nextPhase(sight);
      if (next === this.phase) break;
      this.phase = next;
      this.steps = 0;
      this.anchor = null;
      this.lastWidth = Number.NaN;
      if (next === "reopen") this.habit = this.newHabit();
    }
    const [linear, angular] = this.driven(sight);
    const [x, y, z, yaw] = this.handled(sight);
    this.lastWidth = sight.width;
    const closed = ["close", "up", "to-place", "over", "lower"].includes(this.phase);
    return Float64Array.of(
      linear,
      angular,
      this.lifted(sight),
      x,
      y,
      z,
      yaw,
      closed ? 0 : CARRIED_PANDA.gripper.open,
    );
  }

  private newHabit(): Habit {
    const { scatter, lapse } = this.hand;
    const spread = (half: number) => scatter * this.random.uniform(-half, half);
    const lapses = () => lapse > 0 && this.random.next() < lapse;
    const beside = (): [number, number] => {
      const angle = this.random.uniform(-Math.PI, Math.PI);
      return [DETOUR * cos(angle), DETOUR * sin(angle)];
    };
    return {
      offset: [spread(0.006), spread(0.006), spread(0.004)],
      yaw: spread(0.06),
      hover: HOVER + spread(0.02),
      raise: RAISE + spread(0.02),
      dwell: 3 + Math.floor(scatter * this.random.uniform(0, 4)),
      detour: lapses() ? beside() : null,
      early: lapses() && lapses(),
      stand: { distance: STAND.distance + spread(STAND.off.distance), bearing: spread(STAND.off.bearing) },
    };
  }

  private nextPhase(sight: Sight): Phase {
    const { phase, steps, habit } = this;
    const { tool, width, holding, ways } = sight;
    const to = this.wayPoint(sight);
    const off = planarDistance(to.position, tool);
    const high = Math.abs(to.position[2] - tool[2]);
    const turned = Math.abs(wrapAngle(to.yaw - sight.toolYaw));
    switch (phase) {
      case "to-target":
        return this.arrived(ways.target) &&
          sight.standing &&
          Math.abs(sight.lift - sight.targetLift) < WAIT.within
          ? "above"
          : "to-target";
      case "above":
        if (!inReach(sight.target)) return "to-target";
        if (habit.detour !== null) {
          if (off < 0.02) this.habit = { ...habit, detour: null };
          return "above";
        }
        return off < 0.012 && turned < 0.12 && high < 0.03 ? "down" : "above";
      case "down":
        if (off > 0.03) return "above";
        return high < 0.004 && off < 0.006 && turned < 0.12 ? "close" : "down";
      case "close":
        if (steps > habit.dwell + 2 && Math.abs(width - this.lastWidth) < 4e-4)
          return holding ? "up" : "reopen";
        return steps > PATIENCE ? "reopen" : "close";
      case "reopen":
        return width > 0.06 && high < 0.03 ? "to-target" : "reopen";
      case "up":
        if (!holding) return "reopen";
        return high < 0.03 ? "to-place" : "up";
      case "to-place":
        if (!holding) return "reopen";
        return this.arrived(ways.place) &&
          sight.standing &&
          Math.abs(sight.lift - sight.placeLift) < WAIT.within
          ? "over"
          : "to-place";
      case "over":
        if (!holding) return "reopen";
        return off < 0.015 ? "lower" : "over";
      case "lower":
        if (!holding) return "reopen";
        if (off > 0.025) return "over";
        return tool[2] < this.releaseHeight(sight) + SET_DOWN.settle ? "release" : "lower";
      case "release":
        return width > 0.07 && steps >= 2 ? "leave" : "release";
      case "leave":
        return steps > PATIENCE ? "to-target" : "leave";
    }
  }

  /** Height of the tool at which the box is just above its place. */
  private releaseHeight({ tool, target, targetHeight, place }: Sight): number {
    return tool[2] + place[2] + targetHeight / 2 + SET_DOWN.above - target[2];
  }

  private wayPoint(sight: Sight): WayPoint {
    const { phase, habit } = this;
    const { command, target, place, tool } = sight;
    const [ox, oy, oz] = habit.offset;
    const here = (): Vec3 => (this.anchor ??= [command[3]!, command[4]!, command[5]!]);
    const still = command[6]!;
    const grip = nearestSymmetric(sight.targetYaw, sight.toolYaw, Math.PI) + habit.yaw;
    switch (phase) {
      case "to-target":
      case "to-place":
        return { position: CARRY, yaw: still, care: 0.9 };
      case "above": {
        const [dx, dy] = habit.detour ?? [0, 0];
        return {
          position: [target[0] + ox + dx, target[1] + oy + dy, target[2] + habit.hover],
          yaw: grip,
          care: 1,
        };
      }
      case "down": {
        const depth = target[2] + oz + (habit.early ? sight.targetHeight / 2 + CLEAR_OF_TOP : 0);
        return { position: [target[0] + ox / 2, target[1] + oy / 2, depth], yaw: grip, care: 0.6 };
      }
      case "close":
      case "release":
        return { position: here(), yaw: still, care: 1 };
      case "reopen": {
        const [x, y, z] = here();
        return { position: [x, y, Math.max(z, RAISE)], yaw: still, care: 1 };
      }
      case "up": {
        const [x, y] = here();
        return { position: [x, y, habit.raise], yaw: still, care: 1 };
      }
      case "over":
      case "lower": {
        // The box is to arrive, not the tool.
        const height =
          phase === "over" ? CARRY[2] - 0.06 : Math.max(this.releaseHeight(sight), tool[2] - SET_DOWN.lead);
        return {
          position: [
            tool[0] + place[0] + 3 * ox - target[0],
            tool[1] + place[1] + 3 * oy - target[1],
            height,
          ],
          yaw: still,
          care: phase === "over" ? 1 : SET_DOWN.care,
        };
      }
      case "leave": {
        const [x, y] = here();
        return { position: [x, y, CARRY[2]], yaw: still, care: 1 };
      }
    }
  }

  /** The next x y z yaw of the tool; while it drives, a hand that is where it should be is left alone. */
  private handled(sight: Sight): [number, number, number, number] {
    const [x, y, z, yaw] = sight.command.subarray(3) as unknown as [number, number, number, number];
    const to = this.wayPoint(sight);
    const drives = this.phase === "to-target" || this.phase === "to-place";
    if (drives && Math.hypot(x - CARRY[0], y - CARRY[1], z - CARRY[2]) < 0.015) return [x, y, z, yaw];
    return this.hand.next([x, y, z, yaw], to);
  }

  /** Where the way of the base leads in this phase; null: it stands. */
  private way({ ways }: Sight): Way | null {
    if (this.phase === "to-target") return ways.target;
    return this.phase === "to-place" ? ways.place : null;
  }

  private arrived({ distance, bearing }: Way): boolean {
    const { stand } = this.habit;
    return (
      Math.abs(distance - stand.distance) < STAND.within && Math.abs(bearing - stand.bearing) < STAND.bearing
    );
  }

  private driven(sight: Sight): [linear: number, angular: number] {
    const way = this.way(sight);
    const stowed = Math.hypot(...CARRY.map((c, k) => c - sight.tool[k]!)) < STOWED;
    if (way === null || !stowed || (this.arrived(way) && sight.standing)) return [0, 0];
    const { stand } = this.habit;
    const { distance } = way;
    const near = (TURN_ASIDE.from - distance) / TURN_ASIDE.over;
    const bearing = way.bearing - stand.bearing * Math.min(1, Math.max(0, near));
    const height = this.phase === "to-target" ? sight.targetLift : sight.placeLift;
    const ready = Math.abs(sight.lift - height) < WAIT.within;
    const left = distance - (ready ? stand.distance : Math.min(distance, WAIT.distance));
    const linear = Math.abs(bearing) > TURN_FIRST ? 0 : clamp(DRIVE.gain * left, this.cruise) * cos(bearing);
    const angular = clamp(DRIVE.turnGain * bearing, this.turn);
    if (this.arrived(way)) return [0, 0];
    this.shake = this.shake.map(
      (value, i) =>
        (1 - TREMBLE.decay) * value +
        this.tremble * (i === 0 ? TREMBLE.linear : TREMBLE.angular) * this.random.normal(),
    ) as [number, number];
    // Slow motion trembles less: a person who creeps does so with care.
    const care = Math.min(1, 0.15 + Math.abs(linear) / 0.25 + Math.abs(angular) / 0.6);
    return [linear + care * this.shake[0], angular + care * this.shake[1]];
  }

  /** The next height of the lift: it moves once the robot has turned to where it is needed. */
  private lifted(sight: Sight): number {
    const now = sight.command[2]!;
    const way = this.way(sight);
    if (way === null || Math.abs(way.bearing) > TURN_FIRST) return now;
    const height = this.phase === "to-target" ? sight.targetLift : sight.placeLift;
    return now + clamp(height - now, MOBILE_BASE.lift.speed * TOOL_STEP.period);
  }
}

const inReach = ([x, y]: Vec3): boolean => x > REACH.near && x < REACH.far && Math.abs(y) < REACH.side;

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));

function look(environment: Environment): Sight {
  const { values } = environment.observe();
  const scene = environment.scene();
  const goal = environment.goal();
  const target = objectById(scene, goal.target!)!;
  const place = objectById(scene, goal.place!)!;
  const vector = (name: string) => values[name]! as unknown as Vec3;
  const base: Pose = {
    position: vector("observation.base.position"),
    orientation: fromAxisAngle([0, 0, 1], yawOf(values["observation.base.orientation"] as unknown as Quat)),
  };
  const lift = values["observation.lift.height"]![0]!;
  const tool = vector("observation.ee.position");
  const width = values["observation.gripper.width"]![0]!;
  const [linear, angular] = values["observation.base.twist"] as unknown as [number, number];
  const armFromMap = invert(armFoot(base, lift));
  const wayTo = ({ position }: Pose): Way => {
    const [x, y] = transformPoint(invert(base), position);
    return { distance: Math.hypot(x, y), bearing: atan2(y, x) };
  };
  const liftFor = (top: number): number => Math.max(0, Math.min(MOBILE_BASE.lift.high, top - ARM_FOOT));
  const seen = transformPoint(armFromMap, target.pose.position);
  const near = Math.hypot(...seen.map((v, k) => v - tool[k]!)) < 0.04;
  return {
    tool,
    toolYaw: toolYaw(values["observation.ee.orientation"] as unknown as Quat),
    width,
    target: seen,
    targetYaw: wrapAngle(yawOf(target.pose.orientation) - yawOf(base.orientation)),
    targetHeight: target.size[2],
    place: transformPoint(armFromMap, place.pose.position),
    targetLift: liftFor(target.pose.position[2] - target.size[2] / 2),
    placeLift: liftFor(place.pose.position[2]),
    lift,
    ways: { target: wayTo(target.pose), place: wayTo(place.pose) },
    command: environment.command(),
    holding: near && width > 0.02 && width < 0.07,
    standing: Math.abs(linear) < 0.02 && Math.abs(angular) < 0.05,
  };
}
