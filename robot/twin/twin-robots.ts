/**
 * The twin's robots on any graph of nodes: an arm at the table of a seed, a base in the room of a seed, one stop
 * and one identity for both. The graph may be our own (`twin.node.ts`) or a real one behind a bridge.
 */
import { type Clock, createRandom } from "../../core/index.js";
import {
  type ArmSim,
  type BaseSim,
  createArmSim,
  createBaseSim,
  type DetectorModel,
  drawRoom,
  initEngine,
} from "../../sim/index.js";
import type { RosGraph } from "../ros2/graph.js";
import { openArmNode, type TwinRobot } from "./arm-node.js";
import { type BaseNodeOptions, openBaseNode } from "./base-node.js";
import { openStopNode } from "./stop-node.js";
import { twinTime } from "./twin-time.js";

/** The robots a twin can have. */
export type TwinRobotName = "arm" | "base";
/** All of them. */
export const TWIN_ROBOTS: readonly TwinRobotName[] = ["arm", "base"];

/** Which robots, in which world, on which clock. */
export interface TwinRobotsOptions {
  readonly robots: readonly TwinRobotName[];
  /** of the table, of the room, and of all noise */
  readonly seed: number;
  readonly clock: Clock;
  /** seconds since 1970 on the robot, now */
  readonly timeOfDay: number;
  readonly detector?: DetectorModel;
  readonly base?: Pick<BaseNodeOptions, "twist" | "scanReliability" | "onDropped">;
}

/** Robots that are running. */
export interface TwinRobots {
  /** the simulations behind the robots, to disturb and to judge them; null for a robot that is not there */
  readonly arm: ArmSim | null;
  readonly base: BaseSim | null;
  /** s of simulation the machine was too slow for, and by how much the latest tick came late since the last look */
  health(): { readonly lost: number; readonly late: number };
  close(): Promise<void>;
}

/** Loads the engine where needed, puts the robots on the graph and starts their time. */
export async function openTwinRobots(graph: RosGraph, options: TwinRobotsOptions): Promise<TwinRobots> {
  await initEngine();
  const { robots, seed, clock } = options;
  const time = twinTime(clock, options.timeOfDay);
  const names = { arm: "panda", base: "diff-drive" } as const;
  const stop = openStopNode(
    graph,
    robots.map((robot) => names[robot]),
  );
  const running: TwinRobot[] = [];
  let arm: ArmSim | null = null;
  let base: BaseSim | null = null;
  if (robots.includes("arm")) {
    arm = createArmSim(seed);
    const { detector } = options;
    running.push(
      openArmNode({
        graph,
        clock,
        time,
        stop,
        sim: arm,
        seed,
        ...(detector === undefined ? {} : { detector }),
      }),
    );
  }
  if (robots.includes("base")) {
    const { room, start } = drawRoom(createRandom(seed).fork("room"));
    base = createBaseSim({ room, start });
    running.push(openBaseNode({ graph, clock, time, stop, sim: base, seed, ...options.base }));
  }
  return {
    arm,
    base,
    health: () => ({
      lost: running.reduce((sum, robot) => sum + robot.lost, 0),
      late: Math.max(0, ...running.map((robot) => robot.lateness())),
    }),
    close: async () => {
      await Promise.all(running.map((robot) => robot.close()));
      stop.close();
      arm?.free();
      base?.free();
    },
  };
}
