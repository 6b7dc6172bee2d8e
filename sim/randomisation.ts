/**
 * Domain randomisation: what an episode's world is drawn from, and what a draw does to a table. A draw depends on the
 * ranges, the seed and the ids of the things alone, and is plain data that is recorded with the episode. Factors are
 * uniform in their logarithm, so that half and twice are as likely. Not here: lights, cameras and shades of colour.
 */
import {
  createRandom,
  impossible,
  MOST_LATENCY,
  type Random,
  type Randomisation,
  refuse,
  type SimpleShape,
} from "../core/index.js";
import type { Prop, TableSetup } from "./tabletop/setup.js";

/** From, to. */
export type Range = readonly [low: number, high: number];

/** What is drawn, and from where; what is not named stays as it is. */
export interface RandomisationRanges {
  /** factors on every thing that can move, each drawn for itself */
  readonly mass?: Range;
  readonly friction?: Range;
  /** of simple shapes; what is made of several solids keeps its size, since something fits it */
  readonly size?: Range;
  /** factor on stiffness and damping of the arm's servos */
  readonly gains?: Range;
  /** control steps by which commands arrive late, whole, both ends included */
  readonly latency?: Range;
}

/** What `record --randomise` draws from without a file: as far as a grasp from above still works. */
export const USUAL_RANGES: RandomisationRanges = {
  mass: [0.5, 2],
  friction: [0.8, 1.25],
  size: [0.9, 1.1],
  gains: [0.8, 1.25],
  latency: [0, 1],
};

/** Draws an episode's world; the way an environment takes it, see `EnvironmentOptions.randomise`. */
export type Randomiser = (seed: number, ids: readonly string[]) => Randomisation | null;

/** A randomiser that draws from ranges. */
export const randomiseBy =
  (ranges: RandomisationRanges): Randomiser =>
  (seed, ids) => {
    const random = createRandom(seed).fork("randomisation");
    const robot = random.fork("robot");
    const [from, to] = ranges.latency ?? [0, 0];
    return {
      version: 1,
      things: Object.fromEntries(
        ids.map((id) => {
          // Of its own, so that a thing more on the table changes nothing about the others.
          const own = random.fork(`thing ${id}`);
          const [mass, friction, size] = [ranges.mass, ranges.friction, ranges.size].map((range) =>
            factor(own, range),
          ) as [number, number, number];
          return [id, { mass, friction, size }];
        }),
      ),
      gains: factor(robot, ranges.gains),
      latency: from + robot.integer(to - from + 1),
    };
  };

/** Drawn also where there is no range: one range more leaves the other draws as they were. */
function factor(random: Random, [low, high]: Range = [1, 1]): number {
  const u = random.next();
  return low === high ? low : low * (high / low) ** u;
}

/** Reads ranges from data, e.g. a file; refuses what is none. */
export function parseRanges(place: string, value: unknown): RandomisationRanges {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse(place, "must be an object of ranges", value ?? null);
  const names = Object.keys(USUAL_RANGES);
  const entries = Object.entries(value).map(([name, range]: [string, unknown]) => {
    if (!names.includes(name)) refuse(place, `a range must be one of ${names.join(", ")}`, name);
    const whole = name === "latency";
    const fits = (end: unknown): boolean =>
      whole
        ? Number.isInteger(end) && (end as number) >= 0 && (end as number) <= MOST_LATENCY
        : typeof end === "number" && end >= 0.05 && end <= 20;
    if (!Array.isArray(range) || range.length !== 2 || !range.every(fits) || range[0] > range[1])
      refuse(
        `${place}: ${name}`,
        whole
          ? `must be [from, to], 0 to ${MOST_LATENCY} whole steps`
          : "must be [low, high], factors from 0.05 to 20",
        range,
      );
    return [name, range as unknown as Range] as const;
  });
  return Object.fromEntries(entries);
}

/** A table as a draw makes it. */
export function randomised(setup: TableSetup, { things }: Randomisation): TableSetup {
  const props = setup.props.map((prop): Prop => {
    const drawn = things[prop.id];
    if (drawn === undefined || prop.body.kind === "fixed") return prop;
    const body = { ...prop.body, mass: prop.body.mass * drawn.mass };
    const changed = { ...prop, body, friction: prop.friction * drawn.friction };
    const { shape, size, pose } = prop;
    const k = drawn.size;
    if (shape.kind === "compound" || k === 1) return changed;
    const [x, y, z] = pose.position;
    return {
      ...changed,
      shape: scaled(shape, k),
      size: [size[0] * k, size[1] * k, size[2] * k],
      // It stands on the table as before.
      pose: { ...pose, position: [x, y, z * k] },
      ...(prop.grasp === undefined
        ? {}
        : { grasp: [prop.grasp[0] * k, prop.grasp[1] * k, prop.grasp[2] * k] as const }),
    };
  });
  return { ...setup, props };
}

function scaled(shape: SimpleShape, k: number): SimpleShape {
  switch (shape.kind) {
    case "box":
      return { kind: "box", size: [shape.size[0] * k, shape.size[1] * k, shape.size[2] * k] };
    case "cylinder":
      return { kind: "cylinder", radius: shape.radius * k, height: shape.height * k };
    case "sphere":
      return { kind: "sphere", radius: shape.radius * k };
    default:
      return impossible(shape);
  }
}
