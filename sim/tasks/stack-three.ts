/** `stack-three`: the arm sets a cube on a larger one and a third on top. What defines the task, after MimicGen. */
import { createRandom } from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import type { TableSetup } from "../tabletop/setup.js";
import { type Move, ontoTop } from "./moves.js";
import { BLOCKS, block, CARRIER, radiusOf, rests, SET_ON, square } from "./stack.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

const RANGE = 0.1;
/** m from the middle of the green cube to that of the blue one: the hand must reach down beside the stack */
const APART = 0.1;
/** m that the middles of the second and the third cube must be above the table */
const LIFTED = { second: 0.04, third: 0.08 } as const;

const TOP: Move = { ...SET_ON, target: "second-target", put: ontoTop("target"), lift: 0.2, leave: 0.24 };

const TASK: TableTask = {
  card: {
    name: "stack-three",
    robot: "panda",
    summary: "A Panda sets the red cube on the green one and the blue one on top.",
    horizon: 30,
    sentences: {
      en: [
        "stack the {target} on the {place} and the {second-target} on top",
        "put the {target} on the {place}, then the {second-target} on the stack",
      ],
      zh: ["把{target}叠到{place}上，再把{second-target}叠在最上面"],
    },
    reset:
      "red and blue cube 4 cm, 0.064 kg, green cube 5 cm, 0.125 kg, friction 1; all x 0.5 ± 0.10 m, y ± 0.10 m, any yaw, " +
      "their circles apart, blue and green at least 10 cm apart; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. " +
      "Success: the middle of the red cube 4 cm above the table and touching the green one, that of the blue one " +
      "8 cm and touching the red one, none between the fingers, for 10 frames of 50 ms.",
    source: {
      definition: "MimicGen StackThree D0",
      differences:
        "blue and green are at least 10 cm apart (only their circles), so that the Panda's hand, 20 cm wide, can come down " +
        "beside the stack; otherwise as `stack`.",
    },
  },
  slots: ["target", "place", "second-target"],
  rules: { place: CARRIER },
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const spots = [BLOCKS.upper, BLOCKS.lowest, BLOCKS.upper].map((side) => ({
      range: square(RANGE),
      radius: radiusOf(side),
    }));
    for (;;) {
      const [red, green, blue] = drawSpots(random, spots);
      if (Math.hypot(green!.x - blue!.x, green!.y - blue!.y) < APART) continue;
      return {
        props: [
          block("red", BLOCKS.upper, red!),
          block("green", BLOCKS.lowest, green!),
          block("blue", BLOCKS.upper, blue!),
        ],
        tool: drawTool(random),
        goal: { target: "red_cube", place: "green_cube", "second-target": "blue_cube" },
      };
    }
  },
  met: (facts) =>
    rests(facts.bound("second-target"), facts.target, LIFTED.third, facts) &&
    rests(facts.target, facts.place!, LIFTED.second, facts),
};

export const stackThree = tableModule(TASK, {
  linger: 3,
  moves: [SET_ON, TOP],
  constants: { BLOCKS, RANGE, APART, LIFTED },
});
