/** What the tests of the twin's robots begin with: a twin, a way to it that can be cut, a client, a driver. */
import type { TestContext } from "vitest";
import { type RobotEvent, realClock } from "../../core/index.js";
import {
  connectDiffDrive,
  connectPanda,
  connectRosFromNode,
  diffDriveProfile,
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
} from "../../robot/index.node.js";
import { type Cuttable, cuttable } from "./cuttable.js";

export const clock = realClock();
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

export async function drive(test: Test, url: string, profile: Profile, holder = "test"): Promise<Driven> {
  const client = connectRosFromNode(url);
  test.onTestFinished(() => client.close());
  await whenUp(client, clock, 3);
  const common = { client, clock, real: null, holder };
  const robot =
    profile.kind === "arm"
      ? await connectPanda({ ...common, profile })
      : await connectDiffDrive({ ...common, profile });
  test.onTestFinished(() => robot.close());
  const events: RobotEvent[] = [];
  robot.on((event) => events.push(event));
  return { client, robot, events };
}

async function world(
  test: Test,
  kind: "arm" | "base",
  profile: Profile,
  options: Partial<TwinOptions>,
): Promise<World> {
  const twin = await startTwin({ robots: [kind], port: 0, seed: 210100, ...options });
  test.onTestFinished(() => twin.close());
  const way = await cuttable(twin.port);
  test.onTestFinished(() => way.close());
  return { twin, way, ...(await drive(test, way.url, profile)) };
}

export const armWorld = (test: Test, options: Partial<TwinOptions> = {}, profile: Profile = pandaProfile()) =>
  world(test, "arm", profile, options);
export const baseWorld = (
  test: Test,
  options: Partial<TwinOptions> = {},
  profile: Profile = diffDriveProfile(),
) => world(test, "base", profile, options);

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
