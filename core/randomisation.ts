/**
 * What was drawn for an episode beside its layout, as plain data: it stands in the episode's metadata, so that a replay
 * or a picture is made in the same world. Not here: how it is drawn (`sim/randomisation.ts`), and how light, colours and
 * cameras that were drawn are shown (`sim/view/appearance.ts`).
 */
import { integerIn, positive, refuse } from "./errors.js";
import type { Vec3 } from "./math/vec3.js";

/** What differs in one episode from the task as it is. */
export interface Randomisation {
  readonly version: 1;
  /** factors on things that can move, by id */
  readonly things: Readonly<Record<string, ThingFactors>>;
  /** factor on stiffness and damping of the arm's servos */
  readonly gains: number;
  /** control steps by which commands arrive late */
  readonly latency: number;
  /** how the detector sees; absent: as always */
  readonly detector?: DetectorDraw;
  /** how pictures of it look; absent: as always */
  readonly appearance?: Appearance;
}

/** How the detector of an episode differs from the usual one. */
export interface DetectorDraw {
  /** factor on the deviations of its positions and turns */
  readonly noise: number;
  /** s from a look to its result beyond the usual */
  readonly age: number;
  /** probability that a look does not find a thing, whose last pose then stays */
  readonly dropout: number;
}

/** What differs in the pictures of an episode. Nothing that is measured or felt depends on it. */
export interface Appearance {
  readonly light: {
    /** factors on the key light, and on all other light */
    readonly key: number;
    readonly rest: number;
    /** rad about the vertical by which the key light stands elsewhere */
    readonly turn: number;
  };
  /** factors on the linear red, green and blue of things by id, of `table` and of `background` */
  readonly colours: Readonly<Record<string, Vec3>>;
  /** cameras that stand or see otherwise, by name */
  readonly cameras: Readonly<Record<string, CameraShift>>;
}

/** How a camera differs from where it is meant to be. */
export interface CameraShift {
  /** m, in its optical frame */
  readonly shift: Vec3;
  /** rotation vector in its optical frame, rad */
  readonly turn: Vec3;
  /** factor on the vertical field of view */
  readonly view: number;
}

/** Factors on one thing; 1 leaves it as it is. */
export interface ThingFactors {
  readonly mass: number;
  readonly friction: number;
  readonly size: number;
}

/** Control steps that a command may be late, at most. */
export const MOST_LATENCY = 20;
/** Seconds that a detector may be later than usual, at most. */
export const MOST_AGE = 2;
/** Probability of a detector to miss a thing, at most. */
export const MOST_DROPOUT = 0.95;

/** Things, and cameras, that an appearance may name. */
const MOST_NAMED = 300;

/** Reads one that was written as data; refuses anything else. */
export function parseRandomisation(place: string, value: unknown): Randomisation {
  const record = asObject(place, value);
  if (record["version"] !== 1) refuse(place, "version must be 1", record["version"] ?? null);
  const things = Object.entries(asObject(`${place}.things`, record["things"])).map(([id, factors]) => {
    const { mass, friction, size } = asObject(`${place}.things.${id}`, factors);
    const factor = (name: string, given: unknown) => positive(`${place}.things.${id}`, name, given as number);
    return [
      id,
      { mass: factor("mass", mass), friction: factor("friction", friction), size: factor("size", size) },
    ] as const;
  });
  return {
    version: 1,
    things: Object.fromEntries(things),
    gains: positive(place, "gains", record["gains"] as number),
    latency: integerIn(place, "latency", record["latency"] as number, 0, MOST_LATENCY),
    ...(record["detector"] === undefined
      ? {}
      : { detector: parseDetectorDraw(`${place}.detector`, record["detector"]) }),
    ...(record["appearance"] === undefined
      ? {}
      : { appearance: parseAppearance(`${place}.appearance`, record["appearance"]) }),
  };
}

function parseDetectorDraw(place: string, value: unknown): DetectorDraw {
  const { noise, age, dropout } = asObject(place, value);
  const between = (name: string, given: unknown, high: number): number =>
    typeof given === "number" && given >= 0 && given <= high
      ? given
      : refuse(place, `${name} must be a number from 0 to ${high}`, given ?? null);
  return {
    noise: positive(place, "noise", noise as number),
    age: between("age", age, MOST_AGE),
    dropout: between("dropout", dropout, MOST_DROPOUT),
  };
}

function parseAppearance(place: string, value: unknown): Appearance {
  const record = asObject(place, value);
  const { key, rest, turn } = asObject(`${place}.light`, record["light"]);
  const named = <T>(name: string, read: (at: string, given: unknown) => T): Record<string, T> => {
    const entries = Object.entries(asObject(`${place}.${name}`, record[name]));
    if (entries.length > MOST_NAMED)
      refuse(`${place}.${name}`, `must name at most ${MOST_NAMED}`, entries.length);
    return Object.fromEntries(entries.map(([id, given]) => [id, read(`${place}.${name}.${id}`, given)]));
  };
  return {
    light: {
      key: positive(`${place}.light`, "key", key as number),
      rest: positive(`${place}.light`, "rest", rest as number),
      turn: asFinite(`${place}.light.turn`, turn),
    },
    colours: named("colours", (at, given) => {
      const factors = asThree(at, given);
      for (const factor of factors) positive(at, "a factor", factor);
      return factors;
    }),
    cameras: named("cameras", (at, given) => {
      const { shift, turn: turned, view } = asObject(at, given);
      return {
        shift: asThree(`${at}.shift`, shift),
        turn: asThree(`${at}.turn`, turned),
        view: positive(at, "view", view as number),
      };
    }),
  };
}

const asFinite = (place: string, value: unknown): number =>
  typeof value === "number" && Number.isFinite(value)
    ? value
    : refuse(place, "must be a finite number", value);

function asThree(place: string, value: unknown): Vec3 {
  if (!Array.isArray(value) || value.length !== 3)
    return refuse(place, "must be three numbers", value ?? null);
  const [x, y, z] = value.map((each) => asFinite(place, each)) as [number, number, number];
  return [x, y, z];
}

function asObject(place: string, value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(place, "must be an object", value ?? null);
}
