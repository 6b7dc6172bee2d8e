/**
 * The environment of every task at the table: a simulated arm under `tool-pose` control at 20 Hz, or several, each under
 * its own, its goal features filled from the scene as a detector sees it. A task adds what counts as done
 * (`judging.ts`). Frame: the arm's base, or the one that several arms share; metres, radians, seconds.
 */
import {
  type ArmRobot,
  type ArmTeam,
  armContract,
  type Contract,
  createToolPoseControl,
  type Environment,
  type GoalBinding,
  type GoalSlot,
  IDENTITY_POSE,
  measureGoal,
  nameOfArm,
  type ObjectClass,
  objectById,
  PANDA_ROBOT,
  refuse,
  type Scene,
  scenePart,
  type TaskCard,
  TOOL_STEP,
  tableGoals,
  teamContract,
  type Vec3,
} from "../../core/index.js";
import { createDetector, DETECTOR, detectorAs } from "../detector.js";
import { ENGINE, engineVariant } from "../engine.js";
import { randomised } from "../randomisation.js";
import { readSenses, SENSES, type Sense, senseFeatures } from "../senses.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { cubesAndBins, drawLayout, TABLETOP } from "../tabletop/layout.js";
import type { TableSetup } from "../tabletop/setup.js";
import { createTableSim, type TableArm } from "../tabletop/table-sim.js";
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
  /** what else of it decides what to do, as goal features; default nothing */
  readonly shows?: readonly ("size" | "opening")[];
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
  /** several arms instead of one; they are a part of the task, as what stands on the table is */
  readonly team?: ArmTeam;
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

/** Numbers of the command of one arm: x y z (m), yaw (rad), width (m). */
const TOOL_COMMAND = 5;
const WIDTH = 4;
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
  const { team } = task;
  if (team !== undefined && options.robot !== undefined)
    refuse(task.card.name, `the arms must be ${team.name}: they are the task's own`, options.robot.name);
  const robot = options.robot ?? PANDA_ROBOT;
  /** the arms, with what their features are named by; one that is alone has no name */
  const crew: readonly Member[] = team?.arms ?? [{ name: null, robot }];
  const robots = crew.map((member) => member.robot) as [ArmRobot, ...ArmRobot[]];
  const usualCard = team === undefined ? cardFor(task, robot) : task.card;
  const card = { ...usualCard, horizon: options.horizon ?? task.card.horizon };
  const physicsRate = task.physicsRate ?? TABLE_RULES.physicsRate;
  const symmetry = Object.fromEntries(slots.map((slot) => [slot, ruleOf(task, slot).symmetry]));
  const senses = SENSES.filter((sense) => task.senses?.includes(sense) || options.senses?.includes(sense));
  const show = (trace: Float64Array, scene: Scene): Scene => task.trace?.show(trace, scene) ?? scene;
  const frame = robots[0].model.root;
  const goals = [
    ...tableGoals(slots, symmetry, frame),
    ...slots.flatMap((slot) => (ruleOf(task, slot).shows ?? []).map((part) => measureGoal(slot, part))),
  ];
  const simulated = { physics: physicsRate, engine: { name: ENGINE.name, version: ENGINE.version } };
  const plain: Contract =
    team === undefined
      ? armContract(robot, card.name, goals, simulated)
      : teamContract(team, card.name, goals, simulated);
  const felt = senseFeatures(senses, frame);
  const contract: Contract = {
    ...plain,
    observations: [
      ...plain.observations,
      ...crew.flatMap(({ name }) => felt.map((each) => ({ ...each, name: named(name, each.name) }))),
    ],
  };
  const ticks = Math.round(TOOL_STEP.period * physicsRate);
  const dt = 1 / physicsRate;
  const { randomise } = options;
  const variant = `${engineVariant()} ${JSON.stringify(model)}${team === undefined && robot === PANDA_ROBOT ? "" : ` ${card.robot}`}${randomise === undefined ? "" : " randomised"}`;
  let episode = begin(0);

  function begin(seed: number) {
    const usual = task.setup?.(seed) ?? cubesAndBins(drawLayout(seed, robot.zone, robot.workspace.yawCentre));
    const drawn =
      randomise?.(
        seed,
        usual.props.map(({ id }) => id),
      ) ?? null;
    const setup = drawn === null ? usual : randomised(usual, drawn);
    const sim = createTableSim(robots, setup, {
      dt,
      massScale: options.massScale ?? 1,
      frictionScale: options.frictionScale ?? 1,
      gains: drawn?.gains ?? 1,
    });
    const controls = sim.arms.map(({ chain, q, robot: { workspace, home, gripper } }) => {
      const control = createToolPoseControl(chain, workspace, home, gripper.open);
      control.reset(q, gripper.open);
      return control;
    });
    const trace = task.trace?.begin(setup) ?? NOTHING;
    const scene = show(trace, sim.scene());
    const state = {
      seed,
      sim,
      trace,
      drawn,
      /** commands on their way to the robot, oldest first */
      late: [] as Float64Array[],
      controls,
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
    const { drawn, late } = episode;
    if (drawn === null || drawn.latency === 0) return command;
    late.push(Float64Array.from(command));
    return late.length > drawn.latency ? late.shift()! : inForce();
  }

  /** The command in force, of all arms. */
  const inForce = (): Float64Array =>
    Float64Array.from(episode.controls.flatMap(({ command }) => [...command]));

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
      const values = goalValues(contract, seen(), goal);
      for (const [i, arm] of sim.arms.entries()) {
        const read = senses.length === 0 ? {} : readSenses(senses, arm.feel(), arm.contacts());
        for (const [name, value] of Object.entries({ ...armValues(arm), ...read }))
          values[named(crew[i]!.name, name)] = value;
      }
      return { time: steps * TOOL_STEP.period, values };
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
    command: inForce,
    step: (command, onTick) => {
      const { sim, controls } = episode;
      const size = TOOL_COMMAND * crew.length;
      // Refused as a whole: no arm moves on half a command.
      for (let i = 0; i < size; i++)
        if (!Number.isFinite(command[i]!))
          refuse("command", `must be ${size} finite numbers`, command[i] ?? null);
      const now = Array.from(arriving(command));
      for (const [i, control] of controls.entries()) {
        const arm = sim.arms[i]!;
        control.apply(now.slice(TOOL_COMMAND * i, TOOL_COMMAND * (i + 1)));
        arm.setJointTarget(control.q, control.qd, TOOL_STEP.period);
        arm.setGripper(control.command[WIDTH]!);
      }
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
      const { arms } = episode.sim;
      const [{ q, chain }] = arms as [TableArm, ...TableArm[]];
      const hands = arms.map((arm) => ({ tool: arm.toolPose(), gripperWidth: arm.gripperWidth() }));
      const shown = { root: IDENTITY_POSE, ...hands[0]! };
      if (team === undefined) return { ...shown, joints: q, jointNames: chain.names };
      return {
        ...shown,
        joints: arms.flatMap((arm) => [...arm.q]),
        jointNames: arms.flatMap((arm) => arm.chain.names),
        hands,
      };
    },
    contacts: () => episode.sim.arms.flatMap((arm) => arm.contacts()),
    time: () => episode.steps * TOOL_STEP.period,
    outcome: () => episode.judgement.outcome,
    score: () => (task.score === undefined ? null : episode.judgement.score),
    snapshot: () => {
      const { sim, controls, detector, goal, rest, judgement } = episode;
      const state = new StateWriter();
      const ids = sim.scene().objects.map((object) => object.id);
      state.put(episode.seed, episode.steps, episode.since, judgement.met, Number(judgement.taken));
      state.put(outcomeNumber(judgement.outcome));
      if (task.score !== undefined) state.put(judgement.score);
      for (const slot of slots) state.put(ids.indexOf(goal[slot]!));
      for (const position of rest) state.putArray(position);
      state.putArray(episode.trace);
      for (const { command, q, qd } of controls) for (const array of [command, q, qd]) state.putArray(array);
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
        score: task.score === undefined ? 0 : state.get(),
      };
      const { objects } = restored.sim.scene();
      restored.goal = Object.fromEntries(slots.map((slot) => [slot, objects[state.get()]!.id]));
      restored.rest = objects.map(() => state.getInto([0, 0, 0] as [number, number, number]));
      state.getInto(restored.trace);
      const { controls, detector } = restored;
      for (const { command, q, qd } of controls) for (const array of [command, q, qd]) state.getInto(array);
      const late = randomise === undefined ? 0 : state.get();
      for (let i = 0; i < late; i++)
        restored.late.push(state.getInto(new Float64Array(TOOL_COMMAND * crew.length)));
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

/** An arm at the table, with what its features are named by; null: it is alone. */
interface Member {
  readonly name: string | null;
  readonly robot: ArmRobot;
}

const named = (arm: string | null, feature: string): string =>
  arm === null ? feature : nameOfArm(arm, feature);

/** What an arm that is alone shows of itself. */
function armValues(arm: TableArm): Record<string, Float32Array> {
  const tool = arm.toolPose();
  return {
    "observation.ee.position": Float32Array.from(tool.position),
    "observation.ee.orientation": Float32Array.from(tool.orientation),
    "observation.gripper.width": Float32Array.of(arm.gripperWidth()),
    "observation.joints.position": Float32Array.from(arm.q),
    "observation.joints.velocity": Float32Array.from(arm.qd),
  };
}

/** The goal features, from a scene. */
function goalValues({ goals }: Contract, scene: Scene, goal: GoalBinding): Record<string, Float32Array> {
  const values: Record<string, Float32Array> = {};
  for (const { name, source } of goals) {
    if (source.kind !== "scene") continue;
    values[name] = Float32Array.from(scenePart(objectById(scene, goal[source.slot]!)!, source.part));
  }
  return values;
}
