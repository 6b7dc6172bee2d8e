/**
 * A simulated mobile base as a ROS 2 robot, under the names of its profile: twists as Twist or TwistStamped with the
 * time-out and the check of stamps that `diff_drive_controller` has, odometry, localisation, a scan, an inertial sensor
 * where it has one, and the places of the map. It runs in real time on the clock it is given. Frames `map`, `odom`,
 * `base_link`; m/s, rad/s, seconds.
 */
import {
  type Clock,
  createRandom,
  fromRollPitchYaw,
  multiply,
  type Quat,
  refuse,
  TILT,
  yawOf,
} from "../../core/index.js";
import { type BaseSim, localise, senseTilt } from "../../sim/index.js";
import { messageOfScene, sceneForMessages } from "../drivers/detections.js";
import { mountOfImu } from "../drivers/profile.js";
import type { DrivenMobileBase } from "../drivers/robots.js";
import type { Reliability, RosGraph } from "../ros2/graph.js";
import { imuMessage, laserScanMessage, locatedMessage, odometryMessage, ROS_TYPE } from "../ros2/messages.js";
import type { TwinRobot } from "./arm-node.js";
import { startPacer } from "./pacer.js";
import type { StopNode } from "./stop-node.js";
import type { TwinTime } from "./twin-time.js";
import { hearTwists, type TwistEarOptions } from "./twists.js";

export interface BaseNodeOptions extends Pick<TwistEarOptions, "twist" | "onDropped"> {
  readonly graph: RosGraph;
  readonly clock: Clock;
  readonly time: TwinTime;
  readonly stop: StopNode;
  readonly robot: DrivenMobileBase;
  readonly sim: BaseSim;
  /** of the noise of scan and localisation */
  readonly seed: number;
  /** of `/scan`: many drivers publish it best-effort; default reliable */
  readonly scanReliability?: Reliability;
}

/** Ticks of 1/120 s between two messages of odometry (60 Hz), of scan and localisation (20 Hz), of places (5 Hz). */
const ODOMETRY = 2;
const SENSORS = 6;
const PLACES = 24;

export function openBaseNode(options: BaseNodeOptions): TwinRobot {
  const { graph, clock, time, stop, sim, robot } = options;
  const { profile } = robot;
  const { beams, rangeMin, rangeMax } = robot.base.scan;
  const { command, odometry, imu, mapPose, scan, detections } = profile;
  const { mount } = scan;
  if (mount.x !== 0 || mount.y !== 0 || mount.yaw !== 0)
    refuse(
      `twin of ${profile.name}: scan.mount`,
      "must be the middle of the base, where its laser is",
      mount,
    );
  const random = createRandom(options.seed).fork("base-node");
  const { twist, onDropped } = options;
  const twists = hearTwists({
    graph,
    time,
    stop,
    command,
    base: sim,
    ...(twist === undefined ? {} : { twist }),
    ...(onDropped === undefined ? {} : { onDropped }),
  });
  let ticks = 0;

  const publishOdometry = graph.advertise(odometry, ROS_TYPE.odometry);
  const publishPose = mapPose === null ? null : graph.advertise(mapPose, ROS_TYPE.poseWithCovariance);
  const publishImu = imu === null ? null : graph.advertise(imu.topic, ROS_TYPE.imu);
  const publishScan = graph.advertise(scan.topic, ROS_TYPE.laserScan, options.scanReliability ?? "reliable");
  const publishPlaces = detections === null ? null : graph.advertise(detections.topic, ROS_TYPE.detections);

  /** How the base is turned, as an inertial sensor on it would say. */
  const leaning = (): Quat => {
    const [roll, pitch] = senseTilt(sim.pose(), random)[TILT.name]!;
    return fromRollPitchYaw(roll!, pitch!, yawOf(sim.pose().orientation));
  };

  const publish = (): void => {
    const stamp = time.now();
    if (ticks % ODOMETRY === 0) {
      const { linear, angular } = sim.twist();
      publishOdometry(
        odometryMessage({
          stamp,
          frame: "odom",
          childFrame: "base_link",
          pose: sim.odometry(),
          twist: { linear: [linear, 0, 0], angular: [0, 0, angular] },
        }),
      );
    }
    if (ticks % SENSORS === 0) {
      publishPose?.(locatedMessage({ stamp, frame: "map", pose: localise(sim.pose(), random) }));
      if (imu !== null)
        publishImu?.(
          imuMessage({ stamp, frame: "imu_link", orientation: multiply(leaning(), mountOfImu(imu)) }),
        );
      publishScan(
        laserScanMessage({
          stamp,
          frame: "base_link",
          angleMin: 0,
          angleIncrement: (2 * Math.PI) / beams,
          rangeMin,
          rangeMax,
          // REP 117: nothing in range is infinite.
          ranges: Array.from(sim.scan(random), (range) =>
            range >= rangeMax ? Number.POSITIVE_INFINITY : range,
          ),
        }),
      );
    }
    if (ticks % PLACES === 0 && detections !== null)
      publishPlaces?.(messageOfScene(sceneForMessages(sim.scene(), detections), stamp));
  };

  const pacer = startPacer(clock, sim.dt, () => {
    twists.update(sim.dt);
    sim.tick();
    ticks++;
    publish();
  });

  return {
    get lost() {
      return pacer.lost;
    },
    lateness: () => pacer.lateness(),
    close: async () => {
      await pacer.stop();
      twists.close();
    },
  };
}
