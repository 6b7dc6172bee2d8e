/**
 * How pictures show the UR5e and its gripper: satin tubes between round housings, each housing with a blue lid, and
 * a dark gripper whose fingers run on a rail, as the simulated ones do. Lengths follow `ur5e.ts`; radii are about
 * those of the maker's public drawings. Base, links: root frame at zero (the arm lies along x, its tool looks along y).
 */
import type { Vec3 } from "../math/vec3.js";
import { type ArmLook, bar, type LookFinish, type LookSolid, turnOfZ } from "./look.js";

const CAST: LookFinish = { colour: "#c9ced2", roughness: 0.36, metal: 0.25, lacquer: 0.3 };
const TUBE: LookFinish = { colour: "#dfe2e4", roughness: 0.34, metal: 0.15, lacquer: 0.35 };
const LID: LookFinish = { colour: "#3f8fc4", roughness: 0.4, lacquer: 0.45 };
const BODY: LookFinish = { colour: "#343a42", roughness: 0.42, metal: 0.35, lacquer: 0.2 };

/** Height of the shoulder, and y of the upper arm, the forearm and the first wrist. */
const Z = 0.1625;
const UPPER = 0.138;
const FOREARM = 0.007;
const WRIST = 0.1333;
const ELBOW = 0.425;
const END = 0.8172;

/** What ends in a lid, from `from` on the axis. */
const capped = (at: Vec3, along: Vec3, radius: number, from: number, to: number): LookSolid[] => [
  {
    kind: "lathe",
    at,
    along,
    finish: CAST,
    profile: [
      [radius, from],
      [radius, to - 0.011, 0.004],
      [0.89 * radius, to, 0.005],
      [0.8 * radius, to, 0.001],
      [0.78 * radius, to - 0.003],
    ],
  },
  {
    kind: "lathe",
    at,
    along,
    finish: LID,
    profile: [
      [0.85 * radius, to - 0.002],
      [0.85 * radius, to + 0.003, 0.003],
      [0.66 * radius, to + 0.008, 0.006],
      [0, to + 0.0085],
    ],
  },
];

/** A seam, the light of a joint, and its housing up to a lid or a plain end; along a unit vector from `at`. */
const housing = (at: Vec3, along: Vec3, { radius, from, to, lamp, lid = true }: Housing): LookSolid[] => [
  {
    kind: "lathe",
    at,
    along,
    finish: "seam",
    profile: [
      [radius - 0.004, from - 0.007],
      [radius - 0.004, from + 0.002],
    ],
  },
  {
    kind: "lathe",
    at,
    along,
    finish: { lamp },
    profile: [
      [radius - 0.005, from],
      [radius + 0.0006, from + 0.0004, 0.0008],
      [radius + 0.0006, from + 0.0042, 0.0008],
      [radius - 0.005, from + 0.0046],
    ],
  },
  ...(lid
    ? capped(at, along, radius, from + 0.0046, to)
    : [
        {
          kind: "lathe",
          at,
          along,
          finish: CAST,
          profile: [
            [radius, from + 0.0046],
            [radius, to, 0.3 * radius],
            [0, to],
          ],
        } as const,
      ]),
];

interface Housing {
  readonly radius: number;
  readonly from: number;
  readonly to: number;
  readonly lamp: number;
  readonly lid?: boolean;
}

/** A tube along x between two housings, wider where it is bolted to them. */
const tube = (y: number, from: number, to: number, radius: number, wide: number): LookSolid[] => [
  {
    kind: "lathe",
    at: [0, y, Z],
    along: [1, 0, 0],
    finish: CAST,
    profile: [
      [wide, from],
      [wide, from + 0.026, 0.004],
      [radius + 0.0005, from + 0.036, 0.004],
    ],
  },
  {
    kind: "lathe",
    at: [0, y, Z],
    along: [1, 0, 0],
    finish: TUBE,
    profile: [
      [radius, from + 0.03],
      [radius, to - 0.03],
    ],
  },
  {
    kind: "lathe",
    at: [0, y, Z],
    along: [1, 0, 0],
    finish: CAST,
    profile: [
      [radius + 0.0005, to - 0.036, 0.004],
      [wide, to - 0.026, 0.004],
      [wide, to],
    ],
  },
];

/** A stub from a housing's middle to a seam. */
const port = (at: Vec3, along: Vec3, radius: number, to: number): LookSolid => ({
  kind: "lathe",
  at,
  along,
  finish: CAST,
  profile: [
    [radius, 0],
    [radius, to, 0.002],
    [radius - 0.006, to],
  ],
});

/** The gripper before its fingers: coupling, body, rail. Tool frame. */
const hand: readonly LookSolid[] = [
  {
    kind: "lathe",
    at: [0, 0, -0.1573],
    along: [0, 0, 1],
    finish: "steel",
    profile: [
      [0.0315, -0.001],
      [0.0375, 0, 0.002],
      [0.0375, 0.014, 0.002],
      [0.03, 0.015],
    ],
  },
  { kind: "box", at: [0, 0, -0.1165], size: [0.066, 0.096, 0.056], round: 0.016, finish: BODY },
  { kind: "box", at: [0, 0, -0.104], size: [0.0668, 0.05, 0.003], round: 0.001, finish: { lamp: "hand" } },
  { kind: "box", at: [0, 0, -0.078], size: [0.05, 0.14, 0.036], round: 0.009, finish: "graphite" },
  { kind: "box", at: [0, 0, -0.0605], size: [0.022, 0.126, 0.004], round: 0.001, finish: "seam" },
  {
    kind: "bolts",
    at: [0.033, 0, -0.124],
    along: [1, 0, 0],
    circle: 0.02,
    count: 4,
    size: 0.0026,
    finish: "steel",
    trifle: true,
  },
  bar([0, -0.064, -0.0775], [0, 0.064, -0.0775], 0.02, "graphite", 0.004),
  // What the camera is screwed to.
  { kind: "box", at: [0.044, 0, -0.0715], size: [0.05, 0.024, 0.007], round: 0.002, finish: "graphite" },
];

/** One finger: what runs on the rail, a blade, a pad. Its pad's face lies in y = 0. */
const finger: readonly LookSolid[] = [
  { kind: "box", at: [0, 0.015, -0.0525], size: [0.032, 0.028, 0.017], round: 0.004, finish: "graphite" },
  {
    kind: "plate",
    at: [-0.0095, 0, 0],
    turn: turnOfZ([1, 0, 0]),
    // Its plane's x is -z of the tool: a knee below the rail, then straight to the pad.
    outline: [
      [0.047, 0.008],
      [0.047, 0.024],
      [0.034, 0.022],
      [0.022, 0.0145],
      [-0.0095, 0.0125],
      [-0.0105, 0.0075],
      [0.03, 0.0075],
    ],
    height: 0.019,
    bevel: 0.0012,
    finish: "alloy",
  },
  { kind: "box", at: [0, 0.004, -0.0078], size: [0.021, 0.008, 0.0376], round: 0.0012, finish: "rubber" },
];

/** The UR5e's look. */
export const UR5E_LOOK: ArmLook = {
  kind: "built",
  foot: 0.075,
  base: [
    {
      kind: "lathe",
      at: [0, 0, 0],
      along: [0, 0, 1],
      finish: CAST,
      profile: [
        [0.0745, -0.002],
        [0.0745, 0.013, 0.004],
        [0.066, 0.0165, 0.004],
        [0.063, 0.028, 0.008],
        [0.063, 0.09, 0.003],
        [0.056, 0.0905],
      ],
    },
    {
      kind: "bolts",
      at: [0, 0, 0.0135],
      along: [0, 0, 1],
      circle: 0.0692,
      count: 4,
      size: 0.0045,
      finish: "steel",
      trifle: true,
    },
    bar([-0.05, 0, 0.042], [-0.083, 0, 0.042], 0.017, "graphite", 0.004),
    {
      kind: "cable",
      from: [-0.08, 0, 0.042],
      over: [-0.2, 0.0, 0.05],
      to: [-0.19, 0.1, 0.003],
      radius: 0.006,
      finish: "rubber",
    },
  ],
  links: [
    [
      ...housing([0, 0, 0], [0, 0, 1], { radius: 0.0605, from: 0.0975, to: Z + 0.0605, lamp: 0, lid: false }),
      port([0, 0, Z], [0, 1, 0], 0.0595, 0.0645),
      ...capped([0, 0, Z], [0, -1, 0], 0.0595, -0.001, 0.062),
    ],
    [
      ...housing([0, 0, Z], [0, 1, 0], { radius: 0.0595, from: 0.0715, to: UPPER + 0.06, lamp: 1 }),
      ...tube(UPPER, 0.035, ELBOW - 0.035, 0.0475, 0.0535),
      port([ELBOW, UPPER, Z], [0, -1, 0], 0.0565, UPPER - 0.0725),
      ...capped([ELBOW, UPPER, Z], [0, 1, 0], 0.0565, -0.001, 0.056),
    ],
    [
      ...housing([ELBOW, 0, Z], [0, -1, 0], {
        radius: 0.0535,
        from: -0.0655,
        to: 0.046,
        lamp: 2,
        lid: false,
      }),
      ...tube(FOREARM, ELBOW + 0.03, END - 0.028, 0.0385, 0.0435),
      port([END, FOREARM, Z], [0, 1, 0], 0.0445, 0.0725),
      ...capped([END, FOREARM, Z], [0, -1, 0], 0.0445, -0.001, 0.045),
    ],
    [
      ...housing([END, 0, Z], [0, 1, 0], { radius: 0.0445, from: 0.086, to: WRIST + 0.045, lamp: 3 }),
      port([END, WRIST, Z], [0, 0, -1], 0.0435, 0.0502),
    ],
    [
      ...housing([END, WRIST, Z], [0, 0, -1], { radius: 0.0445, from: 0.0572, to: 0.0997 + 0.045, lamp: 4 }),
      port([END, WRIST, Z - 0.0997], [0, 1, 0], 0.0435, 0.0502),
    ],
    [
      ...housing([END, WRIST, Z - 0.0997], [0, 1, 0], {
        radius: 0.0385,
        from: 0.0572,
        to: 0.0985,
        lamp: 5,
        lid: false,
      }),
    ],
  ],
  hand,
  fingers: { kind: "parallel", finger },
  camera: { eye: [0.068, 0, -0.058], target: [0, 0, 0.05], up: [1, 0, 0] },
};
