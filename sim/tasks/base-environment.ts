/**
 * The environment of a mobile base: what all its tasks share. It steps the base, draws every sensor's noise once a step,
 * shows the goal as a detector sees it, and latches success once the base has stood at its place without a break,
 * failure once the task says so or the horizon is over. Frame `map`; metres, radians, seconds. Not here: reset, success
 * and failures of a task (one file each), the physics (`../base`).
 */
import {
  type Contract,
  createRandom,
  type Environment,
  type FailureKind,
  type GoalBinding,
  type Observation,
  type Outcome,
  objectById,
  type Random,
  type RandomState,
  refuse,
  type Scene,
  scenePart,
  type TaskCard,
} from "../../core/index.js";
import type { BaseSim } from "../base/base-sim.js";
import { localise } from "../base/localise.js";
import { createDetector, DETECTOR } from "../detector.js";
import { ENGINE, engineVariant } from "../engine.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import type { EnvironmentOptions } from "./task.js";

/** How a task of a base is cut into frames. */
export interface BaseRules {
  /** hertz */
  readonly physicsRate: number;
  readonly ticksPerStep: number;
  /** frames in a row that the base must stand at its place */
  readonly frames: number;
}

/** What a task says of one moment. */
export interface BaseVerdict {
  readonly stands: boolean;
  readonly failed: FailureKind | null;
}

/** An episode of a task at its beginning. */
export interface BaseEpisode {
  readonly sim: BaseSim;
  /** the id of the place to drive to */
  readonly place: string;
  /** What is shown beside pose, twist and scan, by feature. */
  sense(noise: Random): Readonly<Record<string, Float32Array>>;
  /** @param touched whether the body touched anything since the last frame */
  judge(goal: GoalBinding, touched: boolean): BaseVerdict;
}

/** A task of a base. */
export interface BaseTask {
  readonly card: TaskCard;
  readonly rules: BaseRules;
  /** ids that the place may be bound to */
  readonly places: readonly string[];
  contract(task: string, simulated: { physics: number; engine: Contract["engine"] }): Contract;
  /** @param random of the episode's seed @param dt seconds of a tick */
  begin(random: Random, dt: number): BaseEpisode;
}

const OUTCOMES = ["running", "success", "collided", "timed-out", "left-workspace", "tipped-over"] as const;

/** A task as an environment. Needs `initEngine()`. */
export function createBaseEnvironment(task: BaseTask, options: EnvironmentOptions = {}): Environment {
  const { rules, places } = task;
  const { name } = task.card;
  const [sense] = options.senses ?? [];
  if (sense !== undefined) refuse(name, "the base must have each of the senses", sense);
  if (options.randomise !== undefined) refuse(name, "the world of a base is not randomised");
  if (options.robot !== undefined)
    refuse(name, "the robot must be the mobile base, not an arm", options.robot.name);
  const model = options.detector === undefined ? DETECTOR : options.detector;
  const card = { ...task.card, horizon: options.horizon ?? task.card.horizon };
  const contract = task.contract(name, {
    physics: rules.physicsRate,
    engine: { name: ENGINE.name, version: ENGINE.version },
  });
  const dt = 1 / rules.physicsRate;
  const timeOf = (steps: number): number => (steps * rules.ticksPerStep) / rules.physicsRate;
  const variant = `${engineVariant()} ${JSON.stringify(model)}`;
  let episode = begin(0);

  function begin(seed: number) {
    const random = createRandom(seed);
    const { sim, place, sense, judge } = task.begin(random, dt);
    const noise = random.fork("sensors");
    const detector = model === null ? null : createDetector(model, seed, sim.scene());
    const state = {
      seed,
      sim,
      sense,
      judge,
      noise,
      detector,
      goal: { place } as GoalBinding,
      steps: 0,
      /** when the goal was bound, in steps */
      since: 0,
      /** frames in a row that the base stood at the place */
      stood: 0,
      outcome: { state: "running" } as Outcome,
      values: {} as Record<string, Float32Array>,
    };
    look(state);
    return state;
  }

  /** Draws every sensor's noise once a step, however often the observation is read. */
  function look(state: typeof episode): void {
    const { sim, noise, values } = state;
    const { position, orientation } = localise(sim.pose(), noise);
    const { linear, angular } = sim.twist();
    values["observation.base.position"] = Float32Array.from(position);
    values["observation.base.orientation"] = Float32Array.from(orientation);
    values["observation.base.twist"] = Float32Array.of(linear, angular);
    values["observation.scan"] = sim.scan(noise);
    Object.assign(values, state.sense(noise));
    aim(state);
  }

  /** Shows the goal as it is seen now. */
  function aim({ sim, detector, goal, values }: typeof episode): void {
    const place = placeIn(detector?.scene() ?? sim.scene(), goal);
    for (const { name: feature, source } of contract.goals)
      if (source.kind === "scene") values[feature] = Float32Array.from(scenePart(place, source.part));
  }

  function judge(touched: boolean): void {
    if (episode.outcome.state !== "running") return;
    const { stands, failed } = episode.judge(episode.goal, touched);
    episode.stood = stands ? episode.stood + 1 : 0;
    if (failed !== null) episode.outcome = { state: "failure", kind: failed };
    else if (episode.stood >= rules.frames) episode.outcome = { state: "success" };
    else if (timeOf(episode.steps - episode.since) >= card.horizon)
      episode.outcome = { state: "failure", kind: "timed-out" };
  }

  return {
    contract,
    card,
    reset: (seed) => {
      const { sim } = episode;
      episode = begin(seed);
      sim.free();
    },
    observe: (): Observation => ({
      time: timeOf(episode.steps),
      values: Object.fromEntries(
        Object.entries(episode.values).map(([feature, values]) => [feature, values.slice()]),
      ),
    }),
    scene: () => episode.sim.scene(),
    goal: () => episode.goal,
    bind: (goal) => {
      const { steps: since } = episode;
      const place =
        places.find((known) => known === goal.place) ??
        refuse("goal", `place must be bound to one of ${places.join(", ")}`, goal.place);
      Object.assign(episode, { goal: { place }, since, stood: 0, outcome: { state: "running" } });
      aim(episode);
    },
    command: () => {
      const { linear, angular } = episode.sim.command();
      return Float64Array.of(linear, angular);
    },
    step: (command, onTick) => {
      const [linear = Number.NaN, angular = Number.NaN] = Array.from(command);
      if (command.length !== 2 || !Number.isFinite(linear) || !Number.isFinite(angular))
        refuse("command", "must be 2 finite numbers", Array.from(command));
      const { sim, detector } = episode;
      sim.setTwist(linear, angular);
      let touched = false;
      for (let tick = 0; tick < rules.ticksPerStep; tick++) {
        sim.tick();
        touched ||= sim.inContact();
        onTick?.();
      }
      episode.steps++;
      detector?.advance(sim.time(), () => sim.scene());
      look(episode);
      judge(touched);
    },
    robotState: () => {
      const pose = episode.sim.pose();
      return { root: pose, tool: pose, joints: [], jointNames: [], gripperWidth: 0 };
    },
    contacts: () =>
      episode.sim.inContact() ? [{ part: "base", force: null, at: episode.sim.pose().position }] : [],
    time: () => timeOf(episode.steps),
    outcome: () => episode.outcome,
    snapshot: () => {
      const { sim, noise, detector, goal, outcome, values } = episode;
      const state = new StateWriter();
      state.put(episode.seed, episode.steps, episode.since, episode.stood);
      state.put(
        OUTCOMES.findIndex((kind) => kind === (outcome.state === "failure" ? outcome.kind : outcome.state)),
      );
      state.put(places.indexOf(goal.place!));
      state.putArray(noise.state());
      for (const numbers of Object.values(values)) state.putArray(numbers);
      detector?.save(state);
      return packSnapshot({ kind: name, variant, numbers: state.finish(), engine: sim.snapshot() });
    },
    restore: (snapshot) => {
      const parts = unpackSnapshot(snapshot, name, variant);
      const state = new StateReader(parts.numbers);
      const restored = begin(state.get());
      restored.sim.restore(parts.engine);
      restored.steps = state.get();
      restored.since = state.get();
      restored.stood = state.get();
      const word = OUTCOMES[state.get()] ?? refuse("snapshot", "must hold an outcome");
      restored.outcome =
        word === "running" || word === "success" ? { state: word } : { state: "failure", kind: word };
      restored.goal = { place: places[state.get()] ?? refuse("snapshot", "must hold a place") };
      restored.noise.restore(state.getInto([0, 0, 0, 0, 0]) as unknown as RandomState);
      for (const numbers of Object.values(restored.values)) state.getInto(numbers);
      restored.detector?.load(state);
      state.finish();
      episode.sim.free();
      episode = restored;
    },
    hash: () => episode.sim.hash(),
    free: () => episode.sim.free(),
  };
}

const placeIn = (scene: Scene, { place }: GoalBinding) => objectById(scene, place!)!;
