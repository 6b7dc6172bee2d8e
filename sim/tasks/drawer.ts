/** `drawer`: the arm opens a drawer, puts a cube in and closes it. What defines the task, after MimicGen's MugCleanup. */
import { cos, createRandom, sin, type Vec3 } from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import { boxesShape, cubeProp, type Prop, type TableSetup } from "../tabletop/setup.js";
import { CUBE_MOVE, inDrawer, intoDrawer, type Move } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** The cube, m, kg. */
const CUBE = { side: 0.04, mass: 0.064, friction: 1 } as const;
/** The body that the drawer runs in, open in front (its +x), m; it has no floor. */
const CABINET: readonly { readonly size: Vec3; readonly at: Vec3 }[] = [
  { size: [0.2, 0.016, 0.13], at: [0, 0.112, 0] },
  { size: [0.2, 0.016, 0.13], at: [0, -0.112, 0] },
  { size: [0.016, 0.208, 0.13], at: [-0.092, 0, 0] },
  { size: [0.176, 0.208, 0.016], at: [0.004, 0, 0.057] },
];
/** The drawer around the middle of its floor: floor, front, back, sides, and a bar on two posts as its handle, m. */
const DRAWER: readonly { readonly size: Vec3; readonly at: Vec3 }[] = [
  { size: [0.172, 0.164, 0.012], at: [-0.006, 0, -0.006] },
  { size: [0.018, 0.2, 0.12], at: [0.089, 0, 0.04] },
  { size: [0.012, 0.164, 0.065], at: [-0.086, 0, 0.0325] },
  { size: [0.16, 0.012, 0.065], at: [0, 0.076, 0.0325] },
  { size: [0.16, 0.012, 0.065], at: [0, -0.076, 0.0325] },
  { size: [0.05, 0.014, 0.018], at: [0.123, 0.045, 0.086] },
  { size: [0.05, 0.014, 0.018], at: [0.123, -0.045, 0.086] },
  { size: [0.018, 0.108, 0.018], at: [0.157, 0, 0.086] },
];
/** Where the closed drawer's floor is in the cabinet, inside measures, kg and N s/m. */
const RUN = {
  at: 0.015,
  floor: 0.03,
  inner: [0.16, 0.14, 0.065] as Vec3,
  range: 0.15,
  damping: 100,
  mass: 0.5,
};
const HANDLE: Vec3 = [0.157, 0, 0.086];
const FRICTION = 0.8;
/** Where they stand: half ranges, m and rad. */
const RANGES = {
  cabinet: { centre: [0.5, 0.3], half: [0.02, 0.02], turn: 0.15 },
  cube: { centre: [0.5, -0.215], half: [0.15, 0.075] },
} as const;
/** m that a closed drawer may be open */
const SHUT = 0.01;

const HANDLED = {
  target: "place",
  put: null,
  symmetry: 2,
  grasp: HANDLE,
  turn: Math.PI / 2,
  width: 0.05,
  lift: 0.2,
  clear: 0.7,
  leave: 0.24,
} as const;
const OPEN: Move = {
  ...HANDLED,
  slide: {
    to: RUN.range - 0.003,
    near: 0.006,
    care: 0.6,
    lead: 0.03,
    done: (bound) =>
      (bound("place").opening ?? 0) > RUN.range - 0.02 || inDrawer(bound("target"), bound("place")),
  },
};
const CLOSE: Move = {
  ...HANDLED,
  slide: {
    to: 0,
    near: 0.003,
    care: 0.6,
    lead: 0.03,
    done: (bound) => (bound("place").opening ?? 0) < SHUT && inDrawer(bound("target"), bound("place")),
  },
};
/** Carried high: what is in the hand must come over the front of the drawer. */
const FILL: Move = { ...CUBE_MOVE, put: intoDrawer("place", 0.115), lift: 0.26, clear: 0.85, leave: 0.24 };

const TASK: TableTask = {
  card: {
    name: "drawer",
    robot: "panda",
    summary: "A Panda opens a drawer by its handle, puts the red cube in and closes it.",
    horizon: 40,
    sentences: {
      en: [
        "put the {target} in the {place} and close it",
        "open the {place}, put the {target} in and close it",
        "stow the {target} in the {place}",
      ],
      zh: ["打开{place}，把{target}放进去，再关上", "把{target}收进{place}里"],
    },
    reset:
      "cabinet of 20 x 24 x 13 cm, x 0.5 ± 0.02 m, y 0.3 ± 0.02 m, its front towards -y within 0.15 rad; in it a drawer " +
      "of 0.5 kg, 16 x 14 x 6.5 cm inside, that opens by up to 15 cm against 100 N s/m, closed; its handle is a bar of " +
      "1.8 cm, 5.9 cm in front of it and 11.6 cm above the table; red cube 4 cm, 0.064 kg, friction 1, x 0.5 ± 0.15 m, " +
      "y -0.215 ± 0.075 m, any yaw; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. Success: the middle of the cube inside " +
      "the drawer, the two touching, the drawer open less than 1 cm, for 10 frames of 50 ms.",
    source: {
      definition: "MimicGen MugCleanup, between its D0 and D1",
      differences:
        "a cube (a mug); so it may lie on any side (the mug must stand); the cabinet is drawn within 2 cm and 0.15 rad (D0: it " +
        "stands still, D1: 20 x 10 cm, ± 30 degrees); measures are rounded, the handle is of square bars (round ones), the " +
        "drawer ends after 15 cm (where its back meets the posts, 13.5 cm); y of what is put away -0.29 to -0.14 m " +
        "(-0.25 to -0.1 m); the arm stands 50 cm from the middle of the table (56 cm); success must last 10 frames (1); friction " +
        "of two surfaces is their mean (the larger).",
    },
  },
  slots: ["target", "place"],
  rules: { place: { classes: ["drawer"], symmetry: 1, shows: ["opening"] } },
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const { cabinet: stand, cube: range } = RANGES;
    const [cube] = drawSpots(random, [{ range, radius: 0 }]);
    const around = (centre: number, half: number) => centre + random.uniform(-half, half);
    const x = around(stand.centre[0], stand.half[0]);
    const y = around(stand.centre[1], stand.half[1]);
    const yaw = around(-Math.PI / 2, stand.turn);
    const [cabinet, drawer] = cabinetProps(x, y, yaw);
    return {
      props: [cubeProp({ id: "red_cube", colour: "red", ...cube! }, CUBE.side, CUBE), cabinet, drawer],
      tool: drawTool(random),
      goal: { target: "red_cube", place: "drawer" },
    };
  },
  met: ({ target, place, touching }) =>
    (place!.opening ?? 0) < SHUT && inDrawer(target, place!) && touching(target, place!),
};

/** The cabinet that stands there, its front looking along `yaw`, and the closed drawer in it. */
function cabinetProps(x: number, y: number, yaw: number): [cabinet: Prop, drawer: Prop] {
  const orientation = [0, 0, sin(yaw / 2), cos(yaw / 2)] as const;
  const common = { colour: null, friction: FRICTION, shown: true } as const;
  return [
    {
      ...common,
      id: "cabinet",
      class: "cabinet",
      shape: boxesShape(CABINET),
      size: [0.2, 0.24, 0.13],
      pose: { position: [x, y, 0.065], orientation },
      body: { kind: "fixed" },
    },
    {
      ...common,
      id: "drawer",
      class: "drawer",
      shape: boxesShape(DRAWER),
      size: RUN.inner,
      pose: {
        position: [x + RUN.at * cos(yaw), y + RUN.at * sin(yaw), RUN.floor],
        orientation,
      },
      body: {
        kind: "prismatic",
        axis: [1, 0, 0],
        range: RUN.range,
        damping: RUN.damping,
        mass: RUN.mass,
      },
      grasp: HANDLE,
    },
  ];
}

export const drawer = tableModule(TASK, {
  linger: 3,
  moves: [OPEN, FILL, CLOSE],
  constants: { CUBE, CABINET, DRAWER, RUN, RANGES, FRICTION, SHUT },
});
