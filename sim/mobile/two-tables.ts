/**
 * Two tables in a room and boxes on one of them, drawn from a seed: the reset distribution of `box-move`. Frame `map`,
 * origin in the middle of the room; metres, radians, kilograms. A table's x axis points away from where the robot comes.
 */
import {
  atan2,
  type Colour,
  cos,
  createRandom,
  fromAxisAngle,
  IDENTITY_QUAT,
  MOBILE_BASE,
  type Pose,
  type Random,
  type Shape,
  sin,
  transformPoint,
  type Vec3,
  wrapAngle,
} from "../../core/index.js";
import { HALF_WIDTH } from "../base/room.js";
import type { Prop } from "../tabletop/setup.js";
import type { MobileSetup } from "./mobile-sim.js";

/** The constants rooms with two tables are drawn with. */
export const TWO_TABLES = {
  table: {
    depth: 0.5,
    width: 0.9,
    top: 0.03,
    leg: 0.05,
    /** from the middle of a leg to the edges */
    inset: 0.06,
    /** from the floor to the top's upper face */
    height: [0.45, 0.72],
    friction: 0.8,
    colours: ["white", "black"],
  },
  /** from the middle of the room to the middle of a table */
  distance: [1.4, 1.6],
  /** between the directions of the two, and how far a table is turned off the middle of the room */
  apart: [(2 * Math.PI) / 3, Math.PI],
  turned: 0.15,
  box: {
    length: [0.06, 0.12],
    /** what the hand of 80 mm takes */
    width: [0.03, 0.06],
    height: [0.04, 0.07],
    mass: [0.1, 0.6],
    friction: 0.8,
    /** of its length off the table's depth */
    yaw: 0.8,
    colours: ["red", "green", "blue"],
  },
  /** where boxes may stand, table frame: around which y, and how far off it */
  rows: [-0.22, 0, 0.22],
  row: { x: [-0.1, 0.02], y: 0.03 },
  start: { reach: 0.25, lift: [0, 0.35] },
  tool: { centre: [0.42, 0, 0.28], range: 0.02, yaw: 0.15 },
} as const;

/** The room of that seed. */
export function drawTwoTables(seed: number): MobileSetup {
  const random = createRandom(seed).fork("layout");
  const { distance, apart, turned, rows, start, tool, table, box } = TWO_TABLES;
  const range = ([low, high]: readonly [number, number]) => random.uniform(low, high);
  const first = random.uniform(-Math.PI, Math.PI);
  const second = wrapAngle(first + (random.next() < 0.5 ? -1 : 1) * range(apart));
  const swapped = random.next() < 0.5;
  const tables = [first, second].map((direction, i) => {
    const far = range(distance);
    const pose = standing(
      far * cos(direction),
      far * sin(direction),
      range(table.height),
      wrapAngle(direction + random.uniform(-turned, turned)),
    );
    return tableProp(table.colours[swapped ? 1 - i : i]!, pose);
  }) as [Prop, Prop];
  const from = tables[0];
  const colours = shuffled(box.colours, random);
  const places = shuffled(rows, random).slice(0, 1 + random.integer(rows.length));
  const boxes = places.map((y, i) => boxProp(random, colours[i]!, from.pose, y));
  const around = (middle: number, half: number) => middle + random.uniform(-half, half);
  return {
    props: [...boxes, ...[...tables].sort((a, b) => (a.id < b.id ? -1 : 1))],
    halfWidth: HALF_WIDTH,
    start: {
      x: around(0, start.reach),
      y: around(0, start.reach),
      yaw: random.uniform(-Math.PI, Math.PI),
    },
    lift: Math.min(MOBILE_BASE.lift.high, range(start.lift)),
    tool: {
      x: around(tool.centre[0], tool.range),
      y: around(tool.centre[1], tool.range),
      z: around(tool.centre[2], tool.range),
      yaw: around(0, tool.yaw),
    },
    goal: { target: boxes[0]!.id, place: tables[1].id },
  };
}

const standing = (x: number, y: number, z: number, yaw: number): Pose => ({
  position: [x, y, z],
  orientation: fromAxisAngle([0, 0, 1], yaw),
});

/** A top on four legs; its pose is the middle of the top's upper face. */
function tableProp(colour: Colour, pose: Pose): Prop {
  const { depth, width, top, leg, inset, friction } = TWO_TABLES.table;
  const height = pose.position[2];
  const part = (size: Vec3, position: Vec3) => ({
    shape: { kind: "box", size } as const,
    at: { position, orientation: IDENTITY_QUAT },
  });
  const under = height - top;
  const shape: Shape = {
    kind: "compound",
    parts: [
      part([depth, width, top], [0, 0, -top / 2]),
      ...[1, -1].flatMap((sx) =>
        [1, -1].map((sy) =>
          part([leg, leg, under], [sx * (depth / 2 - inset), sy * (width / 2 - inset), -top - under / 2]),
        ),
      ),
    ],
  };
  return {
    id: `${colour}_table`,
    class: "table",
    colour,
    shape,
    size: [depth, width, height],
    shown: true,
    pose,
    friction,
    body: { kind: "fixed" },
  };
}

/** A box of any size the hand takes, around `y` on a table. */
function boxProp(random: Random, colour: Colour, worldFromTable: Pose, y: number): Prop {
  const { length, width, height, mass, friction, yaw } = TWO_TABLES.box;
  const { row } = TWO_TABLES;
  const size: Vec3 = [random.uniform(...length), random.uniform(...width), random.uniform(...height)];
  const at: Vec3 = [random.uniform(...row.x), y + random.uniform(-row.y, row.y), size[2] / 2];
  const turn = random.uniform(-yaw, yaw);
  const [, , qz, qw] = worldFromTable.orientation;
  return {
    id: `${colour}_box`,
    class: "box",
    colour,
    shape: { kind: "box", size },
    size,
    shown: false,
    pose: {
      position: transformPoint(worldFromTable, at),
      orientation: fromAxisAngle([0, 0, 1], 2 * atan2(qz, qw) + turn),
    },
    friction,
    body: { kind: "free", mass: random.uniform(...mass) },
  };
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
