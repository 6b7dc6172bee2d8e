/**
 * Pictures a second of the recorded cameras on a machine without graphics: 96 × 96, colour, depth in metres and ids of
 * every state, through the painter that `apprentice render` and `apprentice serve` use, drawn in software by a headless
 * Chromium, pixels handed over to Node. One picture is one camera of one state with all three. Both cores may work.
 */
import type { ChromiumPainter } from "../cli/cameras/painter.js";
import { openPainter } from "../cli/cameras/painter.js";
import { taskByName } from "../sim/index.js";
import { type ViewState, viewStateOf } from "../sim/view/index.js";
import { type Bench, type BenchRow, compare, median } from "./result.js";

const SIDE = 96;
const STATES = 50;
const ROUNDS = 3;

/** States along a demonstration of lift, and what stands there. */
async function states() {
  const task = taskByName("lift");
  const environment = await task.create();
  environment.reset(200_000);
  const demonstrator = task.demonstrator(200_000);
  const found: ViewState[] = [];
  const { objects } = environment.scene();
  for (let k = 0; k < STATES; k++) {
    environment.step(demonstrator.act(environment));
    const robot = environment.robotState!();
    found.push(
      viewStateOf(environment.scene(), {
        joints: Array.from(robot.joints),
        gripperWidth: robot.gripperWidth,
      }),
    );
  }
  environment.free();
  return { kind: "tabletop", objects, states: found } as const;
}

export const bench: Bench = {
  name: "camera-pictures",
  title: `Camera pictures per second, ${SIDE} × ${SIDE}, colour, depth and ids, drawn in software`,
  async run(log) {
    const scene = await states();
    const painter = await openPainter();
    const rows: BenchRow[] = [];
    try {
      for (const [what, which, channels] of [
        ["colour, depth and ids of one camera", ["front"], ["colour", "depth", "ids"]],
        ["of both cameras", ["front", "wrist"], ["colour", "depth", "ids"]],
        ["colour alone, one camera", ["front"], ["colour"]],
        ["depth and ids alone, one camera", ["front"], ["depth", "ids"]],
      ] as const) {
        const rates: number[] = [];
        for (let round = -1; round < ROUNDS; round++) {
          const start = performance.now();
          const pictures = await draw(painter, scene, which, channels);
          const seconds = (performance.now() - start) / 1000;
          if (round >= 0) rates.push(pictures / seconds);
        }
        log(`${what}: ${rates.map((rate) => rate.toFixed(0)).join(", ")}`);
        rows.push(
          compare({
            what,
            unit: "pictures/s",
            ours: median(rates),
            peer: null,
            better: "higher",
            atLeast: channels.length === 3 ? 150 : null,
            aim: channels.length === 3 ? 300 : null,
            note: "",
          }),
        );
      }
    } finally {
      await painter.close();
    }
    return {
      name: this.name,
      title: this.title,
      rows,
      notes: [`${STATES} states of lift at a time; medians of ${ROUNDS} after one to warm up.`],
      skipped: null,
    };
  },
};

/** @returns how many pictures came */
async function draw(
  painter: ChromiumPainter,
  scene: Awaited<ReturnType<typeof states>>,
  which: readonly string[],
  channels: readonly ("colour" | "depth" | "ids")[],
): Promise<number> {
  let count = 0;
  await painter.draw(scene, { which, size: { width: SIDE, height: SIDE }, channels }, async (_, pictures) => {
    count += pictures.length;
  });
  return count;
}
