/**
 * One suite over every robot that a person drives: whatever carries an arm, and whichever arm it is, is told of its
 * joints' limits, of its reach, of the edge of its workspace, of contact and of a hand that is behind.
 */
import { afterEach, describe, expect, it } from "vitest";
import {
  ARM_ROBOTS,
  type ArmRobot,
  actionOffsets,
  armContract,
  armOfRobot,
  CARRIED_PANDA,
  type Contract,
  chainTo,
  DIFF_DRIVE,
  LIFT_JOINT,
  MOBILE_BASE,
  MOBILE_PANDA,
  mobilePandaContract,
  SKID_STEER,
  tableGoals,
  toolPose,
  toolReach,
  toolYaw,
  type Vec3,
} from "../../core/index.js";
import { type Cue, type CueFacts, cuesOf, manipulabilityOf, stateOffsets } from "../../teleop/index.js";
import { outOf } from "../../teleop/page/notice.js";
import { pinsOf } from "../../teleop/page/pins.js";
import { sceneCues } from "../../teleop/page/scene-cues.js";
import { robotsOf, TASK_NAMES } from "../../teleop/page/tasks.js";
import { WORDS } from "../../teleop/page/words/index.js";
import { openStudio, type Studio } from "./studio-rig.js";

const DEGREE = Math.PI / 180;

/** Every robot with an arm, and the task that it is driven in here. */
const ARMS: readonly (readonly [name: string, arm: ArmRobot, task: string])[] = [
  ...ARM_ROBOTS.map((arm) => [arm.name, arm, "lift"] as const),
  [MOBILE_PANDA.name, CARRIED_PANDA, "box-move"],
];
const BASES = [
  [DIFF_DRIVE.name, "navigate"],
  [SKID_STEER.name, "climb"],
] as const;

const open: Studio[] = [];
afterEach(async () => {
  for (const studio of open.splice(0)) {
    studio.send({ kind: "close" });
    await studio.session.settled();
  }
});
/** A session in which the hand, or the base without one, has the keys. */
const driven = async (task: string, robot: string, hand: boolean): Promise<Studio> => {
  const studio = await openStudio({ task, robot, seed: 3 });
  open.push(studio);
  if (hand && studio.of("opened")[0]!.body === "carrier") studio.send({ kind: "body", body: "arm" });
  return studio;
};
type Way = readonly [x: number, y: number, z: number];
/** Drives on until a cue comes, or not; the cues of the last step. */
const until = (
  studio: Studio,
  linear: Way,
  turn: number,
  found: (cue: Cue) => boolean,
  seconds = 8,
): readonly Cue[] => {
  for (let t = 0; t < seconds && !studio.last().cues.some(found); t += 0.05) {
    const intent = { frame: "base", linear, angular: [0, 0, turn], gripper: null } as const;
    studio.send({ kind: "intent", device: "keyboard", at: studio.now(), intent });
    studio.run(0.05);
  }
  const still = { frame: "base", linear: [0, 0, 0], angular: [0, 0, 0], gripper: null } as const;
  studio.send({ kind: "intent", device: "keyboard", at: studio.now(), intent: still });
  return studio.last().cues;
};
const touches = (cue: Cue): boolean => cue.kind === "contact" || cue.kind === "collision";
const kind = (wanted: Cue["kind"]) => (cue: Cue) => cue.kind === wanted;

it("are all the robots that the page offers", () => {
  const offered = new Set(TASK_NAMES.flatMap(robotsOf));
  expect([...offered].sort()).toEqual([...ARMS, ...BASES].map(([name]) => name).sort());
});

describe.each(ARMS)("the cues of %s", (name, arm, task) => {
  const contract: Contract =
    name === arm.name
      ? armContract(arm, task, tableGoals(["target"]), null)
      : mobilePandaContract(task, [], null);
  const chain = chainTo(arm.model, arm.tool);
  const carried = name !== arm.name;
  const jointNames = carried ? [LIFT_JOINT, ...chain.names] : chain.names;
  const lift = MOBILE_BASE.lift.high / 2;
  /** The arm at rest with these joints, its hand where it was sent. */
  const factsOf = (joints: readonly number[], height = lift): CueFacts => {
    const tool = toolPose(chain, joints);
    const command = new Array<number>(
      contract.actions.reduce((sum, { names }) => sum + names.length, 0),
    ).fill(0);
    return {
      contract,
      robot: {
        root: { position: [0, 0, 0], orientation: [0, 0, 0, 1] },
        tool,
        joints: carried ? [height, ...joints] : joints,
        jointNames,
        gripperWidth: arm.gripper.open,
      },
      tool,
      contacts: [],
      command,
      asked: command,
      edges: null,
      reach: toolReach(arm),
      manipulability: { measure: 1, least: 0.1 },
    };
  };
  const limitsOf = (facts: CueFacts) =>
    cuesOf(facts).filter((cue) => cue.kind === "near-limit" || cue.kind === "at-limit");

  it("know its arm", () => {
    expect(armOfRobot(name)).toBe(arm);
  });

  it("come before every one of its joints' limits, and are said and shown at that joint", () => {
    for (const [i, joint] of chain.names.entries())
      for (const side of [-1, 1] as const)
        for (const [degrees, wanted] of [
          [6, "near-limit"],
          [0.5, "at-limit"],
        ] as const) {
          const end = side < 0 ? chain.lower[i]! : chain.upper[i]!;
          const q = arm.home.map((at, k) => (k === i ? end - side * degrees * DEGREE : at));
          const cues = limitsOf(factsOf(q));
          expect(cues, `${joint} ${side}`).toEqual([
            expect.objectContaining({ kind: wanted, joint, side, unit: "rad" }),
          ]);
          const pins = pinsOf(WORDS.en, cues, null, jointNames, () => null);
          expect(pins[0]!.text).toMatch(new RegExp(`^J${i + 1} `));
          const state = {
            time: 0,
            joints: q,
            gripperWidth: 0,
            objects: {},
            tool: toolPose(chain, q),
            hand: { position: [0.4, 0, 0.2] as Vec3, yaw: 0, width: 0 },
          };
          const { nearLimit, atLimit } = sceneCues(cues, state, {
            joints: jointNames,
            stopped: false,
            lesson: null,
            target: null,
            reach: toolReach(arm),
          });
          expect([nearLimit, atLimit]).toEqual([[i], wanted === "at-limit" ? [i] : []]);
        }
    expect(limitsOf(factsOf(arm.home))).toEqual([]);
  });

  if (carried)
    it("come before both ends of the lift that carries it, in millimetres", () => {
      for (const [height, wanted, says] of [
        [0.009, "near-limit", "Lift 9 mm from its end"],
        [0, "at-limit", "Lift at its end"],
        [MOBILE_BASE.lift.high - 0.012, "near-limit", "Lift 12 mm from its end"],
      ] as const) {
        const cues = limitsOf(factsOf(arm.home, height));
        expect(cues).toEqual([expect.objectContaining({ kind: wanted, joint: LIFT_JOINT, unit: "m" })]);
        expect(pinsOf(WORDS.en, cues, null, jointNames, () => null)[0]!.text).toBe(says);
      }
    });

  it("count as little what is a third of how freely it moves over the middle of its table", () => {
    const { of, least } = manipulabilityOf(arm);
    expect(of(arm.home)).toBeGreaterThan(least);
    expect(least).toBeGreaterThan(0);
  });

  it("say nothing while it stands in the middle of its table", async () => {
    const studio = await driven(task, name, true);
    studio.run(0.3);
    const { cues } = studio.last();
    expect(cues.filter(({ kind }) => kind !== "near-limit")).toEqual([]);
  });

  it("say the edge of its workspace, and where the arm ends: there the hand stops", async () => {
    const studio = await driven(task, name, true);
    const { low, high } = arm.workspace;
    expect(until(studio, [0, 0, 0.1], 0, kind("edge"))).toContainEqual({ kind: "edge", axis: "z", side: 1 });
    expect(studio.last().hand.position[2]).toBeCloseTo(high[2], 6);
    // Where the arm is long enough for the whole edge, the corner is too far.
    until(
      studio,
      [0.1, 0, 0],
      0,
      (cue) => cue.kind === "unreachable" || (cue.kind === "edge" && cue.axis === "x"),
    );
    const far = until(studio, [0, 0.1, 0], 0, kind("unreachable")).find(kind("unreachable"));
    const { axis, at } = toolReach(arm);
    const { position, yaw } = studio.last().hand;
    const reach = at(position, yaw)!;
    expect(far).toMatchObject({ reach: expect.closeTo(reach, 3) });
    expect(Math.hypot(position[0] - axis[0], position[1] - axis[1])).toBeGreaterThan(reach - 0.008);
    expect(position[0]).toBeGreaterThan(low[0]);
    const pins = pinsOf(WORDS.zh, [far!], null, jointNames, () => null);
    expect(pins[0]!.text).toBe(`太远：最远 ${Math.round((far as { reach: number }).reach * 1000)} mm`);
  });

  it("say that its hand is behind what was commanded, and how far", () => {
    const facts = factsOf(arm.home);
    const offsets = actionOffsets(contract);
    const [p, turn] = [offsets.get("action.ee.position")!, offsets.get("action.ee.yaw")!];
    const sent = (ahead: number, yaw: number) => {
      const command = [...(facts.command as number[])];
      for (const [k, value] of facts.tool.position.entries()) command[p + k] = value + (k === 0 ? ahead : 0);
      command[turn] = toolYaw(facts.tool.orientation) + yaw;
      return cuesOf({ ...facts, command, asked: command });
    };
    expect(sent(0.014, 0)).toEqual([]);
    expect(sent(0.02, 0)).toEqual([
      { kind: "lag", distance: expect.closeTo(0.02, 9), angle: expect.closeTo(0, 6) },
    ]);
    expect(sent(0, 9 * DEGREE).map((cue) => cue.kind)).toEqual(["lag"]);
  });

  it("say what it touches, and with how much force", async () => {
    const studio = await driven(task, name, !carried);
    // One at a table comes down on it, one on a base drives against what stands in its room.
    const way: Way = carried ? [0.5, 0, 0] : [0, 0, -0.1];
    const cues = until(studio, way, 0, touches, 30);
    expect(cues.find(touches)).toMatchObject({
      part: carried ? "base_link" : "gripper",
      force: expect.any(Number),
    });
  });

  it("say that its recorded camera cannot see the hand", () => {
    const base = carried ? ({ position: [1, 2, 0], orientation: [0, 0, 0, 1] } as const) : undefined;
    const add = (x: number, y: number, z: number): Vec3 => (carried ? [1 + x, 2 + y, z] : [x, y, z]);
    const height = carried ? 0.7 : 0.1;
    const [x] = arm.zone.tool.centre;
    expect(outOf(arm, "front", add(x, 0, height), base)).toBeNull();
    expect(outOf(arm, "front", add(x, 0, 4), base)![1]).toBeLessThan(-0.5);
    expect(outOf(arm, "wrist", add(x, 0, 4), base)).toBeNull();
  });

  it("are told in the frame of the arm's foot, wherever that stands", async () => {
    const studio = await driven(task, name, true);
    studio.run(0.2);
    const { data } = studio.last();
    const [scene] = studio.of("scene");
    const offsets = stateOffsets(scene!.joints.length, scene!.objects.length);
    const tool = [...data.subarray(offsets.tool, offsets.tool + 3)];
    const hand = studio.last().hand.position;
    const apart = Math.hypot(...tool.map((value, k) => value - hand[k]!));
    // What is carried is somewhere else in the room than in its own frame, and yet its hand is not behind.
    expect(apart > 0.3).toBe(carried);
    expect(studio.last().cues.filter(kind("lag"))).toEqual([]);
  });
});

describe.each(BASES)("the cues of %s", (name, task) => {
  it("say what it touches, and speak of no hand", async () => {
    const studio = await driven(task, name, false);
    expect(armOfRobot(name)).toBeNull();
    const cues = until(studio, [0.5, 0, 0], 0, touches, 30);
    expect(cues.some(touches)).toBe(true);
    expect(cues.filter((cue) => !touches(cue))).toEqual([]);
  });
});
