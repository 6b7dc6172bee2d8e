/** `push-t`: the arm pushes a T onto its outline with closed fingers. What defines the task, after gym-pusht's PushT. */
import {
  areaOf,
  cos,
  createRandom,
  IDENTITY_QUAT,
  type Point2,
  type Polygon,
  type Pose,
  placedAt,
  rectangle,
  type Shape,
  sharedArea,
  sin,
  type Vec3,
  wrapAngle,
  yawOf,
} from "../../core/index.js";
import { TABLETOP } from "../tabletop/layout.js";
import { shapedProp, type TableSetup } from "../tabletop/setup.js";
import { createPushScript } from "./push-script.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** gym-pusht's numbers, in its pixels and radians, and what a pixel is here. */
const GYM = {
  /** m a pixel: the world of 512 pixels is 41 cm wide around the middle of the table */
  pixel: 0.0008,
  centre: [256, 256],
  /** corners of both bars, from the middle of the T's outer edge */
  bars: [
    { low: [-60, 0], high: [60, 30] },
    { low: [-15, 30], high: [15, 120] },
  ],
  /** what the T is turned about when it is drawn: the mean of both bars' middles */
  turned: [0, 45],
  goal: { at: [256, 256], angle: Math.PI / 4 },
  block: { from: 100, to: 400 },
  agent: { from: 50, to: 450 },
  success: 0.95,
} as const;
/** m, kg: what gym-pusht, which is flat, does not say. */
const TEE = { height: 0.03, mass: 0.12, friction: 0.5 } as const;
/** m above the table where the tool begins; thickness of the outline, which is only seen */
const START = { height: 0.1, painted: 0.0006 } as const;
/** Where the table's middle is, m. */
const MIDDLE = { x: TABLETOP.cubes.centre[0], y: TABLETOP.cubes.centre[1] } as const;

const [BAR, STEM] = GYM.bars;
/** From the middle of the T's outer edge to the middle of the box around it, pixels: the origin of its own frame. */
const ORIGIN: Point2 = [0, (BAR.low[1] + STEM.high[1]) / 2];
const inOwn = ([u, v]: Point2): Point2 => [GYM.pixel * (u - ORIGIN[0]), GYM.pixel * (v - ORIGIN[1])];

/** The T as two rectangles, in its own frame, m. */
export const TEE_PIECES: readonly Polygon[] = GYM.bars.map(({ low, high }) =>
  rectangle(inOwn(low), inOwn(high)),
);
const AREA = TEE_PIECES.reduce((sum, piece) => sum + areaOf(piece), 0);

const planar = ({ position: [x, y], orientation }: Pose): Polygon[] =>
  placedAt(TEE_PIECES, [x, y], yawOf(orientation));

/** Share of the outline that the T covers, seen from above, 0 to 1: exact. */
export const teeCoverage = (tee: Pose, outline: Pose): number =>
  sharedArea(planar(tee), planar(outline)) / AREA;

const shapeOf = (height: number): Shape => ({
  kind: "compound",
  parts: TEE_PIECES.map(([a, , c]) => ({
    shape: { kind: "box", size: [c![0] - a![0], c![1] - a![1], height] as Vec3 },
    at: { position: [(a![0] + c![0]) / 2, (a![1] + c![1]) / 2, 0], orientation: IDENTITY_QUAT },
  })),
});

/** Where the T's origin lies on the table when the middle of its outer edge is at a pixel and it is turned by `angle`. */
function standing(
  [u, v]: Point2,
  angle: number,
): { readonly x: number; readonly y: number; readonly yaw: number } {
  const [c, s] = [cos(angle), sin(angle)];
  const [ox, oy] = ORIGIN;
  return {
    x: MIDDLE.x + GYM.pixel * (u - GYM.centre[0] + c * ox - s * oy),
    y: MIDDLE.y + GYM.pixel * (v - GYM.centre[1] + s * ox + c * oy),
    yaw: wrapAngle(angle),
  };
}

const TASK: TableTask = {
  card: {
    name: "push-t",
    robot: "panda",
    summary: "A Panda pushes a T onto its outline on the table.",
    horizon: 60,
    sentences: {
      en: ["push the {target} onto the {place}", "slide the {target} until it covers the {place}"],
      zh: ["把{target}推到{place}上", "推动{target}，盖住{place}"],
    },
    reset:
      "T of a bar of 9.6 x 2.4 cm and a stem of 2.4 x 7.2 cm, 3 cm high, 0.12 kg, friction 0.5; the middle of its outer " +
      "edge x 0.5 ± 0.12 m, y ± 0.12 m, then turned by any angle about a point 3.6 cm further in; " +
      "the outline's at 0.5, 0 m, yaw π/4; tool at x 0.5 ± 0.16 m, y ± 0.16 m, 10 cm above the table, yaw ± 0.15 " +
      "rad. Success: the T covers more than 95 % of the outline, for 10 frames of 50 ms.",
    score: "the highest share of the outline that was covered, over 95 %, at most 1: what gym-pusht counts",
    source: {
      definition: "gym-pusht PushT-v0 (Chi et al. 2023)",
      differences:
        "a pixel of its world of 512 is 0.8 mm; a T with thickness and weight on a table with friction, its mass spread evenly (flat, " +
        "without momentum or friction between T and pusher, and with another centre of mass and inertia); pushed by the " +
        "closed fingers of an arm, 2.2 x 3 cm, which may be lifted and driven over it (a disc of 2.4 cm in the plane); " +
        "no walls; 20 Hz and 60 s (10 Hz and 30 s); success must last 10 frames (1); fingers begin above the table.",
    },
  },
  slots: ["target", "place"],
  rules: {
    target: { classes: ["tee"], symmetry: 1 },
    place: { classes: ["outline"], symmetry: 1 },
  },
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const pixel = ({ from, to }: { readonly from: number; readonly to: number }): Point2 => [
      from + random.integer(to - from),
      from + random.integer(to - from),
    ];
    const agent = pixel(GYM.agent);
    const [u, v] = pixel(GYM.block);
    const angle = random.uniform(-Math.PI, Math.PI);
    const [c, s] = [cos(angle), sin(angle)];
    const [tu, tv] = GYM.turned;
    // gym-pusht sets the place and then the angle, which turns the T about its centre of mass.
    const tee = standing([u + tu - c * tu + s * tv, v + tv - s * tu - c * tv], angle);
    const goal = standing(GYM.goal.at, GYM.goal.angle);
    const { yaw } = TABLETOP.tool;
    return {
      props: [
        shapedProp({ id: "tee", colour: null, ...tee }, "tee", shapeOf(TEE.height), TEE.friction, {
          kind: "free",
          mass: TEE.mass,
        }),
        shapedProp({ id: "tee_outline", colour: null, ...goal }, "outline", shapeOf(START.painted), 0, {
          kind: "painted",
        }),
      ],
      tool: {
        x: MIDDLE.x + GYM.pixel * (agent[0] - GYM.centre[0]),
        y: MIDDLE.y + GYM.pixel * (agent[1] - GYM.centre[1]),
        z: START.height,
        yaw: random.uniform(-yaw, yaw),
      },
      goal: { target: "tee", place: "tee_outline" },
    };
  },
  // It is never taken; once touched, it is only ever late.
  held: ({ target, touched }, taken) => taken || touched(target),
  met: (_, score) => score === 1,
  score: ({ target, place }) => Math.min(1, teeCoverage(target.pose, place!.pose) / GYM.success),
};

export const pushT = tableModule(TASK, {
  linger: 10,
  demonstrator: (seed, style) => createPushScript(seed, { pieces: TEE_PIECES, done: teeCoverage }, style),
  constants: { GYM, TEE, START },
});
