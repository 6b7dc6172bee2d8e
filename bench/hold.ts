/**
 * How well a simulator holds: the arm of `tabletop-motion` grasps the cube, lifts it, shakes it for ten seconds with up to
 * about 7 m/s² and comes to rest where it began. Joint set-points at 20 Hz, the same plain data for every simulator.
 */
import {
  chainTo,
  compose,
  createIk,
  distance,
  invert,
  PANDA,
  PANDA_TOOL,
  type Pose,
  toolPose,
} from "../core/index.js";
import { CONTROL_RATE, type SetPoint, setPoints, WAYPOINTS } from "./tabletop-motion.js";

/** A simulated arm over the five cubes, at the beginning of the motion. */
export interface Manipulator {
  /** One control period, from one set-point to the next: joints on a cubic between them. */
  move(from: SetPoint, to: SetPoint): void;
  toolPose(): Pose;
  /** of the first cube */
  cubePose(): Pose;
}

/** How the cube came through. */
export interface Held {
  /** m by which the cube lies elsewhere in the hand afterwards */
  readonly slip: number;
  /** still between the fingers, 15 cm over the table or higher */
  readonly held: boolean;
}

const SHAKEN = 10;
const RESTED = 1;
const PERIOD = 1 / CONTROL_RATE;

let planned: readonly SetPoint[] | null = null;

/** Grasp and lift, the shaking, the rest. */
function plan(): readonly SetPoint[] {
  if (planned !== null) return planned;
  const chain = chainTo(PANDA, PANDA_TOOL);
  const ik = createIk(chain);
  const { position, orientation } = toolPose(chain, WAYPOINTS.lift);
  // It begins and ends within a second: a jolt at the end would be another test.
  const wave = (amplitude: number, hertz: number, t: number) =>
    amplitude * Math.min(1, t, SHAKEN - t) * Math.sin(2 * Math.PI * hertz * t);
  const goal = (t: number): Pose => ({
    position: [
      position[0] + wave(0.05, 1.3, t),
      position[1] + wave(0.1, 1, t),
      position[2] + wave(0.03, 2, t),
    ],
    orientation,
  });
  const small = 1e-3;
  const lifted = setPoints.slice(0, BEFORE + 1);
  let q: ArrayLike<number> = WAYPOINTS.lift;
  const at = (t: number) => ik.solve(goal(t), q, { iterations: 100 }).q;
  const shaken = Array.from({ length: SHAKEN * CONTROL_RATE }, (_, k): SetPoint => {
    const t = (k + 1) * PERIOD;
    const [early, late] = [at(t - small), at(t + small)];
    q = at(t).slice();
    const qd = Float64Array.from(late, (value, joint) => (value - early[joint]!) / (2 * small));
    return { q: Float64Array.from(q), qd, grip: 0 };
  });
  const rest: SetPoint = { q: Float64Array.from(WAYPOINTS.lift), qd: new Float64Array(7), grip: 0 };
  planned = [...lifted, ...shaken, ...Array.from({ length: RESTED * CONTROL_RATE }, () => rest)];
  return planned;
}

/** Periods of the motion until the cube hangs still, 5 s. */
const BEFORE = 5 * CONTROL_RATE;

/** Shakes it. */
export function shake(arm: Manipulator): Held {
  const points = plan();
  const cubeInHand = (): Pose => compose(invert(arm.toolPose()), arm.cubePose());
  let before: Pose | null = null;
  for (let k = 0; k + 1 < points.length; k++) {
    if (k === BEFORE) before = cubeInHand();
    arm.move(points[k]!, points[k + 1]!);
  }
  const after = cubeInHand();
  const slip = distance(before!.position, after.position);
  return { slip, held: slip < 0.02 && arm.cubePose().position[2] > 0.15 };
}
