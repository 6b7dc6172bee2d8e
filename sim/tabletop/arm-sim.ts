/**
 * The table with one arm at it, by default that of a seed with the Panda: what a twin drives through ROS 2. Frame: the
 * arm's base; metres, radians, seconds, newtons. All that happens is in `table-sim.ts`.
 */
import { type ArmRobot, PANDA_ROBOT } from "../../core/index.js";
import { cubesAndBins, drawLayout } from "./layout.js";
import type { TableSetup } from "./setup.js";
import { createTableSim, type TableArm, type TableSim, type TableSimOptions } from "./table-sim.js";

/** A simulated arm and what stands around it, in joint space. */
export type ArmSim = TableSim & TableArm;

/** What may differ from the table of a seed. */
export interface ArmSimOptions extends TableSimOptions {
  /** default the Panda */
  readonly robot?: ArmRobot;
  /** instead of the seed's own cubes and bins */
  readonly setup?: TableSetup;
}

/** The tabletop of that seed with the arm at the setup's start pose. Needs `initEngine` first. */
export function createArmSim(seed: number, options: ArmSimOptions = {}): ArmSim {
  const { robot = PANDA_ROBOT } = options;
  const setup = options.setup ?? cubesAndBins(drawLayout(seed, robot.zone, robot.workspace.yawCentre));
  const sim = createTableSim([robot], setup, options);
  return { ...sim, ...sim.arms[0]! };
}
