/**
 * A simulated mobile manipulator as a ROS 2 robot, under the names of its profile: twists with the time-out of a
 * `diff_drive_controller`, odometry that counts from where it began, a trajectory controller each for lift and arm, gripper
 * controllers, and what a detector on it sees. It runs in real time on the clock it is given. Frames `map` and
 * `base_link`; metres, radians, seconds.
 */
import { type Clock, refuse } from "../../core/index.js";
import type { DetectorModel, MobileSim } from "../../sim/index.js";
import { positionOf } from "../drivers/opening.js";
import type { DrivenMobileManipulator } from "../drivers/robots.js";
import type { RosGraph } from "../ros2/graph.js";
import { jointStateMessage, odometryMessage, ROS_TYPE } from "../ros2/messages.js";
import { controllerOf, type TwinRobot } from "./arm-node.js";
import { openGripperController } from "./gripper-controller.js";
import { openTrajectoryController } from "./joint-trajectory-controller.js";
import { startPacer } from "./pacer.js";
import { publishSeen } from "./seen.js";
import type { StopNode } from "./stop-node.js";
import type { TwinTime } from "./twin-time.js";
import { hearTwists } from "./twists.js";

export interface MobileNodeOptions {
  readonly graph: RosGraph;
  readonly clock: Clock;
  readonly time: TwinTime;
  readonly stop: StopNode;
  readonly robot: DrivenMobileManipulator;
  readonly sim: MobileSim;
  /** of the detector's noise */
  readonly seed: number;
  /** default: the noise, rate and age of the house's detector */
  readonly detector?: DetectorModel;
}

/** Ticks of 1/120 s between two joint states and odometries (60 Hz). */
const STATES = 2;

export function openMobileNode(options: MobileNodeOptions): TwinRobot {
  const { graph, clock, time, stop, sim, robot } = options;
  const { profile, grippers } = robot;
  const { joints, gripper: way, detections, lift } = profile;
  if (way.via === "with-arm")
    refuse(`twin of ${profile.name}: gripper`, "must have a controller of its own", way.via);
  if (profile.scan !== null) refuse(`twin of ${profile.name}: scan`, "must be null: it has no laser");
  const blocked = (): string | null => (stop.stopped ? "the robot is stopped" : null);
  const arm = sim.arm.names.map((name) => joints.names[name] ?? name);
  const armController = openTrajectoryController({
    graph,
    time,
    name: controllerOf(profile.name, profile.arm.via === "topic" ? profile.arm.topic : profile.arm.action),
    joints: arm,
    measured: () => ({ q: sim.q, qd: sim.qd }),
    blocked,
  });
  const liftController = openTrajectoryController({
    graph,
    time,
    name: controllerOf(profile.name, lift.topic),
    joints: [lift.joint],
    measured: () => ({ q: sim.joints.subarray(0, 1), qd: Float64Array.of(0) }),
    blocked,
  });
  const { force } = robot.arm.gripper;
  const gripper = openGripperController({
    graph,
    hand: {
      width: () => sim.gripperWidth(),
      force: () => 0,
      set: (width) => sim.setGripper(width),
    },
    force,
    opening: joints.opening,
    ways: [way, ...grippers],
    blocked,
  });
  const twists = hearTwists({ graph, time, stop, command: profile.command, base: sim });
  const leaveStop = stop.on((stopped) => {
    if (!stopped) return;
    armController.halt("the robot was stopped");
    liftController.halt("the robot was stopped");
    gripper.halt();
  });
  const publishJoints = graph.advertise(joints.topic, ROS_TYPE.jointState);
  const publishOdometry = graph.advertise(profile.odometry, ROS_TYPE.odometry);
  const { seed, detector } = options;
  const publishScene = publishSeen({ graph, time, detections, sim, seed, detector });
  const names = [lift.joint, ...arm, ...joints.fingers];
  let ticks = 0;

  const publish = (): void => {
    const stamp = time.now();
    const finger = positionOf(joints.opening, sim.gripperWidth());
    const fingers = joints.fingers.map(() => finger);
    publishJoints(
      jointStateMessage({
        stamp,
        name: names,
        position: [...sim.joints, ...fingers],
        velocity: [0, ...sim.qd, ...fingers.map(() => 0)],
        effort: [],
      }),
    );
    const { linear, angular } = sim.twist();
    publishOdometry(
      odometryMessage({
        stamp,
        frame: "odom",
        childFrame: "base_link",
        pose: sim.base(),
        twist: { linear: [linear, 0, 0], angular: [0, 0, angular] },
      }),
    );
  };

  const pacer = startPacer(clock, sim.dt, () => {
    const { q, qd } = armController.update(sim.dt);
    const { q: height, qd: rate } = liftController.update(sim.dt);
    sim.setTarget(height[0]!, rate[0]!, q, qd, sim.dt);
    twists.update(sim.dt);
    sim.tick();
    gripper.update(sim.dt);
    ticks++;
    if (ticks % STATES === 0) publish();
    publishScene();
  });

  return {
    get lost() {
      return pacer.lost;
    },
    lateness: () => pacer.lateness(),
    close: async () => {
      await pacer.stop();
      leaveStop();
      twists.close();
      for (const controller of [armController, liftController]) {
        controller.halt("the robot went down");
        controller.close();
      }
      gripper.halt();
      gripper.close();
    },
  };
}
