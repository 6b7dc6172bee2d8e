/**
 * Cubes and bins on the table at the start of an episode: drawn from a seed, as plain data. Frame: the arm's base,
 * the table top at z = 0, the arm looking along +x, left is +y. Metres, radians. Not here: the physics.
 */
import {
  type Colour,
  createRandom,
  PANDA_ROBOT,
  type Random,
  type TableZone,
  wrapAngle,
} from "../../core/index.js";
import { binProp, cubeProp, type TableSetup } from "./setup.js";

const { centre, range, apart, tool } = PANDA_ROBOT.zone;

/** The constants of the table, laid out for the Panda; tasks are compared only under the same ones. */
export const TABLETOP = {
  cube: { size: 0.04, mass: 0.1, friction: 0.8 },
  colours: ["red", "green", "blue", "yellow"] as readonly Colour[],
  /** of cubes on the table: half ranges around the centre */
  cubes: { centre, range, apart },
  bin: { inner: 0.12, wall: 0.01, height: 0.04, friction: 0.8 },
  bins: { centre: [0.5, 0.3] as const, range: [0.05, 0.04] as const },
  /** share of layouts in which one or two cubes lie in a bin already */
  binned: 0.3,
  tool: { ...tool, yaw: 0.15 },
  table: { low: [-0.1, -0.7] as const, high: [1.1, 0.7] as const, friction: 0.8 },
} as const;

/** Which bin, as the arm looks along +x: left is +y. */
export type Side = "left" | "right";

/** Where a cube lies and how it is turned. */
export interface CubePlace {
  /** `red_cube` */
  readonly id: string;
  readonly colour: Colour;
  /** centre on the table or on the floor of a bin */
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  readonly bin: Side | null;
}

/** Where a bin stands: the middle of its floor, walls along the axes. */
export interface BinPlace {
  /** `left_bin` */
  readonly id: string;
  readonly side: Side;
  readonly x: number;
  readonly y: number;
}

/** Everything that is drawn for an episode. */
export interface Layout {
  readonly cubes: readonly CubePlace[];
  readonly bins: readonly BinPlace[];
  readonly tool: { readonly x: number; readonly y: number; readonly z: number; readonly yaw: number };
  /** ids of a cube on the table, and of a bin: what a task of this seed is about */
  readonly target: string;
  readonly place: string;
}

/**
 * The layout of that seed. The target is uniform over its whole range; the others make room for it.
 * @param zone where the arm takes things from, and where its tool begins; default the Panda's
 * @param yaw the middle of the tool's yaw, rad
 */
export function drawLayout(seed: number, zone: TableZone = PANDA_ROBOT.zone, yaw = 0): Layout {
  const random = createRandom(seed).fork("layout");
  const { colours } = TABLETOP;
  const { tool } = zone;
  const around = (centre: number, half: number) => centre + random.uniform(-half, half);
  const bins: BinPlace[] = (["left", "right"] as const).map((side) => ({
    id: `${side}_bin`,
    side,
    x: around(TABLETOP.bins.centre[0], TABLETOP.bins.range[0]),
    y: (side === "left" ? 1 : -1) * around(TABLETOP.bins.centre[1], TABLETOP.bins.range[1]),
  }));
  const target = random.integer(colours.length);
  const others = colours.map((_, index) => index).filter((index) => index !== target);
  const binnedCount = random.next() < TABLETOP.binned ? 1 + random.integer(2) : 0;
  const binned = shuffled(others, random).slice(0, binnedCount);
  const placed = new Map<number, CubePlace>();
  const put = (index: number, x: number, y: number, bin: Side | null) =>
    placed.set(index, {
      id: `${colours[index]}_cube`,
      colour: colours[index]!,
      x,
      y,
      yaw: wrapAngle(random.uniform(-Math.PI, Math.PI)),
      bin,
    });
  const onTable = (): readonly [number, number] => [
    around(zone.centre[0], zone.range[0]),
    around(zone.centre[1], zone.range[1]),
  ];
  put(target, ...onTable(), null);
  for (const { index, x, y, side } of inBins(binned, bins, random)) put(index, x, y, side);
  for (const index of others)
    if (!binned.includes(index)) put(index, ...clearOf(placed, onTable, zone.apart), null);
  return {
    cubes: colours.map((_, index) => placed.get(index)!),
    bins,
    tool: {
      x: around(tool.centre[0], tool.range),
      y: around(tool.centre[1], tool.range),
      z: around(tool.centre[2], tool.range),
      yaw: around(yaw, TABLETOP.tool.yaw),
    },
    target: `${colours[target]}_cube`,
    place: random.pick(bins).id,
  };
}

/** A layout as things on a table; without a place where the layout has no bin. */
export function cubesAndBins({ cubes, bins, tool, target, place }: Layout): TableSetup {
  const { cube, bin } = TABLETOP;
  const form = { ...bin, inner: [bin.inner, bin.inner] as const };
  return {
    props: [
      ...cubes.map((each) => cubeProp(each, cube.size, cube)),
      ...bins.map((each) => binProp({ ...each, colour: null }, form)),
    ],
    tool,
    goal: { target, place },
  };
}

/** A place in a bin for each of these cubes, clear of its walls and of the others: drawn together until they fit. */
function inBins(
  indices: readonly number[],
  bins: readonly BinPlace[],
  random: Random,
): { readonly index: number; readonly x: number; readonly y: number; readonly side: Side }[] {
  const diagonal = TABLETOP.cube.size * Math.SQRT2;
  const half = TABLETOP.bin.inner / 2 - diagonal / 2 - 0.001;
  const chosen = indices.map((index) => ({ index, bin: random.pick(bins) }));
  for (;;) {
    const places = chosen.map(({ index, bin }) => ({
      index,
      x: bin.x + random.uniform(-half, half),
      y: bin.y + random.uniform(-half, half),
      side: bin.side,
    }));
    const fit = places.every((a, i) =>
      places.slice(i + 1).every((b) => Math.hypot(a.x - b.x, a.y - b.y) > diagonal + 0.002),
    );
    if (fit) return places;
  }
}

/** The first draw whose distance to every placed cube is at least `apart`; of many, the one with most room. */
function clearOf(
  placed: ReadonlyMap<number, CubePlace>,
  draw: () => readonly [number, number],
  apart: number,
): readonly [number, number] {
  let best = draw();
  let most = -1;
  for (let attempt = 0; attempt < 1000; attempt++) {
    const [x, y] = draw();
    const room = Math.min(...[...placed.values()].map((cube) => Math.hypot(cube.x - x, cube.y - y)));
    if (room >= apart) return [x, y];
    if (room > most) {
      best = [x, y];
      most = room;
    }
  }
  return best;
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
