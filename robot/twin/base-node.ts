/**
 * A simulated differential-drive base as a ROS 2 robot: `/cmd_vel` as Twist or TwistStamped with the time-out and
 * the check of stamps that `diff_drive_controller` has, `/odom`, `/amcl_pose`, `/scan`, and the places of the map on
 * `/places`. It runs in real time on the clock it is given. Frames `map`, `odom`, `base_link`; m/s, rad/s, seconds.
 */
import { type Clock, createRandom, DIFF_DRIVE } from "../../core/index.js";
import { type BaseSim, localise } from "../../sim/index.js";
import { messageOfScene } from "../drivers/detections.js";
import type { Reliability, RosGraph } from "../ros2/graph.js";
import {
  laserScanMessage,
  locatedMessage,
  odometryMessage,
  ROS_TYPE,
  readTwist,
  readTwistStamped,
  type TwistData,
} from "../ros2/messages.js";
import type { TwinRobot } from "./arm-node.js";
import { startPacer } from "./pacer.js";
import type { StopNode } from "./stop-node.js";
import type { TwinTime } from "./twin-time.js";

export interface BaseNodeOptions {
  readonly graph: RosGraph;
  readonly clock: Clock;
  readonly time: TwinTime;
  readonly stop: StopNode;
  readonly sim: BaseSim;
  /** of the noise of scan and localisation */
  readonly seed: number;
  /** default TwistStamped, as diff_drive_controller takes since Jazzy */
  readonly twist?: "twist" | "twist-stamped";
  /** of `/scan`: many drivers publish it best-effort; default reliable */
  readonly scanReliability?: Reliability;
  /** hears why a command was dropped: over a bridge its sender does not */
  readonly onDropped?: (reason: string) => void;
}

/** s: a command older than this, on its way or in force, is over */
export const COMMAND_TIMEOUT = 0.5;

/** Ticks of 1/120 s between two messages of odometry (60 Hz), of scan and localisation (20 Hz), of places (5 Hz). */
const ODOMETRY = 2;
const SENSORS = 6;
const PLACES = 24;

export function openBaseNode(options: BaseNodeOptions): TwinRobot {
  const { graph, clock, time, stop, sim } = options;
  const { beams, rangeMin, rangeMax } = DIFF_DRIVE.scan;
  const dropped = options.onDropped ?? (() => {});
  const random = createRandom(options.seed).fork("base-node");
  let commandAge = Number.POSITIVE_INFINITY;
  let ticks = 0;

  const obey = ({ linear, angular }: TwistData): void => {
    if (stop.stopped) return;
    sim.setTwist(linear[0], angular[2]);
    commandAge = 0;
  };
  const listen = (): (() => void) =>
    options.twist === "twist"
      ? graph.subscribe("/cmd_vel", ROS_TYPE.twist, (message) => obey(readTwist(message)))
      : graph.subscribe("/cmd_vel", ROS_TYPE.twistStamped, (message) => {
          const { stamp, ...twist } = readTwistStamped(message);
          const age = stamp === null ? 0 : time.age(stamp);
          if (Math.abs(age) > COMMAND_TIMEOUT) dropped(`a command stamped ${age.toFixed(2)} s ago`);
          else obey(twist);
        });
  const leave = listen();
  const brake = (): void => {
    sim.setTwist(0, 0);
    commandAge = Number.POSITIVE_INFINITY;
  };
  const leaveStop = stop.on((stopped) => {
    if (stopped) brake();
  });
  const publishOdometry = graph.advertise("/odom", ROS_TYPE.odometry);
  const publishPose = graph.advertise("/amcl_pose", ROS_TYPE.poseWithCovariance);
  const publishScan = graph.advertise("/scan", ROS_TYPE.laserScan, options.scanReliability ?? "reliable");
  const publishPlaces = graph.advertise("/places", ROS_TYPE.detections);

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
      publishPose(locatedMessage({ stamp, frame: "map", pose: localise(sim.pose(), random) }));
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
    if (ticks % PLACES === 0) publishPlaces(messageOfScene(sim.scene(), stamp));
  };

  const pacer = startPacer(clock, sim.dt, () => {
    if (commandAge > COMMAND_TIMEOUT) sim.setTwist(0, 0);
    commandAge += sim.dt;
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
      leaveStop();
      leave();
    },
  };
}
