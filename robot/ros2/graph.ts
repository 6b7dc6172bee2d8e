/**
 * A node's view of a ROS 2 graph: topics, services, actions, as plain messages. The twin's robots are written
 * against it; behind it stands our own rosbridge server (`twin`), or a real bridge (`--through`).
 * Not a client's view: see `ros-client.ts`.
 */

/** A ROS message as JSON carries it: field names of the .msg file, numbers, strings, lists, objects. */
export type RosMessage = { readonly [field: string]: unknown };

/** Quality of service of a publisher: whether what is lost is sent again. */
export type Reliability = "reliable" | "best-effort";

/** action_msgs/msg/GoalStatus */
export const GOAL_STATUS = {
  unknown: 0,
  accepted: 1,
  executing: 2,
  canceling: 3,
  succeeded: 4,
  canceled: 5,
  aborted: 6,
} as const;
/** One of `GOAL_STATUS`. */
export type GoalStatus = (typeof GOAL_STATUS)[keyof typeof GOAL_STATUS];

/** What an action server has of the goal it executes. */
export interface GoalContext {
  readonly id: string;
  feedback(values: RosMessage): void;
  /** aborted when a client cancels the goal or the graph closes */
  readonly canceled: AbortSignal;
}

/** How a node serves an action. */
export interface ActionServer {
  /** null to accept, or why not */
  refuse(goal: RosMessage): string | null;
  execute(
    goal: RosMessage,
    context: GoalContext,
  ): Promise<{ readonly status: GoalStatus; readonly result: RosMessage }>;
}

/** Every method that registers something returns how to undo it. */
export interface RosGraph {
  /** Declares a publisher; messages of undeclared topics are refused. */
  advertise(topic: string, type: string, reliability?: Reliability): (message: RosMessage) => void;
  subscribe(topic: string, type: string, handler: (message: RosMessage) => void): () => void;
  serveService(
    service: string,
    type: string,
    handler: (request: RosMessage) => RosMessage | Promise<RosMessage>,
  ): () => void;
  serveAction(action: string, type: string, server: ActionServer): () => void;
}
