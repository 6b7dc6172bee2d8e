/** `pick-place`: the arm takes a named cube and leaves it in a named bin. What defines the task. */
import { inBin } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** Opening of the gripper above which it holds nothing (m), and the speed below which a cube rests (m/s). */
const RELEASED = 0.06;
const RESTING = 0.02;

const TASK: TableTask = {
  card: {
    name: "pick-place",
    robot: "panda",
    summary:
      "A Panda takes the target cube from the table and leaves it in one of two bins, three other cubes around.",
    horizon: 15,
    sentences: {
      en: [
        "put the {target} in the {place}",
        "place the {target} into the {place}",
        "move the {target} to the {place}",
      ],
      zh: ["把{target}放进{place}", "把{target}放到{place}里"],
    },
    reset:
      "target cube 4 cm, 0.1 kg, x 0.5 ± 0.10 m, y ± 0.10 m, any yaw; three more cubes there or (30 % of layouts, " +
      "one or two) in a bin, centres 10 cm apart; bins 12 cm inside with walls of 4 cm at x 0.5 ± 0.05 m, " +
      "y ± (0.30 ± 0.04) m, either may be the place; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. " +
      "Success: in the bin, slower than 2 cm/s, gripper open wider than 6 cm, for 10 frames of 50 ms.",
  },
  slots: ["target", "place"],
  met: ({ target, targetSpeed, place, gripperWidth }) =>
    gripperWidth > RELEASED && targetSpeed < RESTING && inBin(target, place!),
};

export const pickPlace = tableModule(TASK, { linger: 3, constants: { RELEASED, RESTING } });
