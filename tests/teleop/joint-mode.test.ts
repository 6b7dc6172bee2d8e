/**
 * Joint mode in the session: one joint leads, the hand goes on pointing down, and what is commanded and recorded is a hand
 * like any other. With every built-in arm, and one on a base.
 */
import { afterEach, describe, expect, it } from "vitest";
import {
  ARM_ROBOTS,
  type ArmRobot,
  actionOffsets,
  armContract,
  armOption,
  chainTo,
  createRandom,
  createToolPoseControl,
  featureOf,
  rotate,
  toolPose,
  toolYaw,
  wrapAngle,
} from "../../core/index.js";
import { openDataset } from "../../datasets/index.js";
import { taskByName } from "../../sim/index.js";
import { FINE, type Hand, jointLeadOf, jointSpeedOf, SPEEDS, stateOffsets } from "../../teleop/index.js";
import { openStudio, type Studio } from "./studio-rig.js";

const open: Studio[] = [];
const studioOf = async (robot: string): Promise<Studio> => {
  const studio = await openStudio({ task: "lift", robot });
  open.push(studio);
  return studio;
};
afterEach(async () => {
  for (const studio of open.splice(0)) {
    studio.send({ kind: "close" });
    await studio.session.settled();
  }
});

/** rad/s at the speed that a keyboard begins with */
const RATE = jointSpeedOf(3);

/** Joints and the orientation of the tool at the end of the last step. */
const seen = (studio: Studio) => {
  const scene = studio.of("scene").at(-1)!;
  const { joints, tool, stride } = stateOffsets(scene.joints.length, scene.objects.length);
  const { data, rows } = studio.last();
  const row = data.subarray((rows - 1) * stride);
  return {
    joints: Array.from(row.subarray(joints, joints + scene.joints.length)),
    down: rotate([row[tool + 3]!, row[tool + 4]!, row[tool + 5]!, row[tool + 6]!], [0, 0, 1])[2],
  };
};
/** Holds a key, then waits until the arm has come to rest. */
const hold = (studio: Studio, code: string, seconds: number, rest = 0.8): void => {
  studio.key(code, true);
  studio.run(seconds);
  studio.key(code, false);
  studio.run(rest);
};
const pick = (studio: Studio, index: number): void => {
  for (let i = 0; i < index; i++) studio.tap("KeyO", 0.01);
};
const cues = (studio: Studio): string[] => studio.last().cues.map(({ kind }) => kind);
/** Hands that differ by no more than commands are rounded. */
const alike = (a: Hand, b: Hand): void => {
  for (const [i, value] of a.position.entries()) expect(value).toBeCloseTo(b.position[i]!, 5);
  expect(a.yaw).toBeCloseTo(b.yaw, 5);
};
/** s after which the elbow of a redundant arm is where its controller would rather have it */
const SETTLED = 5;
/**
 * Joints that cannot lead where a layout begins, by the number that people give them: of a UR5e one whose axis lies flat
 * wherever the hand points down, of a Panda one for which the whole arm would swing.
 */
const STUCK: Readonly<Record<string, readonly number[]>> = { panda: [5], ur5e: [5], so101: [] };

describe.each(ARM_ROBOTS.map((robot) => [robot.name, robot] as const))("joint mode of %s", (name, robot) => {
  it("turns each joint by its speed times the time a key is held, either way, while the hand points down", async () => {
    const studio = await studioOf(name);
    const { n } = chainTo(robot.model, robot.tool);
    const lead = jointLeadOf(studio.of("opened")[0]!.contract)!;
    studio.tap("KeyG");
    studio.run(SETTLED);
    const stuck: number[] = [];
    for (let index = 0; index < n; index++) {
      const before = seen(studio).joints;
      if (!lead.leads(studio.last().hand, before, index)) stuck.push(index + 1);
      hold(studio, "KeyL", 0.25, SETTLED);
      const there = seen(studio);
      hold(studio, "KeyJ", 0.25, SETTLED);
      const back = seen(studio);
      const wanted = stuck.includes(index + 1) ? 0 : 0.25 * RATE;
      // A servo that does not know of gravity sags by a quarter of a degree, here more, there less.
      expect(there.joints[index]! - before[index]!, `J${index + 1}`).toBeCloseTo(wanted, 2);
      expect(back.joints[index]! - there.joints[index]!, `J${index + 1}`).toBeCloseTo(-wanted, 2);
      for (const { down } of [there, back]) expect(down).toBeLessThan(-0.9995);
      studio.tap("KeyO", 0.01);
    }
    expect(stuck).toEqual(STUCK[name]);
    // A finger that rests on a joint that can do nothing is no fault.
    expect(cues(studio)).not.toContain("unreachable");
  });

  it("keeps takes whose commands are all there is: FK of the joints they are solved to, made again to where they ended", async () => {
    const studio = await studioOf(name);
    studio.tap("KeyG");
    studio.tap("KeyR");
    pick(studio, 1);
    hold(studio, "KeyJ", 0.4);
    studio.tap("KeyU", 0.01);
    hold(studio, "KeyL", 0.4);
    hold(studio, "KeyJ", 0.6);
    studio.tap("Backspace");
    studio.run(0.2);
    studio.tap("KeyR");
    hold(studio, "KeyL", 0.2);
    studio.tap("Enter");
    studio.run(0.2);
    const ended = seen(studio).joints;
    studio.tap("Enter");
    await studio.settle();
    expect(studio.of("kept")).toHaveLength(1);
    const set = await openDataset(studio.store);
    const take = await set.episode(0);
    const again = await taskByName("lift").create({ horizon: 1e6, ...armOption(name) });
    again.reset(take.meta.seed!);
    const offsets = actionOffsets(set.contract!);
    const [at, yaw] = [offsets.get("action.ee.position")!, offsets.get("action.ee.yaw")!];
    const chain = chainTo(robot.model, robot.tool);
    const control = createToolPoseControl(chain, robot.workspace, robot.home, robot.gripper.open);
    control.reset(again.robotState!().joints, robot.gripper.open);
    const width = take.actions.length / take.length;
    for (let frame = 0; frame < take.length; frame++) {
      const action = take.actions.slice(frame * width, (frame + 1) * width);
      again.step(action);
      control.apply(action);
      const { position, orientation } = toolPose(chain, control.q);
      for (const [i, value] of position.entries()) expect(action[at + i]).toBeCloseTo(value, 3);
      expect(wrapAngle(action[yaw]! - toolYaw(orientation))).toBeCloseTo(0, 2);
    }
    const { joints } = again.robotState!();
    again.free();
    expect(Array.from(joints, Math.fround)).toEqual(ended);
    for (const [i, value] of control.q.entries()) expect(joints[i]).toBeCloseTo(value, 1);
    // It went somewhere.
    expect(take.length).toBeGreaterThan(20);
    const [first, last] = [take.actions.slice(0, 2), take.actions.slice(-width).slice(0, 2)];
    expect(Math.hypot(first[0]! - last[0]!, first[1]! - last[1]!)).toBeGreaterThan(0.01);
  });
});

describe.each(ARM_ROBOTS.map((robot) => [robot.name, robot] as const))(
  "over the workspace of %s",
  (name, robot) => {
    it("a joint that led by 7° has turned by 7° within a twentieth once its controller has settled", () => {
      const lead = jointLeadOf(armContract(robot, "lift", [], null))!;
      const { n } = chainTo(robot.model, robot.tool);
      const { low, high, yaw, yawCentre = 0 } = robot.workspace;
      const control = createToolPoseControl(
        chainTo(robot.model, robot.tool),
        robot.workspace,
        robot.home,
        robot.gripper.open,
      );
      const ledBy = new Array<number>(n).fill(0);
      const random = createRandom(0);
      for (let place = 0; place < 40; place++) {
        const [u, v, w] = [random.uniform(0, 1), random.uniform(0, 1), random.uniform(0, 1)];
        const hand: Hand = {
          position: [
            low[0] + u * (high[0] - low[0]),
            low[1] + v * (high[1] - low[1]),
            low[2] + 0.3 * (high[2] - low[2]),
          ],
          yaw: yawCentre + 0.7 * yaw * (2 * w - 1),
          width: 0,
        };
        const command = ({ position, yaw }: Hand): number[] => [...position, yaw, 0];
        const settle = (at: Hand): void => {
          for (let i = 0; i < 300; i++) control.apply(command(at));
        };
        control.reset(robot.home, 0);
        settle(hand);
        // Beyond its reach is no place to begin from.
        if (command(hand).some((value, i) => Math.abs(value - control.command[i]!) > 1e-9)) continue;
        const begin = Float64Array.from(control.q);
        for (let index = 0; index < n; index++) {
          control.reset(begin, 0);
          control.reset(begin, 0);
          let led = hand;
          let free = true;
          for (let i = 0; free && i < 10; i++) {
            const next = lead.turn(led, control.q, index, STEP);
            free =
              next !== led && control.apply(command(next)) && inside(next, robot) && unhurried(led, next);
            led = next;
          }
          if (!free) continue;
          // On the way the elbow of a redundant arm is not there yet.
          const [least, most] = n > 6 ? [0.5, 1.3] : [0.95, 1.05];
          const onTheWay = (control.q[index]! - begin[index]!) / (10 * STEP);
          expect(onTheWay, `J${index + 1}`).toBeGreaterThan(least);
          expect(onTheWay, `J${index + 1}`).toBeLessThan(most);
          settle(led);
          expect(Math.abs(control.q[index]! - begin[index]! - 10 * STEP), `J${index + 1}`).toBeLessThan(
            0.5 * STEP,
          );
          ledBy[index]!++;
        }
      }
      for (const [index, times] of ledBy.entries())
        if (name === "ur5e" && index === 4) expect(times).toBe(0);
        else expect(times, `J${index + 1}`).toBeGreaterThan(3);
    });
  },
);

/** rad in one command */
const STEP = 0.012;
/** Not held back by a side of the workspace, nor by the fastest speed of a hand. */
const inside = ({ position, yaw }: Hand, { workspace }: ArmRobot): boolean =>
  position.every((value, i) => value > workspace.low[i]! && value < workspace.high[i]!) &&
  Math.abs(yaw - (workspace.yawCentre ?? 0)) < workspace.yaw;
const unhurried = (a: Hand, b: Hand): boolean =>
  Math.hypot(...a.position.map((value, i) => value - b.position[i]!)) < 0.0149 &&
  Math.abs(a.yaw - b.yaw) < 0.078;

describe("joint mode", () => {
  it("is a quarter as fast with Shift, and as slow as the speed step says", async () => {
    const studio = await studioOf("ur5e");
    studio.tap("KeyG");
    studio.tap("Minus");
    const before = seen(studio).joints[0]!;
    studio.key("ShiftLeft", true, true);
    studio.key("KeyL", true, true);
    studio.run(0.5);
    studio.key("KeyL", false, true);
    studio.key("ShiftLeft", false);
    studio.run(0.8);
    expect(seen(studio).joints[0]! - before).toBeCloseTo(0.5 * FINE * jointSpeedOf(2), 3);
  });

  it("stops at a side of the workspace, where the cut way would be another, and says the edge", async () => {
    const studio = await studioOf("ur5e");
    const { limits } = featureOf(studio.of("opened")[0]!.contract, "action.ee.position");
    studio.tap("KeyG");
    pick(studio, 1);
    studio.key("KeyL", true);
    studio.run(3);
    const stood = studio.last().hand;
    studio.run(0.5);
    studio.key("KeyL", false);
    expect(cues(studio)).toContain("edge");
    expect(stood.position[2]).toBe(limits!.low[2]);
    expect(studio.last().hand).toEqual(stood);
    // Back is free.
    hold(studio, "KeyJ", 0.3);
    expect(studio.last().hand.position[2]).toBeGreaterThan(stood.position[2] + 0.005);
  });

  it("stops at a joint's limit and says which", async () => {
    const studio = await studioOf("panda");
    const { limits } = featureOf(studio.of("opened")[0]!.contract, "observation.joints.position");
    // Low before its base the elbow is nearly folded.
    hold(studio, "KeyE", 0.6);
    hold(studio, "KeyS", 1.2);
    studio.tap("KeyG");
    pick(studio, 3);
    studio.key("KeyJ", true);
    studio.run(5);
    const stood = studio.last().hand;
    studio.run(1);
    studio.key("KeyJ", false);
    expect(seen(studio).joints[3]).toBeCloseTo(limits!.low[3]!, 3);
    expect(studio.last().cues).toContainEqual(
      expect.objectContaining({ kind: "at-limit", joint: "panda_joint4", side: -1 }),
    );
    alike(studio.last().hand, stood);
    hold(studio, "KeyL", 0.3);
    expect(seen(studio).joints[3]! - limits!.low[3]!).toBeCloseTo(0.3 * RATE, 2);
  });

  it("never moves the tool faster than the fastest step does", async () => {
    const studio = await studioOf("ur5e");
    for (let i = 0; i < 4; i++) studio.tap("Equal", 0.01);
    hold(studio, "KeyW", 0.5);
    studio.tap("KeyG");
    studio.key("KeyL", true);
    const hands: (readonly [number, number, number])[] = [];
    for (let i = 0; i < 12; i++) {
      studio.run(0.05);
      hands.push(studio.last().hand.position);
    }
    studio.key("KeyL", false);
    const most = SPEEDS.arm.at(-1)!.linear * 0.05;
    const ways = hands.slice(1).map(([x, y], i) => Math.hypot(x - hands[i]![0], y - hands[i]![1]));
    for (const way of ways) expect(way).toBeLessThanOrEqual(most + 1e-6);
    expect(Math.max(...ways)).toBeGreaterThan(0.9 * most);
  });

  it("holds when its input dies, and after a stop, which leads back to the hand", async () => {
    const studio = await studioOf("ur5e");
    const before = seen(studio).joints[0]!;
    const joint = { index: 0, rate: RATE };
    const intent = { frame: "base", linear: [0, 0, 0], angular: [0, 0, 0], joint, gripper: null } as const;
    studio.send({ kind: "intent", device: "keyboard", at: studio.now(), intent });
    studio.run(2);
    const moved = seen(studio).joints[0]! - before;
    expect(moved).toBeGreaterThan(0.2 * RATE);
    expect(moved).toBeLessThan(0.4 * RATE);

    studio.tap("KeyG");
    studio.key("KeyL", true);
    studio.run(0.3);
    studio.tap("Escape");
    const { hand } = studio.last();
    studio.run(0.5);
    expect(studio.phase()).toBe("stopped");
    studio.send({ kind: "resume" });
    studio.run(0.5);
    // The key is still down, and counts for nothing; pressed again it turns the hand.
    alike(studio.last().hand, hand);
    studio.key("KeyL", false);
    hold(studio, "KeyL", 0.2);
    alike({ ...studio.last().hand, yaw: hand.yaw }, hand);
    expect(studio.last().hand.yaw).toBeGreaterThan(hand.yaw + 0.05);
  });

  it("refuses a joint that the arm has not", async () => {
    const studio = await studioOf("so101");
    const joint = { index: 5, rate: 1 };
    const intent = { frame: "base", linear: [0, 0, 0], angular: [0, 0, 0], joint, gripper: null } as const;
    studio.send({ kind: "intent", device: "keyboard", at: studio.now(), intent });
    expect(studio.of("refused").at(-1)!.reason).toMatch(/joint must be one of the 5 of this arm/);
  });

  it("leads the arm of a mobile manipulator while it is the arm that is driven, and never its base", async () => {
    const studio = await openStudio({ task: "box-move", seed: 3 });
    open.push(studio);
    const jog = (seconds: number): void => {
      studio.tap("KeyG");
      hold(studio, "KeyL", seconds);
      studio.tap("KeyG");
    };
    studio.run(0.5);
    const before = seen(studio).joints;
    jog(0.3);
    const carried = seen(studio).joints;
    studio.send({ kind: "body", body: "arm" });
    jog(0.3);
    const led = seen(studio).joints;
    expect(carried[1]! - before[1]!).toBeCloseTo(0, 3);
    expect(led[1]! - carried[1]!).toBeCloseTo(0.3 * RATE, 2);
    expect(led[0]).toBeCloseTo(carried[0]!, 3);
  });
});
