/** `square`: the arm puts a square nut over a square peg. What defines the task, after robosuite's NutAssemblySquare. */
import { createRandom, distance, type Shape, type Vec3 } from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import { boxesShape, shapedProp, type TableSetup } from "../tabletop/setup.js";
import { type Move, ontoPeg } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** Half extents and middles of the nut's four bars and its handle, m: the hole is 45.5 mm wide. */
const NUT = {
  bars: [
    { half: [0.0105, 0.04375, 0.01], at: [-0.03325, 0, 0] },
    { half: [0.0105, 0.04375, 0.01], at: [0.03325, 0, 0] },
    { half: [0.03125, 0.0105, 0.01], at: [0, 0.03325, 0] },
    { half: [0.03125, 0.0105, 0.01], at: [0, -0.03325, 0] },
    { half: [0.02525, 0.015875, 0.01], at: [0.054, 0, 0] },
  ] as readonly { readonly half: Vec3; readonly at: Vec3 }[],
  /** kg: density 100 kg/m³ over every bar */
  mass: 0.0158,
  friction: 0.95,
} as const;
/** Where the nut begins, m. */
const RANGE = { centre: [0.3375, 0.2175], half: [0.0025, 0.0575] } as const;
/** The pegs: 32 mm square and 40 mm round, 13 cm high; m. */
const PEGS = {
  side: 0.032,
  radius: 0.02,
  height: 0.13,
  square: [0.68, 0.15],
  round: [0.68, -0.05],
  friction: 1,
} as const;
/** m: beside the peg, above the table, and from the tool to the middle of the nut */
const ON = { beside: 0.03, height: 0.05, away: 0.0424 } as const;

const HANDLE: Vec3 = [0.066, 0, 0];
const SHAPE = boxesShape(NUT.bars.map(({ half: [x, y, z], at }) => ({ size: [2 * x, 2 * y, 2 * z], at })));

const MOVE: Move = {
  target: "target",
  put: ontoPeg("place", 0.045),
  symmetry: 2,
  grasp: HANDLE,
  lift: 0.22,
  clear: 0.75,
  leave: 0.24,
};

const TASK: TableTask = {
  card: {
    name: "square",
    robot: "panda",
    summary: "A Panda puts a square nut over a square peg, with 6.75 mm of room on each side.",
    horizon: 20,
    sentences: {
      en: ["put the {target} on the {place}", "fit the {target} over the {place}"],
      zh: ["把{target}套到{place}上"],
    },
    reset:
      "square nut of 8.75 cm with a hole of 4.55 cm and a handle, 2 cm thick, 0.0158 kg, friction 0.95, x 0.3375 ± 0.0025 m, " +
      "y 0.2175 ± 0.0575 m, any yaw; square peg of 3.2 cm at 0.68, 0.15 m, round one of 4 cm at 0.68, -0.05 m, both 13 cm " +
      "high; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad; physics at 240 Hz. Success: the middle of the nut within 3 cm of " +
      "the peg along x and along y and below 5 cm, the tool more than 42.4 mm from it, for 10 frames of 50 ms.",
    source: {
      definition: "robosuite NutAssemblySquare",
      differences:
        "the arm stands 45 cm from the middle of the table and 5 cm to its right (56 cm); the nut begins at rest (2 cm above the table); " +
        "success must last 10 frames (1); friction of two surfaces is their mean (the larger).",
    },
  },
  slots: ["target", "place"],
  rules: {
    target: { classes: ["nut"], symmetry: 1 },
    place: { classes: ["peg"], symmetry: null },
  },
  physicsRate: 240,
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const [nut] = drawSpots(random, [{ range: RANGE, radius: 0 }]);
    const { side, radius, height, friction } = PEGS;
    const peg = (id: string, [x, y]: readonly [number, number], shape: Shape) =>
      shapedProp({ id, colour: null, x, y, yaw: 0 }, "peg", shape, friction, { kind: "fixed" });
    return {
      props: [
        shapedProp(
          { id: "square_nut", colour: null, ...nut! },
          "nut",
          SHAPE,
          NUT.friction,
          { kind: "free", mass: NUT.mass },
          HANDLE,
        ),
        peg("square_peg", PEGS.square, { kind: "box", size: [side, side, height] }),
        peg("round_peg", PEGS.round, { kind: "cylinder", radius, height }),
      ],
      tool: drawTool(random),
      goal: { target: "square_nut", place: "square_peg" },
    };
  },
  met: ({ target, place, tool }) => {
    const [x, y, z] = target.pose.position;
    const [px, py] = place!.pose.position;
    return (
      Math.abs(x - px) < ON.beside &&
      Math.abs(y - py) < ON.beside &&
      z < ON.height &&
      distance(tool.position, target.pose.position) > ON.away
    );
  },
};

export const square = tableModule(TASK, {
  linger: 3,
  moves: [MOVE],
  constants: { NUT, RANGE, PEGS, ON, physicsRate: TASK.physicsRate },
});
