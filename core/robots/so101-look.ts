/**
 * How pictures show the SO-101: bus servos of 45 × 25 × 35 mm in printed brackets, each with its horn, and a printed
 * jaw that turns against a fixed one. Axes and lengths follow `so101.ts`, the servo's size its maker's data sheet; the
 * brackets are ours. Base, links: root frame at zero (upper arm up, forearm and gripper forward along x).
 */
import { fromAxisAngle, multiply, type Quat } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import { type ArmLook, bar, type LookFinish, type LookSolid, strap } from "./look.js";

/** Layers of a printer leave a silky, uneven surface. */
const PRINT: LookFinish = { colour: "#efe6d3", roughness: 0.62, lacquer: 0.08 };
const ACCENT: LookFinish = { colour: "#d9663a", roughness: 0.58, lacquer: 0.1 };
const SERVO: LookFinish = { colour: "#1b1d21", roughness: 0.46, lacquer: 0.12 };
const LABEL: LookFinish = { colour: "#3a3f46", roughness: 0.7 };

/** Servo: along its body, across it, along its axis; from its axis to the near end of its body, m. */
const BODY = { long: 0.0452, wide: 0.0247, deep: 0.035, near: 0.0107 } as const;

type Axis = "x" | "y" | "z";
const UNIT: Readonly<Record<Axis, Vec3>> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };

/**
 * A servo whose axis passes through `at`; its body reaches along `body`. The light of its joint is around its horn,
 * which is on both sides of it.
 */
function servo(at: Vec3, axis: Axis, body: readonly [Axis, 1 | -1], lamp: number | "hand"): LookSolid[] {
  const [along, sign] = body;
  const size = (of: Axis): number => (of === axis ? BODY.deep : of === along ? BODY.long : BODY.wide);
  const middle = sign * (BODY.long / 2 - BODY.near);
  const put = (along_: number, out: number): Vec3 =>
    (["x", "y", "z"] as const).map(
      (k, i) => at[i]! + (k === along ? along_ : 0) + (k === axis ? out : 0),
    ) as unknown as Vec3;
  const box = (
    scale: readonly [number, number, number],
    out: number,
    finish: LookFinish,
    round: number,
  ): LookSolid => ({
    kind: "box",
    at: put(middle, out),
    size: (["x", "y", "z"] as const).map(
      (k) => size(k) * (k === axis ? scale[2] : k === along ? scale[0] : scale[1]),
    ) as unknown as Vec3,
    round,
    finish,
  });
  return [
    box([1, 1, 0.62], 0, SERVO, 0.0022),
    box([0.985, 0.97, 1], 0, SERVO, 0.003),
    // The seam of its case, and its label.
    box([1.004, 1.01, 0.02], 0.0085, "seam", 0.0002),
    box([0.5, 1.012, 0.3], -0.003, LABEL, 0.0008),
    ...[1, -1].flatMap((side): LookSolid[] => {
      const out = UNIT[axis].map((value) => value * side) as unknown as Vec3;
      const face = put(0, (side * BODY.deep) / 2);
      return [
        {
          kind: "lathe",
          at: face,
          along: out,
          finish: { lamp },
          profile: [
            [0.0082, -0.001],
            [0.0116, 0.0004, 0.0006],
            [0.0112, 0.0014, 0.0006],
            [0.008, 0.0015],
          ],
        },
        {
          kind: "lathe",
          at: face,
          along: out,
          finish: "alloy",
          profile: [
            [0.0096, 0],
            [0.0096, 0.0024, 0.0006],
            [0.0034, 0.0026, 0.0006],
            [0.003, 0.0018],
            [0, 0.0018],
          ],
        },
        ...[1, -1].flatMap((k) =>
          [1, -1].map(
            (w): LookSolid => ({
              kind: "bolts",
              at: ((): Vec3 => {
                const corner = put(middle + k * 0.0185, (side * BODY.deep) / 2);
                const across = (["x", "y", "z"] as const).find((each) => each !== axis && each !== along)!;
                return (["x", "y", "z"] as const).map(
                  (each, i) => corner[i]! + (each === across ? w * 0.0088 : 0),
                ) as unknown as Vec3;
              })(),
              along: out,
              circle: 0,
              count: 1,
              size: 0.0014,
              finish: "steel",
              trifle: true,
            }),
          ),
        ),
      ];
    }),
  ];
}

/** Turns a plate's x, y and normal to x, z and -y: a cheek of the arm's own plane. */
const CHEEK: Quat = fromAxisAngle([1, 0, 0], Math.PI / 2);
/** Turns a plate's x, y and normal to y, z and x: a cheek of the jaw, seen along its hinge. */
const JAW: Quat = multiply(fromAxisAngle([0, 0, 1], Math.PI / 2), fromAxisAngle([1, 0, 0], Math.PI / 2));

type Point = readonly [number, number];

/** Two cheeks in the arm's plane, their inner faces `inner` from it. */
const cheeks = (
  outline: readonly Point[],
  { inner, thick, finish = PRINT }: { inner: number; thick: number; finish?: LookFinish },
): LookSolid[] =>
  [1, -1].map((side) => ({
    kind: "plate",
    at: [0, side > 0 ? inner + thick - 0.001 : -inner - 0.001, 0],
    turn: CHEEK,
    outline,
    height: thick - 0.002,
    bevel: 0.001,
    finish,
  }));

const box = (at: Vec3, size: Vec3, round: number, finish: LookFinish = PRINT): LookSolid => ({
  kind: "box",
  at,
  size,
  round,
  finish,
});

/** Where the axes cross the arm's plane, m: pan (x), and x, z of lift, elbow, wrist, roll. */
const PAN = 0.0388;
const LIFT: Point = [0.0692, 0.1166];
const ELBOW: Point = [0.0972, 0.2292];
const WRIST: Point = [0.2321, 0.2344];
const ROLL: Point = [0.2932, 0.2344];
const plane = ([x, z]: Point): Vec3 => [x, 0, z];
/** Half of what stands between cheeks: a servo with its horns. */
const CLEAR = 0.0205;

/** Gripper, tool frame: the jaw's hinge, and the fixed jaw's face. */
const HINGE: Vec3 = [0, -0.0017, -0.0666];
const FACE = -0.03;

const hand: readonly LookSolid[] = [
  // What the roll servo's horn turns.
  {
    kind: "lathe",
    at: [0, -0.0219, -0.0885],
    along: [0, 0, 1],
    finish: PRINT,
    profile: [
      [0.0165, 0],
      [0.0165, 0.006, 0.002],
      [0, 0.006],
    ],
  },
  box([0, -0.0155, -0.0805], [0.046, 0.05, 0.006], 0.0025),
  ...servo(HINGE, "x", ["y", -1], "hand"),
  // What carries the camera.
  box([-0.0405, -0.012, -0.0795], [0.046, 0.022, 0.004], 0.0015),
  box([-0.0605, -0.012, -0.0745], [0.006, 0.022, 0.013], 0.002),
  // The bracket around the jaw's servo, and the fixed jaw that grows from it.
  box([0, -0.039, -0.064], [0.043, 0.006, 0.037], 0.0025),
  ...[1, -1].map((side) => box([side * 0.0198, -0.0275, -0.068], [0.0035, 0.026, 0.028], 0.0015)),
  {
    kind: "plate",
    at: [-0.0115, 0, 0],
    turn: JAW,
    outline: [
      [-0.042, -0.066],
      [-0.036, -0.066],
      [-0.036, -0.034],
      [-0.0345, 0.0095],
      [-0.037, 0.0115],
      [-0.0415, 0.0085],
      [-0.0455, -0.032],
    ],
    height: 0.023,
    bevel: 0.001,
    finish: PRINT,
  },
  {
    kind: "plate",
    at: [-0.0022, 0, 0],
    turn: JAW,
    outline: [
      [-0.043, -0.05],
      [-0.0405, 0.004],
      [-0.0425, 0.006],
      [-0.0505, -0.038],
    ],
    height: 0.0044,
    bevel: 0.0006,
    finish: PRINT,
  },
  box([0, (FACE - 0.036) / 2, -0.0105], [0.0225, 0.0062, 0.043], 0.0012, "rubber"),
];

/** The jaw that turns, from its hinge: an eye on each horn, a web, the blade with its pad. */
const moving: readonly LookSolid[] = [
  ...[1, -1].map(
    (side): LookSolid => ({
      kind: "plate",
      // The hinge is 19 mm beside the middle of the jaws.
      at: [-0.019 + side * 0.0212 - 0.0014, 0, 0],
      turn: JAW,
      outline: strap([0, 0], [0.0005, 0.03], [0.0125, 0.0075]),
      height: 0.0028,
      bevel: 0.0008,
      finish: ACCENT,
    }),
  ),
  box([-0.019, 0.0006, 0.0305], [0.044, 0.012, 0.009], 0.003, ACCENT),
  {
    kind: "plate",
    at: [-0.019 - 0.0115, 0, 0],
    turn: JAW,
    outline: [
      [-0.0035, 0.028],
      [0.0062, 0.028],
      [0.004, 0.05],
      [-0.0015, 0.074],
      [-0.0045, 0.0785],
      [-0.008, 0.078],
      [-0.0058, 0.05],
    ],
    height: 0.023,
    bevel: 0.001,
    finish: ACCENT,
  },
  box([-0.019, -0.0083, 0.0563], [0.0225, 0.006, 0.042], 0.0012, "rubber"),
];

/** The SO-101's look. */
export const SO101_LOOK: ArmLook = {
  kind: "built",
  foot: 0.062,
  base: [
    // A foot, the box around the pan servo, and the bus adapter behind it.
    {
      kind: "plate",
      at: [0, 0, -0.0015],
      turn: [0, 0, 0, 1],
      outline: [
        [-0.052, -0.034],
        [-0.04, -0.046],
        [0.07, -0.046],
        [0.082, -0.034],
        [0.082, 0.034],
        [0.07, 0.046],
        [-0.04, 0.046],
        [-0.052, 0.034],
      ],
      height: 0.0055,
      bevel: 0.0012,
      finish: PRINT,
    },
    box([0.0275, 0, 0.0185], [0.062, 0.05, 0.032], 0.004),
    box([0.0275, 0, 0.0345], [0.0535, 0.044, 0.012], 0.004),
    ...servo([PAN, 0, 0.0385], "z", ["x", -1], 0),
    box([-0.029, 0, 0.017], [0.034, 0.058, 0.024], 0.004, SERVO),
    box([-0.029, 0, 0.0295], [0.02, 0.04, 0.002], 0.0008, LABEL),
    bar([-0.045, 0.016, 0.016], [-0.049, 0.016, 0.016], 0.0045, "steel", 0.0006),
    {
      kind: "cable",
      from: [-0.047, 0.016, 0.016],
      over: [-0.13, 0.02, 0.02],
      to: [-0.15, 0.11, 0.001],
      radius: 0.0026,
      finish: "rubber",
    },
    ...([
      [-0.04, 0.034],
      [-0.04, -0.034],
      [0.071, 0.034],
      [0.071, -0.034],
    ].map(([x, y]) => ({
      kind: "bolts",
      at: [x!, y!, 0.0058],
      along: [0, 0, 1],
      circle: 0,
      count: 1,
      size: 0.0034,
      finish: "steel",
      trifle: true,
    })) as LookSolid[]),
  ],
  links: [
    // Shoulder: a turntable and the yoke that holds the lift servo.
    [
      {
        kind: "lathe",
        at: [PAN, 0, 0],
        along: [0, 0, 1],
        finish: PRINT,
        profile: [
          [0.018, 0.0595],
          [0.0235, 0.0598, 0.002],
          [0.0235, 0.0668, 0.002],
          [0, 0.0668],
        ],
      },
      box([0.0565, 0, 0.0705], [0.056, 0.044, 0.0085], 0.003),
      box([0.0445, 0, 0.0855], [0.008, 0.044, 0.03], 0.003),
      ...servo(plane(LIFT), "y", ["z", -1], 1),
      ...cheeks(strap([LIFT[0], 0.083], [LIFT[0], 0.0945], [0.0165, 0.0125]), {
        inner: 0.0178,
        thick: 0.0042,
      }),
      {
        kind: "cable",
        from: [0.036, 0.012, 0.03],
        over: [0.006, 0.02, 0.075],
        to: [0.05, 0.012, 0.096],
        radius: 0.0016,
        finish: "rubber",
      },
    ],
    // Upper arm: two straps from the lift servo's horns to the elbow servo, and their web.
    [
      ...cheeks(strap(LIFT, [0.0905, 0.2], [0.0152, 0.0135]), { inner: CLEAR, thick: 0.0044 }),
      ...cheeks(strap([0.0905, 0.194], [ELBOW[0] - 0.0005, 0.2145], [0.0135, 0.0118]), {
        inner: 0.0178,
        thick: 0.005,
      }),
      box([0.0665, 0, 0.168], [0.0055, 0.046, 0.05], 0.002),
      box([0.0725, 0, 0.192], [0.0075, 0.046, 0.012], 0.002),
      ...servo(plane(ELBOW), "y", ["z", -1], 2),
      {
        kind: "cable",
        from: [0.062, 0.01, 0.1],
        over: [0.034, 0.012, 0.15],
        to: [0.083, 0.01, 0.205],
        radius: 0.0016,
        finish: "rubber",
      },
    ],
    // Forearm: the same, to the servo of the wrist.
    [
      ...cheeks(strap(ELBOW, [0.203, 0.2338], [0.0152, 0.0128]), { inner: CLEAR, thick: 0.0044 }),
      ...cheeks(strap([0.197, 0.2336], [0.2175, 0.2342], [0.0128, 0.0115]), { inner: 0.0178, thick: 0.005 }),
      box([0.166, 0, 0.2485], [0.058, 0.046, 0.0055], 0.002),
      ...servo(plane(WRIST), "y", ["x", -1], 3),
      {
        kind: "cable",
        from: [0.103, 0.01, 0.247],
        over: [0.14, 0.012, 0.277],
        to: [0.188, 0.01, 0.2495],
        radius: 0.0016,
        finish: "rubber",
      },
    ],
    // Wrist: a yoke from the horns to the servo that rolls the gripper.
    [
      ...cheeks(strap(WRIST, [0.266, 0.229], [0.0148, 0.0112]), { inner: CLEAR, thick: 0.0042 }),
      box([0.2605, 0, 0.2255], [0.0055, 0.0485, 0.04], 0.002),
      box([0.277, 0, 0.2262], [0.03, 0.031, 0.044], 0.0035),
      ...servo([ROLL[0] - 0.0188, 0, ROLL[1]], "x", ["z", -1], 4),
    ],
    [],
  ],
  hand,
  fingers: { kind: "jaw", moving },
  camera: { eye: [-0.052, -0.012, -0.056], target: [0, -0.004, 0.03], up: [-1, 0, 0] },
};
