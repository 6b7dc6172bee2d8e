/**
 * The environment of a mobile manipulator's tasks: base, lift and arm under `mobile-manipulation` control at 20 Hz, its
 * goal features filled from the scene as a detector sees it. A task adds what stands in the room and when its goal is
 * met. Frame `map`; metres, radians, seconds, newtons.
 *
 * Objects and base stand in one frame that begins with the episode: the robot sees things with its own camera and
 * counts its wheels, so that an error of localisation on a map would not come between them. The wheels' own drift over
 * a minute is left out.
 */
import {
  CARRIED_PANDA,
  type Contract,
  createToolPoseControl,
  type Environment,
  type FailureKind,
  type GoalBinding,
  type GoalSlot,
  LIFT_JOINT,
  MOBILE_BASE,
  measureGoal,
  mobilePandaContract,
  norm,
  type ObjectClass,
  type Outcome,
  objectById,
  refuse,
  type Scene,
  type SceneObject,
  scenePart,
  type TaskCard,
  TOOL_STEP,
  tableGoals,
  type Vec3,
} from "../../core/index.js";
import { createDetector, DETECTOR } from "../detector.js";
import { ENGINE, engineVariant } from "../engine.js";
import { createMobileSim, type MobileSetup, type MobileSim } from "../mobile/mobile-sim.js";
import { packSnapshot, StateReader, StateWriter, unpackSnapshot } from "../state.js";
import { outcomeNumber, outcomeOf } from "./judging.js";
import type { EnvironmentOptions } from "./task.js";

/** Rules of every task of a mobile manipulator. */
export const MOBILE_RULES = {
  physicsRate: 120,
  /** frames in a row that the goal must be met */
  frames: 10,
  /** m that something no slot is bound to may be moved */
  disturbed: 0.1,
  /** the target counts as taken once it was between the fingers this far above where it lay, m */
  taken: 0.01,
  /** below this height something lies on the floor, m */
  floor: 0.2,
  /** N on a link of the arm at which it has collided */
  collision: 150,
} as const;

/** What a task decides from, at one moment. */
export interface MobileFacts {
  readonly target: SceneObject;
  /** m/s */
  readonly targetSpeed: number;
  /** fingers that press on the target: 2 when it is grasped */
  readonly fingers: number;
  readonly place: SceneObject;
  /** whether the target presses on its place */
  readonly touching: boolean;
}

/** A task of a mobile manipulator: something is taken and brought somewhere. */
export interface MobileTask {
  readonly card: TaskCard;
  readonly classes: Readonly<Record<"target" | "place", ObjectClass>>;
  /** turns of 2π/n of the target about z that cannot be told apart */
  readonly symmetry: number;
  setup(seed: number): MobileSetup;
  met(facts: MobileFacts): boolean;
}

/** Every task of a mobile manipulator is about two things. */
type Slot = "target" | "place";
const SLOTS: readonly Slot[] = ["target", "place"];

const LIFT = 2;
const TOOL = 3;
const SIZE = 8;

/** The environment at the beginning of episode 0. Needs `initEngine` first. */
export function createMobileEnvironment(task: MobileTask, options: EnvironmentOptions = {}): Environment {
  const place = task.card.name;
  const [sense] = options.senses ?? [];
  if (sense !== undefined) refuse(place, "the robot must have each of the senses", sense);
  if (options.randomise !== undefined) refuse(place, "the world of a mobile manipulator is not randomised");
  if (options.robot !== undefined)
    refuse(place, "the robot must be the mobile manipulator, not an arm", options.robot.name);
  const model = options.detector === undefined ? DETECTOR : options.detector;
  const card = { ...task.card, horizon: options.horizon ?? task.card.horizon };
  const contract = contractOf(task);
  const { physicsRate } = MOBILE_RULES;
  const { period } = TOOL_STEP;
  const ticks = Math.round(period * physicsRate);
  const variant = `${engineVariant()} ${JSON.stringify(model)}`;
  let episode = begin(0);

  function begin(seed: number) {
    const setup = task.setup(seed);
    const sim = createMobileSim(setup, {
      dt: 1 / physicsRate,
      massScale: options.massScale ?? 1,
      frictionScale: options.frictionScale ?? 1,
    });
    const control = createToolPoseControl(
      sim.arm,
      CARRIED_PANDA.workspace,
      CARRIED_PANDA.home,
      CARRIED_PANDA.gripper.open,
    );
    control.reset(sim.q, contract.gripper!.open);
    const scene = sim.scene();
    return {
      seed,
      sim,
      control,
      /** the height in force, m */
      lift: setup.lift,
      detector: model === null ? null : createDetector(model, seed, scene),
      goal: bindingOf(task, scene, setup.goal),
      steps: 0,
      /** when the goal was bound, in steps, and where everything lay then */
      since: 0,
      rest: positionsOf(scene),
      met: 0,
      taken: false,
      outcome: { state: "running" } as Outcome,
    };
  }

  const seen = (): Scene => episode.detector?.scene() ?? episode.sim.scene();

  function judge(collided: boolean): void {
    if (episode.outcome.state !== "running") return;
    const { sim, goal, rest } = episode;
    const { objects } = sim.scene();
    const bound = (slot: Slot): SceneObject => objects.find(({ id }) => id === goal[slot])!;
    const target = bound("target");
    const fingers = sim.fingersOn(target.id);
    const lay = rest[objects.indexOf(target)]!;
    const held = fingers === 2 && target.pose.position[2] > lay[2] + MOBILE_RULES.taken;
    episode.taken ||= held;
    const met = task.met({
      target,
      targetSpeed: sim.speedOf(target.id),
      fingers,
      place: bound("place"),
      touching: sim.touching(target.id, goal.place!),
    });
    episode.met = met ? episode.met + 1 : 0;
    const failure = (): FailureKind | null => {
      if (collided) return "collided";
      if (target.pose.position[2] < MOBILE_RULES.floor) return episode.taken ? "dropped" : "left-workspace";
      const disturbed = objects.some(
        ({ id, pose }, i) =>
          id !== target.id &&
          norm(pose.position.map((x, k) => x - rest[i]![k]!) as unknown as Vec3) > MOBILE_RULES.disturbed,
      );
      if (disturbed) return "disturbed";
      if ((episode.steps - episode.since) * period < card.horizon - 1e-9) return null;
      return !episode.taken ? "missed" : held ? "timed-out" : "dropped";
    };
    if (episode.met >= MOBILE_RULES.frames) episode.outcome = { state: "success" };
    else {
      const kind = failure();
      if (kind !== null) episode.outcome = { state: "failure", kind };
    }
  }

  const command = (): Float64Array => {
    const { sim, lift, control } = episode;
    const { linear, angular } = sim.command();
    return Float64Array.of(linear, angular, lift, ...control.command);
  };

  return {
    contract,
    card,
    reset: (seed) => {
      const { sim } = episode;
      episode = begin(seed);
      sim.free();
    },
    observe: () => ({
      time: episode.steps * period,
      values: observe(contract, episode.sim, seen(), episode.goal),
    }),
    scene: () => episode.sim.scene(),
    goal: () => episode.goal,
    bind: (goal) => {
      const scene = episode.sim.scene();
      Object.assign(episode, {
        goal: bindingOf(task, scene, goal),
        since: episode.steps,
        rest: positionsOf(scene),
        met: 0,
        taken: false,
        outcome: { state: "running" },
      });
    },
    command,
    step: (wanted, onTick) => {
      for (let i = 0; i < SIZE; i++)
        if (!Number.isFinite(wanted[i]!))
          refuse("command", `must be ${SIZE} finite numbers`, wanted[i] ?? null);
      const { sim, control } = episode;
      sim.setTwist(wanted[0]!, wanted[1]!);
      const most = MOBILE_BASE.lift.speed * period;
      const before = episode.lift;
      episode.lift = clamp(before + clamp(wanted[LIFT]! - before, -most, most), 0, MOBILE_BASE.lift.high);
      control.apply(Array.from({ length: SIZE - TOOL }, (_, i) => wanted[TOOL + i]!));
      sim.setTarget(episode.lift, (episode.lift - before) / period, control.q, control.qd, period);
      sim.setGripper(control.command[4]!);
      let collided = false;
      for (let tick = 0; tick < ticks; tick++) {
        sim.tick();
        collided ||= sim.inContact();
        onTick?.();
      }
      episode.steps++;
      episode.detector?.advance(sim.time(), () => sim.scene());
      judge(collided || pressedHard(sim));
    },
    robotState: () => {
      const { sim } = episode;
      return {
        root: sim.base(),
        tool: sim.tool(),
        joints: sim.joints,
        jointNames: [LIFT_JOINT, ...sim.arm.names],
        gripperWidth: sim.gripperWidth(),
      };
    },
    contacts: () => episode.sim.contacts(),
    time: () => episode.steps * period,
    outcome: () => episode.outcome,
    snapshot: () => {
      const { sim, control, detector, goal, rest } = episode;
      const state = new StateWriter();
      const ids = sim.scene().objects.map(({ id }) => id);
      state.put(episode.seed, episode.steps, episode.since, episode.met, Number(episode.taken));
      state.put(outcomeNumber(episode.outcome), episode.lift);
      for (const slot of SLOTS) state.put(ids.indexOf(goal[slot]!));
      for (const position of rest) state.putArray(position);
      for (const array of [control.command, control.q, control.qd]) state.putArray(array);
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
      restored.met = state.get();
      restored.taken = state.get() === 1;
      restored.outcome = outcomeOf(state.get()) ?? refuse("snapshot", "must hold an outcome");
      restored.lift = state.get();
      const { objects } = restored.sim.scene();
      restored.goal = Object.fromEntries(SLOTS.map((slot) => [slot, objects[state.get()]!.id]));
      restored.rest = objects.map(() => state.getInto([0, 0, 0] as [number, number, number]));
      const { control, detector } = restored;
      for (const array of [control.command, control.q, control.qd]) state.getInto(array);
      detector?.load(state);
      state.finish();
      episode.sim.free();
      episode = restored;
    },
    hash: () => episode.sim.hash(),
    free: () => episode.sim.free(),
  };
}

/** What the robot shows and takes for a task. */
function contractOf({ card, symmetry }: MobileTask): Contract {
  const pose = tableGoals(SLOTS, { target: symmetry, place: null }, "map");
  return mobilePandaContract(card.name, [...pose, measureGoal("target", "size")], {
    physics: MOBILE_RULES.physicsRate,
    engine: { name: ENGINE.name, version: ENGINE.version },
  });
}

function observe(
  contract: Contract,
  sim: MobileSim,
  scene: Scene,
  goal: GoalBinding,
): Record<string, Float32Array> {
  const [base, tool] = [sim.base(), sim.armTool()];
  const { linear, angular } = sim.twist();
  const values: Record<string, Float32Array> = {
    "observation.base.position": Float32Array.from(base.position),
    "observation.base.orientation": Float32Array.from(base.orientation),
    "observation.base.twist": Float32Array.of(linear, angular),
    "observation.lift.height": Float32Array.of(sim.joints[0]!),
    "observation.ee.position": Float32Array.from(tool.position),
    "observation.ee.orientation": Float32Array.from(tool.orientation),
    "observation.gripper.width": Float32Array.of(sim.gripperWidth()),
    "observation.joints.position": Float32Array.from(sim.q),
    "observation.joints.velocity": Float32Array.from(sim.qd),
  };
  for (const { name, source } of contract.goals)
    if (source.kind === "scene")
      values[name] = Float32Array.from(scenePart(objectById(scene, goal[source.slot]!)!, source.part));
  return values;
}

/** Whether a link of the arm, not the fingers, is pressed harder than anything it should touch would. */
const pressedHard = (sim: MobileSim): boolean =>
  sim
    .contacts()
    .some(({ part, force }) => part !== "gripper" && force !== null && norm(force) > MOBILE_RULES.collision);

const positionsOf = (scene: Scene): Vec3[] => scene.objects.map(({ pose }) => pose.position);

/** The slots of the task, each bound to an object of its class. */
function bindingOf({ classes }: MobileTask, scene: Scene, goal: GoalBinding): GoalBinding {
  const bound = (slot: GoalSlot & Slot): string => {
    const object = objectById(scene, goal[slot] ?? "");
    return object?.class === classes[slot]
      ? object.id
      : refuse("goal", `${slot} must be bound to a ${classes[slot]} of the scene`, goal[slot]);
  };
  return { target: bound("target"), place: bound("place") };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
