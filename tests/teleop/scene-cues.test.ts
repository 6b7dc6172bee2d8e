/** What cues look like in the scene, as data: who is edged, where the hand cannot go on, where the ghost leans. */
import { describe, expect, it } from "vitest";
import { PANDA_ROBOT, type SceneObject, toolReach } from "../../core/index.js";
import type { Cue } from "../../teleop/index.js";
import type { LiveState } from "../../teleop/page/live.js";
import { leaning, type SceneFacts, sceneCues } from "../../teleop/page/scene-cues.js";

const cube: SceneObject = {
  id: "red_cube",
  class: "cube",
  colour: "red",
  size: [0.04, 0.04, 0.04],
  pose: { position: [0.5, 0.1, 0.02], orientation: [0, 0, 0, 1] },
  uncertainty: { position: 0, rotation: 0 },
  time: 0,
};
const facts: SceneFacts = {
  joints: ["panda_joint1", "panda_joint2", "panda_joint3", "panda_joint4"],
  stopped: false,
  lesson: null,
  target: cube,
  reach: toolReach(PANDA_ROBOT),
};
const state: LiveState = {
  time: 0,
  joints: [0, 0, 0, 0],
  gripperWidth: 0.08,
  objects: { red_cube: cube.pose },
  tool: { position: [0.5, 0, 0.2], orientation: [1, 0, 0, 0] },
  hand: { position: [0.5, 0, 0.2], yaw: 0.3, width: 0.08 },
};
const atLimit: Cue = { kind: "at-limit", joint: "panda_joint4", unit: "rad", margin: 0.001, side: -1 };
const held = (wanted: readonly [number, number, number], yaw: number, reach: number | null): Cue => ({
  kind: "unreachable",
  wanted,
  yaw,
  reach,
});

describe("cues in the scene", () => {
  it("are nothing where nothing is live", () => {
    expect(sceneCues([atLimit], state, null)).toEqual({});
  });

  it("mark both that collided, and a touch as none", () => {
    const touch = { force: 50, at: [0.5, 0, 0.1], direction: [0, 0, 1] } as const;
    const { collided, forces } = sceneCues(
      [
        { kind: "collision", part: "panda_link5", other: "cabinet", ...touch },
        { kind: "contact", part: "gripper", other: "red_cube", ...touch, force: 3 },
      ],
      state,
      facts,
    );
    expect(collided).toEqual(["panda_link5", "cabinet"]);
    expect(forces?.map(({ hit, newtons }) => [hit, newtons])).toEqual([
      [true, 50],
      [false, 3],
    ]);
  });

  it("show the surface of the reach where the arm is too short, and the face of the workspace that holds", () => {
    const far = held([0.74, 0.4, 0.2], 0, facts.reach.at([0.74, 0.4, 0.2], 0));
    expect(sceneCues([far], state, facts).reach).toMatchObject({ arm: true, faces: [] });
    expect(sceneCues([atLimit, held([0.4, 0, 0.2], 0, null)], state, facts).reach).toBeNull();
    const edge: Cue = { kind: "edge", axis: "y", side: -1 };
    expect(sceneCues([edge], state, facts).reach).toMatchObject({ arm: false, faces: [[1, -1]] });
    // The table is a surface that is seen, and a turn has no place.
    expect(sceneCues([{ kind: "edge", axis: "z", side: -1 }], state, facts).reach).toBeNull();
    expect(sceneCues([{ kind: "edge", axis: "yaw", side: 1 }], state, facts).reach).toBeNull();
  });

  it("lean the ghost the way that a joint's limit forbids, and keep it where the arm is too short", () => {
    expect(leaning(state.hand, [atLimit])).toBe(state.hand);
    const back = leaning(state.hand, [atLimit, held([0.494, 0, 0.2], 0.3, null)]);
    expect(back.position[0]).toBeCloseTo(0.455, 9);
    expect(back.yaw).toBe(0.3);
    const turned = leaning(state.hand, [atLimit, held([0.5, 0, 0.2], 0.33, null)]);
    expect(turned.position).toEqual(state.hand.position);
    expect(turned.yaw).toBeCloseTo(0.7, 9);
    expect(leaning(state.hand, [held([0.6, 0, 0.2], 0.3, 0.55)])).toBe(state.hand);
  });

  it("ring the block of the lesson until it is gripped", () => {
    const ring = (lesson: SceneFacts["lesson"]) => sceneCues([], state, { ...facts, lesson }).ring;
    expect(ring("reach")).toMatchObject({ at: [0.5, 0.1, 0], reached: false });
    expect(ring("reach")!.radius).toBeGreaterThan(Math.hypot(0.02, 0.02));
    expect(ring("grip")).toMatchObject({ reached: true });
    expect(ring("record")).toBeNull();
    expect(ring(null)).toBeNull();
  });
});
