/**
 * Demonstrates `two-arm-lift`: each hand goes over its handle and down around it on its own; once both are there they
 * close, and rise together at one pace, so that the pot stays level. Closed loop: it looks at the exact scene in every
 * step, and begins anew where a handle is not between the fingers. For demonstrations only. Frame that the arms share;
 * metres, radians.
 */
import {
  armsOf,
  atan2,
  createRandom,
  type Demonstrator,
  type Environment,
  FRANKA_HAND,
  nameOfArm,
  objectById,
  type Pose,
  type Random,
  rotate,
  toolYaw,
  transformPoint,
  type Vec3,
  wrapAngle,
} from "../../core/index.js";
import { createHandMotion, type HandMotion } from "./hand-motion.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "./task.js";

/** What both do: `reach` for the handles, each hand by itself, then together. */
type Phase = "reach" | "close" | "raise" | "reopen";

/** What a hand misses by in this attempt. */
interface Habit {
  /** of the tool in the frame of the pot */
  readonly offset: Vec3;
  readonly yaw: number;
  /** m above the handle before going down */
  readonly hover: number;
  /** m beside the handle that it heads for first, by mistake; null: it heads for the handle */
  readonly detour: Vec3 | null;
  /** m above the handle that it closes, on nothing */
  readonly high: number;
}

/** One hand and how far it has come on its way to the handle. */
interface Reaching {
  readonly name: string;
  /** of the pot's y: where its handle is */
  readonly side: 1 | -1;
  readonly motion: HandMotion;
  habit: Habit;
  stage: "aside" | "above" | "down" | "ready";
  lastWidth: number;
}

/** What is seen of a hand in one step. */
interface Seen {
  readonly tool: Vec3;
  readonly yaw: number;
  readonly width: number;
  /** x y z yaw width in force */
  readonly command: readonly [number, number, number, number, number];
  /** the middle of its handle, and the yaw of a hand around it */
  readonly handle: Vec3;
  readonly grip: number;
}

/** How far a handle's middle is from that of the pot: along its y, and up, m. */
export interface Handles {
  readonly along: number;
  readonly up: number;
}

/** m over the handle, and ranges that people differ by. */
const HOVER = 0.1;
/** m that the handles are raised, at least and at most */
const RAISE = [0.13, 0.17] as const;
/** share of the speed and of the tremble: down around a handle, and with the pot in hand */
const CARE = { down: 0.6, close: 0.4, raise: 0.5 } as const;
/** m that a hand in force may be off where it is sent to count as there */
const THERE = { above: 0.02, down: 0.007, height: 0.006, yaw: 0.12 } as const;
/** m between fingers that hold a bar of 2 cm */
const HELD = { least: 0.012, most: 0.03 } as const;
/** share of a difference in height of the handles that is made good in a step, and m of it at most */
const LEVEL = { share: 0.1, most: 0.0008 } as const;
/** Steps after which a phase that does not come to its end is given up. */
const PATIENCE = { close: 40, reopen: 40 } as const;
/** m */
const LAPSE = { aside: [0.03, 0.06], high: [0.03, 0.045] } as const;

/** A demonstrator of one episode. */
export function createTwoArmScript(
  seed: number,
  style: DemonstrationStyle = DEFAULT_STYLE,
  handles: Handles,
): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  return new TwoArmScript(random, createHandMotion(random, style), handles, style);
}

class TwoArmScript implements Demonstrator {
  private phase: Phase = "reach";
  private steps = 0;
  private hands: Reaching[] = [];
  /** m that the handles are raised to */
  private height = 0;
  private dwell = 0;

  constructor(
    private readonly random: Random,
    /** of what both do together */
    private readonly together: HandMotion,
    private readonly handles: Handles,
    private readonly style: DemonstrationStyle,
  ) {}

  act(environment: Environment): Float64Array {
    if (this.hands.length === 0) this.meet(armsOf(environment.contract));
    const seen = look(environment, this.hands, this.handles);
    this.steps++;
    const next = this.nextPhase(seen);
    if (next !== this.phase) this.enter(next);
    const commands =
      this.phase === "raise" ? this.raised(seen) : seen.map((each, i) => this.led(this.hands[i]!, each));
    this.hands.forEach((hand, i) => {
      hand.lastWidth = seen[i]!.width;
    });
    const width = this.phase === "close" || this.phase === "raise" ? 0 : FRANKA_HAND.open;
    return Float64Array.from(commands.flatMap((each) => [...each, width]));
  }

  /** Every arm gets a hand of its own. */
  private meet(names: readonly string[]): void {
    this.hands = names.map((name, i) => ({
      name,
      side: i === 0 ? 1 : -1,
      motion: createHandMotion(this.random.fork(name), this.style),
      habit: this.newHabit(false),
      stage: "above",
      lastWidth: Number.NaN,
    }));
    this.begin();
  }

  /** A new attempt; sometimes one of the hands makes a mistake in it. */
  private begin(): void {
    const lapses = this.random.next() < this.together.lapse;
    const who = this.random.integer(this.hands.length);
    this.hands.forEach((hand, i) => {
      hand.habit = this.newHabit(lapses && i === who);
      hand.stage = hand.habit.detour === null ? "above" : "aside";
    });
    this.height = this.random.uniform(...RAISE);
    this.dwell = 3 + Math.floor(this.together.scatter * this.random.uniform(0, 4));
  }

  private newHabit(lapses: boolean): Habit {
    const { scatter } = this.together;
    const { random } = this;
    const spread = (half: number) => scatter * random.uniform(-half, half);
    const offset: Vec3 = [spread(0.005), spread(0.004), spread(0.003)];
    const [yaw, hover] = [spread(0.06), HOVER + spread(0.02)];
    const aside = lapses && random.next() < 0.5;
    const [ax, ay] = [0, 1].map(() => random.uniform(...LAPSE.aside) * (random.next() < 0.5 ? 1 : -1));
    return {
      offset,
      yaw,
      hover,
      detour: aside ? [ax!, ay!, 0] : null,
      high: lapses && !aside ? random.uniform(...LAPSE.high) : 0,
    };
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.steps = 0;
    if (phase === "reach") this.begin();
    for (const hand of this.hands) hand.lastWidth = Number.NaN;
  }

  private nextPhase(seen: readonly Seen[]): Phase {
    const { phase, steps, hands } = this;
    const holding = seen.every(({ width }) => width > HELD.least && width < HELD.most);
    switch (phase) {
      case "reach":
        return hands.every(({ stage }) => stage === "ready") ? "close" : "reach";
      case "close": {
        const settled = seen.every(({ width }, i) => Math.abs(width - hands[i]!.lastWidth) < 4e-4);
        if (steps > this.dwell + 2 && settled) return holding ? "raise" : "reopen";
        return steps > PATIENCE.close ? "reopen" : "close";
      }
      case "raise":
        return holding ? "raise" : "reopen";
      case "reopen": {
        const open = seen.every(({ width }) => width > 0.07);
        return (open && steps > 8) || steps > PATIENCE.reopen ? "reach" : "reopen";
      }
    }
  }

  /** The next x y z yaw of a hand that goes its own way. */
  private led(hand: Reaching, seen: Seen): [number, number, number, number] {
    const { habit } = hand;
    const { command, handle, tool } = seen;
    const [x, y, z, yaw] = command;
    if (this.phase === "close")
      // The bar comes between the fingers' middle: hands that are beside theirs would push the pot at each other.
      return hand.motion.next(command, {
        position: [x + handle[0] - tool[0], y + handle[1] - tool[1], z],
        yaw,
        care: CARE.close,
      });
    if (this.phase === "reopen")
      return hand.motion.next(command, {
        position: [x, y, Math.max(z, handle[2] + habit.hover)],
        yaw,
        care: 1,
      });
    const [ox, oy, oz] = habit.offset;
    const [dx, dy] = hand.stage === "aside" ? habit.detour! : [0, 0];
    const at: Vec3 = [handle[0] + ox + dx, handle[1] + oy + dy, handle[2] + oz];
    const off = Math.hypot(at[0] - tool[0], at[1] - tool[1]);
    const turned = Math.abs(wrapAngle(seen.grip + habit.yaw - seen.yaw));
    const low = at[2] + habit.high;
    if (hand.stage === "aside" && off < 2 * THERE.above) hand.stage = "above";
    else if (hand.stage === "above" && off < THERE.above && turned < THERE.yaw) hand.stage = "down";
    else if (hand.stage === "down" && off > 0.035) hand.stage = "above";
    else if (
      hand.stage === "down" &&
      off < THERE.down &&
      Math.abs(tool[2] - low) < THERE.height &&
      turned < THERE.yaw
    )
      hand.stage = "ready";
    const over = hand.stage === "aside" || hand.stage === "above";
    return hand.motion.next(command, {
      position: [at[0], at[1], over ? handle[2] + habit.hover : low],
      yaw: seen.grip + habit.yaw,
      care: over ? 1 : CARE.down,
    });
  }

  /** The next of both: as one hand between them would rise, and level. */
  private raised(seen: readonly Seen[]): [number, number, number, number][] {
    const middle = (pick: (each: Seen) => number): number =>
      seen.reduce((sum, each) => sum + pick(each), 0) / seen.length;
    const commanded: Vec3 = [0, 1, 2].map((k) => middle(({ command }) => command[k]!)) as unknown as Vec3;
    const height = middle(({ handle }) => handle[2]);
    const goal = commanded[2] + (2 * this.handles.up + this.height - height);
    const [x, y, z] = this.together.next([...commanded, 0], {
      position: [commanded[0], commanded[1], goal],
      yaw: 0,
      care: CARE.raise,
    });
    return seen.map(({ command, handle }) => {
      const lower = Math.max(-LEVEL.most, Math.min(LEVEL.most, LEVEL.share * (handle[2] - height)));
      return [
        command[0] + x - commanded[0],
        command[1] + y - commanded[1],
        command[2] + z - commanded[2] - lower,
        command[3],
      ];
    });
  }
}

function look(environment: Environment, hands: readonly Reaching[], { along, up }: Handles): Seen[] {
  const { values } = environment.observe();
  const pot: Pose = objectById(environment.scene(), environment.goal().target!)!.pose;
  const command = environment.command();
  return hands.map(({ name, side }, i): Seen => {
    const value = (feature: string) => values[nameOfArm(name, `observation.${feature}`)]!;
    const own = Array.from(command.subarray(5 * i, 5 * i + 5)) as unknown as Seen["command"];
    const [fx, fy, fz] = value("ee.position") as unknown as Vec3;
    const [qx, qy, qz, qw] = value("ee.orientation") as unknown as [number, number, number, number];
    const across = rotate(pot.orientation, [1, 0, 0]);
    return {
      tool: [fx, fy, fz],
      yaw: toolYaw([qx, qy, qz, qw]),
      width: value("gripper.width")[0]!,
      command: own,
      handle: transformPoint(pot, [0, side * along, up]),
      grip: wrapAngle(atan2(across[1], across[0])) + (side === 1 ? 0 : Math.PI),
    };
  });
}
