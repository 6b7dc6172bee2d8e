/**
 * A person who drives a base with keys to a place: turns on the spot until it points where it is to go, drives straight,
 * mends the heading with taps, sees late, overshoots, slips, pauses. It knows where the base stands only through `Eyes`,
 * and the room as the page's map shows it. One instance drives one take. It is a model: its takes are never a human's.
 * Frame `map`; metres, radians, seconds.
 */
import { type Random, wrapAngle } from "../../core/index.js";
import type { Point } from "../../sim/index.js";
import { BASE_CRAFT } from "./craft.js";
import type { BaseErrand, Person } from "./errand.js";
import { Hands, type Wants, type Way } from "./hands.js";
import type { KeyEvent } from "./keys.js";
import type { Eyes, Sight } from "./sight.js";
import { drawHabits, drawPause, type Habits, type Style } from "./styles.js";
import { away, WaySeen } from "./way-seen.js";

/** m that persons like to keep beside the base, one drawn a take. */
const MARGIN = [0.12, 0.3] as const;
/** rad to the side of which it is turned on the spot before driving, by persons who steer while they drive. */
const TURN_FIRST = [0.5, 0.9] as const;
/** m around the middle of the place within which it is there, as the mark on the floor shows. */
const THERE = 0.13;
/** Behind by more than this (rad) and nearer than this (m) it is backed to, not turned to. */
const BEHIND = { angle: 2.2, distance: 0.6 } as const;
/** m in front of the base that must be free to go on, and m beside it within which one drives with care. */
const AHEAD = 0.12;
const CARE = 0.08;
/** m nearer than which the eye tells no finer where a point is. */
const LEAST_SIGHT = 0.5;
/** m by which the point that is steered at must move to be another one. */
const ANOTHER = 0.5;

/** Where a base is, or will be. */
interface Stand extends Point {
  readonly yaw: number;
}

/** Drives one take. */
export class BasePerson implements Person {
  private readonly hands: Hands;
  private readonly habits: Habits;
  private readonly way: WaySeen;
  private readonly place: Point;
  private readonly turnFirst: number;
  private delay: number;
  private decideAt = 0;
  private readonly begun: number;
  /** what is steered at, since when, and how far beside it */
  private aim: { readonly at: Point; readonly since: number; readonly first: number; readonly last: number };
  private aimYaw = 0;
  private turning = false;

  constructor(
    private readonly eyes: Eyes,
    { place, room }: BaseErrand,
    private readonly style: Style,
    private readonly random: Random,
    now: number,
    /** the page's speed step, which outlives a take */
    step: number,
  ) {
    this.begun = now;
    this.habits = drawHabits(style, random);
    this.delay = this.habits.delay;
    this.place = place;
    this.way = new WaySeen(room, this.place, random.uniform(...MARGIN));
    this.turnFirst = this.habits.most === 1 ? 0 : random.uniform(...TURN_FIRST);
    const first = now + random.uniform(0.3, 0.8) * this.habits.slowness;
    this.hands = new Hands(style, this.habits, BASE_CRAFT, random, first, step, false);
    this.aim = this.newAim(this.place, now);
  }

  /** Nothing falls out of a base. */
  get dropped(): number {
    return 0;
  }

  get slipped(): number {
    return this.hands.slipped;
  }

  get speedStep(): number {
    return this.hands.speedStep;
  }

  age(now: number): number {
    return now - this.begun;
  }

  tick(now: number): readonly KeyEvent[] {
    if (now >= this.decideAt) {
      this.decide(now);
      this.decideAt = now + this.random.uniform(...this.style.decides);
    }
    return this.hands.tick(now);
  }

  letGo(): readonly KeyEvent[] {
    return this.hands.letGo();
  }

  private chance(p: number): boolean {
    return this.random.next() < p;
  }

  private pause(median: number): number {
    return drawPause(this.habits, this.random, median);
  }

  private newAim(at: Point, now: number): BasePerson["aim"] {
    const { style, random } = this;
    this.aimYaw = 0.5 * style.yawTolerance * random.normal();
    const { scale } = BASE_CRAFT;
    return {
      at,
      since: now,
      first: scale * style.aimFirst * random.normal(),
      last: scale * style.aimLast * random.normal(),
    };
  }

  private decide(now: number): void {
    const { random, style, hands } = this;
    this.delay = Math.min(0.3, Math.max(0.2, this.delay + 0.015 * random.normal()));
    const sight = this.eyes.at(now - this.delay);
    if (sight === null) return;
    hands.mendBrake(now);
    const wants = this.wants(sight, now);
    if (hands.isBusy(now)) return;
    if (this.chance((style.hesitates * (style.decides[0] + style.decides[1])) / 2)) {
      hands.rest(now, this.pause(style.pause));
      return;
    }
    hands.go(wants, now);
  }

  /** Where the base must be by now, and where it would stand if every key was let go: as far as that is foreseen. */
  private believed({ base }: Sight): { readonly here: Stand; readonly rest: Stand } {
    const [mean, spread] = this.style.foresight;
    const share = Math.max(0, Math.min(1.3, mean + spread * this.random.normal()));
    const went = (from: Stand, along: readonly number[]): Stand => {
      const [forward, turn] = [share * along[0]!, share * along[3]!];
      const heading = from.yaw + turn / 2;
      return {
        x: from.x + forward * Math.cos(heading),
        y: from.y + forward * Math.sin(heading),
        yaw: from.yaw + turn,
      };
    };
    const [x, y] = base.position;
    const here = went({ x, y, yaw: base.yaw }, this.hands.moved(this.delay));
    return { here, rest: went(here, this.hands.runsOn()) };
  }

  /** What is to be pressed now: nothing where nothing is left to do. */
  private wants(sight: Sight, now: number): Wants {
    const { here, rest } = this.believed(sight);
    if (away(rest, this.place) < THERE) return { way: {}, fine: false };
    const at = this.way.aim(here);
    if (away(at, this.aim.at) > ANOTHER) {
      this.aim = this.newAim(at, now);
      if (this.chance(this.style.pauses)) this.hands.rest(now, this.pause(0.9 * this.style.pause));
    } else this.aim = { ...this.aim, at };
    return this.steer(here, rest, now);
  }

  private steer(here: Stand, rest: Stand, now: number): Wants {
    const { aim, style, place, turnFirst } = this;
    const [dx, dy] = [aim.at.x - here.x, aim.at.y - here.y];
    const distance = Math.hypot(dx, dy);
    // It is aimed a little beside the point, less so near it than the eye can tell.
    const beside = aim.last + (aim.first - aim.last) * Math.exp(-(now - aim.since) / style.aimTime);
    const miss = Math.atan2(beside, Math.max(distance, LEAST_SIGHT));
    const bearing = wrapAngle(Math.atan2(dy, dx) - rest.yaw + miss) + this.aimYaw;
    const side = Math.abs(bearing);
    const beyond = away(aim.at, place);
    if (beyond === 0 && side > BEHIND.angle && distance < BEHIND.distance)
      return { way: { x: -distance }, fine: false };

    const tolerance = style.yawTolerance * (this.habits.lazyYaw ? 1.5 : 1);
    const blocked = this.roomAhead(rest) < 0;
    // Who turns on the spot goes on until it points there; else taps while driving are enough.
    if (side > Math.max(turnFirst, 1.5 * tolerance) || (blocked && side > tolerance / 2)) this.turning = true;
    else if (side < tolerance / 2 || (turnFirst > 0 && side < tolerance)) this.turning = false;
    const way: Way = {};
    if (this.turning || side > tolerance) way.yaw = bearing;
    if (!this.turning) way.x = blocked ? -AHEAD : distance - away(here, rest) + beyond;
    return { way, fine: this.way.roomAt(rest) < CARE && !this.turning };
  }

  /** m that would be free beside a base a little farther on. */
  private roomAhead({ x, y, yaw }: Stand): number {
    return this.way.roomAt({ x: x + AHEAD * Math.cos(yaw), y: y + AHEAD * Math.sin(yaw) });
  }
}
