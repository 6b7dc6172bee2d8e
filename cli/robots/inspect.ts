/** What `apprentice inspect` shows of a robot description: its tree, joints, arm, gripper, meshes, and what is missing. */
import { basename } from "node:path";
import {
  armFromUrdf,
  chainTo,
  type JointModel,
  messageOf,
  missingForSimulation,
  type PickedArm,
  type PickOptions,
  pickArm,
  pickWheels,
  reachOf,
  type Urdf,
} from "../../core/index.js";
import type { Terminal } from "../terminal.js";
import { loadArm } from "./arm.js";
import { type Description, type DescriptionOptions, readDescription } from "./description.js";

const DEGREES = 180 / Math.PI;
const kilograms = (mass: number): string =>
  mass === 0 ? "–" : mass < 1 ? `${Math.round(1000 * mass)} g` : `${mass.toFixed(2)} kg`;
const short = (value: number): string => String(Number(value.toPrecision(4)));

/** What `inspect` is told of a description. */
type InspectOptions = DescriptionOptions & { readonly told: PickOptions };

/** Reads and prints a description; returns it as data for `--json`. */
export function inspectRobot(path: string, options: InspectOptions, terminal: Terminal): unknown {
  const description = readDescription(path, options);
  const { urdf } = description;
  const { model, findings } = urdf;
  const arm = pickArm(urdf, options.told);
  const wheels = pickWheels(urdf);
  const mass = model.links.reduce((sum, link) => sum + link.mass, 0);
  const moving = model.joints.filter((joint) => joint.type !== "fixed");
  terminal.heading(`Robot  ${model.name}  ${terminal.style(path, "dim")}`);
  terminal.table([
    ["made of", `${model.links.length} links, ${model.joints.length} joints, ${moving.length} of them move`],
    ["mass", mass === 0 ? "not said" : kilograms(mass)],
    ["base", model.root],
  ]);

  terminal.heading("Tree");
  for (const line of treeOf(urdf, arm, terminal)) terminal.line(`  ${line}`);

  terminal.heading("Joints that move");
  terminal.table(
    moving.map((joint) => jointRow(joint, urdf, arm)),
    ["joint", "kind", "from … to", "speed", "effort", "carries", "part of"],
  );

  const reach = arm === null ? null : reachOf(chainTo(subModel(urdf, arm), arm.tip));
  terminal.heading("Arm");
  if (arm === null)
    terminal.line(
      `  none: no chain of two joints that move on their own${wheels.length > 0 ? `; ${wheels.length} wheels: ${wheels.join(", ")}` : ""}`,
    );
  else
    terminal.table([
      ["from, to", `${arm.base} → ${arm.tip}`],
      ["joints", `${arm.joints.length}: ${arm.joints.join(", ")}`],
      ["found as", arm.because],
      ["reach", `${reach!.toFixed(3)} m from the first joint, the furthest of 5000 poses`],
      [
        "gripper",
        arm.gripper === null
          ? "none found (--gripper JOINT names one)"
          : `${{ parallel: "sliding fingers", jaw: "a jaw", linkage: "a linkage" }[arm.gripper.kind]}: ${arm.gripper.joints.join(", ")}`,
      ],
      ...(arm.gripper === null ? [] : [["", `since ${arm.gripper.because}`]]),
    ]);

  terminal.heading("Shapes");
  const shapes = shapesRow(description);
  terminal.table(shapes.rows);
  for (const [name, why] of description.lost)
    terminal.line(`  ${terminal.style("✗", "red")} ${name}: ${why}`);

  if (findings.length > 0) {
    terminal.heading("What the description does not say, or says oddly");
    terminal.table(grouped(findings.map(({ name, text }) => [name, text] as const)));
  }

  const needs = needsOf(description, arm, options);
  terminal.heading("What it can be used for");
  for (const { use, missing } of needs) {
    const mark = missing.length === 0 ? terminal.style("✓", "green") : terminal.style("✗", "red");
    terminal.line(`  ${mark} ${use}`);
    for (const each of missing) terminal.line(`      ${each}`);
  }
  return {
    name: model.name,
    file: basename(path),
    mass,
    root: model.root,
    links: model.links,
    joints: model.joints.map((joint) => ({ ...joint, ...urdf.joints.get(joint.name) })),
    arm: arm === null ? null : { ...arm, reach },
    wheels,
    meshes: Object.fromEntries(
      [...description.meshes].map(([name, mesh]) => [name, mesh === null ? null : mesh.positions.length / 9]),
    ),
    lost: Object.fromEntries(description.lost),
    findings,
    needs,
  };
}

function jointRow(joint: JointModel, urdf: Urdf, arm: PickedArm | null): string[] {
  const { continuous, mimic } = urdf.joints.get(joint.name)!;
  const { lower, upper, velocity, effort } = joint.limits;
  const [unit, rate, force] = joint.type === "prismatic" ? ["m", "m/s", "N"] : ["rad", "rad/s", "N m"];
  const degrees =
    joint.type === "prismatic" ? "" : `  (${Math.round(lower * DEGREES)}° … ${Math.round(upper * DEGREES)}°)`;
  const link = urdf.model.links.find(({ name }) => name === joint.child)!;
  const role =
    (arm?.joints.includes(joint.name) ?? false)
      ? `arm ${arm!.joints.indexOf(joint.name) + 1}`
      : (arm?.gripper?.joints.includes(joint.name) ?? false)
        ? "gripper"
        : "";
  return [
    joint.name,
    continuous ? "continuous" : joint.type,
    Number.isFinite(lower)
      ? `${short(lower)} … ${short(upper)} ${unit}${degrees}`
      : continuous
        ? "without end"
        : "?",
    Number.isFinite(velocity) ? `${short(velocity)} ${rate}` : "?",
    Number.isFinite(effort) ? `${short(effort)} ${force}` : "?",
    kilograms(link.mass),
    mimic === null
      ? role
      : `${role}, = ${mimic.multiplier === 1 ? "" : `${mimic.multiplier} × `}${mimic.joint}${mimic.offset === 0 ? "" : ` + ${mimic.offset}`}`,
  ];
}

function treeOf({ model, joints }: Urdf, arm: PickedArm | null, terminal: Terminal): string[] {
  const lines: string[] = [];
  const visit = (link: string, lead: string): void => {
    const below = model.joints.filter((joint) => joint.parent === link);
    below.forEach((joint, index) => {
      const end = index === below.length - 1;
      const sign =
        joint.type === "fixed"
          ? "─"
          : joint.type === "prismatic"
            ? "⇄"
            : joints.get(joint.name)!.continuous
              ? "∞"
              : "↻";
      const inArm = arm?.joints.includes(joint.name) ?? false;
      const inGripper = arm?.gripper?.joints.includes(joint.name) ?? false;
      const name = inArm
        ? terminal.style(joint.child, "cyan")
        : inGripper
          ? terminal.style(joint.child, "violet")
          : joint.child;
      const by = joint.type === "fixed" ? "" : terminal.style(`  ${joint.name}`, "dim");
      lines.push(`${terminal.style(lead + (end ? "└" : "├"), "dim")}${sign} ${name}${by}`);
      visit(joint.child, `${lead}${end ? "  " : "│ "}`);
    });
  };
  lines.push(model.root);
  visit(model.root, "");
  return lines;
}

function shapesRow({ urdf, meshes, lost }: Description): { readonly rows: string[][] } {
  const links = [...urdf.links.values()];
  const count = (pick: "visuals" | "collisions") => {
    const shapes = links.flatMap((link) => link[pick]);
    const kinds = new Map<string, number>();
    for (const { geometry } of shapes) kinds.set(geometry.kind, (kinds.get(geometry.kind) ?? 0) + 1);
    return shapes.length === 0 ? "none" : [...kinds].map(([kind, number]) => `${number} ${kind}`).join(", ");
  };
  const triangles = [...meshes.values()].reduce((sum, mesh) => sum + (mesh?.positions.length ?? 0) / 9, 0);
  return {
    rows: [
      ["to be seen", count("visuals")],
      ["to touch", count("collisions")],
      [
        "mesh files",
        meshes.size === 0
          ? "none named"
          : `${meshes.size - lost.size} of ${meshes.size} read, ${triangles.toLocaleString("en")} triangles`,
      ],
    ],
  };
}

/** Rows of the same text as one. */
function grouped(rows: readonly (readonly [name: string, text: string])[]): string[][] {
  const byText = new Map<string, string[]>();
  for (const [name, text] of rows) byText.set(text, [...(byText.get(text) ?? []), name]);
  return [...byText].map(([text, names]) => [
    names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", "),
    text,
  ]);
}

interface Need {
  readonly use: string;
  readonly missing: readonly string[];
}

function needsOf(
  { file, urdf, meshes }: Description,
  arm: PickedArm | null,
  { roots = [], arguments: values = new Map(), told }: InspectOptions,
): Need[] {
  const kinematics = arm === null ? ["an arm: --base and --tip name its ends"] : [];
  const simulate = missingForSimulation(urdf, arm, meshes);
  const whyNot = (make: () => unknown): string[] => {
    try {
      make();
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  };
  const table = simulate.length > 0 ? [] : whyNot(() => armFromUrdf(urdf, meshes, told));
  // What --robot does with the file is not what was told here.
  const alone =
    roots.length + values.size + Object.keys(told).length === 0
      ? []
      : whyNot(() => loadArm(file)).map((why) => `--robot reads the file without these options: ${why}`);
  const unlimited = urdf.model.joints
    .filter(
      ({ name, limits }) =>
        arm?.joints.includes(name) === true && !(limits.velocity > 0 && limits.velocity < Infinity),
    )
    .map(({ name }) => `joint ${name}: a limit of velocity`);
  return [
    { use: "kinematics: forward, inverse, reach", missing: kinematics },
    {
      use: "simulate, record, train and roll out at the table: --robot FILE",
      missing: [...simulate, ...table, ...(simulate.length + table.length > 0 ? [] : alone)],
    },
    {
      use: "show in the studio",
      missing: [
        "looks for the view and a place in its list of robots: docs/robots.md says how one is built in",
      ],
    },
    {
      use: "deploy over ROS 2, and a twin: --robot FILE, names of its driver by --profile",
      missing: [...simulate, ...table, ...unlimited],
    },
  ];
}

/** The model from the arm's base on. */
function subModel({ model }: Urdf, arm: PickedArm) {
  return { ...model, root: arm.base };
}
