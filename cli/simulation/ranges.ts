/** `--randomise`: what the worlds of a command are drawn from, the usual ranges or those of a file. */
import { readFileSync } from "node:fs";
import { InputError, messageOf } from "../../core/index.js";
import { parseRanges, type RandomisationRanges, USUAL_RANGES } from "../../sim/index.js";

/** Help text of `--randomise`. */
export const RANDOMISE_HELP =
  "draw masses, friction, sizes, gains, latency, light, colours and cameras, from ranges in JSON or the usual ones";

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
