/**
 * A scripted demonstrator that pushes a flat thing to a place with closed fingers: chooses where to touch it and which
 * way to push by a model of sliding (`pushing.ts`), looking two pushes ahead; steers while it pushes; lets go when
 * nothing is gained any more, looks again and chooses anew. Closed loop on the exact scene, for demonstrations only.
 * Frame of the arm's base, metres, radians.
 */
import {
  areaOf,
  atan2,
  cos,
  createRandom,
  type Demonstrator,
  type Environment,
  featureOf,
  HAND_DRIVE,
  objectById,
  type Point2,
  type Polygon,
  type Pose,
  placedAt,
  type Random,
  rectangle,
  sharedArea,
  sin,
  toolYaw,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { createHandMotion, type HandMotion, type WayPoint } from "./hand-motion.js";
import { pushed, type Slider } from "./pushing.js";
import { DEFAULT_STYLE, type DemonstrationStyle } from "./task.js";

/** What is pushed. */
export interface Pushable {
  /** seen from above, in its own frame: convex pieces that do not overlap, m */
  readonly pieces: readonly Polygon[];
  /** share of the place that it covers, 0 to 1 */
  done(thing: Pose, place: Pose): number;
}

/** A place to touch, in the thing's frame around its centre. */
interface Touch {
  readonly at: Point2;
  /** unit, into the thing */
  readonly normal: Point2;
  /** m along the side that it may slip to either end */
  readonly room: readonly [number, number];
}

/** A push that was chosen. */
interface Push {
  readonly touch: Touch;
  /** rad, of the tool */
  readonly yaw: number;
  /** the corner of the fingers that touches, tool turned by `yaw`, from the tool */
  readonly corner: Point2;
}

type Phase = "look" | "rise" | "over" | "down" | "push" | "back" | "rest";

/** What the script knows in one step. */
interface Sight {
  readonly thing: Pose;
  readonly slider: Slider;
  readonly goal: Slider;
  readonly covered: number;
  readonly tool: readonly [number, number, number];
  readonly toolYaw: number;
  readonly command: Float64Array;
  readonly edges: { readonly low: readonly number[]; readonly high: readonly number[] };
}

/** Half extents of the closed fingers along the tool's x and y. */
const FINGERS = { x: 0.011, y: 0.015 } as const;
/** m of the tool above the table: pushing, and driving over the thing */
const HEIGHT = { push: 0.018, over: 0.056 } as const;
/** m between fingers and thing when they come down */
const GAP = 0.009;
/** m between places to touch, and from the end of a side */
const SPACING = 0.004;
const FROM_END = 0.003;
/** How the thing slides, and how much a radian counts beside a metre. */
const SLIDING = { length: 0.045, friction: 0.5 } as const;
const RADIAN = 0.04;
/** rad beside the normal that are tried */
const ASIDE = [0, 0.25, -0.25, 0.45, -0.45] as const;
/** m: the longest push, and the pieces it is foreseen in, fewer than what is left to go; rad that the thing may turn in it */
const LONGEST = 0.14;
const PIECE = { planned: 0.003, steered: 0.001, least: 0.0003 } as const;
const MOST_TURN = 0.8;
/** how many first pushes are followed by a second, and what one costs, m */
const FOLLOWED = 10;
const COST = 0.002;
/** m, and the share of what is left, that a push must still gain: the less of both */
const GAIN = { metres: 0.0004, share: 0.15 } as const;
/** share of the place at which it is left alone */
const ENOUGH = 0.962;
/** steps after which a phase that does not come to its end is given up */
const PATIENCE = 120;
/** m to the edge of the workspace; rad between the tool's yaw and the direction in which the arm reaches out */
const EDGE = 0.004;
const MOST_YAW = 2;

/** A demonstrator that pushes the target onto the place, one an episode. */
export function createPushScript(
  seed: number,
  thing: Pushable,
  style: DemonstrationStyle = DEFAULT_STYLE,
): Demonstrator {
  const random = createRandom(seed).fork("demonstrator");
  return new PushScript(random, createHandMotion(random, style), thing);
}

class PushScript implements Demonstrator {
  private phase: Phase = "look";
  private steps = 0;
  private push: Push | null = null;
  /** how far it was off when the last push was chosen, m, and how many pushes in a row gained nothing */
  private before = Number.POSITIVE_INFINITY;
  private futile = 0;
  /** m beside the place to touch, by how much people miss it */
  private miss = 0;
  private readonly centre: Point2;
  private readonly touches: readonly Touch[];

  constructor(
    private readonly random: Random,
    private readonly hand: HandMotion,
    private readonly thing: Pushable,
  ) {
    this.centre = centreOf(thing.pieces);
    this.touches = touchesOf(thing.pieces, this.centre);
  }

  act(environment: Environment): Float64Array {
    const sight = this.look(environment);
    this.steps++;
    for (let change = 0; change < 4; change++) {
      const next = this.nextPhase(sight);
      if (next === this.phase) break;
      this.phase = next;
      this.steps = 0;
    }
    const [x, y, z, yaw] = this.hand.next(sight.command, this.wayPoint(sight));
    return Float64Array.of(x, y, z, yaw, 0);
  }

  private nextPhase(sight: Sight): Phase {
    const { phase, steps, push } = this;
    const [, , z] = sight.tool;
    switch (phase) {
      case "look":
        if (sight.covered > ENOUGH) return "rest";
        this.push = this.choose(sight);
        return this.push === null ? "rest" : "rise";
      case "rise":
        return z > HEIGHT.over - 0.008 ? "over" : "rise";
      case "over": {
        const { position, yaw } = this.wayPoint(sight);
        const off = Math.hypot(position[0] - sight.tool[0], position[1] - sight.tool[1]);
        if (steps > PATIENCE) return "look";
        return off < 0.005 && Math.abs(wrapAngle(yaw - sight.toolYaw)) < 0.05 ? "down" : "over";
      }
      case "down":
        return z < HEIGHT.push + 0.003 ? "push" : steps > PATIENCE ? "back" : "down";
      case "push":
        return push === null || sight.covered > ENOUGH || steps > PATIENCE || this.ahead(sight) === null
          ? "back"
          : "push";
      case "back": {
        const [gap] = this.contact(sight, push!);
        return gap > 0.006 || steps > 20 ? "look" : "back";
      }
      case "rest":
        return sight.covered > ENOUGH - 0.008 || steps < 10 ? "rest" : "look";
    }
  }

  private wayPoint(sight: Sight): WayPoint {
    const { phase, push } = this;
    const { command, tool, slider } = sight;
    const [cx, cy, cz, cyaw] = command as unknown as [number, number, number, number];
    const here: WayPoint = { position: [cx, cy, cz], yaw: cyaw, care: 0.5 };
    if (phase === "rest" || push === null)
      return { position: [cx, cy, Math.max(cz, HEIGHT.over + 0.02)], yaw: cyaw, care: 1 };
    switch (phase) {
      case "look":
        return here;
      case "rise":
        return { position: [cx, cy, HEIGHT.over], yaw: cyaw, care: 1 };
      case "over":
      case "down": {
        const [x, y] = this.startOf(slider, push);
        return {
          position: [x, y, phase === "over" ? HEIGHT.over : HEIGHT.push],
          yaw: push.yaw,
          care: phase === "over" ? 1 : 0.6,
        };
      }
      case "push": {
        const ahead = this.ahead(sight);
        if (ahead === null) return here;
        const [gap] = this.contact(sight, push);
        const far = ahead.length + Math.max(0, gap);
        return {
          position: [cx + far * ahead.direction[0], cy + far * ahead.direction[1], HEIGHT.push],
          yaw: push.yaw,
          care: 0.5,
        };
      }
      case "back": {
        const [nx, ny] = turned(push.touch.normal, slider.yaw);
        return { position: [tool[0] - 0.02 * nx, tool[1] - 0.02 * ny, HEIGHT.push], yaw: cyaw, care: 1 };
      }
    }
  }

  /** Where the tool comes down for a push: its corner before the place to touch. */
  private startOf(slider: Slider, { touch, corner }: Push): Point2 {
    const [nx, ny] = turned(touch.normal, slider.yaw);
    const [x, y] = turned(touch.at, slider.yaw);
    return [
      slider.x + x - GAP * nx - corner[0] - this.miss * ny,
      slider.y + y - GAP * ny - corner[1] + this.miss * nx,
    ];
  }

  /** m between the corner and the side it pushes, and where the corner is in the thing's frame around its centre. */
  private contact({ tool, toolYaw: yaw, slider }: Sight, push: Push): [gap: number, at: Point2] {
    const [ox, oy] = turned(push.corner, yaw - push.yaw);
    const at = turned([tool[0] + ox - slider.x, tool[1] + oy - slider.y], -slider.yaw);
    const { touch } = push;
    const gap = (touch.at[0] - at[0]) * touch.normal[0] + (touch.at[1] - at[1]) * touch.normal[1];
    return [gap, at];
  }

  /** Which way, and how far, to go on with a push; null when nothing is gained by it. */
  private ahead(sight: Sight): { readonly direction: Point2; readonly length: number } | null {
    const { slider, goal, edges } = sight;
    const push = this.push!;
    const { touch } = push;
    const [, at] = this.contact(sight, push);
    const [nx, ny] = touch.normal;
    const slip = (at[0] - touch.at[0]) * -ny + (at[1] - touch.at[1]) * nx;
    const room: readonly [number, number] = [touch.room[0] - slip, touch.room[1] - slip];
    if (room[0] > 0 || room[1] < 0) return null;
    const on: Touch = {
      at: [touch.at[0] - slip * ny, touch.at[1] + slip * nx],
      normal: touch.normal,
      room,
    };
    let best: ReturnType<typeof foresee> | null = null;
    let direction: Point2 = [0, 0];
    for (const aside of ASIDE) {
      const way = turned(touch.normal, slider.yaw + aside);
      const seen = foresee(slider, goal, on, way, push.corner, edges, PIECE.steered);
      if (best === null || seen.off < best.off) [best, direction] = [seen, way];
    }
    if (best === null || apart(slider, goal) - best.off < gainOf(apart(slider, goal))) return null;
    return { direction, length: best.length };
  }

  /** The push after which, and after one more, the thing is nearest to its place. */
  private choose(sight: Sight): Push | null {
    const { slider, goal, edges, tool } = sight;
    const { scatter, lapse } = this.hand;
    const now = apart(slider, goal);
    this.futile = now < this.before - gainOf(now) ? 0 : this.futile + 1;
    this.before = now;
    const firsts = this.touches.flatMap((touch) => {
      const push = this.feasible(sight, touch);
      if (push === null) return [];
      const [sx, sy] = this.startOf(slider, push);
      const way = 0.01 * Math.hypot(sx - tool[0], sy - tool[1]);
      return ASIDE.slice(0, 3).map((aside) => {
        const seen = foresee(
          slider,
          goal,
          touch,
          turned(touch.normal, slider.yaw + aside),
          push.corner,
          edges,
          PIECE.planned,
        );
        return { push, seen, score: seen.off + way };
      });
    });
    firsts.sort((a, b) => a.score - b.score);
    const best = firsts.slice(0, FOLLOWED).map((first) => {
      const after = this.touches
        .filter((_, i) => i % 2 === 0)
        .map(
          (touch) =>
            foresee(
              first.seen.slider,
              goal,
              touch,
              turned(touch.normal, first.seen.slider.yaw),
              first.push.corner,
              edges,
              PIECE.planned,
            ).off,
        );
      const second = Math.min(...after) + COST;
      return { ...first, score: Math.min(first.score, second) };
    });
    best.sort((a, b) => a.score - b.score);
    this.miss = scatter * this.random.uniform(-0.002, 0.002);
    const mistaken = lapse > 0 && this.random.next() < 0.5 * lapse;
    // What gained nothing, however good it looked, is not done again.
    if (this.futile > 0)
      return firsts[this.random.integer(Math.min(firsts.length, 4 * this.futile))]?.push ?? null;
    return best[mistaken ? this.random.integer(best.length) : 0]?.push ?? null;
  }

  /** How the fingers get to a place to touch, by the least turn; null when they do not. */
  private feasible({ slider, toolYaw: yaw, thing, edges }: Sight, touch: Touch): Push | null {
    const normal = turned(touch.normal, slider.yaw);
    const heading = atan2(normal[1], normal[0]);
    const corner = atan2(FINGERS.y, FINGERS.x);
    const out = Math.hypot(FINGERS.x, FINGERS.y) - ROUNDED;
    const turns = [corner, Math.PI - corner, Math.PI + corner, -corner]
      .map((angle) => yaw + wrapAngle(heading - angle - yaw))
      .sort((a, b) => Math.abs(a - yaw) - Math.abs(b - yaw));
    for (const turn of turns) {
      const push: Push = { touch, yaw: turn, corner: [out * normal[0], out * normal[1]] };
      const [x, y] = this.startOf(slider, push);
      if (!within(edges, x, y, turn)) continue;
      const hand = placedAt(
        [rectangle([-FINGERS.x - 0.003, -FINGERS.y - 0.003], [FINGERS.x + 0.003, FINGERS.y + 0.003])],
        [x, y],
        turn,
      );
      const lying = placedAt(this.thing.pieces, [thing.position[0], thing.position[1]], slider.yaw);
      if (sharedArea(hand, lying) === 0) return push;
    }
    return null;
  }

  private look(environment: Environment): Sight {
    const scene = environment.scene();
    const goal = environment.goal();
    const { values } = environment.observe();
    const tool = values["observation.ee.position"]! as unknown as [number, number, number];
    const turn = values["observation.ee.orientation"]! as unknown as [number, number, number, number];
    const thing = objectById(scene, goal.target!)!.pose;
    const place = objectById(scene, goal.place!)!.pose;
    const position = featureOf(environment.contract, "action.ee.position").limits!;
    const yaw = featureOf(environment.contract, "action.ee.yaw").limits!;
    return {
      thing,
      slider: this.sliderOf(thing),
      goal: this.sliderOf(place),
      covered: this.thing.done(thing, place),
      tool,
      toolYaw: toolYaw(turn),
      command: environment.command(),
      edges: { low: [...position.low, ...yaw.low], high: [...position.high, ...yaw.high] },
    };
  }

  private sliderOf({ position: [x, y], orientation }: Pose): Slider {
    const yaw = yawOf(orientation);
    const [cx, cy] = turned(this.centre, yaw);
    return { x: x + cx, y: y + cy, yaw };
  }
}

/** m by which the corner of the fingers is rounded off. */
const ROUNDED = HAND_DRIVE.round * (Math.SQRT2 - 1);

const turned = ([x, y]: Point2, yaw: number): Point2 => [
  cos(yaw) * x - sin(yaw) * y,
  sin(yaw) * x + cos(yaw) * y,
];

/** m that a push must gain from there. */
const gainOf = (off: number): number => Math.min(GAIN.metres, GAIN.share * off);

/** How far a thing is from where it should be, m. */
const apart = (slider: Slider, goal: Slider): number =>
  Math.hypot(slider.x - goal.x, slider.y - goal.y, RADIAN * wrapAngle(slider.yaw - goal.yaw));

const within = ({ low, high }: Sight["edges"], x: number, y: number, yaw: number): boolean =>
  x > low[0]! + EDGE &&
  x < high[0]! - EDGE &&
  y > low[1]! + EDGE &&
  y < high[1]! - EDGE &&
  yaw > low[3]! &&
  yaw < high[3]! &&
  Math.abs(yaw - (low[3]! + high[3]!) / 2 - atan2(y, x)) < MOST_YAW;

/** The best that a straight push gives, and how long it is. */
function foresee(
  start: Slider,
  goal: Slider,
  touch: Touch,
  way: Point2,
  corner: Point2,
  { low, high }: Sight["edges"],
  usual: number,
): { readonly off: number; readonly length: number; readonly slider: Slider } {
  let slider = start;
  let best = { off: apart(start, goal), length: 0, slider: start };
  const piece = Math.max(PIECE.least, Math.min(usual, best.off / 8));
  const [ax, ay] = turned(touch.at, start.yaw);
  let [px, py] = [start.x + ax, start.y + ay];
  const [nx, ny] = touch.normal;
  for (let length = piece; length < LONGEST; length += piece) {
    const at: Point2 = [px - slider.x, py - slider.y];
    const next = pushed(
      slider,
      at,
      turned(touch.normal, slider.yaw),
      [piece * way[0], piece * way[1]],
      SLIDING,
    );
    if (next === null) break;
    slider = next;
    px += piece * way[0];
    py += piece * way[1];
    const own = turned([px - slider.x, py - slider.y], -slider.yaw);
    const slip = (own[0] - touch.at[0]) * -ny + (own[1] - touch.at[1]) * nx;
    const [tx, ty] = [px - corner[0], py - corner[1]];
    const inside = tx > low[0]! + EDGE && tx < high[0]! - EDGE && ty > low[1]! + EDGE && ty < high[1]! - EDGE;
    if (slip < touch.room[0] || slip > touch.room[1] || !inside) break;
    if (Math.abs(slider.yaw - start.yaw) > MOST_TURN) break;
    const off = apart(slider, goal);
    if (off < best.off) best = { off, length, slider };
    else if (length > best.length + 0.02) break;
  }
  return best;
}

/** Middle of the area of pieces. */
function centreOf(pieces: readonly Polygon[]): Point2 {
  let [x, y, all] = [0, 0, 0];
  for (const piece of pieces) {
    const area = areaOf(piece);
    // Pieces are rectangles, whose middle is that of their corners.
    x += (area * piece.reduce((sum, [px]) => sum + px, 0)) / piece.length;
    y += (area * piece.reduce((sum, [, py]) => sum + py, 0)) / piece.length;
    all += area;
  }
  return [x / all, y / all];
}

/** Places along the sides that can be touched from outside. */
function touchesOf(pieces: readonly Polygon[], [cx, cy]: Point2): Touch[] {
  const inside = (piece: Polygon, [x, y]: Point2): boolean =>
    piece.every(([ax, ay], i) => {
      const [bx, by] = piece[(i + 1) % piece.length]!;
      return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0;
    });
  return pieces.flatMap((piece) =>
    piece.flatMap(([ax, ay], i): Touch[] => {
      const [bx, by] = piece[(i + 1) % piece.length]!;
      const side = Math.hypot(bx - ax, by - ay);
      const [tx, ty] = [(bx - ax) / side, (by - ay) / side];
      const normal: Point2 = [-ty, tx];
      const count = Math.floor((side - 2 * FROM_END) / SPACING) + 1;
      const free = Array.from(
        { length: count },
        (_, k) => FROM_END + (k * (side - 2 * FROM_END)) / (count - 1),
      ).filter((s) => {
        const out: Point2 = [ax + s * tx + 5e-4 * ty, ay + s * ty - 5e-4 * tx];
        return !pieces.some((other) => inside(other, out));
      });
      return free.map((s) => {
        // The free part of a side may be two; what lies between them is no way to slip.
        const near = free.filter((o) => Math.abs(o - s) < side);
        const reach = (sign: 1 | -1): number => {
          let end = s;
          for (const o of [...near].sort((a, b) => sign * (a - b)))
            if (sign * (o - end) > 0 && Math.abs(o - end) < 1.5 * SPACING) end = o;
          return end - s;
        };
        // Along the side as it is walked; a slip is counted along the normal turned by a quarter, the other way.
        const [back, on] = [reach(-1), reach(1)];
        return {
          at: [ax + s * tx - cx, ay + s * ty - cy],
          normal,
          room: [-on - FROM_END / 2, -back + FROM_END / 2],
        };
      });
    }),
  );
}
