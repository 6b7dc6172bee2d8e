/** `can`: the arm takes a can out of a bin and puts it into a quarter of another. What defines the task, after robosuite. */
import { createRandom, distance } from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import { type BinForm, binProp, canProp, type TableSetup } from "../tabletop/setup.js";
import { inBin, intoBin, type Move } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** m; density 100 kg/m³ over the can's cylinder */
const CAN = { radius: 0.025, height: 0.08, mass: 0.016, friction: 0.95 } as const;
/** The bin it lies in: middle and inside, m. */
const FROM = { centre: [0.5, -0.25], inner: [0.38, 0.48], half: [0.12, 0.17] } as const;
/** The quarters it may go to: middle of the four, steps between their middles, inside of each, m. */
const QUARTERS = { centre: [0.5, 0.28], apart: [0.2, 0.25], inner: [0.18, 0.23] } as const;
const WALL = { wall: 0.01, height: 0.08, friction: 1 } as const;
/** m: no higher than the rim, and the tool farther than this from the middle of the can */
const HIGHEST = 0.08;
const AWAY = 0.0424;

/** Names of the quarters as the arm sees them. */
const NAMES = ["near_right_bin", "near_left_bin", "far_right_bin", "far_left_bin"] as const;

/** m above the middle of the can that it is grasped: the palm must stay above the walls */
const GRASP = [0, 0, 0.01] as const;
const MOVE: Move = {
  target: "target",
  put: intoBin("place", 0.058),
  symmetry: null,
  grasp: GRASP,
  lift: 0.22,
  clear: 0.85,
  leave: 0.2,
};

const TASK: TableTask = {
  card: {
    name: "can",
    robot: "panda",
    summary: "A Panda takes the can out of one bin and puts it into a quarter of another.",
    horizon: 20,
    sentences: {
      en: ["put the {target} in the {place}", "place the {target} into the {place}"],
      zh: ["把{target}放进{place}", "把{target}放到{place}里"],
    },
    reset:
      "can 5 x 8 cm, 0.016 kg, friction 0.95, standing in a bin of 38 x 48 cm around 0.5, -0.25 m, x ± 0.12 m, y ± 0.17 m, " +
      "any yaw; four quarters of 18 x 23 cm around 0.5, 0.28 m, walls 8 cm; the goal is the far left one; tool at 0.5, 0, " +
      "0.2 m ± 3 cm, yaw ± 0.15 rad; physics at 240 Hz. Success: its middle inside the quarter and below 8 cm, the tool more than 42.4 mm " +
      "from it, for 10 frames of 50 ms.",
    source: {
      definition: "robosuite PickPlaceCan",
      differences:
        "the arm stands 50 cm behind the middle of the bins (60 cm, and 10 cm to the right); the can is a cylinder (a mesh " +
        "of the same size); outer walls 1 cm thick (2 cm); the bins' floor is the table (2 cm above it); success must " +
        "last 10 frames (1); friction of two surfaces is their mean (the larger).",
    },
  },
  slots: ["target", "place"],
  // At 120 Hz so light a thing does not lie still between the fingers.
  physicsRate: 240,
  rules: { target: { classes: ["can"], symmetry: null } },
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const [can] = drawSpots(random, [
      { range: { centre: FROM.centre, half: FROM.half }, radius: CAN.radius },
    ]);
    const form = (inner: BinForm["inner"]): BinForm => ({ ...WALL, inner });
    const { centre, apart, inner } = QUARTERS;
    const quarters = NAMES.map((id, i) =>
      binProp(
        {
          id,
          colour: null,
          x: centre[0] + ((i < 2 ? -1 : 1) * apart[0]) / 2,
          y: centre[1] + ((i % 2 === 0 ? -1 : 1) * apart[1]) / 2,
        },
        form(inner),
      ),
    );
    const from = { id: "can_bin", colour: null, x: FROM.centre[0], y: FROM.centre[1] };
    return {
      props: [
        { ...canProp({ id: "red_can", colour: "red", ...can! }, CAN.radius, CAN.height, CAN), grasp: GRASP },
        ...quarters,
        binProp(from, form(FROM.inner)),
      ],
      tool: drawTool(random),
      goal: { target: "red_can", place: NAMES[3] },
    };
  },
  met: ({ target, place, tool }) =>
    inBin(target, place!) &&
    target.pose.position[2] < HIGHEST &&
    distance(tool.position, target.pose.position) > AWAY,
};

export const can = tableModule(TASK, {
  linger: 3,
  moves: [MOVE],
  constants: { CAN, FROM, QUARTERS, WALL, HIGHEST, AWAY, physicsRate: TASK.physicsRate },
});
