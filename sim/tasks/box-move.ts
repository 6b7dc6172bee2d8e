/** `box-move`: a mobile manipulator carries a box from one table to another. What defines the task. */
import { invert, MOBILE_BASE, MOBILE_PANDA, type TaskCard, transformPoint } from "../../core/index.js";
import { DETECTOR } from "../detector.js";
import { initEngine } from "../engine.js";
import { createBoxCarrier } from "../mobile/box-carrier.js";
import { drawTwoTables, TWO_TABLES } from "../mobile/two-tables.js";
import { textHash } from "./constants.js";
import { createMobileEnvironment, MOBILE_RULES, type MobileTask } from "./mobile-environment.js";
import type { TaskModule } from "./task.js";

/** The speed below which a box rests, m/s, and how far off its height on the table it may be, m. */
const RESTING = 0.02;
const LEVEL = 0.01;

const CARD: TaskCard = {
  name: "box-move",
  robot: MOBILE_PANDA.name,
  summary: "A mobile manipulator takes a box from one table and carries it to another.",
  horizon: 60,
  sentences: {
    en: [
      "carry the {target} to the {place}",
      "move the {target} to the {place}",
      "bring the {target} to the {place}",
    ],
    zh: ["把{target}搬到{place}", "把{target}送到{place}"],
  },
  reset:
    "a Panda on a lift of 39 cm on a differential-drive base of 28 cm radius; room 6 x 6 m; two tables of 50 x 90 cm, 45 to 72 cm " +
    "high, 1.4 to 1.6 m from the middle, 120 to 180 degrees apart; 1 to 3 boxes of 6 to 12 x 3 to 6 x 4 to 7 cm, 0.1 " +
    "to 0.6 kg, friction 0.8, on one of them, turned up to 46 degrees; start within 25 cm of the middle along x and y, any heading, lift 0 to 35 " +
    "cm. Success: the box on the other table, slower than 2 cm/s, no finger on it, for 10 frames of 50 ms; the base " +
    "or 150 N on the arm touching anything fails, as does a box on the floor.",
};

const TASK: MobileTask = {
  card: CARD,
  classes: { target: "box", place: "table" },
  symmetry: 2,
  setup: drawTwoTables,
  met: ({ target, targetSpeed, fingers, place, touching }) => {
    const [x, y, z] = transformPoint(invert(place.pose), target.pose.position);
    return (
      fingers === 0 &&
      touching &&
      targetSpeed < RESTING &&
      Math.abs(x) < place.size[0] / 2 &&
      Math.abs(y) < place.size[1] / 2 &&
      Math.abs(z - target.size[2] / 2) < LEVEL
    );
  },
};

export const boxMove: TaskModule = {
  card: CARD,
  linger: 3,
  create: async (options) => {
    await initEngine();
    return createMobileEnvironment(TASK, options);
  },
  demonstrator: createBoxCarrier,
  constantsHash: () =>
    textHash(
      JSON.stringify([
        CARD,
        MOBILE_RULES,
        TWO_TABLES,
        MOBILE_BASE,
        MOBILE_PANDA.drive,
        MOBILE_PANDA.workspace,
        MOBILE_PANDA.gripper,
        DETECTOR,
        { RESTING, LEVEL },
      ]),
    ),
};
