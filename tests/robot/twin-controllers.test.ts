/** The twin's controllers on a graph, in simulated time: what ros2_control's would do with the same messages. */
import { describe, expect, it } from "vitest";
import { FRANKA_HAND, PANDA_ROBOT, simulatedClock } from "../../core/index.js";
import {
  GOAL_STATUS,
  gripperGoal,
  jointTrajectoryMessage,
  KNOWN_TYPES,
  openBroker,
  openingOf,
  parallelGripperGoal,
  ROS_TYPE,
  type RosMessage,
  type TrajectoryData,
} from "../../robot/index.js";
import { openGripperController } from "../../robot/twin/gripper-controller.js";
import { openTrajectoryController } from "../../robot/twin/joint-trajectory-controller.js";
import { twinTime } from "../../robot/twin/twin-time.js";

const DT = 0.01;
const TOPIC = "/arm/joint_trajectory";
const ACTION = "/arm/follow_joint_trajectory";

/** A controller whose arm follows with `lag`, the share of the error that is left after a tick. */
function arm(lag = 0) {
  const clock = simulatedClock();
  const faults: string[] = [];
  const graph = openBroker(KNOWN_TYPES, clock, (fault) => faults.push(fault));
  const q = Float64Array.of(0, 0);
  let blocked: string | null = null;
  const time = twinTime(clock, 1_700_000_000);
  const controller = openTrajectoryController({
    graph,
    time,
    name: "/arm",
    joints: ["a", "b"],
    measured: () => ({ q, qd: Float64Array.of(0, 0) }),
    blocked: () => blocked,
  });
  const publish = graph.advertise(TOPIC, ROS_TYPE.jointTrajectory);
  const run = async (seconds: number) => {
    for (let tick = 0; tick < Math.round(seconds / DT); tick++) {
      await clock.advance(DT);
      const desired = controller.update(DT);
      for (let i = 0; i < 2; i++) q[i] = desired.q[i]! + lag * (q[i]! - desired.q[i]!);
    }
  };
  const send = (data: Partial<TrajectoryData>) =>
    publish(jointTrajectoryMessage({ stamp: null, joints: ["a", "b"], points: [], ...data }));
  const goal = (data: Partial<TrajectoryData>, more: RosMessage = {}) => {
    const feedback: RosMessage[] = [];
    const message = {
      path_tolerance: [],
      goal_tolerance: [],
      goal_time_tolerance: { sec: 0, nanosec: 0 },
      trajectory: { ...jointTrajectoryMessage({ stamp: null, joints: ["a", "b"], points: [], ...data }) },
      ...more,
    };
    const answer = graph.startGoal(ACTION, message, (values) => feedback.push(values));
    return { answer, feedback };
  };
  return {
    clock,
    faults,
    graph,
    q,
    time,
    run,
    send,
    goal,
    controller,
    block: (why: string | null) => {
      blocked = why;
      if (why !== null) controller.halt(why);
    },
  };
}
const at = (time: number, a: number, b: number, velocities: number[] = [0, 0]) => ({
  positions: [a, b],
  velocities,
  time,
});
const ended = async (answer: ReturnType<ReturnType<typeof arm>["goal"]>["answer"]) => {
  if (answer.kind !== "running") throw new Error(`the goal was ${answer.kind}`);
  const { status, result } = await answer.run.ended;
  return { status, code: result["error_code"], text: String(result["error_string"]) };
};

describe("the trajectory controller's topic", () => {
  it("follows joints by name, whatever their order, along the cubic", async () => {
    const { q, run, send } = arm();
    send({ joints: ["b", "a"], points: [at(1, 2, 1)] });
    await run(0.5);
    expect(Array.from(q)).toEqual([0.5, 1].map((value) => expect.closeTo(value, 9)));
    await run(0.6);
    expect(Array.from(q)).toEqual([1, 2]);
  });

  it("replaces what it follows, and starts where the arm was to be, with its speed", async () => {
    const { q, run, send } = arm();
    send({ points: [at(1, 1, 0)] });
    await run(0.5);
    const before = q[0]!;
    send({ points: [at(1, 0, 0)] });
    await run(DT);
    // 1.5 rad/s upwards at the middle of the first cubic: it cannot turn round at once.
    expect(q[0]! - before).toBeGreaterThan(1.3 * DT);
    await run(1);
    expect(q[0]).toBeCloseTo(0, 9);
  });

  it("holds on an empty trajectory", async () => {
    const { q, run, send } = arm();
    send({ points: [at(1, 1, 0)] });
    await run(0.3);
    send({});
    const held = q[0]!;
    await run(1);
    expect(q[0]).toBe(held);
    expect(held).toBeLessThan(0.3);
  });

  it("waits for a stamp in the future, and joins one in the past on its way", async () => {
    const { q, run, send, time } = arm();
    send({ stamp: time.ago(-0.5), points: [at(1, 1, 0)] });
    await run(0.45);
    expect(q[0]).toBe(0);
    await run(1.1);
    expect(q[0]).toBe(1);
    send({ stamp: time.ago(0.5), points: [at(1, 0, 0)] });
    await run(0.51);
    expect(q[0]).toBe(0);
  });

  it.each<[string, Partial<TrajectoryData>, RegExp]>([
    ["unknown joints", { joints: ["a", "c"], points: [at(1, 1, 1)] }, /joint c/],
    [
      "missing joints",
      { joints: ["a"], points: [{ positions: [1], velocities: [0], time: 1 }] },
      /don't match/,
    ],
    ["a last point that moves", { points: [at(1, 1, 1, [0, 0.1])] }, /not zero/],
    ["an end in the past", { stamp: { sec: 1, nanosec: 0 }, points: [at(1, 1, 1)] }, /in the past/],
  ])("refuses %s, silently for the sender", async (_, data, reason) => {
    const { q, run, send, faults } = arm();
    send(data);
    await run(0.2);
    expect(Array.from(q)).toEqual([0, 0]);
    expect(faults.join()).toMatch(reason);
  });

  it("refuses times that do not increase and numbers that are not finite", async () => {
    const { graph, q, run, faults } = arm();
    const publish = graph.advertise(TOPIC, ROS_TYPE.jointTrajectory);
    const raw = (positions: number[][], times: number[]) =>
      publish({
        joint_names: ["a", "b"],
        points: positions.map((each, i) => ({
          positions: each,
          time_from_start: { sec: times[i]!, nanosec: 0 },
        })),
      });
    raw(
      [
        [1, 1],
        [2, 2],
      ],
      [1, 1],
    );
    raw([[Number.NaN, 1]], [1]);
    await run(1.5);
    expect(Array.from(q)).toEqual([0, 0]);
    expect(faults.length).toBe(2);
  });
});

describe("the trajectory controller's action", () => {
  it("succeeds at the end, with feedback on the way", async () => {
    const { run, goal } = arm();
    const { answer, feedback } = goal({ points: [at(0.5, 1, 1)] });
    await run(0.6);
    expect(await ended(answer)).toMatchObject({ status: GOAL_STATUS.succeeded, code: 0 });
    expect(feedback.length).toBeGreaterThan(5);
    expect(feedback[0]).toMatchObject({ joint_names: ["a", "b"] });
  });

  it("refuses what it could not carry out", () => {
    const { goal, block } = arm();
    expect(goal({}).answer).toMatchObject({ kind: "refused", reason: expect.stringContaining("Empty") });
    expect(goal({ joints: ["x", "y"], points: [at(1, 1, 1)] }).answer).toMatchObject({ kind: "refused" });
    const tolerance = { name: "x", position: 0.1, velocity: 0, acceleration: 0 };
    expect(goal({ points: [at(1, 1, 1)] }, { path_tolerance: [tolerance] }).answer.kind).toBe("refused");
    block("stopped");
    expect(goal({ points: [at(1, 1, 1)] }).answer).toEqual({ kind: "refused", reason: "stopped" });
  });

  it("is aborted by the next goal, canceled by its client, and then holds", async () => {
    const { q, run, goal } = arm();
    const first = goal({ points: [at(2, 1, 1)] }).answer;
    await run(0.2);
    const second = goal({ points: [at(2, 1, 1)] }).answer;
    expect(await ended(first)).toMatchObject({
      status: GOAL_STATUS.aborted,
      text: expect.stringMatching(/new/),
    });
    await run(0.2);
    if (second.kind === "running") second.run.cancel();
    expect(await ended(second)).toMatchObject({ status: GOAL_STATUS.canceled });
    const held = q[0]!;
    await run(1);
    expect(q[0]).toBe(held);
  });

  it("aborts when the arm strays from its path, or does not arrive in time", async () => {
    const stray = arm(0.95);
    const tolerance = { name: "a", position: 0.05, velocity: 0, acceleration: 0 };
    const path = stray.goal({ points: [at(0.5, 1, 1)] }, { path_tolerance: [tolerance] }).answer;
    await stray.run(0.5);
    expect(await ended(path)).toMatchObject({ status: GOAL_STATUS.aborted, code: -4 });
    const slow = arm(0.99);
    const late = slow.goal(
      { points: [at(0.5, 1, 1)] },
      { goal_tolerance: [{ ...tolerance, position: 0.001 }], goal_time_tolerance: { sec: 0, nanosec: 2e8 } },
    ).answer;
    await slow.run(0.8);
    expect(await ended(late)).toMatchObject({ status: GOAL_STATUS.aborted, code: -5 });
  });

  it("goes on waiting when an empty trajectory on the topic has overridden it", async () => {
    const { run, goal, send } = arm();
    const { answer } = goal({ points: [at(0.5, 1, 1)] });
    await run(0.2);
    send({});
    await run(1);
    let done = false;
    void ended(answer).then(() => {
      done = true;
    });
    await run(0.1);
    expect(done).toBe(false);
    if (answer.kind === "running") answer.run.cancel();
    expect(await ended(answer)).toMatchObject({ status: GOAL_STATUS.canceled });
  });
});

describe("the gripper controllers", () => {
  /** A hand that closes at 0.1 m/s and stops at what is between its fingers. */
  function hand(object = 0) {
    const clock = simulatedClock();
    const graph = openBroker(KNOWN_TYPES, clock, () => {});
    let [width, wanted, force] = [0.08, 0.08, 0];
    const controller = openGripperController({
      graph,
      hand: {
        width: () => width,
        force: () => (width > wanted ? force : 0),
        set: (to, most) => {
          wanted = to;
          force = most;
        },
      },
      force: FRANKA_HAND.force,
      opening: openingOf(PANDA_ROBOT.gripper),
      ways: [
        { via: "gripper-command", action: "/grip", effort: 30 },
        { via: "parallel-gripper", action: "/parallel", joint: FRANKA_HAND.joints[0], effort: 30 },
        { via: "trajectory", topic: "/fingers", joints: [...FRANKA_HAND.joints], seconds: 0.1 },
      ],
      blocked: () => null,
    });
    const run = async (seconds: number) => {
      for (let tick = 0; tick < Math.round(seconds / DT); tick++) {
        await clock.advance(DT);
        const target = Math.max(wanted, object);
        width += Math.max(-0.001, Math.min(0.001, target - width));
        controller.update(DT);
      }
    };
    const start = (action: string, goal: RosMessage) => {
      const answer = graph.startGoal(action, goal, () => {});
      if (answer.kind !== "running") throw new Error(answer.kind);
      return answer.run;
    };
    return { graph, run, start, width: () => width, force: () => force };
  }

  it("reach a position, half the opening on the wire", async () => {
    const { run, start, width, force } = hand();
    const goal = start("/grip", gripperGoal({ position: 0.02, maxEffort: 15 }));
    await run(0.6);
    expect(await goal.ended).toMatchObject({
      status: GOAL_STATUS.succeeded,
      result: { reached_goal: true, stalled: false },
    });
    expect(width()).toBeCloseTo(0.04, 2);
    expect(force()).toBe(15);
  });

  it("stall on an object, which is how one grasps", async () => {
    const { run, start, width } = hand(0.04);
    const goal = start(
      "/parallel",
      parallelGripperGoal(FRANKA_HAND.joints[0], { position: 0, maxEffort: 0 }),
    );
    await run(1);
    expect(await goal.ended).toMatchObject({
      status: GOAL_STATUS.succeeded,
      result: { reached_goal: false, stalled: true },
    });
    expect(width()).toBeCloseTo(0.04, 6);
  });

  it("take the newest goal, and a trajectory of the fingers", async () => {
    const { graph, run, start, width } = hand();
    const first = start("/grip", gripperGoal({ position: 0, maxEffort: 0 }));
    await run(0.1);
    const second = start("/grip", gripperGoal({ position: 0.03, maxEffort: 0 }));
    expect((await first.ended).status).toBe(GOAL_STATUS.aborted);
    await run(0.5);
    expect((await second.ended).status).toBe(GOAL_STATUS.succeeded);
    const publish = graph.advertise("/fingers", ROS_TYPE.jointTrajectory);
    publish(
      jointTrajectoryMessage({
        stamp: null,
        joints: [FRANKA_HAND.joints[1]],
        points: [{ positions: [0.01], velocities: [0], time: 0.1 }],
      }),
    );
    await run(0.6);
    expect(width()).toBeCloseTo(0.02, 3);
  });

  it("refuse positions the hand does not have", () => {
    const { graph } = hand();
    expect(graph.startGoal("/grip", gripperGoal({ position: 0.08, maxEffort: 0 }), () => {}).kind).toBe(
      "refused",
    );
    expect(
      graph.startGoal("/parallel", parallelGripperGoal("elbow", { position: 0, maxEffort: 0 }), () => {})
        .kind,
    ).toBe("refused");
  });
});
