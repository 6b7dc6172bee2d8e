/** What the tests of the twin's robots begin with: a twin, a way to it that can be cut, a client, a driver. */
import type { TestContext } from "vitest";
import { type RobotEvent, realClock } from "../../core/index.js";
import {
  connectRobot,
  connectRosFromNode,
  type DrivenRobot,
  diffDriveProfile,
  drivenRobot,
  type LoopResult,
  type Profile,
  pandaProfile,
  type RosClient,
  type RosRobot,
  runLoop,
  startTwin,
  type Twin,
  type TwinOptions,
  whenUp,
  withProfile,
} from "../../robot/index.node.js";
import { type Cuttable, cuttable } from "./cuttable.js";

export const clock = realClock();
/** s that a test waits for what is not its subject: twin, driver and test share one process and a machine that may be busy. */
export const PATIENCE = 20;
/** Tests run at the same time: each undoes its own, last first, when it is over. */
export type Test = Pick<TestContext, "onTestFinished">;

export interface Driven {
  readonly client: RosClient;
  readonly robot: RosRobot;
  readonly events: RobotEvent[];
}
export interface World extends Driven {
  readonly twin: Twin;
  readonly way: Cuttable;
}

/** The robot of the house that a profile is of. */
const whose = (profile: Profile): DrivenRobot =>
  withProfile(drivenRobot(profile.kind === "arm" ? "panda" : "diff-drive"), profile);

/** @param driven a robot, or the profile of a Panda or of the differential-drive base */
export async function drive(
  test: Test,
  url: string,
  driven: DrivenRobot | Profile,
  holder = "test",
): Promise<Driven> {
  const client = connectRosFromNode(url);
  test.onTestFinished(() => client.close());
  await whenUp(client, clock, PATIENCE);
  const robot = await connectRobot("version" in driven ? whose(driven) : driven, {
    client,
    clock,
    real: null,
    holder,
  });
  test.onTestFinished(() => robot.close());
  const events: RobotEvent[] = [];
  robot.on((event) => events.push(event));
  return { client, robot, events };
}

/** @param twinOf what the twin is of; @param driven what is driven there: the same, or on another wire */
export async function worldOf(
  test: Test,
  twinOf: DrivenRobot,
  options: Partial<TwinOptions> = {},
  driven: DrivenRobot = twinOf,
): Promise<World> {
  const twin = await startTwin({ robots: [twinOf], port: 0, seed: 210100, ...options });
  test.onTestFinished(() => twin.close());
  const way = await cuttable(twin.port);
  test.onTestFinished(() => way.close());
  return { twin, way, ...(await drive(test, way.url, driven)) };
}

export const armWorld = (test: Test, options: Partial<TwinOptions> = {}, profile = pandaProfile()) =>
  worldOf(test, drivenRobot("panda"), options, whose(profile));
export const baseWorld = (test: Test, options: Partial<TwinOptions> = {}, profile = diffDriveProfile()) =>
  worldOf(test, drivenRobot("diff-drive"), options, whose(profile));

/**
 * Rows of commands, one a policy period, as one plan; then the last of them until it `arrived`, for a machine that
 * is busy with other tests misses ticks.
 */
export function carryOut(
  robot: RosRobot,
  rows: (from: Float64Array) => readonly (readonly number[])[],
  arrived: () => boolean = () => true,
): Promise<LoopResult> {
  let planned: readonly (readonly number[])[] | null = null;
  return runLoop(
    robot,
    clock,
    {
      next: async (_, from) => {
        if (planned !== null && arrived()) return { kind: "done", detail: "all rows" };
        const plan = planned === null ? rows(from) : Array(4).fill(planned.at(-1)!);
        planned = plan;
        return {
          kind: "plan",
          commands: Float32Array.from(plan.flat()),
          rows: plan.length,
          execute: plan.length,
        };
      },
    },
    { timeout: 30 },
  );
}

/** m between the tool of a twin's arm and where a command sends it. */
export const away = (twin: Twin, command: readonly number[]): number =>
  Math.hypot(...twin.arm!.toolPose().position.map((value, i) => value - command[i]!));

/** A straight line to a tool command in so many seconds, and a while there. */
export const lineTo =
  (command: readonly number[], seconds: number) =>
  (from: Float64Array): number[][] => {
    const rows = Math.round(seconds * 20);
    return Array.from({ length: rows + 6 }, (_, row) => {
      const share = Math.min(1, (row + 1) / rows);
      return command.map((to, i) => from[i]! + share * (to - from[i]!));
    });
  };

/** Waits until it is so. */
export async function until(what: () => boolean, seconds = 5): Promise<void> {
  const end = clock.now() + seconds;
  while (!what()) {
    if (clock.now() > end) throw new Error("it did not come to pass");
    await clock.sleep(0.01);
  }
}
