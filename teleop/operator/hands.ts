/**
 * The hands of a person who drives an arm or a base with keys: of the ways that are wanted they press a few keys at once, choose
 * the speed, hit wrong keys, and rest. They remember where they have moved the command. Metres, radians, seconds. Not
 * here: what is wanted, and why.
 */
import type { Random } from "../../core/index.js";
import { FINE, SPEEDS, speedOf } from "../devices/speeds.js";
import type { Craft } from "./craft.js";
import { AXES, type Axis, Fingers, type KeyEvent } from "./keys.js";
import type { Habits, Style } from "./styles.js";

/** Seconds between the ticks of the person's own clock. */
export const TICK = 0.01;

/** Seconds until a wrong key with an end of its own, the gripper's or the brake's, is noticed. */
const NOTICED = 0.45;

/** How far to go along some axes, m and rad. */
export type Way = Partial<Record<Axis, number>>;

/** What the hands are to do. */
export interface Wants {
  readonly way: Way;
  /** close to what must not be touched */
  readonly fine: boolean;
}

/** The hands during one take. */
export class Hands {
  private readonly fingers = new Fingers();
  /** where the own keys have moved what is driven since the take began, tick by tick; and how fast they do now */
  private readonly own: number[][] = [[0, 0, 0, 0]];
  private readonly speeds: number[] = [0, 0, 0, 0];
  /** keys hit by mistake, and keys not to be pressed before a time */
  private readonly mistakes = new Set<string>();
  private readonly restUntil = new Map<Axis, number>();
  private slippedAt: number | null = null;
  private slips = 0;

  constructor(
    private readonly style: Style,
    private readonly habits: Habits,
    private readonly craft: Craft,
    private readonly random: Random,
    /** nothing is pressed before */
    private busyUntil: number,
    /** the page's speed step, which outlives a take */
    private step: number,
    /** what the person believes the gripper was told */
    private closed: boolean,
  ) {}

  /** How often a wrong key was hit. */
  get slipped(): number {
    return this.slips;
  }

  /** The page's speed step now. */
  get speedStep(): number {
    return this.step;
  }

  isBusy(now: number): boolean {
    return now < this.busyUntil;
  }

  /** One tick of 10 ms: what the keyboard reports. */
  tick(now: number): readonly KeyEvent[] {
    const { events, released } = this.fingers.take(now);
    for (const code of released) {
      const axis = AXES.find((each) => this.craft.keys[each].includes(code));
      if (axis === undefined) continue;
      this.restUntil.set(axis, now + this.random.uniform(...this.style.settles) * this.habits.slowness);
      if (this.mistakes.delete(code))
        this.busyUntil = Math.max(this.busyUntil, now + this.random.uniform(0.1, 0.3));
    }
    this.remember();
    return events;
  }

  /** Lets every key go at once: what the keyboard reports. */
  letGo(): readonly KeyEvent[] {
    return this.fingers.dropAll();
  }

  /** Where the own keys have moved what is driven in the last seconds, by axis. */
  moved(seconds: number): number[] {
    const now = this.own.at(-1)!;
    const then = this.own[Math.max(0, this.own.length - 1 - Math.round(seconds / TICK))]!;
    return now.map((value, i) => value - then[i]!);
  }

  /** How far it runs on, by axis, when every key is let go. */
  runsOn(): number[] {
    return this.speeds.map((speed, i) => (speed * Math.abs(speed)) / (2 * this.craft.brakes[AXES[i]!]));
  }

  /** Lets every key go and does nothing for a while. */
  rest(now: number, seconds: number): void {
    for (const axis of AXES) for (const code of this.craft.keys[axis]) this.fingers.release(code, now);
    this.busyUntil = Math.max(this.busyUntil, now + seconds);
  }

  private velocity(axis: Axis): number {
    const { linear, angular } = speedOf(this.craft.body, this.step);
    const fine = this.fingers.isDown("ShiftLeft") ? FINE : 1;
    return Math.min(this.craft.fastest[axis], fine * (axis === "yaw" ? angular : linear));
  }

  /** Remembers where the own keys have moved what is driven. */
  private remember(): void {
    const last = this.own.at(-1)!;
    for (const [i, axis] of AXES.entries()) {
      const most = TICK * this.craft.brakes[axis];
      const wanted = this.direction(axis) * this.velocity(axis);
      const speed = this.speeds[i]!;
      this.speeds[i] = Math.min(speed + most, Math.max(speed - most, wanted));
    }
    this.own.push(this.speeds.map((speed, i) => last[i]! + TICK * speed));
  }

  /** Which way the keys that are down push. */
  private direction(axis: Axis): number {
    const down = (code: string | undefined): number =>
      Number(code !== undefined && this.fingers.isDown(code));
    const [less, more] = this.craft.keys[axis];
    return down(more) - down(less);
  }

  /** Closes or opens the gripper, unless it is believed to be so already. */
  setGripper(closed: boolean, now: number): void {
    this.slippedAt = null;
    if (this.closed !== closed) this.grip(now);
  }

  /** A gripper that closed or opened by mistake is noticed after a while, and put right. */
  mendSlip(closed: boolean, now: number): void {
    if (this.slippedAt !== null && now - this.slippedAt >= NOTICED) this.setGripper(closed, now);
  }

  /** A brake that was hit by mistake lets nothing go on that is held: that is noticed, and every key is let go. */
  mendBrake(now: number): void {
    if (this.slippedAt === null || now - this.slippedAt < NOTICED) return;
    this.slippedAt = null;
    this.rest(now, 0.1);
  }

  private grip(now: number): void {
    this.closed = !this.closed;
    this.fingers.press("Space", now, now + this.random.uniform(0.06, 0.12));
  }

  /** Presses what brings the arm there, or changes the speed first. */
  go(wants: Wants, now: number): void {
    if (!this.chooseSpeed(wants, now)) this.press(wants, now);
  }

  /** Speed steps cost presses, so they change between movements only. @returns whether it took its time for that */
  private chooseSpeed({ way, fine }: Wants, now: number): boolean {
    const { body, scale, keys } = this.craft;
    const still = AXES.every((axis) => keys[axis].every((code) => !this.fingers.isDown(code)));
    const far = Math.max(0, ...(["x", "y", "z"] as const).map((axis) => Math.abs(way[axis] ?? 0)));
    if (!still || far === 0) return false;
    const usual = this.habits.usualStep;
    let wanted = usual;
    if (!this.habits.usesShift && (fine || far < 0.03 * scale)) wanted = 2;
    else if (!this.habits.usesShift && far < 0.08 * scale) wanted = Math.min(3, usual);
    if (far > 0.2 * scale && this.style.name !== "novice") wanted = Math.min(SPEEDS[body].length, usual + 1);
    if (wanted === this.step) return false;
    const code = wanted > this.step ? "Equal" : "Minus";
    this.step += Math.sign(wanted - this.step);
    this.fingers.press(code, now, now + 0.08);
    this.rest(now, 0.17);
    return true;
  }

  private press({ way, fine }: Wants, now: number): void {
    const { style, random, fingers } = this;
    const { keys, scale } = this.craft;
    const { linear, angular } = speedOf(this.craft.body, this.step);
    const ways = (["x", "y", "z"] as const).flatMap((axis) =>
      way[axis] === undefined ? [] : [Math.abs(way[axis])],
    );
    const [nearest, farthest] = [Math.min(9, ...ways), Math.max(0, ...ways)];
    const near = 0.02 * scale + 0.28 * linear;
    const onlyTurn = ways.length === 0;
    const shift =
      this.habits.usesShift &&
      (onlyTurn
        ? Math.abs(way.yaw ?? 0) < 0.15
        : fine || (nearest < near && (farthest < 2.5 * near || this.habits.most === 1)));
    if (shift) fingers.press("ShiftLeft", now);
    else fingers.release("ShiftLeft", now);
    const share = shift ? FINE : 1;

    for (const axis of AXES) {
      const [less, more] = keys[axis];
      for (const [code, sign] of [
        [less, -1],
        [more, 1],
      ] as const)
        if (
          code !== undefined &&
          fingers.isDown(code) &&
          !this.mistakes.has(code) &&
          Math.sign(way[axis] ?? 0) !== sign
        )
          fingers.release(code, now);
    }
    let held = AXES.filter((axis) => keys[axis].some((code) => fingers.isDown(code))).length;
    for (const axis of this.habits.order) {
      const left = way[axis];
      if (left === undefined) continue;
      const code = keys[axis][left > 0 ? 1 : 0];
      if (code === undefined) continue;
      const time = Math.abs(left) / (share * (axis === "yaw" ? angular : linear));
      const until = time < 0.22 ? now + time + style.jitter * random.normal() : Number.POSITIVE_INFINITY;
      if (fingers.isDown(code)) {
        if (!this.mistakes.has(code) && until < Number.POSITIVE_INFINITY) fingers.release(code, until);
        continue;
      }
      if (held >= this.habits.most || now < (this.restUntil.get(axis) ?? 0)) continue;
      this.strike(code, axis, now, until);
      held++;
    }
  }

  /** Presses a key, or the wrong one. */
  private strike(code: string, axis: Axis, now: number, until: number): void {
    const { random, style, fingers } = this;
    if (random.next() >= style.wrong) {
      fingers.press(code, now, until);
      return;
    }
    this.slips++;
    if (random.next() < 0.06) {
      this.slippedAt = now;
      this.grip(now);
      return;
    }
    const { keys } = this.craft;
    const other = random.next() < 0.5 ? axis : random.pick(AXES.filter((each) => keys[each].length > 0));
    const wrong = keys[other].find((each) => each !== code)!;
    if (fingers.isDown(wrong)) return;
    this.mistakes.add(wrong);
    fingers.press(wrong, now, now + random.uniform(0.25, 0.45));
  }
}
