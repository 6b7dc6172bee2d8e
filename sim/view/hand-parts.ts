/**
 * The looks of a parallel gripper in its tool frame: y is the opening direction, z points out of the hand, the
 * origin lies between the pads. Sizes follow what the simulated hand touches with. Metres.
 */
import { type BufferGeometry, Matrix4 } from "three";
import { HAND_DRIVE, type LookCamera } from "../../core/index.js";
import { ALLOY, GRAPHITE, LAMPS, lamp, RUBBER, SHELL, STEEL } from "./finish.js";
import { cameraLens } from "./look-parts.js";
import { type Detail, merged, moved, plate, revolve, roundedBox } from "./shapes.js";

/** Where the wrist camera's eye is and what it looks at, in the tool frame. */
export const WRIST_EYE: LookCamera = {
  eye: [0.068, 0, -0.058],
  target: [0, 0, 0.05],
  up: [1, 0, 0],
};

/** m from the tool back to the flange that the Franka Hand is screwed to */
export const FRANKA_FLANGE = 0.1034;

const at = (x: number, y: number, z: number) => new Matrix4().makeTranslation(x, y, z);

/** Body of the hand with its camera, from `top` (m before the tool along -z), where the arm ends. */
export function handBody(detail: Detail, top: number): BufferGeometry[] {
  const { palm } = HAND_DRIVE;
  const bottom = palm.centre[2] + palm.half[2];
  const height = bottom - 0.014 + top - 0.008;
  const middle = bottom - 0.014 - height / 2;
  return [
    revolve(
      detail,
      [
        [0, -top - 0.001],
        [0.036, -top - 0.001, 0.002],
        [0.036, -top + 0.012],
      ].map(([r, z]) => [r!, z!] as const),
      STEEL,
    ),
    moved(roundedBox(detail, [0.058, 0.2, height], 0.014, SHELL), at(0, 0, middle)),
    moved(roundedBox(detail, [0.0592, 0.13, 0.0032], 0.001, lamp(LAMPS)), at(0, 0, middle + 0.004)),
    moved(roundedBox(detail, [0.042, 0.202, 0.018], 0.004, GRAPHITE), at(0, 0, bottom - 0.008)),
    ...wristCamera(detail),
  ];
}

/** One finger for the side `sign` of y, its pad's face in the plane y = 0. */
export function fingerParts(detail: Detail, sign: 1 | -1): BufferGeometry {
  const carriage = roundedBox(detail, [0.032, 0.026, 0.022], 0.004, GRAPHITE);
  const outline = [
    [-0.0105, -0.04],
    [0.0105, -0.04],
    [0.0105, -0.012],
    [0.0095, 0.009],
    [0.0075, 0.0108],
    [-0.0075, 0.0108],
    [-0.0095, 0.009],
    [-0.0105, -0.012],
  ] as const;
  // The plate's outline lies in xz: its own xy plane turned about x, its thickness along y.
  const blade = plate(detail, outline, 0.0066, 0.0012, ALLOY);
  moved(blade, new Matrix4().makeRotationX(Math.PI / 2));
  const parts = [
    moved(carriage, at(0, 0.013, -0.046)),
    moved(blade, at(0, 0.0115, 0)),
    moved(roundedBox(detail, [0.0195, 0.005, 0.021], 0.0012, RUBBER), at(0, 0.0025, 0)),
  ];
  const finger = merged(parts);
  return sign === 1 ? finger : moved(finger, new Matrix4().makeRotationZ(Math.PI));
}

/** A small camera on the front of the hand that looks between the fingers. */
function wristCamera(detail: Detail): BufferGeometry[] {
  const { eye, target } = WRIST_EYE;
  const tilt = Math.atan2(target[0] - eye[0], target[2] - eye[2]);
  const place = new Matrix4().makeTranslation(...eye).multiply(new Matrix4().makeRotationY(tilt));
  const put = (geometry: BufferGeometry, x: number, y: number, z: number) =>
    moved(geometry, new Matrix4().multiplyMatrices(place, at(x, y, z)));
  return [
    put(roundedBox(detail, [0.024, 0.054, 0.024], 0.006, GRAPHITE), 0, 0, -0.016),
    put(cameraLens(detail), 0, 0, 0),
    put(roundedBox(detail, [0.003, 0.003, 0.003], 0.001, lamp(LAMPS)), 0, -0.018, -0.004),
    moved(roundedBox(detail, [0.036, 0.03, 0.008], 0.002, GRAPHITE), at(0.043, 0, eye[2] - 0.012)),
  ];
}
