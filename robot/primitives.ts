/**
 * Motion primitives of an arm: what a plan does between learned skills. `return-to-start` opens the hand, rises
 * and goes to where demonstrations begin; `put-down` lowers what is held to the table, opens and rises. They
 * run through the same loop and safety as policies. Base frame of the arm, metres; they see no obstacles.
 */
import {
  type ArmRobot,
  armRobotByName,
  type Clock,
  type Facts,
  featureOf,
  holds,
  type Observation,
  type Robot,
  refuse,
  TOLERANCES,
  toolYaw,
  type Vec3,
  wrapAngle,
} from "../core/index.js";
import { poseOf } from "./facts.js";
import {
  type LoopOptions,
  type LoopResult,
  type Plan,
  type Planned,
  type PlanSource,
  runLoop,
} from "./loop.js";

/** The motion primitives by name. */
export type PrimitiveName = "return-to-start" | "put-down";
/** All of them. */
export const PRIMITIVES: readonly PrimitiveName[] = ["return-to-start", "put-down"];

/** Where demonstrations of an arm begin, give or take their reset range: m, rad. */
export interface StartRegion {
  readonly position: Vec3;
  readonly yaw: number;
  /** m between the pads */
  readonly width: number;
}

/** Of an arm by its model: over its zone of the table, with the middle yaw of its workspace, open. */
export const startRegionOf = ({ zone, workspace, gripper }: ArmRobot): StartRegion => ({
  position: zone.tool.centre,
  yaw: workspace.yawCentre ?? 0,
  width: gripper.open,
});

/** m/s and rad/s at the fastest point of a motion */
interface Speeds {
  readonly linear: number;
  readonly angular: number;
}
const TRAVEL: Speeds = { linear: 0.4, angular: 1.5 };
const LOWERING: Speeds = { linear: 0.12, angular: 1.5 };
/** m: tool above the table when it is not known what is held */
const LOWEST = 0.02;
/** m: an object is let go this far above the table, so that the fingers do not press it down */
const LET_GO = 0.003;
/** m and rad: near enough, for a tool */
const ARRIVED = { position: 0.006, yaw: 0.04 };
/** m and rad: the same, for a command */
const SAME = { position: 1e-4, yaw: 1e-3 };
/** s: a hand that has not opened by then is left as it is */
const OPENING = 1.2;
const SIZE = 5;

/** [x, y, z, yaw, width], the command vector of `tool-pose` control */
type ToolCommand = readonly [number, number, number, number, number];

/** One stage: a plan, or null when there is nothing more to do in it. */
type Stage = (now: ToolCommand, observation: Observation, facts: Facts | null) => Plan | null;

/** What a primitive may be told beside when to end. */
export interface PrimitiveOptions extends Partial<LoopOptions> {
  /** default: that of the built-in arm which the robot's contract names */
  readonly start?: StartRegion;
}

/**
 * Runs a primitive; `timeout` defaults to 12 s.
 * @throws InputError for a robot that is not commanded by tool poses, or an arm that is not built in without a start
 */
export function runPrimitive(
  robot: Robot,
  clock: Clock,
  name: PrimitiveName,
  options: PrimitiveOptions = {},
): Promise<LoopResult> {
  const { contract } = robot;
  if (contract.control !== "tool-pose") refuse(name, "the robot must take tool poses", contract.control);
  const period = 1 / contract.rates.policy;
  const start = options.start ?? startRegionOf(armRobotByName(contract.robot));
  const floor = featureOf(contract, "action.ee.position").limits?.low[2] ?? LOWEST;
  const stages = name === "put-down" ? putDown(start, floor, period) : returnToStart(start, period);
  return runLoop(robot, clock, inStages(name, stages), { timeout: 12, ...options });
}

function inStages(name: PrimitiveName, stages: Stage[]): PlanSource {
  return {
    next: async ({ observation }, commanded, facts): Promise<Planned> => {
      const now = Array.from(commanded) as unknown as ToolCommand;
      for (let stage = stages[0]; stage !== undefined; stage = stages[0]) {
        const plan = stage(now, observation, facts);
        if (plan !== null) return { kind: "plan", ...plan };
        stages.shift();
      }
      return { kind: "done", detail: name };
    },
  };
}

function returnToStart({ position, yaw, width }: StartRegion, period: number): Stage[] {
  return [
    open(width, period),
    travel((now) => [now[0], now[1], Math.max(now[2], position[2]), now[3], now[4]], TRAVEL, period),
    reach(() => [...position, yaw, width], TRAVEL, period),
  ];
}

/** @param floor m, as low as the tool may go */
function putDown(start: StartRegion, floor: number, period: number): Stage[] {
  return [
    reach(
      (now, facts) => {
        const z = Math.max(floor, loweredHeight(facts));
        return [now[0], now[1], Math.min(now[2], z), now[3], now[4]];
      },
      LOWERING,
      period,
    ),
    open(start.width, period),
    reach((now) => [now[0], now[1], start.position[2], now[3], now[4]], TRAVEL, period),
  ];
}

/** Height of the tool at which what it holds stands on the table. */
function loweredHeight(facts: Facts | null): number {
  const held = facts?.scene.objects.find((object) =>
    holds({ predicate: "holding", object: object.id }, facts),
  );
  if (held === undefined || facts?.tool == null) return LOWEST;
  const bottom = held.pose.position[2] - held.size[2] / 2;
  return facts.tool.pose.position[2] - bottom + LET_GO;
}

/** Where a motion goes, chosen when it begins. */
type Target = (now: ToolCommand, facts: Facts | null) => ToolCommand;

/**
 * Commands the way to a target. A plan is thrown away when the robot was not seen for a moment and held: the way is
 * then planned again from there, as often as it takes.
 */
function travel(target: Target, fastest: Speeds, period: number): Stage {
  let to: ToolCommand | null = null;
  return (now, _, facts) => {
    to ??= target(now, facts);
    return moveTo(now, to, fastest, period);
  };
}

/** As `travel`, and waits until the measured tool is there. */
function reach(target: Target, fastest: Speeds, period: number): Stage {
  const look = Math.ceil(0.1 / period);
  const way = travel(target, fastest, period);
  return (now, observation, facts) =>
    way(now, observation, facts) ?? (isAt(now, observation) ? null : stay(now, look));
}

/** Whether the measured tool is where it was sent. */
function isAt(command: ToolCommand, observation: Observation): boolean {
  const tool = poseOf(observation, "observation.ee");
  if (tool === null) return false;
  const away = Math.hypot(...tool.position.map((value, i) => value - command[i]!));
  const turned = Math.abs(wrapAngle(toolYaw(tool.orientation) - command[3]));
  return away < ARRIVED.position && turned < ARRIVED.yaw;
}

/** Opens the hand in place and waits until it is open. */
function open(width: number, period: number): Stage {
  const look = Math.ceil(0.15 / period);
  let waited = 0;
  return (now, observation) => {
    const seen = observation.values["observation.gripper.width"]?.[0] ?? 0;
    const opened = seen > TOLERANCES.open + 0.005 && now[4] > TOLERANCES.open + 0.005;
    if (opened || waited > OPENING) return null;
    waited += look * period;
    return stay([now[0], now[1], now[2], now[3], width], look);
  };
}

function stay(command: ToolCommand, rows: number): Plan {
  const commands = new Float32Array(rows * SIZE);
  for (let row = 0; row < rows; row++) commands.set(command, row * SIZE);
  return { commands, rows, execute: rows };
}

/**
 * A straight line in minimum-jerk time (Flash and Hogan 1985), `s = 10 u³ - 15 u⁴ + 6 u⁵`, whose fastest point
 * is 1.875 times the mean speed. Null when there is no way to go.
 */
function moveTo(from: ToolCommand, to: ToolCommand, fastest: Speeds, period: number): Plan | null {
  const way = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
  const turn = Math.abs(to[3] - from[3]);
  if (way < SAME.position && turn < SAME.yaw) return null;
  const seconds = 1.875 * Math.max(way / fastest.linear, turn / fastest.angular);
  const rows = Math.ceil(seconds / period);
  const commands = new Float32Array(rows * SIZE);
  for (let row = 0; row < rows; row++) {
    const u = (row + 1) / rows;
    const s = u ** 3 * (10 - 15 * u + 6 * u ** 2);
    for (let i = 0; i < 4; i++) commands[row * SIZE + i] = from[i]! + s * (to[i]! - from[i]!);
    commands[row * SIZE + 4] = to[4];
  }
  return { commands, rows, execute: rows };
}
