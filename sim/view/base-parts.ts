/** The looks of the mobile base in `base_link`: round body over two wheels, laser puck, mast with a camera. Metres. */
import { type BufferGeometry, Matrix4 } from "three";
import { DIFF_DRIVE } from "../../core/index.js";
import { MAST_EYE } from "./cameras.js";
import { GRAPHITE, LAMPS, LENS, lamp, RUBBER, SEAM, SHELL, STEEL } from "./finish.js";
import { type Detail, merged, moved, revolve, roundedBox, straight } from "./shapes.js";

const at = (x: number, y: number, z: number) => new Matrix4().makeTranslation(x, y, z);

/** The base as one solid. */
export function baseSolid(detail: Detail): BufferGeometry {
  const { radius, height, wheelRadius, wheelSeparation } = DIFF_DRIVE;
  const top = height - 0.045;
  const wheel = (side: 1 | -1) =>
    revolve(
      detail,
      [
        [0.018, -0.016],
        [wheelRadius - 0.012, -0.014, 0.002],
        [wheelRadius, -0.011, 0.006],
        [wheelRadius, 0.011, 0.006],
        [wheelRadius - 0.012, 0.014, 0.002],
        [0.018, 0.016],
      ],
      RUBBER,
      { axis: straight([0, (side * wheelSeparation) / 2, wheelRadius], [0, 1, 0]), segments: 36 },
    );
  const { eye, target } = MAST_EYE;
  const tilt = Math.atan2(eye[2] - target[2], target[0] - eye[0]);
  const head = at(eye[0] - 0.022, 0, eye[2] + 0.022 * Math.tan(tilt)).multiply(
    new Matrix4().makeRotationY(tilt),
  );
  const onHead = (geometry: BufferGeometry, x: number, y: number, z: number) =>
    moved(geometry, new Matrix4().multiplyMatrices(head, at(x, y, z)));
  return merged([
    revolve(
      detail,
      [
        [0, 0.03],
        [radius - 0.03, 0.03, 0.004],
        [radius - 0.022, 0.055],
      ],
      SEAM,
      { segments: 56 },
    ),
    revolve(
      detail,
      [
        [radius - 0.025, 0.05],
        [radius, 0.052, 0.01],
        [radius, 0.12, 0.002],
        [radius - 0.003, 0.1215],
      ],
      GRAPHITE,
      { segments: 64 },
    ),
    revolve(
      detail,
      [
        [radius - 0.004, 0.121],
        [radius - 0.0015, 0.1215, 0.001],
        [radius - 0.0015, 0.1285, 0.001],
        [radius - 0.004, 0.129],
      ],
      lamp(LAMPS),
      { segments: 64 },
    ),
    revolve(
      detail,
      [
        [radius - 0.003, 0.1285],
        [radius, 0.13, 0.002],
        [radius, top, 0.035],
        [0.09, top + 0.004, 0.02],
        [0, top + 0.004],
      ],
      SHELL,
      { segments: 64 },
    ),
    wheel(1),
    wheel(-1),
    revolve(
      detail,
      [
        [0.056, top],
        [0.056, top + 0.012, 0.002],
        [0.05, top + 0.013, 0.001],
        [0.05, top + 0.03, 0.001],
        [0.055, top + 0.031, 0.001],
        [0.055, top + 0.041, 0.006],
        [0, top + 0.043],
      ],
      GRAPHITE,
      { segments: 40 },
    ),
    moved(roundedBox(detail, [0.012, 0.05, 0.02], 0.004, GRAPHITE), at(radius - 0.004, 0, 0.16)),
    // The mast stands behind the laser and carries the camera over it.
    revolve(
      detail,
      [
        [0.02, top],
        [0.02, top + 0.008, 0.002],
        [0.0085, top + 0.012, 0.006],
        [0.0085, eye[2] - 0.01],
      ],
      STEEL,
      { axis: straight([-0.09, 0, 0], [0, 0, 1]), segments: 24 },
    ),
    moved(roundedBox(detail, [0.15, 0.022, 0.014], 0.005, GRAPHITE), at(-0.025, 0, eye[2] - 0.014)),
    onHead(roundedBox(detail, [0.034, 0.09, 0.036], 0.01, SHELL), 0, 0, 0),
    moved(
      revolve(
        detail,
        [
          [0.0125, 0.012],
          [0.0125, 0.0185, 0.001],
          [0.009, 0.0205, 0.001],
          [0, 0.0198],
        ],
        LENS,
        { segments: 28 },
      ),
      head.clone().multiply(new Matrix4().makeRotationY(Math.PI / 2)),
    ),
  ]);
}
