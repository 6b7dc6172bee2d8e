/**
 * A simulated Panda at a table as a ROS 2 robot: joint states, a joint trajectory controller, gripper controllers,
 * and what a detector sees of the table, on a graph of nodes. It runs in real time on the clock it is given. Frame
 * `panda_link0`; metres, radians, seconds. Whoever commands it sees nothing that a real robot would not show.
 */
import { type Clock, FRANKA_HAND, type Scene } from "../../core/index.js";
import { type ArmSim, createDetector, DETECTOR, type DetectorModel } from "../../sim/index.js";
import { messageOfScene } from "../drivers/detections.js";
import type { RosGraph } from "../ros2/graph.js";
import { jointStateMessage, ROS_TYPE } from "../ros2/messages.js";
import { openGripperController } from "./gripper-controller.js";
import { openTrajectoryController } from "./joint-trajectory-controller.js";
import { startPacer } from "./pacer.js";
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
  const { graph, clock, time, stop, sim } = options;
  const arm = sim.chain.names;
  const blocked = (): string | null => (stop.stopped ? "the robot is stopped" : null);
  const controller = openTrajectoryController({
    graph,
    time,
    name: "/panda_arm_controller",
    joints: arm,
    measured: () => ({ q: sim.q, qd: sim.qd }),
    blocked,
  });
  const gripper = openGripperController({
    graph,
    hand: {
      width: () => sim.gripperWidth(),
      force: () => sim.gripperForce(),
      set: (width, force) => sim.setGripper(width, force),
    },
    command: "/panda_gripper/gripper_cmd",
    parallel: "/panda_parallel_gripper/gripper_cmd",
    trajectory: "/panda_hand_controller/joint_trajectory",
    blocked,
  });
  const leaveStop = stop.on((stopped) => {
    if (!stopped) return;
    controller.halt("the robot was stopped");
    gripper.halt();
  });
  const publishJoints = graph.advertise("/joint_states", ROS_TYPE.jointState);
  const publishScene = graph.advertise("/detections", ROS_TYPE.detections);
  const detector = createDetector(options.detector ?? DETECTOR, options.seed, sim.scene());
  const names = [...arm, ...FRANKA_HAND.joints];
  let said: Scene | null = null;
  let ticks = 0;

  const publish = (): void => {
    const finger = sim.gripperWidth() / 2;
    publishJoints(
      jointStateMessage({
        stamp: time.now(),
        name: names,
        position: [...sim.q, finger, finger],
        velocity: [...sim.qd, 0, 0],
        effort: [...sim.effort, sim.gripperForce(), sim.gripperForce()],
      }),
    );
  };

  const pacer = startPacer(clock, sim.dt, () => {
    const { q, qd } = controller.update(sim.dt);
    sim.setJointTarget(q, qd);
    sim.tick();
    gripper.update(sim.dt);
    ticks++;
    if (ticks % JOINT_STATES === 0) publish();
    if (ticks % CONTROLLER_STATES === 0) controller.publishState();
    detector.advance(sim.time(), () => sim.scene());
    const seen = detector.scene();
    if (seen.time === said?.time) return;
    said = seen;
    publishScene(messageOfScene(seen, time.ago(sim.time() - seen.time)));
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
