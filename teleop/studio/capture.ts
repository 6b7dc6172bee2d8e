/**
 * Pictures of a step as rows of numbers, see `stateOffsets`: one before it and one after every tick of physics, for
 * a page to draw. Exact where the environment shows its state, else what the robot observes.
 */
import type { Environment, Observation, Pose, Quat, RobotState, Vec3 } from "../../core/index.js";
import { IDENTITY_POSE } from "../../core/index.js";
import { type StateOffsets, stateOffsets } from "./protocol.js";

/** The rows of one step. */
export interface Rows {
  readonly data: Float32Array<ArrayBuffer>;
  readonly rows: number;
}

/** Collects the rows of steps in one layout. */
export class Capture {
  readonly joints: readonly string[];
  private readonly offsets: StateOffsets;
  private data: Float32Array<ArrayBuffer>;
  private rows = 0;
  private readonly most: number;

  constructor(private readonly environment: Environment) {
    const { physics, policy } = environment.contract.rates;
    this.joints = robotStateOf(environment).jointNames;
    this.offsets = stateOffsets(this.joints.length, environment.scene().objects.length);
    this.most = 1 + Math.max(1, Math.round((physics ?? policy) / policy));
    this.data = new Float32Array(0);
  }

  /** The row before a step. */
  begin(): void {
    this.data = new Float32Array(this.most * this.offsets.stride);
    this.rows = 0;
    this.take();
  }

  /** The present as one more row. */
  readonly take = (): void => {
    if (this.rows === this.most) return;
    const { offsets, data, environment } = this;
    const at = this.rows++ * offsets.stride;
    const robot = robotStateOf(environment);
    data.set(robot.joints, at + offsets.joints);
    data[at + offsets.gripper] = robot.gripperWidth;
    putPose(data, at + offsets.root, robot.root);
    putPose(data, at + offsets.tool, robot.tool);
    for (const [i, { pose }] of environment.scene().objects.entries())
      putPose(data, at + offsets.objects + 7 * i, pose);
  };

  /** The rows since `begin`; at least two, so that there is an end to go to. */
  finish(): Rows {
    if (this.rows === 1) this.take();
    return { data: this.data.slice(0, this.rows * this.offsets.stride), rows: this.rows };
  }
}

function putPose(data: Float32Array, at: number, { position, orientation }: Pose): void {
  data.set(position, at);
  data.set(orientation, at + 3);
}

/** The robot's exact state, or what its observations say where it has none to show. */
export function robotStateOf(environment: Environment): RobotState {
  return environment.robotState?.() ?? observedState(environment);
}

function observedState(environment: Environment): RobotState {
  const { values } = environment.observe();
  const feature = environment.contract.observations.find(
    ({ name }) => name === "observation.joints.position",
  );
  const base = poseIn(values, "observation.base");
  return {
    root: base ?? IDENTITY_POSE,
    tool: poseIn(values, "observation.ee") ?? base ?? IDENTITY_POSE,
    joints: values["observation.joints.position"] ?? [],
    jointNames: feature?.names ?? [],
    gripperWidth: values["observation.gripper.width"]?.[0] ?? 0,
  };
}

function poseIn(values: Observation["values"], name: string): Pose | null {
  const position = values[`${name}.position`];
  const orientation = values[`${name}.orientation`];
  if (position === undefined || orientation === undefined) return null;
  return {
    position: Array.from(position) as unknown as Vec3,
    orientation: Array.from(orientation) as unknown as Quat,
  };
}
