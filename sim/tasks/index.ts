/** The tasks of the house: a plain list of modules. To add one, add a file and a line. */
import { refuse } from "../../core/index.js";
import { boxMove } from "./box-move.js";
import { can } from "./can.js";
import { climb } from "./climb.js";
import { drawer } from "./drawer.js";
import { lift } from "./lift.js";
import { navigate } from "./navigate.js";
import { pegSide } from "./peg-side.js";
import { pegsUpright } from "./peg-upright.js";
import { pickPlace } from "./pick-place.js";
import { pushT } from "./push-t.js";
import { softRope } from "./soft-rope.js";
import { sort } from "./sort.js";
import { square } from "./square.js";
import { stack } from "./stack.js";
import { stackThree } from "./stack-three.js";
import type { TaskModule } from "./task.js";
import { twoArmLift } from "./two-arm-lift.js";
import { wipe } from "./wipe.js";

/** Every task, in the order of lists and help texts. */
export const TASKS: readonly TaskModule[] = [
  lift,
  pickPlace,
  stack,
  stackThree,
  can,
  sort,
  square,
  drawer,
  ...pegsUpright,
  pegSide,
  pushT,
  wipe,
  softRope,
  navigate,
  climb,
  boxMove,
  twoArmLift,
];

/** The task of that name, or a refusal that lists the names. */
export const taskByName = (name: string): TaskModule =>
  TASKS.find((task) => task.card.name === name) ??
  refuse("task", `must be one of ${TASKS.map((task) => task.card.name).join(", ")}`, name);
