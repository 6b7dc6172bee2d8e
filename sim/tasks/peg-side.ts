/** `peg-side`: the arm pushes a lying peg into a hole in the side of a box. What defines the task, after ManiSkill. */
import { cos, createRandom, type Random, sin, type Vec3, wrapAngle } from "../../core/index.js";
import { drawTool } from "../tabletop/draw.js";
import { boxesShape, shapedProp, type TableSetup } from "../tabletop/setup.js";
import { headIn, sidewaysInto } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** Half of the peg's length and width (drawn between), m; kg/m³; m of room on each side of it in the hole. */
const PEG = { half: [0.085, 0.125], radius: [0.015, 0.025], density: 400, friction: 1 } as const;
const ROOM = 0.003;
/** Where they lie and look: half ranges, m and rad. */
const RANGES = {
  peg: { centre: [0.5, 0.15], half: [0.1, 0.15], turn: Math.PI / 3 },
  box: { centre: [0.5, -0.3], half: [0.05, 0.1], turn: 0.3 },
  yaw: -Math.PI / 2,
  /** between the peg, were it turned towards it, and the box */
  apart: 0.02,
} as const;
/** m before the middle of the hole that the head must reach */
const DEEP = 0.015;
const PHYSICS = 240;

/** What is drawn for an episode. */
interface Draw {
  readonly half: number;
  readonly radius: number;
  /** the middle of the hole beside and above that of the box */
  readonly hole: readonly [number, number];
  readonly peg: { readonly x: number; readonly y: number; readonly yaw: number };
  readonly box: { readonly x: number; readonly y: number; readonly yaw: number };
}

function draw(random: Random): Draw {
  const between = ([low, high]: readonly [number, number]) => random.uniform(low, high);
  const half = between(PEG.half);
  const radius = between(PEG.radius);
  const off = () => 0.5 * (half - radius) * random.uniform(-1, 1);
  const hole = [off(), off()] as const;
  const place = ({ centre, half, turn }: typeof RANGES.peg | typeof RANGES.box) => ({
    x: centre[0] + random.uniform(-half[0], half[0]),
    y: centre[1] + random.uniform(-half[1], half[1]),
    yaw: wrapAngle(RANGES.yaw + random.uniform(-turn, turn)),
  });
  for (;;) {
    const [peg, box] = [place(RANGES.peg), place(RANGES.box)];
    const before = (box.x - peg.x) * cos(box.yaw) + (box.y - peg.y) * sin(box.yaw);
    if (before > 2 * half + RANGES.apart) return { half, radius, hole, peg, box };
  }
}

/** The box around the middle of its hole, which goes through along x. */
function boxShape({ half, radius, hole: [y, z] }: Draw) {
  const inner = radius + ROOM;
  const length = 2 * half;
  const beside = (sign: 1 | -1) => {
    const wall = half - inner - sign * y;
    return { size: [length, wall, length] as Vec3, at: [0, sign * (inner + wall / 2), -z] as Vec3 };
  };
  const over = (sign: 1 | -1) => {
    const wall = half - inner - sign * z;
    return { size: [length, 2 * inner, wall] as Vec3, at: [0, 0, sign * (inner + wall / 2)] as Vec3 };
  };
  return boxesShape([beside(1), beside(-1), over(1), over(-1)]);
}

const TASK: TableTask = {
  card: {
    name: "peg-side",
    robot: "panda",
    summary: "A Panda pushes a lying peg into a hole in the side of a box, with 3 mm of room on each side.",
    horizon: 30,
    sentences: {
      en: ["push the {target} into the {place}", "insert the {target} into the {place}"],
      zh: ["把{target}推进{place}里", "把{target}插进{place}里"],
    },
    reset:
      "square peg, half 8.5 to 12.5 cm long and 1.5 to 2.5 cm wide, 400 kg/m³, friction 1, lying at x 0.5 ± 0.1 m, " +
      "y 0.15 ± 0.15 m, its head towards -y within 60 degrees; box as long, wide and high as the peg is long, x 0.5 ± 0.05 m, y -0.3 ± 0.1 m, " +
      "with a square hole 3 mm wider on each side than the peg through it, towards -y within 0.3 rad, beside and above the middle of the " +
      "box by up to a quarter of what the peg is longer than wide; drawn anew until the peg's middle is its half length and 2 cm before the " +
      "box; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad; physics at 240 Hz. Success: the middle of the head no more than " +
      "15 mm before the middle of the hole and within its walls, for 10 frames of 50 ms.",
    source: {
      definition: "ManiSkill PegInsertionSide-v1",
      differences:
        "mirrored, for the wrist of the Panda turns farther that way; the arm stands 50 cm from the middle of the table " +
        "(61.5 cm); the box is turned by up to 0.3 rad (22.5 degrees), and the peg begins clear of it (they may overlap); the tool " +
        "points down; 400 kg/m³ (1000), since the hand squeezes with 30 N (100 N); friction 1 against pads of 0.8 (0.3 against 2); 30 s (100 steps of 50 ms); " +
        "success must last 10 frames (1).",
    },
  },
  slots: ["target", "place"],
  rules: {
    target: { classes: ["peg"], symmetry: 1, shows: ["size"] },
    place: { classes: ["hole"], symmetry: 1 },
  },
  physicsRate: PHYSICS,
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const drawn = draw(random);
    const { half, radius, hole, peg, box } = drawn;
    const [s, c] = [sin(box.yaw), cos(box.yaw)];
    return {
      props: [
        shapedProp(
          { id: "orange_peg", colour: "orange", ...peg },
          "peg",
          { kind: "box", size: [2 * half, 2 * radius, 2 * radius] },
          PEG.friction,
          { kind: "free", mass: PEG.density * 8 * half * radius ** 2 },
          graspOf(half),
        ),
        shapedProp(
          { id: "square_hole", colour: null, x: box.x - hole[0] * s, y: box.y + hole[0] * c, yaw: box.yaw },
          "hole",
          boxShape(drawn),
          PEG.friction,
          { kind: "fixed" },
        ),
      ],
      tool: drawTool(random),
      goal: { target: "orange_peg", place: "square_hole" },
    };
  },
  met: ({ target, place }) => {
    const [x, y, z] = headIn(target, place!);
    const inner = target.size[1] / 2 + ROOM;
    return x >= -DEEP && Math.abs(y) <= inner && Math.abs(z) <= inner;
  },
};

/** Where the tail is grasped, m: the hand must stay outside the box. */
function graspOf(half: number): Vec3 {
  return [-Math.max(0.05, half / 2 + 0.01), 0, 0];
}

export const pegSide = tableModule(TASK, {
  linger: 3,
  moves: [
    {
      target: "target",
      put: sidewaysInto("place", ROOM),
      symmetry: 2,
      grasp: ({ size }) => graspOf(size[0] / 2),
      lift: 0.16,
      clear: 0.7,
      leave: 0.25,
    },
  ],
  constants: { PEG, ROOM, RANGES, DEEP, physicsRate: PHYSICS },
});
