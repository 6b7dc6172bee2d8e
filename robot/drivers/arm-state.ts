/**
 * What an arm shows, put together from `JointState` messages: joints matched by the profile's names, whatever
 * their order, however many publishers they come from; the tool by forward kinematics, the opening from the
 * gripper's joints. Base frame of the arm; metres, radians, seconds.
 */
import { type Chain, type Clock, type Pose, toolPose } from "../../core/index.js";
import { ROS_TYPE, readJointState } from "../ros2/messages.js";
import type { RosClient, RosTime } from "../ros2/ros-client.js";
import { secondsOf } from "../ros2/time.js";
import { widthOf } from "./opening.js";
import type { ArmProfile } from "./profile.js";
import type { StampSample } from "./stamps.js";

export interface ArmState {
  /** [n] rad and rad/s; null until every joint has been seen */
  joints(): { readonly q: Float64Array; readonly qd: Float64Array } | null;
  /** base ← tool; null until every joint has been seen */
  tool(): Pose | null;
  /** m between the pads; null until every finger has been seen */
  width(): number | null;
  /** s, of the oldest joint or finger; infinite before all have been seen */
  age(): number;
  /** s on the robot's clock, of the newest message */
  time(): number;
  /** wire names of joints and fingers that have not been seen */
  missing(): string[];
  readonly stamps: readonly StampSample[];
  close(): void;
}

interface Seen {
  position: number;
  velocity: number;
  stamp: RosTime | null;
  receivedAt: number;
}

export function watchArm(client: RosClient, clock: Clock, profile: ArmProfile, chain: Chain): ArmState {
  const joints = chain.names.map((name) => profile.joints.names[name] ?? name);
  const { fingers, opening } = profile.joints;
  const seen = new Map<string, Seen>();
  const stamps: StampSample[] = [];
  let newest = 0;
  let pose: Pose | null = null;

  const close = client.subscribe(profile.joints.topic, ROS_TYPE.jointState, (message) => {
    const receivedAt = clock.now();
    const { stamp, name, position, velocity } = readJointState(message);
    if (position.length === 0) return;
    let used = false;
    name.forEach((wire, i) => {
      const value = position[i]!;
      if (!Number.isFinite(value) || !(joints.includes(wire) || fingers.includes(wire))) return;
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
    pose = null;
    newest = stamp === null ? receivedAt : secondsOf(stamp);
    if (stamps.length < 10) stamps.push({ stamp: stamp === null ? null : newest, receivedAt });
  });

  const all = (names: readonly string[]): Seen[] | null => {
    const found = names.map((name) => seen.get(name)).filter((each) => each !== undefined);
    return found.length === names.length ? found : null;
  };
  const ageOf = ({ stamp, receivedAt }: Seen): number =>
    stamp === null ? clock.now() - receivedAt : client.ageOf(stamp);

  const state: ArmState = {
    joints: () => {
      const found = all(joints);
      return found === null
        ? null
        : {
            q: Float64Array.from(found, (each) => each.position),
            qd: Float64Array.from(found, (each) => each.velocity),
          };
    },
    tool: () => {
      const found = state.joints();
      if (found !== null) pose ??= toolPose(chain, found.q);
      return pose;
    },
    width: () => {
      const found = all(fingers);
      if (found === null) return null;
      return widthOf(opening, found.reduce((sum, each) => sum + each.position, 0) / found.length);
    },
    age: () => {
      const found = all([...joints, ...fingers]);
      return found === null ? Number.POSITIVE_INFINITY : Math.max(...found.map(ageOf));
    },
    time: () => newest,
    missing: () => [...joints, ...fingers].filter((name) => !seen.has(name)),
    stamps,
    close,
  };
  return state;
}
