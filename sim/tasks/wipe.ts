/** `wipe`: the arm takes a sponge and wipes a stain off the table, pressing neither too little nor too much. Our own. */
import {
  cos,
  createRandom,
  type Pose,
  planarDistance,
  rotate,
  sin,
  type Vec3,
  yawOf,
} from "../../core/index.js";
import { drawSpots, drawTool } from "../tabletop/draw.js";
import { type Prop, shapedProp, type TableSetup } from "../tabletop/setup.js";
import { tableModule } from "./table-module.js";
import type { TableTask, Trace } from "./tabletop-environment.js";
import { createWipeScript } from "./wipe-script.js";

/** A block that does not give: m, kg. */
const SPONGE = { size: [0.08, 0.05, 0.045] as Vec3, mass: 0.05, friction: 0.5 } as const;
/** The stain: spots along a walk; m, rad. */
const STAIN = {
  spots: 20,
  radius: 0.012,
  step: 0.012,
  /** probability of a turn in a step, and its standard deviation */
  turning: 0.3,
  turn: 0.5,
  thick: 0.0004,
  /** every spot lies in it */
  low: [0.36, -0.22],
  high: [0.64, 0.22],
} as const;
/** Where the sponge lies, m, and how far from every spot. */
const LIES = { range: { centre: [0.5, 0], half: [0.12, 0.22] }, apart: 0.1 } as const;
/** N up on the wrist: a spot is wiped from `least` to `most`; the episode fails at `fail`. */
const PRESS = { least: 3, most: 18, fail: 40 } as const;
/** m that the sponge's lower face may be above the table where it wipes */
const CLOSE = 0.003;
/** z of a spot that was wiped off: under the table's top, m */
const GONE = -0.02;

/** Draws the middles of the spots: a walk that stays in its range, which other things keep away from. */
function drawStain(random: ReturnType<typeof createRandom>): [number, number][] {
  const { low, high } = STAIN;
  for (;;) {
    let [x, y] = [random.uniform(low[0], high[0]), random.uniform(low[1], high[1])];
    let heading = random.uniform(-Math.PI, Math.PI);
    const spots: [number, number][] = [];
    while (spots.length < STAIN.spots && x > low[0] && x < high[0] && y > low[1] && y < high[1]) {
      spots.push([x, y]);
      if (random.next() < STAIN.turning) heading += STAIN.turn * random.normal();
      x += STAIN.step * cos(heading);
      y += STAIN.step * sin(heading);
    }
    if (spots.length === STAIN.spots) return spots;
  }
}

/** Whether a point of the table lies under a sponge of that size that lies flat there. */
function under([x, y]: Vec3, { position, orientation }: Pose, size: Vec3): boolean {
  const yaw = yawOf(orientation);
  const [dx, dy] = [x - position[0], y - position[1]];
  const along = cos(yaw) * dx + sin(yaw) * dy;
  const across = -sin(yaw) * dx + cos(yaw) * dy;
  return Math.abs(along) < size[0] / 2 && Math.abs(across) < size[1] / 2;
}

const isSpot = ({ class: kind }: Pick<Prop, "class">): boolean => kind === "stain";

/**
 * A number a spot: 1 once it was wiped. Spots cannot be told apart: the scene names those that are left in the order
 * of the walk, so that `stain_1` is always where to go on, and the last ones are gone.
 */
const WIPED: Trace = {
  begin: ({ props }) => new Float64Array(props.filter(isSpot).length),
  advance: (wiped, { target, grasped, wrist }, { props }) => {
    const press = wrist[2];
    const [, , up] = rotate(target.pose.orientation, [0, 0, 1]);
    const lowest = target.pose.position[2] - (target.size[2] / 2) * up;
    if (press < PRESS.least || press > PRESS.most || lowest > CLOSE || !grasped(target)) return;
    props.filter(isSpot).forEach(({ pose }, i) => {
      if (under(pose.position, target.pose, target.size)) wiped[i] = 1;
    });
  },
  show: (wiped, scene) => {
    const spots = scene.objects.filter(isSpot);
    const left = spots.filter((_, i) => wiped[i] === 0);
    const last = spots.at(-1)!.pose;
    const [x, y] = last.position;
    const gone: Pose = { ...last, position: [x, y, GONE] };
    let k = 0;
    return {
      ...scene,
      objects: scene.objects.map((object) =>
        isSpot(object) ? { ...object, pose: left[k++]?.pose ?? gone } : object,
      ),
    };
  },
};

const TASK: TableTask = {
  card: {
    name: "wipe",
    robot: "panda",
    summary: "A Panda takes a sponge and wipes a stain off the table with measured force.",
    horizon: 40,
    sentences: {
      en: ["wipe the {place} off with the {target}", "take the {target} and wipe the {place} away"],
      zh: ["用{target}擦掉{place}", "拿{target}把{place}擦干净"],
    },
    reset:
      "stain of 20 spots 1.2 cm apart along a walk that turns by an angle of standard deviation 0.5 rad at 30 % of them, " +
      "inside x 0.5 ± 0.14 m, y ± 0.22 m; sponge 8 x 5 x 4.5 cm, 0.05 kg, friction 0.5, that does not give, x 0.5 ± 0.12 m, " +
      "y ± 0.22 m, any yaw, its middle 10 cm from every spot; tool at 0.5, 0, 0.2 m ± 3 cm, yaw ± 0.15 rad. A spot is " +
      "wiped when its middle is under the held sponge while the wrist is pushed up with 3 to 18 N; at 40 N on the wrist " +
      "the episode fails. Success: every spot wiped, for 10 frames of 50 ms.",
    source: {
      definition: "our own; robosuite Wipe is the nearest",
      differences:
        "a sponge held by friction that has to be taken first (a tool fixed to the wrist); 20 spots on one walk (100, " +
        "covering 60 % of the table); a band of force (any contact); failure at 40 N (a penalty from 60 N).",
    },
  },
  slots: ["target", "place"],
  rules: {
    target: { classes: ["sponge"], symmetry: 2 },
    place: { classes: ["stain"], symmetry: null },
  },
  senses: ["wrist-force"],
  limits: { gripper: null, links: null, wrist: PRESS.fail },
  trace: WIPED,
  setup: (seed): TableSetup => {
    const random = createRandom(seed).fork("layout");
    const spots = drawStain(random);
    const far = ({ x, y }: { readonly x: number; readonly y: number }): boolean =>
      spots.every((spot) => planarDistance([x, y, 0], [...spot, 0]) >= LIES.apart);
    const draw = () => drawSpots(random, [{ range: LIES.range, radius: 0 }])[0]!;
    let sponge = draw();
    while (!far(sponge)) sponge = draw();
    const { radius, thick } = STAIN;
    return {
      props: [
        shapedProp(
          { id: "sponge", colour: "yellow", ...sponge },
          "sponge",
          { kind: "box", size: SPONGE.size },
          SPONGE.friction,
          { kind: "free", mass: SPONGE.mass },
          [0, 0, 0.008],
        ),
        ...spots.map(([x, y], i) =>
          shapedProp(
            { id: `stain_${i + 1}`, colour: null, x, y, yaw: 0 },
            "stain",
            { kind: "cylinder", radius, height: thick },
            0,
            { kind: "painted" },
          ),
        ),
      ],
      tool: drawTool(random),
      goal: { target: "sponge", place: "stain_1" },
    };
  },
  held: ({ target, grasped }) => grasped(target),
  met: ({ trace }) => trace.every((wiped) => wiped === 1),
};

export const wipe = tableModule(TASK, {
  linger: 10,
  demonstrator: (seed, style) => createWipeScript(seed, (PRESS.least + PRESS.most) / 2, style),
  constants: { SPONGE, STAIN, LIES, PRESS, CLOSE },
});
