/** What the tests of the twin's robots begin with: a twin, a way to it that can be cut, a client, a driver. */
import { afterEach } from "vitest";
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
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0).reverse()) await close();
});
/** Undone after the test, last first. */
export const later = (close: () => Promise<void>): void => {
  undo.push(close);
};

export interface Driven {
  readonly client: RosClient;
  readonly robot: RosRobot;
  readonly events: RobotEvent[];
}
export interface World extends Driven {
  readonly twin: Twin;
  readonly way: Cuttable;
}

export async function drive(url: string, profile: Profile, holder = "test"): Promise<Driven> {
  const client = connectRosFromNode(url);
  later(() => client.close());
  await whenUp(client, clock, 3);
  const common = { client, clock, real: null, holder };
  const robot =
    profile.kind === "arm"
      ? await connectPanda({ ...common, profile })
      : await connectDiffDrive({ ...common, profile });
  later(() => robot.close());
  const events: RobotEvent[] = [];
  robot.on((event) => events.push(event));
  return { client, robot, events };
}

async function world(kind: "arm" | "base", profile: Profile, options: Partial<TwinOptions>): Promise<World> {
  const twin = await startTwin({ robots: [kind], port: 0, seed: 210100, ...options });
  later(() => twin.close());
  const way = await cuttable(twin.port);
  later(() => way.close());
  return { twin, way, ...(await drive(way.url, profile)) };
}

export const armWorld = (options: Partial<TwinOptions> = {}, profile: Profile = pandaProfile()) =>
  world("arm", profile, options);
export const baseWorld = (options: Partial<TwinOptions> = {}, profile: Profile = diffDriveProfile()) =>
  world("base", profile, options);

/** Rows of commands, one a policy period, as one plan. */
export function carryOut(
  robot: RosRobot,
  rows: (from: Float64Array) => readonly (readonly number[])[],
): Promise<LoopResult> {
  let planned = false;
  return runLoop(
    robot,
    clock,
    {
      next: async (_, from) => {
        if (planned) return { kind: "done", detail: "all rows" };
        planned = true;
        const plan = rows(from);
        return {
          kind: "plan",
          commands: Float32Array.from(plan.flat()),
          rows: plan.length,
          execute: plan.length,
        };
      },
    },
    { timeout: 60 },
  );
}

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
export async function until(what: () => boolean, seconds = 2): Promise<void> {
  const end = clock.now() + seconds;
  while (!what()) {
    if (clock.now() > end) throw new Error("it did not come to pass");
    await clock.sleep(0.01);
  }
}
