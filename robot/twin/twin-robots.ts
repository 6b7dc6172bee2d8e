/**
 * The twin's robots on any graph of nodes: an arm at the table of a seed, a base in the room, or before the course, of a
 * seed, one stop and one identity for both. What they are, and their names on the wire, is the same data that drivers
 * read. The graph may be our own (`twin.node.ts`) or a real one behind a bridge.
 */
import { type Clock, createRandom, impossible, refuse, SKID_STEER } from "../../core/index.js";
import {
  type ArmSim,
  type BaseSim,
  createArmSim,
  createBaseSim,
  createMobileSim,
  createSkidSim,
  type DetectorModel,
  drawCourse,
  drawRoom,
  drawTwoTables,
  initEngine,
  type MobileSim,
} from "../../sim/index.js";
import type { DrivenRobot } from "../drivers/robots.js";
import type { RosGraph } from "../ros2/graph.js";
import { openArmNode, type TwinRobot } from "./arm-node.js";
import { type BaseNodeOptions, openBaseNode } from "./base-node.js";
import { openMobileNode } from "./mobile-node.js";
import { openStopNode } from "./stop-node.js";
import { twinTime } from "./twin-time.js";

/** Which robots, in which world, on which clock. */
export interface TwinRobotsOptions {
  /** one arm and one base at most, or a mobile manipulator alone: two would speak on the same topics */
  readonly robots: readonly DrivenRobot[];
  /** of the table, of room or course, and of all noise */
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
  readonly mobile: MobileSim | null;
  /** s of simulation the machine was too slow for, and by how much the latest tick came late since the last look */
  health(): { readonly lost: number; readonly late: number };
  close(): Promise<void>;
}

/**
 * Loads the engine where needed, puts the robots on the graph and starts their time.
 * @throws InputError for two robots of one kind, or a profile that no controller of a twin answers to
 */
export async function openTwinRobots(graph: RosGraph, options: TwinRobotsOptions): Promise<TwinRobots> {
  await initEngine();
  const { robots, seed, clock } = options;
  for (const kind of ["arm", "base"] as const) {
    const same = robots.filter((robot) => robot.kind === kind || robot.kind === "mobile");
    if (same.length > 1)
      refuse("twin", `robots may have one ${kind} at most`, same.map(({ name }) => name).join(", "));
  }
  const stop = openStopNode(
    graph,
    robots.map(({ name, profile }) => ({ name, stop: profile.stop })),
  );
  const common = { graph, clock, time: twinTime(clock, options.timeOfDay), stop, seed };
  const running: TwinRobot[] = [];
  let arm: ArmSim | null = null;
  let base: BaseSim | null = null;
  let mobile: MobileSim | null = null;
  const { detector } = options;
  const seeing = detector === undefined ? {} : { detector };
  for (const robot of robots)
    switch (robot.kind) {
      case "arm":
        arm = createArmSim(seed, { robot: robot.arm });
        running.push(openArmNode({ ...common, robot, sim: arm, ...seeing }));
        break;
      case "base":
        base = baseOf(robot.name, seed);
        running.push(openBaseNode({ ...common, robot, sim: base, ...options.base }));
        break;
      case "mobile":
        mobile = createMobileSim(drawTwoTables(seed), { dt: 1 / 120 });
        running.push(openMobileNode({ ...common, robot, sim: mobile, ...seeing }));
        break;
      default:
        impossible(robot);
    }
  return {
    arm,
    base,
    mobile,
    health: () => ({
      lost: running.reduce((sum, robot) => sum + robot.lost, 0),
      late: Math.max(0, ...running.map((robot) => robot.lateness())),
    }),
    close: async () => {
      await Promise.all(running.map((robot) => robot.close()));
      stop.close();
      arm?.free();
      base?.free();
      mobile?.free();
    },
  };
}

/** Each base in the surroundings that its own task has. */
function baseOf(name: string, seed: number): BaseSim {
  const random = createRandom(seed);
  return name === SKID_STEER.name
    ? createSkidSim(drawCourse(random.fork("course")))
    : createBaseSim(drawRoom(random.fork("room")));
}
