/**
 * What the fingers of both simulators collide with: as each has them, and the same on both sides, for contacts cost more
 * than anything else in a grasp. Boxes of one finger, half extents and centre from the pad's centre, m; y outward, z to
 * the tip. Ours have edges rounded by 1 mm, MuJoCo's are sharp.
 */
import { type ArmRobot, PANDA_ROBOT, type ParallelDrive } from "../core/index.js";

type Boxes = ParallelDrive["boxes"];

/** How many boxes a finger has. */
export type Fingers = "one" | "five";

const { gripper } = PANDA_ROBOT;
if (gripper.kind !== "parallel") throw new Error("the Panda's gripper is no longer a parallel one");
const { drive, ...rest } = gripper;

/** `one`: what `mujoco-scene.xml` has. `five`: the product's, a pad of two by two, so that a sphere does not turn, and what is behind it. */
export const BOXES: Readonly<Record<Fingers, Boxes>> = {
  one: [{ half: [0.0105, 0.0075, 0.0225], centre: [0, 0.0075, -0.013] }],
  five: drive.boxes,
};

/** The product's Panda with such fingers. */
export const pandaWith = (fingers: Fingers): ArmRobot =>
  fingers === "five"
    ? PANDA_ROBOT
    : { ...PANDA_ROBOT, gripper: { ...rest, drive: { ...drive, boxes: BOXES[fingers] } } };
