/**
 * What a mobile base shows: wheel odometry, its place on the map, its laser scan, how far it leans. Localisation speaks
 * seldom (AMCL only when the base moves) and late; between its words the wheels carry the pose on, as tf does with
 * map → odom → base_link. Frame `map`; metres, radians, seconds.
 */
import {
  type Clock,
  compose,
  conjugate,
  IDENTITY_POSE,
  invert,
  type MobileBase,
  multiply,
  normalize,
  type Pose,
  type Quat,
} from "../../core/index.js";
import {
  type LocatedData,
  ROS_TYPE,
  readImu,
  readLaserScan,
  readLocated,
  readOdometry,
} from "../ros2/messages.js";
import type { RosClient, RosTime } from "../ros2/ros-client.js";
import { secondsOf } from "../ros2/time.js";
import { type BaseProfile, mountOfImu } from "./profile.js";
import { type ResampledScan, resampleScan } from "./scan.js";
import type { StampSample } from "./stamps.js";

export interface BaseState {
  /** map ← base_link; null until it is known */
  pose(): Pose | null;
  /** m/s and rad/s, from the wheels */
  twist(): { readonly linear: number; readonly angular: number } | null;
  /** null until it is seen, and without a scanner */
  scan(): ResampledScan | null;
  /** how the base is turned, by its inertial sensor: only roll and pitch mean anything; null without one */
  lean(): Quat | null;
  /** s, of the oldest of odometry, scan and inertial sensor; infinite before all have been seen */
  age(): number;
  /** s on the robot's clock, of the newest odometry */
  time(): number;
  /** what has not been seen, in words */
  missing(): string | null;
  readonly stamps: readonly StampSample[];
  close(): void;
}

interface Timed {
  readonly stamp: RosTime | null;
  readonly receivedAt: number;
}

/** s of odometry that is kept to place a late word of localisation */
const HISTORY = 3;

/** Where a base is on a wire; without a scan nothing stops it before what it does not see. */
export type BaseWire = Pick<BaseProfile, "name" | "command" | "odometry" | "imu" | "mapPose"> & {
  readonly scan: BaseProfile["scan"] | null;
};

/** @param scanner what beams the contract, or the scan guard, wants */
export function watchBase(
  client: RosClient,
  clock: Clock,
  { beams, rangeMax }: Pick<MobileBase["scan"], "beams" | "rangeMax">,
  profile: BaseWire,
): BaseState {
  const stamps: StampSample[] = [];
  let history: { readonly time: number; readonly odomFromBase: Pose }[] = [];
  let odometry: (Timed & { readonly linear: number; readonly angular: number }) | null = null;
  let mapFromOdom: Pose | null = profile.mapPose === null ? IDENTITY_POSE : null;
  let scan: (Timed & { readonly resampled: ResampledScan }) | null = null;
  let inertial: (Timed & { readonly lean: Quat }) | null = null;
  let located: LocatedData | null = null;

  /** Where the map is in odometry, from what localisation said of a moment whose odometry is known. */
  const place = (): void => {
    if (located === null) return;
    const at = located.stamp === null ? Number.POSITIVE_INFINITY : secondsOf(located.stamp);
    const then = history.reduce<(typeof history)[number] | null>(
      (best, each) => (best === null || Math.abs(each.time - at) < Math.abs(best.time - at) ? each : best),
      null,
    );
    if (then === null) return;
    mapFromOdom = compose(located.pose, invert(then.odomFromBase));
    located = null;
  };
  const subscriptions = [
    client.subscribe(profile.odometry, ROS_TYPE.odometry, (message) => {
      const receivedAt = clock.now();
      const { stamp, pose, twist } = readOdometry(message);
      const odomFromBase = soundPose(pose);
      const [linear, angular] = [twist.linear[0], twist.angular[2]];
      if (odomFromBase === null || !Number.isFinite(linear) || !Number.isFinite(angular)) return;
      const time = stamp === null ? receivedAt : secondsOf(stamp);
      odometry = { stamp, receivedAt, linear, angular };
      history.push({ time, odomFromBase });
      if (history[0]!.time < time - 2 * HISTORY)
        history = history.filter((each) => each.time > time - HISTORY);
      if (stamps.length < 10) stamps.push({ stamp: stamp === null ? null : time, receivedAt });
      place();
    }),
  ];
  if (profile.scan !== null) {
    const { topic, mount, missing: unseen } = profile.scan;
    subscriptions.push(
      client.subscribe(topic, ROS_TYPE.laserScan, (message) => {
        const data = readLaserScan(message);
        const resampled = resampleScan(data, mount, beams, rangeMax, unseen);
        if (resampled !== null) scan = { stamp: data.stamp, receivedAt: clock.now(), resampled };
      }),
    );
  }
  if (profile.imu !== null) {
    const sensorFromBase = conjugate(mountOfImu(profile.imu));
    subscriptions.push(
      client.subscribe(profile.imu.topic, ROS_TYPE.imu, (message) => {
        const { stamp, orientation } = readImu(message);
        if (orientation === null || !(Math.abs(Math.hypot(...orientation) - 1) < 0.1)) return;
        const lean = multiply(normalize(orientation), sensorFromBase);
        inertial = { stamp, receivedAt: clock.now(), lean };
      }),
    );
  }
  if (profile.mapPose !== null)
    subscriptions.push(
      client.subscribe(profile.mapPose, ROS_TYPE.poseWithCovariance, (message) => {
        const said = readLocated(message);
        const pose = soundPose(said.pose);
        if (pose === null) return;
        located = { ...said, pose };
        place();
      }),
    );
  const ageOf = (seen: Timed | null): number =>
    seen === null
      ? Number.POSITIVE_INFINITY
      : seen.stamp === null
        ? clock.now() - seen.receivedAt
        : client.ageOf(seen.stamp);

  return {
    pose: () => {
      const newest = history.at(-1);
      return newest === undefined || mapFromOdom === null ? null : compose(mapFromOdom, newest.odomFromBase);
    },
    twist: () => odometry,
    scan: () => scan?.resampled ?? null,
    lean: () => inertial?.lean ?? null,
    age: () =>
      Math.max(
        ageOf(odometry),
        profile.scan === null ? 0 : ageOf(scan),
        profile.imu === null ? 0 : ageOf(inertial),
      ),
    time: () => history.at(-1)?.time ?? 0,
    missing: () => {
      if (odometry === null) return `nothing on ${profile.odometry}`;
      if (profile.scan !== null && scan === null) return `nothing on ${profile.scan.topic}`;
      if (profile.imu !== null && inertial === null) return `no orientation on ${profile.imu.topic}`;
      return mapFromOdom === null ? `nothing on ${profile.mapPose}` : null;
    },
    stamps,
    close: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    },
  };
}

/** The pose with a unit quaternion; null when it is none. */
function soundPose({ position, orientation }: Pose): Pose | null {
  const length = Math.hypot(...orientation);
  return position.every(Number.isFinite) && Math.abs(length - 1) < 0.1
    ? { position, orientation: normalize(orientation) }
    : null;
}
