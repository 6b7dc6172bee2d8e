/**
 * The twin's stop: `/stop` (std_srvs/Trigger) and `/stop_lock` (std_msgs/Bool) stop every robot of the graph; only
 * `false` on the lock lets them go. Who they are, `/apprentice_twin/identity`, is answered here too.
 */
import { IDENTITY_SERVICE, type TwinIdentity } from "../drivers/consent.js";
import type { RosGraph } from "../ros2/graph.js";
import { ROS_TYPE } from "../ros2/messages.js";

export interface StopNode {
  readonly stopped: boolean;
  /** @param listener hears of every change; returns how to leave */
  on(listener: (stopped: boolean) => void): () => void;
  close(): void;
}

export function openStopNode(graph: RosGraph, robots: readonly string[]): StopNode {
  const listeners = new Set<(stopped: boolean) => void>();
  let stopped = false;
  const set = (value: boolean): void => {
    if (stopped === value) return;
    stopped = value;
    for (const listener of [...listeners]) listener(value);
  };
  const identity: TwinIdentity = { twin: true, robots };
  const registrations = [
    graph.serveService("/stop", ROS_TYPE.trigger, () => {
      set(true);
      return { success: true, message: "stopped; false on /stop_lock releases" };
    }),
    graph.subscribe("/stop_lock", ROS_TYPE.bool, ({ data }) => set(data === true)),
    graph.serveService(IDENTITY_SERVICE, ROS_TYPE.trigger, () => ({
      success: true,
      message: JSON.stringify(identity),
    })),
  ];
  return {
    get stopped() {
      return stopped;
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      for (const unregister of registrations) unregister();
    },
  };
}
