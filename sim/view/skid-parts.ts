/**
 * The looks of the skid-steer base in `base_link`: a chassis on four lugged tyres, a top plate with a laser puck, a
 * sensor arch with a camera. Its wheels are one solid with it: what they roll is not shown. Metres.
 */
import { type BufferGeometry, Matrix4 } from "three";
import { SKID_STEER } from "../../core/index.js";
import { ARCH_EYE } from "./cameras.js";
import { ALLOY, type Finish, GRAPHITE, LAMPS, LENS, lamp, RUBBER, SEAM, SHELL, STEEL } from "./finish.js";
import { type Detail, merged, moved, plate, revolve, roundedBox, straight } from "./shapes.js";

const at = (x: number, y: number, z: number) => new Matrix4().makeTranslation(x, y, z);
/** What the maker paints yellow. */
const YELLOW: Finish = { colour: "#eab319", roughness: 0.42, lacquer: 0.4 };
const LUGS = 22;

/** The base as one solid. */
export function skidSolid(detail: Detail): BufferGeometry {
  const { body, scan, track, wheelbase, wheelRadius } = SKID_STEER;
  const bottom = body.middle - body.height / 2;
  const top = body.middle + body.height / 2;
  const wheels = [1, -1].flatMap((front) =>
    [1, -1].map((side) =>
      moved(wheel(detail, side), at((front * wheelbase) / 2, (side * track) / 2, wheelRadius)),
    ),
  );
  const hull = track - SKID_STEER.wheelWidth - 0.02;
  /** the outline of the chassis from the side: bumpers cut away below, shoulders above */
  const outline = [
    [-0.4, bottom + 0.006],
    [0.4, bottom + 0.006],
    [0.47, bottom + 0.07],
    [0.47, bottom + 0.15],
    [0.4, top - 0.05],
    [-0.4, top - 0.05],
    [-0.47, bottom + 0.15],
    [-0.47, bottom + 0.07],
  ] as const;
  const chassis = moved(
    plate(detail, outline, hull - 0.024, 0.012, YELLOW),
    new Matrix4().makeRotationX(Math.PI / 2).setPosition(0, hull / 2 - 0.012, 0),
  );
  const bumper = (front: 1 | -1) =>
    moved(
      roundedBox(detail, [0.05, hull + 0.06, 0.075], 0.02, GRAPHITE),
      at(front * (body.length / 2 - 0.025), 0, bottom + 0.11),
    );
  const fender = (side: 1 | -1) =>
    moved(
      roundedBox(detail, [0.86, 0.1, 0.02], 0.009, GRAPHITE),
      at(0, (side * (hull + 0.08)) / 2, 2 * wheelRadius + 0.022),
    );
  const lights = [1, -1].flatMap((front) =>
    [1, -1].map((side) =>
      moved(
        roundedBox(detail, [0.012, 0.09, 0.022], 0.005, lamp(LAMPS)),
        at(front * 0.478, side * (hull / 2 - 0.09), bottom + 0.185),
      ),
    ),
  );
  return merged([
    chassis,
    bumper(1),
    bumper(-1),
    fender(1),
    fender(-1),
    ...lights,
    moved(roundedBox(detail, [0.74, hull - 0.03, 0.03], 0.01, SEAM), at(0, 0, top - 0.04)),
    moved(roundedBox(detail, [0.7, hull - 0.01, 0.014], 0.005, ALLOY), at(0, 0, top - 0.018)),
    ...rails(detail, hull, top),
    ...wheels,
    puck(detail, top - 0.012, scan.height),
    ...arch(detail, hull, top - 0.012),
  ]);
}

/** A tyre with lugs around a dished rim, its outer face towards `side`. */
function wheel(detail: Detail, side: number): BufferGeometry {
  const { wheelRadius: r, wheelWidth } = SKID_STEER;
  const half = wheelWidth / 2;
  const axis = straight([0, 0, 0], [0, side, 0]);
  const crown = r - 0.006;
  const tyre = revolve(
    detail,
    [
      [0.095, -half + 0.004],
      [crown - 0.028, -half, 0.01],
      [crown, -half + 0.024, 0.014],
      [crown, half - 0.024, 0.014],
      [crown - 0.028, half, 0.01],
      [0.095, half - 0.004, 0.004],
      [0.09, half - 0.012],
    ],
    RUBBER,
    { axis, segments: 48 },
  );
  const rim = revolve(
    detail,
    [
      [0.096, half - 0.006, 0.003],
      [0.086, half - 0.012, 0.003],
      [0.078, half - 0.034, 0.006],
      [0.034, half - 0.03, 0.006],
      [0.03, half - 0.012, 0.004],
      [0, half - 0.01],
    ],
    ALLOY,
    { axis, segments: 40 },
  );
  const lugs = Array.from({ length: LUGS }, (_, i) => {
    const turn = new Matrix4().makeRotationY((2 * Math.PI * i) / LUGS);
    const skew = new Matrix4().makeRotationZ(i % 2 === 0 ? 0.32 : -0.32);
    const across = i % 2 === 0 ? 0.22 : -0.22;
    return moved(
      roundedBox(detail, [0.022, half * 0.92, 0.014], 0.003, RUBBER),
      turn.multiply(at(0, across * wheelWidth, crown - 0.001)).multiply(skew),
    );
  });
  return merged([tyre, rim, ...lugs]);
}

/** Two rails along the top plate, that payloads are bolted to. */
const rails = (detail: Detail, hull: number, top: number): BufferGeometry[] =>
  [1, -1].map((side) =>
    moved(
      roundedBox(detail, [0.66, 0.028, 0.016], 0.004, STEEL),
      at(0, side * (hull / 2 - 0.05), top - 0.004),
    ),
  );

/** The laser: its window at the height that the scan is taken at. */
const puck = (detail: Detail, from: number, height: number): BufferGeometry =>
  revolve(
    detail,
    [
      [0.056, from],
      [0.056, height - 0.014, 0.002],
      [0.049, height - 0.013, 0.001],
      [0.049, height + 0.008, 0.001],
      [0.055, height + 0.009, 0.001],
      [0.055, height + 0.022, 0.006],
      [0, height + 0.024],
    ],
    GRAPHITE,
    { segments: 40 },
  );

/** The arch behind the laser, with the camera's arm and head. */
function arch(detail: Detail, hull: number, from: number): BufferGeometry[] {
  const { eye, target } = ARCH_EYE;
  const beam = eye[2] - 0.03;
  const x = -0.2;
  const reach = hull / 2 - 0.05;
  const tilt = Math.atan2(eye[2] - target[2], target[0] - eye[0]);
  const head = at(eye[0] - 0.022, 0, eye[2] + 0.022 * Math.tan(tilt)).multiply(
    new Matrix4().makeRotationY(tilt),
  );
  const post = (side: 1 | -1) =>
    revolve(
      detail,
      [
        [0.024, from],
        [0.024, from + 0.01, 0.002],
        [0.013, from + 0.014, 0.004],
        [0.013, beam],
      ],
      STEEL,
      { axis: straight([x, side * reach, 0], [0, 0, 1]), segments: 24 },
    );
  return [
    post(1),
    post(-1),
    moved(roundedBox(detail, [0.04, 2 * reach + 0.05, 0.03], 0.012, GRAPHITE), at(x, 0, beam)),
    moved(
      roundedBox(detail, [eye[0] - x, 0.03, 0.02], 0.007, GRAPHITE),
      at((eye[0] + x) / 2 - 0.01, 0, beam + 0.006),
    ),
    moved(roundedBox(detail, [0.036, 0.11, 0.038], 0.011, SHELL), head),
    moved(
      revolve(
        detail,
        [
          [0.0135, 0.013],
          [0.0135, 0.0195, 0.001],
          [0.0095, 0.0215, 0.001],
          [0, 0.0208],
        ],
        LENS,
        { segments: 28 },
      ),
      head.clone().multiply(new Matrix4().makeRotationY(Math.PI / 2)),
    ),
  ];
}
