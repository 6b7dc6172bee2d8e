/**
 * The twin's stop: its robots' services (std_srvs/Trigger) and locks (std_msgs/Bool) stop every robot of the graph; only
 * `false` on a lock lets them go. Who they are, `/apprentice_twin/identity`, is answered here too.
 */
import { IDENTITY_SERVICE, type TwinIdentity } from "../drivers/consent.js";
import type { Profile } from "../drivers/profile.js";
import type { RosGraph } from "../ros2/graph.js";
import { ROS_TYPE } from "../ros2/messages.js";

export interface StopNode {
  readonly stopped: boolean;
  /** @param listener hears of every change; returns how to leave */
  on(listener: (stopped: boolean) => void): () => void;
  close(): void;
}

/** @param robots their names, and how each is stopped */
export function openStopNode(
  graph: RosGraph,
  robots: readonly { readonly name: string; readonly stop: Profile["stop"] }[],
): StopNode {
  const listeners = new Set<(stopped: boolean) => void>();
  let stopped = false;
  const set = (value: boolean): void => {
    if (stopped === value) return;
    stopped = value;
    for (const listener of [...listeners]) listener(value);
  };
  const identity: TwinIdentity = { twin: true, robots: robots.map(({ name }) => name) };
  const told = <T>(names: readonly (T | null)[]): T[] => [...new Set(names.filter((name) => name !== null))];
  const locks = told(robots.map(({ stop }) => stop.lock));
  const registrations = [
    ...told(robots.map(({ stop }) => stop.service)).map((service) =>
      graph.serveService(service, ROS_TYPE.trigger, () => {
        set(true);
        return { success: true, message: `stopped; false on ${locks.join(" or ")} releases` };
      }),
    ),
    ...locks.map((lock) => graph.subscribe(lock, ROS_TYPE.bool, ({ data }) => set(data === true))),
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
