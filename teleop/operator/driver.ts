/**
 * A person who drives an arm with keys to take a cube, and to put it into a bin: sees late, decides a few times a
 * second, aims with an error that shrinks (Fitts 1954), overshoots, slips, pauses. It knows the world only through
 * `Eyes` and does nothing but press keys. One instance drives one take. It is a model: its takes are never a human's.
 */
import { nearestSymmetric, planarDistance, type Random, type Vec3, wrapAngle } from "../../core/index.js";
import { ARM_CRAFT } from "./craft.js";
import type { ArmErrand, Person } from "./errand.js";
import { Hands, type Wants, type Way } from "./hands.js";
import type { Axis, KeyEvent } from "./keys.js";
import type { Eyes, Sight, Thing } from "./sight.js";
import { drawHabits, drawPause, type Habits, type Style } from "./styles.js";

type Phase = "above" | "down" | "close" | "up" | "carry" | "lower" | "release" | "leave" | "reopen";

/** Aim is worse along the line of sight: y, in the picture that looks along it. */
const DEPTH = { axis: "y", factor: 1.4 } as const;
/** Width of the fingers that hold a cube, m. */
const HELD = [0.012, 0.06] as const;

/** Drives one take. */
export class ArmPerson implements Person {
  private readonly hands: Hands;
  private readonly habits: Habits;
  private phase: Phase = "above";
  private since = 0;
  private decideAt = 0;
  private delay: number;
  private aim: Record<"x" | "y" | "z", { first: number; last: number }>;
  private aimYaw = 0;
  private hover = 0;
  private lift = 0;
  private graspZ = 0;
  private dropZ = 0;
  private graspYaw: number | null = null;
  private gripAt: number | null = null;
  private gripped = false;
  private lastWidth: number | null = null;
  private readonly begun: number;
  private drops = 0;

  constructor(
    private readonly eyes: Eyes,
    private readonly errand: ArmErrand,
    private readonly style: Style,
    private readonly random: Random,
    now: number,
    /** the page's speed step, which outlives a take */
    step: number,
    holding = false,
  ) {
    this.begun = now;
    this.habits = drawHabits(style, random);
    this.delay = this.habits.delay;
    const first = now + random.uniform(0.3, 0.8) * this.habits.slowness;
    this.hands = new Hands(style, this.habits, ARM_CRAFT, random, first, step, holding);
    this.aim = this.newAim(1);
    this.enter(holding ? "up" : "above", now, true);
  }

  /** How often something fell out of the fingers. */
  get dropped(): number {
    return this.drops;
  }

  /** How often a wrong key was hit. */
  get slipped(): number {
    return this.hands.slipped;
  }

  /** The page's speed step now. */
  get speedStep(): number {
    return this.hands.speedStep;
  }

  /** One tick of 10 ms: what the keyboard reports. */
  tick(now: number): readonly KeyEvent[] {
    if (now >= this.decideAt) {
      this.decide(now);
      this.decideAt = now + this.random.uniform(...this.style.decides);
    }
    return this.hands.tick(now);
  }

  /** Lets every key go at once: what the keyboard reports. */
  letGo(): readonly KeyEvent[] {
    return this.hands.letGo();
  }

  private chance(p: number): boolean {
    return this.random.next() < p;
  }

  private pause(median: number): number {
    return drawPause(this.habits, this.random, median);
  }

  private newAim(share: number): ArmPerson["aim"] {
    const { style, random } = this;
    const of = (axis: Axis) => {
      const factor = axis === DEPTH.axis ? DEPTH.factor : 1;
      return {
        first: factor * share * style.aimFirst * random.normal(),
        last: factor * style.aimLast * random.normal(),
      };
    };
    return { x: of("x"), y: of("y"), z: of("z") };
  }

  private enter(phase: Phase, now: number, first = false): void {
    const { style, random } = this;
    this.phase = phase;
    this.since = now;
    this.aim = this.newAim(phase === "down" || phase === "lower" ? 0.5 : 1);
    this.aimYaw = 0.5 * style.yawTolerance * random.normal();
    const grips = phase === "close" || phase === "release" || phase === "reopen";
    if (!first && !grips && this.chance(style.pauses)) this.hands.rest(now, this.pause(0.9 * style.pause));
    if (phase === "above") {
      this.hover = 0.1 + random.uniform(-0.03, 0.06);
      this.graspYaw = null;
      this.graspZ = 0.02 + Math.max(-0.006, Math.min(0.008, 0.003 * random.normal()));
    }
    if (phase === "up") this.lift = 0.16 + random.uniform(-0.03, 0.05);
    if (phase === "lower") this.dropZ = 0.062 + (this.habits.careful ? 0 : random.uniform(0, 0.03));
    if (grips) {
      const pause = phase === "reopen" ? 0 : this.pause(style.pause);
      this.hands.rest(now, pause);
      this.gripAt = now + pause;
      this.gripped = false;
      this.lastWidth = null;
    }
  }

  /** Where the tool must be by now: what is seen, and a part of what was done since. */
  private believed(sight: Sight): Record<Axis, number> {
    const [mean, spread] = this.style.foresight;
    const share = Math.max(0, Math.min(1.3, mean + spread * this.random.normal()));
    const moved = this.hands.moved(this.delay).map((value) => share * value);
    const [x, y, z] = sight.tool.position;
    return {
      x: x + moved[0]!,
      y: y + moved[1]!,
      z: z + moved[2]!,
      yaw: sight.tool.yaw + moved[3]!,
    };
  }

  private decide(now: number): void {
    const { random, style } = this;
    this.delay = Math.min(0.3, Math.max(0.2, this.delay + 0.015 * random.normal()));
    const sight = this.eyes.at(now - this.delay);
    if (sight === null) return;
    this.hands.mendSlip(this.shouldHold(), now);
    const wants = this.wants(sight, now);
    if (wants === null || this.hands.isBusy(now)) return;
    if (this.chance((style.hesitates * (style.decides[0] + style.decides[1])) / 2)) {
      this.hands.rest(now, this.pause(style.pause));
      return;
    }
    this.hands.go(wants, now);
  }

  /** Whether the gripper is to be closed now. */
  private shouldHold(): boolean {
    switch (this.phase) {
      case "up":
      case "carry":
      case "lower":
        return true;
      case "close":
        return this.gripped;
      case "release":
        return !this.gripped;
      default:
        return false;
    }
  }

  /** How far the tool is to go along each axis; null when there is nothing to press now. */
  private wants(sight: Sight, now: number): Wants | null {
    const { phase, style } = this;
    const tool = this.believed(sight);
    const target = sight.things[this.errand.target]!;
    const elapsed = now - this.since;
    const lax = 1 + Math.max(0, elapsed - 3) * 0.25;
    const error = (axis: "x" | "y" | "z"): number => {
      const { first, last } = this.aim[axis];
      return last + (first - last) * Math.exp(-elapsed / style.aimTime);
    };
    const holding = sight.width > HELD[0] && sight.width < HELD[1];
    const go = (next: Phase): null => {
      this.enter(next, now);
      return null;
    };
    switch (phase) {
      case "above":
      case "down":
        return this.approach(sight, tool, target, error, lax, now);
      case "close":
      case "release":
      case "reopen":
        return this.useGripper(sight, tool, holding, now);
      case "up": {
        if (!holding && elapsed > 0.4) return go("reopen");
        const z = this.lift + error("z") - tool.z;
        const high = z < 0.02 || (this.habits.arcs && target.position[2] > 0.075);
        if (this.errand.place !== null && high) return go("carry");
        return { way: z > 0.01 ? { z } : {}, fine: false };
      }
      case "carry":
      case "lower":
        return this.bring(sight, tool, target, error, lax, holding, now);
      case "leave": {
        const z = 0.2 - tool.z;
        if (elapsed > 3.5) return go("above");
        return { way: z > 0.01 ? { z } : {}, fine: false };
      }
    }
  }

  private approach(
    sight: Sight,
    tool: Record<Axis, number>,
    target: Thing,
    error: (axis: "x" | "y" | "z") => number,
    lax: number,
    now: number,
  ): Wants | null {
    const { phase, style } = this;
    const tolerance = style.tolerance * lax * (phase === "above" ? 1.6 : 1);
    this.graspYaw =
      this.graspYaw === null
        ? this.chooseYaw(sight, target, tool.yaw)
        : nearestSymmetric(target.yaw, this.graspYaw, Math.PI / 2);
    const [x, y, z] = target.position;
    const way: Way = {};
    const [dx, dy] = [x + error("x") - tool.x, y + error("y") - tool.y];
    if (Math.abs(dx) > tolerance) way.x = dx;
    if (Math.abs(dy) > tolerance) way.y = dy;
    const turn = wrapAngle(this.graspYaw - tool.yaw) + this.aimYaw;
    if (Math.abs(turn) > (this.habits.lazyYaw ? 0.5 : style.yawTolerance * lax)) way.yaw = turn;
    const off = Math.hypot(dx, dy);
    if (phase === "above") {
      const dz = z + this.hover - 0.02 - tool.z;
      if (dz > 0.02 || (Math.abs(dz) > 0.02 && off < (this.habits.arcs ? 0.12 : 0.03))) way.z = dz;
      if (Object.keys(way).length === 0) this.enter("down", now);
      return { way, fine: false };
    }
    const crooked = Object.keys(way).length > 0;
    const dz = this.graspZ + 0.3 * error("z") - tool.z;
    if (
      Math.abs(dz) > 0.0035 * lax &&
      (!crooked || tool.z > 0.06 || (this.habits.most > 1 && tool.z > 0.045))
    )
      way.z = dz;
    if (off > 0.05 && tool.z < 0.07) {
      this.enter("reopen", now);
      return null;
    }
    if (Object.keys(way).length === 0) {
      this.enter("close", now);
      return null;
    }
    return { way, fine: tool.z - this.graspZ < 0.05 || (crooked && tool.z < 0.045) };
  }

  /** Of the two ways to turn the fingers, the nearer one unless a finger would come down on another cube. */
  private chooseYaw(sight: Sight, target: Thing, yaw: number): number {
    const near = nearestSymmetric(target.yaw, yaw, Math.PI / 2);
    const other = near > 0 ? near - Math.PI / 2 : near + Math.PI / 2;
    return fingerRoom(sight, this.errand.target, near) < 0.002 &&
      fingerRoom(sight, this.errand.target, other) > fingerRoom(sight, this.errand.target, near)
      ? other
      : near;
  }

  private useGripper(sight: Sight, tool: Record<Axis, number>, holding: boolean, now: number): Wants | null {
    const { phase } = this;
    const closes = phase === "close";
    if (!this.gripped && now >= this.gripAt!) {
      this.gripped = true;
      this.gripAt = now;
      this.hands.setGripper(closes, now);
    }
    if (!this.gripped) return null;
    const seen = now - this.gripAt! - this.delay;
    const stands = this.lastWidth !== null && Math.abs(sight.width - this.lastWidth) < 6e-4;
    this.lastWidth = sight.width;
    if (phase === "close") {
      if (seen > 0.3 && stands) this.enter(holding ? "up" : "reopen", now);
      return null;
    }
    if (phase === "release") {
      if (sight.width > 0.065) this.enter("leave", now);
      return null;
    }
    if (sight.width > 0.06 && tool.z > 0.07) {
      this.enter("above", now);
      return null;
    }
    const z = 0.1 - tool.z;
    return { way: Math.abs(z) > 0.01 ? { z } : {}, fine: false };
  }

  private bring(
    sight: Sight,
    tool: Record<Axis, number>,
    target: Thing,
    error: (axis: "x" | "y" | "z") => number,
    lax: number,
    holding: boolean,
    now: number,
  ): Wants | null {
    const seen = sight.tool.position;
    if (!holding || planarDistance(target.position, seen) > 0.045) {
      this.drops++;
      this.enter("reopen", now);
      return null;
    }
    const [px, py] = sight.things[this.errand.place!]!.position;
    // It is the cube that is to arrive, not the tool.
    const dx = px + 0.8 * error("x") - (target.position[0] - seen[0] + tool.x);
    const dy = py + 0.8 * error("y") - (target.position[1] - seen[1] + tool.y);
    const way: Way = {};
    if (Math.abs(dx) > 0.02) way.x = dx;
    if (Math.abs(dy) > 0.02) way.y = dy;
    if (this.phase === "carry") {
      const z = this.lift - tool.z;
      if (z > 0.025) way.z = z;
      if (Object.keys(way).length === 0) this.enter("lower", now);
      return { way, fine: false };
    }
    if (Math.hypot(dx, dy) > 0.035) {
      this.enter("carry", now);
      return null;
    }
    const crooked = Object.keys(way).length > 0;
    const z = this.dropZ - (target.position[2] + tool.z - seen[2]);
    if (z < -0.0015 * lax * 3) {
      if (!crooked) way.z = z;
    } else if (z > 0.006) way.z = z;
    else if (!crooked) {
      this.enter("release", now);
      return null;
    }
    return { way, fine: false };
  }

  /** Seconds since the take was begun. */
  age(now: number): number {
    return now - this.begun;
  }
}

/** m between an open finger and the nearest other cube; negative: it would come down on it. */
function fingerRoom({ things }: Sight, target: string, yaw: number): number {
  const [x, y] = things[target]!.position;
  const rooms = Object.entries(things)
    .filter(([id]) => id !== target && id.endsWith("_cube"))
    .flatMap(([, { position }]) =>
      [1, -1].map((side) => {
        const finger: Vec3 = [x - side * 0.05 * Math.sin(yaw), y + side * 0.05 * Math.cos(yaw), 0];
        return planarDistance(finger, position) - 0.015 - 0.028;
      }),
    );
  return Math.min(1, ...rooms);
}
