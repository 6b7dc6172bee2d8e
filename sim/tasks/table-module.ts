/** A task at the table as a module of the list: its environment, its demonstrator, the hash of what makes it hard. */
import type { Demonstrator } from "../../core/index.js";
import { initEngine } from "../engine.js";
import { tableConstantsHash } from "./constants.js";
import { createGraspScript } from "./grasp-script.js";
import type { Move } from "./moves.js";
import { createTabletopEnvironment, type TableTask } from "./tabletop-environment.js";
import type { DemonstrationStyle, TaskModule } from "./task.js";

/** What a task says beside its definition. */
export interface TableModuleOptions {
  /** frames that a demonstration goes on after success */
  readonly linger: number;
  /** what the demonstrator does, in order; default: the target cube, into the place where there is one */
  readonly moves?: readonly Move[];
  /** who demonstrates instead, where nothing is taken and put */
  readonly demonstrator?: (seed: number, style?: DemonstrationStyle) => Demonstrator;
  /** every constant of the task's own that decides how hard it is */
  readonly constants: Readonly<Record<string, unknown>>;
}

/** The module of a task at the table. */
export const tableModule = (
  task: TableTask,
  { linger, moves, demonstrator, constants }: TableModuleOptions,
): TaskModule => ({
  card: task.card,
  linger,
  create: async (options) => {
    await initEngine();
    return createTabletopEnvironment(task, options);
  },
  demonstrator: demonstrator ?? ((seed, style) => createGraspScript(seed, style, moves)),
  constantsHash: () => tableConstantsHash(task, constants),
});
