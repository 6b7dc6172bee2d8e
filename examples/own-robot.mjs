// A robot of your own as typed data: two links of 0.4 m in a plane, forward and inverse kinematics, gravity torques.
import { chainTo, createIk, toolPose } from "apprentice/core";
import { createDynamics } from "apprentice/sim";

const at = (x) => ({ position: [x, 0, 0], orientation: [0, 0, 0, 1] });
const link = (name) => ({
  name,
  mass: 1, // kg
  centreOfMass: [0.2, 0, 0], // m
  inertia: [0.001, 0.0133, 0.0133, 0, 0, 0], // kg m²
});
const joint = (name, parent, child, x) => ({
  name,
  type: "revolute",
  parent,
  child,
  parentFromJoint: at(x),
  axis: [0, 1, 0],
  limits: { lower: -3, upper: 3, velocity: 2, effort: 20 },
});

const arm = {
  name: "two-link",
  root: "base",
  links: [link("upper"), link("fore")],
  joints: [
    joint("shoulder", "base", "upper", 0),
    joint("elbow", "upper", "fore", 0.4),
    { ...joint("tip", "fore", "tool", 0.4), type: "fixed" },
  ],
};

const chain = chainTo(arm, "tool");
const q = [0.5, 0.7];
const pose = toolPose(chain, q);
console.log("tool at", pose.position.map((x) => x.toFixed(3)).join(" "), "m");
const { q: solved, reached } = createIk(chain).solve(pose, [0.4, 0.6], { iterations: 200 });
console.log(
  "inverse kinematics",
  reached ? "finds" : "misses",
  Array.from(solved, (x) => x.toFixed(3)).join(" "),
);
const dynamics = createDynamics(chain);
dynamics.setPosition(q);
const gravity = dynamics.gravity(9.81, new Float64Array(2));
console.log("torques that hold it:", Array.from(gravity, (t) => t.toFixed(2)).join(" "), "N m");
if (!reached || Math.hypot(solved[0] - q[0], solved[1] - q[1]) > 1e-3) process.exitCode = 1;
