/** Typed messages there and back, what is refused, and the robot's clock seen through stamps. */
import { describe, expect, it } from "vitest";
import * as ros from "../../robot/ros2/index.js";
import { robotClock } from "../../robot/ros2/robot-clock.js";

const { NaN: nan } = Number;
const stamp = { sec: 10, nanosec: 500_000_000 };
/** As it looks after a bridge: complete, every field of its type. */
const carried = (type: string, message: ros.RosMessage) =>
  ros.readMessage(
    ros.KNOWN_TYPES,
    type,
    JSON.parse(JSON.stringify(ros.completeMessage(ros.KNOWN_TYPES, type, message))),
  );

describe("there and back", () => {
  it("joint states, whatever is left out", () => {
    const state = { stamp, name: ["b", "a"], position: [1, nan], velocity: [], effort: [] };
    expect(ros.readJointState(carried(ros.ROS_TYPE.jointState, ros.jointStateMessage(state)))).toEqual(state);
  });

  it("trajectories, as message and as goal", () => {
    const trajectory = {
      stamp: null,
      joints: ["a", "b"],
      points: [
        { positions: [0, 1], velocities: [], time: 0.05 },
        { positions: [1, 2], velocities: [0, 0], time: 1.25 },
      ],
    };
    const message = ros.jointTrajectoryMessage(trajectory);
    expect(ros.readJointTrajectory(carried(ros.ROS_TYPE.jointTrajectory, message))).toEqual(trajectory);
    const goal = carried("control_msgs/action/FollowJointTrajectory_Goal", ros.followGoal(trajectory, 0.5));
    expect(ros.readFollowGoal(goal)).toEqual(trajectory);
    expect(goal["goal_time_tolerance"]).toEqual({ sec: 0, nanosec: 500_000_000 });
  });

  it("feedback, also with the fields of control_msgs 6.3", () => {
    const point = (x: number) => ({ positions: [x], velocities: [], time: 0 });
    const feedback = { stamp, joints: ["a"], desired: point(1), actual: point(0.9), error: point(0.1) };
    const message = carried(
      "control_msgs/action/FollowJointTrajectory_Feedback",
      ros.followFeedback(feedback),
    );
    expect(ros.readFollowFeedback(message)).toEqual(feedback);
    expect(ros.readFollowFeedback({ ...message, index: 3, multi_dof_index: 0 })).toEqual(feedback);
  });

  it("both gripper actions", () => {
    const goal = { position: 0.04, maxEffort: 20 };
    const state = { position: 0.02, effort: 19, stalled: true, reached: false };
    const plain = carried("control_msgs/action/GripperCommand_Goal", ros.gripperGoal(goal));
    expect(ros.readGripperGoal(plain)).toEqual(goal);
    expect(
      ros.readGripperResult(carried("control_msgs/action/GripperCommand_Result", ros.gripperResult(state))),
    ).toEqual(state);
    const parallel = "control_msgs/action/ParallelGripperCommand";
    const named = carried(`${parallel}_Goal`, ros.parallelGripperGoal("finger", goal));
    expect(ros.readParallelGripperGoal(named)).toEqual({ joint: "finger", ...goal });
    const result = carried(`${parallel}_Result`, ros.parallelGripperResult("finger", state));
    expect(ros.readParallelGripperResult(result)).toEqual(state);
  });

  it("twist, odometry, scan", () => {
    const twist = { linear: [0.2, 0, 0], angular: [0, 0, -1] } as const;
    expect(ros.readTwist(carried(ros.ROS_TYPE.twist, ros.twistMessage(twist)))).toEqual(twist);
    const stamped = ros.twistStampedMessage(stamp, "base", twist);
    expect(ros.readTwistStamped(carried(ros.ROS_TYPE.twistStamped, stamped))).toEqual({ stamp, ...twist });
    const pose = { position: [1, 2, 0], orientation: [0, 0, 0.6, 0.8] } as const;
    const odometry = { stamp, frame: "odom", childFrame: "base", pose, twist };
    expect(ros.readOdometry(carried(ros.ROS_TYPE.odometry, ros.odometryMessage(odometry)))).toEqual(odometry);
    const scan = {
      stamp,
      frame: "laser",
      angleMin: -1,
      angleIncrement: 0.5,
      rangeMin: 0.1,
      rangeMax: 8,
      ranges: [1, nan, 3],
    };
    const message = carried(ros.ROS_TYPE.laserScan, ros.laserScanMessage(scan));
    expect(ros.readLaserScan(message)).toEqual(scan);
    expect(message["angle_max"]).toBe(0);
  });

  it("detections; one whose box is not finite is left out", () => {
    const pose = { position: [0.4, 0.1, 0.02], orientation: [0, 0, 0, 1] } as const;
    const uncertainty = { position: 0.002, rotation: 0.0175 };
    const cube = {
      id: "red_cube",
      classId: "red_cube",
      score: 0.9,
      pose,
      size: [0.04, 0.04, 0.04],
      uncertainty,
    } as const;
    const lost = { ...cube, id: "lost", pose: { ...pose, position: [nan, 0, 0] } } as const;
    const message = ros.detectionsMessage({ stamp, frame: "base", detections: [cube, lost] });
    const { detections, ...rest } = ros.readDetections(carried(ros.ROS_TYPE.detections, message));
    expect(rest).toEqual({ stamp, frame: "base" });
    expect(detections).toHaveLength(1);
    expect(detections[0]).toMatchObject({
      id: "red_cube",
      classId: "red_cube",
      score: 0.9,
      pose,
      size: cube.size,
    });
    expect(detections[0]!.uncertainty.position).toBeCloseTo(0.002, 12);
    expect(detections[0]!.uncertainty.rotation).toBeCloseTo(0.0175, 12);
  });
});

describe("a command that is not finite, or does not fit together, is refused whole", () => {
  const point = (positions: number[], time: number, velocities: number[] = []) => ({
    positions,
    velocities,
    time,
  });
  const trajectory = (...points: ReturnType<typeof point>[]) => ({ stamp: null, joints: ["a", "b"], points });
  it.each([
    ["a position that is NaN", trajectory(point([nan, 0], 1)), "positions must be finite"],
    ["a velocity that is infinite", trajectory(point([0, 0], 1, [0, 1 / 0])), "velocities must be finite"],
    ["a joint without a position", trajectory(point([0], 1)), "2 positions"],
    ["time that stands still", trajectory(point([0, 0], 1), point([0, 0], 1)), "increasing"],
    ["a joint named twice", { stamp: null, joints: ["a", "a"], points: [] }, "unique"],
  ])("%s", (_, data, words) => {
    expect(() => ros.jointTrajectoryMessage(data)).toThrow(words);
  });

  it("also when it comes from elsewhere", () => {
    const message = carried(ros.ROS_TYPE.jointTrajectory, {
      joint_names: ["a"],
      points: [{ positions: [nan], time_from_start: { sec: 1 } }],
    });
    expect(() => ros.readJointTrajectory(message)).toThrow("positions must be finite");
    expect(() => ros.readTwist({ linear: { x: nan, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0 } })).toThrow(
      "finite",
    );
    expect(() => ros.twistMessage({ linear: [0, 0, 0], angular: [0, 0, nan] })).toThrow("finite");
    expect(() => ros.gripperGoal({ position: nan, maxEffort: 0 })).toThrow("finite");
    expect(() => ros.readJointTrajectory({ joint_names: "a", points: [] })).toThrow(
      "joint_names must be a list",
    );
  });
});

describe("the robot's clock", () => {
  const OFFSET = 1_795_433_000;

  it("is known to the fastest of the last messages, whatever the others were held up", () => {
    const clock = robotClock();
    expect(clock.at(0)).toBeNull();
    for (let i = 0; i < 500; i++) {
      const sent = i * 0.02;
      const delay = 0.003 + (i % 17) * 0.004;
      clock.see(OFFSET + sent, sent + delay);
      // detections are stamped when the picture was taken
      clock.see(OFFSET + sent - 0.05, sent + delay);
    }
    expect(clock.at(10)! - (OFFSET + 10)).toBeCloseTo(-0.003, 6);
  });

  it("follows a clock that is set back, and one that runs away, within its window", () => {
    const clock = robotClock();
    for (let t = 0; t < 5; t += 0.1) clock.see(OFFSET + t, t);
    for (let t = 5; t < 16; t += 0.1) clock.see(OFFSET + t - 0.3, t);
    expect(clock.at(16)! - (OFFSET + 16)).toBeCloseTo(-0.3, 6);
    for (let t = 16; t < 17; t += 0.1) clock.see(OFFSET + t + 100, t);
    expect(clock.at(17)! - (OFFSET + 17)).toBeCloseTo(100, 6);
  });

  it("is not led astray by a stamp from nowhere", () => {
    const clock = robotClock();
    for (let t = 0; t < 5; t += 0.1) {
      clock.see(OFFSET + t, t);
      if (t > 2) clock.see(OFFSET * 2, t);
    }
    expect(clock.at(5)! - (OFFSET + 5)).toBeCloseTo(0, 6);
  });
});
