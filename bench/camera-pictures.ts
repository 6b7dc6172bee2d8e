/**
 * Pictures a second of the recorded cameras on a machine without graphics: 96 × 96, colour, depth in metres and ids of
 * every state, through the painter that `apprentice render` and `apprentice serve` use, pixels handed over to Node. One
 * picture is one camera of one state with all three. All cores may work. Beside it, in the same run, the same pictures
 * drawn by graphics in software: a headless Chromium with the cameras of the page.
 */
import { findChromium } from "../cli/browser/chromium.js";
import { openGraphicsPainter } from "../cli/cameras/graphics-painter.js";
import { type OwnPainter, openPainter } from "../cli/cameras/painter.js";
import { taskByName } from "../sim/index.js";
import { type ViewState, viewStateOf } from "../sim/view/index.js";
import { type Bench, type BenchRow, compare, median } from "./result.js";

const SIDE = 96;
const STATES = 50;
const ROUNDS = 3;
const WARM = 2;

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
    const graphics = "path" in findChromium() ? await openGraphicsPainter({ software: true }) : null;
    const rows: BenchRow[] = [];
    try {
      for (const [what, which, channels] of [
        ["colour, depth and ids of one camera", ["front"], ["colour", "depth", "ids"]],
        ["of both cameras", ["front", "wrist"], ["colour", "depth", "ids"]],
        ["colour alone, one camera", ["front"], ["colour"]],
        ["depth and ids alone, one camera", ["front"], ["depth", "ids"]],
      ] as const) {
        const found: { rates: number[]; costs: number[]; peers: number[] } = {
          rates: [],
          costs: [],
          peers: [],
        };
        // In turn, so that what else the machine does slows both.
        for (let round = -WARM; round < ROUNDS; round++) {
          const used = process.cpuUsage();
          const mine = await rateOf(painter, scene, which, channels);
          const { user, system } = process.cpuUsage(used);
          const peer = graphics === null ? null : await rateOf(graphics, scene, which, channels);
          if (round < 0) continue;
          found.rates.push(mine);
          found.costs.push((user + system) / 1000 / (STATES * which.length));
          if (peer !== null) found.peers.push(peer);
        }
        log(`${what}: ${found.rates.map((rate) => rate.toFixed(0)).join(", ")}`);
        rows.push(
          compare({
            what,
            unit: "pictures/s",
            ours: median(found.rates),
            peer: null,
            better: "higher",
            atLeast: channels.length === 3 ? 150 : null,
            aim: channels.length === 3 ? 300 : null,
            note: [
              `${median(found.costs).toFixed(1)} ms of processor time each`,
              ...found.peers.slice(0, 1).map(() => {
                const peer = median(found.peers);
                return `${(median(found.rates) / peer).toFixed(1)} times graphics in software (${peer.toFixed(0)})`;
              }),
            ].join("; "),
          }),
        );
      }
    } finally {
      await painter.close();
      await graphics?.close();
    }
    return {
      name: this.name,
      title: this.title,
      rows,
      notes: [`${STATES} states of lift at a time; medians of ${ROUNDS} after ${WARM} to warm up.`],
      skipped: null,
    };
  },
};

/** Pictures a second. */
async function rateOf(
  painter: OwnPainter,
  scene: Awaited<ReturnType<typeof states>>,
  which: readonly string[],
  channels: readonly ("colour" | "depth" | "ids")[],
): Promise<number> {
  const start = performance.now();
  let count = 0;
  await painter.draw(scene, { which, size: { width: SIDE, height: SIDE }, channels }, async (_, pictures) => {
    count += pictures.length;
  });
  return (1000 * count) / (performance.now() - start);
}
