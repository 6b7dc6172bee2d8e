/**
 * The learning half of the demo, for one task: record, train and choose, roll out on test seeds and after an earlier
 * skill. Every stage shows its bar and is reused when nothing that decides it has changed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatRate, type OnProgress } from "../../core/index.js";
import { defaultRecipe, seedsFor } from "../../policy/index.js";
import { DETECTOR, ENGINE, taskByName } from "../../sim/index.js";
import {
  clear,
  digestOf,
  noteSuccess,
  placesOf,
  type Recorded,
  type RolledOut,
  recordTask,
  rollOutPolicy,
  type Trained,
  trainOn,
} from "../pipeline.js";
import type { Film, StageResult, TaskResult, TrialFigure } from "../report/result.js";
import type { Trial } from "../simulation/messages.js";
import type { SimulationPool } from "../simulation/pool.js";
import { formatSeconds, type Terminal } from "../terminal.js";
import { type DemoTask, PICTURE_EVERY, TRAINING_SEED, TRIALS } from "./settings.js";
import { keyOf, recall, remember } from "./stamps.js";

export interface LearnContext {
  readonly folder: string;
  readonly pool: SimulationPool;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly version: string;
  /** told of every stage as it ends */
  readonly onStage: (stage: StageResult) => void;
}

interface TimedTraining extends Trained {
  readonly seconds: number;
}

export async function learnTask(
  { task, demonstrations }: DemoTask,
  context: LearnContext,
): Promise<TaskResult> {
  const { folder, pool, signal, version } = context;
  const { card, constantsHash } = taskByName(task);
  const places = placesOf(folder, card);
  const stamp = (name: string): string => join(folder, task, `${name}.json`);

  const recordKey = keyOf("record", version, task, constantsHash(), demonstrations, ENGINE.version);
  const { value: recorded } = await stage<Recorded>(context, {
    name: `record ${task}`,
    key: recordKey,
    stamp: stamp("recorded"),
    there: existsSync(places.dataset),
    run: (onProgress) => {
      clear(places.dataset);
      return recordTask(task, places.dataset, demonstrations, 0, { pool, signal, onProgress });
    },
    summary: (value) =>
      `${value.episodes} demonstrations, ${formatSeconds(value.seconds)} of robot time, ${value.maker}`,
  });

  const trainKey = keyOf("train", recordKey, TRAINING_SEED);
  const { value: trained } = await stage<TimedTraining>(context, {
    name: `train ${task}`,
    key: trainKey,
    stamp: stamp("trained"),
    there: existsSync(places.policy),
    run: async (onProgress) => {
      const begin = performance.now();
      const value = await trainOn(places.dataset, defaultRecipe, TRAINING_SEED, places.policy, {
        pool,
        signal,
        onProgress,
      });
      return { ...value, seconds: (performance.now() - begin) / 1000 };
    },
    summary: (value) =>
      `${value.steps} steps of ${value.algorithm}, ${value.parameters.toLocaleString("en")} parameters, ${(value.bytes / 1024).toFixed(0)} KiB of ONNX`,
  });

  const model = readFileSync(places.policy);
  const film = PICTURE_EVERY[card.robot] ?? 0.5;
  const { value: trials } = await stage<{ fresh: Kept; after: Kept; guarded: Kept | null }>(context, {
    name: `roll out ${task}`,
    key: keyOf("rolled out, with scan stop and recovery", trainKey, TRIALS, film),
    stamp: stamp("rolled-out"),
    there: true,
    run: async (onProgress) => {
      const mobile = card.robot === "diff-drive";
      const total = TRIALS.fresh + TRIALS.after + (mobile ? TRIALS.fresh : 0);
      const job = (offset: number) => ({
        pool,
        signal,
        onProgress: (({ done, note }) =>
          onProgress({
            stage: `roll out ${task}`,
            done: done + offset,
            total,
            ...(note === undefined ? {} : { note }),
          })) as OnProgress,
      });
      const seeds = seedsFor("test", TRIALS.fresh + TRIALS.after);
      const fresh = await rollOutPolicy({ task, model, seeds: seeds.slice(0, TRIALS.fresh), film }, job(0));
      const after = await rollOutPolicy(
        { task, model, seeds: seeds.slice(TRIALS.fresh), after: model },
        job(TRIALS.fresh),
      );
      const guarded = mobile
        ? await rollOutPolicy(
            { task, model, seeds: seeds.slice(0, TRIALS.fresh), asRobot: true },
            job(TRIALS.fresh + TRIALS.after),
          )
        : null;
      noteSuccess(places.policy, fresh.evaluation.rate);
      return { fresh: keep(fresh), after: keep(after), guarded: guarded === null ? null : keep(guarded) };
    },
    summary: (value) => `${formatRate(value.fresh.evaluation.rate)} on test seeds`,
  });

  const conditions =
    card.robot === "panda"
      ? `detector ${1000 * DETECTOR.position} mm, ${((DETECTOR.rotation * 180) / Math.PI).toFixed(0)}°, ${1000 * DETECTOR.age} ms`
      : "localisation 1 cm, scan 1 cm";
  const figure = (label: string, { evaluation, notBegun }: Kept): TrialFigure => ({
    label: notBegun > 0 ? `${label} (${notBegun} not begun: the skill before failed)` : label,
    rate: evaluation.rate,
    failures: evaluation.failures,
    seeds: {
      first: evaluation.seeds.first,
      last: evaluation.seeds.last,
      kind: evaluation.seeds.use,
    },
    conditions,
  });
  return {
    task,
    robot: card.robot,
    summary: card.summary,
    reset: card.reset,
    horizon: card.horizon,
    constants: constantsHash(),
    demonstrations: recorded,
    training: { ...trained, digest: digestOf(readFileSync(places.policy)) },
    trials: [
      figure("new layouts", trials.fresh),
      ...(trials.guarded === null
        ? []
        : [figure("new layouts, with the scan stop and recovery of the robot loop", trials.guarded)]),
      figure(
        card.robot === "panda" ? "where the same skill left the table" : "from the place before",
        trials.after,
      ),
    ],
    successes: trials.fresh.evaluation.rate.successes,
    episodes: trials.fresh.evaluation.rate.episodes,
    films: trials.fresh.films,
  };
}

/** What is kept of many trials: the figures, and a success and a failure to look at. */
interface Kept {
  readonly evaluation: RolledOut["evaluation"];
  readonly notBegun: number;
  readonly films: readonly Film[];
}

function keep({ evaluation, notBegun, trials }: RolledOut): Kept {
  const show = (trial: Trial | undefined): Film[] =>
    trial === undefined || trial.frames.length === 0
      ? []
      : [
          {
            seed: trial.seed,
            outcome: trial.outcome.state === "success" ? "success" : trial.outcome.kind,
            seconds: trial.seconds,
            goal: trial.goal,
            frames: trial.frames,
          },
        ];
  return {
    evaluation,
    notBegun,
    films: [
      ...show(trials.find((trial) => trial.outcome.state === "success")),
      ...show(trials.find((trial) => trial.outcome.state === "failure")),
    ],
  };
}

interface Stage<T> {
  readonly name: string;
  readonly key: string;
  readonly stamp: string;
  /** whether the files of an earlier run are still there */
  readonly there: boolean;
  run(onProgress: OnProgress): Promise<T>;
  summary(value: T): string;
}

async function stage<T>(
  { terminal, onStage }: LearnContext,
  { name, key, stamp, there, run, summary }: Stage<T>,
): Promise<{ value: T }> {
  const known = there ? recall<T>(stamp, key) : null;
  if (known !== null) {
    terminal.reused(name, summary(known));
    onStage({ name, seconds: 0, reused: true, skipped: null });
    return { value: known };
  }
  const { value, seconds } = await terminal.stage(name, async (onProgress) => {
    const value = await run(onProgress);
    return { value, summary: summary(value) };
  });
  remember(stamp, key, value);
  onStage({ name, seconds, reused: false, skipped: null });
  return { value };
}
