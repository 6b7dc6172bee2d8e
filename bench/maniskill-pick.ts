/** Beside ManiSkill's PickCube on the processor. */
import { liftBeside } from "./lift-beside.js";

export const bench = liftBeside({
  name: "maniskill-pick",
  title: "Environment steps per second of lift beside ManiSkill's PickCube on the processor",
  peer: "maniskill",
  script: "maniskill_pick.py",
  atLeast: 5,
  aim: 10,
  scene: "one cube, pd_ee_delta_pose, physics at 100 Hz",
});
