/**
 * A message as every bridge can carry it inward. JSON has no infinity and no NaN, and servers drop a whole message
 * for one of them, without a word. What they stand for is said in the ways that ROS has without them.
 */
import type { RosMessage } from "./graph.js";
import { fieldsOf, isFloat, isPrimitive, type TypeTable } from "./types.js";

/**
 * The message with finite numbers only; null when a single value that means something is not finite.
 * Ranges of a scan: +inf, "nothing there", becomes the scanner's own limit; "no reading" becomes a value beyond it,
 * "too near" one below it, both of which readers discard. Lists (efforts nobody knows) become empty, which means
 * unknown. Arrays of fixed length (covariances) become zero there, which means unknown.
 */
export function finiteMessage(types: TypeTable, type: string, message: RosMessage): RosMessage | null {
  const finite: Record<string, unknown> = {};
  for (const field of fieldsOf(types, type)) {
    const value = message[field.name];
    const { arity } = field;
    if (isFloat(field.type)) {
      if (arity.kind === "one") {
        if (!Number.isFinite(value)) return null;
        finite[field.name] = value;
      } else if ((value as number[]).every(Number.isFinite)) finite[field.name] = value;
      else if (arity.kind === "fixed")
        finite[field.name] = (value as number[]).map((item) => (Number.isFinite(item) ? item : 0));
      else if (type === "sensor_msgs/msg/LaserScan" && field.name === "ranges")
        finite[field.name] = finiteRanges(value as number[], Number(message["range_max"]));
      else finite[field.name] = [];
    } else if (isPrimitive(field.type)) finite[field.name] = value;
    else if (arity.kind === "one") {
      const part = finiteMessage(types, field.type, value as RosMessage);
      if (part === null) return null;
      finite[field.name] = part;
    } else {
      const parts = (value as RosMessage[]).map((item) => finiteMessage(types, field.type, item));
      if (parts.includes(null)) return null;
      finite[field.name] = parts;
    }
  }
  return finite;
}

const finiteRanges = (ranges: readonly number[], rangeMax: number): number[] =>
  ranges.map((range) => {
    if (Number.isFinite(range)) return range;
    if (range === Number.POSITIVE_INFINITY) return rangeMax;
    return range === Number.NEGATIVE_INFINITY ? 0 : rangeMax + 1;
  });
