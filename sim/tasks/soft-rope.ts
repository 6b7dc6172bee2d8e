/** `soft-rope`: the arm lays a rope between two marks, one end and then the other. What defines the task; our own. */
import {
  type Colour,
  cos,
  createRandom,
  type GoalSlot,
  planarDistance,
  type Random,
  type SceneObject,
  sin,
  type Vec3,
} from "../../core/index.js";
import { drawTool } from "../tabletop/draw.js";
import { MANILA, ROPE_RATE, ropeProps } from "../tabletop/rope.js";
import { type Prop, shapedProp, type TableSetup } from "../tabletop/setup.js";
import { layOn, type Move } from "./moves.js";
import { tableModule } from "./table-module.js";
import type { TableTask } from "./tabletop-environment.js";

/** Links of the rope: 48 cm between its first and last joint. */
const LINKS = 20;
/** How it lies: m of its middle, rad that it turns in all as an arc and as an S, and the table that is its. */
const LIES = {
  middle: { centre: [0.5, 0], half: [0.06, 0.08] },
  arc: 1.4,
  bend: 2,
  low: [0.32, -0.34],
  high: [0.68, 0.34],
} as const;
/** The marks: m from the middle of the table, between them, of their radius and thickness; rad of their line off y. */
const MARKS = {
  centre: [0.5, 0],
  half: [0.05, 0.06],
  apart: 0.44,
  turn: 0.5,
  radius: 0.025,
  thick: 0.0004,
} as const;
/** m that an end begins away from its mark at least */
const AWAY = 0.08;
/** m/s of an end at rest */
const RESTING = 0.02;

const LAID = {
  symmetry: 2,
  lift: 0.09,
  clear: 0.7,
  leave: 0.15,
} as const;
const MOVES: readonly Move[] = [
  { ...LAID, target: "target", put: layOn("place", MARKS.radius, ["second-target", "second-place"]) },
  { ...LAID, target: "second-target", put: layOn("second-place", MARKS.radius, ["target", "place"]) },
];

const PAIRS: readonly (readonly [what: GoalSlot, where: GoalSlot])[] = [
  ["target", "place"],
  ["second-target", "second-place"],
];

const near = (a: Vec3, b: Vec3): boolean => planarDistance(a, b) < AWAY;

/** Headings of the links: an arc and an S, without curvature at the ends, where nothing could hold it. */
function drawHeadings(random: Random): number[] {
  const first = random.uniform(-Math.PI, Math.PI);
  const arc = random.uniform(-LIES.arc, LIES.arc);
  const bend = random.uniform(-LIES.bend, LIES.bend);
  return Array.from({ length: LINKS }, (_, i) => {
    const u = (i + 0.5) / LINKS;
    return first + (arc / 2) * (1 - cos(Math.PI * u)) + (bend / (2 * Math.PI)) * (1 - cos(2 * Math.PI * u));
  });
}

const around = (
  random: Random,
  { centre, half }: { readonly centre: readonly [number, number]; readonly half: readonly [number, number] },
): [number, number] => [
  centre[0] + random.uniform(-half[0], half[0]),
  centre[1] + random.uniform(-half[1], half[1]),
];

/** A rope whose middle lies at a drawn place. */
function drawRope(random: Random): Prop[] {
  const ends = { first: { id: "red_end", colour: "red" }, last: { id: "blue_end", colour: "blue" } } as const;
  const headings = drawHeadings(random);
  const [x, y] = around(random, LIES.middle);
  const links = ropeProps(MANILA, ends, [0, 0], headings);
  const mean = (k: 0 | 1): number =>
    links.reduce((sum, { pose }) => sum + pose.position[k], 0) / links.length;
  return ropeProps(MANILA, ends, [x - mean(0), y - mean(1)], headings);
}

const fits = ({ pose: { position } }: Prop): boolean =>
  [0, 1].every((k) => position[k]! > LIES.low[k]! && position[k]! < LIES.high[k]!);

/** Two marks on a line. */
function drawMarks(random: Random): readonly [Vec3, Vec3] {
  const [x, y] = around(random, MARKS);
  const yaw = Math.PI / 2 + random.uniform(-MARKS.turn, MARKS.turn);
  const [dx, dy] = [(MARKS.apart / 2) * cos(yaw), (MARKS.apart / 2) * sin(yaw)];
  return [
    [x - dx, y - dy, 0],
    [x + dx, y + dy, 0],
  ];
}

const TASK: TableTask = {
  card: {
    name: "soft-rope",
    robot: "panda",
    summary: "A Panda lays a rope between two marks, one end and then the other.",
    horizon: 60,
    sentences: {
      en: [
        "lay the {target} on the {place} and the {second-target} on the {second-place}",
        "stretch the rope: the {target} to the {place}, the {second-target} to the {second-place}",
      ],
      zh: [
        "把{target}放到{place}上，把{second-target}放到{second-place}上",
        "拉直绳子：{target}到{place}，{second-target}到{second-place}",
      ],
    },
    reset:
      "rope of 24 mm, 0.382 kg/m, 48 cm long, 20 links of a bending stiffness of 0.0002 N m², friction 0.5; it lies as an arc " +
      "that turns by up to 1.4 rad with an S of up to 2 rad in it, any way round, its middle x 0.5 ± 0.06 m, y ± 0.08 m, all of it " +
      "within x 0.32 to 0.68 m, y ± 0.34 m; two marks 44 cm apart, the middle between them x 0.5 ± 0.05 m, y ± 0.06 m, their line " +
      "along y within 0.5 rad, each end 8 cm or more from its mark, their colours so that the ends have the shorter ways; tool at " +
      "0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad; physics at 480 Hz. Success: the middle of each end link within 2.5 cm of its mark, on " +
      "the table, slower than 2 cm/s, no finger on it, for 10 frames of 50 ms.",
    source: {
      definition: "our own; SoftGym StraightenRope and the cables of DeformableRavens are the nearest",
      differences:
        "ends to marks 44 cm apart with a rope of 48 cm (SoftGym: any straight line); a rope of capsules held by friction between " +
        "fingers (particles that a picker holds).",
    },
  },
  slots: ["target", "place", "second-target", "second-place"],
  rules: {
    target: { classes: ["rope-end"], symmetry: 2 },
    place: { classes: ["mark"], symmetry: null },
    "second-target": { classes: ["rope-end"], symmetry: 2 },
    "second-place": { classes: ["mark"], symmetry: null },
  },
  physicsRate: ROPE_RATE,
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    for (;;) {
      const links = drawRope(random);
      const at = drawMarks(random);
      const [red, blue] = [links[0]!.pose.position, links.at(-1)!.pose.position];
      const way = (a: Vec3, b: Vec3): number => planarDistance(red, a) + planarDistance(blue, b);
      const [redAt, blueAt] = way(at[0], at[1]) < way(at[1], at[0]) ? at : ([at[1], at[0]] as const);
      if (!links.every(fits) || near(red, redAt) || near(blue, blueAt)) continue;
      const mark = (colour: Colour, [x, y]: Vec3): Prop =>
        shapedProp(
          { id: `${colour}_mark`, colour, x, y, yaw: 0 },
          "mark",
          { kind: "cylinder", radius: MARKS.radius, height: MARKS.thick },
          0,
          { kind: "painted" },
        );
      return {
        props: [...links, mark("red", redAt), mark("blue", blueAt)],
        tool: drawTool(random),
        goal: {
          target: "red_end",
          place: "red_mark",
          "second-target": "blue_end",
          "second-place": "blue_mark",
        },
      };
    }
  },
  held: ({ bound, grasped }) => PAIRS.some(([what]) => grasped(bound(what))),
  met: ({ bound, speedOf, touched }) =>
    PAIRS.every(([what, where]) => {
      const end: SceneObject = bound(what);
      return (
        planarDistance(end.pose.position, bound(where).pose.position) < MARKS.radius &&
        end.pose.position[2] < MANILA.diameter &&
        speedOf(end) < RESTING &&
        !touched(end)
      );
    }),
};

export const softRope = tableModule(TASK, {
  linger: 10,
  moves: MOVES,
  constants: { MANILA, ROPE_RATE, LINKS, LIES, MARKS, AWAY, RESTING },
});
