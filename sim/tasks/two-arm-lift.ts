/** `two-arm-lift`: two arms lift a pot by its handles, level. What defines the task, after robosuite's TwoArmLift. */
import { cos, createRandom, rotate, TWO_PANDAS, type Vec3 } from "../../core/index.js";
import { boxesShape, shapedProp, type TableSetup, type ToolStart } from "../tabletop/setup.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";
import { createTwoArmScript } from "./two-arm-script.js";

/** A pot without a lid and its two handles, as robosuite's: m, kg (1000 kg/m³ over every part). */
const POT = {
  side: 0.14,
  wall: 0.01,
  /** square bars: thick, the one across, and how far it is from the body */
  bar: 0.02,
  across: 0.11,
  apart: 0.09,
  away: 0.09,
  mass: 1.212,
  friction: 1,
} as const;
/** Where it begins, m and rad. */
const RANGE = { centre: [0.5, 0], half: 0.03, yaw: Math.PI / 3 } as const;
/** Where the tools begin, m and rad: over the table between each arm and its handle. */
const TOOLS = { x: 0.5, y: 0.24, z: 0.3, range: 0.03, yaw: 0.15 } as const;
/** m above the table of the pot's lower side, and rad that it may lean */
const UP = { height: 0.1, lean: Math.PI / 6 } as const;
/** N: on links and fingers from outside, and on a wrist */
const LIMITS = { gripper: 60, links: 60, wrist: 60 } as const;

/** m of a handle's middle from the middle of the pot: along its y, and up. */
const HANDLE = { along: POT.side / 2 + POT.away, up: POT.side / 2 - POT.bar / 2 } as const;

/** The body's floor and walls, then each handle: the bar across, and the two that hold it. */
function potBoxes(): { readonly size: Vec3; readonly at: Vec3 }[] {
  const { side, wall, bar, across, apart, away } = POT;
  const off = (side - wall) / 2;
  const body: { size: Vec3; at: Vec3 }[] = [
    { size: [side, side, wall], at: [0, 0, -off] },
    ...[1, -1].flatMap((sign) => [
      { size: [wall, side, side] as Vec3, at: [sign * off, 0, 0] as Vec3 },
      { size: [side, wall, side] as Vec3, at: [0, sign * off, 0] as Vec3 },
    ]),
  ];
  const handles = [1, -1].flatMap((sign): { size: Vec3; at: Vec3 }[] => [
    { size: [across, bar, bar], at: [0, sign * HANDLE.along, HANDLE.up] },
    ...[1, -1].map((end) => ({
      size: [bar, away, bar] as Vec3,
      at: [(end * apart) / 2, sign * (side / 2 + away / 2), HANDLE.up] as Vec3,
    })),
  ]);
  return [...body, ...handles];
}

const SHAPE = boxesShape(potBoxes());

const TASK: TableTask = {
  card: {
    name: "two-arm-lift",
    robot: TWO_PANDAS.name,
    summary: "Two Pandas lift a pot by its two handles and keep it level.",
    horizon: 25,
    sentences: {
      en: [
        "lift the {target} with both arms",
        "raise the {target} by its handles",
        "pick up the {target} together",
      ],
      zh: ["用双臂抬起{target}", "两只手一起把{target}端起来"],
    },
    reset:
      "two Pandas at 0.5, ± 0.56 m that face each other; a pot without a lid, 14 cm long, wide and high with walls of 1 cm, " +
      "and a handle on either side, its bar of 11 x 2 x 2 cm 16 cm from the middle, 1.212 kg, friction 1; x 0.5 ± 0.03 m, y " +
      "± 0.03 m, yaw ± π/3; tools at 0.5, ± 0.24, 0.3 m ± 3 cm, fingers towards and away from the pot, ± 0.15 rad. Success: " +
      "the pot's lower side more than 10 cm above the table, leaning less than 30 degrees, both fingers of both hands on " +
      "it, for 10 frames of 50 ms; 60 N on a wrist, on fingers or on a link from outside fail.",
    source: {
      definition: "robosuite TwoArmLift, single-arm-opposed",
      differences:
        "the arms stand on the table (on mounts beside it, higher than its top); the tools begin over it, 17 cm above the " +
        "handles, with fingers that lie across them already (joints of a ready pose with noise of 0.02 rad); success must be " +
        "held by both hands and level (the reward asks for level), and last 10 frames (1); forces fail; 25 s (1000 steps of " +
        "50 ms); friction of two surfaces is their mean (the larger).",
    },
  },
  team: TWO_PANDAS,
  slots: ["target"],
  rules: { target: { classes: ["pot"], symmetry: 1 } },
  limits: LIMITS,
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const around = (middle: number, half: number) => middle + random.uniform(-half, half);
    const [x, y] = [around(RANGE.centre[0], RANGE.half), around(RANGE.centre[1], RANGE.half)];
    const yaw = around(0, RANGE.yaw);
    const tool = (side: 1 | -1): ToolStart => ({
      x: around(TOOLS.x, TOOLS.range),
      y: around(side * TOOLS.y, TOOLS.range),
      z: around(TOOLS.z, TOOLS.range),
      yaw: around(side === 1 ? 0 : Math.PI, TOOLS.yaw),
    });
    return {
      props: [
        shapedProp({ id: "pot", colour: "red", x, y, yaw }, "pot", SHAPE, POT.friction, {
          kind: "free",
          mass: POT.mass,
        }),
      ],
      tool: tool(1),
      otherTools: [tool(-1)],
      goal: { target: "pot" },
    };
  },
  held: ({ target, hands }) =>
    hands.every(({ grasped }) => grasped(target)) && target.pose.position[2] > POT.side / 2 + 0.01,
  met: ({ target, hands }) => {
    const [, , up] = rotate(target.pose.orientation, [0, 0, 1]);
    return (
      target.pose.position[2] - POT.side / 2 > UP.height &&
      up > cos(UP.lean) &&
      hands.every(({ grasped }) => grasped(target))
    );
  },
};

export const twoArmLift = tableModule(TASK, {
  linger: 5,
  demonstrator: (seed, style) => createTwoArmScript(seed, style, HANDLE),
  constants: {
    ...{ POT, RANGE, TOOLS, UP, LIMITS },
    arms: TWO_PANDAS.arms.map(({ name, base, robot: { workspace } }) => ({ name, base, workspace })),
  },
});
