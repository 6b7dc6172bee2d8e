/** Where arms end: against the geometry of two of them, a search over the joints of the third, and the controller itself. */
import { describe, expect, it } from "vitest";
import {
  ARM_ROBOTS,
  type ArmRobot,
  armRobotByName,
  CARRIED_PANDA,
  chainTo,
  createToolPoseControl,
  toolPose,
  toolReach,
} from "../../core/index.js";

/** An arm in a line: shoulder above the base, shoulder to wrist, from there outward, aside, and down to the tool, m. */
interface Straight {
  readonly shoulder: number;
  readonly span: number;
  readonly out: number;
  readonly aside: number;
  readonly down: number;
}

/** The vendors' lengths: elbow stretched, wrist outward, tool down. */
const STRAIGHT: Readonly<Record<string, Straight>> = {
  panda: {
    shoulder: 0.333,
    span: Math.hypot(0.316, 0.0825) + Math.hypot(0.384, 0.0825),
    out: 0.088,
    aside: 0,
    down: 0.107 + 0.1034,
  },
  ur5e: { shoulder: 0.1625, span: 0.425 + 0.3922, out: 0.0997, aside: 0.1333, down: 0.0996 + 0.1573 },
};

const radiusOf = ({ shoulder, span, out, aside, down }: Straight, z: number): number | null => {
  const square = span ** 2 - (z + down - shoulder) ** 2;
  return square < 0 ? null : Math.hypot(aside, out + Math.sqrt(square));
};

describe("the reach of an arm's tool", () => {
  it.each(Object.entries(STRAIGHT))("is that of a stretched %s at every height", (name, lengths) => {
    const arm = armRobotByName(name);
    const { at } = toolReach(arm);
    const yaw = arm.workspace.yawCentre ?? 0;
    for (let z = 0; z <= 0.6; z += 0.03)
      expect(Math.abs(at([1, 0, z], yaw)! - radiusOf(lengths, z)!), `${name} at ${z}`).toBeLessThan(0.002);
    expect(at([1, 0, 1.2], yaw)).toBeNull();
  });

  it("is what a wrist that bends 95 degrees leaves of an SO-101", () => {
    const arm = armRobotByName("so101");
    const chain = chainTo(arm.model, arm.tool);
    const { axis, at } = toolReach(arm);
    const down = arm.home[1]! + arm.home[2]! + arm.home[3]!;
    const heights = [0.01, 0.03, 0.05, 0.07];
    const most = heights.map(() => 0);
    for (let lift = chain.lower[1]!; lift < chain.upper[1]!; lift += 0.004)
      for (let elbow = chain.lower[2]!; elbow < chain.upper[2]!; elbow += 0.004) {
        const wrist = down - lift - elbow;
        if (wrist < chain.lower[3]! || wrist > chain.upper[3]!) continue;
        const q = [arm.home[0]!, lift, elbow, wrist, arm.home[4]!];
        const [x, y, z] = toolPose(chain, q).position;
        const radius = Math.hypot(x - axis[0], y - axis[1]);
        for (const [i, height] of heights.entries())
          if (Math.abs(z - height) < 0.001) most[i] = Math.max(most[i]!, radius);
      }
    const { position } = toolPose(chain, arm.home);
    for (const [i, z] of heights.entries())
      expect(
        Math.abs((at([position[0], position[1], z], arm.workspace.yawCentre ?? 0) ?? 0) - most[i]!),
      ).toBeLessThan(0.002);
  });

  it.each(
    [...ARM_ROBOTS, { ...CARRIED_PANDA, name: "carried panda" }].map((arm) => [arm.name, arm] as const),
  )("is where a %s stops that is sent outward, on every bearing and with every yaw", (_, arm) => {
    const found = [0.1, 0.5, 0.9].flatMap((height) =>
      [-0.6, 0, 0.6].flatMap((bearing) => [-1, 0, 1].flatMap((turn) => sentOut(arm, height, bearing, turn))),
    );
    // What a joint's limit has stopped on its way has not come to the reach.
    for (const { stopped, reach } of found) expect(stopped - reach).toBeLessThan(0.002);
    const ended = found.filter(({ held }) => !held);
    for (const { stopped, reach } of ended) expect(Math.abs(stopped - reach)).toBeLessThan(0.002);
    expect(ended.length).toBeGreaterThan(20);
  });
});

/** The tool led outward by millimetres until it no longer follows; nothing where it cannot be led from. */
function sentOut(arm: ArmRobot, height: number, bearing: number, turn: number) {
  const chain = chainTo(arm.model, arm.tool);
  const { low, high, yaw: most, yawCentre = 0 } = arm.workspace;
  const free = { ...arm.workspace, low: [-9, -9, -9], high: [9, 9, 9] } as const;
  const control = createToolPoseControl(chain, free, arm.home, arm.gripper.open);
  control.reset(arm.home, 0);
  const { axis, at } = toolReach(arm);
  const [c, s] = [Math.cos(bearing), Math.sin(bearing)];
  const z = low[2] + height * (high[2] - low[2]);
  const yaw = yawCentre + turn * most;
  let radius = arm.zone.tool.centre[0] - axis[0];
  const to = (r: number): boolean => control.apply([axis[0] + r * c, axis[1] + r * s, z, yaw, 0]);
  for (let i = 0; i < 60; i++) to(radius);
  if (!to(radius) || Math.abs(control.command[2]! - z) > 1e-6) return [];
  while (to(radius + 0.001)) radius += 0.001;
  // A last joint at its limit keeps a hand from turning; those before it end the arm.
  const last = chain.n - 1;
  const room = Math.min(control.q[last]! - chain.lower[last]!, chain.upper[last]! - control.q[last]!);
  const reach = at([axis[0] + c, axis[1] + s, z], yaw)!;
  return [{ stopped: radius, reach, held: room < 0.003 }];
}
