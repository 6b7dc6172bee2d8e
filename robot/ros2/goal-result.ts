/** How a goal ended, out of what the different servers say of it. */
import type { Frame } from "./calls.js";
import { isRecord, readMessage } from "./conversion.js";
import { GOAL_STATUS, type GoalStatus, type RosMessage } from "./graph.js";
import type { TypeTable } from "./types.js";

/**
 * `status` says how it ended; `result` does not (one server says false of a canceled goal, another true).
 * @throws Error with the server's words when the goal was refused
 */
export function readResult(
  types: TypeTable,
  type: string,
  frame: Frame,
): { readonly status: GoalStatus; readonly values: RosMessage } {
  const status = Object.values(GOAL_STATUS).find((known) => known === frame["status"]) ?? GOAL_STATUS.unknown;
  const { values } = frame;
  if (!isRecord(values)) {
    // One server says "aborted" of a refused goal: the text tells them apart.
    const said = typeof values === "string" && values !== "";
    if (status === GOAL_STATUS.canceled || (status === GOAL_STATUS.aborted && !said))
      return { status, values: {} };
    throw new Error(String(values || "the goal was refused"));
  }
  // A server that lost the answer says "aborted" with nothing: the outcome is not known.
  if (status === GOAL_STATUS.aborted && Object.keys(values).length === 0)
    return { status: GOAL_STATUS.unknown, values: {} };
  return { status, values: readMessage(types, `${type}_Result`, values) };
}
