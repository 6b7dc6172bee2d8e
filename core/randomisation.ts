/**
 * What was drawn for an episode beside its layout, as plain data: it stands in the episode's metadata, so that a replay
 * or a picture is made in the same world. Not here: how it is drawn (`sim/randomisation.ts`).
 */
import { integerIn, positive, refuse } from "./errors.js";

/** What differs in one episode from the task as it is. */
export interface Randomisation {
  readonly version: 1;
  /** factors on things that can move, by id */
  readonly things: Readonly<Record<string, ThingFactors>>;
  /** factor on stiffness and damping of the arm's servos */
  readonly gains: number;
  /** control steps by which commands arrive late */
  readonly latency: number;
}

/** Factors on one thing; 1 leaves it as it is. */
export interface ThingFactors {
  readonly mass: number;
  readonly friction: number;
  readonly size: number;
}

/** Control steps that a command may be late, at most. */
export const MOST_LATENCY = 20;

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
  };
}

function asObject(place: string, value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuse(place, "must be an object", value ?? null);
}
