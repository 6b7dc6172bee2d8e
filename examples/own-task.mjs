// A task of your own in one file: what success is, how it is said, and a script that shows it.
// The table, its reset, the detector and the failures come with the environment.
import { createGraspScript, createTabletopEnvironment, initEngine } from "apprentice/sim";
import { recordDemonstration } from "apprentice/teleop";

const raise = {
  card: {
    name: "raise",
    robot: "panda",
    summary: "The arm raises the target cube 10 cm above the table.",
    horizon: 8, // seconds
    sentences: { en: ["raise the {target}"], zh: ["把{target}举高"] },
    reset: "as lift",
  },
  slots: ["target"], // filled by the reset here, by a plan's arguments on a robot
  met: ({ target }) => target.pose.position[2] > target.size[2] / 2 + 0.1,
};

await initEngine();
const environment = createTabletopEnvironment(raise);
let shown = 0;
for (let seed = 0; seed < 10; seed++) {
  const episode = recordDemonstration(environment, createGraspScript(seed), {
    seed,
    linger: 5, // frames after success
    sentence: "raise the cube",
    maker: "scripted:raise",
  });
  if (episode !== null) shown += 1;
}
console.log(`raise: ${shown} of 10 demonstrations succeeded`);
if (shown < 8) process.exitCode = 1;
