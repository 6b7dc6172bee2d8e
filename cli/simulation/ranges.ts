/** `--randomise`: what the worlds of a command are drawn from, the usual ranges or those of a file. */
import { readFileSync } from "node:fs";
import { InputError, messageOf, refuse } from "../../core/index.js";
import { parseRanges, type RandomisationRanges, SEEN_RANGES, USUAL_RANGES } from "../../sim/index.js";

/** Help text of `--randomise`. */
export const RANDOMISE_HELP =
  "draw masses, friction, sizes, gains, latency, light, colours and cameras, from ranges in JSON or the usual ones";

/**
 * As `readRanges`, of what is seen in pictures alone: the usual of these. @throws InputError for a range of anything
 * else, which cannot be drawn after the fact
 */
export function readLooks(place: string, given: string | true | undefined): RandomisationRanges | null {
  const ranges = readRanges(place, given);
  if (ranges === null) return null;
  const seen = Object.entries(ranges).filter(([name]) => SEEN_RANGES.some((each) => each === name));
  const other = Object.keys(ranges).find((name) => !seen.some(([each]) => each === name));
  if (given !== true && other !== undefined)
    refuse(`${place}: ${given}`, `ranges must be of ${SEEN_RANGES.join(", ")}: the rest has happened`, other);
  return Object.fromEntries(seen);
}

/** The ranges that were asked for; null: none. @throws InputError for a file without ranges */
export function readRanges(place: string, given: string | true | undefined): RandomisationRanges | null {
  if (given === undefined) return null;
  if (given === true) return USUAL_RANGES;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(given, "utf8"));
  } catch (error) {
    throw new InputError(`${place}: randomise`, `the file must hold ranges as JSON: ${messageOf(error)}`);
  }
  return parseRanges(`${place}: ${given}`, value);
}
