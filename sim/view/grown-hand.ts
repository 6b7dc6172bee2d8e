/**
 * The looks of a gripper of which nothing is known but what it touches with: a rounded hand around its palm, fingers
 * or jaws around their boxes. Solids in the tool frame, fingers in their own (`figure.ts`). Metres.
 */
import { type ArmGripper, bar, type FingerBox, type LookSolid, type Vec3 } from "../../core/index.js";

/** m from the tool back to where the arm ends. */
export const handLength = ({ drive: { palm } }: ArmGripper): number => palm.half[2] - palm.centre[2];

/** The smallest box around boxes. */
function around(boxes: readonly FingerBox[]): FingerBox {
  const side = (k: 0 | 1 | 2, sign: 1 | -1): number =>
    sign * Math.max(...boxes.map(({ half, centre }) => sign * centre[k] + half[k]));
  const [low, high] = [-1, 1].map((sign) =>
    ([0, 1, 2] as const).map((k) => side(k, sign as 1 | -1)),
  ) as unknown as [Vec3, Vec3];
  const each = (of: (low: number, high: number) => number): Vec3 => [
    of(low[0], high[0]),
    of(low[1], high[1]),
    of(low[2], high[2]),
  ];
  return { half: each((a, b) => (b - a) / 2), centre: each((a, b) => (a + b) / 2) };
}

const solid = (
  { half, centre }: FingerBox,
  finish: "shell" | "graphite" | "rubber" | "alloy",
): LookSolid => ({
  kind: "box",
  at: centre,
  size: [2 * half[0], 2 * half[1], 2 * half[2]],
  round: Math.min(0.006, 0.45 * Math.min(...half)),
  finish,
});

/** The solids of a hand and of each of its moving parts. */
export function grownHand(gripper: ArmGripper): {
  readonly hand: readonly LookSolid[];
  readonly fingers: readonly (readonly LookSolid[])[];
} {
  const { palm } = gripper.drive;
  const [hx, hy, hz] = palm.half;
  const front = palm.centre[2] + hz;
  const body: LookSolid[] = [
    solid({ half: [Math.max(hx, 0.016), hy, hz], centre: palm.centre }, "shell"),
    solid(
      { half: [0.8 * Math.max(hx, 0.016), 1.01 * hy, 0.006], centre: [0, palm.centre[1], front - 0.003] },
      "graphite",
    ),
  ];
  if (gripper.kind === "parallel") {
    const pads = around(gripper.drive.boxes);
    const bottom = pads.centre[2] - pads.half[2];
    // From the rail down to the boxes that touch.
    const stem = Math.max(0.004, bottom - front);
    const finger = (sign: 1 | -1): LookSolid[] => {
      const at = ([x, y, z]: Vec3): Vec3 => [x, sign * y, z];
      return [
        ...gripper.drive.boxes.map(({ half, centre }) => solid({ half, centre: at(centre) }, "rubber")),
        solid(
          {
            half: [0.8 * pads.half[0], 0.003, pads.half[2]],
            centre: at([pads.centre[0], pads.centre[1] + 0.8 * pads.half[1], pads.centre[2]]),
          },
          "alloy",
        ),
        solid(
          {
            half: [0.9 * pads.half[0], 0.006, stem / 2 + 0.004],
            centre: at([pads.centre[0], pads.centre[1] + 0.6 * pads.half[1], front + stem / 2]),
          },
          "graphite",
        ),
      ];
    };
    return { hand: body, fingers: [finger(1), finger(-1)] };
  }
  const { drive } = gripper;
  const fixed = around(drive.fixed);
  const moving = around(drive.moving);
  const root: Vec3 = [fixed.centre[0], Math.min(fixed.centre[1], palm.centre[1]), front];
  return {
    hand: [
      ...body,
      bar(
        [drive.pivot[0] - 0.014, drive.pivot[1], drive.pivot[2]],
        [drive.pivot[0] + 0.014, drive.pivot[1], drive.pivot[2]],
        0.012,
        "graphite",
      ),
      ...drive.fixed.map((box) => solid(box, "rubber")),
      bar(
        root,
        [fixed.centre[0], fixed.centre[1] - fixed.half[1], fixed.centre[2] + fixed.half[2]],
        0.007,
        "alloy",
      ),
    ],
    fingers: [
      [
        bar(
          [0, 0, 0],
          [moving.centre[0], moving.centre[1] + moving.half[1], moving.centre[2] - moving.half[2]],
          0.008,
          "alloy",
        ),
        bar(
          [moving.centre[0], moving.centre[1] + moving.half[1], moving.centre[2] - moving.half[2]],
          drive.tip,
          0.006,
          "alloy",
        ),
        ...drive.moving.map((box) => solid(box, "rubber")),
      ],
    ],
  };
}
