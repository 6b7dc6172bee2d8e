/**
 * The looks of a mobile manipulator's base and lift: a round hull on two wheels, the tower of the lift with a mast and
 * a camera over the arm, and the carriage that the arm stands on. Base in `base_link`, carriage in `panda_link0`.
 * Metres. The arm is `arm-parts.ts`.
 */
import { type BufferGeometry, Matrix4 } from "three";
import { ARM_FOOT, MOBILE_BASE } from "../../core/index.js";
import { HEAD_EYE } from "./cameras.js";
import { GRAPHITE, LAMPS, LENS, lamp, RUBBER, SEAM, SHELL, STEEL } from "./finish.js";
import { type Detail, merged, moved, revolve, roundedBox, straight } from "./shapes.js";

const at = (x: number, y: number, z: number) => new Matrix4().makeTranslation(x, y, z);

/** x of the tower's middle, and how deep and wide it is. */
const TOWER = { x: -0.15, depth: 0.11, width: 0.2 } as const;

/** Hull, wheels, tower and mast as one solid. */
export function mobileBaseSolid(detail: Detail): BufferGeometry {
  const { radius, height, wheelRadius, wheelSeparation, lift } = MOBILE_BASE;
  const wheel = (side: 1 | -1) =>
    revolve(
      detail,
      [
        [0.018, -0.02],
        [wheelRadius - 0.012, -0.018, 0.002],
        [wheelRadius, -0.014, 0.006],
        [wheelRadius, 0.014, 0.006],
        [wheelRadius - 0.012, 0.018, 0.002],
        [0.018, 0.02],
      ],
      RUBBER,
      { axis: straight([0, (side * wheelSeparation) / 2, wheelRadius], [0, 1, 0]), segments: 36 },
    );
  const top = ARM_FOOT + lift.high + 0.02;
  const { eye, target } = HEAD_EYE;
  const tilt = Math.atan2(eye[2] - target[2], target[0] - eye[0]);
  const head = at(eye[0] - 0.03, 0, eye[2] + 0.03 * Math.tan(tilt)).multiply(
    new Matrix4().makeRotationY(tilt),
  );
  return merged([
    revolve(
      detail,
      [
        [0, 0.03],
        [radius - 0.035, 0.03, 0.004],
        [radius - 0.025, 0.06],
      ],
      SEAM,
      { segments: 64 },
    ),
    revolve(
      detail,
      [
        [radius - 0.028, 0.052],
        [radius, 0.055, 0.012],
        [radius, 0.16, 0.002],
        [radius - 0.003, 0.1615],
      ],
      GRAPHITE,
      { segments: 72 },
    ),
    revolve(
      detail,
      [
        [radius - 0.004, 0.161],
        [radius - 0.0015, 0.1615, 0.001],
        [radius - 0.0015, 0.1715, 0.001],
        [radius - 0.004, 0.172],
      ],
      lamp(LAMPS),
      { segments: 72 },
    ),
    revolve(
      detail,
      [
        [radius - 0.003, 0.1715],
        [radius, 0.173, 0.002],
        [radius, height - 0.02, 0.04],
        [0.12, height, 0.02],
        [0, height],
      ],
      SHELL,
      { segments: 72 },
    ),
    wheel(1),
    wheel(-1),
    moved(
      roundedBox(detail, [TOWER.depth, TOWER.width, top - height + 0.04], 0.014, GRAPHITE),
      at(TOWER.x, 0, (top + height) / 2 - 0.02),
    ),
    // The rails that the carriage runs on.
    ...[1, -1].map((side) =>
      moved(
        roundedBox(detail, [0.012, 0.018, top - height - 0.04], 0.003, STEEL),
        at(TOWER.x + TOWER.depth / 2 + 0.004, side * 0.06, (top + height) / 2),
      ),
    ),
    revolve(
      detail,
      [
        [0.024, top - 0.004],
        [0.024, top + 0.01, 0.003],
        [0.011, top + 0.016, 0.008],
        [0.011, eye[2] + 0.02],
      ],
      STEEL,
      { axis: straight([TOWER.x - 0.02, 0, 0], [0, 0, 1]), segments: 28 },
    ),
    moved(roundedBox(detail, [0.046, 0.14, 0.044], 0.012, SHELL), head),
    moved(
      revolve(
        detail,
        [
          [0.0145, 0.016],
          [0.0145, 0.0255, 0.001],
          [0.0105, 0.0275, 0.001],
          [0, 0.0268],
        ],
        LENS,
        { segments: 28 },
      ),
      head.clone().multiply(new Matrix4().makeRotationY(Math.PI / 2)),
    ),
  ]);
}

/** What the arm stands on: a plate, and the slide that holds it on the tower. */
export function carriageSolid(detail: Detail): BufferGeometry {
  const foot = MOBILE_BASE.lift.at[0] + MOBILE_BASE.arm[0];
  const front = TOWER.x + TOWER.depth / 2 - foot;
  return merged([
    moved(roundedBox(detail, [0.26, 0.22, 0.026], 0.01, SHELL), at(front / 2 + 0.02, 0, -0.015)),
    moved(roundedBox(detail, [0.03, 0.19, 0.16], 0.008, SHELL), at(front + 0.026, 0, -0.03)),
    // Braces under the plate.
    ...[1, -1].map((side) =>
      moved(
        roundedBox(detail, [0.2, 0.016, 0.04], 0.006, GRAPHITE),
        at(front / 2 - 0.01, side * 0.07, -0.042),
      ),
    ),
  ]);
}
