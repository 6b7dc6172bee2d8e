/** Beside robosuite's Lift. */
import { liftBeside } from "./lift-beside.js";

export const bench = liftBeside({
  name: "robosuite-lift",
  title: "Environment steps per second of lift beside robosuite's Lift",
  peer: "robosuite",
  script: "robosuite_lift.py",
  atLeast: 10,
  aim: 15,
  scene: "one cube, OSC_POSE, physics at 500 Hz",
});
