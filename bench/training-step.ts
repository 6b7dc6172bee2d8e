/**
 * A training step beside the newest PyTorch with fused Adam: one thread each, one core, alternating rounds of the
 * same batches from the same weights. Once the network alone (102 -> 256 -> 256 -> 256 -> 40, batch 128, mean squared
 * error), where both must find the same losses; once the whole flow-matching step, each side drawing its own noise.
 * Ours keeps the moving average of the weights besides, PyTorch none.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../core/index.js";
import { createTrainer, type Recipe } from "../policy/index.js";
import { openNodeSession } from "../policy/index.node.js";
import { makePeer, openWorker } from "./peers/peer.js";
import { type Bench, type BenchRow, compare, median } from "./result.js";

const [BATCH, FRAMES, CHUNK, TIME] = [128, 4096, 40, 32];
const HIDDEN = [256, 256, 256];
const [STEPS, WARM_UP, ROUNDS] = [100, 3, 15];
const SEED = 210_000;

const RECIPE: Omit<Recipe, "algorithm"> = {
  observations: [],
  horizon: 8,
  execute: 8,
  hidden: HIDDEN,
  // So many that the schedule stands still.
  steps: 10_000_000,
  batch: BATCH,
  learningRate: 2e-3,
  warmUp: 0,
  average: 0.995,
};

interface Answer {
  readonly seconds: readonly number[];
  readonly cpuSeconds: number;
  readonly losses: readonly number[];
}

/** Chunks that are a smooth function of observations, so that a falling loss shows that a step is right. */
function data(columns: number): { frames: number; observations: Float32Array; chunks: Float32Array } {
  const random = createRandom(SEED).fork("data");
  const observations = Float32Array.from({ length: FRAMES * columns }, random.normal);
  const mix = Float64Array.from({ length: columns * CHUNK }, () => random.normal() / Math.sqrt(columns));
  const chunks = Float32Array.from({ length: FRAMES * CHUNK }, (_, at) => {
    const [frame, output] = [Math.floor(at / CHUNK), at % CHUNK];
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += observations[frame * columns + k]! * mix[k * CHUNK + output]!;
    return Math.tanh(sum);
  });
  return { frames: FRAMES, observations, chunks };
}

/** The frames of each step: the trainer draws them from this stream. */
function batchesOf(steps: number): number[][] {
  const random = createRandom(SEED).fork("batches");
  return Array.from({ length: steps }, () => Array.from({ length: BATCH }, () => random.integer(FRAMES)));
}

export const bench: Bench = {
  name: "training-step",
  title: "Training step of the flow network beside PyTorch with fused Adam, one thread",
  async run(log) {
    const { python } = await makePeer<{ python: string }>("torch");
    const rows: BenchRow[] = [];
    const notes: string[] = [];
    for (const algorithm of ["bc", "flow"] as const) {
      log(`${algorithm}: ${WARM_UP} rounds of ${STEPS} steps to warm up, then ${ROUNDS} in turn`);
      const { row, losses } = await measure(algorithm, python);
      rows.push(row);
      notes.push(losses);
    }
    notes.push(
      `Batch ${BATCH}, ${HIDDEN.join(" x ")} hidden, float32; medians of ${ROUNDS} alternating rounds of ${STEPS} steps; both sides gather the batch's rows and read the loss.`,
    );
    return { name: this.name, title: this.title, rows, notes, skipped: null };
  },
};

async function measure(algorithm: "bc" | "flow", python: string): Promise<{ row: BenchRow; losses: string }> {
  const whole = algorithm === "flow";
  // As wide at the first layer either way: the flow's noised chunk and time are inputs too.
  const columns = whole ? 102 - CHUNK - TIME : 102;
  const training = data(columns);
  const trainer = await createTrainer(training, { ...RECIPE, algorithm }, SEED, openNodeSession);
  const start = trainer.save();
  const folder = mkdtempSync(join(tmpdir(), "apprentice-bench-"));
  const put = (name: string, ...arrays: Float32Array[]): string => {
    const file = join(folder, name);
    writeFileSync(
      file,
      Buffer.concat(arrays.map((each) => new Uint8Array(each.buffer, each.byteOffset, each.byteLength))),
    );
    return file;
  };
  const worker = openWorker(python, "torch_flow.py", { OMP_NUM_THREADS: "1" });
  try {
    const { version } = await worker.ask<{ version: string }>({
      widths: [102, ...HIDDEN, CHUNK],
      rate: RECIPE.learningRate,
      flow: whole,
      weights: put("weights", ...trainer.weights.parameters.values()),
      x: put("x", training.observations),
      y: put("y", training.chunks),
    });
    const batches = batchesOf(STEPS);
    const round = async (): Promise<Answer> => {
      trainer.restore(start);
      const [seconds, losses]: [number[], number[]] = [[], []];
      const used = process.cpuUsage();
      for (let step = 0; step < STEPS; step++) {
        const begun = performance.now();
        losses.push(await trainer.advance());
        seconds.push((performance.now() - begun) / 1000);
      }
      const { user, system } = process.cpuUsage(used);
      return { seconds, losses, cpuSeconds: (user + system) / 1e6 };
    };
    const [theirs, ours]: [Answer[], Answer[]] = [[], []];
    for (let index = -WARM_UP; index < ROUNDS; index++) {
      const answer = await worker.ask<Answer>({ batches });
      const mine = await round();
      if (index < 0) continue;
      theirs.push(answer);
      ours.push(mine);
    }
    const milliseconds = (rounds: readonly Answer[]) =>
      1000 * median(rounds.map(({ seconds }) => median(seconds)));
    const cpu = (rounds: readonly Answer[]) => median(rounds.map(({ cpuSeconds }) => cpuSeconds));
    return {
      losses: agreement(whole, theirs[0]!.losses, ours[0]!.losses),
      row: compare({
        what: whole ? "the whole flow-matching step" : "the network alone",
        unit: "ms a step",
        ours: milliseconds(ours),
        peer: { name: `PyTorch ${version}`, value: milliseconds(theirs) },
        better: "lower",
        atLeast: 1.15,
        aim: 0.9,
        note: `by processor time ${(cpu(ours) / cpu(theirs)).toFixed(2)}`,
      }),
    };
  } finally {
    await worker.close();
    await trainer.free();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the losses say; a fault when both sides cannot have done the same. */
function agreement(drawn: boolean, theirs: readonly number[], ours: readonly number[]): string {
  const last = (losses: readonly number[]) => losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10;
  if (drawn) {
    const ratio = last(ours) / last(theirs);
    if (!(ratio > 0.8 && ratio < 1.25))
      throw new Error(`the flow's losses are not alike: ours / theirs ${ratio}`);
    return `Flow: losses after ${STEPS} steps ${last(ours).toFixed(3)} and ${last(theirs).toFixed(3)} (each its own noise).`;
  }
  const worst = Math.max(...ours.slice(0, 20).map((loss, step) => Math.abs(loss / theirs[step]! - 1)));
  if (!(worst < 1e-3)) throw new Error(`the first 20 losses differ by up to ${worst} of theirs`);
  return `Network alone: the same losses over 20 steps within ${worst.toExponential(1)} of each, ${last(ours).toFixed(4)} and ${last(theirs).toFixed(4)} after ${STEPS}.`;
}
