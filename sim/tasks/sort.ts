/** `sort`: the arm puts two cubes into the bins of their colours, two other cubes around. What defines the task. */
import { createRandom } from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import { TABLETOP } from "../tabletop/layout.js";
import { binProp, cubeProp, type TableSetup } from "../tabletop/setup.js";
import { CUBE_MOVE, inBin, intoBin, type Move } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** Opening of the gripper above which it holds nothing (m), and the speed below which a cube rests (m/s). */
const RELEASED = 0.06;
const RESTING = 0.02;

const SECOND: Move = { ...CUBE_MOVE, target: "second-target", put: intoBin("second-place") };

const TASK: TableTask = {
  card: {
    name: "sort",
    robot: "panda",
    summary: "A Panda puts two cubes into the bins of their colours, two other cubes around.",
    horizon: 30,
    sentences: {
      en: [
        "put the {target} in the {place} and the {second-target} in the {second-place}",
        "sort the {target} into the {place} and the {second-target} into the {second-place}",
      ],
      zh: ["把{target}放进{place}，把{second-target}放进{second-place}"],
    },
    reset:
      "four cubes 4 cm, 0.1 kg, x 0.5 ± 0.10 m, y ± 0.10 m, any yaw, centres 10 cm apart; two of them, any, have a bin of " +
      "their colour, 12 cm inside with walls of 4 cm, at x 0.5 ± 0.05 m, y ± (0.30 ± 0.04) m, on either side; tool at " +
      "0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. Success: both in their bins, slower than 2 cm/s, gripper open wider than " +
      "6 cm, for 10 frames of 50 ms.",
  },
  slots: ["target", "place", "second-target", "second-place"],
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const { colours, cube, cubes, bin, bins } = TABLETOP;
    const around = (centre: number, half: number) => centre + random.uniform(-half, half);
    const first = random.integer(colours.length);
    const second = (first + 1 + random.integer(colours.length - 1)) % colours.length;
    const left = random.integer(2) === 0;
    const form = { ...bin, inner: [bin.inner, bin.inner] as const };
    const stands = [
      { colour: colours[first]!, side: left ? 1 : -1 },
      { colour: colours[second]!, side: left ? -1 : 1 },
    ].map(({ colour, side }) =>
      binProp(
        {
          id: `${colour}_bin`,
          colour,
          x: around(bins.centre[0], bins.range[0]),
          y: side * around(bins.centre[1], bins.range[1]),
        },
        form,
      ),
    );
    const spot = { range: { centre: cubes.centre, half: cubes.range }, radius: cubes.apart / 2 };
    const places = drawSpots(
      random,
      colours.map(() => spot),
    );
    return {
      props: [
        ...colours.map((colour, i) =>
          cubeProp({ id: `${colour}_cube`, colour, ...places[i]! }, cube.size, cube),
        ),
        ...stands,
      ],
      tool: drawTool(random),
      goal: {
        target: `${colours[first]}_cube`,
        place: `${colours[first]}_bin`,
        "second-target": `${colours[second]}_cube`,
        "second-place": `${colours[second]}_bin`,
      },
    };
  },
  met: ({ bound, speedOf, gripperWidth }) =>
    gripperWidth > RELEASED &&
    (
      [
        ["target", "place"],
        ["second-target", "second-place"],
      ] as const
    ).every(([what, where]) => inBin(bound(what), bound(where)) && speedOf(bound(what)) < RESTING),
};

export const sort = tableModule(TASK, {
  linger: 3,
  moves: [CUBE_MOVE, SECOND],
  constants: { RELEASED, RESTING },
});
