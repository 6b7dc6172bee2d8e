/**
 * One voice for refusals: place, rule, value. `record: fps must be a positive number, got -1`.
 * Wrong input is refused at the border with `refuse`; a fault of our own is an `internal:` error.
 */

/** Wrong input or wrong use; never a fault of the program. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly place: string;
  readonly rule: string;

  constructor(place: string, rule: string, value?: unknown) {
    super(value === undefined ? `${place}: ${rule}` : `${place}: ${rule}, got ${show(value)}`);
    this.place = place;
    this.rule = rule;
  }
}

/** Throws an `InputError`: `refuse("record", "fps must be a positive number", fps)`. */
export function refuse(place: string, rule: string, value?: unknown): never {
  throw new InputError(place, rule, value);
}

/** The value when finite and above zero, else a refusal that names it. */
export function positive(place: string, name: string, value: number): number {
  return Number.isFinite(value) && value > 0
    ? value
    : refuse(place, `${name} must be a positive number`, value);
}

/** The value when an integer in [low, high], else a refusal that names it. */
export function integerIn(place: string, name: string, value: number, low: number, high: number): number {
  return Number.isInteger(value) && value >= low && value <= high
    ? value
    : refuse(place, `${name} must be an integer from ${low} to ${high}`, value);
}

/** Marks a branch that the types exclude. */
export function impossible(value: never): never {
  throw new Error(`internal: unexpected ${show(value)}`);
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function show(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (typeof value === "object" && value !== null) {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 120 ? `${text.slice(0, 117)}...` : text;
  }
  return String(value);
}
