/**
 * The environment of every task at the table: a simulated arm under `tool-pose` control at 20 Hz, its goal
 * features filled from the scene as a detector sees it. A task adds what counts as done (`judging.ts`). Frame: the
 * arm's base; metres, radians, seconds.
 */
import {
  type ArmRobot,
  armContract,
  type Contract,
  createToolPoseControl,
  type Environment,
  featureOf,
  type GoalBinding,
  type GoalSlot,
  IDENTITY_POSE,
  type ObjectClass,
  type Observation,
  objectById,
  PANDA_ROBOT,
  refuse,
  type Scene,
  scenePart,
  type TaskCard,
  TOOL_STEP,
  tableGoals,
  type Vec3,
} from "../../core/index.js";
import { createDetector, DETECTOR, detectorAs } from "../detector.js";
import { ENGINE, engineVariant } from "../engine.js";
import { randomised } from "../randomisation.js";
import { readSenses, SENSES, type Sense, senseFeatures } from "../senses.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { type ArmSim, createArmSim } from "../tabletop/arm-sim.js";
import { cubesAndBins, drawLayout, TABLETOP } from "../tabletop/layout.js";
import type { TableSetup } from "../tabletop/setup.js";
import { textHash } from "./constants.js";
import {
  factsOf,
  isTarget,
  type JudgedTask,
  judge,
  outcomeNumber,
  outcomeOf,
  TABLE_RULES,
  type TableFacts,
  UNJUDGED,
} from "./judging.js";
import type { EnvironmentOptions } from "./task.js";

/** What a slot may be bound to. */
export interface SlotRule {
  readonly classes: readonly ObjectClass[];
  /** turns of 2π/n about z that cannot be told apart; null: the orientation is not a goal feature */
  readonly symmetry: number | null;
}

/**
 * What an episode leaves behind that no body of the engine shows, e.g. which spots were wiped: numbers, whose count the
 * setup decides. They belong to snapshots and hashes.
 */
export interface Trace {
  begin(setup: TableSetup): Float64Array;
  /** changes them after a frame */
  advance(trace: Float64Array, facts: TableFacts, setup: TableSetup): void;
  /** the scene as it looks with them; the same objects in the same order */
  show(trace: Float64Array, scene: Scene): Scene;
}

/** A task at the table: what stands there, what it binds, and when its goal is met. */
export interface TableTask extends JudgedTask {
  readonly card: TaskCard;
  /** what the slots may be bound to, where it is not the usual: a target is a cube, a place is a bin */
  readonly rules?: Readonly<Partial<Record<GoalSlot, SlotRule>>>;
  /** what stands on the table in the episode of a seed; default cubes and bins, see `drawLayout` */
  setup?(seed: number): TableSetup;
  /** hertz, a multiple of 20; default `TABLE_RULES.physicsRate` */
  readonly physicsRate?: number;
  /** what the robot always feels; others can be asked for beside it */
  readonly senses?: readonly Sense[];
  readonly trace?: Trace;
}

const NOTHING = new Float64Array(0);
const USUAL_TARGET: SlotRule = { classes: ["cube"], symmetry: 4 };
const USUAL_PLACE: SlotRule = { classes: ["bin"], symmetry: null };

/** What a slot of a task may be bound to. */
const ruleOf = (task: TableTask, slot: GoalSlot): SlotRule =>
  task.rules?.[slot] ?? (isTarget(slot) ? USUAL_TARGET : USUAL_PLACE);

/** The environment of a task at the table, at the beginning of episode 0. Needs `initEngine` first. */
export function createTabletopEnvironment(task: TableTask, options: EnvironmentOptions = {}): Environment {
  const model = options.detector === undefined ? DETECTOR : options.detector;
  const { slots } = task;
  const robot = options.robot ?? PANDA_ROBOT;
  const card = { ...cardFor(task, robot), horizon: options.horizon ?? task.card.horizon };
  const physicsRate = task.physicsRate ?? TABLE_RULES.physicsRate;
  const symmetry = Object.fromEntries(slots.map((slot) => [slot, ruleOf(task, slot).symmetry]));
  const senses = SENSES.filter((sense) => task.senses?.includes(sense) || options.senses?.includes(sense));
  const show = (trace: Float64Array, scene: Scene): Scene => task.trace?.show(trace, scene) ?? scene;
  const plain: Contract = armContract(robot, card.name, tableGoals(slots, symmetry, robot.model.root), {
    physics: physicsRate,
    engine: { name: ENGINE.name, version: ENGINE.version },
  });
  const { frame } = featureOf(plain, "observation.ee.position");
  const contract: Contract = {
    ...plain,
    observations: [...plain.observations, ...senseFeatures(senses, frame)],
  };
  const ticks = Math.round(TOOL_STEP.period * physicsRate);
  const dt = 1 / physicsRate;
  const { randomise } = options;
  const variant = `${engineVariant()} ${JSON.stringify(model)}${robot === PANDA_ROBOT ? "" : ` ${robot.name}`}${randomise === undefined ? "" : " randomised"}`;
  let episode = begin(0);

  function begin(seed: number) {
    const usual = task.setup?.(seed) ?? cubesAndBins(drawLayout(seed, robot.zone, robot.workspace.yawCentre));
    const drawn =
      randomise?.(
        seed,
        usual.props.map(({ id }) => id),
      ) ?? null;
    const setup = drawn === null ? usual : randomised(usual, drawn);
    const sim = createArmSim(seed, {
      robot,
      dt,
      setup,
      massScale: options.massScale ?? 1,
      frictionScale: options.frictionScale ?? 1,
      gains: drawn?.gains ?? 1,
    });
    const control = createToolPoseControl(sim.chain, robot.workspace, robot.home, robot.gripper.open);
    control.reset(sim.q, contract.gripper!.open);
    const trace = task.trace?.begin(setup) ?? NOTHING;
    const scene = show(trace, sim.scene());
    const state = {
      seed,
      sim,
      trace,
      drawn,
      /** commands on their way to the robot, oldest first */
      late: [] as Float64Array[],
      control,
      detector: model === null ? null : createDetector(detectorAs(model, drawn?.detector), seed, scene),
      goal: bindingOf(task, scene, setup.goal),
      steps: 0,
      /** when the goal was bound, in steps, and where everything lay then */
      since: 0,
      rest: positionsOf(scene),
      judgement: UNJUDGED,
    };
    return state;
  }

  /** The command that reaches the robot now: the one given, or where it comes late an earlier one. */
  function arriving(command: ArrayLike<number>): ArrayLike<number> {
    const { drawn, late, control } = episode;
    if (drawn === null || drawn.latency === 0) return command;
    late.push(Float64Array.from(command));
    return late.length > drawn.latency ? late.shift()! : control.command.slice();
  }

  const exact = (): Scene => show(episode.trace, episode.sim.scene());
  const seen = (): Scene => episode.detector?.scene() ?? exact();

  return {
    contract,
    card,
    reset: (seed) => {
      const { sim } = episode;
      episode = begin(seed);
      sim.free();
    },
    observe: () => {
      const { sim, goal, steps } = episode;
      const { time, values } = observation(contract, sim, seen(), goal, steps);
      if (senses.length === 0) return { time, values };
      return { time, values: { ...values, ...readSenses(senses, sim.feel(), sim.contacts()) } };
    },
    scene: exact,
    goal: () => episode.goal,
    bind: (goal) => {
      const scene = episode.sim.scene();
      episode.goal = bindingOf(task, scene, goal);
      episode.since = episode.steps;
      episode.rest = positionsOf(scene);
      episode.judgement = UNJUDGED;
    },
    command: () => episode.control.command.slice(),
    step: (command, onTick) => {
      const { sim, control } = episode;
      control.apply(arriving(command));
      sim.setJointTarget(control.q, control.qd, TOOL_STEP.period);
      sim.setGripper(control.command[4]!);
      for (let tick = 0; tick < ticks; tick++) {
        sim.tick();
        onTick?.();
      }
      episode.steps++;
      const { judgement, goal, rest, trace } = episode;
      task.trace?.advance(trace, factsOf({ sim, goal, trace }), sim.setup);
      episode.detector?.advance(sim.time(), exact);
      episode.judgement = judge(task, judgement, {
        ...{ sim, goal, rest, trace },
        timeUp: episode.steps - episode.since >= Math.round(card.horizon / TOOL_STEP.period),
      });
    },
    randomisation: () => episode.drawn,
    robotState: () => {
      const { sim } = episode;
      return {
        root: IDENTITY_POSE,
        tool: sim.toolPose(),
        joints: sim.q,
        jointNames: sim.chain.names,
        gripperWidth: sim.gripperWidth(),
      };
    },
    contacts: () => episode.sim.contacts(),
    time: () => episode.steps * TOOL_STEP.period,
    outcome: () => episode.judgement.outcome,
    snapshot: () => {
      const { sim, control, detector, goal, rest, judgement } = episode;
      const state = new StateWriter();
      const ids = sim.scene().objects.map((object) => object.id);
      state.put(episode.seed, episode.steps, episode.since, judgement.met, Number(judgement.taken));
      state.put(outcomeNumber(judgement.outcome));
      for (const slot of slots) state.put(ids.indexOf(goal[slot]!));
      for (const position of rest) state.putArray(position);
      state.putArray(episode.trace);
      for (const array of [control.command, control.q, control.qd]) state.putArray(array);
      if (randomise !== undefined) state.put(episode.late.length);
      for (const command of episode.late) state.putArray(command);
      detector?.save(state);
      return packSnapshot({ kind: card.name, variant, numbers: state.finish(), engine: sim.snapshot() });
    },
    restore: (snapshot) => {
      const parts = unpackSnapshot(snapshot, card.name, variant);
      const state = new StateReader(parts.numbers);
      const restored = begin(state.get());
      restored.sim.restore(parts.engine);
      restored.steps = state.get();
      restored.since = state.get();
      restored.judgement = {
        met: state.get(),
        taken: state.get() === 1,
        outcome: outcomeOf(state.get()) ?? refuse("snapshot", "must hold an outcome"),
      };
      const { objects } = restored.sim.scene();
      restored.goal = Object.fromEntries(slots.map((slot) => [slot, objects[state.get()]!.id]));
      restored.rest = objects.map(() => state.getInto([0, 0, 0] as [number, number, number]));
      state.getInto(restored.trace);
      const { control, detector } = restored;
      for (const array of [control.command, control.q, control.qd]) state.getInto(array);
      const late = randomise === undefined ? 0 : state.get();
      for (let i = 0; i < late; i++)
        restored.late.push(state.getInto(new Float64Array(control.command.length)));
      detector?.load(state);
      state.finish();
      episode.sim.free();
      episode = restored;
    },
    hash: () => {
      const { sim, trace } = episode;
      return trace.length === 0 ? sim.hash() : textHash(`${sim.hash()} ${trace.join()}`);
    },
    free: () => episode.sim.free(),
  };
}

/** Whether an arm takes things from the whole part of the table that tasks are laid out on. */
const coversTable = ({ zone }: ArmRobot): boolean =>
  [0, 1].every(
    (k) =>
      zone.centre[k]! - zone.range[k]! <= TABLETOP.cubes.centre[k]! - TABLETOP.cubes.range[k]! &&
      zone.centre[k]! + zone.range[k]! >= TABLETOP.cubes.centre[k]! + TABLETOP.cubes.range[k]!,
  );

/** The task's card with that arm; refuses an arm that does not reach what the task lays out. */
function cardFor(task: TableTask, robot: ArmRobot): TaskCard {
  const { card } = task;
  if (robot === PANDA_ROBOT) return card;
  const { zone } = robot;
  if ((task.setup !== undefined || task.slots.includes("place")) && !coversTable(robot))
    refuse(
      `${card.name} with ${robot.name}`,
      `the arm must reach x ${TABLETOP.cubes.centre[0]} ± ${TABLETOP.cubes.range[0]} m and the bins; it takes things at`,
      `x ${zone.centre[0]} ± ${zone.range[0]} m, y ± ${zone.range[1]} m`,
    );
  const where = `x ${zone.centre[0]} ± ${zone.range[0]} m, y ± ${zone.range[1]} m, centres ${zone.apart} m apart`;
  return {
    ...card,
    robot: robot.name,
    summary: card.summary.replace("A Panda", `The arm ${robot.name}`),
    reset: `${robot.title}; cubes at ${where}; tool at ${zone.tool.centre.join(", ")} m ± ${zone.tool.range} m; otherwise as for the Panda: ${card.reset}`,
  };
}

const positionsOf = (scene: Scene): Vec3[] => scene.objects.map((object) => object.pose.position);

/** Only the slots of the task, each bound to an object of a class it takes, no two to the same. */
function bindingOf(task: TableTask, scene: Scene, goal: GoalBinding): GoalBinding {
  const binding: Partial<Record<GoalSlot, string>> = {};
  for (const slot of task.slots) {
    const { classes } = ruleOf(task, slot);
    const object = objectById(scene, goal[slot] ?? "");
    if (object === undefined || !classes.includes(object.class))
      return refuse("goal", `${slot} must be bound to a ${classes.join(" or ")} of the scene`, goal[slot]);
    if (Object.values(binding).includes(object.id))
      return refuse("goal", `${slot} must be bound to something else than the other slots`, object.id);
    binding[slot] = object.id;
  }
  return binding;
}

function observation(
  contract: Contract,
  sim: ArmSim,
  scene: Scene,
  goal: GoalBinding,
  steps: number,
): Observation {
  const tool = sim.toolPose();
  const values: Record<string, Float32Array> = {
    "observation.ee.position": Float32Array.from(tool.position),
    "observation.ee.orientation": Float32Array.from(tool.orientation),
    "observation.gripper.width": Float32Array.of(sim.gripperWidth()),
    "observation.joints.position": Float32Array.from(sim.q),
    "observation.joints.velocity": Float32Array.from(sim.qd),
  };
  for (const { name, source } of contract.goals) {
    if (source.kind !== "scene") continue;
    values[name] = Float32Array.from(scenePart(objectById(scene, goal[source.slot]!)!, source.part));
  }
  return { time: steps * TOOL_STEP.period, values };
}
