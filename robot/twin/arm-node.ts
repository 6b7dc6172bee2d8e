/**
 * A simulated arm at a table as a ROS 2 robot: joint states, a joint trajectory controller, gripper controllers, and what
 * a detector sees of the table, on a graph of nodes, under the names of its profile. It runs in real time on the clock it
 * is given. Base frame of the arm; metres, radians, seconds. Whoever commands it sees nothing that a real robot would not
 * show.
 */
import { type Clock, refuse } from "../../core/index.js";
import type { ArmSim, DetectorModel } from "../../sim/index.js";
import { positionOf, widthOf } from "../drivers/opening.js";
import type { DrivenArm } from "../drivers/robots.js";
import type { RosGraph } from "../ros2/graph.js";
import { jointStateMessage, ROS_TYPE } from "../ros2/messages.js";
import { openGripperController } from "./gripper-controller.js";
import { openTrajectoryController } from "./joint-trajectory-controller.js";
import { startPacer } from "./pacer.js";
import { publishSeen } from "./seen.js";
import type { StopNode } from "./stop-node.js";
import type { TwinTime } from "./twin-time.js";

export interface TwinRobot {
  /** s of simulation that the machine was too slow for */
  readonly lost: number;
  /** s by which the latest tick came late, since the last look */
  lateness(): number;
  close(): Promise<void>;
}

export interface ArmNodeOptions {
  readonly graph: RosGraph;
  readonly clock: Clock;
  readonly time: TwinTime;
  readonly stop: StopNode;
  readonly robot: DrivenArm;
  readonly sim: ArmSim;
  /** of the detector's noise */
  readonly seed: number;
  /** default: the noise, rate and age of the house's detector */
  readonly detector?: DetectorModel;
}

/** Ticks of 1/120 s between two joint states (60 Hz) and two controller states (20 Hz). */
const JOINT_STATES = 2;
const CONTROLLER_STATES = 6;

export function openArmNode(options: ArmNodeOptions): TwinRobot {
  const { graph, clock, time, stop, sim, robot } = options;
  const { profile, grippers } = robot;
  const { joints, gripper: way, detections } = profile;
  const { n } = sim.chain;
  const arm = sim.chain.names.map((name) => joints.names[name] ?? name);
  const jaw = way.via === "with-arm" ? way.joint : null;
  const blocked = (): string | null => (stop.stopped ? "the robot is stopped" : null);
  const finger = (): number => positionOf(joints.opening, sim.gripperWidth());
  const controller = openTrajectoryController({
    graph,
    time,
    name: controllerOf(profile.name, profile.arm.via === "topic" ? profile.arm.topic : profile.arm.action),
    joints: jaw === null ? arm : [...arm, jaw],
    measured: () =>
      jaw === null
        ? { q: sim.q, qd: sim.qd }
        : { q: Float64Array.of(...sim.q, finger()), qd: Float64Array.of(...sim.qd, 0) },
    blocked,
  });
  const gripper = openGripperController({
    graph,
    hand: {
      width: () => sim.gripperWidth(),
      force: () => sim.gripperForce(),
      set: (width, force) => sim.setGripper(width, force),
    },
    force: robot.arm.gripper.force,
    opening: joints.opening,
    ways: [way, ...grippers],
    blocked,
  });
  const leaveStop = stop.on((stopped) => {
    if (!stopped) return;
    controller.halt("the robot was stopped");
    gripper.halt();
  });
  const publishJoints = graph.advertise(joints.topic, ROS_TYPE.jointState);
  const { seed, detector } = options;
  const publishScene = publishSeen({ graph, time, detections, sim, seed, detector });
  const names = [...arm, ...joints.fingers];
  const each = <T>(value: T): T[] => joints.fingers.map(() => value);
  let ticks = 0;

  const publish = (): void => {
    publishJoints(
      jointStateMessage({
        stamp: time.now(),
        name: names,
        position: [...sim.q, ...each(finger())],
        velocity: [...sim.qd, ...each(0)],
        effort: [...sim.effort, ...each(sim.gripperForce())],
      }),
    );
  };

  const pacer = startPacer(clock, sim.dt, () => {
    const { q, qd } = controller.update(sim.dt);
    sim.setJointTarget(q.subarray(0, n), qd.subarray(0, n));
    if (jaw !== null) sim.setGripper(widthOf(joints.opening, q[n]!));
    sim.tick();
    gripper.update(sim.dt);
    ticks++;
    if (ticks % JOINT_STATES === 0) publish();
    if (ticks % CONTROLLER_STATES === 0) controller.publishState();
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
      controller.halt("the robot went down");
      gripper.halt();
      controller.close();
      gripper.close();
    },
  };
}

/** The controller whose topic, or action, that is. */
export function controllerOf(robot: string, said: string): string {
  const [, controller] = /^(.+)\/(?:joint_trajectory|follow_joint_trajectory)$/.exec(said) ?? [];
  return (
    controller ??
    refuse(
      `twin of ${robot}`,
      "a controller's name must end in /joint_trajectory or /follow_joint_trajectory, as a joint_trajectory_controller's do",
      said,
    )
  );
}
