/** What a person is told while driving, and how a hand moves: pure functions of plain facts. */
import { describe, expect, it } from "vitest";
import {
  chainTo,
  createFrames,
  createIk,
  createRandom,
  createToolPoseControl,
  forwardKinematics,
  jacobian,
  PANDA,
  PANDA_READY,
  PANDA_ROBOT,
  PANDA_TOOL,
  PANDA_WORKSPACE,
  pandaContract,
  type RobotState,
  tableGoals,
  toolDown,
  toolPose,
  toolReach,
  type Vec3,
} from "../../core/index.js";
import {
  type CueFacts,
  cuesOf,
  edgesOf,
  type Hand,
  handRangeOf,
  type Intent,
  manipulabilityOf,
  moveHand,
} from "../../teleop/index.js";

const contract = pandaContract("lift", tableGoals(["target"]), null);
const chain = chainTo(PANDA, PANDA_TOOL);
const reach = toolReach(PANDA_ROBOT);
const DEGREE = Math.PI / 180;

function facts(joints: readonly number[] = PANDA_READY, more: Partial<CueFacts> = {}): CueFacts {
  const tool = toolPose(chain, joints);
  const robot: RobotState = {
    root: { position: [0, 0, 0], orientation: [0, 0, 0, 1] },
    tool,
    joints,
    jointNames: chain.names,
    gripperWidth: 0.08,
  };
  const command = [...tool.position, 0, 0.08];
  return {
    contract,
    robot,
    tool,
    contacts: [],
    command,
    asked: command,
    edges: [0, 0, 0, 0],
    reach,
    manipulability: { measure: 0.1, least: 0.02 },
    ...more,
  };
}
/** The ready pose with one joint so far before its lower limit, degrees. */
const nearLower = (joint: number, degrees: number): number[] =>
  PANDA_READY.map((q, i) => (i === joint ? chain.lower[i]! + degrees * DEGREE : q));

describe("cues", () => {
  it("are silent where nothing is the matter", () => {
    expect(cuesOf(facts())).toEqual([]);
  });

  it("come 8 degrees before a joint's limit and turn at 1, with the joint, the margin and the side", () => {
    const near = cuesOf(
      facts(nearLower(3, 6), { command: [], asked: [], contract: { ...contract, actions: [] } }),
    );
    expect(near).toHaveLength(1);
    expect(near[0]).toMatchObject({ kind: "near-limit", joint: "panda_joint4", side: -1 });
    expect((near[0] as { margin: number }).margin / DEGREE).toBeCloseTo(6, 6);
    const kinds = (degrees: number): string[] =>
      cuesOf(facts(nearLower(0, degrees), { contract: { ...contract, actions: [] } })).map((cue) => cue.kind);
    expect(kinds(8.1)).toEqual([]);
    expect(kinds(0.9)).toEqual(["at-limit"]);
  });

  it("tell contact from collision by part and by force", () => {
    const at = [0.5, 0, 0] as const;
    const contact = (part: string, z: number | null) => ({
      part,
      force: z === null ? null : ([0, 0, z] as const),
      at,
    });
    const kinds = (...contacts: ReturnType<typeof contact>[]): string[] =>
      cuesOf(facts(PANDA_READY, { contacts })).map((cue) => cue.kind);
    expect(kinds(contact("gripper", 0.4))).toEqual([]);
    expect(kinds(contact("gripper", 6))).toEqual(["contact"]);
    expect(kinds(contact("gripper", 41))).toEqual(["collision"]);
    expect(kinds(contact("panda_link5", 2))).toEqual(["collision"]);
    expect(kinds(contact("base", null))).toEqual(["collision"]);
  });

  it("put the worst first", () => {
    const cues = cuesOf(
      facts(nearLower(6, 5), {
        contacts: [{ part: "panda_link6", force: [9, 0, 0], at: [0, 0, 0] }],
        edges: [0, 0, -1, 0],
        manipulability: { measure: 0.01, least: 0.02 },
      }),
    );
    expect(cues.map((cue) => cue.kind)).toEqual(["collision", "lag", "near-limit", "edge", "singular"]);
  });

  it("say when the tool is behind, and when the pose could not be had", () => {
    const { command } = facts();
    const ahead = Array.from(command, (value, i) => value + (i === 0 ? 0.02 : 0));
    expect(cuesOf(facts(PANDA_READY, { command: ahead, asked: ahead }))).toEqual([
      { kind: "lag", distance: expect.closeTo(0.02, 9), angle: expect.closeTo(0, 6) },
    ]);
    expect(cuesOf(facts(PANDA_READY, { asked: ahead }))[0]!.kind).toBe("unreachable");
  });

  it("tell an arm that is too short from one that a joint holds back", () => {
    const { command } = facts();
    const [x, y, z] = command as [number, number, number];
    const unreachable = (asked: number[]) =>
      cuesOf(facts(PANDA_READY, { asked })).find(({ kind }) => kind === "unreachable");
    expect(unreachable([x + 0.01, y, z, 0, 0.08])).toMatchObject({ reach: null });
    expect(unreachable([0.74, 0.4, z, 0, 0.08])).toMatchObject({
      reach: reach.at([0.74, 0.4, z], 0),
    });
  });

  it("know how freely the arm can move: √det(J Jᵀ), as Laplace's expansion has it", () => {
    const { of, least } = manipulabilityOf(PANDA_ROBOT);
    const J = jacobian(chain, forwardKinematicsOf(PANDA_READY), new Float64Array(6 * chain.n));
    const gram = Array.from({ length: 6 }, (_, r) =>
      Array.from({ length: 6 }, (_, c) => {
        let sum = 0;
        for (let k = 0; k < chain.n; k++) sum += J[r * chain.n + k]! * J[c * chain.n + k]!;
        return sum;
      }),
    );
    expect(of(PANDA_READY)).toBeCloseTo(Math.sqrt(cofactors(gram)), 9);
    expect(of(PANDA_READY)).toBeGreaterThan(least);
    expect(least).toBeCloseTo(0.02, 3);
    // stretched out: shoulder, elbow and wrist in a line
    expect(of([0, 0.3, 0, -0.0698, 0, 0.4, 0.8])).toBeLessThan(least);
  });
});

describe("a singular arm", () => {
  const { of: measure, least } = manipulabilityOf(PANDA_ROBOT);
  const { low, high } = PANDA_WORKSPACE;
  /** every 5 cm of the workspace that the arm is led to from where takes begin, in 25 steps, by the yaw it ends with */
  const grid = (yaw: number) => {
    const found: { readonly stretched: boolean; readonly near: boolean; readonly measure: number }[] = [];
    for (let x = low[0]; x <= high[0] + 1e-9; x += 0.05)
      for (let y = low[1]; y <= high[1] + 1e-9; y += 0.05)
        for (let z = low[2]; z <= high[2]; z += 0.05) {
          const control = createToolPoseControl(chain);
          control.reset(BEGIN, 0.08);
          const mix = (from: number, to: number, i: number) => from + (to - from) * Math.min(1, i / 25);
          for (let i = 1; i <= 32; i++)
            control.apply([mix(0.5, x, i), mix(0, y, i), mix(0.2, z, i), mix(0, yaw, i), 0.08]);
          const [cx, cy, cz] = control.command;
          if (Math.hypot(cx! - x, cy! - y, cz! - z) > 1e-4) continue;
          found.push({
            stretched: Math.hypot(x, y) > reach.at([x, y, z], yaw)! - 0.03,
            near: x < 0.41 && z < 0.17,
            measure: measure(control.q),
          });
        }
    return found;
  };

  it("is one stretched out to its reach, or folded low before its base: 5 % of where it can be sent", () => {
    const all = [-1.5, 0, 1.5].flatMap(grid);
    const singular = all.filter((each) => each.measure < least);
    console.log(
      `singular at ${singular.length} of ${all.length} poses, ${singular.filter((each) => each.stretched).length} of ` +
        `them within 3 cm of the reach, ${singular.filter((each) => each.near && !each.stretched).length} low before the base; ` +
        `lowest ${Math.min(...all.map((each) => each.measure)).toExponential(1)}, in the middle ${measure(BEGIN).toFixed(3)}`,
    );
    expect(singular.every((each) => each.stretched || each.near)).toBe(true);
    expect(singular.some((each) => each.stretched)).toBe(true);
    expect(singular.some((each) => each.near && !each.stretched)).toBe(true);
    expect(singular.length / all.length).toBeGreaterThan(0.02);
    expect(singular.length / all.length).toBeLessThan(0.1);
  });

  it("depends on its elbow, too: low before the base another one would be freer than the one that is kept", () => {
    const low: Vec3 = [0.3, 0, 0.07];
    const ik = createIk(chain);
    const random = createRandom(1);
    const swivels = Array.from({ length: 400 }, () =>
      ik.solve(
        { position: low, orientation: toolDown(0) },
        PANDA_READY.map((q) => q + 1.2 * random.normal()),
        { iterations: 100 },
      ),
    ).flatMap(({ q, reached }) => (reached ? [measure(q)] : []));
    const { q } = driven([0.3, 0, 0.2], ([x, y, z]) => [x!, y!, Math.max(low[2], z! - 0.002)], 120);
    console.log(
      `low before the base: kept ${measure(q).toFixed(4)}, of ${swivels.length} elbows ` +
        `${Math.min(...swivels).toFixed(4)} to ${Math.max(...swivels).toFixed(4)}`,
    );
    expect(toolPose(chain, q).position[2]).toBeCloseTo(low[2], 3);
    expect(measure(q)).toBeLessThan(least);
    expect(Math.max(...swivels)).toBeGreaterThan(least);
    expect(Math.max(...swivels)).toBeLessThan(measure(BEGIN));
  });
});

/** Rad: the tool over the middle of the table, as takes begin. */
const BEGIN = createIk(chain).solve({ position: [0.5, 0, 0.2], orientation: toolDown(0) }, PANDA_READY, {
  iterations: 200,
}).q;

/** The arm led on by `next` from a tool pose until it no longer follows. */
function driven(from: Vec3, next: (command: Float64Array) => readonly number[], most = 600) {
  const control = createToolPoseControl(chain);
  control.reset(
    createIk(chain).solve({ position: from, orientation: toolDown(0) }, BEGIN, { iterations: 200 }).q,
    0.08,
  );
  for (let i = 0; i < most; i++) if (!control.apply([...next(control.command), 0, 0.08])) break;
  return control;
}

function forwardKinematicsOf(q: readonly number[]) {
  const frames = createFrames(chain);
  forwardKinematics(chain, q, frames);
  return frames;
}

/** The determinant by Laplace's expansion. */
function cofactors(m: readonly (readonly number[])[]): number {
  if (m.length === 1) return m[0]![0]!;
  return m[0]!.reduce((sum, value, c) => {
    const minor = m.slice(1).map((line) => line.filter((_, i) => i !== c));
    return sum + (c % 2 === 0 ? 1 : -1) * value * cofactors(minor);
  }, 0);
}

describe("a hand", () => {
  const range = handRangeOf(contract);
  const hand: Hand = { position: [0.5, 0, 0.2], yaw: 0, width: 0.08 };
  const intent = (more: Partial<Intent>): Intent => ({
    frame: "base",
    linear: [0, 0, 0],
    angular: [0, 0, 0],
    gripper: null,
    ...more,
  });

  it("moves by velocity times time, however the time is cut", () => {
    const asked = intent({ linear: [0.1, -0.05, 0.02], angular: [0, 0, 0.5] });
    const once = moveHand(hand, asked, 0.5, range);
    let often = hand;
    for (let i = 0; i < 50; i++) often = moveHand(often, asked, 0.01, range);
    expect(once.position).toEqual([0.55, -0.025, 0.21000000000000002]);
    for (const [i, value] of often.position.entries()) expect(value).toBeCloseTo(once.position[i]!, 12);
    expect(often.yaw).toBeCloseTo(0.25, 12);
  });

  it("goes along its own axes in the tool's frame, also while it turns", () => {
    const turned = moveHand(
      { ...hand, yaw: Math.PI / 2 },
      intent({ frame: "tool", linear: [0.1, 0, 0] }),
      1,
      range,
    );
    expect(turned.position[0]).toBeCloseTo(0.5, 12);
    expect(turned.position[1]).toBeCloseTo(0.1, 12);
    // a circle of radius v / w
    const circling = intent({ frame: "tool", linear: [0.1, 0, 0], angular: [0, 0, 1] });
    let at = hand;
    for (let i = 0; i < 100; i++) at = moveHand(at, circling, 0.01, range);
    expect(at.position[0]).toBeCloseTo(0.5 + 0.1 * Math.sin(1), 4);
    expect(at.position[1]).toBeCloseTo(0.1 * (1 - Math.cos(1)), 4);
  });

  it("stays in the workspace, and says at which sides it stands", () => {
    const far = moveHand(hand, intent({ linear: [9, -9, -9], angular: [0, 0, 9] }), 1, range);
    const { low, high, yaw } = PANDA_WORKSPACE;
    expect(far.position).toEqual([high[0], low[1], low[2]]);
    expect(far.yaw).toBe(yaw);
    expect(edgesOf(far, range)).toEqual([1, -1, -1, 1]);
    expect(edgesOf(hand, range)).toEqual([0, 0, 0, 0]);
  });

  it("opens and closes by share", () => {
    expect(moveHand(hand, intent({ gripper: 1 }), 0, range).width).toBe(0);
    expect(moveHand(hand, intent({ gripper: 0.25 }), 0, range).width).toBeCloseTo(0.06, 12);
    expect(moveHand(hand, intent({}), 0, range).width).toBe(0.08);
  });
});
