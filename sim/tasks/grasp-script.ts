/**
 * A scripted demonstrator at the table: does one move after the other (`moves.ts`): takes a thing from above, slides it,
 * or lifts it and, where the goal names a place, puts it there, and leaves upwards. Closed loop: it looks at the exact
 * scene in every step and starts over when it missed or lost the thing. For demonstrations only. Frame of the arm's
 * base, metres, radians.
 */
import {
  atan2,
  cos,
  createRandom,
  type Demonstrator,
  distance,
  type Environment,
  featureOf,
  type GoalSlot,
  nearestSymmetric,
  objectById,
  planarDistance,
  type Random,
  rotate,
  type Scene,
  type SceneObject,
  sin,
  toolYaw,
  transformPoint,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { type OpenHand, openHandOf, roomForHand } from "./clearance.js";
import { createHandMotion, type HandMotion, type WayPoint } from "./hand-motion.js";
import { CUBE_MOVE, type Move, type Put, type Slide } from "./moves.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "./task.js";

type Phase = "above" | "down" | "close" | "reopen" | "slide" | "up" | "carry" | "lower" | "release" | "leave";

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
  /** m beside the target that the hand heads for first, by mistake; null: it heads for the target */
  readonly detour: readonly [number, number] | null;
  /** whether it closes too high, on nothing */
  readonly early: boolean;
}

/** How the hand is set on a thing. */
interface Grip {
  readonly yaw: number;
  /** m off the middle along the tool's x, away from what is in the way */
  readonly shift: number;
}

/** Where the arm may be commanded to: x y z (m) and yaw (rad), as its contract says. */
interface Edges {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** What the script knows in one step. */
interface Sight {
  readonly scene: Scene;
  readonly target: SceneObject;
  /** where the target is grasped, base frame */
  readonly at: Vec3;
  readonly place: SceneObject | null;
  readonly tool: Vec3;
  readonly toolYaw: number;
  readonly edges: Edges;
  readonly width: number;
  readonly openHand: OpenHand;
  readonly command: Float64Array;
  /** fingers closed on something of a cube's size */
  readonly holding: boolean;
}

/** Steps after which a phase that does not come to its end is given up. */
const PATIENCE = 60;

/**
 * A demonstrator at the table, one an episode.
 * @param moves what is to be done, in order; default: the target cube, into the place where there is one
 */
export function createGraspScript(
  seed: number,
  style: DemonstrationStyle = DEFAULT_STYLE,
  moves: readonly Move[] = [CUBE_MOVE],
): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  const hand = createHandMotion(random, style);
  return new GraspScript(random, hand, moves);
}

class GraspScript implements Demonstrator {
  private phase: Phase = "above";
  private steps = 0;
  private habit: Habit;
  private grip: Grip | null = null;
  private anchor: Vec3 | null = null;
  private lastWidth = Number.NaN;
  private move: Move;

  constructor(
    private readonly random: Random,
    private readonly hand: HandMotion,
    private readonly moves: readonly Move[],
  ) {
    this.habit = this.newHabit();
    this.move = moves[0]!;
  }

  act(environment: Environment): Float64Array {
    let sight = look(environment, this.move);
    this.steps++;
    // A phase may be over as soon as it is entered; more than a few changes in one step are a loop.
    for (let change = 0; change < 4; change++) {
      const next = this.nextPhase(sight, environment);
      if (next === this.phase) break;
      this.enter(next);
      const move = next === "above" ? this.due(environment) : this.move;
      if (move === this.move) continue;
      this.move = move;
      this.habit = this.newHabit();
      this.grip = null;
      sight = look(environment, move);
    }
    const [x, y, z, yaw] = this.hand.next(sight.command, this.wayPoint(sight));
    this.lastWidth = sight.width;
    return Float64Array.of(x, y, z, yaw, CLOSED.includes(this.phase) ? 0 : openFor(this.move, sight));
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.steps = 0;
    this.anchor = null;
    this.lastWidth = Number.NaN;
    if (phase === "reopen") {
      this.habit = this.newHabit();
      this.grip = null;
    }
  }

  /** The first move that is still to be done; the last one when all are. */
  private due(environment: Environment): Move {
    const [scene, goal] = [environment.scene(), environment.goal()];
    const bound = (slot: GoalSlot): SceneObject => objectById(scene, goal[slot]!)!;
    const isDone = ({ target, put, slide }: Move): boolean => {
      if (slide !== undefined) return slide.done(bound);
      const [what, where] = [goal[target], put === null ? undefined : goal[put.place]];
      if (put === null || what === undefined || where === undefined) return false;
      return put.done(objectById(scene, what)!, objectById(scene, where)!, bound);
    };
    return this.moves.find((move) => !isDone(move)) ?? this.moves.at(-1)!;
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
      hover: 0.09 + Math.max(-0.045, spread(0.03)),
      lift: spread(0.035),
      dwell: 3 + Math.floor(scatter * this.random.uniform(0, 4)),
      detour: lapses() ? beside() : null,
      early: lapses() && lapses(),
    };
  }

  private nextPhase(sight: Sight, environment: Environment): Phase {
    const { phase, steps, habit, move } = this;
    const { at, tool, width, place } = sight;
    const { put } = move;
    const off = planarDistance(this.wayPoint(sight).position, tool);
    const turn = Math.abs(wrapAngle(this.gripOn(sight).yaw + habit.yaw - sight.toolYaw));
    const lift = move.lift + habit.lift;
    switch (phase) {
      case "above":
        if (habit.detour !== null) {
          if (off < 0.02) this.habit = { ...habit, detour: null };
          return "above";
        }
        return off < 0.012 && turn < TURNED && tool[2] < at[2] + habit.hover + 0.03 ? "down" : "above";
      case "down":
        if (off > 0.03) return "above";
        return Math.abs(this.wayPoint(sight).position[2] - tool[2]) < 0.004 &&
          off < 0.006 &&
          turn < ALIGNED_TO_CLOSE
          ? "close"
          : "down";
      case "close":
        if (steps > habit.dwell + 2 && Math.abs(width - this.lastWidth) < 4e-4)
          return !sight.holding ? "reopen" : move.slide === undefined ? "up" : "slide";
        return steps > PATIENCE ? "reopen" : "close";
      case "reopen":
        return width > openFor(move, sight) - 0.02 && tool[2] > 0.06 ? "above" : "reopen";
      case "slide":
        if (!sight.holding) return "reopen";
        if (Math.abs(slideLeft(sight.target, move.slide!)) < move.slide!.near) return "release";
        return steps > 2 * PATIENCE ? "reopen" : "slide";
      case "up":
        if (!sight.holding || leans(sight, put)) return "reopen";
        return place !== null && tool[2] > move.clear * lift ? "carry" : "up";
      case "carry":
        if (!sight.holding || leans(sight, put)) return "reopen";
        if (Math.abs(this.turnLeft(sight)) >= ALIGNED) return "carry";
        if (put?.kind === "along")
          return distance(this.wayPoint(sight).position, tool) < put.reach ? "lower" : "carry";
        return planarDistance(this.wayPoint(sight).position, tool) < put!.reach && tool[2] > lift - 0.03
          ? "lower"
          : "carry";
      case "lower":
        if (!sight.holding) return "reopen";
        if (put?.kind === "along") {
          const [, y, z] = put.at(sight.target, place!);
          // Off its way, or stuck in it: out again.
          return Math.hypot(y, z) > put.keep || steps > 3 * PATIENCE ? "carry" : "lower";
        }
        if (off > put!.keep) return "carry";
        if (put!.loose === true && steps > 2 * PATIENCE) return "release";
        return tool[2] < put!.release(sight.target, place!, tool[2]) + put!.settle ? "release" : "lower";
      case "release":
        return width > openFor(move, sight) - 0.01 && steps >= 2 ? "leave" : "release";
      case "leave":
        if (tool[2] > move.leave - 0.03 && this.due(environment) !== move) return "above";
        return steps > PATIENCE ? "above" : "leave";
    }
  }

  private wayPoint(sight: Sight): WayPoint {
    const { habit, phase, move } = this;
    const { target, place, tool, command } = sight;
    const [ox, oy, oz] = habit.offset;
    const here = (): Vec3 => (this.anchor ??= [command[0]!, command[1]!, command[2]!]);
    const still = command[3]!;
    const yaw = phase === "above" || phase === "down" ? this.gripOn(sight).yaw + habit.yaw : still;
    switch (phase) {
      case "above": {
        const [x, y, z] = this.shifted(sight);
        const [dx, dy] = habit.detour ?? [0, 0];
        // Not farther than the last joint goes where the hand is now: there it would stand still for ever.
        const around = (sight.edges.low[3]! + sight.edges.high[3]!) / 2 + atan2(command[1]!, command[0]!);
        const turned = Math.abs(yaw - around) < FARTHEST ? yaw : around + clip(yaw - around, FARTHEST);
        return { position: [x + ox + dx, y + oy + dy, z + habit.hover], yaw: turned, care: 1 };
      }
      case "down": {
        const [x, y, z] = this.shifted(sight);
        const depth = Math.max(0.013, z + oz) + (habit.early ? target.size[2] / 2 + CLEAR_OF_TOP : 0);
        return { position: [x + ox / 2, y + oy / 2, depth], yaw, care: 0.6 };
      }
      case "close":
      case "release":
        return { position: here(), yaw, care: 1 };
      case "reopen":
        return { position: [tool[0], tool[1], Math.max(0.1, tool[2])], yaw, care: 1 };
      case "slide": {
        const slide = move.slide!;
        const [ax, ay, az] = here();
        const [ux, uy] = rotate(target.pose.orientation, [1, 0, 0]);
        const ahead = clip(slideLeft(target, slide), slide.lead) + (tool[0] - ax) * ux + (tool[1] - ay) * uy;
        return { position: [ax + ahead * ux, ay + ahead * uy, az], yaw: still, care: slide.care };
      }
      case "up": {
        const [ax, ay] = here();
        return { position: [ax, ay, move.lift + habit.lift], yaw, care: 1 };
      }
      case "carry":
      case "lower": {
        const put = move.put!;
        const turned = put.symmetry === null ? still : still + this.turnLeft(sight);
        if (put.kind === "along") {
          const [x, y, z] = put.at(target, place!);
          const ahead =
            phase === "carry"
              ? put.from(target, place!) - x
              : Math.max(0, Math.min(put.lead(target, place!), put.to - x));
          const aside = put.spread * oy;
          const [dx, dy, dz] = rotate(place!.pose.orientation, [ahead, aside - y, -z]);
          const care = phase === "carry" ? 1 : put.care(target, place!);
          return { position: [tool[0] + dx, tool[1] + dy, tool[2] + dz], yaw: turned, care };
        }
        const [x, y] =
          put.tip === undefined ? target.pose.position : transformPoint(target.pose, put.tip(target, place!));
        const [px, py] = place!.pose.position;
        const height =
          phase === "carry"
            ? move.lift + habit.lift
            : Math.max(put.release(target, place!, tool[2]), tool[2] - put.lead(target, place!));
        // The thing is to arrive, not the tool.
        return {
          position: [tool[0] + px + put.spread * ox - x, tool[1] + py + put.spread * oy - y, height],
          yaw: turned,
          care: phase === "carry" ? 1 : put.care(target, place!),
        };
      }
      case "leave": {
        const [ax, ay] = here();
        return { position: [ax, ay, move.leave], yaw, care: 1 };
      }
    }
  }

  /**
   * rad that the held thing has still to be turned to fit its place: of the turns that fit as well the shortest that
   * the arm can make.
   */
  private turnLeft(sight: Sight): number {
    const { target, place, tool, command } = sight;
    const symmetry = this.move.put?.symmetry ?? null;
    if (symmetry === null || place === null) return 0;
    const period = (2 * Math.PI) / symmetry;
    const left = nearestSymmetric(yawOf(place.pose.orientation) - yawOf(target.pose.orientation), 0, period);
    const [dx, dy] = [0, 1].map((k) => tool[k]! - target.pose.position[k]!) as [number, number];
    const turns = [0, 1, -1, 2, -2].map((k) => left + k * period).sort((a, b) => Math.abs(a) - Math.abs(b));
    const fits = (turn: number): boolean => {
      const x = place.pose.position[0] + dx * cos(turn) - dy * sin(turn);
      const y = place.pose.position[1] + dx * sin(turn) + dy * cos(turn);
      return withinReach(sight.edges, x, y, command[3]! + turn);
    };
    return turns.find(fits) ?? left;
  }

  /** Whether a thing that is grasped at this yaw can still be turned as it is to be pushed in. */
  private endsWithin({ target, place, edges }: Sight, yaw: number): boolean {
    if (this.move.put?.kind !== "along" || place === null) return true;
    const end = wrapAngle(yaw + yawOf(place.pose.orientation) - yawOf(target.pose.orientation));
    return end > edges.low[3]! + TURN_EDGE && end < edges.high[3]! - TURN_EDGE;
  }

  /** Where the target is grasped, moved aside when something is in the way. */
  private shifted(sight: Sight): Vec3 {
    const { yaw, shift } = this.gripOn(sight);
    if (shift === 0) return sight.at;
    const [x, y, z] = sight.at;
    return [x + shift * cos(yaw), y + shift * sin(yaw), z];
  }

  /**
   * Of the turns that grasp the target as well, the one nearest the tool's; its neighbour, or a grasp beside the
   * middle, where the open hand would not fit.
   */
  private gripOn(sight: Sight): Grip {
    const { symmetry } = this.move;
    const face = symmetry === null ? null : yawOf(sight.target.pose.orientation) + (this.move.turn ?? 0);
    const period = symmetry === null ? Math.PI / 2 : (2 * Math.PI) / symmetry;
    const turnable = (yaw: number): boolean => beyond(sight.edges, yaw + this.habit.yaw) < TURNABLE;
    // What lies loosely may have turned since.
    if (this.grip !== null && this.phase === "above" && !turnable(this.grip.yaw)) this.grip = null;
    if (this.grip === null) {
      const near = face === null ? sight.toolYaw : nearestSymmetric(face, sight.toolYaw, period);
      const other = near > sight.toolYaw ? near - period : near + period;
      const others = sight.scene.objects.filter(({ id }) => id !== sight.target.id);
      const choices = [0, SHIFT, -SHIFT].flatMap((shift) =>
        [near, other]
          .filter((yaw) => withinReach(sight.edges, sight.at[0], sight.at[1], yaw, yaw === near ? TURNED : 0))
          .filter((yaw) => turnable(yaw) && this.endsWithin(sight, yaw))
          .map((yaw) => {
            const [x, y, z] = sight.at;
            const place: Vec3 = [x + shift * cos(yaw), y + shift * sin(yaw), z];
            return { yaw, shift, room: roomForHand(sight.openHand, place, yaw, others) };
          }),
      );
      if (choices.length === 0) choices.push({ yaw: near, shift: 0, room: 0 });
      this.grip =
        choices.find(({ room }) => room > ROOM) ??
        choices.reduce((best, each) => (each.room > best.room ? each : best));
    }
    const { yaw, shift } = this.grip;
    this.grip = { yaw: face === null ? yaw : nearestSymmetric(face, yaw, period), shift };
    return this.grip;
  }
}

/** How far the hand opens for a move, m. */
const openFor = (move: Move, { openHand }: Sight): number => move.width ?? openHand.opening;

/** The phases in which the hand is closed. */
const CLOSED: readonly Phase[] = ["close", "slide", "up", "carry", "lower"];

/** m that something has still to be slid open; negative: closed. */
const slideLeft = ({ opening }: SceneObject, { to }: Slide): number => to - (opening ?? 0);

/** Whether what is to be pushed in hangs down from the hand too far to go in: it has to be taken anew. */
const leans = ({ target }: Sight, put: Put | null): boolean =>
  put?.kind === "along" && Math.abs(rotate(target.pose.orientation, [1, 0, 0])[2]) > LEANING;

const clip = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

/**
 * Whether the arm gets its tool there, pointing down and turned by `yaw`: within the workspace, and within the last
 * joint's range, which counts from the direction in which the arm reaches out.
 */
function withinReach({ low, high }: Edges, x: number, y: number, yaw: number, slack = 0): boolean {
  const inside = x > low[0]! + EDGE && x < high[0]! - EDGE && y > low[1]! + EDGE && y < high[1]! - EDGE;
  const middle = (low[3]! + high[3]!) / 2;
  const allowed = yaw > low[3]! - slack && yaw < high[3]! + slack;
  return inside && allowed && Math.abs(yaw - middle - atan2(y, x)) < MOST_TURN;
}

/** rad by which a yaw is beyond the last one that may be commanded; negative: within. */
const beyond = ({ low, high }: Edges, yaw: number): number => Math.max(low[3]! - yaw, yaw - high[3]!);

/** m to the edge of the workspace; rad between the tool's yaw and the direction in which the arm reaches out. */
const EDGE = 0.01;
const MOST_TURN = 2;
/** rad, the same as the hand goes by: a Panda's last joint ends at 2.11. */
const FARTHEST = 2.08;
/** rad to the last yaw that may be commanded. */
const TURN_EDGE = 0.02;
/** m beside the middle of a thing at which it is grasped where the middle has no room, and the room that is enough. */
const SHIFT = 0.009;
const ROOM = 0.004;
/** rad that the hand may be off when it goes down, when it closes, and beyond the last yaw that it is sent to. */
const TURNED = 0.15;
const ALIGNED_TO_CLOSE = 0.12;
const TURNABLE = 0.11;
/** m beside its target that a hand goes by mistake. */
const DETOUR = 0.045;
/** m above the top of a thing at which fingers that close early find nothing. */
const CLEAR_OF_TOP = 0.018;
/** Sine of the angle that a thing may hang down from the hand to be pushed in. */
const LEANING = 0.05;
/** rad that a thing may be off its place's yaw when it is lowered. */
const ALIGNED = 0.04;

function look(environment: Environment, move: Move): Sight {
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
  const target = objectById(scene, goal[move.target]!)!;
  const grasp = typeof move.grasp === "function" ? move.grasp(target) : move.grasp;
  const at = grasp === undefined ? target.pose.position : transformPoint(target.pose, grasp);
  const place = move.put === null ? undefined : goal[move.put.place];
  const tool: Vec3 = [tx, ty, tz];
  const position = featureOf(environment.contract, "action.ee.position").limits!;
  const yaw = featureOf(environment.contract, "action.ee.yaw").limits!;
  const near = Math.hypot(...at.map((v, k) => v - tool[k]!)) < 0.04;
  return {
    scene,
    target,
    at,
    place: place === undefined ? null : objectById(scene, place)!,
    tool,
    toolYaw: toolYaw([qx, qy, qz, qw]),
    edges: { low: [...position.low, ...yaw.low], high: [...position.high, ...yaw.high] },
    width,
    openHand: openHandOf(environment.contract.robot),
    command: environment.command(),
    holding: near && width > 0.012 && width < 0.06,
  };
}
