/**
 * Training, step by step: draw a batch, run the graph for loss and gradients, one step of Adam. Deterministic for a
 * seed; its state can be saved between any two steps and continued bit for bit. Knows neither threads nor files.
 */
import { createRandom, integerIn, type RandomState, refuse } from "../../core/index.js";
import type { NetworkShape } from "../algorithms/algorithm.js";
import { algorithmByName } from "../algorithms/index.js";
import { gradients } from "../graph/gradients.js";
import { createGraph, input, output } from "../graph/graph.js";
import { encodeModel } from "../graph/onnx-encode.js";
import type { OpenSession } from "../runtime/session.js";
import type { TrainingData } from "./data.js";
import { fillNormal } from "./noise.js";
import { checkRecipe, learningRate, type Recipe } from "./recipe.js";
import { createWeights, type Weights } from "./weights.js";

/** A training between two steps. */
export interface Checkpoint {
  readonly step: number;
  readonly random: RandomState;
  readonly weights: Float32Array;
}

/** A training in progress. Its lifetime ends with `free`. */
export interface Trainer {
  readonly shape: NetworkShape;
  readonly weights: Weights;
  /** steps done */
  readonly step: number;
  /** One step; the loss of its batch. Rejects when the loss is not finite. */
  advance(): Promise<number>;
  save(): Checkpoint;
  restore(checkpoint: Checkpoint): void;
  free(): Promise<void>;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * A training at step 0, with weights drawn from the seed.
 * @param threads that compute one operator
 */
export async function createTrainer(
  data: Omit<TrainingData, "encoding">,
  recipe: Recipe,
  seed: number,
  open: OpenSession,
  threads = 1,
): Promise<Trainer> {
  checkRecipe(recipe);
  const algorithm = algorithmByName(recipe.algorithm);
  const { frames, observations, chunks } = data;
  const columns = observations.length / frames;
  const width = chunks.length / frames;
  const { batch } = recipe;
  const shape: NetworkShape = { observation: columns, chunk: width, hidden: recipe.hidden };
  const origin = createRandom(seed);
  const parameters = algorithm.parameters(shape, origin.fork("parameters"));
  const weights = createWeights(parameters);
  const random = origin.fork("batches");

  const graph = createGraph();
  const x = input(graph, "observation", [batch, columns]);
  const y = input(graph, "chunk", [batch, width]);
  const draws = algorithm.draws(shape);
  const drawn = new Map(draws.map((draw) => [draw.name, input(graph, draw.name, [batch, draw.size])]));
  const values = new Map(parameters.map(({ name, shape: own }) => [name, input(graph, name, own)]));
  const loss = algorithm.loss(x, y, drawn, values);
  const slopes = gradients(loss, [...values.values()]);
  output(loss, "loss");
  parameters.forEach(({ name }, i) => {
    output(slopes[i]!, `gradient.${name}`);
  });

  const xs = new Float32Array(batch * columns);
  const ys = new Float32Array(batch * width);
  const random32 = draws.map((draw) => ({ draw, data: new Float32Array(batch * draw.size) }));
  const lossOut = new Float32Array(1);
  const session = await open(encodeModel(graph, `train-${algorithm.name}`), { threads });
  const run = session.bind(
    {
      observation: { data: xs, shape: x.shape },
      chunk: { data: ys, shape: y.shape },
      ...Object.fromEntries(
        random32.map((each) => [each.draw.name, { data: each.data, shape: [batch, each.draw.size] }]),
      ),
      ...Object.fromEntries(
        parameters.map(({ name, shape: own }) => [name, { data: weights.parameters.get(name)!, shape: own }]),
      ),
    },
    {
      loss: { data: lossOut, shape: [] },
      ...Object.fromEntries(
        parameters.map(({ name, shape: own }) => [
          `gradient.${name}`,
          { data: weights.gradients.get(name)!, shape: own },
        ]),
      ),
    },
  );
  let step = 0;

  return {
    shape,
    weights,
    get step() {
      return step;
    },
    advance: async () => {
      for (let row = 0; row < batch; row++) {
        const frame = random.integer(frames);
        xs.set(observations.subarray(frame * columns, (frame + 1) * columns), row * columns);
        ys.set(chunks.subarray(frame * width, (frame + 1) * width), row * width);
      }
      for (const { draw, data: numbers } of random32) {
        if (draw.distribution === "normal") fillNormal(numbers, random);
        else for (let i = 0; i < numbers.length; i++) numbers[i] = random.next();
      }
      await run();
      const value = lossOut[0]!;
      if (!Number.isFinite(value))
        throw new Error(`train: the loss became ${value} at step ${step}; the learning rate may be too high`);
      const t = step + 1;
      weights.adam(weights.arrays, {
        beta1: BETA1,
        beta2: BETA2,
        step: learningRate(recipe, step) / (1 - BETA1 ** t),
        correction: 1 / Math.sqrt(1 - BETA2 ** t),
        epsilon: EPSILON,
        // Young averages follow the weights, so that the first thousand steps do not drag the initial values along.
        decay: Math.min(recipe.average, t / (t + 10)),
      });
      step = t;
      return value;
    },
    save: () => ({ step, random: random.state(), weights: weights.save() }),
    restore: (checkpoint) => {
      integerIn("checkpoint", "step", checkpoint.step, 0, recipe.steps);
      if (checkpoint.random.length !== 5) refuse("checkpoint", "random must hold 5 numbers");
      weights.restore(checkpoint.weights);
      random.restore(checkpoint.random);
      step = checkpoint.step;
    },
    free: () => session.free(),
  };
}
