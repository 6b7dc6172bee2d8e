/**
 * A person who drives an arm with keys to take a cube, and to put it into a bin: sees late, decides a few times a
 * second, aims with an error that shrinks (Fitts 1954), overshoots, slips, pauses. It knows the world only through
 * `Eyes` and does nothing but press keys. One instance drives one take. It is a model: its takes are never a human's.
 */
import { nearestSymmetric, planarDistance, type Random, type Vec3, wrapAngle } from "../../core/index.js";
import { FINE, SPEEDS, speedOf } from "../devices/speeds.js";
import { Fingers, type KeyEvent } from "./keys.js";
import type { Eyes, Sight, Thing } from "./sight.js";
import type { Style } from "./styles.js";

type Axis = "x" | "y" | "z" | "yaw";
type Phase = "above" | "down" | "close" | "up" | "carry" | "lower" | "release" | "leave" | "reopen";

/** Which key moves which way, as the page's picture makes it. */
export type KeysOfAxes = Readonly<Record<Axis, readonly [less: string, more: string]>>;

/** What there is to do. */
export interface Errand {
  readonly target: string;
  readonly place: string | null;
}

const AXES: readonly Axis[] = ["x", "y", "z", "yaw"];
/** Aim is worse along the line of sight: y, in the picture that looks along it. */
const DEPTH = { axis: "y", factor: 1.4 } as const;
/** Seconds between the ticks of the person's own clock. */
export const TICK = 0.01;
/** Width of the fingers that hold a cube, m. */
const HELD = [0.012, 0.06] as const;

/** Drives one take. */
export class ArmPerson {
  readonly fingers = new Fingers();
  private phase: Phase = "above";
  private since = 0;
  private busyUntil: number;
  private decideAt = 0;
  private delay: number;
  private readonly slowness: number;
  private readonly most: number;
  private readonly arcs: boolean;
  private readonly usesShift: boolean;
  private readonly careful: boolean;
  private readonly lazyYaw: boolean;
  private readonly order: readonly Axis[];
  private readonly usualStep: number;
  private step: number;
  /** where the own keys have moved the command since the take began, tick by tick */
  private readonly own: number[][] = [[0, 0, 0, 0]];
  private aim: Record<"x" | "y" | "z", { first: number; last: number }>;
  private aimYaw = 0;
  private hover = 0;
  private lift = 0;
  private graspZ = 0;
  private dropZ = 0;
  private graspYaw: number | null = null;
  /** keys hit by mistake, and keys not to be pressed before a time */
  private readonly mistakes = new Set<string>();
  private readonly restUntil = new Map<Axis, number>();
  private gripAt: number | null = null;
  private gripped = false;
  private lastWidth: number | null = null;
  /** what the person believes the gripper was told */
  private closed = false;
  private slippedAt: number | null = null;
  private readonly begun: number;
  private drops = 0;
  private slips = 0;

  constructor(
    private readonly eyes: Eyes,
    private readonly errand: Errand,
    private readonly style: Style,
    private readonly keys: KeysOfAxes,
    private readonly random: Random,
    now: number,
    /** the page's speed step, which outlives a take */
    step: number,
    holding = false,
  ) {
    const { style: s } = this;
    this.begun = now;
    this.usualStep = s.step[0] + random.integer(s.step[1] - s.step[0] + 1);
    this.step = step;
    this.most = random.pick(s.keys);
    this.arcs = this.chance(s.arcs);
    this.usesShift = this.chance(s.shift);
    this.careful = this.chance(s.name === "expert" ? 0.4 : 0.75);
    this.lazyYaw = s.name === "novice" && this.chance(0.4);
    this.order = random.pick<readonly Axis[]>([
      ["x", "y", "yaw", "z"],
      ["y", "x", "yaw", "z"],
      ["yaw", "x", "y", "z"],
    ]);
    this.delay = random.uniform(0.2, 0.3);
    this.slowness = Math.exp(0.2 * random.normal());
    this.busyUntil = now + random.uniform(0.3, 0.8) * this.slowness;
    this.closed = holding;
    this.aim = this.newAim(1);
    this.enter(holding ? "up" : "above", now, true);
  }

  /** How often something fell out of the fingers. */
  get dropped(): number {
    return this.drops;
  }

  /** How often a wrong key was hit. */
  get slipped(): number {
    return this.slips;
  }

  /** The page's speed step now. */
  get speedStep(): number {
    return this.step;
  }

  /** One tick of 10 ms: what the keyboard reports. */
  tick(now: number): readonly KeyEvent[] {
    if (now >= this.decideAt) {
      this.decide(now);
      this.decideAt = now + this.random.uniform(...this.style.decides);
    }
    const { events, released } = this.fingers.take(now);
    for (const code of released) {
      const axis = AXES.find((each) => this.keys[each].includes(code));
      if (axis === undefined) continue;
      this.restUntil.set(axis, now + this.random.uniform(...this.style.settles) * this.slowness);
      if (this.mistakes.delete(code))
        this.busyUntil = Math.max(this.busyUntil, now + this.random.uniform(0.1, 0.3));
    }
    this.remember();
    return events;
  }

  private chance(p: number): boolean {
    return this.random.next() < p;
  }

  /** A pause of 0.3 to 1.5 s around a median. */
  private pause(median: number): number {
    const drawn = median * this.slowness * Math.exp(0.4 * this.random.normal());
    return Math.min(1.5, Math.max(0.3, drawn));
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
    if (!first && !grips && this.chance(style.pauses)) this.rest(now, this.pause(0.9 * style.pause));
    if (phase === "above") {
      this.hover = 0.1 + random.uniform(-0.03, 0.06);
      this.graspYaw = null;
      this.graspZ = 0.02 + Math.max(-0.006, Math.min(0.008, 0.003 * random.normal()));
    }
    if (phase === "up") this.lift = 0.16 + random.uniform(-0.03, 0.05);
    if (phase === "lower") this.dropZ = 0.062 + (this.careful ? 0 : random.uniform(0, 0.03));
    if (grips) {
      const pause = phase === "reopen" ? 0 : this.pause(style.pause);
      this.rest(now, pause);
      this.gripAt = now + pause;
      this.gripped = false;
      this.lastWidth = null;
    }
  }

  /** Lets every key go and does nothing for a while. */
  private rest(now: number, seconds: number): void {
    for (const axis of AXES) for (const code of this.keys[axis]) this.fingers.release(code, now);
    this.busyUntil = Math.max(this.busyUntil, now + seconds);
  }

  private velocity(axis: Axis): number {
    const { linear, angular } = speedOf("arm", this.step);
    const fine = this.fingers.isDown("ShiftLeft") ? FINE : 1;
    return fine * (axis === "yaw" ? angular : linear);
  }

  /** Remembers where the own keys have moved the command. */
  private remember(): void {
    const last = this.own.at(-1)!;
    this.own.push(
      AXES.map((axis, i) => {
        const [less, more] = this.keys[axis];
        const sign = Number(this.fingers.isDown(more)) - Number(this.fingers.isDown(less));
        return last[i]! + sign * TICK * this.velocity(axis);
      }),
    );
  }

  /** Where the tool must be by now: what is seen, and a part of what was done since. */
  private believed(sight: Sight): Record<Axis, number> {
    const [mean, spread] = this.style.foresight;
    const share = Math.max(0, Math.min(1.3, mean + spread * this.random.normal()));
    const now = this.own.at(-1)!;
    const then = this.own[Math.max(0, this.own.length - 1 - Math.round(this.delay / TICK))]!;
    const moved = now.map((value, i) => share * (value - then[i]!));
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
    this.mendSlip(now);
    const wants = this.wants(sight, now);
    if (wants === null || now < this.busyUntil) return;
    if (this.chance((style.hesitates * (style.decides[0] + style.decides[1])) / 2)) {
      this.rest(now, this.pause(style.pause));
      return;
    }
    if (this.chooseSpeed(wants, now)) return;
    this.press(wants, now);
  }

  /** A gripper that closed or opened by mistake is noticed after a while, and put right. */
  private mendSlip(now: number): void {
    if (this.slippedAt === null || now - this.slippedAt < 0.45) return;
    this.slippedAt = null;
    const { phase } = this;
    const wanted =
      phase === "up" ||
      phase === "carry" ||
      phase === "lower" ||
      (phase === "close" && this.gripped) ||
      (phase === "release" && !this.gripped);
    if (this.closed !== wanted) this.grip(now);
  }

  private grip(now: number): void {
    this.closed = !this.closed;
    this.fingers.press("Space", now, now + this.random.uniform(0.06, 0.12));
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
        const high = z < 0.02 || (this.arcs && target.position[2] > 0.075);
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
    if (Math.abs(turn) > (this.lazyYaw ? 0.5 : style.yawTolerance * lax)) way.yaw = turn;
    const off = Math.hypot(dx, dy);
    if (phase === "above") {
      const dz = z + this.hover - 0.02 - tool.z;
      if (dz > 0.02 || (Math.abs(dz) > 0.02 && off < (this.arcs ? 0.12 : 0.03))) way.z = dz;
      if (Object.keys(way).length === 0) this.enter("down", now);
      return { way, fine: false };
    }
    const crooked = Object.keys(way).length > 0;
    const dz = this.graspZ + 0.3 * error("z") - tool.z;
    if (Math.abs(dz) > 0.0035 * lax && (!crooked || tool.z > 0.06 || (this.most > 1 && tool.z > 0.045)))
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
      this.slippedAt = null;
      this.gripAt = now;
      if (this.closed !== closes) this.grip(now);
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

  /** Speed steps cost presses, so they change between movements only. @returns whether it took its time for that */
  private chooseSpeed({ way, fine }: Wants, now: number): boolean {
    const still = AXES.every((axis) => this.keys[axis].every((code) => !this.fingers.isDown(code)));
    const far = Math.max(0, ...(["x", "y", "z"] as const).map((axis) => Math.abs(way[axis] ?? 0)));
    if (!still || far === 0) return false;
    const usual = this.usualStep;
    let wanted = usual;
    if (!this.usesShift && (fine || far < 0.03)) wanted = 2;
    else if (!this.usesShift && far < 0.08) wanted = Math.min(3, usual);
    if (far > 0.2 && this.style.name !== "novice") wanted = Math.min(SPEEDS.arm.length, usual + 1);
    if (wanted === this.step) return false;
    const code = wanted > this.step ? "Equal" : "Minus";
    this.step += Math.sign(wanted - this.step);
    this.fingers.press(code, now, now + 0.08);
    this.rest(now, 0.17);
    return true;
  }

  private press({ way, fine }: Wants, now: number): void {
    const { style, random, fingers } = this;
    const { linear, angular } = speedOf("arm", this.step);
    const ways = (["x", "y", "z"] as const).flatMap((axis) =>
      way[axis] === undefined ? [] : [Math.abs(way[axis])],
    );
    const [nearest, farthest] = [Math.min(9, ...ways), Math.max(0, ...ways)];
    const near = 0.02 + 0.28 * linear;
    const onlyTurn = ways.length === 0;
    const shift =
      this.usesShift &&
      (onlyTurn
        ? Math.abs(way.yaw ?? 0) < 0.15
        : fine || (nearest < near && (farthest < 2.5 * near || this.most === 1)));
    if (shift) fingers.press("ShiftLeft", now);
    else fingers.release("ShiftLeft", now);
    const share = shift ? FINE : 1;

    for (const axis of AXES) {
      const [less, more] = this.keys[axis];
      for (const [code, sign] of [
        [less, -1],
        [more, 1],
      ] as const)
        if (fingers.isDown(code) && !this.mistakes.has(code) && Math.sign(way[axis] ?? 0) !== sign)
          fingers.release(code, now);
    }
    let held = AXES.filter((axis) => this.keys[axis].some((code) => fingers.isDown(code))).length;
    for (const axis of this.order) {
      const left = way[axis];
      if (left === undefined) continue;
      const code = this.keys[axis][left > 0 ? 1 : 0];
      const time = Math.abs(left) / (share * (axis === "yaw" ? angular : linear));
      const until = time < 0.22 ? now + time + style.jitter * random.normal() : Number.POSITIVE_INFINITY;
      if (fingers.isDown(code)) {
        if (!this.mistakes.has(code) && until < Number.POSITIVE_INFINITY) fingers.release(code, until);
        continue;
      }
      if (held >= this.most || now < (this.restUntil.get(axis) ?? 0)) continue;
      this.strike(code, axis, now, until);
      held++;
    }
  }

  /** Presses a key, or the wrong one. */
  private strike(code: string, axis: Axis, now: number, until: number): void {
    const { random, style, fingers } = this;
    if (!this.chance(style.wrong)) {
      fingers.press(code, now, until);
      return;
    }
    this.slips++;
    if (this.chance(0.06)) {
      this.slippedAt = now;
      this.grip(now);
      return;
    }
    const other = this.chance(0.5) ? axis : random.pick(AXES);
    const wrong = this.keys[other].find((each) => each !== code)!;
    if (fingers.isDown(wrong)) return;
    this.mistakes.add(wrong);
    fingers.press(wrong, now, now + random.uniform(0.25, 0.45));
  }

  /** Seconds since the take was begun. */
  age(now: number): number {
    return now - this.begun;
  }
}

/** A way along some axes, m and rad. */
type Way = Partial<Record<Axis, number>>;
interface Wants {
  readonly way: Way;
  /** close to what must not be touched */
  readonly fine: boolean;
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
