/**
 * `navigate`: a differential-drive base drives among obstacles to a named place, stops there and touches nothing.
 * Frame `map`; metres, radians, seconds. What defines the task: reset, goal, success, failures, sentences. The
 * physics is in `../base`. Success is latched once the base has stood at the place without a break, failure once
 * it has touched anything or the horizon is over.
 */
import {
  type Contract,
  createRandom,
  DIFF_DRIVE,
  diffDriveContract,
  type Environment,
  type FailureKind,
  type GoalBinding,
  holds,
  type Observation,
  type Outcome,
  objectById,
  type RandomState,
  refuse,
  type Scene,
  type TaskCard,
  TOLERANCES,
} from "../../core/index.js";
import { BASE_MODEL } from "../base/base-body.js";
import { createBaseSim } from "../base/base-sim.js";
import { drawRoom, ROOM_LAYOUT } from "../base/layout.js";
import { LOCALISATION, localise } from "../base/localise.js";
import { createNavigator } from "../base/navigator.js";
import { HALF_WIDTH, PLACE_NAMES } from "../base/room.js";
import { createDetector, DETECTOR } from "../detector.js";
import { ENGINE, engineVariant, initEngine } from "../engine.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { textHash } from "./constants.js";
import type { EnvironmentOptions, TaskModule } from "./task.js";

const RULES = {
  physicsRate: 120,
  ticksPerStep: 12,
  /** frames in a row that the base must stand at the place */
  frames: 5,
} as const;

const CARD: TaskCard = {
  name: "navigate",
  robot: DIFF_DRIVE.name,
  summary:
    "A differential-drive base drives among obstacles to a named place, stops there and touches nothing.",
  horizon: 60,
  sentences: {
    en: ["drive to the {place}", "go to the {place}", "move to the {place}"],
    zh: ["开到{place}", "去{place}"],
  },
  reset:
    "room 6 x 6 m; 6 cylinders of radius 0.12 to 0.35 m; shelf, door and desk at least 2 m apart, cylinders 0.3 m " +
    "from a base that stands there; start x ± 2.4 m, y ± 2.4 m, any heading, at rest, 0.25 m clear, at least 2 m " +
    "from the goal; a way with 8 cm around the base leads to every place. Localisation 1 cm and 0.5 degrees, " +
    "36 ranges with 1 cm. Success: |v| < 0.05 m/s within 0.25 m of the place for 5 frames of 100 ms; any contact fails.",
};

export const navigate: TaskModule = {
  card: CARD,
  linger: 3,
  create: async (options) => {
    await initEngine();
    return createNavigateEnvironment(options);
  },
  demonstrator: createNavigator,
  constantsHash: () =>
    textHash(
      JSON.stringify([
        CARD,
        RULES,
        ROOM_LAYOUT,
        HALF_WIDTH,
        DIFF_DRIVE,
        BASE_MODEL,
        LOCALISATION,
        DETECTOR,
        TOLERANCES,
      ]),
    ),
};

function createNavigateEnvironment(options: EnvironmentOptions = {}): Environment {
  const [sense] = options.senses ?? [];
  if (sense !== undefined) refuse(CARD.name, "the base must have each of the senses", sense);
  if (options.randomise !== undefined) refuse(CARD.name, "the world of a base is not randomised");
  if (options.robot !== undefined)
    refuse("navigate", "the robot must be the mobile base, not an arm", options.robot.name);
  const model = options.detector === undefined ? DETECTOR : options.detector;
  const card = { ...CARD, horizon: options.horizon ?? CARD.horizon };
  const contract: Contract = diffDriveContract(CARD.name, {
    physics: RULES.physicsRate,
    engine: { name: ENGINE.name, version: ENGINE.version },
  });
  const dt = 1 / RULES.physicsRate;
  const timeOf = (steps: number): number => (steps * RULES.ticksPerStep) / RULES.physicsRate;
  const variant = `${engineVariant()} ${JSON.stringify(model)}`;
  let episode = begin(0);

  function begin(seed: number) {
    const random = createRandom(seed);
    const { room, start, goal } = drawRoom(random.fork("room"));
    const sim = createBaseSim({ room, start, dt });
    const noise = random.fork("sensors");
    const detector = model === null ? null : createDetector(model, seed, sim.scene());
    const state = {
      seed,
      sim,
      noise,
      detector,
      goal: { place: goal } as GoalBinding,
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
    const { sim, noise, detector, goal, values } = state;
    const { position, orientation } = localise(sim.pose(), noise);
    const { linear, angular } = sim.twist();
    values["observation.base.position"] = Float32Array.from(position);
    values["observation.base.orientation"] = Float32Array.from(orientation);
    values["observation.base.twist"] = Float32Array.of(linear, angular);
    values["observation.scan"] = sim.scan(noise);
    values["goal.place.position"] = goalPosition(detector?.scene() ?? sim.scene(), goal);
  }

  function judge(collided: boolean): void {
    if (episode.outcome.state !== "running") return;
    const { sim, goal } = episode;
    const scene = sim.scene();
    const base = { pose: sim.pose(), speed: Math.abs(sim.twist().linear) };
    const stands = holds({ predicate: "at", place: goal.place! }, { scene, tool: null, base });
    episode.stood = stands ? episode.stood + 1 : 0;
    const fail = (kind: FailureKind) => {
      episode.outcome = { state: "failure", kind };
    };
    if (collided) fail("collided");
    else if (episode.stood >= RULES.frames) episode.outcome = { state: "success" };
    else if (timeOf(episode.steps - episode.since) >= card.horizon) fail("timed-out");
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
        Object.entries(episode.values).map(([name, values]) => [name, values.slice()]),
      ),
    }),
    scene: () => episode.sim.scene(),
    goal: () => episode.goal,
    bind: (goal) => {
      const { sim, detector, steps: since } = episode;
      const place = placeOf(goal);
      Object.assign(episode, { goal: { place }, since, stood: 0, outcome: { state: "running" } });
      episode.values["goal.place.position"] = goalPosition(detector?.scene() ?? sim.scene(), episode.goal);
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
      let collided = false;
      for (let tick = 0; tick < RULES.ticksPerStep; tick++) {
        sim.tick();
        collided ||= sim.inContact();
        onTick?.();
      }
      episode.steps++;
      detector?.advance(sim.time(), () => sim.scene());
      look(episode);
      judge(collided);
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
      state.put((PLACE_NAMES as readonly string[]).indexOf(goal.place!));
      state.putArray(noise.state());
      for (const numbers of Object.values(values)) state.putArray(numbers);
      detector?.save(state);
      return packSnapshot({ kind: CARD.name, variant, numbers: state.finish(), engine: sim.snapshot() });
    },
    restore: (snapshot) => {
      const parts = unpackSnapshot(snapshot, CARD.name, variant);
      const state = new StateReader(parts.numbers);
      const restored = begin(state.get());
      restored.sim.restore(parts.engine);
      restored.steps = state.get();
      restored.since = state.get();
      restored.stood = state.get();
      const word = OUTCOMES[state.get()] ?? refuse("snapshot", "must hold an outcome");
      restored.outcome =
        word === "running" || word === "success" ? { state: word } : { state: "failure", kind: word };
      restored.goal = { place: PLACE_NAMES[state.get()] ?? refuse("snapshot", "must hold a place") };
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

const OUTCOMES = ["running", "success", "collided", "timed-out"] as const;

const goalPosition = (scene: Scene, goal: GoalBinding): Float32Array =>
  Float32Array.from(objectById(scene, goal.place!)!.pose.position);

/** The place that a binding names, or a refusal. */
const placeOf = (goal: GoalBinding) =>
  PLACE_NAMES.find((name) => name === goal.place) ??
  refuse("goal", `place must be bound to one of ${PLACE_NAMES.join(", ")}`, goal.place);
