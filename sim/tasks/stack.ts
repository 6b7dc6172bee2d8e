/** `stack`: the arm sets a cube on a larger one. What defines the task, after robosuite's Stack. */
import { createRandom, type GoalBinding } from "../../core/index.js";
import { drawSpots, drawTool, type TableRange } from "../tabletop/draw.js";
import { cubeProp, type TableSetup } from "../tabletop/setup.js";
import type { TableFacts } from "./judging.js";
import { type Move, ontoTop } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { SlotRule, TableTask } from "./tabletop-environment.js";

/** Sides of the upper cubes and of the lowest one, m; density, kg/m³; half the side of the square they are drawn in, m. */
export const BLOCKS = { upper: 0.04, lowest: 0.05, density: 1000, friction: 1 } as const;
const RANGE = 0.08;
/** m that the middle of the cube must be above the table */
const LIFTED = 0.04;

/** A cube, whose orientation is not asked for where it only carries another. */
export const CARRIER: SlotRule = { classes: ["cube"], symmetry: null };

/** Radius of the circle around a cube seen from above. */
export const radiusOf = (side: number): number => side * Math.SQRT1_2;

/** A wooden cube of a stack. */
export const block = (
  colour: "red" | "green" | "blue",
  side: number,
  place: { readonly x: number; readonly y: number; readonly yaw: number },
) =>
  cubeProp({ id: `${colour}_cube`, colour, ...place }, side, {
    mass: BLOCKS.density * side ** 3,
    friction: BLOCKS.friction,
  });

/** A square on the table around where cubes lie. */
export const square = (half: number): TableRange => ({ centre: [0.5, 0], half: [half, half] });

/** Whether `upper` lies on `lower`: lifted, touching, and not between the fingers. */
export const rests = (
  upper: TableFacts["target"],
  lower: TableFacts["target"],
  lifted: number,
  { touching, grasped }: TableFacts,
): boolean => upper.pose.position[2] > lifted && touching(upper, lower) && !grasped(upper);

/** A cube set on another. */
export const SET_ON: Move = {
  target: "target",
  put: ontoTop("place"),
  symmetry: 4,
  lift: 0.16,
  clear: 0.7,
  leave: 0.2,
};

const TASK: TableTask = {
  card: {
    name: "stack",
    robot: "panda",
    summary: "A Panda sets the red cube on the green one.",
    horizon: 20,
    sentences: {
      en: [
        "stack the {target} on the {place}",
        "put the {target} on top of the {place}",
        "set the {target} on the {place}",
      ],
      zh: ["把{target}叠到{place}上", "把{target}放在{place}上面"],
    },
    reset:
      "red cube 4 cm, 0.064 kg, green cube 5 cm, 0.125 kg, friction 1; both x 0.5 ± 0.08 m, y ± 0.08 m, any yaw, their " +
      "circles apart; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. Success: the middle of the red cube 4 cm above " +
      "the table, touching the green one, not between the fingers, for 10 frames of 50 ms.",
    source: {
      definition: "robosuite Stack, which is MimicGen's Stack D0",
      differences:
        "the arm stands 50 cm from the middle of the cubes (56 cm); cubes begin at rest (1 cm above the table); success " +
        "must last 10 frames (1); friction of two surfaces is their mean (the larger).",
    },
  },
  slots: ["target", "place"],
  rules: { place: CARRIER },
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const [red, green] = drawSpots(
      random,
      [BLOCKS.upper, BLOCKS.lowest].map((side) => ({ range: square(RANGE), radius: radiusOf(side) })),
    );
    const goal: GoalBinding = { target: "red_cube", place: "green_cube" };
    return {
      props: [block("red", BLOCKS.upper, red!), block("green", BLOCKS.lowest, green!)],
      tool: drawTool(random),
      goal,
    };
  },
  met: (facts) => rests(facts.target, facts.place!, LIFTED, facts),
};

export const stack = tableModule(TASK, {
  linger: 3,
  moves: [SET_ON],
  constants: { BLOCKS, RANGE, LIFTED },
});
