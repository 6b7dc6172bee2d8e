/** `lift`: the arm takes a named cube and lifts it. What defines the task; the rest is the table's. */
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** m above its resting height */
const LIFTED = 0.04;

const TASK: TableTask = {
  card: {
    name: "lift",
    robot: "panda",
    summary: "A Panda takes the target cube from the table and lifts it, three other cubes around it.",
    horizon: 8,
    sentences: {
      en: ["lift the {target}", "pick up the {target}", "raise the {target}"],
      zh: ["拿起{target}", "把{target}举起来"],
    },
    reset:
      "target cube 4 cm, 0.1 kg, x 0.5 ± 0.10 m, y ± 0.10 m, any yaw; three more cubes there or (30 % of layouts, " +
      "one or two) in a bin, centres 10 cm apart; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. " +
      "Success: 4 cm above its resting height for 10 frames of 50 ms.",
  },
  slots: ["target"],
  met: ({ target }) => target.pose.position[2] > target.size[2] / 2 + LIFTED,
};

export const lift = tableModule(TASK, { linger: 5, constants: { LIFTED } });
