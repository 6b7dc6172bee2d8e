/**
 * `peg-upright`, `peg-upright-1mm`, `peg-upright-500um`: the arm takes an upright peg and puts it into a hole that is
 * 3, 1 or 0.5 mm wider. What defines the tasks: they differ in the hole alone.
 */
import { createRandom, invert, transformPoint } from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import { boxesShape, shapedProp, type TableSetup } from "../tabletop/setup.js";
import { downInto } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";
import type { TaskModule } from "./task.js";

/** m, kg */
const PEG = { side: 0.02, height: 0.1, mass: 0.108, friction: 0.3 } as const;
/** The block with the hole, which goes through to the table, m. */
const BLOCK = { side: 0.08, height: 0.04, friction: 0.3 } as const;
/** Where they stand: half ranges, m. */
const RANGES = {
  peg: { centre: [0.5, -0.1], half: [0.08, 0.08] },
  block: { centre: [0.5, 0.15], half: [0.06, 0.05] },
} as const;
/** m that the lower end may be above the table */
const DOWN = 0.005;
/** m above its middle that the peg is grasped: the palm must stay above it */
const GRASP = [0, 0, 0.02] as const;
const PHYSICS = 240;

/** The block around the middle of a hole of that width. */
function blockShape(hole: number) {
  const { side, height } = BLOCK;
  const wall = (side - hole) / 2;
  const middle = (hole + wall) / 2;
  return boxesShape(
    [1, -1].flatMap((sign) => [
      { size: [wall, side, height] as const, at: [sign * middle, 0, 0] as const },
      { size: [hole, wall, height] as const, at: [0, sign * middle, 0] as const },
    ]),
  );
}

/** The task with that clearance: m by which the hole is wider than the peg. */
function pegUpright(name: string, clearance: number): TaskModule {
  const wider = `${Number((1000 * clearance).toFixed(1))} mm`;
  const task: TableTask = {
    card: {
      name,
      robot: "panda",
      summary: `A Panda puts an upright peg into a hole that is ${wider} wider.`,
      horizon: 30,
      sentences: {
        en: ["put the {target} into the {place}", "insert the {target} into the {place}"],
        zh: ["把{target}插进{place}里"],
      },
      reset:
        "square peg 2 x 2 x 10 cm, 0.108 kg (aluminium), friction 0.3, standing at x 0.5 ± 0.08 m, y -0.1 ± 0.08 m, any yaw; block of " +
        `8 x 8 x 4 cm that stands fast, with a square hole ${wider} wider than the peg through it down to the table, x 0.5 ± 0.06 m, y 0.15 ± ` +
        "0.05 m, any yaw; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad; physics at 240 Hz. Success: the middle of the peg " +
        "inside the hole, its lower end less than 5 mm above the table, not between the fingers, for 10 frames of 50 ms.",
    },
    slots: ["target", "place"],
    rules: {
      target: { classes: ["peg"], symmetry: 4 },
      place: { classes: ["hole"], symmetry: 4 },
    },
    physicsRate: PHYSICS,
    setup: (seed): TableSetup => {
      const random = createRandom(seed).fork("layout");
      const [peg, block] = drawSpots(random, [
        { range: RANGES.peg, radius: 0 },
        { range: RANGES.block, radius: 0 },
      ]);
      const { side, height } = PEG;
      return {
        props: [
          shapedProp(
            { id: "red_peg", colour: "red", ...peg! },
            "peg",
            { kind: "box", size: [side, side, height] },
            PEG.friction,
            { kind: "free", mass: PEG.mass },
            GRASP,
          ),
          shapedProp(
            { id: "square_hole", colour: null, ...block! },
            "hole",
            blockShape(side + clearance),
            BLOCK.friction,
            { kind: "fixed" },
          ),
        ],
        tool: drawTool(random),
        goal: { target: "red_peg", place: "square_hole" },
      };
    },
    met: ({ target, place, grasped }) => {
      const [x, y] = transformPoint(invert(place!.pose), target.pose.position);
      const half = (PEG.side + clearance) / 2;
      return (
        Math.abs(x) < half &&
        Math.abs(y) < half &&
        target.pose.position[2] - PEG.height / 2 < DOWN &&
        !grasped(target)
      );
    },
  };
  return tableModule(task, {
    linger: 3,
    moves: [
      {
        target: "target",
        put: downInto("place", clearance / 2),
        symmetry: 4,
        grasp: GRASP,
        lift: 0.19,
        clear: 0.75,
        leave: 0.2,
      },
    ],
    constants: { PEG, BLOCK, RANGES, DOWN, clearance, physicsRate: PHYSICS },
  });
}

/** In the order of the list: 3, 1 and 0.5 mm. */
export const pegsUpright: readonly TaskModule[] = [
  pegUpright("peg-upright", 0.003),
  pegUpright("peg-upright-1mm", 0.001),
  pegUpright("peg-upright-500um", 0.0005),
];
