/**
 * Descriptions from disk: what is found where, what is refused, and an arm that is imported, simulated and taught.
 * The descriptions are written here, by hand, into a folder of their own.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadArm, robotOption, runName, simulatedRobot } from "../../cli/robots/arm.js";
import { robotFor, robotOn } from "../../cli/robots/connect.js";
import { readDescription } from "../../cli/robots/description.js";
import { inspectRobot } from "../../cli/robots/inspect.js";
import { createTerminal } from "../../cli/terminal.js";
import {
  armChain,
  armContract,
  distance,
  PANDA_ROBOT,
  type RobotModel,
  SO101,
  toolPose,
  UR5E,
  UR5E_ROBOT,
  unmetRequirements,
} from "../../core/index.js";
import { runPrimitive, startRegionOf } from "../../robot/index.js";
import { initEngine, taskByName } from "../../sim/index.js";
import { withTwin } from "../robot/conformance/bridge-in-time.js";

const root = mkdtempSync(join(tmpdir(), "apprentice-robots-"));
const folder = join(root, "robot_description");
const write = (name: string, text: string | Uint8Array) => {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const BOX =
  "v -1 -1 -1\nv 1 -1 -1\nv 1 1 -1\nv -1 1 -1\nv -1 -1 1\nv 1 -1 1\nv 1 1 1\nv -1 1 1\nf 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n";

/** A model of the house as a URDF, with two fingers on `hand`: what an import has to give back. */
function asUrdf(model: RobotModel, hand: string): string {
  const rpy = ([x, y, z, w]: readonly number[]): string => {
    const [a, b, c, d] = [x!, y!, z!, w!];
    const pitch = Math.asin(Math.max(-1, Math.min(1, 2 * (d * b - c * a))));
    const roll = Math.atan2(2 * (d * a + b * c), 1 - 2 * (a * a + b * b));
    const yaw = Math.atan2(2 * (d * c + a * b), 1 - 2 * (b * b + c * c));
    return `${roll} ${pitch} ${yaw}`;
  };
  const names = new Set([model.root, ...model.joints.map(({ child }) => child)]);
  const links = [...names].map((name) => {
    const link = model.links.find((each) => each.name === name);
    if (link === undefined) return `<link name="${name}"/>`;
    const [ixx, iyy, izz, ixy, ixz, iyz] = link.inertia;
    return `<link name="${name}"><inertial><origin xyz="${link.centreOfMass.join(" ")}"/><mass value="${link.mass}"/>
      <inertia ixx="${ixx}" iyy="${iyy}" izz="${izz}" ixy="${ixy}" ixz="${ixz}" iyz="${iyz}"/></inertial></link>`;
  });
  const joints = model.joints.map(
    ({
      name,
      type,
      parent,
      child,
      parentFromJoint: at,
      axis,
      limits,
    }) => `<joint name="${name}" type="${type}">
      <parent link="${parent}"/><child link="${child}"/><origin xyz="${at.position.join(" ")}" rpy="${rpy(at.orientation)}"/>
      <axis xyz="${axis.join(" ")}"/><limit lower="${limits.lower}" upper="${limits.upper}" velocity="${limits.velocity}" effort="${limits.effort}"/></joint>`,
  );
  const finger = (name: string, sign: number, mimic: string) => `
    <link name="${name}"><inertial><mass value="0.05"/><inertia ixx="1e-5" iyy="1e-5" izz="1e-5" ixy="0" ixz="0" iyz="0"/></inertial>
      <collision><origin xyz="0 ${sign * 0.01} 0.03"/><geometry><mesh filename="package://robot_description/meshes/finger.obj" scale="0.01 0.01 0.03"/></geometry></collision></link>
    <joint name="${name}_joint" type="prismatic"><parent link="${hand}"/><child link="${name}"/><origin xyz="0 0 0.1"/>
      <axis xyz="0 ${sign} 0"/><limit lower="0" upper="0.04" velocity="0.2" effort="40"/>${mimic}</joint>`;
  return `<robot name="copy">${links.join("\n")}${joints.join("\n")}${finger("left", 1, "")}${finger("right", -1, '<mimic joint="left_joint"/>')}</robot>`;
}

let file = "";
beforeAll(() => {
  write("package.xml", "<package/>");
  write("meshes/finger.obj", BOX);
  file = write("urdf/copy.urdf", asUrdf(UR5E, "tool0"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const silent = createTerminal({ write: () => true }, { NO_COLOR: "1" }, () => 0);

describe("a description on disk", () => {
  it("finds the meshes of its package, and says which it does not", () => {
    const { meshes, lost } = readDescription(file);
    expect([...meshes.keys()]).toEqual(["package://robot_description/meshes/finger.obj"]);
    expect(lost.size).toBe(0);
    const other = write("urdf/lost.urdf", asUrdf(UR5E, "tool0").replaceAll("finger.obj", "gone.stl"));
    expect([...readDescription(other).lost.values()]).toEqual(["not found"]);
  });

  it.each([
    ["../../outside.obj", /must lie below/],
    ["package://robot_description/../outside.obj", /not found|must lie below/],
    ["https://example.org/a.stl", /must be given as package:\/\//],
    ["file:///etc/passwd", /must be given as package:\/\//],
  ])("does not read %s", (name, why) => {
    write("../outside.obj", BOX);
    const text = asUrdf(UR5E, "tool0").replaceAll("package://robot_description/meshes/finger.obj", name);
    const { meshes, lost } = readDescription(write("urdf/hostile.urdf", text));
    expect(meshes.get(name)).toBeNull();
    expect(lost.get(name)).toMatch(why);
  });

  it.skipIf(process.platform === "win32")("does not follow a link out of its folder", () => {
    symlinkSync(join(root, "outside.obj"), join(folder, "meshes", "link.obj"));
    const text = asUrdf(UR5E, "tool0").replaceAll("finger.obj", "link.obj");
    const { lost } = readDescription(write("urdf/link.urdf", text));
    expect([...lost.values()][0]).toMatch(/must lie below/);
  });

  it("is expanded where it is xacro, with files of its package and arguments", () => {
    write("config/limits.yaml", "j:\n  upper: !degrees 90\n");
    const text = `<robot name="x" xmlns:xacro="x"><xacro:arg name="n" default="a"/>
      <xacro:property name="l" value="\${xacro.load_yaml('$(find robot_description)/config/limits.yaml')}"/>
      <link name="a"/><link name="b"/><joint name="$(arg n)" type="revolute"><parent link="a"/><child link="b"/>
      <limit upper="\${l['j']['upper']}" effort="1" velocity="1"/></joint></robot>`;
    const { urdf } = readDescription(write("urdf/x.xacro", text), { arguments: new Map([["n", "knee"]]) });
    expect(urdf.model.joints[0]!.name).toBe("knee");
    expect(urdf.model.joints[0]!.limits.upper).toBeCloseTo(Math.PI / 2, 12);
  });
});

describe("the robot of a command", () => {
  const wire = { actions: true };

  it("is the one that the policy was made for, or the one told", () => {
    const contract = armContract(UR5E_ROBOT, "lift", [], null);
    expect(robotFor(contract, undefined, wire).name).toBe("ur5e");
    expect(robotFor(contract, "panda", wire).name).toBe("panda");
    const copy = armContract(loadArm(file), "lift", [], null);
    expect(() => robotFor(copy, undefined, wire)).toThrow(
      /--robot: must be given: the description of copy, which is none of panda, ur5e, so101/,
    );
    expect(robotFor(copy, file, wire).name).toBe("copy");
    expect(unmetRequirements(copy, contract).join("; ")).toMatch(/expects frame/);
  });

  it("goes by the names of a file, which is refused with the field that is wrong", () => {
    const { profile } = robotOn("so101", wire);
    const mine = write("mine.json", JSON.stringify({ ...profile, name: "desk-arm" }));
    expect(robotOn("so101", { ...wire, profile: mine }).profile.name).toBe("desk-arm");
    const old = write("old.json", JSON.stringify({ ...profile, version: 1 }));
    expect(() => robotOn("so101", { ...wire, profile: old })).toThrow(/profile\.version/);
    expect(() => robotOn("so101", { ...wire, profile: write("no.json", "{") })).toThrow(
      /profile: must be a JSON file/,
    );
    const shut = {
      ...profile,
      joints: { ...("joints" in profile ? profile.joints : {}), opening: [[0, 0]] },
    };
    expect(() => robotOn("so101", { ...wire, profile: write("shut.json", JSON.stringify(shut)) })).toThrow(
      /profile\.joints\.opening/,
    );
  });

  it("may be an arm that nobody built in: its twin comes back to where it begins", async () => {
    await initEngine();
    const driven = robotOn(file, wire);
    const arm = driven.kind === "arm" ? driven.arm : PANDA_ROBOT;
    const start = startRegionOf(arm);
    await withTwin("rosbridge-suite-2.2", driven, 210_790, async ({ robot, clock, twin }) => {
      const back = await runPrimitive(robot, clock, "return-to-start", { start });
      expect(back.outcome).toBe("finished");
      expect(distance(twin.arm!.toolPose().position, start.position)).toBeLessThan(0.008);
      await expect(async () => runPrimitive(robot, clock, "return-to-start")).rejects.toThrow(
        /robot: must be one of panda, ur5e, so101, got "copy"/,
      );
    });
  });
});

describe("inspect", () => {
  it("says what can be done with it, and names all that is missing for the rest", () => {
    const shown = inspectRobot(file, { told: {} }, silent) as {
      arm: { joints: string[]; reach: number; gripper: { kind: string } };
      needs: { use: string; missing: string[] }[];
    };
    expect(shown.arm.joints).toHaveLength(6);
    expect(shown.arm.gripper.kind).toBe("parallel");
    expect(shown.arm.reach).toBeGreaterThan(0.85);
    expect(shown.needs.map(({ missing }) => missing.length > 0)).toEqual([false, false, true, false]);
    const bare = asUrdf(UR5E, "tool0")
      .replace(/<inertial>.*?<\/inertial>/gs, "")
      .replace(/effort="150"/g, "")
      .replace(/<joint name="(left|right)_joint".*?<\/joint>/gs, "")
      .replace(/<link name="(left|right)">.*?<\/link>/gs, "");
    const poor = inspectRobot(write("urdf/bare.urdf", bare), { told: {} }, silent) as typeof shown;
    const missing = poor.needs[1]!.missing.join("; ");
    const slow = asUrdf(UR5E, "tool0").replace(/velocity="3.14[^"]*"/, 'velocity="0"');
    const driven = inspectRobot(write("urdf/slow.urdf", slow), { told: {} }, silent) as typeof shown;
    expect(driven.needs[3]!.missing).toEqual(["joint shoulder_pan_joint: a limit of velocity"]);
    expect(missing).toMatch(/joint shoulder_pan_joint: a limit of effort/);
    expect(missing).toMatch(/link upper_arm_link: a mass above 0/);
    expect(missing).toMatch(/a gripper: two sliding fingers or a jaw/);
    expect(() => loadArm(join(folder, "urdf/bare.urdf"))).toThrow(
      /robot copy: cannot be simulated without joint shoulder_pan_joint: a limit/,
    );
  });
});

describe("inspect on a terminal", () => {
  it("shows names from files and colours of its own, and nothing else that a terminal obeys", () => {
    write("config/name.yaml", "name: 'a\u001b]0;title\u0007\u009b2J'\n");
    const text = `<robot name="x" xmlns:xacro="x">
      <xacro:property name="l" value="\${xacro.load_yaml('$(find robot_description)/config/name.yaml')}"/>
      <link name="\${l['name']}"/></robot>`;
    const written: string[] = [];
    const output = { write: (part: string) => written.push(part), isTTY: true };
    inspectRobot(
      write("urdf/title.xacro", text),
      { told: {} },
      createTerminal(output, {}, () => 0),
    );
    const shown = written.join("");
    expect(shown).toContain("a\ufffd]0;title\ufffd\ufffd2J");
    expect(shown.replaceAll("\u001b[1m", "").replaceAll("\u001b[0m", "")).toMatch(/Robot {2}x/);
    for (const obeyed of ["\u0007", "\u009b", "\u001b]"]) expect(shown).not.toContain(obeyed);
  });
});

describe("inspect with options", () => {
  it("says where --robot, which reads the file alone, cannot do what they make possible", () => {
    write("../more/fingers/finger.obj", BOX);
    const text = asUrdf(UR5E, "tool0").replaceAll("package://robot_description/meshes", "package://fingers");
    const options = { roots: [join(root, "more")], told: {} };
    const shown = inspectRobot(write("urdf/elsewhere.urdf", text), options, silent) as {
      needs: { missing: string[] }[];
    };
    expect(shown.needs[1]!.missing.join("; ")).toMatch(
      /^--robot reads the file without these options: robot copy: .* link left: a shape that was found/,
    );
  });
});

describe("an imported arm", () => {
  it("has the kinematics of the arm it was written from, its tool between the fingers' ends", () => {
    const arm = loadArm(file);
    const chain = armChain(arm);
    const own = armChain({ ...arm, model: { ...UR5E, joints: UR5E.joints }, tool: "tool0", home: arm.home });
    const [there, flange] = [toolPose(chain, arm.home), toolPose(own, arm.home)];
    // fingers end 160 mm from the flange, the tool stands 11 mm before that; the base stands at the table's height
    expect(distance(there.position, flange.position)).toBeCloseTo(0.149, 3);
    expect(arm.gripper.open).toBeCloseTo(0.08, 6);
    expect(armContract(arm, "lift", [], null).robot).toBe("copy");
  });

  it("is shown a cube by the task's script and lifts it, alike in every run", async () => {
    const task = taskByName("lift");
    const environment = await task.create({ robot: loadArm(file) });
    const run = () => {
      environment.reset(3);
      const script = task.demonstrator(3);
      while (environment.outcome().state === "running") environment.step(script.act(environment));
      return [environment.outcome().state, environment.hash()];
    };
    const first = run();
    expect(first[0]).toBe("success");
    expect(run()).toEqual(first);
    environment.free();
  });

  it("may have meshes as fine as they come", () => {
    const faces = BOX.slice(BOX.indexOf("f "));
    write("meshes/fine.obj", BOX + faces.repeat(5000));
    const text = asUrdf(UR5E, "tool0").replaceAll("finger.obj", "fine.obj");
    const base = `<link name="base_link"><collision><geometry><mesh filename="package://robot_description/meshes/fine.obj" scale="0.1 0.1 0.1"/></geometry></collision></link>`;
    const fine = loadArm(write("urdf/fine.urdf", text.replace('<link name="base_link"/>', base)));
    expect(fine.gripper.open).toBeCloseTo(loadArm(file).gripper.open, 6);
    // the base reaches 10 cm below its own origin, and stands on the table with that
    expect(
      fine.model.joints.find(({ name }) => name === "copy_mount")!.parentFromJoint.position[2],
    ).toBeCloseTo(0.1, 6);
  });

  it("is told apart from the arms of the house by name", () => {
    expect(robotOption("panda")).toEqual({});
    expect(robotOption("ur5e")).toEqual({ robot: "ur5e" });
    expect(() => robotOption("r2d2")).toThrow(/robot: must be one of panda, ur5e, so101, got "r2d2"/);
    expect(runName("lift", "ur5e")).toBe("lift-ur5e");
    expect(runName("lift", file)).toBe("lift-copy");
    const contract = armContract(loadArm(file), "lift", [], null);
    expect(() => simulatedRobot(contract, undefined)).toThrow(/must be given: the description of copy/);
    expect(simulatedRobot(contract, file)).toEqual({ robot: file });
    expect(() => simulatedRobot(contract, "so101")).toThrow(
      /must be the arm that the policy was made for, copy, got "so101"/,
    );
  });

  it("is refused where the task's things lie out of its reach, before anything is recorded", async () => {
    await expect(taskByName("pick-place").create({ robot: loadArm("so101") })).rejects.toThrow(
      /pick-place with so101: the arm must reach/,
    );
    await expect(taskByName("navigate").create({ robot: loadArm("ur5e") })).rejects.toThrow(
      /must be the mobile base, not an arm/,
    );
    expect(SO101.joints.filter(({ type }) => type === "revolute")).toHaveLength(5);
  });
});
