/**
 * A client's view of a ROS 2 graph through a rosbridge v2 server. Drivers are written against this interface.
 * Nothing is queued while the link is down: a command that cannot be sent now is not sent at all.
 */
import type { GoalStatus, RosMessage } from "./graph.js";

/** Since the robot's own epoch: whole seconds, and nanoseconds below one. */
export interface RosTime {
  readonly sec: number;
  readonly nanosec: number;
}

/** A goal that was sent. */
export interface GoalHandle {
  readonly id: string;
  /** Settles with the robot's answer, or rejects on time-out or a lost link. Read `status`, never `result`. */
  readonly result: Promise<{ readonly status: GoalStatus; readonly values: RosMessage }>;
  /** On the stop socket, so that a busy command socket cannot hold it up. */
  cancel(): void;
}

/** A client of one bridge: see the file's head. */
export interface RosClient {
  /** true while the command and stop sockets are open */
  readonly up: boolean;
  onLink(listener: (up: boolean, reason: string) => void): () => void;
  /**
   * Re-subscribes by itself after a reconnect and when the topic stays silent.
   * @param handler gets the message and the local time (client clock, s) at which it came
   */
  subscribe(
    topic: string,
    type: string,
    handler: (message: RosMessage, receivedAt: number) => void,
    options?: { readonly images?: boolean },
  ): () => void;
  /** Announces a publisher, so that its first message is not lost to discovery. */
  advertise(topic: string, type: string): () => void;
  /** @returns false when the link is down: the message is then gone */
  publish(topic: string, type: string, message: RosMessage): boolean;
  /** As `publish`, on the socket that nothing else uses. */
  publishStop(topic: string, type: string, message: RosMessage): boolean;
  /**
   * @param timeout seconds, after which it rejects
   * @param options.repeat seconds after which an unanswered request is sent again, for requests that may be heard
   *   twice: one server (ros2-web-bridge) sends a connection's first call before the service can hear it
   */
  callService(
    service: string,
    type: string,
    request: RosMessage,
    timeout: number,
    options?: { readonly repeat?: number },
  ): Promise<RosMessage>;
  /** @throws Error when the server at the other end knows no actions (`actions` is false) */
  sendGoal(
    action: string,
    type: string,
    goal: RosMessage,
    options: { readonly timeout: number; readonly onFeedback?: (values: RosMessage) => void },
  ): GoalHandle;
  /** false once the server has said that it knows no actions */
  readonly actions: boolean;
  /** now on the robot's clock, estimated from stamped messages; null before the first one */
  robotTime(): RosTime | null;
  /** seconds of age of a stamp, on the robot's clock */
  ageOf(stamp: RosTime): number;
  close(): Promise<void>;
}
