/**
 * The way to a place as a person sees it on the map: on to the farthest point to which one can drive straight, turn,
 * and on again. Each sees as much room beside the base as they like to keep, less where there is less. Frame `map`,
 * metres.
 */
import { clearance, type Point, planPath, type Room } from "../../sim/index.js";

/** Kept beside the base where more is not to be had, in turn; a start may be nearer to something than any. */
const NARROW = [0.1, 0.05, 0.02] as const;
/** What a straight way may have less than where it begins, and between points of it that are looked at. */
const GRACE = 0.02;
const STEP = 0.05;
/** So far from the way that was seen another one is looked for. */
const LOST = 0.6;

/** Distance between two points, m. */
export const away = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** A way through a room. */
export class WaySeen {
  private path: readonly Point[] = [];
  private margin: number;

  constructor(
    private readonly room: Room,
    private readonly place: Point,
    private readonly wish: number,
  ) {
    this.margin = wish;
  }

  /** Where to steer to from here. */
  aim(here: Point): Point {
    if (this.isFree(here, this.place)) return this.place;
    if (this.path.length === 0 || this.path.every((point) => away(point, here) > LOST)) this.look(here);
    const nearest = this.path.reduce(
      (best, point, i, all) => (away(point, here) < away(all[best]!, here) ? i : best),
      0,
    );
    let aim = Math.min(nearest + 1, this.path.length - 1);
    for (let i = this.path.length - 1; i > aim; i--) if (this.isFree(here, this.path[i]!)) aim = i;
    return this.path[aim] ?? this.place;
  }

  /** m that are free beside a base that stands there. */
  roomAt({ x, y }: Point): number {
    return clearance(this.room, x, y);
  }

  private look(here: Point): void {
    for (const margin of [this.wish, ...NARROW.filter((less) => less < this.wish)]) {
      const path = planPath(this.room, here, this.place, margin);
      if (path === null) continue;
      this.path = path;
      this.margin = margin;
      return;
    }
  }

  /** Whether one can drive straight from one point to another. */
  private isFree(from: Point, to: Point): boolean {
    const margin = Math.min(this.margin, clearance(this.room, from.x, from.y) - GRACE);
    const length = away(from, to);
    for (let way = 0; way <= length; way += STEP) {
      const share = way / Math.max(length, STEP);
      if (clearance(this.room, from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)) < margin)
        return false;
    }
    return true;
  }
}
