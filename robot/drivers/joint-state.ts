/**
 * Joints as `JointState` messages show them: matched by name, whatever their order, however many publishers they come
 * from. Positions and velocities in the joints' own units; seconds.
 */
import type { Clock } from "../../core/index.js";
import { ROS_TYPE, readJointState } from "../ros2/messages.js";
import type { RosClient, RosTime } from "../ros2/ros-client.js";
import { secondsOf } from "../ros2/time.js";
import type { StampSample } from "./stamps.js";

export interface JointWatch {
  /** [names] each; null until all of them have been seen */
  of(names: readonly string[]): { readonly q: Float64Array; readonly qd: Float64Array } | null;
  /** s, of the oldest joint; infinite before all have been seen */
  age(): number;
  /** s on the robot's clock, of the newest message */
  time(): number;
  /** how many messages said something of these joints */
  readonly count: number;
  /** names that have not been seen */
  missing(): string[];
  readonly stamps: readonly StampSample[];
  close(): void;
}

interface Seen {
  readonly position: number;
  readonly velocity: number;
  readonly stamp: RosTime | null;
  readonly receivedAt: number;
}

export function watchJoints(
  client: RosClient,
  clock: Clock,
  topic: string,
  joints: readonly string[],
): JointWatch {
  const seen = new Map<string, Seen>();
  const stamps: StampSample[] = [];
  let newest = 0;
  let count = 0;

  const close = client.subscribe(topic, ROS_TYPE.jointState, (message) => {
    const receivedAt = clock.now();
    const { stamp, name, position, velocity } = readJointState(message);
    if (position.length === 0) return;
    let used = false;
    name.forEach((wire, i) => {
      const value = position[i]!;
      if (!Number.isFinite(value) || !joints.includes(wire)) return;
      const before = seen.get(wire);
      const elapsed = before === undefined ? 0 : receivedAt - before.receivedAt;
      const rate = velocity[i];
      seen.set(wire, {
        position: value,
        velocity:
          rate !== undefined && Number.isFinite(rate)
            ? rate
            : before !== undefined && elapsed > 0
              ? (value - before.position) / elapsed
              : 0,
        stamp,
        receivedAt,
      });
      used = true;
    });
    if (!used) return;
    count++;
    newest = stamp === null ? receivedAt : secondsOf(stamp);
    if (stamps.length < 10) stamps.push({ stamp: stamp === null ? null : newest, receivedAt });
  });

  const all = (names: readonly string[]): Seen[] | null => {
    const found = names.map((name) => seen.get(name)).filter((each) => each !== undefined);
    return found.length === names.length ? found : null;
  };
  const ageOf = ({ stamp, receivedAt }: Seen): number =>
    stamp === null ? clock.now() - receivedAt : client.ageOf(stamp);

  return {
    of: (names) => {
      const found = all(names);
      return found === null
        ? null
        : {
            q: Float64Array.from(found, (each) => each.position),
            qd: Float64Array.from(found, (each) => each.velocity),
          };
    },
    age: () => {
      const found = all(joints);
      return found === null ? Number.POSITIVE_INFINITY : Math.max(...found.map(ageOf));
    },
    time: () => newest,
    get count() {
      return count;
    },
    missing: () => joints.filter((name) => !seen.has(name)),
    stamps,
    close,
  };
}
