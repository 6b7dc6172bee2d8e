/**
 * Domain randomisation: what an episode's world is drawn from, and what a draw does to a table. A draw depends on the
 * ranges, the seed and the ids of the things alone, and is plain data that is recorded with the episode. Factors are
 * uniform in their logarithm, so that half and twice are as likely, all else is uniform. Not here: how what is drawn of light, colours and
 * cameras is shown (`view/appearance.ts`).
 */
import {
  type Appearance,
  type CameraShift,
  cos,
  createRandom,
  type DetectorDraw,
  impossible,
  MOST_AGE,
  MOST_DROPOUT,
  MOST_LATENCY,
  type Random,
  type Randomisation,
  refuse,
  type SimpleShape,
  sin,
  type Vec3,
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
  /** factor on the deviations of the detector's positions and turns */
  readonly detectorNoise?: Range;
  /** s that its results come later than usual */
  readonly detectorAge?: Range;
  /** probability that one of its looks does not find a thing */
  readonly detectorDropout?: Range;
  /** factors on the key light, and on all other light */
  readonly light?: Range;
  /** rad about the vertical by which the key light stands elsewhere, to either side */
  readonly lightTurn?: Range;
  /** factors on red, green and blue of every thing, of the table and of what is behind it */
  readonly colour?: Range;
  /** m by which each camera stands elsewhere, in any direction */
  readonly cameraShift?: Range;
  /** rad by which each camera is turned, about any axis */
  readonly cameraTurn?: Range;
  /** factor on each camera's field of view */
  readonly cameraView?: Range;
}

/** The cameras at a table whose pose is drawn: those of `view/cameras.ts`. */
export const TABLE_CAMERAS: readonly string[] = ["front", "wrist"];

/** What `record --randomise` draws from without a file: as far as a grasp from above still works. */
export const USUAL_RANGES: RandomisationRanges = {
  mass: [0.5, 2],
  friction: [0.8, 1.25],
  size: [0.9, 1.1],
  gains: [0.8, 1.25],
  latency: [0, 1],
  light: [0.65, 1.5],
  lightTurn: [0, 0.6],
  colour: [0.8, 1.25],
  cameraShift: [0, 0.01],
  cameraTurn: [0, 0.03],
  cameraView: [0.96, 1.04],
};

/** What a number of a range is, and between which ends it may lie. */
const KINDS: Readonly<Record<keyof RandomisationRanges, keyof typeof ENDS>> = {
  mass: "factor",
  friction: "factor",
  size: "factor",
  gains: "factor",
  latency: "steps",
  detectorNoise: "factor",
  detectorAge: "seconds",
  detectorDropout: "probability",
  light: "factor",
  lightTurn: "radians",
  colour: "factor",
  cameraShift: "metres",
  cameraTurn: "radians",
  cameraView: "factor",
};
const ENDS = {
  factor: { low: 0.05, high: 20, says: "[low, high], factors from 0.05 to 20" },
  steps: { low: 0, high: MOST_LATENCY, says: `[from, to], 0 to ${MOST_LATENCY} whole steps` },
  seconds: { low: 0, high: MOST_AGE, says: `[low, high], 0 to ${MOST_AGE} s` },
  probability: { low: 0, high: MOST_DROPOUT, says: `[low, high], 0 to ${MOST_DROPOUT}` },
  metres: { low: 0, high: 0.5, says: "[low, high], 0 to 0.5 m" },
  radians: { low: 0, high: Math.PI, says: "[low, high], 0 to π rad" },
} as const;
/** Ranges of the detector. */
const DETECTED = ["detectorNoise", "detectorAge", "detectorDropout"] as const;
/** Ranges of what is seen in pictures alone: they can be drawn after the fact as well. */
export const SEEN_RANGES = [
  "light",
  "lightTurn",
  "colour",
  "cameraShift",
  "cameraTurn",
  "cameraView",
] as const satisfies readonly (keyof RandomisationRanges)[];

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
      ...(DETECTED.some((name) => ranges[name] !== undefined)
        ? { detector: detectorBy(ranges, random.fork("detector")) }
        : {}),
      ...(SEEN_RANGES.some((name) => ranges[name] !== undefined)
        ? { appearance: appearanceBy(ranges, random.fork("appearance"), ids) }
        : {}),
    };
  };

const detectorBy = (ranges: RandomisationRanges, random: Random): DetectorDraw => ({
  noise: factor(random, ranges.detectorNoise),
  age: length(random, ranges.detectorAge),
  dropout: length(random, ranges.detectorDropout),
});

function appearanceBy(ranges: RandomisationRanges, random: Random, ids: readonly string[]): Appearance {
  const light = random.fork("light");
  const [key, rest] = [factor(light, ranges.light), factor(light, ranges.light)];
  const turn = length(light, ranges.lightTurn) * (light.next() < 0.5 ? -1 : 1) + 0;
  const each = <T>(names: readonly string[], what: string, draw: (own: Random) => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, draw(random.fork(`${what} ${name}`))]));
  return {
    light: { key, rest, turn },
    colours: each(
      ranges.colour === undefined ? [] : [...ids, "table", "background"],
      "colour",
      (own): Vec3 => [factor(own, ranges.colour), factor(own, ranges.colour), factor(own, ranges.colour)],
    ),
    cameras: each(
      TABLE_CAMERAS,
      "camera",
      (own): CameraShift => ({
        shift: vector(own, ranges.cameraShift),
        turn: vector(own, ranges.cameraTurn),
        view: factor(own, ranges.cameraView),
      }),
    ),
  };
}

const length = (random: Random, [low, high]: Range = [0, 0]): number => random.uniform(low, high);

/** A vector of a length in the range, any direction as likely. */
function vector(random: Random, range: Range | undefined): Vec3 {
  const z = random.uniform(-1, 1);
  const angle = random.uniform(-Math.PI, Math.PI);
  const r = Math.sqrt(1 - z * z);
  const long = length(random, range);
  // Zero plus zero: JSON knows no zero below zero.
  return [long * r * cos(angle) + 0, long * r * sin(angle) + 0, long * z + 0];
}

/** Drawn also where there is no range: one range more leaves the other draws as they were. */
function factor(random: Random, [low, high]: Range = [1, 1]): number {
  const u = random.next();
  return low === high ? low : low * (high / low) ** u;
}

/** Reads ranges from data, e.g. a file; refuses what is none. */
export function parseRanges(place: string, value: unknown): RandomisationRanges {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse(place, "must be an object of ranges", value ?? null);
  const names = Object.keys(KINDS) as (keyof RandomisationRanges)[];
  const entries = Object.entries(value).map(([given, range]: [string, unknown]) => {
    const name = names.find((known) => known === given);
    if (name === undefined) return refuse(place, `a range must be one of ${names.join(", ")}`, given);
    const { low, high, says } = ENDS[KINDS[name]];
    const fits = (end: unknown): boolean =>
      typeof end === "number" &&
      end >= low &&
      end <= high &&
      (KINDS[name] !== "steps" || Number.isInteger(end));
    if (!Array.isArray(range) || range.length !== 2 || !range.every(fits) || range[0] > range[1])
      refuse(`${place}: ${name}`, `must be ${says}`, range);
    return [name, range as unknown as Range] as const;
  });
  return Object.fromEntries(entries);
}

/** A table as a draw makes it. */
export function randomised(setup: TableSetup, { things }: Randomisation): TableSetup {
  const props = setup.props.map((prop): Prop => {
    const drawn = things[prop.id];
    if (drawn === undefined || prop.body.kind === "fixed" || prop.body.kind === "painted") return prop;
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
    case "capsule":
      return { kind: "capsule", radius: shape.radius * k, length: shape.length * k };
    default:
      return impossible(shape);
  }
}
