/**
 * The lease between clients of one robot: holders of command announce themselves on a `std_msgs/String` topic at
 * 10 Hz, as JSON `{"holder": ..., "since": seconds on the robot's clock}`. Of two that claim at once the earlier
 * stays (by name when at the same time). An agreement between well-behaved clients: robots know nothing of it.
 */
import type { Clock } from "../../core/index.js";
import { ROS_TYPE } from "../ros2/messages.js";
import type { RosClient } from "../ros2/ros-client.js";
import { secondsOf } from "../ros2/time.js";
import { claimLease, FREE_LEASE, holderOf, type Lease } from "../safety/lease.js";

export interface LeaseTopic {
  /** Claims or renews; null when it is granted, else who has command. To be called with every command. */
  claim(): string | null;
  /** Announces while held; lets go when no command came for the life of a lease. At 10 Hz. */
  tick(): void;
  close(): void;
}

interface Announcement {
  readonly holder: string;
  readonly since: number;
}

/** @param topic null: nobody else is asked */
export function createLeaseTopic(
  client: RosClient,
  clock: Clock,
  topic: string | null,
  holder: string,
  onLost: (to: string) => void,
): LeaseTopic {
  let own: Lease = FREE_LEASE;
  let since = 0;
  let other: Lease = FREE_LEASE;
  if (topic === null) return { claim: () => null, tick: () => {}, close: () => {} };

  const announce = (): void => {
    client.publish(topic, ROS_TYPE.string, { data: JSON.stringify({ holder, since }) });
  };
  const unadvertise = client.advertise(topic, ROS_TYPE.string);
  const unsubscribe = client.subscribe(topic, ROS_TYPE.string, ({ data }) => {
    const said = announcementOf(data);
    if (said === null || said.holder === holder) return;
    const held = holderOf(own, clock.now()) !== null;
    const mineIsEarlier = since < said.since || (since === said.since && holder < said.holder);
    if (held && mineIsEarlier) return;
    other = { holder: said.holder, since: said.since, renewed: clock.now() };
    own = FREE_LEASE;
    if (held) onLost(said.holder);
  });

  return {
    claim: () => {
      const now = clock.now();
      const present = holderOf(other, now);
      if (present !== null) return present;
      const free = holderOf(own, now) === null;
      if (free) since = robotSeconds(client) ?? now;
      own = claimLease(own, holder, now) ?? own;
      if (free) announce();
      return null;
    },
    tick: () => {
      if (holderOf(own, clock.now()) !== null) announce();
    },
    close: () => {
      unsubscribe();
      unadvertise();
    },
  };
}

function robotSeconds(client: RosClient): number | null {
  const time = client.robotTime();
  return time === null ? null : secondsOf(time);
}

function announcementOf(data: unknown): Announcement | null {
  try {
    const said: unknown = JSON.parse(String(data));
    if (typeof said !== "object" || said === null || !("holder" in said) || !("since" in said)) return null;
    const { holder, since } = said;
    return typeof holder === "string" && typeof since === "number" && Number.isFinite(since)
      ? { holder, since }
      : null;
  } catch {
    return null;
  }
}
