/**
 * Several arms at one table as typed data: each with its own model, place, controller limits and gripper, in one frame
 * that all of them share. An arm that stands elsewhere is an `ArmRobot` again, its model rooted in that frame, so that
 * whatever knows one arm knows each of several: dynamics, controller, gripper, features. Metres, radians; z up, so an
 * arm is turned about the vertical alone. Not here: who meets whom (`sim/engine.ts`), and what they do.
 */
import type { Contract, Feature } from "../contract.js";
import { refuse } from "../errors.js";
import { fixedJoint } from "../kinematics/model.js";
import type { ToolWorkspace } from "../kinematics/tool-pose.js";
import type { Pose } from "../math/pose.js";
import { fromAxisAngle } from "../math/quat.js";
import type { Vec3 } from "../math/vec3.js";
import { type ArmRobot, armContract } from "./arm.js";
import { PANDA_ROBOT } from "./panda-drive.js";

/** One of several arms. */
export interface TeamArm {
  /** what its features are named by: `left` gives `action.left.ee.position` */
  readonly name: string;
  /** the team's frame ← its base */
  readonly base: Pose;
  /** rooted in the team's frame, its workspace in it too */
  readonly robot: ArmRobot;
}

/** Several arms that are driven together. */
export interface ArmTeam {
  /** as contracts name it */
  readonly name: string;
  /** one line for people */
  readonly title: string;
  /** the frame that all of them share */
  readonly frame: string;
  /** in the order of commands */
  readonly arms: readonly TeamArm[];
}

/** Where an arm stands, and where it may be sent there. */
export interface ArmPlace {
  readonly frame: string;
  /** of its base: m, and rad about z */
  readonly position: Vec3;
  readonly yaw: number;
  /** in `frame` */
  readonly workspace: ToolWorkspace;
}

/** `panda_hand` of `left` → `left_panda_hand`: what links, joints and frames of one of several arms are called. */
export const linkOfArm = (arm: string, link: string): string => `${arm}_${link}`;

/** An arm that stands somewhere: the same arm, all its links, joints and frames named after it. */
export function armAt(name: string, robot: ArmRobot, { frame, position, yaw, workspace }: ArmPlace): TeamArm {
  const own = (link: string): string => linkOfArm(name, link);
  const { model } = robot;
  const base: Pose = { position, orientation: fromAxisAngle([0, 0, 1], yaw) };
  return {
    name,
    base,
    robot: {
      ...robot,
      name: own(robot.name),
      model: {
        name: own(model.name),
        root: frame,
        links: model.links.map((link) => ({ ...link, name: own(link.name) })),
        joints: [
          fixedJoint(own("mount"), frame, own(model.root), base),
          ...model.joints.map((joint) => ({
            ...joint,
            name: own(joint.name),
            parent: own(joint.parent),
            child: own(joint.child),
          })),
        ],
      },
      tool: own(robot.tool),
      workspace,
    },
  };
}

/** `action.ee.position` of `left` → `action.left.ee.position`. */
export const nameOfArm = (arm: string, feature: string): string =>
  feature.replace(/^(observation|action)\./, `$1.${arm}.`);

/** A feature of one of several arms. */
export const featureOfArm = (arm: string, feature: Feature): Feature => ({
  ...feature,
  name: nameOfArm(arm, feature.name),
});

const TOOL_POSITION = /^action\.([^.]+)\.ee\.position$/;

/** The names of the arms that a contract commands, in the order of its commands; none where it is not of several. */
export const armsOf = ({ actions }: Contract): string[] =>
  actions.flatMap(({ name }) => TOOL_POSITION.exec(name)?.[1] ?? []);

/** What several arms show and take, each under `tool-pose` control at 20 Hz, with the given goal features. */
export function teamContract(
  team: ArmTeam,
  task: string,
  goals: readonly Feature[],
  simulated: { readonly physics: number; readonly engine: Contract["engine"] } | null,
): Contract {
  const each = team.arms.map(({ name, robot }) => {
    if (!/^[a-z][a-z0-9]*$/.test(name)) refuse(`team ${team.name}`, "an arm's name must be a word", name);
    return { name, contract: armContract(robot, task, goals, simulated) };
  });
  const [first] = each;
  if (first === undefined) return refuse(`team ${team.name}`, "must have an arm", 0);
  const { gripper } = first.contract;
  const alike = each.every(({ contract }) => contract.gripper?.open === gripper?.open);
  return {
    ...first.contract,
    robot: team.name,
    control: "arm-team",
    observations: each.flatMap(({ name, contract }) =>
      contract.observations.map((feature) => featureOfArm(name, feature)),
    ),
    actions: each.flatMap(({ name, contract }) =>
      contract.actions.map((feature) => featureOfArm(name, feature)),
    ),
    gripper: alike ? gripper : null,
  };
}

/** m from the middle of the table to each arm's base: robosuite's, for two arms that face each other. */
const APART = 0.56;
/** The middle between them: that of the house's table, m. */
const MIDDLE = 0.5;

/** An arm at the side `side` of the table, +1 left, that faces the other side. */
function facing(name: string, side: 1 | -1): TeamArm {
  const far = (at: number): number => side * (APART - at);
  const [low, high] = [far(0.62), far(0.25)].sort((a, b) => a - b) as [number, number];
  return armAt(name, PANDA_ROBOT, {
    frame: "table",
    position: [MIDDLE, side * APART, 0],
    yaw: (-side * Math.PI) / 2,
    workspace: {
      low: [MIDDLE - 0.3, low, 0.008],
      high: [MIDDLE + 0.3, high, 0.5],
      // The way round in which the last joint turns farther: fingers that open towards and away from the base.
      yaw: 1.4,
      yawCentre: side === 1 ? 0 : Math.PI,
    },
  });
}

/**
 * Two Pandas that face each other across a table, as robosuite's `single-arm-opposed` has them. Frame `table`: that of
 * the table at which one arm stands alone, x forward from its edge, its middle at 0.5, 0; left is +y.
 */
export const TWO_PANDAS: ArmTeam = {
  name: "two-pandas",
  title: "Two Franka Pandas that face each other across a table, 1.12 m apart",
  frame: "table",
  arms: [facing("left", 1), facing("right", -1)],
};
