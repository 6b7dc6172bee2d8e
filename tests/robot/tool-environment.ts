/**
 * An environment small enough to reason about: a tool that is exactly where it was commanded, one step later,
 * and a cube that sticks to closed fingers and falls when they open. For tests of loops, not of physics.
 */
import {
  type Environment,
  type GoalBinding,
  type Observation,
  objectById,
  PANDA,
  PANDA_READY,
  pandaContract,
  type Scene,
  tableGoals,
  toolDown,
  type Vec3,
} from "../../core/index.js";

export interface ToolEnvironment extends Environment {
  /** every command that was stepped, in order */
  readonly log: Float64Array[];
  /** puts the tool and the cube somewhere */
  place(tool: readonly number[], cube: Vec3): void;
}

export function toolEnvironment(): ToolEnvironment {
  const contract = pandaContract("lift", tableGoals(["target", "place"]), null);
  const log: Float64Array[] = [];
  let tool = Float64Array.of(0.5, 0, 0.2, 0, 0.08);
  let cube: Vec3 = [0.55, 0.1, 0.02];
  let goal: GoalBinding = {};
  let steps = 0;

  const scene = (): Scene => ({
    frame: "panda_link0",
    time: steps / 20,
    source: "simulator",
    privileged: true,
    objects: [
      {
        id: "red_cube",
        class: "cube",
        colour: "red",
        size: [0.04, 0.04, 0.04],
        pose: { position: cube, orientation: [0, 0, 0, 1] },
        uncertainty: { position: 0, rotation: 0 },
        time: steps / 20,
      },
    ],
  });
  const observe = (): Observation => {
    const [x, y, z, yaw, width] = tool;
    const values: Record<string, Float32Array> = {
      "observation.ee.position": Float32Array.of(x!, y!, z!),
      "observation.ee.orientation": Float32Array.from(toolDown(yaw!)),
      "observation.gripper.width": Float32Array.of(width!),
      "observation.joints.position": Float32Array.from(PANDA_READY),
      "observation.joints.velocity": new Float32Array(PANDA.joints.length - 3),
    };
    for (const slot of ["target", "place"] as const) {
      const object = objectById(scene(), goal[slot] ?? "");
      if (object === undefined) continue;
      values[`goal.${slot}.position`] = Float32Array.from(object.pose.position);
      if (slot === "target") values["goal.target.orientation"] = Float32Array.from(object.pose.orientation);
    }
    return { time: steps / 20, values };
  };

  return {
    contract,
    card: {
      name: "lift",
      robot: "panda",
      summary: "",
      horizon: 8,
      sentences: { en: [], zh: [] },
      reset: "",
    },
    log,
    place: (at, cubeAt) => {
      tool = Float64Array.from(at);
      cube = cubeAt;
    },
    reset: () => {
      steps = 0;
    },
    observe,
    scene,
    goal: () => goal,
    bind: (binding) => {
      goal = binding;
    },
    command: () => tool.slice(),
    step: (command) => {
      const held =
        tool[4]! < 0.05 && Math.hypot(cube[0] - tool[0]!, cube[1] - tool[1]!, cube[2] - tool[2]!) < 0.02;
      const before = tool;
      tool = Float64Array.from({ length: 5 }, (_, i) => command[i]!);
      log.push(tool.slice());
      cube =
        held && tool[4]! < 0.05
          ? [
              cube[0] + tool[0]! - before[0]!,
              cube[1] + tool[1]! - before[1]!,
              cube[2] + tool[2]! - before[2]!,
            ]
          : [cube[0], cube[1], 0.02];
      steps++;
    },
    time: () => steps / 20,
    outcome: () => ({ state: "running" }),
    snapshot: () => new Uint8Array(),
    restore: () => {},
    hash: () => "",
    free: () => {},
  };
}
