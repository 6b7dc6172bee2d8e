/**
 * Senses of touch as observation features, by option: what the fingers press with, what the wrist carries, where the
 * pads are pressed, whether there is contact. Newtons, newton metres. Read from the state, without noise or delay of their own. Not
 * here: how the springs and contacts work (`arm/hand.ts`, `arm/feel.ts`).
 */
import { armsOf, type Contract, type Feature, nameOfArm, type RobotContact } from "../core/index.js";
import type { Feel } from "./arm/feel.js";

/** Senses beyond what every robot of a kind shows. */
export type Sense = "finger-force" | "wrist-force" | "wrist-torque" | "touch" | "contact";
/** All of them, for parsers and lists. */
export const SENSES: readonly Sense[] = ["finger-force", "wrist-force", "wrist-torque", "touch", "contact"];

const NAMES: Readonly<Record<Sense, string>> = {
  "finger-force": "observation.gripper.force",
  "wrist-force": "observation.wrist.force",
  "wrist-torque": "observation.wrist.torque",
  touch: "observation.gripper.touch",
  contact: "observation.contact",
};
const inOrder = (senses: readonly Sense[]): Sense[] => SENSES.filter((sense) => senses.includes(sense));

/** N on a pad below which it counts as not touched. */
const TOUCHED = 0.1;

/** A quarter of a pad by its place: towards -x or +x of the tool, to the root or to the tip. */
const QUARTERS = ["back_root", "back_tip", "front_root", "front_tip"];
const FINGERS = ["left", "right"];

/**
 * The features of these senses, in the order of `SENSES`.
 * @param frame the robot's base
 */
export function senseFeatures(senses: readonly Sense[], frame: string | null): Feature[] {
  const feature = (sense: Sense, names: readonly string[], more: Partial<Feature> = {}): Feature => ({
    name: NAMES[sense],
    names,
    unit: "N",
    frame: null,
    limits: null,
    representation: { kind: "vector" },
    source: { kind: "proprioception" },
    ...more,
  });
  const all: Readonly<Record<Sense, Feature>> = {
    "finger-force": feature("finger-force", FINGERS),
    "wrist-force": feature("wrist-force", ["x", "y", "z"], { frame }),
    "wrist-torque": feature("wrist-torque", ["x", "y", "z"], { frame, unit: "N m" }),
    touch: feature(
      "touch",
      FINGERS.flatMap((finger) => QUARTERS.map((quarter) => `${finger}_${quarter}`)),
    ),
    contact: feature("contact", [...FINGERS, "outside"], {
      unit: "1",
      limits: { low: [0, 0, 0], high: [1, 1, 1] },
    }),
  };
  return inOrder(senses).map((sense) => all[sense]);
}

/** The senses whose features stand in a contract: what an environment needs to show what it says. */
export function sensesOf(contract: Contract): Sense[] {
  // Several arms are alike in what they feel.
  const [arm] = armsOf(contract);
  const shown = (name: string): string => (arm === undefined ? name : nameOfArm(arm, name));
  return SENSES.filter((sense) => contract.observations.some(({ name }) => name === shown(NAMES[sense])));
}

/** Their values by feature name. */
export function readSenses(
  senses: readonly Sense[],
  { finger, wrist, torque, touch }: Feel,
  contacts: readonly RobotContact[],
): Record<string, Float32Array> {
  const pads = [0, 1].map((side) => sum(touch.slice(4 * side, 4 * side + 4)));
  const all: Readonly<Record<Sense, Float32Array>> = {
    "finger-force": Float32Array.from(finger),
    "wrist-force": Float32Array.from(wrist),
    "wrist-torque": Float32Array.from(torque),
    touch: Float32Array.from(touch),
    contact: Float32Array.from([
      ...pads.map((force) => Number(force > TOUCHED)),
      Number(contacts.length > 0),
    ]),
  };
  return Object.fromEntries(inOrder(senses).map((sense) => [NAMES[sense], all[sense]]));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
